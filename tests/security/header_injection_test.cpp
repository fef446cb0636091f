// SPDX-License-Identifier: BSD-3-Clause
// CR, LF and NUL in what a response says: refused where it is set, and once more where it is
// written.
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tests/security/server_fixture.h"

#include "retort/app/app.h"
#include "retort/app/redirect.h"
#include "retort/app/send_file.h"
#include "retort/http/auth.h"
#include "retort/http/cache_control.h"
#include "retort/http/options.h"
#include "retort/testing/client.h"

namespace retort::security {
namespace {

const std::vector<std::string> kInjections = {"a\r\nSet-Cookie: x=y", "a\nX: y", "a\rX: y",
                                              std::string("a\0b", 3)};

using Setter = std::function<void(Response&, const std::string&)>;

const std::vector<std::pair<const char*, Setter>>& setters() {
  static const std::vector<std::pair<const char*, Setter>> all = {
      {"headers.set", [](Response& r, const std::string& s) { r.headers.set("X", s); }},
      {"headers.add", [](Response& r, const std::string& s) { r.headers.add("X", s); }},
      {"headers[]", [](Response& r, const std::string& s) { r.headers["X"] = s; }},
      {"a header's name", [](Response& r, const std::string& s) { r.headers.set(s, "x"); }},
      {"setlist",
       [](Response& r, const std::string& s) {
         r.headers.setlist("X", {"a", s});
       }},
      {"content_type", [](Response& r, const std::string& s) { r.set_content_type(s); }},
      {"mimetype", [](Response& r, const std::string& s) { r.set_mimetype(s); }},
      {"content_encoding", [](Response& r, const std::string& s) { r.set_content_encoding(s); }},
      {"content_range", [](Response& r, const std::string& s) { r.set_content_range(s); }},
      {"status", [](Response& r, const std::string& s) { r.set_status("200 " + s); }},
      {"etag", [](Response& r, const std::string& s) { r.set_etag(s); }},
      {"vary", [](Response& r, const std::string& s) { r.vary().add(s); }},
      {"cache_control", [](Response& r, const std::string& s) { r.cache_control().set_no_cache(s); }},
      {"csp", [](Response& r, const std::string& s) { r.content_security_policy().set("img-src", s); }},
      {"csp's name", [](Response& r, const std::string& s) { r.content_security_policy().set(s, "x"); }},
      {"allow_origin", [](Response& r, const std::string& s) { r.set_access_control_allow_origin(s); }},
      {"www_authenticate",
       [](Response& r, const std::string& s) {
         r.set_www_authenticate({"basic", std::nullopt, {{"realm", s}}});
       }},
      {"upgrade", [](Response& r, const std::string& s) { r.upgrade(s, [](UpgradedConnection&) {}); }},
      {"a cookie's name", [](Response& r, const std::string& s) { r.set_cookie(s, "x"); }},
      {"a cookie's domain", [](Response& r, const std::string& s) { r.set_cookie("a", "b", {.domain = s}); }},
      {"a cookie's date",
       [](Response& r, const std::string& s) { r.set_cookie("a", "b", {.expires_text = s}); }},
      {"deleting a cookie", [](Response& r, const std::string& s) { r.delete_cookie(s); }},
  };
  return all;
}

TEST(HeaderInjection, IsRefusedWhereItIsSet) {
  for (const auto& [what, set] : setters()) {
    for (const std::string& text : kInjections) {
      Response response;
      EXPECT_THROW(set(response, text), std::invalid_argument) << what;
      EXPECT_TRUE(response.headers.is_clean()) << what;
    }
  }
}

// These are encoded, or refused.
TEST(HeaderInjection, UrisAndCookiesCannotSplitAnything) {
  const Setter encoded[] = {
      [](Response& r, const std::string& s) { r.set_location("/" + s); },
      [](Response& r, const std::string& s) { r.set_content_location("/" + s); },
      [](Response& r, const std::string& s) { r = redirect("/" + s); },
      [](Response& r, const std::string& s) { r.set_cookie("a", s); },
      [](Response& r, const std::string& s) { r.set_cookie("a", "b", {.path = "/" + s}); },
  };
  for (const Setter& set : encoded) {
    for (const std::string& text : kInjections) {
      Response response;
      try {
        set(response, text);
      } catch (const std::invalid_argument&) {
        EXPECT_TRUE(response.headers.empty());
      }
      EXPECT_TRUE(response.headers.is_clean());
      EXPECT_FALSE(response.headers.contains("X"));
      EXPECT_LE(response.headers.getlist("Set-Cookie").size(), 1u);
    }
  }
}

TEST(HeaderInjection, ADownloadNameIsOneHeader) {
  App app{"test"};
  app.get("/", [](Request& request) {
    return send_file(BytesIO{"x"},
                     {.mimetype = "text/plain", .download_name = std::string(request.args.get("n", ""))});
  });
  for (const char* name : {"a%0D%0ASet-Cookie:%20x=y", "a%0Ab", "%C3%A4%0D%0Ab"}) {
    const TestResponse response = app.test_client().get(std::string("/?n=") + name);
    EXPECT_EQ(response.status_code, 500) << name;
    EXPECT_FALSE(response.headers.contains("Set-Cookie"));
  }
}

/// Answers with headers that nothing has checked.
class Careless final : public Handler {
 public:
  void handle(Request& request, Response& response) override {
    if (request.path == "/value") response.headers.append_unchecked("X", "a\r\nSet-Cookie: x=y");
    if (request.path == "/name") response.headers.append_unchecked("X: y\r\nZ", "a");
    if (request.path == "/nul") response.headers.append_unchecked("X", std::string_view("a\0b", 3));
    if (request.path == "/cr") response.headers.append_unchecked("X", "a\rb");
    if (request.path == "/body") response.headers.append_line_unchecked("X: y\r\n\r\nbody\r\n");
    if (request.path == "/half") response.headers.append_line_unchecked("X: y");
    if (request.path == "/stream") {
      response.headers.append_unchecked("X", "a\r\nSet-Cookie: x=y");
      response.set_stream([](BodyWriter& out) { out.write("x"); });
    }
    response.set_data("fine");
  }
};

TEST(HeaderInjection, IsRefusedOnceMoreWhereItIsWritten) {
  Careless handler;
  server::ServerOptions options;
  options.port = 0;
  options.on_error = [](std::string_view) {};
  server::Server server(handler, std::move(options));
  server.start();
  std::thread thread([&] { server.run(); });
  for (const std::string path : {"/value", "/name", "/nul", "/cr", "/body", "/half", "/stream"}) {
    RawClient client(server.port());
    client.send("GET " + path +
                " HTTP/1.1\r\nHost: x\r\n\r\nGET /fine HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    const std::string answer = client.read_to_end();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 500 ")) << path;
    EXPECT_THAT(answer, Not(HasSubstr("Set-Cookie"))) << path;
    EXPECT_THAT(answer, EndsWith("\r\n\r\nfine")) << path << ": the connection is not in order";
  }
  server.stop();
  thread.join();
}

}  // namespace
}  // namespace retort::security
