// SPDX-License-Identifier: BSD-3-Clause
#include "api.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include <retort/fiber/sync.h>

using namespace retort;

namespace {

struct User {
  std::int64_t id = 0;
  std::string name;
  std::string email;
};

struct NewUser {
  std::string name;
  std::string email;
};

struct UserChange {
  std::optional<std::string> name;
  std::optional<std::string> email;
};

// Shared by all workers; a fiber::Mutex parks the request that waits, not its worker.
class Users {
 public:
  std::vector<User> all() {
    const fiber::LockGuard lock(mutex_);
    std::vector<User> out;
    for (const auto& [id, user] : users_) out.push_back(user);
    return out;
  }
  std::optional<User> find(std::int64_t id) {
    const fiber::LockGuard lock(mutex_);
    const auto found = users_.find(id);
    return found == users_.end() ? std::nullopt : std::optional(found->second);
  }
  /// Empty when the email is taken.
  std::optional<User> add(const NewUser& user) {
    const fiber::LockGuard lock(mutex_);
    if (taken(user.email, 0)) return std::nullopt;
    const std::int64_t id = ++last_id_;
    return users_[id] = User{id, user.name, user.email};
  }
  enum class Changed { yes, missing, taken };
  Changed change(std::int64_t id, const UserChange& change, User& out) {
    const fiber::LockGuard lock(mutex_);
    const auto found = users_.find(id);
    if (found == users_.end()) return Changed::missing;
    if (change.email && taken(*change.email, id)) return Changed::taken;
    if (change.name) found->second.name = *change.name;
    if (change.email) found->second.email = *change.email;
    out = found->second;
    return Changed::yes;
  }
  bool remove(std::int64_t id) {
    const fiber::LockGuard lock(mutex_);
    return users_.erase(id) != 0;
  }

 private:
  bool taken(const std::string& email, std::int64_t but) const {
    for (const auto& [id, user] : users_) {
      if (id != but && user.email == email) return true;
    }
    return false;
  }

  fiber::Mutex mutex_;
  std::map<std::int64_t, User> users_;
  std::int64_t last_id_ = 0;
};

json error(std::string_view message) { return json({{"error", message}}); }

/// What is wrong with a user's fields beyond their types; empty: nothing.
Value problems(const std::optional<std::string>& name, const std::optional<std::string>& email) {
  Value out = Value::dict();
  if (name && name->empty()) out.set("name", Value::list({"Must not be empty."}));
  if (email && email->find('@') == std::string::npos)
    out.set("email", Value::list({"Not a valid email address."}));
  return out;
}

}  // namespace

App create_app() {
  App app{"api"};
  auto users = std::make_shared<Users>();

  app.get("/api/health", "health", [] { return json({{"status", "ok"}}); });

  app.get("/api/users", "list_users", [users] { return users->all(); });

  app.post("/api/users", "create_user", [users](Json<NewUser> body) -> Response {
    if (const Value wrong = problems(body->name, body->email); wrong.truthy())
      return make_response(pair{json({{"errors", wrong}}), 422});
    const auto user = users->add(*body);
    if (!user) return make_response(pair{error("Email already exists"), 409});
    return make_response(
        tuple{*user, 201, Headers{{"Location", url_for("get_user", {{"user_id", user->id}})}}});
  });

  app.get("/api/users/<int:user_id>", "get_user",
          [users](std::int64_t user_id) { return users->find(user_id); });

  app.put("/api/users/<int:user_id>", "update_user",
          [users](std::int64_t user_id, Json<UserChange> body) -> Response {
            if (const Value wrong = problems(body->name, body->email); wrong.truthy())
              return make_response(pair{json({{"errors", wrong}}), 422});
            User user;
            switch (users->change(user_id, *body, user)) {
              case Users::Changed::missing:
                abort(404);
              case Users::Changed::taken:
                return make_response(pair{error("Email already exists"), 409});
              case Users::Changed::yes:
                break;
            }
            return make_response(user);
          });

  app.delete_("/api/users/<int:user_id>", "delete_user", [users](std::int64_t user_id) {
    if (!users->remove(user_id)) abort(404);
    return status(204);
  });

  app.errorhandler(404, [] { return pair{error("Not found"), 404}; });
  app.errorhandler(405, [](const HTTPException& e) {
    return tuple{error("Method not allowed"), 405, e.headers()};
  });
  app.errorhandler(400, [](const HTTPException& e) { return pair{error(e.description()), 400}; });
  app.errorhandler(415, [](const HTTPException& e) { return pair{error(e.description()), 415}; });
  return app;
}
