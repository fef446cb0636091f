// SPDX-License-Identifier: BSD-3-Clause
// What docs/relationships.md quotes.
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "check.h"
#include <retort/db/ddl.h>
#include <retort/db/engine.h>
#include <retort/db/relationship.h>
#include <retort/db/view.h>

namespace blog {

using namespace retort;
using db::col;

struct Post;

struct User {
  std::int64_t id = 0;
  std::string name;
  db::Collection<Post> posts = {};
  db::Collection<User> followed = {};
  db::Collection<User> followers = {};
};

struct Post {
  std::int64_t id = 0;
  std::string title;
  std::optional<std::int64_t> author_id = {};
  db::Related<User> author = {};
};

struct Follow {
  std::int64_t follower_id = 0;
  std::int64_t followed_id = 0;
};

inline const auto users = db::table<User>(
    "users",
    db::relationship<&User::posts>(db::via<&Post::author_id>(), db::back_populates<&Post::author>(),
                                   db::cascade("all, delete-orphan"), db::order_by(db::desc<&Post::id>)),
    db::relationship<&User::followed>(db::secondary<&Follow::follower_id, &Follow::followed_id>()),
    db::relationship<&User::followers>(db::secondary<&Follow::followed_id, &Follow::follower_id>(),
                                       db::back_populates<&User::followed>()));

inline const auto posts =
    db::table<Post>("posts", db::column<&Post::author_id>(db::references<&User::id>(), db::indexed));

inline const auto follows =
    db::table<Follow>("follows", db::primary_key<&Follow::follower_id, &Follow::followed_id>(),
                      db::column<&Follow::follower_id>(db::references<&User::id>()),
                      db::column<&Follow::followed_id>(db::references<&User::id>()));

void write(db::Session& session) {
  const auto ada = session.add(User{.name = "Ada"});
  const auto bob = session.add(User{.name = "Bob"});
  const auto first = session.add(Post{.title = "First", .author = ada});
  ada->posts.append(Post{.title = "Second"});
  bob->followed.append(ada);
  session.commit();  // keys are known and written now

  first->author = bob;        // leaves ada->posts, joins bob->posts
  bob->followed.remove(ada);  // the row of follows goes
  session.commit();
}

std::string read(db::Session& session) {
  std::string out;
  for (const auto& user : session.query<User>().order_by(db::asc<&User::id>).all()) {
    out += user->name + ":";
    for (const auto& post : user->posts) out += " " + post->title;
    out += "\n";
  }
  return out;
}

std::size_t eager(db::Session& session) {
  const auto all = session.query<User>()
                       .options(db::selectinload<&User::posts>(),
                                db::selectinload<&User::followers>().options(db::joinedload<&User::posts>()))
                       .all();
  return all[0]->posts.size();
}

std::string last_warning;

db::SessionOptions watched() {
  return {.warn_n_plus_one = [](std::string_view message) { last_warning = message; }, .n_plus_one = 1};
}

std::string shown(db::Session& session) {
  const Value user = session.get<User>(1);  // for a template: {{ user.name }}, {% for post in user.posts %}
  return user.str();
}

}  // namespace blog

int main() {
  using namespace blog;
  guide::Checks checks;
  db::Engine engine("sqlite://");
  db::create_all(db::metadata_of({&users, &posts, &follows}), *engine.connect());
  {
    db::Session session(engine);
    write(session);
    checks.equal(read(session), "Ada: Second\nBob: First\n", "posts");
    checks.equal(session.query<Follow>().count(), 0, "follows");
    checks.equal(eager(session), 1U, "eager");
    checks.equal(shown(session), "<User 1>", "value");
  }
  db::Session session(engine, watched());
  read(session);
  checks.equal(last_warning.find("users.posts was loaded 2 times") != std::string::npos, true, "watchdog");
  return checks.failures();
}
