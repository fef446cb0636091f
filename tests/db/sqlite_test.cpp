// SPDX-License-Identifier: BSD-3-Clause
// What SQLite's driver does by itself: how values are stored, files, faults, memory.
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <limits>

#include "tests/db/contract.h"
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include "retort/base/text.h"

namespace retort::db::test {
namespace {

class SqliteTest : public testing::Test {
 protected:
  SqliteTest() : database_(make_sqlite_file(why_not_)), engine_(database_->url()) {}

  std::string url() const { return database_->url(); }
  std::string file() const { return url().substr(std::string_view("sqlite:///").size()); }
  Engine& engine() { return engine_; }
  std::string text(const std::string& sql, const Parameters& parameters = {}) {
    std::string out = "(no row)";
    engine_.execute(sql, parameters, [&](const Row& row) {
      out = row.cell(0).text;
      return true;
    });
    return out;
  }
  std::int64_t number(const std::string& sql) {
    std::int64_t out = -1;
    engine_.execute(sql, {}, [&](const Row& row) {
      out = row.cell(0).integer;
      return true;
    });
    return out;
  }

 private:
  std::string why_not_;
  std::unique_ptr<TestDatabase> database_;
  Engine engine_;
};

// quote() shows what is stored; expected is what SQLAlchemy's types store.
TEST_F(SqliteTest, StoresWhatSqlAlchemyStores) {
  using Kind = Datum::Kind;
  const std::tuple<const char*, Datum, const char*> cases[] = {
      {"BOOLEAN", {Kind::boolean, 1, 0, {}}, "1"},
      {"NUMERIC(10, 2)", Datum::of_text("12.340", Kind::decimal), "12.34"},
      {"NUMERIC(10, 2)", Datum::of_text("12.00", Kind::decimal), "12"},
      {"DATE", Datum::of_text("2024-05-06", Kind::date), "'2024-05-06'"},
      {"TIME", Datum::of_text("07:08:09.000010", Kind::time), "'07:08:09.000010'"},
      {"DATETIME", Datum::of_text("2024-05-06 07:08:09.000010", Kind::datetime),
       "'2024-05-06 07:08:09.000010'"},
      {"DATETIME", Datum::of_text("2024-05-06 07:08:09.000010+00:00", Kind::datetime_tz),
       "'2024-05-06 07:08:09.000010'"},
      {"DATETIME", {Kind::interval, 90'061'000'001, 0, {}}, "'1970-01-02 01:01:01.000001'"},
      {"DATETIME", {Kind::interval, -1, 0, {}}, "'1969-12-31 23:59:59.999999'"},
      {"CHAR(32)", Datum::of_text("A8098C1A-f86e-11da-bd1a-00112444be1e", Kind::uuid),
       "'a8098c1af86e11dabd1a00112444be1e'"},
      {"JSON", Datum::of_text("{\"a\": 1}", Kind::json), "'{\"a\": 1}'"},
      {"BLOB", Datum::of_text("\xff", Kind::bytes), "X'FF'"},
  };
  for (const auto& [type, value, expected] : cases) {
    SCOPED_TRACE(expected);
    engine().execute("DROP TABLE IF EXISTS v");
    engine().execute(std::string("CREATE TABLE v (x ") + type + ")");
    engine().execute("INSERT INTO v VALUES (?1)", {value});
    EXPECT_EQ(text("SELECT quote(x) FROM v"), expected);
  }
}

TEST_F(SqliteTest, RefusesWhatItWouldNotKeep) {
  const Datum values[] = {Datum::of_text("1234567890123456.78", Datum::Kind::decimal),
                          Datum::of_text("NaN", Datum::Kind::decimal),
                          Datum::of_real(std::numeric_limits<double>::quiet_NaN()),
                          {Datum::Kind::interval, INT64_MAX, 0, {}},
                          Datum::of_text("{1}", Datum::Kind::array)};
  for (const Datum& value : values)
    EXPECT_THROW(engine().execute("SELECT ?1", {value}), DataError) << value.text;
}

TEST_F(SqliteTest, IsSetUpAsItShouldBe) {
  EXPECT_EQ(text("PRAGMA journal_mode"), "wal");
  EXPECT_EQ(number("PRAGMA synchronous"), 1);
  EXPECT_EQ(number("PRAGMA foreign_keys"), 1);
}

TEST_F(SqliteTest, ReadsAndWritesBesideALongRead) {
  engine().execute("CREATE TABLE t (x)");
  engine().execute("INSERT INTO t VALUES (1), (2), (3)");
  std::int64_t seen = 0;
  engine().execute("SELECT x FROM t", {}, [&](const Row& row) {
    engine().execute("INSERT INTO t VALUES (?1)", {Datum::of_integer(row.cell(0).integer + 10)});
    return ++seen < 100;
  });
  EXPECT_EQ(seen, 3);
  EXPECT_EQ(number("SELECT count(*) FROM t"), 6);
}

TEST_F(SqliteTest, AStatementMayRunWithinItself) {
  const Lease lease = engine().connect();
  const std::string sql = "SELECT 1 UNION ALL SELECT 2";
  int rows = 0;
  lease->execute(sql, {}, [&](const Row&) {
    lease->execute(sql, {}, [&](const Row&) { return ++rows > 0; });
    return true;
  });
  EXPECT_EQ(rows, 4);
}

TEST_F(SqliteTest, TransactionsInSqlKeepTheirPlaceInTheQueue) {
  engine().execute("CREATE TABLE t (x)");
  EngineOptions hasty;
  hasty.pool_timeout = hasty.busy_timeout = milliseconds(20);
  Engine other(url(), std::move(hasty));
  {
    const Lease lease = engine().connect();
    lease->execute_script("BEGIN; INSERT INTO t VALUES (1)");
    EXPECT_TRUE(lease->in_transaction());
    EXPECT_THROW(other.execute("INSERT INTO t VALUES (2)"), OperationalError);
    lease->execute("COMMIT", {}, {});
    other.execute("INSERT INTO t VALUES (3)");
  }
  EXPECT_EQ(number("SELECT sum(x) FROM t"), 4);
}

TEST_F(SqliteTest, AFullDiskRollsBackAndNothingRunsBeforeTheRollback) {
  engine().execute("CREATE TABLE t (x)");
  const Lease lease = engine().connect();
  lease->execute_script("PRAGMA max_page_count = 20");
  lease->begin();
  lease->execute("INSERT INTO t VALUES (1)", {}, {});
  std::string code;
  try {
    lease->execute("INSERT INTO t VALUES (?1)", {Datum::of_text(std::string(200'000, 'x'))}, {});
  } catch (const OperationalError& error) {
    code = error.failure().code;
  }
  EXPECT_EQ(code, "SQLITE_FULL");
  EXPECT_TRUE(lease->in_transaction());
  EXPECT_THROW(lease->execute("INSERT INTO t VALUES (3)", {}, {}), OperationalError);
  EXPECT_THROW(lease->commit(), OperationalError);
  lease->rollback();
  EXPECT_EQ(number("SELECT count(*) FROM t"), 0);
  lease->execute("INSERT INTO t VALUES (2)", {}, {});
  EXPECT_EQ(number("SELECT count(*) FROM t"), 1);
}

TEST_F(SqliteTest, AnErrorThatRollsBackEndsTheTransaction) {
  engine().execute("CREATE TABLE t (x UNIQUE)");
  const Lease lease = engine().connect();
  lease->begin();
  lease->execute("INSERT INTO t VALUES (1)", {}, {});
  EXPECT_THROW(lease->execute("INSERT OR ROLLBACK INTO t VALUES (1)", {}, {}), IntegrityError);
  EXPECT_TRUE(lease->in_transaction());
  EXPECT_THROW(lease->execute("INSERT INTO t VALUES (2)", {}, {}), OperationalError);
  EXPECT_THROW(lease->commit(), OperationalError);
  engine().execute("INSERT INTO t VALUES (3)");  // nobody keeps the writers waiting
  lease->rollback();
  EXPECT_EQ(number("SELECT sum(x) FROM t"), 3);
}

TEST_F(SqliteTest, WaitsForAnotherProcess) {
  engine().execute("CREATE TABLE t (x)");
  sqlite3* other = nullptr;  // not ours, so not in the queue
  ASSERT_EQ(sqlite3_open(file().c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  EngineOptions hasty;
  hasty.busy_timeout = milliseconds(30);
  Engine impatient(url(), std::move(hasty));
  EXPECT_THROW(impatient.execute("INSERT INTO t VALUES (1)"), OperationalError);
  fiber::run([&] {
    auto writer = fiber::spawn([&] { engine().execute("INSERT INTO t VALUES (2)"); });
    fiber::sleep_for(milliseconds(20));
    EXPECT_FALSE(writer.done());
    sqlite3_exec(other, "COMMIT", nullptr, nullptr, nullptr);
    EXPECT_NO_THROW(writer.join());
  });
  sqlite3_close(other);
  EXPECT_EQ(number("SELECT sum(x) FROM t"), 2);
}

TEST_F(SqliteTest, AKilledProcessLeavesWholeTransactions) {
  engine().execute("CREATE TABLE t (pair INTEGER, half INTEGER)");
  for (int round = 0; round < 5; ++round) {
    const pid_t child = ::fork();
    if (child == 0) {
      Engine mine(url());
      for (std::int64_t i = 0;; ++i) {
        const Lease lease = mine.connect();
        lease->begin();
        for (std::int64_t half : {0, 1})
          lease->execute("INSERT INTO t VALUES (?1, ?2)", {Datum::of_integer(i), Datum::of_integer(half)},
                         {});
        lease->commit();
      }
    }
    ::usleep(static_cast<useconds_t>(20'000 + 7'000 * round));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    EXPECT_EQ(text("PRAGMA integrity_check"), "ok");
    EXPECT_EQ(number("SELECT count(*) % 2 FROM t"), 0);
    EXPECT_EQ(number("SELECT count(*) FROM t WHERE half = 0"),
              number("SELECT count(*) FROM t WHERE half = 1"));
  }
}

TEST_F(SqliteTest, WhatIsNoDatabaseIsRefused) {
  const std::string path = file() + ".txt";
  std::ofstream(path) << std::string(5000, 'x');
  Engine broken("sqlite:///" + path);
  EXPECT_THROW(broken.execute("SELECT 1 FROM sqlite_master"), OperationalError);
  std::ifstream in(path);
  std::string now((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  EXPECT_EQ(now, std::string(5000, 'x'));
}

TEST_F(SqliteTest, AMissingFolderIsNamed) {
  Engine lost("sqlite:////nowhere/at/all/app.db");
  try {
    lost.execute("SELECT 1");
    ADD_FAILURE();
  } catch (const OperationalError& error) {
    EXPECT_NE(std::string(error.what()).find("there is no folder /nowhere/at/all"), std::string::npos)
        << error.what();
    EXPECT_EQ(error.failure().code, "SQLITE_CANTOPEN");
  }
}

TEST_F(SqliteTest, OptionsOfTheUrl) {
  engine().execute("CREATE TABLE t (x)");
  Engine read_only("sqlite:///file:" + file() + "?mode=ro&uri=true");
  EXPECT_THROW(read_only.execute("INSERT INTO t VALUES (1)"), OperationalError);
  EXPECT_EQ(read_only.execute("SELECT * FROM t").rows, 0);
  EXPECT_NO_THROW(Engine(url() + "?timeout=1.5&check_same_thread=false").execute("SELECT 1"));
  EXPECT_THROW(Engine(url() + "?mode=ro").execute("SELECT 1"), ArgumentError);
  EXPECT_THROW(Engine(url() + "?timeout=long").execute("SELECT 1"), ArgumentError);
  EXPECT_THROW(Engine("sqlite:///file:" + file() + "?cache=shared&uri=true").execute("SELECT 1"),
               ArgumentError);
  EXPECT_NO_THROW(Engine("sqlite:///file::memory:?cache=shared&uri=true").execute("SELECT 1"));
}

TEST_F(SqliteTest, APingSeesThatTheFileIsGone) {
  EngineOptions options;
  options.pool_pre_ping = true;
  Engine careful(url(), std::move(options));
  careful.execute("CREATE TABLE old (x)");
  std::filesystem::remove(file());
  std::filesystem::remove(file() + "-wal");
  std::filesystem::remove(file() + "-shm");
  EXPECT_THROW(careful.execute("SELECT * FROM old"), ProgrammingError);
}

TEST_F(SqliteTest, ADeepExpressionFitsAFibersStack) {
  std::string sql = "SELECT 1 WHERE ";
  for (int i = 0; i < 900; ++i) sql += (i ? " OR " : "") + std::to_string(i) + " = -1";
  fiber::run([&] { EXPECT_EQ(engine().execute(sql).rows, 0); });
}

TEST_F(SqliteTest, APatternFitsAFibersStack) {
  std::string pattern;
  for (int i = 0; i < 20'000; ++i) pattern += "a%";
  fiber::run([&] {
    const std::string name(30'000, 'a');
    EXPECT_THROW(engine().execute("SELECT ?1 LIKE ?2", {Datum::of_text(name), Datum::of_text(pattern)}),
                 ProgrammingError);
    EXPECT_EQ(
        engine()
            .execute("SELECT ?1 LIKE ?2", {Datum::of_text(name), Datum::of_text(pattern.substr(0, 1'000))})
            .rows,
        1);
  });
}

// Each as deep as SQLite lets it be.
TEST_F(SqliteTest, WhatRecursesFitsAFibersStack) {
  fiber::run([&] {
    engine().execute("CREATE TABLE t (x)");
    const Lease lease = engine().connect();
    lease->execute_script(
        "CREATE TRIGGER again AFTER INSERT ON t WHEN NEW.x > 0 BEGIN INSERT INTO t VALUES (NEW.x - 1); END;"
        "PRAGMA recursive_triggers = ON");
    lease->execute("INSERT INTO t VALUES (90)", {}, {});
    EXPECT_THROW(lease->execute("INSERT INTO t VALUES (100000)", {}, {}), DatabaseError);
    std::string unions = "SELECT x FROM t";
    for (int i = 1; i < 500; ++i) unions += " UNION SELECT x + " + std::to_string(i) + " FROM t";
    lease->execute(unions, {}, {});
    lease->execute("SELECT json(?1)", {Datum::of_text(std::string(900, '[') + std::string(900, ']'))}, {});
    EXPECT_THROW(lease->execute("SELECT json(?1)", {Datum::of_text(std::string(100'000, '['))}, {}),
                 DatabaseError);
    std::string chain = "x = 0";
    for (int i = 1; i < 990; ++i) chain += " OR x = " + std::to_string(i);
    lease->execute("SELECT x FROM t WHERE " + chain, {}, {});
  });
}

TEST_F(SqliteTest, ReservedWordsAreQuoted) {
  for (int i = 0; i < sqlite3_keyword_count(); ++i) {
    const char* word = nullptr;
    int length = 0;
    sqlite3_keyword_name(i, &word, &length);
    std::string name =
        engine().dialect().quote(retort::text::to_lower({word, static_cast<std::size_t>(length)}));
    SCOPED_TRACE(name);
    EXPECT_NO_THROW(engine().execute("CREATE TABLE " + name + " (" + name + " INTEGER, b INTEGER)"));
    EXPECT_NO_THROW(engine().execute("INSERT INTO " + name + " (" + name + ") VALUES (1) RETURNING " + name));
    EXPECT_NO_THROW(
        engine().execute("SELECT " + name + "." + name + " FROM " + name + " WHERE " + name + " = 1"));
    EXPECT_NO_THROW(engine().execute("UPDATE " + name + " SET " + name + " = 2"));
    EXPECT_NO_THROW(engine().execute("DROP TABLE " + name));
  }
}

TEST_F(SqliteTest, UnknownIsolationLevelsAreRefused) {
  EngineOptions options;
  options.isolation_level = "CHAOS";
  for (const std::string& where : {url(), std::string("sqlite://")}) {
    Engine engine(where, options);
    EXPECT_THROW(engine.execute("SELECT 1"), ArgumentError);
  }
  options.isolation_level = "REPEATABLE_READ";
  EXPECT_NO_THROW(Engine(url(), options).execute("SELECT 1"));
}

TEST_F(SqliteTest, EchoShowsStatementsAndValues) {
  EngineOptions options;
  options.echo = true;
  testing::internal::CaptureStderr();
  {
    Engine loud(url(), std::move(options));
    loud.execute("SELECT ?1, ?2", {Datum::of_text("it's"), Datum::of_integer(7)});
  }
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_NE(log.find("SELECT ?1, ?2 ['it''s', 7]"), std::string::npos) << log;
}

TEST(SqliteMemoryTest, IsOneDatabaseForAllWhoAsk) {
  Engine engine("sqlite://");
  engine.execute("CREATE TABLE t (x)");
  const Lease outer = engine.connect();
  outer->begin();
  outer->execute("INSERT INTO t VALUES (1)", {}, {});
  std::int64_t rows = engine.execute("SELECT * FROM t").rows;
  EXPECT_EQ(rows, 1);
  fiber::run([&] {  // a request that a test makes while its own session is open
    const Lease inner = engine.connect();
    inner->begin();
    inner->execute("INSERT INTO t VALUES (2)", {}, {});
    inner->rollback();
    inner->begin();
    inner->execute("INSERT INTO t VALUES (3)", {}, {});
    inner->commit();
  });
  outer->commit();
  rows = engine.execute("SELECT * FROM t").rows;
  EXPECT_EQ(rows, 2);
}

// What one undoes is its own, whoever else has a transaction beside it.
TEST(SqliteMemoryTest, TasksSideBySideTakeTurns) {
  for (const bool within : {false, true}) {
    Engine engine("sqlite://");
    engine.execute("CREATE TABLE t (x)");
    const Lease outer = engine.connect();
    if (within) outer->begin();
    const auto insert = [&](int value, bool kept) {
      const Lease inner = engine.connect();
      inner->begin();
      inner->execute("INSERT INTO t VALUES (" + std::to_string(value) + ")", {}, {});
      fiber::sleep_for(milliseconds(20));
      kept ? inner->commit() : inner->rollback();
    };
    fiber::run([&] {
      fiber::gather([&] { insert(1, false); }, [&] { insert(2, true); }, [&] { insert(3, false); });
    });
    if (within) outer->commit();
    std::vector<std::int64_t> kept;
    outer->execute("SELECT x FROM t", {}, [&](const Row& row) {
      kept.push_back(row.cell(0).integer);
      return true;
    });
    EXPECT_EQ(kept, std::vector<std::int64_t>{2}) << within;
  }
}

TEST(SqliteMemoryTest, WaitingForAnotherTasksTransactionHasAnEnd) {
  Engine engine("sqlite://", {.pool_timeout = milliseconds(50)});
  const Lease outer = engine.connect();
  fiber::run([&] {
    const Lease one = engine.connect();
    one->begin();
    fiber::gather(
        [&] {
          const Lease other = engine.connect();
          EXPECT_THROW(other->begin(), PoolTimeout);
          EXPECT_FALSE(other->in_transaction());
        },
        [] {});
    one->rollback();
  });
}

TEST(SqliteMemoryTest, EndsWhenItsHolderGivesItBack) {
  Engine engine("sqlite://");
  {
    const Lease lease = engine.connect();
    lease->execute("CREATE TABLE t (x)", {}, {});
    engine.dispose();
    lease->execute("INSERT INTO t VALUES (1)", {}, {});
  }
  EXPECT_THROW(engine.execute("SELECT * FROM t"), Error);
}

}  // namespace
}  // namespace retort::db::test
