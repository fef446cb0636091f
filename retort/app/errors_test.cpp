// SPDX-License-Identifier: BSD-3-Clause
// What becomes of errors. The expected answers are Flask 3.1's; where debug mode makes
// Flask raise, Retort answers 500 with its debug page.
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/client.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/app/app.h"
#include "retort/app/globals.h"

namespace retort {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string paragraph(const std::string& page) {
  const std::size_t begin = page.find("<p>");
  return begin == std::string::npos ? page : page.substr(begin + 3, page.find("</p>") - begin - 3);
}

std::string key_view() { return std::string(request->args["q"]); }
std::string boom_view() { throw std::runtime_error("secret"); }
std::string missing_view() { abort(404); }

App make_app() {
  App app{"errors"};
  app.logger.remove_standard_error();
  app.get<key_view>("/x");
  app.get<boom_view>("/boom");
  app.get<missing_view>("/404");
  return app;
}

/// "404 text", or "raised what" where the exception left the app.
std::string outcome(App& app, const char* path) {
  try {
    const TestResponse response = app.test_client().get(path);
    return std::to_string(response.status_code) + " " + paragraph(response.data);
  } catch (const std::exception& e) {
    return std::string("raised ") + e.what();
  }
}

const std::string kBad = "400 The browser (or proxy) sent a request that this server could not understand.";
const std::string kFailed =
    "500 The server encountered an internal error and was unable to complete your request. Either the server "
    "is overloaded or there is an error in the application.";
const std::string kMissing =
    "404 The requested URL was not found on the server. If you entered the URL manually please check your "
    "spelling and try again.";
const std::string kDebugPage = "500 raised by <code>GET ";

TEST(Errors, FollowTheSettings) {
  struct Case {
    std::vector<std::pair<const char*, Value>> settings;
    std::string key, boom, missing;  // what /x, /boom, /404 (and /nowhere) begin with
  };
  const std::vector<Case> cases = {
      {{}, kBad, kFailed, kMissing},
      {{{"DEBUG", true}}, kDebugPage, kDebugPage, kMissing},
      {{{"TRAP_BAD_REQUEST_ERRORS", true}}, kFailed, kFailed, kMissing},
      {{{"TRAP_BAD_REQUEST_ERRORS", false}, {"DEBUG", true}},
       kBad + "<br>KeyError: &#39;q&#39;",
       kDebugPage,
       kMissing},
      {{{"TRAP_HTTP_EXCEPTIONS", true}}, kFailed, kFailed, kFailed},
      {{{"TRAP_HTTP_EXCEPTIONS", true}, {"TESTING", true}},
       "raised " + kBad.substr(0, 4) + "Bad Request",
       "raised secret",
       "raised 404 Not Found"},
      {{{"TESTING", true}}, kBad, "raised secret", kMissing},
      {{{"TESTING", true}, {"PROPAGATE_EXCEPTIONS", false}}, kBad, kFailed, kMissing},
      {{{"PROPAGATE_EXCEPTIONS", true}}, kBad, "raised secret", kMissing},
      {{{"TESTING", true}, {"DEBUG", true}}, "raised 400 Bad Request", "raised secret", kMissing},
  };
  for (const Case& c : cases) {
    App app = make_app();
    std::string shown;
    for (const auto& [key, value] : c.settings) {
      app.config[key] = value;
      shown += std::string(key) + "=" + value.repr() + " ";
    }
    EXPECT_THAT(outcome(app, "/x"), StartsWith(c.key)) << shown;
    EXPECT_THAT(outcome(app, "/boom"), StartsWith(c.boom)) << shown;
    EXPECT_THAT(outcome(app, "/404"), StartsWith(c.missing)) << shown;
    EXPECT_THAT(outcome(app, "/nowhere"), StartsWith(c.missing)) << shown;
  }
}

TEST(Errors, OfABadKeyNameItOnlyInDebugMode) {
  App app = make_app();
  EXPECT_EQ(outcome(app, "/x"), kBad);
}

TEST(ErrorHandlers, AreAskedByCodeThenForAny) {
  for (const bool trap : {false, true}) {
    App app = make_app();
    app.config["TRAP_HTTP_EXCEPTIONS"] = trap;
    app.errorhandler(404, [](const HTTPException& e) {
      return pair{"handled " + std::to_string(e.code()), 299};
    });
    app.register_error_handler(500, [](const InternalServerError& e) {
      try {
        std::rethrow_exception(e.original_exception());
      } catch (const std::runtime_error& original) {
        return pair{std::string("original ") + original.what(), 500};
      }
    });
    app.register_error_handler<HTTPException>([](const HTTPException& e) {
      return pair{"any " + std::to_string(e.code()), 298};
    });
    EXPECT_EQ(outcome(app, "/x"), "298 any 400");
    EXPECT_EQ(outcome(app, "/boom"), "500 original secret");
    EXPECT_EQ(outcome(app, "/404"), "299 handled 404");
    EXPECT_EQ(outcome(app, "/nowhere"), "299 handled 404");
  }
}

struct Animal : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct Dog : Animal {
  using Animal::Animal;
};

TEST(ErrorHandlers, TheMostDerivedClassWinsWhateverTheOrder) {
  App app{"derived"};
  app.errorhandler<std::exception>([] { return "exception"; });
  app.errorhandler<Dog>([](const Dog& e) { return std::string("dog ") + e.what(); });
  app.errorhandler<Animal>([] { return "animal"; });
  app.get("/dog", "dog", []() -> std::string { throw Dog("rex"); });
  app.get("/animal", "animal", []() -> std::string { throw Animal("?"); });
  app.get("/other", "other", []() -> std::string { throw std::logic_error("?"); });
  EXPECT_EQ(outcome(app, "/dog"), "200 dog rex");
  EXPECT_EQ(outcome(app, "/animal"), "200 animal");
  EXPECT_EQ(outcome(app, "/other"), "200 exception");
  EXPECT_EQ(outcome(app, "/nowhere"), "200 exception");  // an HTTPException is one, as in Flask
}

TEST(ErrorHandlers, OfBlueprintsComeBeforeTheAppsInnermostFirst) {
  App app{"names"};
  Blueprint outer{"outer", {.url_prefix = "/outer"}};
  Blueprint inner{"inner", {.url_prefix = "/inner"}};
  const auto missing = []() -> std::string { abort(404); };
  const auto gone = []() -> std::string { abort(410); };
  inner.get("/404", "m", missing);
  inner.get("/410", "g", gone);
  outer.get("/404", "m", missing);
  inner.errorhandler(404, [] { return "inner"; });
  outer.errorhandler(404, [] { return "outer"; });
  outer.errorhandler(410, [] { return "outer"; });
  outer.register_blueprint(inner);
  app.errorhandler(404, [] { return "app"; });
  app.register_blueprint(outer);
  EXPECT_EQ(outcome(app, "/outer/inner/404"), "200 inner");
  EXPECT_EQ(outcome(app, "/outer/inner/410"), "200 outer");
  EXPECT_EQ(outcome(app, "/outer/404"), "200 outer");
  EXPECT_EQ(outcome(app, "/outer/nowhere"), "200 app");  // no blueprint yet, as in Flask
}

TEST(ErrorHandlers, OfACodeInTheAppBeatClassesOfTheBlueprint) {
  App app{"codes"};
  Blueprint bp{"bp"};
  bp.get("/", "index", []() -> std::string { abort(404); });
  bp.errorhandler<HTTPException>([] { return "blueprint, any"; });
  app.errorhandler(404, [] { return "app, 404"; });
  app.register_blueprint(bp);
  EXPECT_EQ(outcome(app, "/"), "200 app, 404");
}

TEST(ErrorHandlers, TheLastOfAKindReplacesTheOthers) {
  App app = make_app();
  app.errorhandler<NotFound>([] { return "first"; });
  app.errorhandler(404, [] { return "last"; });
  EXPECT_EQ(outcome(app, "/404"), "200 last");
}

TEST(ErrorHandlers, ThatFailMakeA500) {
  App app = make_app();
  std::vector<std::string> logged;
  app.logger.add_sink(
      [](void* user, LogLevel, std::string_view line) {
        static_cast<std::vector<std::string>*>(user)->emplace_back(line);
      },
      &logged);
  app.errorhandler(404, []() -> std::string { throw std::runtime_error("worse"); });
  EXPECT_EQ(outcome(app, "/404"), kFailed);
  EXPECT_THAT(logged, ElementsAre("Exception on /404 [GET]: std::runtime_error: worse"));
}

TEST(ErrorHandlers, SeeRoutingsErrorsWithTheirHeaders) {
  App app = make_app();
  EXPECT_EQ(app.test_client().post("/x").headers["Allow"], "GET, HEAD, OPTIONS");
  App handled = make_app();
  handled.errorhandler(405, [](const MethodNotAllowed& e) { return e.valid_methods().front(); });
  EXPECT_EQ(handled.test_client().post("/x").data, "GET");
}

TEST(ErrorHandlers, DoNotSeeRedirectsAndAbortedResponses) {
  App app{"answers"};
  app.errorhandler<HTTPException>([] { return "handled"; });
  app.get("/folder/", "folder", [] { return "x"; });
  app.get("/moved", "moved", []() -> std::string { throw RequestRedirect("/folder/?a=1&b"); });
  app.get("/done", "done", []() -> std::string {
    Response response("done", 202);
    response.headers.set("X-Done", "1");
    abort(std::move(response));
  });
  EXPECT_EQ(app.test_client().get("/folder").status_code, 308);
  const TestResponse moved = app.test_client().get("/moved");
  EXPECT_EQ(moved.status_code, 308);
  EXPECT_EQ(moved.location(), "/folder/?a=1&b");
  EXPECT_THAT(moved.data, HasSubstr("<a href=\"/folder/?a=1&amp;b\">/folder/?a=1&amp;b</a>"));
  const TestResponse done = app.test_client().get("/done");
  EXPECT_EQ(done.status_code, 202);
  EXPECT_EQ(done.data, "done");
  EXPECT_EQ(done.headers["X-Done"], "1");
}

class PaymentRequired : public HTTPException {
 public:
  static constexpr int kCode = 402;
  explicit PaymentRequired(std::string description = "Please pay.")
      : HTTPException(kCode, std::move(description)) {}
};

TEST(Abort, TakesTheAppsOwnCodes) {
  App app = make_app();
  app.aborter.add<PaymentRequired>(402);
  app.get("/pay", "pay", []() -> std::string { abort(402, "Now."); });
  app.get("/throw", "throw", []() -> std::string { throw PaymentRequired(); });
  EXPECT_EQ(outcome(app, "/pay"), "402 Now.");
  EXPECT_EQ(outcome(app, "/throw"), "402 Please pay.");
  App handled = make_app();
  handled.aborter.add<PaymentRequired>(402);
  handled.errorhandler(402, [](const HTTPException& e) { return e.description(); });
  handled.get("/pay", "pay", []() -> std::string { abort(402, "Now."); });
  EXPECT_EQ(outcome(handled, "/pay"), "200 Now.");
}

TEST(Abort, WithACodeThatHasNoExceptionIsAnError) {
  App app = make_app();
  app.get("/pay", "pay", []() -> std::string { abort(402); });
  EXPECT_EQ(outcome(app, "/pay"), kFailed);
  EXPECT_THROW(app.errorhandler(402, [] { return ""; }), SetupError);
  EXPECT_THROW(abort(402), std::invalid_argument);
  EXPECT_THROW(abort(404), NotFound);
}

TEST(Abort, MovesWithTheApp) {
  App app = make_app();
  app.aborter.add<PaymentRequired>(402);
  App moved = std::move(app);
  EXPECT_TRUE(moved.aborter.contains(402));
}

TEST(InternalErrors, AreFinalizedLikeOtherResponses) {
  App app = make_app();
  app.after_request([](Response& response) { response.headers.set("X-After", "1"); });
  EXPECT_EQ(app.test_client().get("/boom").headers["X-After"], "1");
}

TEST(InternalErrors, InAfterRequestAreAnsweredOnce) {
  App app{"after"};
  app.logger.remove_standard_error();
  app.get("/", [] { return "x"; });
  app.after_request([](Response&) { throw std::runtime_error("late"); });
  EXPECT_EQ(outcome(app, "/"), kFailed);
}

TEST(InternalErrors, AreLoggedWithControlCharactersEscaped) {
  App app = make_app();
  std::vector<std::string> logged;
  app.logger.add_sink(
      [](void* user, LogLevel, std::string_view line) {
        static_cast<std::vector<std::string>*>(user)->emplace_back(line);
      },
      &logged);
  app.get("/log/<path:rest>", "log",
          [](std::string_view) -> std::string { throw std::runtime_error("a\nb"); });
  EXPECT_EQ(app.test_client().get("/log/x%1Bforged").status_code, 500);
  EXPECT_THAT(logged, ElementsAre("Exception on /log/x\\x1bforged [GET]: std::runtime_error: a\\nb"));
}

TEST(InternalErrors, SayNothingToTheClientOutsideOfDebugMode) {
  App app = make_app();
  const TestResponse response = app.test_client().get("/boom");
  EXPECT_THAT(response.data, Not(HasSubstr("secret")));
  EXPECT_THAT(response.data, Not(HasSubstr("runtime_error")));
  EXPECT_THAT(response.headers.wire(), Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace retort
