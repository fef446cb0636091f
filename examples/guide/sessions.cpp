// SPDX-License-Identifier: BSD-3-Clause
// The code of docs/sessions.md and docs/signing.md.
#include <retort/app/session_interface.h>
#include <retort/crypto/password.h>
#include <retort/message/request.h>
#include <retort/retort.h>
#include <retort/signing/serializer.h>

using namespace retort;

namespace guide {

void sessions(App& app) {
  app.config["SECRET_KEY"] = "192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf";
  app.post("/login", [](Request& request) {
    session["user"] = request.form["username"];
    session.permanent(true);
    return redirect(url_for("home"));
  });
  app.get("/", "home", [] { return "Hello, " + session.get("user", "stranger"); });
  app.post("/logout", [] {
    session.pop("user", nullptr);
    return redirect(url_for("home"));
  });
}

void visits(App& app) {
  app.get("/visits", [](Session& session) {
    session["visits"] = session.get("visits", 0) + 1;
    return std::to_string(session.get("visits", 0));
  });
}

void flashes(App& app) {
  app.post("/settings", [] {
    flash("Your settings were saved.", "success");
    return redirect(url_for("home"));
  });
}

/// Sessions that a store keeps; the cookie holds their id.
class StoredSessions : public SessionInterface {
 public:
  std::unique_ptr<Session> open_session(const App&, const Request& request) const override {
    return std::make_unique<Session>(load(request.cookies.get(cookie_name(), "")));
  }
  void save_session(const App& app, Session& session, Response& response) const override {
    if (!should_set_cookie(app, session)) return;
    set_cookie(app, response, store(session.data()), get_expiration_time(app, session));
  }

 private:
  static Value load(std::string_view id);
  static std::string store(const Value& data);
};

Value StoredSessions::load(std::string_view) { return Value::dict(); }
std::string StoredSessions::store(const Value&) { return "id"; }

void replace(App& app) { app.session_interface(std::make_unique<StoredSessions>()); }

std::string confirmation_link(const App& app, const std::string& email) {
  const signing::URLSafeTimedSerializer serializer(secret_keys(app), {.salt = "confirm-email"});
  return "https://example.com/confirm/" + serializer.dumps(email);
}

std::string confirm(const App& app, std::string_view token) {
  const signing::URLSafeTimedSerializer serializer(secret_keys(app), {.salt = "confirm-email"});
  try {
    return serializer.loads(token, {.max_age = 3600}).str();
  } catch (const signing::SignatureExpired&) {
    return "This link is too old.";
  } catch (const signing::BadData&) {
    return "This link is not right.";
  }
}

bool log_in(const std::string& stored_hash, const std::string& password) {
  return crypto::check_password_hash(stored_hash, password);
}

}  // namespace guide

int main() {
  App app{"guide"};
  guide::sessions(app);
  guide::visits(app);
  guide::flashes(app);
  guide::replace(app);
  const std::string link = guide::confirmation_link(app, "ada@example.com");
  return guide::confirm(app, link.substr(link.rfind('/') + 1)) == "ada@example.com" &&
                 guide::log_in(crypto::generate_password_hash("secret"), "secret")
             ? 0
             : 1;
}
