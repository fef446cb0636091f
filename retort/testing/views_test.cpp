// SPDX-License-Identifier: BSD-3-Clause
// Class-based views. Expected answers are Flask's (its tests/test_views.py and docs/views.rst).
#include "retort/app/views.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/app/app.h"
#include "retort/app/globals.h"
#include "retort/app/url_for.h"
#include "retort/testing/client.h"

using namespace retort;
using testing::HasSubstr;

namespace {

class Index : public View {
 public:
  static constexpr std::string_view methods[] = {GET, POST};
  std::string dispatch_request() { return std::string(request->method); }
};

class Users : public MethodView {
 public:
  explicit Users(std::string greeting) : greeting_(std::move(greeting)) {}
  std::string get(const std::string& name) { return greeting_ + ", " + name; }
  pair<std::string, int> post(Request& request, const std::string& name) {
    return {std::string(request.method) + " " + name, 201};
  }
  Status delete_(const std::string&) const { return status(204); }

 private:
  std::string greeting_;
};

class Counter : public View {
 public:
  std::string dispatch_request() { return std::to_string(++count_); }

 private:
  int count_ = 0;
};

class Shared : public View {
 public:
  static constexpr bool init_every_request = false;
  explicit Shared(int& made) { ++made; }
  std::string dispatch_request() const { return "shared"; }
};

template <class F>
auto shout(F view) {
  return [view = std::move(view)]() mutable { return view() + "!"; };
}

class Decorated : public MethodView {
 public:
  static auto decorators(auto view) { return shout(shout(std::move(view))); }
  std::string get() { return "get"; }
  std::string post() { return "post"; }
};

class WithHead : public MethodView {
 public:
  std::string get() { return "GET"; }
  Response head() {
    Response response("");
    response.headers.set("X-Method", "HEAD");
    return response;
  }
};

TEST(Views, AnswerTheMethodsTheyHave) {
  App app{"t"};
  app.add_url_rule("/", as_view<Index>("index"));
  app.add_url_rule("/users/<name>", as_view<Users>("users", std::string("hello")));
  auto client = app.test_client();
  EXPECT_EQ(client.get("/").text(), "GET");
  EXPECT_EQ(client.post("/").text(), "POST");
  EXPECT_EQ(client.put("/").status_code, 405);
  EXPECT_EQ(client.get("/users/ada").text(), "hello, ada");
  const auto made = client.post("/users/ada");
  EXPECT_EQ(made.text(), "POST ada");
  EXPECT_EQ(made.status_code, 201);
  EXPECT_EQ(client.delete_("/users/ada").status_code, 204);
  EXPECT_EQ(client.head("/users/ada").status_code, 200);
  const auto refused = client.put("/users/ada");
  EXPECT_EQ(refused.status_code, 405);
  EXPECT_EQ(refused.headers.get("Allow", ""), "DELETE, GET, HEAD, OPTIONS, POST");
  EXPECT_EQ(client.options("/users/ada").headers.get("Allow", ""), "DELETE, GET, HEAD, OPTIONS, POST");
}

TEST(Views, AreMadeForEachRequestUnlessTheySayOtherwise) {
  App app{"t"};
  int made = 0;
  app.add_url_rule("/counter", as_view<Counter>("counter"));
  app.add_url_rule("/shared", as_view<Shared>("shared", std::ref(made)));
  auto client = app.test_client();
  EXPECT_EQ(client.get("/counter").text(), "1");
  EXPECT_EQ(client.get("/counter").text(), "1");
  client.get("/shared");
  client.get("/shared");
  EXPECT_EQ(made, 1);
}

TEST(Views, AreDecorated) {
  App app{"t"};
  app.add_url_rule("/", as_view<Decorated>("decorated"));
  auto client = app.test_client();
  EXPECT_EQ(client.get("/").text(), "get!!");
  EXPECT_EQ(client.post("/").text(), "post!!");
}

TEST(Views, HaveAHeadOfTheirOwn) {
  App app{"t"};
  app.add_url_rule("/", as_view<WithHead>("index"));
  auto client = app.test_client();
  EXPECT_EQ(client.head("/").headers.get("X-Method", ""), "HEAD");
  EXPECT_FALSE(client.get("/").headers.contains("X-Method"));
}

TEST(Views, OneViewMayHaveSeveralRulesAndUrls) {
  App app{"t"};
  Blueprint api{"api"};
  const ClassView users = as_view<Users>("users", std::string("hi"));
  api.add_url_rule("/u/<name>", users, {"GET"});
  api.add_url_rule("/users/<name>", users, {"POST"});
  app.register_blueprint(api, {.url_prefix = "/api"});
  app.get("/url", "url", [] { return url_for("api.users", {{"name", "x"}}, {.method = "POST"}); });
  auto client = app.test_client();
  EXPECT_EQ(client.get("/api/u/ada").text(), "hi, ada");
  EXPECT_EQ(client.get("/api/users/ada").status_code, 405);
  EXPECT_EQ(client.get("/url").text(), "/api/users/x");
}

TEST(Views, MethodsThatTakeOtherVariablesAreRefused) {
  struct Mixed : MethodView {
    std::string get() { return ""; }
    std::string post(const std::string&) { return ""; }
  };
  try {
    as_view<Mixed>("mixed");
    FAIL();
  } catch (const SetupError& e) {
    EXPECT_THAT(e.what(), HasSubstr("POST takes other variables than its GET"));
  }
}

// What points into an instance outlives it as a copy.
struct Pointing : MethodView {
  std::string text = "a text that is much longer than sixteen bytes";
  std::string_view get() { return text; }
  const std::string& post() { return text; }
  const char* put() const { return text.c_str(); }
  std::pair<std::string_view, int> patch() { return {text, 201}; }
  std::optional<std::string_view> delete_() { return text; }
};

TEST(Views, MayReturnWhatTheirInstanceHolds) {
  App app{"t"};
  app.add_url_rule("/", as_view<Pointing>("pointing"));
  auto client = app.test_client();
  for (const char* method : {"GET", "POST", "PUT", "PATCH", "DELETE"})
    EXPECT_EQ(client.open(method, "/").text(), Pointing().text) << method;
}

}  // namespace
