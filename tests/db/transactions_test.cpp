// SPDX-License-Identifier: BSD-3-Clause
// Transactions, savepoints, batches, and what a pool does with what is left open.
#include "tests/db/contract.h"

namespace retort::db::test {
namespace {

RETORT_CONTRACT(TransactionsTest);

TEST_P(TransactionsTest, CommitKeepsAndRollbackUndoes) {
  on_both([&] {
    make_items();
    const Lease lease = engine().connect();
    lease->begin();
    EXPECT_TRUE(lease->in_transaction());
    lease->execute(insert(), item(1, "kept"), {});
    lease->commit();
    EXPECT_FALSE(lease->in_transaction());
    lease->begin();
    lease->execute(insert(), item(2, "undone"), {});
    lease->rollback();
    EXPECT_FALSE(lease->in_transaction());
    EXPECT_EQ(scalar(*lease, "SELECT sum(id) FROM items"), 1);
  });
}

TEST_P(TransactionsTest, OthersSeeNothingBeforeTheCommit) {
  if (!database().has_several_connections()) GTEST_SKIP() << "there is one connection";
  make_items();
  const Lease lease = engine().connect();
  lease->begin();
  lease->execute(insert(), item(1, "a"), {});
  EXPECT_EQ(count_items(), 0);
  lease->commit();
  EXPECT_EQ(count_items(), 1);
}

TEST_P(TransactionsTest, SavepointsUndoTheirPart) {
  make_items();
  const Lease lease = engine().connect();
  lease->begin();
  lease->execute(insert(), item(1, "a"), {});
  lease->savepoint("one \"two\"");
  lease->execute(insert(), item(2, "b"), {});
  EXPECT_THROW(lease->execute(insert(), item(3, "a"), {}), IntegrityError);
  lease->rollback_to_savepoint("one \"two\"");
  lease->execute(insert(), item(4, "d"), {});
  lease->release_savepoint("one \"two\"");
  lease->commit();
  EXPECT_EQ(scalar(*lease, "SELECT sum(id) FROM items"), 5);
}

TEST_P(TransactionsTest, WhatIsLeftOpenIsRolledBack) {
  make_items();
  {
    const Lease lease = engine().connect();
    lease->begin();
    lease->execute(insert(), item(1, "a"), {});
  }
  const Lease lease = engine().connect();
  EXPECT_FALSE(lease->in_transaction());
  EXPECT_EQ(scalar(*lease, "SELECT count(*) FROM items"), 0);
}

TEST_P(TransactionsTest, BeginTwiceIsAnErrorAndCommitOfNothingIsNone) {
  const Lease lease = engine().connect();
  lease->commit();
  lease->begin();
  EXPECT_THROW(lease->begin(), ArgumentError);
  lease->rollback();
  lease->rollback();  // nothing to do
  EXPECT_TRUE(lease->usable());
}

TEST_P(TransactionsTest, ScriptsRunInOrder) {
  make_items();
  const Lease lease = engine().connect();
  lease->execute_script(
      "INSERT INTO items (id, name) VALUES (1, 'a;b'); -- a comment; \n"
      "UPDATE items SET amount = 7 WHERE name = 'a;b';");
  EXPECT_EQ(scalar(*lease, "SELECT amount FROM items"), 7);
  EXPECT_THROW(lease->execute_script("DELETE FROM items; SELECT nothing FROM nowhere;"), ProgrammingError);
  lease->execute_script(" -- nothing \n");
}

TEST_P(TransactionsTest, AScriptThatFailsInATransactionLeavesNothing) {
  make_items();
  const Lease lease = engine().connect();
  lease->begin();
  EXPECT_THROW(
      lease->execute_script("INSERT INTO items (id, name) VALUES (1, 'a'); SELECT nothing FROM nowhere;"),
      ProgrammingError);
  lease->rollback();
  EXPECT_EQ(scalar(*lease, "SELECT count(*) FROM items"), 0);
  EXPECT_THROW(
      lease->execute_script("INSERT INTO items (id, name) VALUES (1, 'a'); SELECT nothing FROM nowhere;"),
      ProgrammingError);
  EXPECT_EQ(scalar(*lease, "SELECT count(*) FROM items"), database().is_sqlite() ? 1 : 0);
}

TEST_P(TransactionsTest, ABatchGivesEachItsResult) {
  on_both([&] {
    make_items();
    std::vector<BatchItem> items;
    std::int64_t sum = 0;
    for (int i = 1; i <= 3; ++i) items.push_back({insert(), item(i, "n" + std::to_string(i)), {}, {}});
    items.push_back({"UPDATE items SET amount = id", {}, {}, {}});
    items.push_back({"SELECT amount FROM items ORDER BY id",
                     {},
                     [&](const Row& row) {
                       sum = sum * 10 + row.cell(0).integer;
                       return true;
                     },
                     {}});
    engine().execute_batch(items);
    EXPECT_EQ(items[0].result.rows, 1);
    EXPECT_EQ(items[3].result.rows, 3);
    EXPECT_EQ(items[4].result.rows, 3);
    EXPECT_EQ(sum, 123);
  });
}

TEST_P(TransactionsTest, ABatchThatFailsLeavesNothing) {
  on_both([&] {
    make_items();
    std::vector<BatchItem> items;
    for (const char* name : {"a", "b", "a", "c"})
      items.push_back({insert(), item(static_cast<std::int64_t>(items.size()) + 1, name), {}, {}});
    EXPECT_THROW(engine().execute_batch(items), IntegrityError);
    EXPECT_EQ(count_items(), 0);
  });
}

}  // namespace
}  // namespace retort::db::test
