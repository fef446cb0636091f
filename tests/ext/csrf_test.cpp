// SPDX-License-Identifier: BSD-3-Clause
// CSRFProtect and what stands beside it, in whole apps.
#include "retort/ext/wtf/csrf.h"

#include <stdexcept>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/app/app.h"
#include "retort/app/blueprint.h"
#include "retort/app/globals.h"
#include "retort/app/kept_context.h"
#include "retort/app/session.h"
#include "retort/app/templating.h"
#include "retort/ext/wtf/validation_error.h"
#include "retort/testing/client.h"

namespace retort::wtf {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string token_page() { return generate_csrf(); }
std::string webhook() { return "hooked"; }

App shop(const CSRFProtect& csrf) {
  App app{"shop"};
  app.config["SECRET_KEY"] = "dev";
  csrf.init_app(app);
  app.get<token_page>("/token");
  app.get("/plain", [] { return "plain"; });
  app.route("/buy", "buy", [] { return std::string("bought"); }, {GET, POST, PUT, PATCH, DELETE});
  app.post<webhook>("/webhook");
  return app;
}

TEST(CSRFProtect, ChecksMethodsThatChangeThings) {
  const CSRFProtect csrf;
  App app = shop(csrf);
  TestClient client(app);
  for (const char* method : {"GET", "HEAD", "OPTIONS"})
    EXPECT_EQ(client.open(method, "/buy").status_code, 200);
  const std::string token = client.get("/token").data;
  for (const char* method : {"POST", "PUT", "PATCH", "DELETE"}) {
    EXPECT_EQ(client.open(method, "/buy").status_code, 400) << method;
    EXPECT_EQ(client.open(method, "/buy", {.form = {{"csrf_token", token}}}).data, "bought") << method;
  }
}

TEST(CSRFProtect, AnswersAsABadRequestThatSaysWhy) {
  const CSRFProtect csrf;
  App app = shop(csrf);
  const TestResponse answer = TestClient(app).post("/buy");
  EXPECT_EQ(answer.status_code, 400);
  EXPECT_THAT(answer.text(), HasSubstr("<p>The CSRF token is missing.</p>"));
  EXPECT_EQ(CSRFError().description(), "CSRF validation failed.");
}

TEST(CSRFProtect, LetsAHandlerAnswer) {
  const CSRFProtect csrf;
  App app = shop(csrf);
  app.errorhandler(400, [](const HTTPException&) { return std::pair{std::string("bad"), 400}; });
  app.errorhandler<CSRFError>([](const CSRFError& e) { return std::pair{"sorry: " + e.description(), 403}; });
  const TestResponse answer = TestClient(app).post("/buy");
  EXPECT_EQ(answer.status_code, 403);
  EXPECT_EQ(answer.text(), "sorry: The CSRF token is missing.");
}

TEST(CSRFProtect, TakesTheTokenFromFieldsAndHeaders) {
  const CSRFProtect csrf;
  App app = shop(csrf);
  TestClient client(app);
  const std::string token = client.get("/token").data;
  const TestRequest good[] = {
      {.form = {{"csrf_token", token}}},
      {.form = {{"login-csrf_token", token}}},
      {.form = {{"csrf_token", ""}, {"other-csrf_token", ""}, {"login-csrf_token", token}}},
      {.form = {{"csrf_token", token}}, .files = {{.name = "f", .filename = "a.txt", .data = "x"}}},
      {.headers = {{"X-CSRFToken", token}}},
      {.headers = {{"X-CSRF-Token", token}}},
      {.headers = {{"x-csrftoken", token}}},
      {.json = json({{"a", 1}}), .headers = {{"X-CSRFToken", token}}},
  };
  for (std::size_t i = 0; i < std::size(good); ++i)
    EXPECT_EQ(client.post("/buy", good[i]).data, "bought") << i;
  // As in Flask-WTF the field comes first, right or wrong.
  EXPECT_EQ(
      client.post("/buy", {.form = {{"csrf_token", "x"}}, .headers = {{"X-CSRFToken", token}}}).status_code,
      400);
}

TEST(CSRFProtect, LeavesPathsWithoutAViewToTheirErrors) {
  const CSRFProtect csrf;
  App app = shop(csrf);
  TestClient client(app);
  EXPECT_EQ(client.post("/nothing").status_code, 404);
  EXPECT_EQ(client.post("/plain").status_code, 405);
}

TEST(CSRFProtect, FollowsItsSettings) {
  const struct {
    const char* key;
    Value value;
    int expected;  // of a POST without a token
  } cases[] = {
      {"WTF_CSRF_ENABLED", false, 200},
      {"WTF_CSRF_CHECK_DEFAULT", false, 200},
      {"WTF_CSRF_METHODS", Value::list({"PUT"}), 200},
      {"WTF_CSRF_METHODS", Value::list({"POST"}), 400},
  };
  for (const auto& c : cases) {
    const CSRFProtect csrf;
    App app = shop(csrf);
    app.config[c.key] = c.value;  // behind init_app, as tests of apps do
    EXPECT_EQ(TestClient(app).post("/buy").status_code, c.expected) << c.key << " " << c.value.repr();
  }
}

TEST(CSRFProtect, NamesOfFieldAndHeadersAreSettings) {
  const CSRFProtect csrf;
  App app = shop(csrf);
  app.config["WTF_CSRF_FIELD_NAME"] = "own_key";
  app.config["WTF_CSRF_HEADERS"] = Value::list({"X-Own"});
  TestClient client(app);
  const std::string token = client.get("/token").data;
  client.session_transaction([](Session& s) {
    EXPECT_TRUE(s.contains("own_key"));
    EXPECT_FALSE(s.contains("csrf_token"));
  });
  EXPECT_EQ(client.post("/buy", {.form = {{"own_key", token}}}).status_code, 200);
  EXPECT_EQ(client.post("/buy", {.form = {{"login-own_key", token}}}).status_code, 200);
  EXPECT_EQ(client.post("/buy", {.headers = {{"X-Own", token}}}).status_code, 200);
  EXPECT_EQ(client.post("/buy", {.form = {{"csrf_token", token}}}).status_code, 400);
  EXPECT_EQ(client.post("/buy", {.headers = {{"X-CSRFToken", token}}}).status_code, 400);
}

TEST(CSRFProtect, ExemptsFunctionsEndpointsAndBlueprints) {
  CSRFProtect csrf;
  App app = shop(csrf);
  const auto ok = [] { return std::string("ok"); };
  Blueprint child{"child"};
  child.post("/open", "open", ok);
  Blueprint api{"api"};
  api.post("/open", "open", ok);
  api.register_blueprint(child, {.url_prefix = "/child"});
  Blueprint other{"other"};
  other.post("/closed", "closed", ok);
  csrf.exempt<webhook>();
  csrf.exempt("named");
  csrf.exempt(api);
  app.post("/named", "named", ok);
  app.post<webhook>("/webhook/again", {.endpoint = "again"});
  app.register_blueprint(api, {.url_prefix = "/api"});
  app.register_blueprint(api, {.url_prefix = "/v2", .name = "renamed"});
  app.register_blueprint(other, {.url_prefix = "/api/other"});
  TestClient client(app);
  for (const char* path :
       {"/webhook", "/webhook/again", "/named", "/api/open", "/api/child/open", "/v2/open"})
    EXPECT_EQ(client.post(path).status_code, 200) << path;
  for (const char* path : {"/buy", "/api/other/closed"})
    EXPECT_EQ(client.post(path).status_code, 400) << path;
}

TEST(CSRFProtect, ProtectsByHand) {
  CSRFProtect csrf;
  csrf.exempt("free");
  App app = shop(csrf);
  app.config["WTF_CSRF_CHECK_DEFAULT"] = false;
  const auto checked = [&csrf] {
    csrf.protect();
    return std::string(g.get<bool>("csrf_valid", false) ? "checked" : "not checked");
  };
  app.route("/free", "free", checked, {GET, POST});
  app.before_request([&csrf](Request& request) {
    if (request.headers.contains("X-Check")) csrf.protect_unless_exempt();
  });
  TestClient client(app);
  const std::string token = client.get("/token").data;
  EXPECT_EQ(client.get("/free").data, "not checked");
  EXPECT_EQ(client.post("/free").status_code, 400);
  EXPECT_EQ(client.post("/free", {.headers = {{"X-CSRFToken", token}}}).data, "checked");
  EXPECT_EQ(client.post("/buy").status_code, 200);
  EXPECT_EQ(client.post("/buy", {.headers = {{"X-Check", "1"}}}).status_code, 400);
  EXPECT_EQ(client.post("/missing", {.headers = {{"X-Check", "1"}}}).status_code, 404);
  EXPECT_EQ(client.post("/free", {.headers = {{"X-Check", "1"}, {"X-CSRFToken", token}}}).data, "checked");
}

TEST(CSRFProtect, ServesSeveralAppsAndMayEndBeforeThem) {
  auto* const csrf = new CSRFProtect;
  App one = shop(*csrf);
  App two = shop(*csrf);
  csrf->exempt<webhook>();
  EXPECT_EQ(TestClient(one).post("/webhook").status_code, 200);
  delete csrf;
  EXPECT_EQ(TestClient(two).post("/webhook").status_code, 200);
  EXPECT_EQ(TestClient(two).post("/buy").status_code, 400);
}

TEST(CSRFProtect, GivesTemplatesTheTokenAndAMetaTag) {
  CSRFProtect csrf;
  App app = shop(csrf);
  app.config["WTF_CSRF_META_NAME"] = "a\"b";
  app.get("/page", [] { return render_template_string("{{ csrf_token() }}|{{ csrf_token() }}"); });
  app.get("/meta", [] { return render_template_string("{{ csrf_meta_tag() }}"); });
  app.get("/named", [] { return render_template_string("{{ csrf_meta_tag('x<y') }}"); });
  TestClient client(app);
  const std::string page = client.get("/page").data;
  const std::string token = page.substr(0, page.find('|'));
  EXPECT_EQ(page, token + "|" + token);
  EXPECT_EQ(client.post("/buy", {.form = {{"csrf_token", token}}}).status_code, 200);
  EXPECT_THAT(client.get("/meta").data, HasSubstr("<meta name=\"a&#34;b\" content=\"I"));
  EXPECT_THAT(client.get("/named").data, HasSubstr("<meta name=\"x&lt;y\" content=\"I"));
}

TEST(GenerateCsrf, KeepsOneTokenARequest) {
  CSRFProtect csrf;
  App app = shop(csrf);
  TestClient client(app);
  const auto kept = client.preserve_context();
  const std::string token = client.get("/token").data;
  EXPECT_EQ(g.get<std::string>("csrf_token"), token);
  EXPECT_EQ(generate_csrf(), token);
  EXPECT_EQ(session.get("csrf_token", "").size(), 40U);
}

TEST(GenerateCsrf, FollowsASessionThatIsEmptied) {
  CSRFProtect csrf;
  App app = shop(csrf);
  app.get("/renew", [] {
    generate_csrf();
    session.clear();  // as a login does
    return generate_csrf();
  });
  TestClient client(app);
  const std::string old = client.get("/token").data;
  const std::string token = client.get("/renew").data;
  EXPECT_EQ(client.post("/buy", {.form = {{"csrf_token", token}}}).status_code, 200);
  EXPECT_EQ(client.post("/buy", {.form = {{"csrf_token", old}}}).status_code, 400);
}

TEST(GenerateCsrf, CountsInStreamsThatTheViewHasAskedFor) {
  CSRFProtect csrf;
  App app = shop(csrf);
  app.get("/asked", [] {
    generate_csrf();
    return stream_template_string("{{ csrf_token() }}");
  });
  app.get("/not-asked", [] { return stream_template_string("{{ csrf_token() }}"); });
  TestClient late(app);
  EXPECT_EQ(late.post("/buy", {.form = {{"csrf_token", late.get("/not-asked").data}}}).status_code, 400);
  TestClient client(app);
  EXPECT_EQ(client.post("/buy", {.form = {{"csrf_token", client.get("/asked").data}}}).status_code, 200);
}

TEST(GenerateCsrf, NeedsASecretKeyAndARequest) {
  App app{"keyless"};
  EXPECT_THROW(generate_csrf(), OutsideContext);
  const TestRequestContext context(app);
  try {
    generate_csrf();
    FAIL() << "no exception";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "A secret key is required to use CSRF.");
  }
  EXPECT_THROW(validate_csrf("x"), std::runtime_error);
}

TEST(GenerateCsrf, TakesOptionsInPlaceOfSettings) {
  App app{"options"};
  app.config["SECRET_KEY"] = "dev";
  const TestRequestContext context(app);
  const CsrfOptions options{.secret_key = "other", .token_key = "own_key", .time_limit = 10};
  const std::string token = generate_csrf(options);
  EXPECT_TRUE(session.contains("own_key"));
  EXPECT_EQ(g.get<std::string>("own_key"), token);
  EXPECT_NO_THROW(validate_csrf(token, options));
  EXPECT_THROW(validate_csrf(token, {.token_key = "own_key"}), ValidationError);
  EXPECT_THROW(validate_csrf(token, {.secret_key = "other"}), ValidationError);
}

TEST(Forms, SkipWhatCsrfProtectHasChecked) {
  App app{"forms"};
  app.config["SECRET_KEY"] = "dev";
  const TestRequestContext context(app);
  EXPECT_TRUE(csrf_enabled());
  EXPECT_EQ(csrf_field_name(), "csrf_token");
  EXPECT_NO_THROW(validate_csrf_field(csrf_token_for_form()));
  EXPECT_THROW(validate_csrf_field("x"), ValidationError);
  g["csrf_valid"] = true;
  EXPECT_NO_THROW(validate_csrf_field("x"));
  EXPECT_THROW(validate_csrf("x"), ValidationError);
}

std::string cache_control_of(App& app, std::string_view path) {
  return std::string(TestClient(app).get(path).headers.get("Cache-Control", ""));
}

TEST(GenerateCsrf, KeepsPagesWithATokenOutOfSharedCaches) {
  CSRFProtect csrf;
  App app = shop(csrf);
  app.get("/public", [] {
    Response page = make_response(generate_csrf());
    page.headers["Cache-Control"] = "public, max-age=60, s-maxage=600";
    return page;
  });
  app.get("/no-store", [] {
    Response page = make_response(generate_csrf());
    page.headers["Cache-Control"] = "no-store";
    return page;
  });
  app.after_request([](Response& response) {
    if (request->args.contains("late")) response.headers["Cache-Control"] = "public";
  });
  EXPECT_EQ(cache_control_of(app, "/token"), "private");
  EXPECT_EQ(cache_control_of(app, "/token?late=1"), "private");
  EXPECT_EQ(cache_control_of(app, "/public"), "max-age=60, private");
  EXPECT_EQ(cache_control_of(app, "/no-store"), "no-store");
  EXPECT_EQ(cache_control_of(app, "/plain"), "");
  EXPECT_EQ(cache_control_of(app, "/plain?late=1"), "public");
  EXPECT_EQ(TestClient(app).get("/token").headers.get("Vary", ""), "Cookie");
}

TEST(GenerateCsrf, MarksPagesWithoutCsrfProtectAsWell) {
  App app{"forms alone"};
  app.config["SECRET_KEY"] = "dev";
  app.get<token_page>("/token");
  EXPECT_EQ(cache_control_of(app, "/token"), "private");
}

TEST(GenerateCsrf, LeavesCachesAloneWhereAskedTo) {
  CSRFProtect csrf;
  App app = shop(csrf);
  app.config["WTF_CSRF_CACHE_PRIVATE"] = false;
  EXPECT_EQ(cache_control_of(app, "/token"), "");
}

}  // namespace
}  // namespace retort::wtf
