// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Post: a title and a text, by somebody.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "app/models/user.h"

namespace flaskr {

struct Post {
  std::int64_t id = 0;
  std::string title;
  std::string body;
  DateTime created_at = utcnow();
  std::optional<DateTime> edited_at = {};
  std::int64_t user_id = 0;
  db::Related<User> author = {};
};

inline constexpr int kTitleLength = 120;
inline constexpr int kBodyLength = 20'000;

/// The latest first, each with its author.
db::Query<Post> latest_posts();
/// A title for a text that came without one: the beginning of its first line that is not empty.
std::string title_of(std::string_view body);

}  // namespace flaskr
