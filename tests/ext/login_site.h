// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// A small site with users, for tests of the login extension.

#include <string>
#include <vector>

#include "retort/ext/login/login.h"
#include "retort/retort.h"
#include "retort/testing/client.h"

namespace retort::test {

struct Person {
  std::int64_t id = 0;
  std::string name;
  bool is_active = true;
  int login_generation = 0;
};

/// Made for one test; no App among its members until `open()`, so that settings come first.
class LoginSite {
 public:
  std::vector<Person> people = {{1, "ada"}, {2, "bob"}, {3, "carol", false}};
  LoginManager manager;
  App app{"site"};
  int loads = 0;

  LoginSite() {
    app.config["SECRET_KEY"] = "dev";
    manager.login_view = "login";
    manager.user_loader([this](std::int64_t id) {
      ++loads;
      return find(id);
    });
  }

  Person* find(std::int64_t id) {
    for (Person& person : people) {
      if (person.id == id) return &person;
    }
    return nullptr;
  }

  /// Adds the routes, after the settings.
  void open() {
    manager.init_app(app);
    app.get("/login", "login", [] { return "login page"; });
    app.get("/in/<int:id>", "in", [this](std::int64_t id) {
      const LoginOptions options{.remember = request->args.contains("remember"),
                                 .force = request->args.contains("force"),
                                 .fresh = !request->args.contains("stale")};
      return login_user(find(id), options) ? "in" : "refused";
    });
    app.get("/out", "out", [] {
      logout_user();
      return "out";
    });
    app.get("/who", "who", [] {
      const Person* person = current_user<Person>();
      return person ? person->name : std::string("nobody");
    });
    app.get("/secret", "secret", login_required([] { return "secret"; }));
    app.get("/fresh", "fresh", fresh_login_required([] { return "fresh"; }));
    app.get("/confirm", "confirm", [] {
      confirm_login();
      return status(204);
    });
    app.get("/put/<key>/<value>", "put", [](const std::string& key, const std::string& value) {
      session[key] = value;
      return status(204);
    });
    app.get("/session/<key>", "session", [](const std::string& key) { return session.get(key).str(); });
    app.get("/everywhere", "everywhere",
            [] { return log_out_everywhere(current_user()) ? "done" : "nothing"; });
    app.get("/plain", "plain", [] { return "plain"; });
  }
};

}  // namespace retort::test
