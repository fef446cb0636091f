// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// ContractTest: a test of what every driver does alike; it runs once for each kind of database.

#include <string>
#include <vector>

#include "tests/db/database_fixture.h"
#include <gtest/gtest.h>

#include "retort/base/memory.h"
#include "retort/db/dialect.h"
#include "retort/db/engine.h"
#include "retort/db/error.h"
#include "retort/fiber/task.h"

namespace retort::db::test {

class ContractTest : public testing::TestWithParam<DatabaseKind> {
 protected:
  void SetUp() override {
    std::string why_not;
    database_ = GetParam().make(why_not);
    if (!database_) GTEST_SKIP() << why_not;
    make_engine({});
  }
  void TearDown() override {
    engine_.reset();
    database_.reset();
  }

  void make_engine(EngineOptions options) {
    engine_ = std::make_unique<Engine>(database_->url(), std::move(options));
  }
  Engine& engine() { return *engine_; }
  const TestDatabase& database() const { return *database_; }

  /// The dialect's placeholder.
  std::string p(std::size_t number) const {
    std::string out;
    engine_->dialect().append_placeholder(out, number);
    return out;
  }
  /// Runs on a fiber, and a second time on a plain thread.
  template <class F>
  void on_both(F f) {
    {
      SCOPED_TRACE("on a fiber");
      fiber::run(f);
    }
    SCOPED_TRACE("on a thread");
    f();
  }

  void make_items() {
    engine().connect()->execute_script(
        "DROP TABLE IF EXISTS items;"
        "CREATE TABLE items (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL UNIQUE,"
        " amount INTEGER CONSTRAINT positive CHECK (amount > 0), parent_id INTEGER REFERENCES items (id))");
  }
  static Parameters item(std::int64_t id, std::string name) {
    return {Datum::of_integer(id), Datum::of_text(std::move(name))};
  }
  std::string insert() const { return "INSERT INTO items (id, name) VALUES (" + p(1) + ", " + p(2) + ")"; }

  static std::int64_t scalar(Connection& connection, const std::string& sql,
                             const Parameters& parameters = {}) {
    std::int64_t out = -1;
    connection.execute(sql, parameters, [&](const Row& row) {
      out = row.cell(0).integer;
      return true;
    });
    return out;
  }
  std::int64_t count_items() {
    std::int64_t out = -1;
    engine().execute("SELECT count(*) FROM items", {}, [&](const Row& row) {
      out = row.cell(0).integer;
      return true;
    });
    return out;
  }

 private:
  std::unique_ptr<TestDatabase> database_;
  std::unique_ptr<Engine> engine_;
};

inline const DatabaseKind kKinds[] = {{"SqliteFile", &make_sqlite_file},
                                      {"SqliteMemory", &make_sqlite_memory},
                                      {"Postgresql", &make_postgresql}};

inline std::string name_of_kind(const testing::TestParamInfo<DatabaseKind>& info) {
  return std::string(info.param.name);
}

}  // namespace retort::db::test

#define RETORT_CONTRACT(name)                                                      \
  using name = retort::db::test::ContractTest;                                     \
  INSTANTIATE_TEST_SUITE_P(All, name, testing::ValuesIn(retort::db::test::kKinds), \
                           retort::db::test::name_of_kind)
