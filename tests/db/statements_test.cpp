// SPDX-License-Identifier: BSD-3-Clause
// Statements: what they count, what is wrong with them, results of any size, time that runs out.
#include "tests/db/contract.h"

#include "retort/fiber/parker.h"

namespace retort::db::test {
namespace {

class StatementsTest : public ContractTest {
 protected:
  // What a statement that must fail says of itself.
  template <class E>
  Failure failure(const std::string& sql, const Parameters& parameters = {}) {
    try {
      engine().execute(sql, parameters);
    } catch (const E& error) {
      EXPECT_NE(std::string(error.what()).find(sql), std::string::npos) << error.what();
      return error.failure();
    } catch (const Error& error) {
      ADD_FAILURE() << sql << " threw another class: " << error.what();
      return {};
    }
    ADD_FAILURE() << sql << " threw nothing";
    return {};
  }
  std::string numbers(int last) const {
    if (!database().is_sqlite())
      return "SELECT i, 'row ' || i FROM generate_series(1, " + std::to_string(last) + ") i";
    return "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " +
           std::to_string(last) + ") SELECT i, 'row ' || i FROM n";
  }
};
INSTANTIATE_TEST_SUITE_P(All, StatementsTest, testing::ValuesIn(kKinds), name_of_kind);

TEST_P(StatementsTest, CountRows) {
  make_items();
  EXPECT_EQ(engine().execute(insert(), item(1, "a")).rows, 1);
  EXPECT_EQ(engine().execute("INSERT INTO items (id, name) VALUES (2, 'b'), (3, 'c')").rows, 2);
  EXPECT_EQ(engine().execute("UPDATE items SET amount = 5 WHERE id > 1").rows, 2);
  EXPECT_EQ(engine().execute("UPDATE items SET amount = 5 WHERE id > 9").rows, 0);
  EXPECT_EQ(engine().execute("SELECT id FROM items").rows, 3);
  EXPECT_EQ(engine().execute("DELETE FROM items WHERE id = 1").rows, 1);
  EXPECT_EQ(engine().execute("CREATE TABLE other (id INTEGER)").rows, 0);
}

TEST_P(StatementsTest, ReturningGivesRows) {
  make_items();
  std::vector<std::int64_t> ids;
  const auto keep = [&](const Row& row) {
    ids.push_back(row.cell(0).integer);
    return ids.size() != 2;  // what writes goes on to its end
  };
  const ExecuteResult result = engine().execute(
      "INSERT INTO items (id, name) VALUES (4, 'a'), (5, 'b'), (6, 'c') RETURNING id", {}, keep);
  EXPECT_EQ(result.rows, 3);
  EXPECT_EQ(ids, (std::vector<std::int64_t>{4, 5}));
  EXPECT_EQ(count_items(), 3);
}

TEST_P(StatementsTest, NameWhatWasViolated) {
  on_both([&] {
    make_items();
    engine().execute(insert(), item(1, "a"));
    const Failure unique = failure<IntegrityError>(insert(), item(2, "a"));
    EXPECT_EQ(unique.table, "items");
    EXPECT_TRUE(unique.column == "name" || unique.constraint == "items_name_key") << unique.column;
    const Failure null = failure<IntegrityError>(insert(), {Datum::of_integer(2), Datum::null()});
    EXPECT_EQ(null.table, "items");
    EXPECT_EQ(null.column, "name");
    EXPECT_EQ(failure<IntegrityError>("INSERT INTO items (id, name, amount) VALUES (2, 'b', -1)").constraint,
              "positive");
    const Failure foreign =
        failure<IntegrityError>("INSERT INTO items (id, name, parent_id) VALUES (2, 'b', 77)");
    EXPECT_FALSE(foreign.code.empty());
    EXPECT_EQ(count_items(), 1);
  });
}

TEST_P(StatementsTest, WrongOnesAreProgrammingErrors) {
  on_both([&] {
    failure<ProgrammingError>("SELEC 1");
    failure<ProgrammingError>("SELECT * FROM nowhere");
    failure<ProgrammingError>("SELECT nothing FROM (SELECT 1 AS something) AS t");
    EXPECT_THROW(engine().execute("SELECT 1 + " + p(1)), DatabaseError);  // no value for it
    EXPECT_THROW(engine().execute("SELECT 1; SELECT 2"), ProgrammingError);
    EXPECT_EQ(scalar(*engine().connect(), "SELECT 1"), 1);  // the connections are none the worse
  });
}

TEST_P(StatementsTest, ValuesAreNotInErrors) {
  make_items();
  engine().execute(insert(), item(1, "a"));
  const Failure told = failure<IntegrityError>("UPDATE items SET name = " + p(1) + ", amount = " + p(2),
                                               {Datum::of_text("hunter2"), Datum::of_integer(-4711)});
  EXPECT_EQ(told.message.find("hunter2"), std::string::npos) << told.message;
  EXPECT_EQ(told.statement.find("hunter2"), std::string::npos);
  if (database().is_sqlite()) return;
  EXPECT_NE(told.detail.find("hunter2"), std::string::npos) << "what the server tells is kept apart";
  const struct {
    const char* sql;
    const char* message;
  } cases[] = {{"SELECT $1 = 5", "invalid input syntax for type integer"},
               {"SELECT $1 = now()", "invalid input syntax for type timestamp with time zone"},
               {"SELECT $1::int2", "value is out of range for type smallint"}};
  for (const auto& one : cases) {
    const bool is_number = std::string_view(one.sql).ends_with("int2");
    const Failure bad = failure<DataError>(one.sql, {Datum::of_text(is_number ? "4711471147" : "hunter2")});
    EXPECT_EQ(bad.message, one.message);
  }
}

TEST_P(StatementsTest, StreamGivesRowsOneByOneAndEndsEarly) {
  on_both([&] {
    const Lease lease = engine().connect();
    std::int64_t sum = 0, seen = 0;
    lease->stream(
        numbers(10'000), {},
        [&](const Row& row) {
          sum += row.cell(0).integer;
          return true;
        },
        100);
    EXPECT_EQ(sum, 50'005'000);
    lease->stream(
        numbers(1'000'000), {},
        [&](const Row& row) {
          EXPECT_EQ(row.cell(1).text, "row " + std::to_string(row.cell(0).integer));
          return ++seen < 10;
        },
        4);
    EXPECT_EQ(seen, 10);
    EXPECT_EQ(scalar(*lease, "SELECT 7"), 7);
  });
}

TEST_P(StatementsTest, ASinkThatThrowsLeavesTheConnectionInOrder) {
  on_both([&] {
    const Lease lease = engine().connect();
    const auto fails = [](const Row&) -> bool { throw std::runtime_error("the sink"); };
    EXPECT_THROW(lease->execute(numbers(100), {}, fails), std::runtime_error);
    EXPECT_THROW(lease->stream(numbers(100'000), {}, fails, 10), std::runtime_error);
    EXPECT_THROW(engine().execute(numbers(100), {}, fails), std::runtime_error);
    EXPECT_EQ(scalar(*lease, "SELECT 7"), 7);
  });
}

TEST_P(StatementsTest, ADeadlineEndsASlowOne) {
  on_both([&] {
    const Lease lease = engine().connect();
    const TimePoint begin = Clock::now();
    lease->set_deadline(begin + milliseconds(50));
    EXPECT_THROW(lease->execute(database().slow_query(), {}, {}), QueryCanceled);
    EXPECT_LT(Clock::now() - begin, seconds(5));
    EXPECT_THROW(lease->execute("SELECT 1", {}, {}), QueryCanceled);  // it has passed
    lease->set_deadline(TimePoint::max());
    EXPECT_EQ(scalar(*lease, "SELECT 7"), 7);
  });
}

TEST_P(StatementsTest, AnEnginesTimeoutEndsASlowOne) {
  EngineOptions options;
  options.statement_timeout = milliseconds(50);
  make_engine(std::move(options));
  on_both([&] {
    EXPECT_THROW(engine().connect()->execute(database().slow_query(), {}, {}), QueryCanceled);
    EXPECT_EQ(scalar(*engine().connect(), "SELECT 7"), 7);
  });
}

TEST_P(StatementsTest, ACancelledFibersOneEndsAtOnce) {
  fiber::run([&] {
    for (const bool shared : {false, true}) {
      bool cancelled = false;
      auto task = fiber::spawn([&] {
        try {
          if (shared) {
            engine().execute(database().slow_query());
          } else {
            engine().connect()->execute(database().slow_query(), {}, {});
          }
        } catch (const fiber::Cancelled&) {
          cancelled = true;
          throw;
        }
      });
      fiber::sleep_for(milliseconds(30));
      const TimePoint begin = Clock::now();
      task.cancel();
      task.wait();
      EXPECT_TRUE(cancelled);
      EXPECT_LT(Clock::now() - begin, seconds(5));
      EXPECT_EQ(scalar(*engine().connect(), "SELECT 7"), 7);
    }
  });
}

}  // namespace
}  // namespace retort::db::test
