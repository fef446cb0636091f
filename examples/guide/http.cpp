// SPDX-License-Identifier: BSD-3-Clause
// The code of docs/http.md, docs/json.md and docs/testing.md.
#include <cstdio>

#include <retort/crypto/password.h>
#include <retort/http/accept.h>
#include <retort/http/auth.h>
#include <retort/http/cache_control.h>
#include <retort/http/etag.h>
#include <retort/http/headers.h>
#include <retort/http/multipart.h>
#include <retort/http/options.h>
#include <retort/http/path.h>
#include <retort/http/range.h>
#include <retort/http/url.h>
#include <retort/json/json.h>

using namespace retort;

void headers() {
  http::Headers headers;
  headers.add("Set-Cookie", "a=1");
  headers["Content-Type"] = "text/plain";
  headers.get("content-type");  // "text/plain"
  headers.add("Content-Disposition", "attachment", {{"filename", "a b.txt"}});

  http::parse_options_header("text/html; charset=utf-8");  // value, and options by name
  http::parse_list_header("a, \"b, c\"");                  // {"a", "b, c"}
  http::MIMEAccept::parse("text/*;q=0.5, */*;q=0.1").best_match({"text/html", "application/json"});
  http::parse_range_header("bytes=0-99")->range_for_length(50);
  const auto credentials = http::Authorization::from_header("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  if (credentials) std::printf("%s\n", std::string(credentials->username()).c_str());

  http::ResponseCacheControl cache;
  cache.set_public();
  cache.set_max_age(3600);
  headers["Cache-Control"] = cache.to_header();  // "public, max-age=3600"
}

void urls() {
  http::iri_to_uri("http://b\u00fccher.example/\u00fc?q=\u00f6");
  http::parse_query("a=1&a=2&b=x%20y").getlist<int>("a");  // {1, 2}
  http::secure_filename("../../etc/passwd");               // "etc_passwd"
  http::safe_join("/srv/files", {"../secret"});            // nothing
}

void passwords() {
  const std::string hash = crypto::generate_password_hash("secret");
  crypto::check_password_hash(hash, "secret");  // true
}

struct User {
  std::string name;
  std::optional<std::string> email;
};

void json_documents() {
  const Result<User> user = json::parse<User>(R"({"name": "ada"})");
  if (!user) std::puts(user.error().message.c_str());
  json::dump(User{"ada", {}});  // {"name":"ada","email":null}
  json::dump(json({{"a", 1}, {"b", Value::list({1, 2, 3})}}), {.indent = 2});
}

int main() {
  headers();
  urls();
  passwords();
  json_documents();
}
