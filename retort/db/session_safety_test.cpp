// SPDX-License-Identifier: BSD-3-Clause
// What a session must not lose, write twice or fall over.
#include <cstdio>
#include <limits>
#include <string>

#include "tests/support/postgresql_server.h"
#include <gtest/gtest.h>
#include <unistd.h>

#include "retort/db/ddl.h"
#include "retort/db/dialect.h"
#include "retort/db/engine.h"
#include "retort/db/relationship.h"
#include "retort/fiber/task.h"
#include "retort/value/value.h"

namespace session_safety_test {

using namespace retort;
using db::col;

struct Doc {
  std::int64_t id = 0;
  std::string name;
  std::int64_t version = 0;
  Value data = {};
  std::optional<double> score = {};
};

struct Twig;
struct Branch {
  std::int64_t id = 0;
  std::optional<std::int64_t> parent_id = {};
  db::Related<Branch> parent = {};
  db::Collection<Branch> children = {};
  db::Collection<Twig> twigs = {};
  db::Collection<Branch> friends = {};
};
struct Twig {
  std::int64_t id = 0;
  std::optional<std::int64_t> branch_id = {};
  db::Related<Branch> branch = {};
};
struct Friend {
  std::int64_t one_id = 0;
  std::int64_t other_id = 0;
};
struct Elsewhere {
  std::int64_t id = 0;
};
struct Knot {
  std::int64_t id = 0;
  std::optional<std::int64_t> left_id = {};
  std::optional<std::int64_t> right_id = {};
};
struct Named {
  std::string key;
  int turn = 0;
};

const auto branches = db::table<Branch>(
    "saf_branches", db::column<&Branch::parent_id>(db::references<&Branch::id>()),
    db::relationship<&Branch::parent>(db::via<&Branch::parent_id>()),
    db::relationship<&Branch::children>(db::via<&Branch::parent_id>(), db::back_populates<&Branch::parent>(),
                                        db::cascade("all")),
    db::relationship<&Branch::friends>(db::secondary<&Friend::one_id, &Friend::other_id>()));
const auto twigs = db::table<Twig>("saf_twigs", db::column<&Twig::branch_id>(db::references<&Branch::id>()));
const auto friends = db::table<Friend>("saf_friends", db::primary_key<&Friend::one_id, &Friend::other_id>(),
                                       db::column<&Friend::one_id>(db::references<&Branch::id>()),
                                       db::column<&Friend::other_id>(db::references<&Branch::id>()));
const auto elsewhere = db::table<Elsewhere>("saf_elsewhere", db::bind("other"));
const auto knots = db::table<Knot>("saf_knots", db::column<&Knot::left_id>(db::references<&Knot::id>()),
                                   db::column<&Knot::right_id>(db::references<&Knot::id>()));
const auto named_rows = db::table<Named>("saf_named", db::primary_key<&Named::key>());

const auto docs =
    db::table<Doc>("saf_docs", db::version<&Doc::version>(), db::column<&Doc::data>(db::nullable));

class SafetyTest : public testing::Test {
 protected:
  SafetyTest() {
    db::create_all(db::metadata_of({&docs, &branches, &twigs, &friends, &knots, &named_rows}),
                   *engine.connect());
  }
  std::int64_t number(const std::string& sql) {
    std::int64_t out = -1;
    engine.execute(sql, {}, [&](const db::Row& row) {
      out = row.cell(0).integer;
      return true;
    });
    return out;
  }
  template <class Run>
  static std::string message_of(Run run) {
    try {
      run();
    } catch (const db::Error& error) {
      return error.what();
    }
    return "nothing was thrown";
  }

  db::Engine engine{"sqlite://"};
  db::Session session{engine};
};

TEST_F(SafetyTest, EmptyHandlesAreRefused) {
  const db::Handle<Doc> empty;
  const std::string expected = "table 'saf_docs': an empty handle, which stands for no object";
  EXPECT_EQ(message_of([&] { session.add(empty); }), expected);
  EXPECT_EQ(message_of([&] { session.add_all(std::vector{empty}); }), expected);
  EXPECT_EQ(message_of([&] { session.delete_(empty); }), expected);
  EXPECT_EQ(message_of([&] { session.refresh(empty); }), expected);
  EXPECT_EQ(message_of([&] { session.expire(empty); }), expected);
  EXPECT_EQ(message_of([&] { session.expunge(empty); }), expected);
  EXPECT_EQ(message_of([&] { session.merge(empty); }), expected);
}

TEST_F(SafetyTest, ChangesInsideOfADictAreWritten) {
  const auto doc = session.add(Doc{.name = "a", .data = Value::dict({{"tags", Value::list({1})}})});
  session.flush();
  EXPECT_FALSE(session.is_modified());
  Value tags = doc->data["tags"];
  tags.push_back(2);
  EXPECT_TRUE(session.is_modified());
  session.commit();
  EXPECT_EQ(doc->data.str(), "{'tags': [1, 2]}");
}

TEST_F(SafetyTest, NanIsNoChange) {
  const auto equal = [](std::optional<double> a, std::optional<double> b) {
    return db::detail::member_type<std::optional<double>>.equal(&a, &b);
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(equal(nan, nan));
  EXPECT_FALSE(equal(nan, 1.0));
  EXPECT_FALSE(equal(nan, std::nullopt));
  EXPECT_TRUE(equal(std::nullopt, std::nullopt));
}

TEST_F(SafetyTest, LongChainsOfNewObjectsComeAndGo) {
  fiber::run([&] {
    {
      db::Handle<Branch> leaf = db::make(Branch{});
      for (int i = 0; i < 3000; ++i) leaf = db::make(Branch{.parent = leaf});
    }
    db::Handle<Branch> leaf = db::make(Branch{});
    for (int i = 0; i < 1000; ++i) leaf = db::make(Branch{.parent = leaf});
    session.add(leaf);
    session.commit();
    EXPECT_EQ(number("SELECT count(*) FROM saf_branches"), 1001);
    session.delete_(session.query<Branch>().where(col<&Branch::parent_id> == nullptr).one());
    session.commit();
    EXPECT_EQ(number("SELECT count(*) FROM saf_branches"), 0);
  });
}

TEST_F(SafetyTest, WhatWasNewAndDeletedIsNewAgainAfterARollback) {
  const auto doc = session.add(Doc{.name = "a"});
  session.flush();
  session.delete_(doc);
  session.flush();
  session.rollback();
  EXPECT_FALSE(session.is_modified());
  session.add(doc);
  session.commit();
  EXPECT_EQ(number("SELECT count(*) FROM saf_docs"), 1);
  // A deleted row's key that another took meanwhile.
  session.delete_(doc);
  session.flush();
  const auto other = session.add(Doc{.id = doc->id, .name = "b"});
  session.flush();
  session.rollback();
  EXPECT_EQ(session.get<Doc>(doc->id), doc);
  EXPECT_EQ(doc->name, "a");
}

TEST_F(SafetyTest, MergeTakesNoOldVersionAndNoRelationship) {
  const auto doc = session.add(Doc{.name = "a"});
  session.commit();
  const std::int64_t old = doc->version;
  doc->name = "b";
  session.commit();
  EXPECT_THROW(session.merge(Doc{.id = doc->id, .name = "late", .version = old}), db::StaleDataError);
  EXPECT_EQ(session.merge(Doc{.id = doc->id, .name = "c", .version = doc->version}), doc);
  session.commit();
  session.merge(Doc{.id = doc->id, .name = "d"});
  session.commit();
  EXPECT_EQ(doc->name, "d");
  const auto root = session.add(Branch{});
  const auto branch = session.add(Branch{.parent = root});
  session.commit();
  EXPECT_THROW(session.merge(Branch{.id = branch->id, .parent = root}), db::ArgumentError);
  EXPECT_THROW(session.merge(db::make(Branch{.id = branch->id, .parent = root})), db::ArgumentError);
  EXPECT_THROW(session.merge(Branch{.id = root->id, .children = {db::make(Branch{})}}), db::ArgumentError);
  session.merge(Branch{.id = branch->id, .parent_id = root->id});
  session.commit();
  EXPECT_EQ(branch->parent, root);
}

TEST_F(SafetyTest, OneDatabaseForOneStatement) {
  db::Engine other("sqlite://");
  other.execute("CREATE TABLE saf_elsewhere (id INTEGER PRIMARY KEY)");
  other.execute("INSERT INTO saf_elsewhere VALUES (7)");
  db::Session both(retort::Function<db::Engine&(std::string_view)>(
                       [&](std::string_view key) -> db::Engine& { return key == "other" ? other : engine; }),
                   {});
  const auto id = col<&Elsewhere::id>;
  EXPECT_EQ(both.scalar(db::select(db::func::max(id))).value(), 7);
  const auto inner = db::select(id).subquery("inner_rows");
  EXPECT_EQ(both.scalar(db::select(inner(id)).from(inner)), 7);
  EXPECT_EQ(both.scalar(db::select(db::literal(std::int64_t{3})).where(db::exists(db::select(id)))), 3);
  EXPECT_EQ(both.text("SELECT * FROM saf_elsewhere", {}, "other"), 1);
  EXPECT_THROW(both.scalars(db::select(col<&Doc::id>).where(col<&Doc::id>.in(db::select(id)))),
               db::ArgumentError);
}

TEST_F(SafetyTest, DeletesAreTakenBackWithTheirCascades) {
  const auto root = session.add(Branch{});
  const auto child = session.add(Branch{.parent = root});
  session.commit();
  session.delete_(root);
  session.add(root);
  session.commit();
  EXPECT_EQ(number("SELECT count(*) FROM saf_branches"), 2);
  session.delete_(child);
  session.expunge(child);
  session.commit();
  EXPECT_EQ(number("SELECT count(*) FROM saf_branches"), 2);
}

TEST_F(SafetyTest, FibersThatShareASessionAreTold) {
  const std::string path = testing::TempDir() + "session_safety_" + std::to_string(getpid()) + ".db";
  std::remove(path.c_str());
  fiber::run([&] {
    db::Engine file("sqlite:////" + path.substr(1));
    db::create_all(db::metadata_of({&docs}), *file.connect());
    db::Session other(file), shared(file);
    other.add(Doc{.name = "other"});
    other.flush();
    std::string message;
    fiber::gather(
        [&] {
          shared.add(Doc{.name = "first"});
          shared.commit();
        },
        [&] {
          fiber::sleep_for(milliseconds(10));
          shared.add(Doc{.name = "second"});
          message = message_of([&] { shared.commit(); });
          EXPECT_NE(message_of([&] { shared.query<Doc>().count(); }).find("in use"), std::string::npos);
          other.rollback();
        });
    EXPECT_NE(message.find("the session is in use"), std::string::npos) << message;
    shared.commit();
    EXPECT_EQ(shared.query<Doc>().count(), 2);
  });
  std::remove(path.c_str());
}

TEST_F(SafetyTest, LockedRowsAreReadAnew) {
  const auto doc = session.add(Doc{.name = "a"});
  session.commit();
  EXPECT_EQ(doc->name, "a");
  engine.execute("UPDATE saf_docs SET name = 'b'");
  EXPECT_EQ(session.query<Doc>().one()->name, "a");
  EXPECT_EQ(session.query<Doc>().with_for_update().one()->name, "b");
  session.rollback();
  session.begin();
  EXPECT_TRUE(session.in_transaction());
  EXPECT_THROW(session.begin(), db::InvalidRequestError);
}

TEST_F(SafetyTest, ANewRowMayHaveTheNumberOfOneThatVanished) {
  const auto gone = session.add(Doc{.name = "gone"});
  session.commit();
  EXPECT_EQ(gone->id, 1);
  engine.execute("DELETE FROM saf_docs");
  const auto fresh = session.add(Doc{.name = "fresh"});
  session.commit();
  EXPECT_EQ(fresh->id, 1);
  EXPECT_EQ(session.get<Doc>(1), fresh);
  gone->name = "nobody's";
  session.commit();
  EXPECT_EQ(fresh->name, "fresh");
}

TEST_F(SafetyTest, AChangeOfAStaleObjectIsNotLost) {
  const auto doc = session.add(Doc{.name = "a"});
  Doc& reference = *doc;
  session.commit();
  reference.name = "b";
  EXPECT_NE(message_of([&] { session.commit(); }).find("table 'saf_docs'"), std::string::npos);
  session.rollback();
  EXPECT_EQ(doc->name, "a");
  session.expire_all();
  reference.name = "b";
  EXPECT_THROW(static_cast<void>(doc->name), db::InvalidRequestError);
  session.expire(doc);
  EXPECT_EQ(doc->name, "a");
  doc->name = "given up";
  session.refresh(doc);
  EXPECT_EQ(doc->name, "a");
  doc->name = "given up";
  session.expire_all();
  session.commit();
  EXPECT_EQ(doc->name, "a");
}

TEST_F(SafetyTest, TextThatReadsBeginsNoTransaction) {
  for (const char* sql :
       {"SELECT 1", " values (1)", "WITH n AS (SELECT 'DELETE' AS x) SELECT * FROM n -- UPDATE",
        "EXPLAIN SELECT \"update\" FROM (SELECT 1 AS \"update\")"}) {
    session.text(sql);
    EXPECT_FALSE(session.in_transaction()) << sql;
  }
  for (const char* sql : {"WITH n AS (SELECT 1) DELETE FROM saf_docs", "UPDATE saf_docs SET name = ''"}) {
    session.text(sql);
    EXPECT_TRUE(session.in_transaction()) << sql;
    session.rollback();
  }
}

TEST_F(SafetyTest, WhatIsThereIsNotAppendedAgain) {
  {
    db::Session first(engine);
    const auto one = first.add(Branch{}), other = first.add(Branch{});
    first.flush();
    one->friends.append(other);
    one->twigs.append(Twig{});
    first.commit();
  }
  const auto one = session.get<Branch>(1), other = session.get<Branch>(2);
  one->friends.append(other);
  session.commit();
  EXPECT_EQ(one->friends.size(), 1U);
  const auto twig = session.get<Twig>(1);
  EXPECT_EQ(one->twigs.size(), 1U);
  one->twigs.append(twig);
  EXPECT_EQ(one->twigs.size(), 1U);
  EXPECT_FALSE(session.is_modified());
  one->friends.remove(other);
  session.commit();
  EXPECT_EQ(number("SELECT count(*) FROM saf_friends"), 0);
}

TEST_F(SafetyTest, RowsThatAreDeletedTwiceOrMovedOnAreNotStale) {
  const auto one = session.add(Branch{}), other = session.add(Branch{});
  session.flush();
  one->friends.append(other);
  session.commit();
  const auto row = session.get<Friend>(1, 2);
  session.delete_(row);
  one->friends.remove(other);
  session.commit();
  EXPECT_EQ(number("SELECT count(*) FROM saf_friends"), 0);
  const auto doc = session.add(Doc{.name = "a"});
  session.commit();
  engine.execute("UPDATE saf_docs SET version = 9");
  session.delete_(doc);
  session.commit();
  EXPECT_EQ(number("SELECT count(*) FROM saf_docs"), 0);
}

TEST_F(SafetyTest, AFailedFlushWaitsForRollback) {
  session.add(Named{.key = "a"});
  session.commit();
  session.add(Named{.key = "b"});
  session.add(Named{.key = "a"});
  EXPECT_THROW(session.flush(), db::IntegrityError);
  session.add(Named{.key = "c"});
  EXPECT_THROW(session.commit(), db::PendingRollbackError);
  EXPECT_THROW(session.get<Named>("a"), db::PendingRollbackError);
  EXPECT_THROW(session.begin(), db::PendingRollbackError);
  session.rollback();
  session.commit();
  EXPECT_EQ(number("SELECT count(*) FROM saf_named"), 1);
  auto ended = session.begin_nested();
  session.commit();
  EXPECT_THROW(ended.commit(), db::InvalidRequestError);
  const auto fresh = session.begin_nested();
  session.add(Named{.key = "d"});
  EXPECT_THROW(ended.rollback(), db::InvalidRequestError);
  session.commit();
  EXPECT_EQ(number("SELECT count(*) FROM saf_named"), 2);
}

TEST_F(SafetyTest, WhatNobodyHoldsIsForgottenByCommit) {
  for (int i = 0; i < 100; ++i) session.add(Doc{.name = "x"});
  const auto held = session.add(Doc{.name = "held"});
  session.commit();
  engine.execute("UPDATE saf_docs SET name = 'changed'");
  EXPECT_EQ(held->name, "changed");
  // A change through a Handle that has gone is still written, and queries see it.
  session.get<Doc>(3)->name = "by the way";
  EXPECT_EQ(session.query<Doc>().where(col<&Doc::name> == "by the way").count(), 1);
  session.commit();
  EXPECT_EQ(number("SELECT id FROM saf_docs WHERE name = 'by the way'"), 3);
}

TEST_F(SafetyTest, AnEmptyListClearsACollection) {
  const auto one = session.add(Branch{});
  one->twigs.append(Twig{});
  session.commit();
  one->twigs = {};
  session.commit();
  EXPECT_EQ(number("SELECT count(*) FROM saf_twigs WHERE branch_id IS NULL"), 1);
  const auto twig = session.get<Twig>(1);
  one->twigs = {twig, twig};
  session.commit();
  EXPECT_EQ(one->twigs.size(), 1U);
  *one = Branch{.id = one->id};
  session.commit();
  EXPECT_EQ(one->twigs.size(), 1U);
}

TEST_F(SafetyTest, UpdatesGoByTheWholeKey) {
  for (const char* key : {"m", "c", "x", "a"}) session.add(Named{.key = key});
  session.commit();
  engine.execute("CREATE TABLE saf_order (key TEXT)");
  engine.execute(
      "CREATE TRIGGER saf_note AFTER UPDATE ON saf_named BEGIN INSERT INTO saf_order VALUES (new.key); END");
  for (const auto& each : session.query<Named>().all()) each->turn = 1;
  session.commit();
  std::string order;
  engine.execute("SELECT key FROM saf_order ORDER BY rowid", {}, [&](const db::Row& row) {
    order += row.cell(0).text;
    return true;
  });
  EXPECT_EQ(order, "acmx");
}

TEST_F(SafetyTest, RowsGoBehindAllThatTheyName) {
  // By the first key alone, and then by the second, one of them would come too early.
  session.add(Knot{.id = 1, .left_id = 2});
  session.add(Knot{.id = 2, .right_id = 3});
  session.add(Knot{.id = 4, .left_id = 5, .right_id = 1});
  session.add(Knot{.id = 3, .left_id = 5});
  session.add(Knot{.id = 5});
  session.commit();
  EXPECT_EQ(number("SELECT count(*) FROM saf_knots"), 5);
  for (const auto& each : session.query<Knot>().all()) session.delete_(each);
  session.commit();
  EXPECT_EQ(number("SELECT count(*) FROM saf_knots"), 0);
}

TEST(SafetyPostgresql, ReadsOfOneTransactionSeeTheSameRows) {
  if (!test::PostgresqlServer::is_installed()) GTEST_SKIP() << "PostgreSQL is not installed";
  db::Engine engine(test::PostgresqlServer::shared().url(), {.isolation_level = "REPEATABLE READ"});
  const db::MetaData metadata = db::metadata_of({&named_rows});
  db::drop_all(metadata, *engine.connect());
  db::create_all(metadata, *engine.connect());
  {
    db::Session session(engine);
    EXPECT_EQ(session.query<Named>().count(), 0);
    EXPECT_TRUE(session.in_transaction());
    engine.execute("INSERT INTO saf_named VALUES ('a', 1)");
    EXPECT_EQ(session.query<Named>().count(), 0);
    session.rollback();
    EXPECT_EQ(session.query<Named>().count(), 1);
  }
  db::drop_all(metadata, *engine.connect());
}

}  // namespace session_safety_test
