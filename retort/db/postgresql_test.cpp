// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/postgresql.h"

#include <limits>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/support/postgresql_driver.h"
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "retort/db/dialect.h"
#include "retort/db/engine.h"
#include "retort/db/error.h"
#include "retort/db/retry.h"
#include "retort/fiber/task.h"

namespace retort::db {
namespace {

using test::cell;
using test::cells;
using test::PostgresqlDriverTest;
using test::PostgresqlServer;
using test::run;
using test::show;
using test::text;

TEST_F(PostgresqlDriverTest, GivesCellsByTheTypeOfTheirColumn) {
  const auto c = open();
  const struct {
    const char* sql;
    std::string expected;
  } cases[] = {
      {"SELECT 7::int2", "integer 7"},
      {"SELECT -7::int4", "integer -7"},
      {"SELECT 9223372036854775807::int8", "integer 9223372036854775807"},
      {"SELECT true", "integer 1"},
      {"SELECT false", "integer 0"},
      {"SELECT 0.5::float4", "real 0.500000"},
      {"SELECT -0.25::float8", "real -0.250000"},
      {"SELECT 12.340::numeric", "text 12.340"},
      {"SELECT 'a b'::text", "text a b"},
      {"SELECT NULL::int4", "null"},
      {"SELECT '\\x610062'::bytea", std::string("bytes a\0b", 9)},
      {"SELECT ''::bytea", "bytes "},
      {"SELECT '2024-05-06'::date", "text 2024-05-06"},
      {"SELECT '07:08:09.00001'::time", "text 07:08:09.00001"},
      {"SELECT '2024-05-06 07:08:09'::timestamp", "text 2024-05-06 07:08:09"},
      {"SELECT '2024-05-06 07:08:09+02'::timestamptz", "text 2024-05-06 05:08:09+00"},
      {"SELECT '1 day 2 hours'::interval", "text P1DT2H"},
      {"SELECT '{1,NULL}'::int4[]", "text {1,NULL}"},
      {"SELECT '00000000-0000-0000-0000-00000000000a'::uuid", "text 00000000-0000-0000-0000-00000000000a"},
  };
  for (const auto& one : cases) EXPECT_EQ(cell(*c, one.sql), one.expected) << one.sql;
}

TEST_F(PostgresqlDriverTest, BindsValuesOfEachKind) {
  const auto c = open();
  using Kind = Datum::Kind;
  const struct {
    const char* type;
    Datum datum;
    std::string expected;
  } cases[] = {
      {"bool", {Kind::boolean, 1, 0, {}}, "text true"},
      {"int2", Datum::of_integer(-32768), "text -32768"},
      {"int8", Datum::of_integer(std::numeric_limits<std::int64_t>::min()), "text -9223372036854775808"},
      {"float8", Datum::of_real(0.1), "text 0.1"},
      {"numeric", text("-12.340", Kind::decimal), "text -12.340"},
      {"text", text("it's \xc3\xa9"), "text it's \xc3\xa9"},
      {"varchar", text(""), "text "},
      {"bytea", text(std::string("\0\xff'", 3), Kind::bytes), "text \\x00ff27"},
      {"date", text("2024-05-06", Kind::date), "text 2024-05-06"},
      {"time", text("07:08:09.000010", Kind::time), "text 07:08:09.00001"},
      {"timestamp", text("2024-05-06 07:08:09.000010", Kind::datetime), "text 2024-05-06 07:08:09.00001"},
      {"timestamptz", text("2024-05-06 07:08:09.000010+00:00", Kind::datetime_tz),
       "text 2024-05-06 07:08:09.00001+00"},
      {"interval", {Kind::interval, 90'000'000'001, 0, {}}, "text P1DT1H0.000001S"},
      {"interval", {Kind::interval, -1, 0, {}}, "text P-1DT23H59M59.999999S"},
      {"uuid", text("00000000-0000-0000-0000-00000000000a", Kind::uuid),
       "text 00000000-0000-0000-0000-00000000000a"},
      {"json", text("{\"a\": 1}", Kind::json), "text {\"a\": 1}"},
      {"jsonb", text("{\"a\":1}", Kind::json), "text {\"a\": 1}"},
      {"int4[]", text("{1,2,NULL}", Kind::array), "text {1,2,NULL}"},
  };
  for (const auto& one : cases) {
    const std::string type = one.type;
    EXPECT_EQ(cell(*c, "SELECT ($1::" + type + ")::text", {one.datum}), one.expected) << type;
    run(*c, "CREATE TEMPORARY TABLE v (x " + type + ")");
    EXPECT_EQ(run(*c, "INSERT INTO v VALUES ($1)", {one.datum}), 1);
    EXPECT_EQ(run(*c, "INSERT INTO v VALUES ($1)", {Datum::null()}), 1);
    EXPECT_EQ(cell(*c, "SELECT x::text FROM v WHERE x IS NOT NULL"), one.expected) << type;
    run(*c, "DROP TABLE v");
  }
}

TEST_F(PostgresqlDriverTest, TextTakesTheTypeThatIsWanted) {
  const auto c = open();
  EXPECT_EQ(cell(*c, "SELECT '2024-05-06'::date = $1", {text("2024-05-06")}), "integer 1");
  EXPECT_EQ(cell(*c, "SELECT substr('abcdef', $1, $2)", {Datum::of_integer(2), Datum::of_integer(3)}),
            "text bcd");
  EXPECT_EQ(cell(*c, "SELECT $1 || 'x'", {text("y")}), "text yx");
}

TEST_F(PostgresqlDriverTest, RefusesWhatTheServerWouldCutShort) {
  const auto c = open();
  EXPECT_THROW(run(*c, "SELECT $1::text", {text(std::string("a\0b", 3))}), DataError);
  EXPECT_THROW(run(*c, std::string("SELECT 1\0; DROP", 15)), ArgumentError);
  EXPECT_THROW(c->execute_script(std::string("SELECT 1\0; DROP", 15)), ArgumentError);
  EXPECT_THROW(run(*c, "SELECT 1", Parameters(65'536)), DataError);
  EXPECT_EQ(cell(*c, "SELECT 1"), "integer 1");
}

TEST_F(PostgresqlDriverTest, ReservedWordsAreQuoted) {
  const auto c = open();
  for (const std::string& shown : cells(*c, "SELECT word FROM pg_get_keywords()")) {
    const std::string name = c->dialect().quote(shown.substr(5));
    EXPECT_NO_THROW(c->execute_script(
        "CREATE TEMPORARY TABLE " + name + " (" + name + " int, b int); INSERT INTO " + name + " (" + name +
        ") VALUES (1); SELECT " + name + "." + name + ", " + name + " FROM " + name + " WHERE " + name + "." +
        name + " = 1; UPDATE " + name + " SET " + name + " = 2; DROP TABLE " + name))
        << name;
  }
}

TEST_F(PostgresqlDriverTest, IntervalsAreTheSameOnEachWay) {
  const auto c = open();
  for (const std::int64_t microseconds :
       std::initializer_list<std::int64_t>{90'000'000'001, -1, 0, -90'000'000'000, 86'400'000'000}) {
    const Datum datum{Datum::Kind::interval, microseconds, 0, {}};
    run(*c, "CREATE TEMPORARY TABLE v (x interval)");
    run(*c, "INSERT INTO v VALUES ($1)", {datum});
    bool given = false;
    c->copy_in("COPY v FROM STDIN", [&](std::string& out) {
      if (!given) append_copy_row(out, {datum});
      return !std::exchange(given, true);
    });
    run(*c, "INSERT INTO v VALUES (" + c->dialect().literal(datum) + ")");
    const std::vector<std::string> shown = cells(*c, "SELECT x::text FROM v");
    ASSERT_EQ(shown.size(), 3u);
    EXPECT_EQ(shown[1], shown[0]);
    EXPECT_EQ(shown[2], shown[0]);
    run(*c, "DROP TABLE v");
  }
}

TEST_F(PostgresqlDriverTest, AValueThatIsTooLargeIsADataError) {
  const auto c = open();
  const std::string large(0x40000000, 'x');
  EXPECT_THROW(run(*c, "SELECT length($1)", {Datum::of_text(large, Datum::Kind::bytes)}), DataError);
  EXPECT_TRUE(c->usable());
}

TEST_F(PostgresqlDriverTest, SaysHowManyRows) {
  const auto c = open();
  run(*c, "CREATE TEMPORARY TABLE n (i int)");
  EXPECT_EQ(run(*c, "INSERT INTO n SELECT generate_series(1, 5)"), 5);
  EXPECT_EQ(run(*c, "UPDATE n SET i = i + 1 WHERE i > 3"), 2);
  EXPECT_EQ(run(*c, "SELECT * FROM n"), 5);
  int seen = 0;
  EXPECT_EQ(c->execute("SELECT * FROM n", {}, [&](const Row&) { return ++seen < 2; }).rows, 2);
  EXPECT_EQ(c->execute("DELETE FROM n RETURNING i", {}, [&](const Row&) { return false; }).rows, 5);
}

TEST_F(PostgresqlDriverTest, ErrorsAreTypedAndSayWhere) {
  const auto c = open();
  c->execute_script(
      "CREATE TEMPORARY TABLE parent (id int PRIMARY KEY, name varchar(3) NOT NULL CHECK (name <> 'no'));"
      "CREATE TEMPORARY TABLE child (id int PRIMARY KEY, parent_id int REFERENCES parent (id));"
      "INSERT INTO parent VALUES (1, 'a')");
  const auto failure = [&](const std::string& sql) -> Failure {
    try {
      run(*c, sql);
    } catch (const DatabaseError& e) {
      return e.failure();
    }
    return {};
  };
  EXPECT_THROW(run(*c, "INSERT INTO parent VALUES (1, 'b')"), IntegrityError);
  EXPECT_EQ(failure("INSERT INTO parent VALUES (1, 'b')").constraint, "parent_pkey");
  EXPECT_EQ(failure("INSERT INTO parent VALUES (1, 'b')").table, "parent");
  EXPECT_EQ(failure("INSERT INTO parent VALUES (2, NULL)").column, "name");
  EXPECT_EQ(failure("INSERT INTO parent VALUES (2, 'no')").code, "23514");
  EXPECT_EQ(failure("INSERT INTO child VALUES (1, 9)").code, "23503");
  EXPECT_THROW(run(*c, "INSERT INTO parent VALUES (2, 'long')"), DataError);
  EXPECT_THROW(run(*c, "SELECT 1 / 0"), DataError);
  EXPECT_THROW(run(*c, "SELEC 1"), ProgrammingError);
  EXPECT_THROW(run(*c, "SELECT * FROM missing"), ProgrammingError);
  EXPECT_EQ(failure("SELECT nothing FROM parent").code, "42703");
  EXPECT_EQ(failure("SELECT nothing FROM parent").statement, "SELECT nothing FROM parent");
  EXPECT_EQ(cell(*c, "SELECT count(*) FROM parent"), "integer 1");
}

TEST_F(PostgresqlDriverTest, AnErrorOfTheCommitIsTheStatements) {
  const auto c = open();
  run(*c, "CREATE TEMPORARY TABLE d (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)");
  run(*c, "INSERT INTO d VALUES (1)");
  EXPECT_THROW(run(*c, "INSERT INTO d VALUES (1)"), IntegrityError);
  EXPECT_EQ(cell(*c, "SELECT count(*) FROM d"), "integer 1");
  c->begin();
  run(*c, "INSERT INTO d VALUES (1)");
  EXPECT_THROW(c->commit(), IntegrityError);
  EXPECT_FALSE(c->in_transaction());
  EXPECT_EQ(cell(*c, "SELECT count(*) FROM d"), "integer 1");
}

TEST_F(PostgresqlDriverTest, TransactionsCommitAndRollBack) {
  const auto c = open();
  run(*c, "CREATE TEMPORARY TABLE t (i int)");
  c->begin();
  EXPECT_TRUE(c->in_transaction());
  run(*c, "INSERT INTO t VALUES (1)");
  EXPECT_THROW(c->begin(), ArgumentError);
  c->commit();
  EXPECT_FALSE(c->in_transaction());
  c->begin();
  run(*c, "INSERT INTO t VALUES (2)");
  c->rollback();
  c->begin();
  c->commit();
  c->begin();
  c->rollback();
  EXPECT_EQ(cells(*c, "SELECT i FROM t"), std::vector<std::string>{"integer 1"});
}

TEST_F(PostgresqlDriverTest, SavepointsNest) {
  const auto c = open();
  run(*c, "CREATE TEMPORARY TABLE t (i int)");
  c->begin();
  c->savepoint("a");
  run(*c, "INSERT INTO t VALUES (1)");
  c->savepoint("Be");
  EXPECT_THROW(run(*c, "INSERT INTO t VALUES (1 / 0)"), DataError);
  EXPECT_THROW(run(*c, "SELECT 1"), DatabaseError);
  c->rollback_to_savepoint("Be");
  run(*c, "INSERT INTO t VALUES (2)");
  c->release_savepoint("a");
  c->commit();
  EXPECT_EQ(cell(*c, "SELECT sum(i) FROM t"), "integer 3");
}

TEST_F(PostgresqlDriverTest, CommitOfAFailedTransactionIsAnError) {
  const auto c = open();
  run(*c, "CREATE TEMPORARY TABLE t (i int)");
  c->begin();
  run(*c, "INSERT INTO t VALUES (1)");
  EXPECT_THROW(run(*c, "SELECT 1 / 0"), DataError);
  EXPECT_THROW(c->commit(), OperationalError);
  EXPECT_FALSE(c->in_transaction());
  EXPECT_EQ(cell(*c, "SELECT count(*) FROM t"), "integer 0");
}

TEST_F(PostgresqlDriverTest, ABatchIsOneRoundTripAndStopsAtTheFirstError) {
  const auto c = open();
  run(*c, "CREATE TEMPORARY TABLE b (i int PRIMARY KEY)");
  std::vector<BatchItem> items;
  std::vector<std::string> seen;
  for (int i = 0; i < 500; ++i) items.push_back({"INSERT INTO b VALUES ($1)", {Datum::of_integer(i)}, {}});
  items.push_back({"SELECT count(*) FROM b", {}, [&](const Row& row) {
                     seen.push_back(show(row.cell(0)));
                     return true;
                   }});
  c->execute_batch(items);
  EXPECT_EQ(seen, std::vector<std::string>{"integer 500"});
  EXPECT_EQ(items[0].result.rows, 1);

  items.clear();
  items.push_back({"INSERT INTO b VALUES (1000)", {}, {}});
  items.push_back({"INSERT INTO b VALUES (1)", {}, {}});
  items.push_back({"INSERT INTO b VALUES (1001)", {}, {}});
  try {
    c->execute_batch(items);
    ADD_FAILURE() << "no error";
  } catch (const IntegrityError& e) {
    EXPECT_EQ(e.failure().statement, "INSERT INTO b VALUES (1)");
  }
  EXPECT_EQ(cell(*c, "SELECT count(*) FROM b"), "integer 500") << "a batch is one transaction";
}

TEST_F(PostgresqlDriverTest, PreparedStatementsAreKeptUpToALimit) {
  const auto c = open("?prepared_statement_cache_size=3");
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(cell(*c, "SELECT " + std::to_string(i)), "integer " + std::to_string(i));
  EXPECT_EQ(cell(*c, "SELECT count(*) <= 4 FROM pg_prepared_statements"), "integer 1");
  const auto none = open("?prepared_statement_cache_size=0");
  EXPECT_EQ(cell(*none, "SELECT $1 + 1", {Datum::of_integer(1)}), "integer 2");
  EXPECT_EQ(cell(*none, "SELECT count(*) FROM pg_prepared_statements"), "integer 0");
}

TEST_F(PostgresqlDriverTest, AStalePreparedStatementIsPreparedAnew) {
  const auto c = open();
  run(*c, "CREATE TEMPORARY TABLE s (a int)");
  run(*c, "INSERT INTO s VALUES (1)");
  EXPECT_EQ(cells(*c, "SELECT * FROM s").size(), 1u);
  run(*c, "ALTER TABLE s ADD b int");
  EXPECT_EQ(cells(*c, "SELECT * FROM s").size(), 2u);
  run(*c, "DEALLOCATE ALL");
  EXPECT_EQ(cells(*c, "SELECT * FROM s").size(), 2u);
}

TEST_F(PostgresqlDriverTest, BadTextsLeaveNothingAtTheServer) {
  fiber::run([] {
    const auto c = open();
    Engine engine(server().url());
    const std::string count = "SELECT count(*) < 10 FROM pg_prepared_statements";
    for (int i = 0; i < 50; ++i) {
      const Parameters bad = {text("no uuid " + std::to_string(i))};
      const char* sql = "SELECT 1 WHERE '00000000-0000-0000-0000-00000000000a'::uuid = $1";
      EXPECT_THROW(run(*c, sql, bad), DataError);
      EXPECT_THROW(engine.execute(sql, bad), DataError);
    }
    EXPECT_EQ(cell(*c, count), "integer 1");
    EXPECT_EQ(cell(*c, "SELECT max(substr(name, 8)::int) < 10 FROM pg_prepared_statements"), "integer 1")
        << "prepared anew once";
    std::string few;
    engine.execute(count, {}, [&](const Row& row) {
      few = show(row.cell(0));
      return true;
    });
    EXPECT_EQ(few, "integer 1");
  });
}

TEST_F(PostgresqlDriverTest, ATextThatCouldBeAnythingIsAText) {
  const struct {
    const char* sql;
    Parameters parameters;
    const char* expected;
  } cases[] = {
      {"SELECT concat('a', $1)", {text("b")}, "text ab"},
      {"SELECT format('%s', $1)", {text("b")}, "text b"},
      {"SELECT json_build_object('k', $1)::text", {text("b")}, "text {\"k\" : \"b\"}"},
      {"SELECT $1 IS NULL", {Datum::null()}, "integer 1"},
      {"SELECT num_nonnulls($1, $2)", {Datum::null(), Datum::of_integer(1)}, "integer 1"},
  };
  for (const char* options : {"", "?prepared_statement_cache_size=0"}) {
    SCOPED_TRACE(options);
    const auto c = open(options);
    for (const auto& one : cases) {
      for (int i = 0; i < 2; ++i) EXPECT_EQ(cell(*c, one.sql, one.parameters), one.expected) << one.sql;
    }
  }
  const auto c = open();
  for (const auto& one : cases) {  // an error would end the transaction
    c->begin();
    run(*c, "CREATE TEMPORARY TABLE u (i int)");
    for (int i = 0; i < 2; ++i) EXPECT_EQ(cell(*c, one.sql, one.parameters), one.expected) << one.sql;
    c->commit();
    EXPECT_EQ(cell(*c, "SELECT count(*) FROM u"), "integer 0");
    run(*c, "DROP TABLE u");
  }
  c->begin();
  EXPECT_THROW(run(*c, "SELECT nothing($1)", {text("b")}), ProgrammingError);
  c->rollback();
  fiber::run([&] {
    Engine engine(server().url());
    for (const auto& one : cases) {
      std::string got;
      engine.execute(one.sql, one.parameters, [&](const Row& row) {
        got = show(row.cell(0));
        return true;
      });
      EXPECT_EQ(got, one.expected) << one.sql;
    }
  });
}

TEST_F(PostgresqlDriverTest, ARetriedTransactionBeginsAnew) {
  const auto a = open("", isolation("SERIALIZABLE"));
  const auto b = open();
  b->execute_script("DROP TABLE IF EXISTS again; CREATE TABLE again (n int); INSERT INTO again VALUES (0)");
  int attempts = 0;
  retry(*a, 5, [&] {
    ++attempts;
    a->begin();
    run(*a, "SELECT n FROM again");
    if (attempts < 3) run(*b, "UPDATE again SET n = n + 10");
    run(*a, "UPDATE again SET n = n + 1");
    a->commit();
  });
  EXPECT_EQ(attempts, 3);
  EXPECT_EQ(cell(*b, "SELECT n FROM again"), "integer 21");
  EXPECT_THROW(retry(*a, 5,
                     [&] {
                       a->begin();
                       run(*a, "UPDATE again SET n = 99");
                       throw 7;
                     }),
               int);
  EXPECT_FALSE(a->in_transaction());
  run(*b, "DROP TABLE again");
}

TEST_F(PostgresqlDriverTest, AStatementThatFailedToPrepareIsTriedAgain) {
  const auto c = open();
  EXPECT_THROW(run(*c, "SELECT * FROM later"), ProgrammingError);
  run(*c, "CREATE TEMPORARY TABLE later (a int)");
  EXPECT_EQ(run(*c, "SELECT * FROM later"), 0);
}

TEST_F(PostgresqlDriverTest, StreamsInPortions) {
  const auto c = open();
  for (const bool in_transaction : {false, true}) {
    if (in_transaction) c->begin();
    std::int64_t sum = 0;
    c->stream(
        "SELECT i FROM generate_series(1, $1) AS i", {Datum::of_integer(2'500)},
        [&](const Row& row) {
          sum += row.cell(0).integer;
          return true;
        },
        1'000);
    EXPECT_EQ(sum, 2'500 * 2'501 / 2);
    int seen = 0;
    c->stream(
        "SELECT i FROM generate_series(1, 1000000) AS i", {}, [&](const Row&) { return ++seen < 1'500; },
        1'000);
    EXPECT_EQ(seen, 1'500);
    EXPECT_EQ(c->in_transaction(), in_transaction);
    if (in_transaction) c->commit();
  }
}

TEST_F(PostgresqlDriverTest, StreamsWhatHasNoCursorRowByRow) {
  const auto c = open();
  run(*c, "CREATE TEMPORARY TABLE s (i int)");
  int seen = 0;
  c->stream(
      "INSERT INTO s SELECT generate_series(1, 1000) RETURNING i", {},
      [&](const Row&) { return ++seen < 10; }, 100);
  EXPECT_EQ(seen, 10);
  EXPECT_EQ(cell(*c, "SELECT count(*) FROM s"), "integer 1000") << "an early end undoes nothing";
  EXPECT_THROW(
      c->stream(
          "DELETE FROM s WHERE i / (i - 500) = 0 RETURNING i", {}, [](const Row&) { return true; }, 10),
      DataError);
  EXPECT_THROW(c->stream(
                   "DELETE FROM s RETURNING i", {}, [](const Row&) -> bool { throw 7; }, 10),
               int);
  EXPECT_EQ(cell(*c, "SELECT 1"), "integer 1");
}

TEST_F(PostgresqlDriverTest, OtherStatementsRunDuringAStreamInATransaction) {
  const auto c = open();
  c->begin();
  std::int64_t sum = 0;
  c->stream(
      "SELECT i FROM generate_series(1, 25) AS i", {},
      [&](const Row& row) {
        c->execute("SELECT $1 * 2", {Datum::of_integer(row.cell(0).integer)}, [&](const Row& inner) {
          sum += inner.cell(0).integer;
          return true;
        });
        return true;
      },
      10);
  EXPECT_EQ(sum, 650);
  c->commit();
  EXPECT_THROW(c->stream(
                   "SELECT 1", {}, [&](const Row&) { return run(*c, "SELECT 2") == 1; }, 10),
               ArgumentError);
  EXPECT_FALSE(c->in_transaction());
  EXPECT_EQ(cell(*c, "SELECT 1"), "integer 1");
}

TEST_F(PostgresqlDriverTest, CopiesInAndOut) {
  const auto c = open();
  run(*c, "CREATE TEMPORARY TABLE k (i int, t text, b bytea, x float8)");
  int line = 0;
  EXPECT_EQ(c->copy_in("COPY k FROM STDIN",
                       [&](std::string& out) {
                         if (line == 100'000) return false;
                         append_copy_row(out,
                                         {Datum::of_integer(++line), text("tab\tback\\slash\nline"),
                                          text(std::string("\0\xff", 2), Datum::Kind::bytes), Datum::null()});
                         return true;
                       }),
            100'000);
  EXPECT_EQ(
      cells(*c, "SELECT t, b, x FROM k WHERE i = 77"),
      (std::vector<std::string>{"text tab\tback\\slash\nline", std::string("bytes \0\xff", 8), "null"}));
  std::int64_t bytes = 0;
  EXPECT_EQ(c->copy_out("COPY (SELECT i FROM k ORDER BY i) TO STDOUT",
                        [&](std::string_view row) {
                          bytes += static_cast<std::int64_t>(row.size());
                          return true;
                        }),
            100'000);
  EXPECT_EQ(bytes, 588'895);
  int seen = 0;
  EXPECT_EQ(c->copy_out("COPY k TO STDOUT", [&](std::string_view) { return ++seen < 3; }), 3);
  EXPECT_EQ(cell(*c, "SELECT 1"), "integer 1");
}

TEST_F(PostgresqlDriverTest, AFailedCopyLeavesNothingAndTheConnectionWell) {
  const auto c = open();
  run(*c, "CREATE TEMPORARY TABLE k (i int)");
  int line = 0;
  EXPECT_THROW(c->copy_in("COPY k FROM STDIN",
                          [&](std::string& out) {
                            if (++line == 3) throw 7;
                            out = "1\n";
                            return true;
                          }),
               int);
  EXPECT_THROW(c->copy_in("COPY k FROM STDIN",
                          [&](std::string& out) {
                            out = "no number\n";
                            return ++line < 10;
                          }),
               DataError);
  EXPECT_THROW(c->copy_out("COPY k FROM STDIN", [](std::string_view) { return true; }), ArgumentError);
  EXPECT_THROW(c->copy_in("COPY k TO STDOUT", [](std::string&) { return false; }), ArgumentError);
  EXPECT_THROW(c->copy_in("SELECT 1", [](std::string&) { return false; }), ArgumentError);
  EXPECT_THROW(run(*c, "COPY k TO STDOUT"), ArgumentError);
  EXPECT_EQ(cell(*c, "SELECT count(*) FROM k"), "integer 0");
}

TEST_F(PostgresqlDriverTest, NotificationsArrive) {
  fiber::run([] {
    const auto listener = open();
    const auto sender = open();
    listener->listen("Odd channel");
    EXPECT_FALSE(listener->wait_notification(Clock::now() + milliseconds(20)));
    auto later = fiber::spawn([&] {
      fiber::sleep_for(milliseconds(30));
      sender->notify("Odd channel", "it's");
    });
    const auto got = listener->wait_notification(Clock::now() + seconds(10));
    ASSERT_TRUE(got);
    EXPECT_EQ(got->channel, "Odd channel");
    EXPECT_EQ(got->payload, "it's");
    EXPECT_EQ(got->process_id, sender->backend_pid());
    later.join();
    listener->unlisten("");
    sender->notify("Odd channel", "lost");
    EXPECT_FALSE(listener->wait_notification(Clock::now() + milliseconds(50)));
  });
}

}  // namespace
}  // namespace retort::db
