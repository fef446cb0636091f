// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// User: somebody who can log in, and whose name stands at his posts.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "app/extensions.h"
#include <retort/base/civil_time.h>
#include <retort/db/relationship.h>

namespace flaskr {

struct Post;

struct User {
  std::int64_t id = 0;
  std::string username;
  std::string email;
  std::string password_hash = {};
  std::optional<std::string> about = {};
  bool is_active = true;
  std::int64_t login_generation = 0;  ///< signed with the id: another one ends every login
  DateTime created_at = utcnow();
  db::WriteOnly<Post> posts = {};

  /// Both are slow by design, and let other requests run meanwhile.
  void set_password(std::string_view password);
  bool check_password(std::string_view password) const;
};

inline constexpr int kUsernameLength = 32;
inline constexpr int kEmailLength = 120;
inline constexpr int kAboutLength = 200;
inline constexpr int kShortestPassword = 8;
inline constexpr int kLongestPassword = 256;

/// Empty when there is none. Addresses are kept in lower case.
db::Handle<User> user_with_email(const std::string& email);
db::Handle<User> user_named(const std::string& username);

}  // namespace flaskr
