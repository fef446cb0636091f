// SPDX-License-Identifier: BSD-3-Clause
// Who is logged in, by retort::login: see app.py.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <retort/app/dispatcher_middleware.h>
#include <retort/ext/login/login.h>
#include <retort/retort.h>

namespace twin {

using namespace retort;

struct User {
  std::string id, name;
  bool is_active = true;
};

User* find(std::string_view id) {
  static User users[] = {{"1", "ada"}, {"2", "bob|ob"}, {"3", "carol", false}};
  const auto found =
      std::find_if(std::begin(users), std::end(users), [&](const User& user) { return user.id == id; });
  return found == std::end(users) ? nullptr : &*found;
}

Value login() {
  const auto& args = request->args;
  LoginOptions options{.remember = args.contains("remember"),
                       .force = args.contains("force"),
                       .fresh = !args.contains("stale")};
  if (const auto days = args->get<int>("days")) options.duration = *days * 24 * 60 * 60;
  return Value::dict({{"ok", login_user(find(args["user"]), options)}});
}

std::string logout() {
  logout_user();
  return "out";
}

Value me() {
  const AnyUser& user = current_user();
  const auto id = user.get_id();
  return Value::dict({{"id", id ? Value(*id) : Value(nullptr)},
                      {"authenticated", user.is_authenticated()},
                      {"active", user.is_active()},
                      {"anonymous", user.is_anonymous()},
                      {"fresh", login_fresh()},
                      {"remembered", login_remembered()}});
}

std::string page() {
  return render_template_string(
      "{% if current_user.is_authenticated %}{{ current_user.name }} {{ current_user.get_id() }}{% else "
      "%}nobody"
      " {{ current_user.get_id() }} {{ current_user.is_anonymous }}{% endif %}");
}

std::string secret() { return "secret of " + current_user<User>()->name; }
std::string any_method() { return std::string(request->method) + session.get("x").str(); }
std::string fresh(const std::string& name) { return "fresh " + name; }

std::string confirm() {
  confirm_login();
  return "confirmed";
}

std::string permanent() {
  session.permanent(true);
  return "permanent";
}

Value urls() {
  const std::string to(request->args["to"]);
  Value out = Value::list();
  for (const char* view : {"login", "/in?b=1", "http://twin.example/in", "https://other.example/in"})
    out.push_back(login_url(view, to));
  out.push_back(login::make_next_param("/in", to));
  out.push_back(session.get("x").str());
  return out;
}

void add_views(App& app) {
  app.get<login>("/login");
  app.get<logout>("/logout");
  app.get<me>("/me");
  app.get<page>("/page");
  app.get<login_required<secret>()>("/secret");
  app.route<login_required<any_method>()>("/secret/any", {GET, POST, OPTIONS});
  app.get<fresh_login_required<fresh>()>("/fresh/<name>");
  app.get<confirm>("/confirm");
  app.get("/flashed", "flashed", [] { return get_flashed_messages({.with_categories = true}); });
  app.get("/next", "next_page", [] { return session.get("next").str(); });
  app.get<permanent>("/permanent");
  app.get("/identifier", "identifier",
          [] { return login::session_identifier(request) + session.get("x").str(); });
  app.get("/encode", "encode",
          [] { return login::encode_cookie(request->args["payload"]) + session.get("x").str(); });
  app.get("/decode", "decode", [] {
    return login::decode_cookie(request->args["cookie"]).value_or("None") + session.get("x").str();
  });
  app.get<urls>("/urls");
  Blueprint shop{"shop"};
  shop.get("/shop", "index", login_required([] { return "shop"; }));
  app.register_blueprint(shop);
}

/// One of the apps that are mounted.
struct Site {
  explicit Site(const char* name, void (*configure)(App&, LoginManager&)) : app(name) {
    app.config["SECRET_KEY"] = "clé of the twins";
    manager.login_view = "login";
    manager.user_loader(&find);
    configure(app, manager);
    manager.init_app(app);
    add_views(app);
  }
  LoginManager manager;
  App app;
};

void customize(App& app, LoginManager& manager) {
  app.config.from_mapping({{"REMEMBER_COOKIE_NAME", "stay"},
                           {"REMEMBER_COOKIE_DURATION", 3600},
                           {"REMEMBER_COOKIE_PATH", "/custom"},
                           {"REMEMBER_COOKIE_DOMAIN", "twin.example"},
                           {"REMEMBER_COOKIE_SECURE", true},
                           {"REMEMBER_COOKIE_HTTPONLY", false},
                           {"REMEMBER_COOKIE_SAMESITE", "Lax"},
                           {"USE_SESSION_FOR_NEXT", true}});
  manager.refresh_view = "/again";
  manager.blueprint_login_views["shop"] = "/shop/in";
  manager.login_message = "Who are you?";
  manager.login_message_category = "info";
  manager.needs_refresh_message = "Still there?";
  manager.needs_refresh_message_category = "warning";
  manager.localize_callback([](std::string_view text) {
    return Value(text).str() == "Who are you?" ? "WHO ARE YOU?" : "STILL THERE?";
  });
}

void handle(App&, LoginManager& manager) {
  manager.unauthorized_handler([] { return std::pair{"members only", 403}; });
  manager.needs_refresh_handler([] { return std::pair{"once more", 418}; });
  manager.request_loader([](Request& request) { return find(request.headers.get("X-User", "")); });
}

App create_app() {
  App root{"root"};
  std::vector<std::unique_ptr<Site>> sites;
  Mounts mounts;
  const auto mount = [&](const char* name, void (*configure)(App&, LoginManager&)) {
    sites.push_back(std::make_unique<Site>(name, configure));
    mounts.emplace_back(std::string("/") + name, &sites.back()->app);
  };
  mount("basic", [](App&, LoginManager& manager) { manager.refresh_view = "login"; });
  mount("strong", [](App& app, LoginManager&) { app.config["SESSION_PROTECTION"] = "strong"; });
  mount("none", [](App& app, LoginManager&) { app.config["SESSION_PROTECTION"] = nullptr; });
  mount("custom", &customize);
  mount("disabled", [](App& app, LoginManager&) { app.config["LOGIN_DISABLED"] = true; });
  mount("handled", &handle);
  root.wrap<DispatcherMiddleware>(std::move(mounts));
  root.extensions.set("sites", std::move(sites));
  return root;
}

}  // namespace twin

int main(int argc, char** argv) { return retort::main(twin::create_app, argc, argv); }
