// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What the microblog keeps: users, their posts, and who follows whom.
#include <cstdint>
#include <optional>
#include <string>

#include <retort/base/civil_time.h>
#include <retort/db/relationship.h>
#include <retort/ext/sqlalchemy/database.h>

namespace microblog {

using namespace retort;
using db::col;

/// The app's database: `db.session()`, `db.query<Post>()`.
extern db::Database db;

struct Post;

struct User {
  std::int64_t id = 0;
  std::string username;
  std::string email;
  std::string password_hash;
  DateTime created_at = utcnow();
  std::optional<std::string> about = {};
  db::WriteOnly<Post> posts = {};
  db::WriteOnly<User> followed = {};
  db::WriteOnly<User> followers = {};
};

struct Post {
  std::int64_t id = 0;
  std::string body;
  DateTime created_at = utcnow();
  std::int64_t author_id = 0;
  db::Related<User> author = {};
};

struct Follow {
  std::int64_t follower_id = 0;
  std::int64_t followed_id = 0;
};

inline constexpr int kUsernameLength = 32;
inline constexpr int kEmailLength = 120;
inline constexpr int kAboutLength = 160;
inline constexpr int kPostLength = 280;

inline const auto users = db::table<User>(
    "users", db::column<&User::username>(db::length(kUsernameLength), db::unique, db::indexed),
    db::column<&User::email>(db::length(kEmailLength), db::unique, db::indexed),
    db::column<&User::password_hash>(db::length(256)), db::column<&User::about>(db::length(kAboutLength)),
    db::relationship<&User::posts>(db::via<&Post::author_id>(), db::back_populates<&Post::author>(),
                                   db::passive_deletes),
    db::relationship<&User::followed>(db::secondary<&Follow::follower_id, &Follow::followed_id>(),
                                      db::passive_deletes),
    db::relationship<&User::followers>(db::secondary<&Follow::followed_id, &Follow::follower_id>(),
                                       db::back_populates<&User::followed>(), db::passive_deletes));

inline const auto posts = db::table<Post>(
    "posts", db::column<&Post::body>(db::length(kPostLength)), db::column<&Post::created_at>(db::indexed),
    db::column<&Post::author_id>(db::references<&User::id>().on_delete("CASCADE"), db::indexed));

inline const auto follows = db::table<Follow>(
    "follows", db::primary_key<&Follow::follower_id, &Follow::followed_id>(),
    db::column<&Follow::follower_id>(db::references<&User::id>().on_delete("CASCADE")),
    db::column<&Follow::followed_id>(db::references<&User::id>().on_delete("CASCADE"), db::indexed),
    db::check("follower_id <> followed_id", "nobody_follows_himself"));

/// Posts, the latest first, each with its author.
db::Query<Post> latest_posts();
/// Of the user and those that he follows, in one statement.
db::Query<Post> timeline_of(const User& user);
/// Whose body, or author's name, contains the text.
db::Query<Post> posts_about(const std::string& text);
db::Query<User> users_named(const std::string& text);
db::Handle<User> user_named(const std::string& username);

bool is_following(const User& follower, const User& followed);
void follow(const db::Handle<User>& follower, const db::Handle<User>& followed);
void unfollow(const db::Handle<User>& follower, const db::Handle<User>& followed);

}  // namespace microblog
