// SPDX-License-Identifier: BSD-3-Clause
// The code of docs/login.md.
#include <string>

#include "check.h"
#include <retort/app/server_side_session.h>
#include <retort/crypto/password.h>
#include <retort/db/view.h>
#include <retort/ext/login/login.h>
#include <retort/ext/sqlalchemy/database.h>
#include <retort/retort.h>
#include <retort/testing/client.h>

namespace guide {

using namespace retort;
using db::col;

db::Database db;
login::LoginManager login_manager;
login::LoginThrottle throttle;

struct User {
  std::int64_t id = 0;
  std::string email;
  std::string password_hash;
  bool is_active = true;
  int login_generation = 0;
};

inline const auto users = db::table<User>("users", db::column<&User::email>(db::length(120), db::unique),
                                          db::column<&User::password_hash>(db::length(256)));

Response login() {
  if (current_user().is_authenticated() && login_fresh()) return redirect(url_for("index"));
  if (request->method == "POST") {
    const std::string email(request->form["email"]);
    auto attempt = throttle.attempt(email, request->remote_addr());
    if (!attempt) return attempt.refusal();
    const auto user = db.query<User>().where(col<&User::email> == email).first();
    if (verify_password_or_dummy(user ? &user->password_hash : nullptr, request->form["password"])) {
      attempt.succeeded();
      login_user(user, {.remember = request->form.contains("remember")});
      return redirect(safe_next(request->args.get("next"), url_for("index")));
    }
    flash("Invalid email or password.", "danger");
  }
  return make_response(render_template_string(R"(<form method="post">...</form>)"));
}

Response logout() {
  logout_user();
  return redirect(url_for("index"));
}

std::string dashboard() { return "The dashboard of " + current_user<User>()->email; }
std::string change_password() { return "A form for a new password"; }

Response log_out_my_devices() {
  log_out_everywhere(current_user());
  db.session().commit();
  flash("All other devices are logged out.", "success");
  return redirect(url_for("index"));
}

std::string devices() {
  const auto sessions = login::live_sessions();
  return render_template_string(
      "{% for s in sessions %}{{ s.user_agent }} {{ s.remote_addr }}{% if s.is_current %}, here{% endif %}; "
      "{% endfor %}",
      {{"sessions", Value::view(sessions)}});
}

Blueprint admin_blueprint() {
  Blueprint admin{"admin", {.url_prefix = "/admin"}};
  admin.before_request(login_required());
  admin.get("/", "index", [] { return "Nobody sees this without a login."; });
  return admin;
}

App create_app() {
  App app{"shop"};
  app.config["SECRET_KEY"] = "from the environment, in earnest";
  app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///:memory:";
  app.config["REMEMBER_COOKIE_DURATION"] = 30 * 24 * 3600;
  db.init_app(app);
  login_manager.login_view = "login";
  login_manager.refresh_view = "login";
  login_manager.blueprint_login_views["admin"] = "login";
  login_manager.user_loader([](std::int64_t id) { return db.session().get<User>(id); });
  login_manager.init_app(app);

  app.route<login>("/login", {GET, POST});
  app.post("/logout", "logout", login_required(logout));
  app.get<login_required<dashboard>()>("/dashboard");
  app.get<fresh_login_required<change_password>()>("/password");
  app.post<login_required<log_out_my_devices>()>("/devices/log-out");
  app.get("/devices", "devices", login_required(devices));
  app.register_blueprint(admin_blueprint());
  app.get("/", "index", [] {
    return render_template_string(
        "{% if current_user.is_authenticated %}Hello, {{ current_user.email }}{% else %}Hello, stranger{% "
        "endif %}");
  });
  return app;
}

void keep_sessions_on_the_server(App& app) {
  app.session_interface(std::make_unique<ServerSideSessionInterface>(std::make_unique<MemorySessionStore>()));
}

void take_api_keys(login::LoginManager& manager) {
  manager.request_loader([](Request& request) -> db::Handle<User> {
    const auto key = request.headers.get("X-API-Key");
    if (!key) return nullptr;
    return db.query<User>().where(col<&User::email> == std::string(*key)).first();
  });
}

void answer_api(login::LoginManager& manager) {
  manager.unauthorized_handler([] { return std::pair{json({{"error", "Please log in."}}), 401}; });
}

void listen(App& app) {
  login::user_logged_in.connect(app, [](App& app, const AnyUser& user) {
    app.logger.info(user.get<User>()->email + " has logged in");
  });
}

namespace {

int check_guide() {
  Checks check;
  App app = create_app();
  keep_sessions_on_the_server(app);
  take_api_keys(login_manager);
  listen(app);
  {
    const AppContext context = app.app_context();
    db.create_all();
    db.session().add(
        User{.email = "ada@example.com", .password_hash = crypto::generate_password_hash("lovelace")});
    db.session().commit();
  }
  TestClient client(app);
  check.equal(client.get("/dashboard").location(), "/login?next=%2Fdashboard", "login page");
  check.equal(client.get("/admin/").location(), "/login?next=%2Fadmin%2F", "admin's login page");
  check.equal(client.get("/").text(), "Hello, stranger", "nobody");
  const auto post = [&](const char* email, const char* password, const char* path = "/login") {
    return client.post(path, {.form = {{"email", email}, {"password", password}, {"remember", "y"}}});
  };
  check.equal(post("ada@example.com", "byron").status_code, 200, "wrong password");
  check.equal(post("bob@example.com", "byron").status_code, 200, "unknown user");
  check.equal(post("ada@example.com", "lovelace", "/login?next=//evil.example").location(), "/", "evil next");
  client.post("/logout");
  check.equal(post("ada@example.com", "lovelace", "/login?next=/dashboard").location(), "/dashboard", "next");
  check.equal(client.get("/dashboard").text(), "The dashboard of ada@example.com", "dashboard");
  check.equal(client.get("/").text(), "Hello, ada@example.com", "template");
  check.equal(client.get("/password").status_code, 200, "fresh");
  check.equal(client.get("/devices").text().substr(0, 15), " 127.0.0.1, her", "devices");
  TestClient phone(app);
  phone.post("/login", {.form = {{"email", "ada@example.com"}, {"password", "lovelace"}}});
  check.equal(phone.get("/").text(), "Hello, ada@example.com", "phone");
  check.equal(client.post("/devices/log-out").status_code, 302, "everywhere");
  check.equal(phone.get("/").text(), "Hello, stranger", "phone, logged out");
  check.equal(client.get("/").text(), "Hello, ada@example.com", "here");
  check.equal(phone.get("/", {.headers = {{"X-API-Key", "ada@example.com"}}}).text(),
              "Hello, ada@example.com", "key");
  login::LoginManager of_an_api;
  answer_api(of_an_api);
  return check.failures();
}

}  // namespace
}  // namespace guide

int main() { return guide::check_guide(); }
