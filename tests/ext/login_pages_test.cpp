// SPDX-License-Identifier: BSD-3-Clause
// What the manager answers, and what views and templates see.
#include "tests/ext/login_site.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace retort::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(LoginPages, FlashesAMessageAndLeadsBack) {
  LoginSite site;
  site.manager.login_message_category = "info";
  site.manager.localize_callback([](std::string_view text) { return "[" + std::string(text) + "]"; });
  site.app.get("/flashed", "flashed", [] {
    return render_template_string(
        "{% for c, m in get_flashed_messages(with_categories=true) %}{{ c }}: {{ m }}{% endfor %}");
  });
  site.open();
  TestClient client(site.app);
  EXPECT_EQ(client.get("/secret").location(), "/login?next=%2Fsecret");
  EXPECT_EQ(client.get("/flashed").text(), "info: [Please log in to access this page.]");
}

TEST(LoginPages, KeepNextInTheSessionWhereThatIsAskedFor) {
  LoginSite site;
  site.app.config["USE_SESSION_FOR_NEXT"] = true;
  site.open();
  TestClient client(site.app);
  EXPECT_EQ(client.get("/secret?x=1").location(), "/login");
  EXPECT_EQ(client.get("/session/next").text(), "/secret?x=1");
  client.get("/in/1");
  EXPECT_EQ(client.get("/session/next").text(), "/secret?x=1");
}

TEST(LoginPages, AreA401WithoutALoginView) {
  LoginSite site;
  site.manager.login_view = "";
  site.open();
  TestClient client(site.app);
  EXPECT_EQ(client.get("/secret").status_code, 401);
}

TEST(LoginPages, AskForThePasswordAgain) {
  LoginSite site;
  site.manager.refresh_view = "login";
  site.open();
  TestClient client(site.app);
  client.get("/in/1?stale=1");
  EXPECT_EQ(client.get("/secret").text(), "secret");
  EXPECT_EQ(client.get("/fresh").location(), "/login?next=%2Ffresh");
}

TEST(LoginPages, AreThoseOfTheHandlers) {
  LoginSite site;
  site.manager.unauthorized_handler([] { return std::pair{"members only", 403}; });
  site.manager.needs_refresh_handler([] { return json({{"error", "stale"}}); });
  site.open();
  TestClient client(site.app);
  const auto refused = client.get("/secret");
  EXPECT_EQ(refused.status_code, 403);
  EXPECT_EQ(refused.text(), "members only");
  client.get("/in/1?stale=1");
  EXPECT_TRUE(client.get("/fresh").is_json());
}

TEST(LoginPages, MayDifferByBlueprint) {
  LoginSite site;
  Blueprint shop{"shop"}, admin{"admin"}, users{"users"};
  shop.get("/list", "list", login_required([] { return "list"; }));
  users.get("/users", "users", login_required([] { return "users"; }));
  admin.register_blueprint(users);
  site.app.register_blueprint(shop);
  site.app.register_blueprint(admin);
  site.manager.blueprint_login_views["admin"] = "/admin/login?kind=staff";
  site.open();
  TestClient client(site.app);
  EXPECT_EQ(client.get("/list").location(), "/login?next=%2Flist");
  EXPECT_EQ(client.get("/users").location(), "/admin/login?kind=staff&next=%2Fusers");
}

TEST(LoginRequired, GuardsAWholeBlueprint) {
  LoginSite site;
  Blueprint admin{"admin"};
  int ran = 0;
  admin.before_request(login_required());
  admin.before_request(login_required([&] { ++ran; }));
  admin.get("/admin", "index", [] { return "admin"; });
  site.app.register_blueprint(admin);
  site.open();
  TestClient client(site.app);
  EXPECT_EQ(client.get("/admin").status_code, 302);
  EXPECT_EQ(ran, 0);
  client.get("/in/1");
  EXPECT_EQ(client.get("/admin").text(), "admin");
  EXPECT_EQ(ran, 1);
}

TEST(LoginRequired, LetsExemptMethodsThrough) {
  LoginSite site;
  site.app.route("/any", "any", login_required([] { return "any"; }), {GET, POST, OPTIONS});
  site.open();
  TestClient client(site.app);
  EXPECT_EQ(client.options("/any").text(), "any");
  EXPECT_EQ(client.post("/any").status_code, 302);
}

TEST(LoginRequired, IsOffWhereLoginIsDisabled) {
  LoginSite site;
  site.app.config["LOGIN_DISABLED"] = true;
  site.open();
  TestClient client(site.app);
  EXPECT_EQ(client.get("/secret").text(), "secret");
  EXPECT_EQ(client.get("/fresh").text(), "fresh");
}

std::optional<std::string> maybe(std::int64_t id) {
  return id == 1 ? std::optional<std::string>("one") : std::nullopt;
}
Response full(Request& request, const std::string& name) {
  return Response(std::string(request.method) + name);
}

TEST(LoginRequired, WrapsWhateverAViewTakesAndReturns) {
  LoginSite site;
  site.app.get<login_required<maybe>()>("/maybe/<int:id>");
  site.app.get<fresh_login_required<full>()>("/full/<name>");
  site.app.get("/status", "status", login_required([] { return status(204); }));
  site.open();
  TestClient client(site.app);
  EXPECT_EQ(client.get("/maybe/1").status_code, 302);
  client.get("/in/1");
  EXPECT_EQ(client.get("/maybe/1").text(), "one");
  EXPECT_EQ(client.get("/maybe/2").status_code, 404);
  EXPECT_EQ(client.get("/full/x").text(), "GETx");
  EXPECT_EQ(client.get("/status").status_code, 204);
  const TestRequestContext context(site.app);
  EXPECT_EQ(url_for("maybe", {{"id", 3}}), "/maybe/3");
  EXPECT_EQ(url_for("full", {{"name", "y"}}), "/full/y");
}

TEST(CurrentUser, IsLoadedWhenItIsAskedForAndOnce) {
  LoginSite site;
  site.app.get("/page", "page",
               [] { return render_template_string("{% if false %}{{ current_user.name }}{% endif %}"); });
  site.app.get("/twice", "twice",
               [] { return render_template_string("{{ current_user.name }}{{ current_user.id }}"); });
  site.open();
  TestClient client(site.app);
  client.get("/in/1");
  site.loads = 0;
  const auto page = client.get("/page");
  EXPECT_EQ(site.loads, 0);
  EXPECT_FALSE(page.headers.contains("Vary"));
  const auto twice = client.get("/twice");
  EXPECT_EQ(twice.text(), "ada1");
  EXPECT_EQ(twice.headers.get("Vary", ""), "Cookie");
  EXPECT_EQ(site.loads, 1);
}

TEST(CurrentUser, IsAUserInTemplates) {
  LoginSite site;
  site.app.get("/page", "page", [&] {
    return render_template_string(
        "{{ current_user.is_authenticated }} {{ current_user.is_active }} {{ current_user.is_anonymous }} "
        "{{ current_user.get_id() }} {{ current_user.nothing }} {{ author == current_user }} "
        "{{ other == current_user }} {{ current_user == author }} {{ current_user.name|upper }}",
        {{"author", Value::view(site.people[0])}, {"other", Value::view(site.people[1])}});
  });
  site.open();
  TestClient client(site.app);
  EXPECT_EQ(client.get("/page").text(), "False False True None  False False False ");
  client.get("/in/1");
  EXPECT_EQ(client.get("/page").text(), "True True False 1.0  True False True ADA");
}

struct Guest {
  std::string name = "a guest";
};

TEST(CurrentUser, MayBeAGuestOfTheAppsOwn) {
  LoginSite site;
  site.manager.anonymous_user([] { return Guest{}; });
  site.app.get("/name", "name", [] {
    return render_template_string("{{ current_user.name }} {{ current_user.is_authenticated }}");
  });
  site.app.get("/guest", "guest", [] { return current_user<Guest>() ? "guest" : "user"; });
  site.open();
  TestClient client(site.app);
  EXPECT_EQ(client.get("/name").text(), "a guest False");
  EXPECT_EQ(client.get("/guest").text(), "guest");
  EXPECT_EQ(client.get("/secret").status_code, 302);
  client.get("/in/1");
  EXPECT_EQ(client.get("/guest").text(), "user");
  client.get("/out");
  EXPECT_EQ(client.get("/name").text(), "a guest False");
}

TEST(CurrentUser, ComesFromTheRequestWhereTheSessionHasNone) {
  LoginSite site;
  site.manager.request_loader([&](Request& request) -> Person* {
    return request.headers.get("Authorization", "") == "Key bobs" ? site.find(2) : nullptr;
  });
  site.open();
  TestClient client(site.app);
  const TestRequest with_key{.headers = {{"Authorization", "Key bobs"}}};
  EXPECT_EQ(client.get("/who", with_key).text(), "bob");
  EXPECT_EQ(client.get("/who").text(), "nobody");
  EXPECT_FALSE(client.get_cookie("session"));
  client.get("/in/1");
  EXPECT_EQ(client.get("/who", with_key).text(), "ada");
}

struct Tokened {
  std::int64_t id = 0;
  std::string alternative_id;
};

TEST(CurrentUser, MayBeKeptByAnotherIdThanItsOwn) {
  LoginManager manager;
  App app{"site"};
  app.config["SECRET_KEY"] = "dev";
  manager.id_attribute<&Tokened::alternative_id>();
  manager.user_loader([](const std::string& id) {
    return id == "token-7" ? std::optional(Tokened{7, id}) : std::nullopt;
  });
  manager.init_app(app);
  app.get("/in", "in", [] { return login_user(Tokened{7, "token-7"}) ? "in" : "refused"; });
  app.get("/who", "who",
          [] { return std::to_string(current_user<Tokened>() ? current_user<Tokened>()->id : 0); });
  TestClient client(app);
  client.get("/in");
  client.session_transaction([](Session& s) { EXPECT_EQ(s.get("_user_id"), Value("token-7")); });
  EXPECT_EQ(client.get("/who").text(), "7");
}

TEST(LoginUser, LogsInWhoIsNotActiveByForceAlone) {
  LoginSite site;
  site.open();
  TestClient client(site.app);
  EXPECT_EQ(client.get("/in/3").text(), "refused");
  EXPECT_FALSE(client.get_cookie("session"));
  EXPECT_EQ(client.get("/in/3?force=1").text(), "in");
  EXPECT_EQ(client.get("/secret").status_code, 302);  // still not active
}

TEST(LoginUser, IsAMistakeWithoutAUserOrAManager) {
  LoginSite site;
  site.open();
  const TestRequestContext context(site.app);
  EXPECT_THROW(login_user(nullptr), std::invalid_argument);
  App bare{"bare"};
  const TestRequestContext other(bare);
  EXPECT_THROW(current_user(), std::logic_error);
}

TEST(LoginSignals, TellWhatHappens) {
  LoginSite site;
  std::vector<std::string> heard;
  const auto name_of = [](const AnyUser& user) { return user ? user.get<Person>()->name : "nobody"; };
  site.open();
  App& app = site.app;
  login::user_logged_in.connect(app, [&](App&, const AnyUser& u) { heard.push_back("in " + name_of(u)); });
  login::user_logged_out.connect(app, [&](App&, const AnyUser& u) { heard.push_back("out " + name_of(u)); });
  login::user_loaded_from_cookie.connect(
      app, [&](App&, const AnyUser& u) { heard.push_back("cookie " + name_of(u)); });
  login::user_login_confirmed.connect(app, [&] { heard.push_back("confirmed"); });
  login::user_unauthorized.connect(app, [&] { heard.push_back("unauthorized"); });
  login::user_needs_refresh.connect(app, [&] { heard.push_back("needs refresh"); });
  login::session_protected.connect(app, [&] { heard.push_back("protected"); });
  TestClient client(app);
  client.get("/secret");
  client.get("/in/1?remember=1");
  client.get("/who", {.headers = {{"User-Agent", "Another/1.0"}}});
  client.get("/confirm");
  client.delete_cookie("session");
  client.get("/fresh");
  client.get("/out");
  EXPECT_THAT(heard, ElementsAre("unauthorized", "in ada", "protected", "confirmed", "cookie ada",
                                 "needs refresh", "out ada"));
}

TEST(LoginClient, IsLoggedInFromItsFirstRequest) {
  LoginSite site;
  site.open();
  TestClient client(site.app);
  login::log_in_client(client, site.find(2));
  EXPECT_EQ(client.get("/who").text(), "bob");
  EXPECT_EQ(client.get("/fresh").text(), "fresh");
  TestClient stale(site.app);
  login::log_in_client(stale, site.find(2), {.fresh = false});
  EXPECT_EQ(stale.get("/fresh").status_code, 401);
}

}  // namespace
}  // namespace retort::test
