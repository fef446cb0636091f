// SPDX-License-Identifier: BSD-3-Clause
#include "retort/testing/client.h"

#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/app/app.h"
#include "retort/app/globals.h"
#include "retort/app/redirect.h"
#include "retort/app/session.h"
#include "retort/app/url_for.h"
#include "retort/message/files.h"
#include "retort/message/request.h"

namespace retort {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// An app that tells what it got.
App make_echo() {
  App app{"echo"};
  const auto view = [](Request& request) {
    Value out = Value::dict();
    out.set("method", std::string(request.method));
    out.set("url", std::string(request.url()));
    out.set("root_path", std::string(request.root_path));
    out.set("path", std::string(request.path));
    out.set("remote_addr", std::string(request.remote_addr()));
    out.set("authorization", std::string(request.headers.get("Authorization", "")));
    out.set("user_agent", std::string(request.headers.get("User-Agent", "")));
    out.set("cookie", std::string(request.headers.get("Cookie", "")));
    out.set("content_type", std::string(request.content_type()));
    out.set("length", request.content_length() ? static_cast<std::int64_t>(*request.content_length()) : -1);
    out.set("tags", static_cast<std::int64_t>(request.form.getlist("tag").size()));
    out.set("data", std::string(request.get_data()));
    return out;
  };
  app.route("/", "index", view, {GET, POST, PUT});
  app.route("/<path:rest>", "rest", [view](const std::string&, Request& request) { return view(request); },
            {GET, POST, PUT});
  return app;
}

std::string field(const TestResponse& response, std::string_view name) { return response.json()[name].str(); }

TEST(TestClient, SendsFieldsOfEveryKind) {
  App app = make_echo();
  TestClient client = app.test_client();
  const TestResponse query = client.get("/x?a=1", {.query_string = {{"page", 2}, {"tag", {"a", "b c"}}}});
  EXPECT_EQ(field(query, "url"), "http://localhost/x?a=1&page=2&tag=a&tag=b+c");
  EXPECT_EQ(query.request.query_string(), "a=1&page=2&tag=a&tag=b+c");
  const TestResponse form = client.post("/", {.form = {{"name", "ada"}, {"tag", {"a", "b"}}, {"n", 7}}});
  EXPECT_EQ(form.request.data, "name=ada&tag=a&tag=b&n=7");
  EXPECT_EQ(field(form, "tags"), "2");
  EXPECT_EQ(field(form, "content_type"), "application/x-www-form-urlencoded");
  TestFields fields;
  fields.add("k", "v");
  EXPECT_EQ(client.post("/", {.form = fields}).request.data, "k=v");
  EXPECT_EQ(field(client.post("/", {.json = json({{"a", 1}}), .content_type = "application/x+json"}),
                  "content_type"),
            "application/x+json");
}

TEST(TestClient, SendsFilesFromMemoryAndFromDisk) {
  App app{"files"};
  app.post("/", [](Request& request) {
    std::string out;
    for (FileStorage& file : *request.files)
      out += file.name + "|" + file.filename + "|" + file.mimetype() + "|" + file.read() + "\n";
    return out;
  });
  const std::string path = ::testing::TempDir() + "retort_client_test.txt";
  std::FILE* out = std::fopen(path.c_str(), "wb");
  ASSERT_NE(out, nullptr);
  std::fputs("on disk", out);
  std::fclose(out);
  const TestResponse response = app.test_client().post(
      "/",
      {.files = {{"a", "x.bin", std::string("\0\r\n", 3)}, TestFile::from_path("b", path, "text/plain")}});
  std::remove(path.c_str());
  EXPECT_EQ(response.text(), std::string("a|x.bin|application/octet-stream|\0\r\n\n", 37) +
                                 "b|retort_client_test.txt|text/plain|on disk\n");
  EXPECT_THROW(TestFile::from_path("b", path), std::runtime_error);
}

TEST(TestClient, SaysWhoAsksAndWhere) {
  App app = make_echo();
  TestClient client = app.test_client();
  const auto basic = client.get("/", {.auth = http::Authorization::basic("ada", "pw:x")});
  EXPECT_EQ(field(basic, "authorization"), "Basic YWRhOnB3Ong=");
  EXPECT_EQ(field(client.get("/", {.auth = http::Authorization::bearer("t0k")}), "authorization"),
            "Bearer t0k");
  const auto based = client.get("/x", {.base_url = "https://api.example.com/app/"});
  EXPECT_EQ(field(based, "url"), "https://api.example.com/app/x");
  EXPECT_EQ(field(based, "root_path"), "/app");
  EXPECT_EQ(based.request.url(), "https://api.example.com/app/x");
  EXPECT_EQ(field(client.get("/x", {.subdomain = "api"}), "url"), "http://api.localhost/x");
  EXPECT_EQ(field(client.get("/x", {.url_scheme = "https"}), "url"), "https://localhost/x");
  EXPECT_EQ(field(client.get("https://other.example:8443/y?q=1"), "url"), "https://other.example:8443/y?q=1");
  EXPECT_EQ(field(client.get("/", {.remote_addr = "10.0.0.9"}), "remote_addr"), "10.0.0.9");
  EXPECT_EQ(field(client.get("//double"), "path"), "//double");
  EXPECT_EQ(field(client.get("/a b/\xc3\xa4"), "path"), "/a b/\xc3\xa4");
}

TEST(TestClient, TakesWhatEveryRequestHas) {
  App app = make_echo();
  TestClient client = app.test_client(
      {.base_url = "https://example.com", .remote_addr = "::1", .headers = {{"User-Agent", "tests"}}});
  EXPECT_EQ(field(client.get("/"), "user_agent"), "tests");
  EXPECT_EQ(field(client.get("/"), "remote_addr"), "::1");
  EXPECT_EQ(field(client.get("/"), "url"), "https://example.com/");
  EXPECT_EQ(field(client.get("/", {.headers = {{"user-agent", "other"}}}), "user_agent"), "other");
}

TEST(TestClient, FollowsTheAppsOwnAddress) {
  App app = make_echo();
  app.config["SERVER_NAME"] = "example.test:5000";
  app.config["PREFERRED_URL_SCHEME"] = "https";
  app.config["APPLICATION_ROOT"] = "/mounted";
  EXPECT_EQ(field(app.test_client().get("/x"), "url"), "https://example.test:5000/mounted/x");
}

TEST(TestClient, SendsABodyWithoutALengthInPieces) {
  App app{"stream"};
  app.post("/", [](Request& request) {
    std::string out = request.content_length() ? "length " : "";
    char buffer[64];
    while (const std::size_t n = request.stream.read(buffer, sizeof buffer))
      out += std::string(buffer, n) + "|";
    return out;
  });
  EXPECT_EQ(app.test_client().post("/", {.chunks = {"one", "", "two"}}).text(), "one|two|");
  EXPECT_EQ(app.test_client().post("/", {.data = "one"}).text(), "length one|");
}

TEST(TestClient, GivesStreamsAsTheyAreWritten) {
  App app{"stream"};
  int closed = 0;
  int written = 0;
  app.get("/", [&] {
    Response response = stream([&](BodyWriter& out) {
      for (int i = 0; i < 3; ++i) {
        ++written;
        out.write("piece " + std::to_string(i));
      }
    });
    response.call_on_close([&] { ++closed; });
    return response;
  });
  TestClient client = app.test_client();
  const TestResponse whole = client.get("/");
  EXPECT_THAT(whole.pieces, ElementsAre("piece 0", "piece 1", "piece 2"));
  EXPECT_EQ(whole.text(), "piece 0piece 1piece 2");
  EXPECT_TRUE(whole.is_streamed());
  EXPECT_EQ(whole.content_length(), std::nullopt);
  EXPECT_EQ(closed, 1);
  written = 0;
  const TestResponse part = client.stream("GET", "/", {}, [](std::string_view) { return false; });
  EXPECT_EQ(part.text(), "piece 0");
  EXPECT_EQ(written, 1);
  EXPECT_EQ(closed, 2);
  written = 0;
  EXPECT_EQ(client.head("/").text(), "");
  EXPECT_EQ(written, 0);
  EXPECT_EQ(closed, 3);
}

TEST(TestClient, TellsTheResponse) {
  App app{"test"};
  app.get("/", [] { return pair{json({{"a", 1}}), 201}; });
  app.get("/text", [] { return "t"; });
  TestClient client = app.test_client();
  const TestResponse created = client.get("/");
  EXPECT_EQ(created.status(), "201 CREATED");
  EXPECT_TRUE(created.is_json());
  EXPECT_EQ(created.mimetype(), "application/json");
  EXPECT_EQ(created.content_length(), 8u);
  EXPECT_FALSE(created.is_streamed());
  EXPECT_EQ(client.get("/text").content_type(), "text/html; charset=utf-8");
  EXPECT_THROW((void)client.get("/text").json(), std::runtime_error);
  EXPECT_EQ(client.get("/nothing").status(), "404 NOT FOUND");
  EXPECT_EQ(client.get("/nothing").request.method, "GET");
}

// Redirects.

struct RedirectCase {
  int code;
  std::string method, expected_method, expected_data;
};

TEST(TestClient, FollowsRedirectsAsWerkzeugDoes) {
  App app = make_echo();
  app.route("/go/<int:code>", "go", [](int code) { return redirect("/there?x=1#part", code); },
            {GET, POST, PUT});
  TestClient client = app.test_client();
  const RedirectCase cases[] = {
      {301, "GET", "GET", ""},  {302, "POST", "GET", ""},   {303, "PUT", "GET", ""},
      {305, "POST", "GET", ""}, {307, "POST", "POST", "d"}, {308, "PUT", "PUT", "d"},
  };
  for (const RedirectCase& c : cases) {
    SCOPED_TRACE(c.method + " " + std::to_string(c.code));
    const TestResponse got = client.open(c.method, "/go/" + std::to_string(c.code),
                                         {.data = c.method == "GET" ? "" : "d",
                                          .content_type = "text/plain",
                                          .headers = {{"User-Agent", "kept"}},
                                          .follow_redirects = true});
    EXPECT_EQ(field(got, "method"), c.expected_method);
    EXPECT_EQ(field(got, "data"), c.expected_data);
    EXPECT_EQ(field(got, "content_type"), c.expected_data.empty() ? "" : "text/plain");
    EXPECT_EQ(field(got, "user_agent"), "kept");
    EXPECT_EQ(field(got, "url"), "http://localhost/there?x=1");
    ASSERT_EQ(got.history.size(), 1u);
    EXPECT_EQ(got.history[0].status_code, c.code);
    EXPECT_EQ(got.history[0].location(), "/there?x=1#part");
  }
  EXPECT_EQ(client.head("/go/302", {.follow_redirects = true}).request.method, "HEAD");
  EXPECT_EQ(client.get("/go/302").status_code, 302);
}

std::string message_of_redirect_to(const std::string& location, bool subdomains = false) {
  App app = make_echo();
  app.get("/go", [location] { return redirect(location); });
  try {
    return field(app.test_client({.base_url = "http://example.com", .allow_subdomain_redirects = subdomains})
                     .get("/go", {.follow_redirects = true}),
                 "url");
  } catch (const std::runtime_error& e) {
    return e.what();
  }
}

TEST(TestClient, StaysWithItsHost) {
  EXPECT_EQ(message_of_redirect_to("https://example.com/x"), "https://example.com/x");
  EXPECT_EQ(message_of_redirect_to("//example.com/x"), "http://example.com/x");
  EXPECT_THAT(message_of_redirect_to("http://other.example/"), HasSubstr("no redirect to another host"));
  EXPECT_THAT(message_of_redirect_to("http://badexample.com/"), HasSubstr("no redirect to another host"));
  EXPECT_THAT(message_of_redirect_to("http://api.example.com/"), HasSubstr("allow_subdomain_redirects"));
  EXPECT_EQ(message_of_redirect_to("http://api.example.com/x", true), "http://api.example.com/x");
  EXPECT_THAT(message_of_redirect_to("/go"), HasSubstr("goes in circles"));
}

TEST(TestClient, FindsTheMountPointOfARedirect) {
  App app = make_echo();
  app.get("/inside", [] { return redirect("/app/x"); });
  app.get("/outside", [] { return redirect("/application/x"); });
  const auto root_of = [&](std::string_view path) {
    return field(app.test_client().get(path, {.base_url = "http://localhost/app", .follow_redirects = true}),
                 "root_path");
  };
  EXPECT_EQ(root_of("/inside"), "/app");
  EXPECT_EQ(root_of("/outside"), "");
}

// Cookies.

App make_cookie_app() {
  App app = make_echo();
  app.get("/set", [](Request& request) {
    Response response("set");
    for (const std::string_view header : request.headers.getlist("X-Set"))
      response.headers.add("Set-Cookie", header);
    return response;
  });
  return app;
}

struct CookieCase {
  std::string header;  // of http://example.com/a/set
  std::string url;
  std::string expected;
};

TEST(TestClient, KeepsCookiesAsABrowserDoes) {
  App app{"cookies"};
  app.get("/a/set", [](Request& request) {
    Response response("set");
    response.headers.add("Set-Cookie", request.headers.get("X-Set", ""));
    return response;
  });
  app.get("/<path:rest>", [](const std::string&, Request& request) {
    return std::string(request.headers.get("Cookie", ""));
  });
  const CookieCase cases[] = {
      {"k=v", "http://example.com/a/x", "k=v"},
      {"k=v", "http://example.com/ab", ""},
      {"k=v", "http://example.com/b", ""},
      {"k=v; Path=/", "http://example.com/b", "k=v"},
      {"k=v; Path=/b", "http://example.com/b", "k=v"},
      {"k=v; Path=/b/", "http://example.com/b/c", "k=v"},
      {"k=v; Path=/b", "http://example.com/bc", ""},
      {"k=v; Path=/", "http://www.example.com/b", ""},
      {"k=v; Path=/; Domain=example.com", "http://www.example.com/b", "k=v"},
      {"k=v; Path=/; Domain=.example.com", "http://www.example.com/b", "k=v"},
      {"k=v; Path=/; Domain=example.com", "http://notexample.com/b", ""},
      {"k=v; Path=/; Secure", "http://example.com/b", ""},
      {"k=v; Path=/; secure", "https://example.com/b", "k=v"},
      {"k=v; Path=/; Max-Age=60", "http://example.com/b", "k=v"},
      {"k=v; Path=/; Max-Age=0", "http://example.com/b", ""},
      {"k=v; Path=/; Max-Age=-1", "http://example.com/b", ""},
      {"k=v; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "http://example.com/b", ""},
      {"k=v; Path=/; Expires=Wed, 21 Oct 2015 07:28:00 GMT; Max-Age=60", "http://example.com/b", "k=v"},
      {"k=v; Path=/; Expires=Fri, 31 Dec 9999 23:59:59 GMT", "http://example.com/b", "k=v"},
      {"k=\"a\\054b\"; Path=/", "http://example.com/b", "k=\"a\\054b\""},
  };
  for (const CookieCase& c : cases) {
    SCOPED_TRACE(c.header + " -> " + c.url);
    TestClient client = app.test_client({.base_url = "http://example.com"});
    client.get("/a/set", {.headers = {{"X-Set", c.header}}});
    EXPECT_EQ(client.get(c.url).text(), c.expected);
  }
}

TEST(TestClient, ReplacesAndForgetsCookies) {
  App app = make_cookie_app();
  TestClient client = app.test_client();
  const auto set = [&](const std::string& header) { client.get("/set", {.headers = {{"X-Set", header}}}); };
  set("a=1; Path=/");
  set("b=2; Path=/");
  set("a=3; Path=/");
  EXPECT_EQ(field(client.get("/x"), "cookie"), "a=3; b=2");
  set("a=; Path=/; Max-Age=0");
  EXPECT_EQ(field(client.get("/x"), "cookie"), "b=2");
  EXPECT_EQ(client.get_cookie("a"), std::nullopt);
  client.set_cookie("c", "x y", {.path = "/deep"});
  EXPECT_EQ(field(client.get("/deep/x"), "cookie"), "b=2; c=\"x y\"");
  ASSERT_TRUE(client.get_cookie("c", {.path = "/deep"}).has_value());
  EXPECT_EQ(client.get_cookie("c", {.path = "/deep"})->decoded_value(), "x y");
  EXPECT_EQ(client.get_cookie("c"), std::nullopt);
  client.set_cookie("d", "1", {.domain = "example.com", .origin_only = false});
  EXPECT_EQ(field(client.get("http://www.example.com/"), "cookie"), "d=1");
  client.delete_cookie("d", {.domain = "example.com"});
  client.delete_cookie("b");
  EXPECT_EQ(field(client.get("/x"), "cookie"), "");
  EXPECT_EQ(field(client.get("/x", {.headers = {{"Cookie", "own=1"}}}), "cookie"), "own=1");
}

TEST(TestClient, TellsTheAttributesOfACookie) {
  App app = make_cookie_app();
  TestClient client = app.test_client();
  client.get(
      "/set",
      {.headers = {{"X-Set", "a=1; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Domain=localhost; Secure"}}});
  const std::optional<TestCookie> cookie = client.get_cookie("a");
  ASSERT_TRUE(cookie.has_value());
  EXPECT_EQ(cookie->value, "1");
  EXPECT_TRUE(cookie->http_only && cookie->secure && !cookie->origin_only);
  EXPECT_EQ(cookie->same_site, "Lax");
  EXPECT_EQ(cookie->max_age, 60);
  EXPECT_TRUE(cookie->expires.has_value());
  EXPECT_EQ(field(client.get("/"), "cookie"), "a=1") << "browsers trust localhost with secure cookies";
}

TEST(TestClient, CookiesOfRedirectsCount) {
  App app = make_echo();
  app.post("/login", [] {
    Response response = redirect("/x");
    response.set_cookie("user", "7");
    return response;
  });
  const auto home = app.test_client().post("/login", {.follow_redirects = true});
  EXPECT_EQ(field(home, "cookie"), "user=7");
}

TEST(TestClient, KeepsNoCookiesWhenToldSo) {
  App app = make_cookie_app();
  TestClient client = app.test_client({.use_cookies = false});
  client.get("/set", {.headers = {{"X-Set", "a=1"}}});
  EXPECT_EQ(field(client.get("/"), "cookie"), "");
  EXPECT_EQ(client.get_cookie("a"), std::nullopt);
}

// Contexts.

App make_context_app(std::vector<std::string>& events) {
  App app{"contexts"};
  app.teardown_request([&events] { events.push_back("teardown " + std::string(request->path)); });
  app.get("/set/<int:n>", "set", [](int n) {
    g["n"] = n;
    return "set";
  });
  app.get("/go", "go", [] {
    g["n"] = -1;
    Response response = redirect("/cookie");
    response.set_cookie("user", "7");
    return response;
  });
  app.get("/cookie", "cookie",
          [](Request& request) { return std::string(request.cookies.get("user", "none")); });
  app.get("/fails", "fails", []() -> std::string { throw std::runtime_error("fails"); });
  return app;
}

TEST(TestClient, KeepsTheLastContextOpen) {
  std::vector<std::string> events;
  App app = make_context_app(events);
  TestClient client = app.test_client();
  {
    const auto scope = client.preserve_context();
    client.get("/set/1?x=2");
    EXPECT_EQ(request->args["x"], "2");
    EXPECT_EQ(request->endpoint, "set");
    EXPECT_EQ(g.get<int>("n"), 1);
    EXPECT_THAT(events, ElementsAre());
    EXPECT_THROW((void)client.preserve_context(), std::logic_error);
    client.get("/set/2");
    EXPECT_EQ(g.get<int>("n"), 2);
    EXPECT_THAT(events, ElementsAre("teardown /set/1"));
    EXPECT_EQ(client.get("/fails").status_code, 500);
    EXPECT_EQ(request->path, "/fails");
    EXPECT_EQ(client.get("/nothing").status_code, 404);
    EXPECT_EQ(request->path, "/nothing");
  }
  EXPECT_THAT(events,
              ElementsAre("teardown /set/1", "teardown /set/2", "teardown /fails", "teardown /nothing"));
  EXPECT_FALSE(has_request_context());
  client.get("/set/3");
  EXPECT_EQ(events.back(), "teardown /set/3");
  EXPECT_FALSE(has_request_context());
}

TEST(TestClient, AfterRedirectsTheContextIsThatOfTheLastRequest) {
  std::vector<std::string> events;
  App app = make_context_app(events);
  TestClient client = app.test_client();
  const auto scope = client.preserve_context();
  EXPECT_EQ(client.get("/go", {.follow_redirects = true}).text(), "7");
  EXPECT_EQ(request->path, "/cookie");
  EXPECT_EQ(request->cookies["user"], "7");
  EXPECT_FALSE(g.contains("n"));
  EXPECT_THAT(events, ElementsAre("teardown /go"));
}

// Sessions.

App make_session_app() {
  App app{"sessions"};
  app.config["SECRET_KEY"] = "test";
  app.get("/user", "user", [] { return session.get("user_id", Value("nobody")).str(); });
  app.post("/login", "login", [](Request& request) {
    session["user_id"] = std::string(request.form["id"]);
    return redirect("/user");
  });
  app.get("/logout", "logout", [] {
    session.clear();
    return redirect("/user");
  });
  return app;
}

TEST(TestClient, ChangesItsSession) {
  App app = make_session_app();
  TestClient client = app.test_client();
  client.session_transaction([](Session& session) {
    EXPECT_TRUE(session.empty());
    session["user_id"] = 7;
  });
  EXPECT_EQ(client.get("/user").text(), "7");
  client.post("/login", {.form = {{"id", "8"}}});
  client.session_transaction([](Session& session) {
    EXPECT_EQ(session["user_id"], "8");
    session.clear();
  });
  EXPECT_EQ(client.get("/user").text(), "nobody");
  EXPECT_EQ(client.get_cookie("session"), std::nullopt);
}

TEST(TestClient, SaysWhenThereCanBeNoSession) {
  App app{"no key"};
  EXPECT_THROW(app.test_client().session_transaction([](Session&) {}), std::logic_error);
  App with_key = make_session_app();
  TestClient without_cookies = with_key.test_client({.use_cookies = false});
  EXPECT_THROW(without_cookies.session_transaction([](Session&) {}), std::logic_error);
}

// Flask before 3.1.2 showed the session of the first request after redirects.
TEST(TestClient, TheSessionIsRightAfterRedirects) {
  App app = make_session_app();
  TestClient client = app.test_client();
  const auto scope = client.preserve_context();
  EXPECT_EQ(client.post("/login", {.form = {{"id", 9}}, .follow_redirects = true}).text(), "9");
  EXPECT_EQ(session["user_id"], "9");
  EXPECT_FALSE(session.is_new());
  EXPECT_EQ(client.get("/logout", {.follow_redirects = true}).text(), "nobody");
  EXPECT_FALSE(session.contains("user_id"));
}

TEST(TestClient, ATransactionLeavesTheOpenContextAlone) {
  App app = make_session_app();
  TestClient client = app.test_client();
  const auto scope = client.preserve_context();
  client.post("/login", {.form = {{"id", "1"}}});
  client.session_transaction([](Session& inner) {
    inner["user_id"] = "2";
    EXPECT_EQ(session["user_id"], "1") << "the context that is open has its own session";
  });
  EXPECT_EQ(client.get("/user").text(), "2");
}

TEST(TestRequestContext, IsARequestWithoutAServer) {
  std::vector<std::string> events;
  App app = make_context_app(events);
  {
    const auto context =
        app.test_request_context("/set/5?name=ada", {.method = "HEAD", .url_scheme = "https"});
    EXPECT_EQ(request->method, "HEAD");
    EXPECT_EQ(request->args["name"], "ada");
    EXPECT_EQ(request->url, "https://localhost/set/5?name=ada");
    EXPECT_EQ(request->endpoint, "set");
    EXPECT_EQ(url_for("cookie"), "/cookie");
    EXPECT_EQ(url_for("cookie", {}, {.external = true}), "https://localhost/cookie");
    EXPECT_EQ(app.full_dispatch_request().data(), "set");
    EXPECT_EQ(g.get<int>("n"), 5);
  }
  EXPECT_THAT(events, ElementsAre("teardown /set/5"));
  EXPECT_FALSE(has_request_context());
  const auto form = app.test_request_context("/", {.method = "POST", .form = {{"a", "1"}}});
  EXPECT_EQ(request->form["a"], "1");
}

}  // namespace
}  // namespace retort
