// SPDX-License-Identifier: BSD-3-Clause
// What goes in comes out: values of every type.
#include <limits>

#include "tests/db/contract.h"

#include "retort/db/types.h"
#include "retort/value/value.h"

namespace retort::db::test {
namespace {

enum class Color { red, dark_blue };

class ValuesTest : public ContractTest {
 protected:
  // Through a column of T's type, as a bound value, on both ways to a connection.
  template <class T>
  void round_trip(const std::vector<T>& values, ColumnType column = Type<T>::column_type()) {
    if (column.kind == ColumnType::Kind::enumeration && engine().dialect().has_enum_types())
      engine().execute("CREATE TYPE color AS ENUM ('red', 'dark_blue')");
    engine().execute("CREATE TABLE v (id INTEGER PRIMARY KEY, x " + engine().dialect().type_sql(column) +
                     ")");
    std::int64_t id = 0;
    for (const T& value : values) {
      SCOPED_TRACE("value " + std::to_string(++id));
      engine().execute("INSERT INTO v (id, x) VALUES (" + p(1) + ", " + p(2) + ")",
                       {Datum::of_integer(id), to_datum(value, column)});
      EXPECT_EQ(read<T>(id, column), value);
      const Lease lease = engine().connect();
      lease->execute("UPDATE v SET x = " + p(1) + " WHERE id = " + p(2),
                     {to_datum(value, column), Datum::of_integer(id)}, {});
    }
    for (const T& value : values) EXPECT_EQ(read<T>(&value - values.data() + 1, column), value);
    engine().execute("INSERT INTO v (id, x) VALUES (0, " + p(1) + ")", {Datum::null()});
    EXPECT_EQ(read<std::optional<T>>(0, column), std::nullopt);
  }

  template <class T>
  T read(std::int64_t id, const ColumnType& column) {
    std::optional<T> out;
    engine().execute("SELECT x FROM v WHERE id = " + p(1), {Datum::of_integer(id)}, [&](const Row& row) {
      EXPECT_EQ(row.name(0), "x");
      out = from_cell<T>(row.cell(0), column);
      return true;
    });
    return out.value();
  }
};
INSTANTIATE_TEST_SUITE_P(All, ValuesTest, testing::ValuesIn(kKinds), name_of_kind);

TEST_P(ValuesTest, SmallIntegers) { round_trip<std::int16_t>({0, -32768, 32767}); }
TEST_P(ValuesTest, Integers) { round_trip<std::int32_t>({0, INT32_MIN, INT32_MAX}); }
TEST_P(ValuesTest, BigIntegers) { round_trip<std::int64_t>({0, INT64_MIN, INT64_MAX}); }
TEST_P(ValuesTest, Floats) {
  round_trip<double>({0.0, -0.1, 1e300, 5e-324, std::numeric_limits<double>::infinity(),
                      -std::numeric_limits<double>::infinity()});
}
TEST_P(ValuesTest, Decimals) {
  ColumnType column = Type<Decimal>::column_type();
  column.precision = 12;
  column.scale = 3;
  round_trip<Decimal>({Decimal("12.340"), Decimal("-0.001"), Decimal("0"), Decimal("123456789.123")}, column);
}
TEST_P(ValuesTest, Texts) {
  round_trip<std::string>({"", "a", "it's \"quoted\" \\ %_", "\xc3\xbc\xf0\x9f\x90\xb1", "a\nb\tc\r\n",
                           std::string(100'000, 'x'), "'; DROP TABLE v; --"});
}
TEST_P(ValuesTest, Bytes) {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  round_trip<retort::Bytes>({retort::Bytes(std::string_view()), retort::Bytes(std::string_view(all)),
                             retort::Bytes(std::string_view("\0\0", 2))});
}
TEST_P(ValuesTest, Dates) { round_trip<Date>({{1, 1, 1}, {1970, 1, 1}, {2024, 2, 29}, {9999, 12, 31}}); }
TEST_P(ValuesTest, Times) { round_trip<Time>({{0, 0, 0, 0}, {7, 8, 9, 10}, {23, 59, 59, 999'999}}); }
TEST_P(ValuesTest, DateTimes) {
  round_trip<DateTime>(
      {{1, 1, 1, 0, 0, 0, 0, {}}, {2024, 5, 6, 7, 8, 9, 10, {}}, {9999, 12, 31, 23, 59, 59, 999'999, {}}});
}
TEST_P(ValuesTest, DateTimesWithAZone) {
  ColumnType column = Type<DateTime>::column_type();
  column.with_timezone = true;
  round_trip<DateTime>({{2024, 5, 6, 7, 8, 9, 10, 0}, {1969, 12, 31, 23, 59, 59, 1, 0}}, column);
}
TEST_P(ValuesTest, Intervals) {
  round_trip<TimeDelta>({{0}, {1}, {-1}, {90 * TimeDelta::kDay + 3}, {-40 * TimeDelta::kDay - 7}});
}
TEST_P(ValuesTest, Uuids) {
  Uuid uuid;
  ASSERT_TRUE(Uuid::parse("a8098c1a-f86e-11da-bd1a-00112444be1e", uuid));
  round_trip<Uuid>({uuid, Uuid()});
}
TEST_P(ValuesTest, Enums) { round_trip<Color>({Color::red, Color::dark_blue}); }

TEST_P(ValuesTest, TrueAndFalseAreWhatTheyWere) {
  engine().execute("CREATE TABLE v (id INTEGER PRIMARY KEY, x BOOLEAN)");
  for (const bool value : {true, false}) {
    engine().execute("INSERT INTO v (id, x) VALUES (" + p(1) + ", " + p(2) + ")",
                     {Datum::of_integer(value), to_datum(value)});
    EXPECT_EQ(read<bool>(value, Type<bool>::column_type()), value);
  }
}

TEST_P(ValuesTest, LiteralsAreReadAsTheValuesThatTheyStandFor) {
  const Datum values[] = {Datum::null(),
                          to_datum(true),
                          Datum::of_integer(INT64_MIN + 1),
                          Datum::of_real(1.0),
                          Datum::of_real(-2.5e-10),
                          Datum::of_text("it's \\ \"x\" ?1 $1"),
                          Datum::of_text(std::string("\x00\xff'", 3), Datum::Kind::bytes)};
  for (const Datum& value : values) {
    const std::string literal = engine().dialect().literal(value);
    engine().execute("SELECT " + literal, {}, [&](const Row& row) {
      const Cell cell = row.cell(0);
      EXPECT_EQ(cell.is_null(), value.is_null());
      if (value.kind == Datum::Kind::real) {
        EXPECT_EQ(from_cell<double>(cell), value.real) << literal;
        return true;
      }
      EXPECT_EQ(cell.text, value.text) << literal;
      EXPECT_EQ(cell.integer, value.integer) << literal;
      return true;
    });
  }
}

}  // namespace
}  // namespace retort::db::test
