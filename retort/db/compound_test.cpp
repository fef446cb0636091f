// SPDX-License-Identifier: BSD-3-Clause
// Trees that are wide or deep, and selects made of selects.
#include <algorithm>

#include "tests/support/postgresql_server.h"
#include <gtest/gtest.h>

#include "retort/db/ddl.h"
#include "retort/db/dialect.h"
#include "retort/db/engine.h"
#include "retort/db/session.h"
#include "retort/fiber/task.h"

namespace compound_test {

using namespace retort;
using db::col;
using db::select;

struct Item {
  std::int64_t id = 0;
  std::int16_t small = 0;
  std::optional<std::string> name = {};
  double weight = 0;
  std::uint64_t huge = 0;
};

const auto items =
    db::table<Item>("cmp_items", db::index<&Item::small, &Item::weight>({.name = "by_small"}),
                    db::unique_constraint<&Item::small>(), db::column<&Item::small>(db::named("tiny")));

std::string lite(const db::SelectBase& statement) { return statement.compile(db::sqlite_dialect()).sql; }

TEST(Nesting, ManyConditionsAreWideAndNotDeep) {
  fiber::run([] {
    std::vector<db::Condition> many;
    for (int i = 0; i < 5000; ++i) many.push_back(col<&Item::id> == i);
    for (const db::Condition& all : {db::or_(many), db::and_(many)}) {
      const db::Compiled compiled = select(col<&Item::id>).where(all).compile(db::sqlite_dialect());
      EXPECT_EQ(compiled.parameters.size(), 5000U);
      EXPECT_EQ(compiled.sql.find('('), std::string::npos);
    }
    auto query = select(col<&Item::id>);
    db::Condition either = many[0];
    for (int i = 1; i < 2000; ++i) {
      query = query.where(many[static_cast<std::size_t>(i)]);
      either = either || many[static_cast<std::size_t>(i)];
    }
    EXPECT_EQ(query.compile(db::sqlite_dialect()).parameters.size(), 1999U);
    EXPECT_EQ(select(col<&Item::id>).where(either).compile(db::sqlite_dialect()).parameters.size(), 2000U);
  });
}

TEST(Nesting, WhatIsTooDeepIsRefused) {
  fiber::run([] {
    db::Condition condition = col<&Item::id> == 1;
    EXPECT_THROW(
        {
          for (int i = 0; i < 2000; ++i) condition = !(condition && col<&Item::id> == 2);
        },
        db::ArgumentError);
    auto inner = select(col<&Item::id>);
    EXPECT_THROW(
        {
          for (int i = 0; i < 2000; ++i) inner = select(col<&Item::id>).where(col<&Item::id>.in(inner));
        },
        db::ArgumentError);
    // What is just allowed goes through, and SQLite has a word of its own.
    EXPECT_FALSE(select(col<&Item::id>).where(condition).compile(db::postgresql_dialect()).sql.empty());
    db::Engine engine("sqlite://");
    db::create_all(db::metadata_of({&items}), *engine.connect());
    db::Session session(engine);
    EXPECT_THROW(session.scalars(select(col<&Item::id>).where(condition)), db::DatabaseError);
    EXPECT_THROW(session.scalars(inner), db::DatabaseError);
  });
}

TEST(Compound, PartsKeepWhatTheySay) {
  const auto a = select(col<&Item::id>).where(col<&Item::id> == 1);
  const auto b = select(col<&Item::id>).where(col<&Item::id> == 2);
  const std::string sql_a = "SELECT cmp_items.id FROM cmp_items WHERE cmp_items.id = ?";
  EXPECT_EQ(lite(a.except_(b.union_all(a))),
            sql_a + "1 EXCEPT SELECT * FROM (" + sql_a + "2 UNION ALL " + sql_a + "3) AS anon_1");
  EXPECT_EQ(lite(a.union_(b.order_by(col<&Item::id>).limit(5))),
            sql_a + "1 UNION SELECT * FROM (" + sql_a + "2 ORDER BY cmp_items.id LIMIT ?3) AS anon_1");
  EXPECT_EQ(
      lite(a.limit(5).union_all(b).order_by(col<&Item::id>).limit(7)),
      "SELECT * FROM (" + sql_a + "1 LIMIT ?2) AS anon_1 UNION ALL " + sql_a + "3 ORDER BY id LIMIT ?4");
  EXPECT_EQ(lite(a.union_(b).intersect(a)),
            "SELECT * FROM (" + sql_a + "1 UNION " + sql_a + "2) AS anon_1 INTERSECT " + sql_a + "3");
  EXPECT_EQ(lite(a.intersect(b).union_(a)), sql_a + "1 INTERSECT " + sql_a + "2 UNION " + sql_a + "3");
  const auto named = b.cte("named");
  EXPECT_EQ(lite(a.union_(select(named(col<&Item::id>)).from(named))),
            "WITH named AS (" + sql_a + "1) " + sql_a + "2 UNION SELECT named.id FROM named");
  EXPECT_THROW(a.limit(5).union_(b).where(col<&Item::id> == 3), db::ArgumentError);
}

class CompoundTest : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const std::string name = GetParam();
    if (name == "postgresql" && !test::PostgresqlServer::is_installed())
      GTEST_SKIP() << "PostgreSQL is not installed";
    engine = Owned<db::Engine>(
        new db::Engine(name == "sqlite" ? "sqlite://" : test::PostgresqlServer::shared().url()));
    db::drop_all(db::metadata_of({&items}), *engine->connect());
    db::create_all(db::metadata_of({&items}), *engine->connect());
    engine->execute(
        "INSERT INTO cmp_items (id, tiny, weight, huge) VALUES (1, 30000, 1, 1), (2, 30001, 1, 1), "
        "(3, 30002, 1, 1), (4, 30003, 1, 1)");
  }
  void TearDown() override {
    if (engine) db::drop_all(db::metadata_of({&items}), *engine->connect());
  }
  std::vector<std::int64_t> ids(const db::Select<std::int64_t>& statement) {
    db::Session session(*engine);
    auto out = session.scalars(statement);
    std::sort(out.begin(), out.end());
    return out;
  }

  Owned<db::Engine> engine;
};

using Ids = std::vector<std::int64_t>;

TEST_P(CompoundTest, RowsAreThoseOfTheParts) {
  const auto id = col<&Item::id>;
  const auto all = select(id);
  const auto one = select(id).where(id == 1), two = select(id).where(id == 2);
  EXPECT_EQ(ids(all.except_(one.union_(two))), (Ids{3, 4}));
  EXPECT_EQ(ids(one.union_(all.order_by(id.desc()).limit(1))), (Ids{1, 4}));
  EXPECT_EQ(ids(all.order_by(id.asc()).limit(2).except_(one)), (Ids{2}));
  EXPECT_EQ(ids(one.union_(two).intersect(two)), (Ids{2}));
  EXPECT_EQ(ids(one.union_(all).order_by(id.desc()).limit(2)), (Ids{3, 4}));
}

TEST_P(CompoundTest, SumsOfSmallNumbersMayBeLarge) {
  db::Session session(*engine);
  EXPECT_EQ(session.scalar(select(db::func::sum(col<&Item::small>))).value(), 120006);
}

TEST_P(CompoundTest, OwnLimitsStay) {
  db::Session session(*engine);
  const auto query = session.query<Item>().order_by(col<&Item::id>);
  EXPECT_EQ(query.limit(1).one()->id, 1);
  EXPECT_EQ(query.limit(1).offset(1).one_or_404()->id, 2);
  EXPECT_FALSE(query.limit(0).first());
  EXPECT_FALSE(query.limit(0).exists());
  EXPECT_FALSE(query.offset(4).one_or_none());
}

TEST_P(CompoundTest, NamesComeBeforeWhatUsesThem) {
  const db::Table& table = items.table();
  EXPECT_EQ(table.indexes.at(0).columns, (std::vector<std::string>{"tiny", "weight"}));
  EXPECT_EQ(table.unique_constraints.at(0).columns, std::vector<std::string>{"tiny"});
}

template <class Run>
std::string place_of_data_error(Run run) {
  try {
    run();
  } catch (const db::DataError& error) {
    return error.failure().table + "." + error.failure().column;
  }
  return "no error";
}

TEST_P(CompoundTest, DataErrorsNameTableAndColumn) {
  db::Session session(*engine);
  engine->execute("UPDATE cmp_items SET huge = -1");
  const auto huge = col<&Item::huge>;
  EXPECT_EQ(place_of_data_error([&] { session.execute(select(col<&Item::id>, huge)); }), "cmp_items.huge");
  EXPECT_EQ(place_of_data_error([&] { session.scalars(select(huge)); }), "cmp_items.huge");
  EXPECT_EQ(place_of_data_error([&] { session.scalar(select(huge.label("h"))); }), ".h");
  const std::uint64_t beyond = UINT64_MAX;
  EXPECT_EQ(place_of_data_error([&] { session.execute(db::update<Item>().set(huge, beyond)); }),
            "cmp_items.huge");
  EXPECT_EQ(place_of_data_error([&] { session.execute(db::insert<Item>().set(huge, beyond)); }),
            "cmp_items.huge");
  EXPECT_EQ(place_of_data_error([&] { session.execute(db::insert<Item>().values(Item{.huge = beyond})); }),
            "cmp_items.huge");
  session.add(Item{.huge = beyond});
  EXPECT_EQ(place_of_data_error([&] { session.flush(); }), "cmp_items.huge");
}

INSTANTIATE_TEST_SUITE_P(Databases, CompoundTest, testing::Values("sqlite", "postgresql"),
                         [](const auto& info) { return std::string(info.param); });

struct Egg;
struct Hen {
  std::int64_t id = 0;
  std::optional<std::int64_t> egg_id = {};
};
struct Egg {
  std::int64_t id = 0;
  std::optional<std::int64_t> hen_id = {};
};
struct OtherHen {
  std::int64_t id = 0;
  std::string name;
};

const auto hens = db::table<Hen>("cmp_hens", db::column<&Hen::egg_id>(db::references<&Egg::id>()));
const auto eggs = db::table<Egg>("cmp_eggs", db::column<&Egg::hen_id>(db::references<&Hen::id>()));
const auto other_hens = db::table<OtherHen>("cmp_hens", db::bind("other"));

TEST(Ddl, DropsCirclesAndNothingOfOthers) {
  if (!test::PostgresqlServer::is_installed()) GTEST_SKIP() << "PostgreSQL is not installed";
  db::Engine engine(test::PostgresqlServer::shared().url());
  const db::MetaData metadata = db::metadata_of({&hens, &eggs});
  db::create_all(metadata, *engine.connect());
  engine.execute("CREATE VIEW cmp_report AS SELECT id FROM cmp_hens");
  EXPECT_THROW(db::drop_all(metadata, *engine.connect()), db::DatabaseError);
  engine.execute("SELECT * FROM cmp_report");
  engine.execute("DROP VIEW cmp_report");
  db::drop_all(metadata, *engine.connect());
  EXPECT_FALSE(db::has_table(*engine.connect(), "cmp_hens"));
  EXPECT_FALSE(db::has_table(*engine.connect(), "cmp_eggs"));
}

TEST(Ddl, BindsHaveTablesOfTheSameName) {
  const db::MetaData metadata = db::metadata_of({&other_hens, &hens, &eggs});
  EXPECT_EQ(metadata.find("cmp_hens")->bind_key, "");
  EXPECT_EQ(metadata.find("cmp_hens", "other")->columns.at(1).name, "name");
  EXPECT_EQ(db::create_statements(metadata, db::sqlite_dialect(), "other").size(), 1U);
  EXPECT_THROW(db::metadata_of({&hens, &hens}), db::ArgumentError);
}

}  // namespace compound_test
