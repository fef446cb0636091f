// SPDX-License-Identifier: BSD-3-Clause
// The code of docs/deploying.md and docs/security.md.
#include <cstdlib>
#include <string>

#include "check.h"
#include <retort/app/proxy_fix.h>
#include <retort/http/cache_control.h>
#include <retort/retort.h>
#include <retort/testing/client.h>

using namespace retort;

namespace guide {

struct ProductionConfig {
  bool SESSION_COOKIE_SECURE = true;
  std::string SESSION_COOKIE_SAMESITE = "Lax";
  int MAX_CONTENT_LENGTH = 16 * 1000 * 1000;
  std::vector<std::string> TRUSTED_HOSTS = {"example.com", ".example.com"};
  std::string PREFERRED_URL_SCHEME = "https";
};

App create_app() {
  const char* instance = std::getenv("BLOG_INSTANCE");
  App app{"blog", {.instance_path = instance ? instance : "/var/lib/blog", .instance_relative_config = true}};
  app.config.from_object(ProductionConfig{});
  app.config.from_file("config.toml", ConfigFileOptions{.silent = true});
  app.config.from_prefixed_env("BLOG");
  app.wrap<ProxyFix>(ProxyFixOptions{.x_for = 1, .x_proto = 1, .x_host = 1});
  return app;
}

void add_headers(App& app) {
  app.after_request([](Response& response) {
    response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains";
    response.headers["X-Content-Type-Options"] = "nosniff";
    response.headers["X-Frame-Options"] = "SAMEORIGIN";
    response.content_security_policy().set("default-src", "'self'");
  });
}

// A path of this site, or `otherwise`. Browsers drop tabs and line breaks and take a backslash
// for a slash, so "/\t/evil.com" and "/\\evil.com" are other sites.
std::string safe_next(std::string_view next, std::string otherwise) {
  if (!next.starts_with('/') || next.starts_with("//") || next.starts_with("/\\")) return otherwise;
  for (const char c : next) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return otherwise;
  }
  return std::string(next);
}

void logins(App& app) {
  app.get("/", "index", [] { return "home of " + session.get("user", "nobody"); });
  app.post("/login", "login", [] {
    session.clear();
    session["user"] = request->form["username"];
    return redirect(safe_next(request->args.get("next", ""), url_for("index")));
  });
}

void where_text_is_escaped(App& app) {
  app.get("/by-template", "by_template", [] {
    return render_template_string("<p title=\"{{ q }}\">{{ q }}</p>", {{"q", request->args.get("q", "")}});
  });
  app.get("/by-hand", "by_hand",
          [] { return "<p>" + Markup::escape(request->args.get("q", "")).str() + "</p>"; });
}

void where_the_client_is(App& app) {
  app.get("/me", "me",
          [] { return std::string(request->remote_addr()) + " " + std::string(request->url()); });
}

}  // namespace guide

namespace {

constexpr const char* kHost = "https://example.com";

void check_requests(guide::Checks& check, TestClient& client) {
  const TestResponse home = client.get("/");
  check.equal(home.text(), "home of nobody", "nobody");
  check.equal(home.headers.get("X-Content-Type-Options", ""), "nosniff", "a header");
  check.equal(home.headers.get("Content-Security-Policy", ""), "default-src 'self'", "a policy");
  check.equal(home.headers.get("Vary", ""), "Cookie", "Vary");
  check.equal(client.get("/", {.base_url = "https://evil.com"}).status_code, 400,
              "a host that is not trusted");
  check.equal(client.get("/", {.base_url = "https://www.example.com"}).status_code, 200, "a trusted one");
  check.equal(client.get("/by-template?q=%22<b>").text(), "<p title=\"&#34;&lt;b&gt;\">&#34;&lt;b&gt;</p>",
              "escaped by a template");
  check.equal(client.get("/by-hand?q=<b>").text(), "<p>&lt;b&gt;</p>", "escaped by hand");
  check.equal(client.post("/login", {.files = {{"f", "f", std::string(17'000'000, 'x')}}}).status_code, 413,
              "a large body");
  const TestResponse me = client.get("/me", {.headers = {{"X-Forwarded-For", "6.6.6.6, 1.2.3.4"},
                                                         {"X-Forwarded-Proto", "https"},
                                                         {"X-Forwarded-Host", "www.example.com"}},
                                             .base_url = "http://127.0.0.1"});
  check.equal(me.text(), "1.2.3.4 https://www.example.com/me", "behind a proxy");
}

void check_redirects(guide::Checks& check, TestClient& client) {
  const auto next = [&](std::string_view path) {
    return std::string(
        client.post("/login", {.query_string = {{"next", path}}, .form = {{"username", "ada"}}}).location());
  };
  check.equal(next("/posts?page=2"), "/posts?page=2", "a path");
  for (const char* other : {"https://evil.com", "//evil.com", "/\\evil.com", "/\t/evil.com", " //evil.com",
                            "javascript:alert(1)", ""})
    check.equal(next(other), "/", other);
  const TestCookie cookie = client.get_cookie("session").value();
  check.equal(cookie.secure && cookie.http_only, true, "the session's cookie");
}

}  // namespace

int main() {
  setenv("BLOG_INSTANCE", "/nonexistent", 1);
  setenv("BLOG_SECRET_KEY", "for tests", 1);
  guide::Checks check;
  App app = guide::create_app();
  guide::add_headers(app);
  guide::logins(app);
  guide::where_text_is_escaped(app);
  guide::where_the_client_is(app);
  TestClient client = app.test_client({.base_url = kHost});
  check_requests(check, client);
  check_redirects(check, client);
  return check.failures();
}
