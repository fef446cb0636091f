// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/session.h"

#include <limits>

#include <gtest/gtest.h>

#include "retort/db/ddl.h"
#include "retort/db/dialect.h"
#include "retort/db/engine.h"
#include "retort/db/pagination.h"
#include "retort/fiber/task.h"

namespace {

using namespace retort;
using db::col;

struct Author {
  std::int64_t id = 0;
  std::string name;
  std::optional<std::int64_t> mentor_id = {};
  bool active = true;
};

struct Book {
  std::int64_t id = 0;
  std::int64_t author_id = 0;
  std::string title;
  std::int64_t version = 0;
  std::optional<std::string> shelf = {};
  std::int64_t changes = 0;
};

struct Seat {
  std::string row;
  int number = 0;
  std::string guest;
};

std::int64_t count_change() {
  static std::int64_t changes = 0;
  return ++changes;
}

const auto authors = db::table<Author>("ses_authors", db::column<&Author::name>(db::length(40), db::unique),
                                       db::column<&Author::mentor_id>(db::references<&Author::id>()));
const auto books = db::table<Book>("ses_books", db::column<&Book::author_id>(db::references<&Author::id>()),
                                   db::column<&Book::shelf>(db::server_default("'new'")),
                                   db::column<&Book::changes>(db::on_update<&count_change>()),
                                   db::version<&Book::version>(), db::check("title <> ''", "has_title"));
const auto seats = db::table<Seat>("ses_seats", db::primary_key<&Seat::row, &Seat::number>());

class SessionTest : public testing::Test {
 protected:
  SessionTest() { db::create_all(db::metadata_of({&authors, &books, &seats}), *engine.connect()); }
  std::int64_t number(const std::string& sql) {
    std::int64_t out = -1;
    engine.execute(sql, {}, [&](const db::Row& row) {
      out = row.cell(0).integer;
      return true;
    });
    return out;
  }

  db::Engine engine{"sqlite://"};
};

TEST_F(SessionTest, AddsReadsChangesAndDeletes) {
  db::Session session(engine);
  const auto ada = session.add(Author{.name = "Ada"});
  EXPECT_EQ(ada->id, 0);
  session.flush();
  EXPECT_EQ(ada->id, 1);
  const auto book = session.add(Book{.author_id = ada->id, .title = "Notes"});
  session.commit();
  EXPECT_EQ(book->shelf, "new");
  EXPECT_EQ(book->version, 1);
  EXPECT_EQ(session.get<Author>(1), ada);

  ada->active = false;
  EXPECT_TRUE(session.is_modified());
  session.commit();
  EXPECT_EQ(number("SELECT active FROM ses_authors"), 0);

  session.delete_(book);
  session.delete_(ada);
  session.commit();
  EXPECT_EQ(number("SELECT count(*) FROM ses_books"), 0);
  EXPECT_EQ(number("SELECT count(*) FROM ses_authors"), 0);
  EXPECT_FALSE(session.get<Author>(1));
}

TEST_F(SessionTest, WritesTheChangedColumnsAlone) {
  db::Session session(engine);
  session.add(Author{.name = "Ada"});
  session.commit();
  engine.execute("UPDATE ses_authors SET name = 'Changed elsewhere'");
  {
    db::Session other(engine);
    const auto ada = other.get<Author>(1);
    engine.execute("UPDATE ses_authors SET name = 'Again'");
    ada->active = false;
    other.commit();
    EXPECT_EQ(ada->name, "Again");
  }
}

TEST_F(SessionTest, OneObjectForEachRow) {
  db::Session session(engine);
  session.add(Author{.name = "Ada"});
  session.commit();
  const auto by_key = session.get<Author>(1);
  const auto by_query = session.query<Author>().where(col<&Author::name> == "Ada").one();
  EXPECT_EQ(by_key, by_query);
  session.add(Seat{.row = "a:1", .number = 2, .guest = "x"});
  session.add(Seat{.row = "a", .number = 12, .guest = "y"});
  session.commit();
  EXPECT_EQ(session.get<Seat>("a", 12)->guest, "y");
  EXPECT_EQ(session.get<Seat>("a:1", 2)->guest, "x");
  EXPECT_FALSE(session.get<Seat>("a", 1));
  EXPECT_THROW(session.get<Seat>("a"), db::ArgumentError);
}

TEST_F(SessionTest, GetsEachOfSeveralKeysInTheirOrder) {
  db::Session session(engine);
  for (const char* name : {"one", "two", "three"}) session.add(Author{.name = name});
  session.commit();
  const auto two = session.get<Author>(2);
  EXPECT_EQ(two->name, "two");
  const auto found = session.get_each<Author>(std::vector<int>{3, 2, 99, 3, 1});
  ASSERT_EQ(found.size(), 5U);
  EXPECT_EQ(found[0]->name, "three");
  EXPECT_EQ(found[1], two);
  EXPECT_FALSE(found[2]);
  EXPECT_EQ(found[3], found[0]);
  EXPECT_EQ(found[4]->name, "one");
  engine.execute("UPDATE ses_authors SET name = 'changed' WHERE id = 2");
  session.expire_all();
  EXPECT_EQ(session.get_each<Author>(std::vector<std::int64_t>{2})[0]->name, "changed");
  EXPECT_TRUE(session.get_each<Author>(std::vector<int>{}).empty());
  session.delete_(two);
  session.flush();
  EXPECT_FALSE(session.get_each<Author>(std::vector<int>{2})[0]);  // in the transaction
  EXPECT_THROW(session.get_each<Seat>(std::vector<std::string>{"a"}), db::ArgumentError);
}

TEST_F(SessionTest, AStaleRowAmongManyUndoesAll) {
  db::Session session(engine);
  for (const char* name : {"one", "two", "three"}) session.add(Author{.name = name});
  session.commit();
  auto all = session.query<Author>().order_by(col<&Author::id>).all();
  engine.execute("DELETE FROM ses_authors WHERE id = 2");
  for (const auto& author : all) author->active = false;
  EXPECT_THROW(session.commit(), db::StaleDataError);
  session.rollback();
  EXPECT_EQ(number("SELECT count(*) FROM ses_authors WHERE active"), 2);
  EXPECT_TRUE(all[0]->active);
  for (const auto& author : all) session.delete_(author);
  EXPECT_THROW(session.commit(), db::StaleDataError);
  EXPECT_EQ(number("SELECT count(*) FROM ses_authors"), 2);
}

TEST_F(SessionTest, WritesInTheOrderOfForeignKeys) {
  db::Session session(engine);
  session.add(Book{.author_id = 7, .title = "first added"});
  session.add(Author{.id = 8, .name = "pupil", .mentor_id = 7});
  session.add(Author{.id = 7, .name = "mentor"});
  session.commit();
  EXPECT_EQ(number("SELECT count(*) FROM ses_books JOIN ses_authors ON ses_authors.id = author_id"), 1);
  const auto mentor = session.get<Author>(7);
  const auto pupil = session.get<Author>(8);
  const auto book = session.query<Book>().one();
  session.delete_(mentor);
  session.delete_(pupil);
  session.delete_(book);
  session.commit();
  EXPECT_EQ(number("SELECT count(*) FROM ses_authors"), 0);
}

TEST_F(SessionTest, RollbackTakesEverythingBack) {
  db::Session session(engine);
  const auto kept = session.add(Author{.name = "kept"});
  session.commit();
  kept->name = "changed";
  const auto fresh = session.add(Author{.name = "fresh"});
  session.flush();
  EXPECT_NE(fresh->id, 0);
  session.rollback();
  EXPECT_EQ(kept->name, "kept");
  EXPECT_EQ(fresh->id, 0);
  EXPECT_EQ(number("SELECT count(*) FROM ses_authors"), 1);
  session.delete_(kept);
  session.flush();
  session.rollback();
  EXPECT_EQ(session.get<Author>(kept->id), kept);
  // What was rolled back may be added again.
  session.add(fresh);
  session.commit();
  EXPECT_EQ(number("SELECT count(*) FROM ses_authors"), 2);
}

TEST_F(SessionTest, AnErrorInAFlushUndoesTheTransaction) {
  db::Session session(engine);
  session.add(Author{.name = "Ada"});
  session.flush();
  session.add(Author{.name = "Ada"});
  try {
    session.commit();
    FAIL();
  } catch (const db::IntegrityError& error) {
    EXPECT_EQ(error.failure().table, "ses_authors");
    EXPECT_EQ(error.failure().column, "name");
  }
  EXPECT_FALSE(session.in_transaction());
  EXPECT_EQ(number("SELECT count(*) FROM ses_authors"), 0);
  EXPECT_THROW(session.query<Author>().count(), db::PendingRollbackError);
  session.rollback();
  session.add(Author{.name = "Grace"});
  session.commit();
  EXPECT_EQ(number("SELECT count(*) FROM ses_authors"), 1);
}

TEST_F(SessionTest, SavepointsAreUndoneAlone) {
  db::Session session(engine);
  session.add(Author{.name = "outer"});
  {
    auto nested = session.begin_nested();
    session.add(Author{.name = "inner"});
    session.flush();
  }
  {
    auto nested = session.begin_nested();
    session.add(Author{.name = "second"});
    nested.commit();
  }
  {
    auto nested = session.begin_nested();
    session.add(Author{.name = "outer"});
    EXPECT_THROW(session.flush(), db::IntegrityError);
    EXPECT_THROW(session.commit(), db::PendingRollbackError);
  }
  session.commit();
  EXPECT_EQ(number("SELECT count(*) FROM ses_authors"), 2);
  EXPECT_EQ(number("SELECT count(*) FROM ses_authors WHERE name = 'inner'"), 0);
}

TEST_F(SessionTest, AVersionThatMovedOnIsStale) {
  db::Session session(engine);
  session.add(Author{.name = "Ada"});
  session.flush();
  const auto book = session.add(Book{.author_id = 1, .title = "Notes"});
  session.commit();
  EXPECT_EQ(book->version, 1);
  book->title = "More notes";
  session.commit();
  EXPECT_EQ(book->version, 2);
  EXPECT_GT(book->changes, 0);
  engine.execute("UPDATE ses_books SET version = 9");
  book->title = "Too late";
  EXPECT_THROW(session.commit(), db::StaleDataError);
  session.rollback();
  EXPECT_EQ(book->title, "More notes");
  EXPECT_EQ(book->version, 9);
}

TEST_F(SessionTest, QueriesCountPageAndStream) {
  db::Session session(engine, {.expire_on_commit = false});
  std::vector<Author> many;
  for (int i = 0; i < 45; ++i) many.push_back({.name = "author " + std::to_string(i)});
  session.add_all(many);
  session.commit();
  const auto query = session.query<Author>().order_by(db::desc<&Author::id>);
  EXPECT_EQ(query.count(), 45);
  EXPECT_TRUE(query.exists());
  EXPECT_FALSE(query.where(col<&Author::id> > 100).exists());
  EXPECT_EQ(query.first()->id, 45);
  EXPECT_THROW(query.one(), db::MultipleResultsFound);
  EXPECT_THROW(query.where(col<&Author::id> == 0).one(), db::NoResultFound);
  EXPECT_THROW(query.where(col<&Author::id> == 0).first_or_404(), db::NoResultFound);
  const auto page = query.paginate({.page = 3, .per_page = 20});
  EXPECT_EQ(page.items.size(), 5U);
  EXPECT_EQ(page.total, 45);
  EXPECT_EQ(page.pages(), 3);
  EXPECT_TRUE(page.has_prev());
  EXPECT_FALSE(page.has_next());
  EXPECT_EQ(page.first(), 41);
  EXPECT_EQ(page.last(), 45);
  EXPECT_EQ(page.prev().page, 2);
  EXPECT_EQ(page.prev().items.front()->id, 25);
  EXPECT_EQ(page.prev().total, 45);
  EXPECT_TRUE(page.next().items.empty());
  EXPECT_THROW(page.next(true), db::NoResultFound);
  EXPECT_EQ(page.begin()->operator->()->id, 5);
  EXPECT_THROW(query.paginate({.page = 9, .per_page = 20}), db::NoResultFound);
  EXPECT_THROW(query.paginate({.page = 0}), db::NoResultFound);
  EXPECT_THROW(query.paginate({.per_page = 0}), db::NoResultFound);
  EXPECT_TRUE(query.paginate({.page = 9, .per_page = 20, .error_out = false}).items.empty());
  EXPECT_EQ(query.paginate({.page = -1, .per_page = -1, .error_out = false}).items.size(), 20U);
  EXPECT_TRUE(
      query.paginate({.page = std::numeric_limits<std::int64_t>::max(), .error_out = false}).items.empty());
  EXPECT_EQ(query.paginate({.per_page = 500}).per_page, 100);
  EXPECT_EQ(query.paginate({.per_page = 500, .max_per_page = std::nullopt}).per_page, 500);
  EXPECT_EQ(query.paginate({.per_page = 10, .count = false}).total, std::nullopt);
  std::int64_t sum = 0;
  query.stream([&](Author& author) {
    sum += author.id;
    return author.id > 41;
  });
  EXPECT_EQ(sum, 45 + 44 + 43 + 42 + 41);
  EXPECT_EQ(session.scalar(db::select(db::func::max(col<&Author::id>))), std::optional<std::int64_t>(45));
  const auto rows =
      session.execute(db::select(col<&Author::id>, col<&Author::name>).where(col<&Author::id> < 3));
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(std::get<1>(rows[1]), "author 1");
  struct Named {
    std::string name;
    std::int64_t id;
  };
  const auto named =
      session.text<Named>("SELECT id, name FROM ses_authors WHERE id = ?1", {db::Datum::of_integer(7)});
  ASSERT_EQ(named.size(), 1U);
  EXPECT_EQ(named[0].name, "author 6");
  EXPECT_EQ(
      session.execute(db::update<Author>().set(col<&Author::active>, false).where(col<&Author::id> <= 10)),
      10);
  EXPECT_EQ(session.execute(db::delete_<Author>().where(col<&Author::id> > 40)), 5);
}

TEST_F(SessionTest, MergesAndForgets) {
  db::Session session(engine);
  session.add(Author{.name = "Ada"});
  session.commit();
  const auto merged = session.merge(Author{.id = 1, .name = "Ada Lovelace"});
  session.merge(Author{.name = "Grace"});
  session.commit();
  EXPECT_EQ(merged->name, "Ada Lovelace");
  EXPECT_EQ(number("SELECT count(*) FROM ses_authors"), 2);
  const auto again = session.get<Author>(1);
  session.expunge(again);
  EXPECT_NE(session.get<Author>(1), again);
  again->name = "not written";
  session.commit();
  EXPECT_EQ(number("SELECT count(*) FROM ses_authors WHERE name = 'not written'"), 0);
}

TEST_F(SessionTest, ManyFibersWriteWithoutSeeingALock) {
  const std::string path = testing::TempDir() + "session_test_" + std::to_string(getpid()) + ".db";
  std::remove(path.c_str());
  db::Engine file("sqlite:////" + path.substr(1), {.pool_size = 50});
  db::create_all(db::metadata_of({&authors}), *file.connect());
  int failures = 0;
  fiber::run([&] {
    std::vector<fiber::Task<void>> tasks;
    for (int i = 0; i < 40; ++i) {
      tasks.push_back(fiber::spawn([&, i] {
        try {
          db::Session session(file);
          session.query<Author>().count();
          session.add(Author{.name = "fiber " + std::to_string(i)});
          session.flush();
          fiber::sleep_for(milliseconds(1));
          session.commit();
        } catch (const db::Error& error) {
          ++failures;
          ADD_FAILURE() << error.what();
        }
      }));
    }
    for (auto& task : tasks) task.join();
    db::Session session(file);
    EXPECT_EQ(session.query<Author>().count(), 40);
  });
  EXPECT_EQ(failures, 0);
  std::remove(path.c_str());
}

}  // namespace
