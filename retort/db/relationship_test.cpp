// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/relationship.h"

#include "tests/support/postgresql_server.h"
#include <gtest/gtest.h>

#include "retort/db/ddl.h"
#include "retort/db/dialect.h"
#include "retort/db/engine.h"
#include "retort/db/view.h"

// Not in an unnamed namespace: GCC 12 gives what is instantiated for a pointer to a member of a
// type there one name in all source files.
namespace relationship_test {

using namespace retort;
using db::col;

struct Post;
struct Profile;
struct Tag;

struct User {
  std::int64_t id = 0;
  std::string name;
  db::Collection<Post> posts = {};
  db::Collection<User> followed = {};
  db::Collection<User> followers = {};
  db::Related<Profile> profile = {};
  db::WriteOnly<Post> all_posts = {};
};

struct Post {
  std::int64_t id = 0;
  std::string title;
  std::optional<std::int64_t> author_id = {};
  db::Related<User> author = {};
  db::Collection<Tag> tags = {};
};

struct Profile {
  std::int64_t id = 0;
  std::string motto;
  std::int64_t user_id = 0;
  db::Related<User> user = {};
};

struct Follow {
  std::int64_t follower_id = 0;
  std::int64_t followed_id = 0;
  std::int64_t weight = 7;
};

struct Tag {
  std::string name;
  std::int64_t post_id = 0;
  db::Related<Post> post = {};
};

/// A tag without delete-orphan on the other side.
struct Loner {
  std::string name;
  std::int64_t post_id = 0;
  db::Related<Post> post = {};
};

struct Node {
  std::int64_t id = 0;
  std::string name;
  std::optional<std::int64_t> parent_id = {};
  std::optional<std::int64_t> favourite_id = {};
  db::Related<Node> parent = {};
  db::Collection<Node> children = {};
  db::Related<Node> favourite = {};
};

struct Child;
struct Mother {
  std::int64_t id = 0;
  db::Collection<Child> children = {};
};
struct Child {
  std::int64_t id = 0;
  std::int64_t mother_id = 0;
  db::Related<Mother> mother = {};
};

const auto users = db::table<User>(
    "rel_users",
    db::relationship<&User::posts>(db::via<&Post::author_id>(), db::back_populates<&Post::author>(),
                                   db::order_by(db::desc<&Post::id>)),
    db::relationship<&User::followed>(db::secondary<&Follow::follower_id, &Follow::followed_id>(),
                                      db::order_by<&User::id>()),
    db::relationship<&User::followers>(db::secondary<&Follow::followed_id, &Follow::follower_id>(),
                                       db::back_populates<&User::followed>()),
    db::relationship<&User::profile>(db::back_populates<&Profile::user>(), db::cascade("all, delete-orphan")),
    db::relationship<&User::all_posts>(db::via<&Post::author_id>(), db::passive_deletes));
const auto posts = db::table<Post>(
    "rel_posts", db::column<&Post::author_id>(db::references<&User::id>()),
    db::relationship<&Post::tags>(db::cascade("all, delete-orphan"), db::back_populates<&Tag::post>(),
                                  db::order_by<&Tag::name>()));
const auto profiles =
    db::table<Profile>("rel_profiles", db::column<&Profile::user_id>(db::references<&User::id>()));
const auto follows =
    db::table<Follow>("rel_follows", db::primary_key<&Follow::follower_id, &Follow::followed_id>(),
                      db::column<&Follow::follower_id>(db::references<&User::id>()),
                      db::column<&Follow::followed_id>(db::references<&User::id>()));
const auto tags = db::table<Tag>("rel_tags", db::primary_key<&Tag::name, &Tag::post_id>(),
                                 db::column<&Tag::post_id>(db::references<&Post::id>()));
const auto nodes =
    db::table<Node>("rel_nodes", db::column<&Node::parent_id>(db::references<&Node::id>()),
                    db::column<&Node::favourite_id>(db::references<&Node::id>()),
                    db::relationship<&Node::parent>(db::via<&Node::parent_id>()),
                    db::relationship<&Node::children>(
                        db::via<&Node::parent_id>(), db::back_populates<&Node::parent>(), db::cascade("all")),
                    db::relationship<&Node::favourite>(db::via<&Node::favourite_id>()));

/// The same on each database.
class RelationshipTest : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const std::string name = GetParam();
    if (name == "postgresql" && !test::PostgresqlServer::is_installed())
      GTEST_SKIP() << "PostgreSQL is not installed";
    const std::string url = name == "sqlite" ? "sqlite://" : test::PostgresqlServer::shared().url();
    engine = Owned<db::Engine>(new db::Engine(url));
    db::drop_all(metadata(), *engine->connect());
    db::create_all(metadata(), *engine->connect());
  }
  static db::MetaData metadata() {
    return db::metadata_of({&users, &posts, &profiles, &follows, &tags, &nodes});
  }
  std::string answer(const std::string& sql) {
    std::string out;
    engine->execute(sql, {}, [&](const db::Row& row) {
      for (std::size_t i = 0; i < row.size(); ++i) {
        const db::Cell cell = row.cell(i);
        if (!out.empty()) out += ' ';
        out += cell.kind == db::Cell::Kind::integer ? std::to_string(cell.integer)
               : cell.is_null()                     ? "NULL"
                                                    : std::string(cell.text);
      }
      return true;
    });
    return out;
  }
  void fill() {
    engine->execute("INSERT INTO rel_users (id, name) VALUES (101, 'ada'), (102, 'bob'), (103, 'cy')");
    engine->execute(
        "INSERT INTO rel_posts (id, title, author_id) VALUES (101, 'one', 101), (102, 'two', 101), "
        "(103, 'three', 102), (104, 'nobody', NULL)");
    engine->execute("INSERT INTO rel_follows VALUES (101, 102, 0), (101, 103, 0), (102, 101, 0)");
    engine->execute("INSERT INTO rel_tags VALUES ('b', 101), ('a', 101), ('a', 103)");
    engine->execute("INSERT INTO rel_profiles VALUES (101, 'steam', 101)");
  }
  template <class List>
  static std::string names(const List& list) {
    std::string out;
    for (const auto& each : list) out += (out.empty() ? "" : " ") + each->name;
    return out;
  }
  template <class List>
  static std::string titles(const List& list) {
    std::string out;
    for (const auto& each : list) out += (out.empty() ? "" : " ") + each->title;
    return out;
  }

  Owned<db::Engine> engine;
};

TEST_P(RelationshipTest, LoadsAtTheFirstAccess) {
  fill();
  db::Session session(*engine);
  const auto post = session.get<Post>(101);
  EXPECT_EQ(post->author->name, "ada");
  EXPECT_EQ(post->author, session.get<User>(101));
  EXPECT_FALSE(session.get<Post>(104)->author);
  EXPECT_EQ(titles(post->author->posts), "two one");
  EXPECT_EQ(post->author->posts.size(), 2U);
  EXPECT_EQ(post->author->posts.at(1), post);
  EXPECT_FALSE(post->author->posts.at(2));
  EXPECT_TRUE(session.get<User>(103)->posts.empty());
  EXPECT_TRUE(post->author->posts.contains(post));
  EXPECT_EQ(names(post->author->followed), "bob cy");
  EXPECT_EQ(names(post->author->followers), "bob");
  EXPECT_EQ(names(post->tags), "a b");
  EXPECT_EQ(post->author->profile->motto, "steam");
  EXPECT_FALSE(session.get<User>(102)->profile);
  EXPECT_EQ(post->author->all_posts.select().count(), 2);
  EXPECT_EQ(post->author->all_posts.select().where(col<&Post::title> == "two").one()->id, 102);
}

TEST_P(RelationshipTest, AssignsKeysWhenTheyAreKnown) {
  db::Session session(*engine);
  const auto ada = session.add(User{.name = "ada"});
  const auto first = session.add(Post{.title = "first", .author = ada});
  ada->posts.append(Post{.title = "second"});
  EXPECT_EQ(ada->posts.size(), 2U);
  EXPECT_EQ(ada->posts.at(1)->author, ada);
  ada->all_posts.append(Post{.title = "third"});
  session.commit();
  EXPECT_EQ(answer("SELECT count(*) FROM rel_posts WHERE author_id = 1"), "3");
  EXPECT_EQ(first->author, ada);
  first->author = nullptr;
  EXPECT_TRUE(session.is_modified());
  session.commit();
  EXPECT_EQ(answer("SELECT title FROM rel_posts WHERE author_id IS NULL"), "first");
  EXPECT_EQ(ada->posts.size(), 2U);
  EXPECT_FALSE(session.is_modified());
}

TEST_P(RelationshipTest, OneAddAddsAllThatIsReached) {
  db::Session session(*engine);
  session.add(User{.name = "ada",
                   .posts = {db::make(Post{.title = "first", .tags = {db::make(Tag{.name = "x"})}}),
                             db::make(Post{.title = "second"})},
                   .followed = {db::make(User{.name = "bob"})},
                   .profile = db::make(Profile{.motto = "m"})});
  session.commit();
  EXPECT_EQ(answer("SELECT count(*) FROM rel_users"), "2");
  EXPECT_EQ(
      answer("SELECT author.name, rel_posts.title FROM rel_tags JOIN rel_posts ON rel_posts.id = post_id "
             "JOIN rel_users AS author ON author.id = author_id"),
      "ada first");
  EXPECT_EQ(answer("SELECT a.name, b.name, weight FROM rel_follows JOIN rel_users AS a ON a.id = follower_id "
                   "JOIN rel_users AS b ON b.id = followed_id"),
            "ada bob 7");
  EXPECT_EQ(answer("SELECT name FROM rel_profiles JOIN rel_users ON rel_users.id = user_id"), "ada");
}

TEST_P(RelationshipTest, BothSidesStayInStep) {
  fill();
  db::Session session(*engine);
  const auto ada = session.get<User>(101), bob = session.get<User>(102), cy = session.get<User>(103);
  const auto one = session.get<Post>(101);
  EXPECT_EQ(titles(ada->posts), "two one");
  one->author = bob;
  EXPECT_EQ(titles(ada->posts), "two");
  EXPECT_EQ(titles(bob->posts), "three one");  // as it was appended, until it is loaded again
  cy->posts.append(one);
  EXPECT_EQ(one->author, cy);
  EXPECT_EQ(titles(bob->posts), "three");
  cy->followed.append(ada);
  EXPECT_EQ(names(ada->followers), "bob cy");
  ada->followers.remove(bob);
  EXPECT_EQ(names(bob->followed), "");
  ada->followers.remove(cy);
  EXPECT_TRUE(cy->followed.empty());
  ada->followers.append(cy);
  EXPECT_TRUE(cy->followed.contains(ada));
  session.commit();
  EXPECT_EQ(answer("SELECT author_id FROM rel_posts WHERE id = 101"), "103");
  EXPECT_EQ(answer("SELECT follower_id FROM rel_follows WHERE followed_id = 101"), "103");
  EXPECT_EQ(names(ada->followers), "cy");
}

TEST_P(RelationshipTest, ManyToManyRowsComeAndGo) {
  fill();
  db::Session session(*engine);
  const auto ada = session.get<User>(101), bob = session.get<User>(102), cy = session.get<User>(103);
  EXPECT_TRUE(session.get<Follow>(101, 102));
  ada->followed.remove(bob);
  bob->followed.append(cy);
  bob->followed.append(cy);
  session.commit();
  EXPECT_EQ(answer("SELECT follower_id, followed_id, weight FROM rel_follows ORDER BY 1, 2"),
            "101 103 0 102 101 0 102 103 7");
  EXPECT_FALSE(session.get<Follow>(101, 102));
  ada->followed.append(bob);
  session.commit();
  EXPECT_EQ(session.get<Follow>(101, 102)->weight, 7);
  ada->followed.clear();
  session.rollback();
  EXPECT_EQ(names(ada->followed), "bob cy");
  ada->followed.clear();
  EXPECT_TRUE(ada->followed.empty());
  session.commit();
  EXPECT_EQ(answer("SELECT count(*) FROM rel_follows WHERE follower_id = 101"), "0");
}

TEST_P(RelationshipTest, DeletesByItsCascades) {
  fill();
  db::Session session(*engine);
  const auto ada = session.get<User>(101);
  const auto one = session.get<Post>(101);
  session.delete_(one);
  session.commit();
  EXPECT_EQ(answer("SELECT name, post_id FROM rel_tags"), "a 103");
  // The profile goes with its user, the posts stay without one, the follows are gone.
  session.delete_(ada);
  session.commit();
  EXPECT_EQ(answer("SELECT count(*) FROM rel_profiles"), "0");
  EXPECT_EQ(answer("SELECT author_id FROM rel_posts ORDER BY id"), "NULL 102 NULL");
  EXPECT_EQ(answer("SELECT count(*) FROM rel_follows"), "0");
}

TEST_P(RelationshipTest, OrphansGoUnlessTheyFindAnotherParent) {
  fill();
  db::Session session(*engine);
  const auto ada = session.get<User>(101), bob = session.get<User>(102);
  const auto one = session.get<Post>(101);
  const auto two = session.get<Post>(102);
  one->tags.remove(one->tags.at(0));
  session.commit();
  EXPECT_EQ(answer("SELECT name FROM rel_tags WHERE post_id = 101"), "b");
  const auto fresh = two->tags.append(Tag{.name = "never"});
  two->tags.remove(fresh);
  session.commit();
  EXPECT_EQ(answer("SELECT count(*) FROM rel_tags WHERE name = 'never'"), "0");
  // One-to-one: a profile that moves stays, one that is replaced goes.
  const auto profile = ada->profile.handle();
  profile->user = bob;
  EXPECT_FALSE(ada->profile);
  EXPECT_EQ(bob->profile, profile);
  session.commit();
  EXPECT_EQ(answer("SELECT user_id, motto FROM rel_profiles"), "102 steam");
  bob->profile = session.add(Profile{.motto = "new"});
  session.commit();
  EXPECT_EQ(answer("SELECT user_id, motto FROM rel_profiles"), "102 new");
}

TEST_P(RelationshipTest, NullWhereNoneMayBeNamesTheWayOut) {
  fill();
  db::Session session(*engine);
  const auto tag = session.get<Tag>("a", std::int64_t{103});
  const auto mapping = db::table<Loner>("rel_tags", db::primary_key<&Loner::name, &Loner::post_id>(),
                                        db::column<&Loner::post_id>(db::references<&Post::id>()));
  const auto loner = session.get<Loner>("b", std::int64_t{101});
  loner->post = nullptr;
  try {
    session.commit();
    FAIL();
  } catch (const db::IntegrityError& error) {
    EXPECT_EQ(error.failure().table, "rel_tags");
    EXPECT_EQ(error.failure().column, "post_id");
  }
  EXPECT_EQ(answer("SELECT count(*) FROM rel_tags"), "3");
  session.close();
}

TEST_P(RelationshipTest, AChildThatMayNotBeAloneIsAnError) {
  fill();
  db::Session session(*engine);
  const auto one = session.get<Post>(101);
  session.expire(one);
  session.get<Tag>("a", std::int64_t{101})->post = nullptr;  // delete-orphan: it goes
  session.commit();
  EXPECT_EQ(answer("SELECT name FROM rel_tags WHERE post_id = 101"), "b");
  const auto profile = session.get<Profile>(101);
  profile->user = nullptr;
  session.commit();  // the same
  EXPECT_EQ(answer("SELECT count(*) FROM rel_profiles"), "0");
}

TEST_P(RelationshipTest, PassiveDeletesLeaveRowsToTheDatabase) {
  fill();
  const auto parents =
      db::table<Mother>("rel_mothers", db::relationship<&Mother::children>(db::passive_deletes));
  const auto children = db::table<Child>(
      "rel_children", db::column<&Child::mother_id>(db::references<&Mother::id>().on_delete("CASCADE")));
  const auto tables = db::metadata_of({&parents, &children});
  db::drop_all(tables, *engine->connect());
  db::create_all(tables, *engine->connect());
  {
    db::Session session(*engine);
    const auto mother = session.add(Mother{.children = {db::make(Child{}), db::make(Child{})}});
    session.commit();
    EXPECT_EQ(answer("SELECT count(*) FROM rel_children WHERE mother_id = 1"), "2");
    session.delete_(mother);
    session.commit();
    EXPECT_EQ(answer("SELECT count(*) FROM rel_children"), "0");
    // Without passive_deletes they would have been loaded, and NULL refused.
    const auto post = session.get<Post>(101);
    post->tags.at(0)->post = nullptr;
    session.rollback();
    EXPECT_EQ(names(post->tags), "a b");
  }
  db::drop_all(tables, *engine->connect());
}

TEST_P(RelationshipTest, TreesAreWrittenFromTheRoot) {
  db::Session session(*engine);
  const auto leaf = session.add(Node{.name = "leaf"});
  const auto middle = session.add(Node{.name = "middle"});
  const auto root = session.add(Node{.name = "root"});
  leaf->parent = middle;
  root->children.append(middle);
  root->favourite = leaf;  // a circle: NULL first, then an UPDATE
  session.commit();
  EXPECT_EQ(answer("SELECT child.name, parent.name FROM rel_nodes AS child JOIN rel_nodes AS parent ON "
                   "parent.id = child.parent_id ORDER BY 1"),
            "leaf middle middle root");
  EXPECT_EQ(root->favourite, leaf);
  EXPECT_EQ(leaf->parent->parent, root);
  EXPECT_EQ(names(root->children), "middle");
  root->favourite = nullptr;
  session.delete_(root);
  session.commit();
  EXPECT_EQ(answer("SELECT count(*) FROM rel_nodes"), "0");
}

TEST_P(RelationshipTest, ARollbackLeavesObjectsThatCanBeAddedAgain) {
  fill();
  db::Session session(*engine);
  const auto ada = session.get<User>(101);
  const auto fresh = session.add(User{.name = "dee"});
  fresh->posts.append(Post{.title = "four"});
  const auto five = ada->posts.append(Post{.title = "five"});
  session.flush();
  session.rollback();
  EXPECT_EQ(titles(ada->posts), "two one");
  EXPECT_EQ(fresh->id, 0);
  EXPECT_EQ(fresh->posts.size(), 1U);
  EXPECT_EQ(five->author, ada);
  session.add(fresh);
  session.add(five);
  session.commit();
  EXPECT_EQ(answer("SELECT name FROM rel_posts JOIN rel_users ON rel_users.id = author_id WHERE title IN "
                   "('four', 'five') ORDER BY title"),
            "ada dee");
}

std::string warning;
int warnings = 0;
void warn(std::string_view message) {
  warning = message;
  ++warnings;
}

TEST_P(RelationshipTest, EagerLoadsNeedNoFurtherStatement) {
  fill();
  const auto check = [&](const char* what, const auto& options) {
    SCOPED_TRACE(what);
    warnings = 0;
    db::Session session(*engine, {.warn_n_plus_one = &warn, .n_plus_one = 0});
    const auto found = options(session.query<User>().order_by(db::asc<&User::id>)).all();
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(titles(found[0]->posts), "two one");
    EXPECT_EQ(titles(found[1]->posts), "three");
    EXPECT_TRUE(found[2]->posts.empty());
    EXPECT_EQ(names(found[0]->posts.at(1)->tags), "a b");
    EXPECT_EQ(names(found[0]->followed), "bob cy");
    EXPECT_EQ(names(found[2]->followers), "ada");
    EXPECT_EQ(found[0]->profile->motto, "steam");
    EXPECT_FALSE(found[1]->profile);
    EXPECT_EQ(warnings, 0) << warning;
  };
  using db::joinedload;
  using db::selectinload;
  check("selectin", [](const db::Query<User>& query) {
    return query.options(selectinload<&User::posts>().options(selectinload<&Post::tags>()),
                         selectinload<&User::followed>(), selectinload<&User::followers>(),
                         selectinload<&User::profile>());
  });
  check("joined", [](const db::Query<User>& query) {
    return query.options(joinedload<&User::posts>().options(joinedload<&Post::tags>()),
                         joinedload<&User::followed>(), joinedload<&User::followers>(),
                         joinedload<&User::profile>());
  });
  check("joined, counted rows", [](const db::Query<User>& query) {
    return query
        .options(joinedload<&User::posts>().options(selectinload<&Post::tags>()),
                 joinedload<&User::followed>(), joinedload<&User::followers>(), joinedload<&User::profile>())
        .limit(3);
  });
  db::Session session(*engine, {.warn_n_plus_one = &warn, .n_plus_one = 0});
  const auto all =
      session.query<Post>().order_by(db::asc<&Post::id>).options(joinedload<&Post::author>()).all();
  ASSERT_EQ(all.size(), 4U);
  EXPECT_EQ(all[2]->author->name, "bob");
  EXPECT_FALSE(all[3]->author);
  EXPECT_EQ(warnings, 0) << warning;
  EXPECT_THROW(session.query<User>().options(db::selectinload<&User::all_posts>()).all(), db::ArgumentError);
  EXPECT_THROW(session.query<User>().options(db::selectinload<&Post::tags>()).all(), db::ArgumentError);
}

TEST_P(RelationshipTest, LoadsOneByOneAreReportedOnceWithTheLine) {
  warnings = 0;
  db::Session session(*engine, {.warn_n_plus_one = &warn});
  for (int i = 0; i < 30; ++i) session.add(Post{.title = "p", .author = session.add(User{.name = "u"})});
  session.commit();
  session.close();
  const int line = __LINE__ + 1;
  const auto all = session.query<Post>().all();
  for (const auto& post : all) EXPECT_TRUE(post->author);
  EXPECT_EQ(warnings, 1);
  EXPECT_NE(warning.find("rel_posts.author was loaded 11 times"), std::string::npos) << warning;
  EXPECT_NE(warning.find("relationship_test.cpp:" + std::to_string(line)), std::string::npos) << warning;
  EXPECT_NE(warning.find("selectinload<&relationship_test::Post::author>"), std::string::npos) << warning;
}

TEST_P(RelationshipTest, RowsByKeyAndTheirChangesTravelTogether) {
  fill();
  warnings = 0;
  db::Session session(*engine, {.warn_n_plus_one = &warn, .n_plus_one = 2});
  const auto found = session.get_each<User>(std::vector<int>{103, 7, 101, 103});
  ASSERT_EQ(found.size(), 4U);
  EXPECT_EQ(found[0]->name, "cy");
  EXPECT_FALSE(found[1]);
  EXPECT_EQ(found[2]->name, "ada");
  EXPECT_EQ(found[3], found[0]);
  for (const auto& user : session.query<User>().all()) user->name += "!";
  session.commit();
  EXPECT_EQ(answer("SELECT name FROM rel_users ORDER BY id"), "ada! bob! cy!");
  EXPECT_EQ(session.get_each<User>(std::vector<int>{102, 101})[0]->name, "bob!");  // stale, in a batch
  EXPECT_EQ(warnings, 0) << warning;
}

TEST_P(RelationshipTest, TheSameStatementAgainAndAgainIsReportedOnce) {
  fill();
  warnings = 0;
  db::Session session(*engine, {.warn_n_plus_one = &warn, .n_plus_one = 2});
  for (int i = 101; i <= 103; ++i) EXPECT_TRUE(session.get<User>(i));
  EXPECT_EQ(warnings, 1);
  EXPECT_NE(warning.find("the same statement was run 3 times"), std::string::npos) << warning;
  EXPECT_NE(warning.find("FROM rel_users"), std::string::npos) << warning;
  for (int i = 101; i <= 104; ++i) EXPECT_TRUE(session.get<User>(101));  // in memory
  EXPECT_EQ(warnings, 1);
}

TEST_P(RelationshipTest, WhatCannotBeLoadedSaysSo) {
  fill();
  db::Handle<Post> kept;
  {
    db::Session session(*engine);
    kept = session.get<Post>(101);
    EXPECT_EQ(kept->author->name, "ada");
    const auto gone = session.get<Post>(102);
    session.expunge(gone);
    EXPECT_THROW(static_cast<void>(gone->author->name), db::DetachedInstanceError);
    const auto strict = session.query<Post>().options(db::raiseload<&Post::tags>()).all();
    EXPECT_THROW(static_cast<void>(strict[0]->tags.size()), db::InvalidRequestError);
  }
  EXPECT_EQ(kept->title, "one");
  try {
    static_cast<void>(kept->author->name);
    FAIL();
  } catch (const db::DetachedInstanceError& error) {
    EXPECT_NE(std::string(error.what()).find("rel_posts.author cannot be loaded"), std::string::npos)
        << error.what();
  }
  db::Session first(*engine), second(*engine);
  EXPECT_THROW(first.get<Post>(101)->author = second.get<User>(102), db::ArgumentError);
}

TEST_P(RelationshipTest, CopiesHaveNoneAndAssignmentsTakeTheObject) {
  fill();
  db::Session session(*engine);
  const auto one = session.get<Post>(101), three = session.get<Post>(103);
  const Post copy = *one;
  EXPECT_FALSE(copy.author);
  EXPECT_EQ(copy.author_id, 101);
  three->author = one->author;
  *one = Post{.id = 101, .title = "rewritten", .author_id = 101};
  session.commit();
  EXPECT_EQ(answer("SELECT title, author_id FROM rel_posts WHERE id IN (101, 103) ORDER BY id"),
            "rewritten 101 three 101");
}

TEST_P(RelationshipTest, TemplatesSeeRelationships) {
  fill();
  db::Session session(*engine);
  const std::vector<db::Handle<Post>> all = session.query<Post>().order_by(db::asc<&Post::id>).all();
  const Value list = Value::view(all);
  EXPECT_EQ(all.size(), 4U);
  const Value user = session.get<User>(101);
  EXPECT_EQ(user.as_object().attribute("name").as_string(), "ada");
  const Value profile = user.as_object().attribute("profile");
  EXPECT_EQ(profile.str(), Value::view(*session.get<User>(101)->profile).str());
  EXPECT_EQ(user.str(), "<User 101>");
  EXPECT_EQ(user.as_object().to_json().str(), "{'id': 101, 'name': 'ada'}");
  EXPECT_EQ(user.as_object().attribute("posts").str(),
            "[Post(id=102, title='two', author_id=101), Post(id=101, title='one', author_id=101)]");
  EXPECT_EQ(list.str().substr(0, 44), "[Post(id=101, title='one', author_id=101), P");
  const Value nobody = db::Handle<User>();
  EXPECT_TRUE(nobody.is_none());
}

INSTANTIATE_TEST_SUITE_P(Databases, RelationshipTest, testing::Values("sqlite", "postgresql"),
                         [](const auto& info) { return std::string(info.param); });

struct Loose;
struct Tight {
  std::int64_t id = 0;
  db::Collection<Loose> loose = {};
};
struct Loose {
  std::int64_t id = 0;
  std::int64_t tight_id = 0;
  db::Related<Tight> tight = {};
};

TEST(Relationship, MistakesNameTheirPlace) {
  const auto tight = db::table<Tight>("rel_tight");
  const auto loose = db::table<Loose>("rel_loose");
  try {
    static_cast<void>(db::make(Tight{.loose = {db::make(Loose{})}}));
    FAIL();
  } catch (const db::ArgumentError& error) {
    EXPECT_NE(std::string(error.what()).find("relationship_test::Tight::loose: no foreign key"),
              std::string::npos)
        << error.what();
  }
  EXPECT_THROW(db::table<Tight>("rel_tight", db::relationship<&Tight::loose>(db::cascade("al"))),
               db::ArgumentError);
}

TEST(Relationship, ObjectsThatNoSessionHasComeAndGo) {
  const auto user = db::make(User{.name = "ada"});
  const auto post = user->posts.append(Post{.title = "one"});
  EXPECT_EQ(post->author, user);
  {
    const auto other = db::make(User{.name = "bob"});
    post->author = other;
    EXPECT_TRUE(user->posts.empty());
    EXPECT_EQ(other->posts.size(), 1U);
  }
  EXPECT_EQ(post->author->name, "bob");
  {
    const auto brief = db::make(User{.name = "cy"});
    brief->posts.append(post);
    EXPECT_EQ(post->author, brief);
  }
  EXPECT_FALSE(post->author);
}

}  // namespace relationship_test
