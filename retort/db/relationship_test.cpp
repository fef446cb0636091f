// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/relationship.h"

#include <gtest/gtest.h>

#include "retort/db/ddl.h"
#include "retort/db/dialect.h"
#include "retort/db/engine.h"

// Not in an unnamed namespace: GCC 12 gives what is instantiated for a pointer to a member of a
// type there one name in all source files.
namespace relationship_test {

using namespace retort;
using db::col;

struct Post;
struct Profile;

struct User {
  std::int64_t id = 0;
  std::string name;
  db::Collection<Post> posts = {};
  db::Collection<User> followed = {};
  db::Collection<User> followers = {};
  db::Related<Profile> profile = {};
};

struct Post {
  std::int64_t id = 0;
  std::string title;
  std::optional<std::int64_t> author_id = {};
  db::Related<User> author = {};
};

struct Profile {
  std::int64_t id = 0;
  std::string motto;
  std::optional<std::int64_t> user_id = {};
  db::Related<User> user = {};
};

struct Follow {
  std::int64_t follower_id = 0;
  std::int64_t followed_id = 0;
  std::int64_t weight = 7;
};

const auto users = db::table<User>(
    "rel_users",
    db::relationship<&User::posts>(db::via<&Post::author_id>(), db::back_populates<&Post::author>(),
                                   db::order_by(db::desc<&Post::id>)),
    db::relationship<&User::followed>(db::secondary<&Follow::follower_id, &Follow::followed_id>(),
                                      db::order_by<&User::id>()),
    db::relationship<&User::followers>(db::secondary<&Follow::followed_id, &Follow::follower_id>(),
                                       db::back_populates<&User::followed>()),
    db::relationship<&User::profile>(db::back_populates<&Profile::user>(),
                                     db::cascade("all, delete-orphan")));
const auto posts = db::table<Post>("rel_posts", db::column<&Post::author_id>(db::references<&User::id>()));
const auto profiles =
    db::table<Profile>("rel_profiles", db::column<&Profile::user_id>(db::references<&User::id>()));
const auto follows =
    db::table<Follow>("rel_follows", db::primary_key<&Follow::follower_id, &Follow::followed_id>(),
                      db::column<&Follow::follower_id>(db::references<&User::id>()),
                      db::column<&Follow::followed_id>(db::references<&User::id>()));

class RelationshipTest : public testing::Test {
 protected:
  RelationshipTest() {
    db::create_all(db::metadata_of({&users, &posts, &profiles, &follows}), *engine.connect());
  }
  std::int64_t number(const std::string& sql) {
    std::int64_t out = -1;
    engine.execute(sql, {}, [&](const db::Row& row) {
      out = row.cell(0).integer;
      return true;
    });
    return out;
  }
  void fill() {
    engine.execute("INSERT INTO rel_users (id, name) VALUES (1, 'ada'), (2, 'bob'), (3, 'cy')");
    engine.execute(
        "INSERT INTO rel_posts (id, title, author_id) VALUES (1, 'one', 1), (2, 'two', 1), (3, 'three', 2), "
        "(4, 'nobody', NULL)");
    engine.execute("INSERT INTO rel_follows VALUES (1, 2, 0), (1, 3, 0), (2, 1, 0)");
  }

  db::Engine engine{"sqlite://"};
};

TEST_F(RelationshipTest, LoadsAtTheFirstAccess) {
  fill();
  db::Session session(engine);
  const auto post = session.get<Post>(1);
  EXPECT_EQ(post->author->name, "ada");
  EXPECT_EQ(post->author.get(), session.get<User>(1));
  EXPECT_FALSE(session.get<Post>(4)->author);
  std::string titles;
  for (const auto& each : post->author->posts) titles += each->title + " ";
  EXPECT_EQ(titles, "two one ");
  EXPECT_EQ(post->author->posts.size(), 2U);
  EXPECT_TRUE(session.get<User>(3)->posts.empty());
  EXPECT_TRUE(post->author->posts.contains(post));
  std::string names;
  for (auto& each : session.get<User>(1)->followed) names += each->name + " ";
  EXPECT_EQ(names, "bob cy ");
  EXPECT_EQ(session.get<User>(1)->followers.at(0)->name, "bob");
}

TEST_F(RelationshipTest, AssignsKeysWhenTheyAreKnown) {
  db::Session session(engine);
  const auto ada = session.add(User{.name = "ada"});
  const auto first = session.add(Post{.title = "first", .author = ada});
  ada->posts.append(Post{.title = "second"});
  EXPECT_EQ(ada->posts.size(), 2U);
  EXPECT_EQ(ada->posts.at(1)->author, ada);
  session.commit();
  EXPECT_EQ(number("SELECT count(*) FROM rel_posts WHERE author_id = 1"), 2);
  EXPECT_EQ(first->author, ada);
  first->author = nullptr;
  session.commit();
  EXPECT_EQ(number("SELECT count(*) FROM rel_posts WHERE author_id = 1"), 1);
  EXPECT_EQ(ada->posts.size(), 1U);
}

}  // namespace relationship_test
