// SPDX-License-Identifier: BSD-3-Clause
#include <limits>

#include <gtest/gtest.h>

#include "retort/db/dialect.h"
#include "retort/db/error.h"

namespace retort::db {
namespace {

using Kind = ColumnType::Kind;

TEST(PostgresqlDialectTest, SpellsTypesAsSqlalchemyDoes) {
  const Dialect& dialect = postgresql_dialect();
  const struct {
    ColumnType type;
    const char* sql;
  } cases[] = {
      {{.kind = Kind::boolean}, "BOOLEAN"},
      {{.kind = Kind::small_integer}, "SMALLINT"},
      {{.kind = Kind::integer}, "INTEGER"},
      {{.kind = Kind::big_integer}, "BIGINT"},
      {{.kind = Kind::real}, "FLOAT"},
      {{.kind = Kind::numeric}, "NUMERIC"},
      {{.kind = Kind::numeric, .precision = 10, .scale = 2}, "NUMERIC(10, 2)"},
      {{.kind = Kind::numeric, .precision = 10}, "NUMERIC(10)"},
      {{.kind = Kind::string}, "VARCHAR"},
      {{.kind = Kind::string, .length = 5}, "VARCHAR(5)"},
      {{.kind = Kind::text}, "TEXT"},
      {{.kind = Kind::large_binary}, "BYTEA"},
      {{.kind = Kind::date}, "DATE"},
      {{.kind = Kind::time}, "TIME WITHOUT TIME ZONE"},
      {{.kind = Kind::datetime}, "TIMESTAMP WITHOUT TIME ZONE"},
      {{.kind = Kind::datetime, .with_timezone = true}, "TIMESTAMP WITH TIME ZONE"},
      {{.kind = Kind::interval}, "INTERVAL"},
      {{.kind = Kind::uuid}, "UUID"},
      {{.kind = Kind::json}, "JSON"},
      {{.kind = Kind::enumeration, .name = "My enum"}, "\"My enum\""},
      {{.kind = Kind::array, .element = {{.kind = Kind::string, .length = 5}}}, "VARCHAR(5)[]"},
      {{.kind = Kind::other, .name = "inet"}, "inet"},
  };
  for (const auto& one : cases) EXPECT_EQ(dialect.type_sql(one.type), one.sql);
  EXPECT_THROW(dialect.type_sql({.kind = Kind::enumeration}), ArgumentError);
  EXPECT_THROW(dialect.type_sql({.kind = Kind::array}), ArgumentError);
}

TEST(PostgresqlDialectTest, QuotesWhatIsReserved) {
  const Dialect& dialect = postgresql_dialect();
  for (const char* word : {"user", "order", "all", "with", "lateral", "tablesample", "offset"})
    EXPECT_EQ(dialect.quote(word), "\"" + std::string(word) + "\"");
  EXPECT_EQ(dialect.quote("users"), "users");
  EXPECT_EQ(dialect.quote("a$1"), "a$1");
  EXPECT_EQ(dialect.quote("$$"), "\"$$\"") << "else it begins a text";
  EXPECT_EQ(dialect.quote("Users"), "\"Users\"");
  EXPECT_EQ(dialect.quote("a\"b"), "\"a\"\"b\"");
}

TEST(PostgresqlDialectTest, WritesLiterals) {
  const Dialect& dialect = postgresql_dialect();
  EXPECT_EQ(dialect.literal(Datum::null()), "NULL");
  EXPECT_EQ(dialect.literal({Datum::Kind::boolean, 1, 0, {}}), "true");
  EXPECT_EQ(dialect.literal(Datum::of_integer(-7)), "-7");
  EXPECT_EQ(dialect.literal(Datum::of_real(0.5)), "0.5");
  EXPECT_EQ(dialect.literal(Datum::of_real(-std::numeric_limits<double>::infinity())), "'-Infinity'::float8");
  EXPECT_EQ(dialect.literal(Datum::of_text("it's \\")), "'it''s \\'");
  EXPECT_EQ(dialect.literal(Datum::of_text(std::string("a\0\xff", 3), Datum::Kind::bytes)),
            "'\\x6100ff'::bytea");
  EXPECT_THROW(dialect.literal(Datum::of_text(std::string("a\0b", 3))), ArgumentError);
}

}  // namespace
}  // namespace retort::db
