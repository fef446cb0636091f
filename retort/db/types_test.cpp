// SPDX-License-Identifier: BSD-3-Clause
// What is stored and read is what SQLAlchemy 1.4 stores and reads, with pysqlite and psycopg2.
#include "retort/db/types.h"

#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "retort/db/json.h"
#include "retort/json/json.h"

namespace paint {
enum class ShadeOfColor { red, dark_blue = 7 };
struct Address {
  std::string city;
  std::optional<int> number;
  friend bool operator==(const Address&, const Address&) = default;
};
struct Money {
  std::int64_t cents = 0;
};
}  // namespace paint

template <>
struct retort::db::Type<paint::Money> {
  static ColumnType column_type() { return Type<std::int64_t>::column_type(); }
  static Datum to_datum(const paint::Money& m) { return Datum::of_integer(m.cents); }
  static paint::Money from_cell(const Cell& cell) { return {Type<std::int64_t>::from_cell(cell)}; }
};

namespace retort::db {
namespace {

using paint::Address;
using paint::ShadeOfColor;
using Kind = ColumnType::Kind;

Cell text(std::string_view value) { return {Cell::Kind::text, 0, 0, value}; }
Cell bytes(std::string_view value) { return {Cell::Kind::bytes, 0, 0, value}; }
Cell integer(std::int64_t value) { return {Cell::Kind::integer, value, 0, {}}; }
Cell real(double value) { return {Cell::Kind::real, 0, value, {}}; }
constexpr Cell kNull{};

ColumnType numeric(int scale) {
  ColumnType type = Type<Decimal>::column_type();
  type.scale = scale;
  return type;
}
ColumnType datetime(bool with_timezone) {
  ColumnType type = Type<DateTime>::column_type();
  type.with_timezone = with_timezone;
  return type;
}

// What reading says: the message of the DataError.
template <class T>
std::string refusal(const Cell& cell) {
  try {
    (void)from_cell<T>(cell);
  } catch (const DataError& error) {
    return error.failure().message;
  }
  return "no error";
}

template <class T>
void expect_round(const T& value) {
  const Datum datum = to_datum(value);
  ASSERT_FALSE(datum.is_null());
  EXPECT_EQ(from_cell<T>(text(datum.text)), value) << datum.text;
}

TEST(Types, NameTheirColumns) {
  EXPECT_EQ(Type<bool>::column_type().kind, Kind::boolean);
  EXPECT_EQ(Type<std::int8_t>::column_type().kind, Kind::small_integer);
  EXPECT_EQ(Type<std::uint8_t>::column_type().kind, Kind::small_integer);
  EXPECT_EQ(Type<std::int16_t>::column_type().kind, Kind::small_integer);
  EXPECT_EQ(Type<std::uint16_t>::column_type().kind, Kind::integer);
  EXPECT_EQ(Type<int>::column_type().kind, Kind::integer);
  EXPECT_EQ(Type<std::uint32_t>::column_type().kind, Kind::big_integer);
  EXPECT_EQ(Type<long long>::column_type().kind, Kind::big_integer);
  EXPECT_EQ(Type<std::uint64_t>::column_type().kind, Kind::big_integer);
  EXPECT_EQ(Type<float>::column_type().kind, Kind::real);
  EXPECT_EQ(Type<std::optional<Uuid>>::column_type().kind, Kind::uuid);
  EXPECT_EQ(Type<Json<Address>>::column_type().kind, Kind::json);
  EXPECT_EQ(Type<paint::Money>::column_type().kind, Kind::big_integer);
  EXPECT_TRUE(kNullable<std::optional<int>>);
  EXPECT_FALSE(kNullable<int>);
  const ColumnType shade = Type<ShadeOfColor>::column_type();
  EXPECT_EQ(shade.kind, Kind::enumeration);
  EXPECT_EQ(shade.name, "shadeofcolor");
  EXPECT_EQ(shade.labels, (std::vector<std::string>{"red", "dark_blue"}));
  EXPECT_EQ(shade.length, 9);
  const ColumnType grid = Type<std::vector<std::vector<int>>>::column_type();
  ASSERT_EQ(grid.kind, Kind::array);
  ASSERT_EQ(grid.element.size(), 1U);
  EXPECT_EQ(grid.element[0].kind, Kind::integer);
}

TEST(Types, BooleansComeAsEitherDatabaseHasThem) {
  EXPECT_EQ(to_datum(true), (Datum{Datum::Kind::boolean, 1, 0, {}}));
  for (const Cell& cell : {integer(1), integer(2), text("t"), text("true"), text("1")})
    EXPECT_TRUE(from_cell<bool>(cell));
  for (const Cell& cell : {integer(0), text("f"), text("false"), text("0")})
    EXPECT_FALSE(from_cell<bool>(cell));
  EXPECT_EQ(refusal<bool>(text("yes")), "'yes' is not a boolean");
  EXPECT_EQ(refusal<bool>(kNull), "NULL where there must be a boolean: what may be NULL is a std::optional");
}

TEST(Types, IntegersAreCheckedForTheirRange) {
  EXPECT_EQ(from_cell<std::int8_t>(integer(-128)), -128);
  EXPECT_EQ(refusal<std::int8_t>(integer(128)), "128 is not an integer from -128 to 127");
  EXPECT_EQ(refusal<std::uint16_t>(integer(-1)), "-1 is not an integer from 0 to 65535");
  EXPECT_EQ(refusal<int>(integer(INT64_MIN)),
            "-9223372036854775808 is not an integer from -2147483648 to 2147483647");
  EXPECT_EQ(from_cell<std::uint64_t>(integer(INT64_MAX)), static_cast<std::uint64_t>(INT64_MAX));
  EXPECT_EQ(from_cell<int>(text("12.00")), 12);
  EXPECT_EQ(from_cell<int>(real(12.0)), 12);
  EXPECT_EQ(refusal<int>(real(12.5)), "12.5 is not an integer");
  EXPECT_EQ(refusal<std::int64_t>(real(9.3e18)), "9.3e+18 is not an integer");
  EXPECT_EQ(refusal<int>(text("twelve")), "'twelve' is not an integer");
  EXPECT_EQ(refusal<int>(kNull), "NULL where there must be an integer: what may be NULL is a std::optional");
  EXPECT_EQ(to_datum(std::int16_t{-7}), Datum::of_integer(-7));
  EXPECT_THROW(to_datum(std::uint64_t{1} << 63), DataError);
}

TEST(Types, NumbersWithAFraction) {
  EXPECT_EQ(from_cell<double>(integer(5)), 5.0);
  EXPECT_EQ(from_cell<double>(text("1.5")), 1.5);
  EXPECT_TRUE(std::isnan(from_cell<double>(text("NaN"))));
  EXPECT_EQ(from_cell<double>(text("-Infinity")), -HUGE_VAL);
  EXPECT_EQ(refusal<double>(text("1.5x")), "'1.5x' is not a number");
  EXPECT_EQ(from_cell<float>(real(0.25)), 0.25f);
  EXPECT_EQ(refusal<float>(real(1e39)), "1e+39 is beyond float");
  EXPECT_EQ(from_cell<float>(real(HUGE_VAL)), HUGE_VALF);
  EXPECT_EQ(to_datum(0.25f), Datum::of_real(0.25));
}

TEST(Types, DecimalsFromSqliteHaveTheScaleOfTheColumn) {
  const struct {
    Cell cell;
    int scale;
    const char* str;
  } cases[] = {{real(12.34), 4, "12.3400"},
               {real(12.34), -1, "12.3400000000"},
               {integer(5), 4, "5.0000"},
               {integer(5), -1, "5.0000000000"},
               {real(-0.0001), 4, "-0.0001"},
               {real(123456789012.1234), 4, "123456789012.1234"},
               {real(123456789012.1234), -1, "123456789012.1233978271"},
               {real(99999999.9999), -1, "99999999.9998999983"},
               {real(1.5e-10), 4, "0.0000"},
               {real(1.5e-10), -1, "1E-10"},
               {integer(1000), 0, "1000"},
               {real(1e30), 10, "1000000000000000019884624838656"},
               {text("12.340"), 1, "12.340"},
               {text("-1E+3"), -1, "-1E+3"}};
  for (const auto& c : cases) EXPECT_EQ(from_cell<Decimal>(c.cell, numeric(c.scale)).str(), c.str) << c.str;
  EXPECT_EQ(from_cell<Decimal>(real(0.1)).str(), "0.1000000000");
  EXPECT_EQ(from_cell<std::optional<Decimal>>(real(0.1), numeric(2))->str(), "0.10");
  EXPECT_EQ(refusal<Decimal>(text("NaN")), "'NaN' is not a decimal of at most 38 digits");
  EXPECT_EQ(refusal<Decimal>(real(1e300)), "1e+300 is not a decimal of at most 38 digits");
  EXPECT_EQ(to_datum(Decimal("-12.340")), Datum::of_text("-12.340", Datum::Kind::decimal));
}

TEST(Types, TextAndBytes) {
  const std::string binary("\0\xff'", 3);
  EXPECT_EQ(from_cell<std::string>(text("a'b")), "a'b");
  EXPECT_EQ(from_cell<std::string>(integer(7)), "7");
  EXPECT_EQ(from_cell<std::string>(real(7)), "7.0");
  EXPECT_EQ(refusal<std::string>(bytes("\xff")), "b'\\xff' is not text");
  EXPECT_EQ(from_cell<Bytes>(bytes(binary)), Bytes(std::string_view(binary)));
  EXPECT_EQ(to_datum(Bytes(std::string_view(binary))), Datum::of_text(binary, Datum::Kind::bytes));
  EXPECT_EQ(to_datum(std::string_view("x")), Datum::of_text("x"));
  EXPECT_EQ(refusal<int>(text(std::string(100, 'x'))), "'" + std::string(60, 'x') + "...' is not an integer");
}

TEST(Types, DatesAndTimesOfDay) {
  EXPECT_EQ(to_datum(Date{33, 1, 2}), Datum::of_text("0033-01-02", Datum::Kind::date));
  EXPECT_EQ(to_datum(Time{7, 8, 9, 10}), Datum::of_text("07:08:09.000010", Datum::Kind::time));
  for (const char* date : {"2024-05-06", "2024-5-6", "2024-05-06 07:08:09", "2024-05-06T07:08:09.5+02:00"})
    EXPECT_EQ(from_cell<Date>(text(date)), (Date{2024, 5, 6})) << date;
  for (const char* bad :
       {"", "2024-05", "2024-02-30", "10000-01-01", "0044-03-15 BC", "infinity", "2024-05-06x"})
    EXPECT_THROW(from_cell<Date>(text(bad)), DataError) << bad;
  EXPECT_EQ(from_cell<Time>(text("07:08:09.5")), (Time{7, 8, 9, 500'000}));
  EXPECT_EQ(from_cell<Time>(text("07:08")), (Time{7, 8, 0, 0}));
  EXPECT_EQ(from_cell<Time>(text("07:08:09.0000019")), (Time{7, 8, 9, 1}));
  for (const char* bad : {"", "24:00:00", "07", "07:08:", "07:08:09.", "07:08:09+02"})
    EXPECT_THROW(from_cell<Time>(text(bad)), DataError) << bad;
  EXPECT_THROW(to_datum(Date{2024, 2, 30}), DataError);
  EXPECT_THROW(to_datum(Time{24, 0, 0, 0}), DataError);
  EXPECT_EQ(refusal<Date>(integer(5)), "5 is not a date");
}

TEST(Types, DateTimesAreNaiveOrInUtc) {
  const DateTime naive{2024, 5, 6, 7, 8, 9, 10, {}};
  const DateTime berlin{2024, 5, 6, 1, 8, 9, 10, 7200};
  const struct {
    DateTime value;
    bool with_timezone;
    Datum::Kind kind;
    const char* text;
  } written[] = {
      {naive, false, Datum::Kind::datetime, "2024-05-06 07:08:09.000010"},
      {naive, true, Datum::Kind::datetime_tz, "2024-05-06 07:08:09.000010+00:00"},
      {berlin, false, Datum::Kind::datetime, "2024-05-05 23:08:09.000010"},
      {berlin, true, Datum::Kind::datetime_tz, "2024-05-05 23:08:09.000010+00:00"},
  };
  for (const auto& c : written)
    EXPECT_EQ(to_datum(c.value, datetime(c.with_timezone)), Datum::of_text(c.text, c.kind));
  EXPECT_EQ(to_datum(naive).kind, Datum::Kind::datetime);
  EXPECT_EQ(to_datum(berlin).kind, Datum::Kind::datetime_tz);

  const struct {
    const char* text;
    DateTime naive;
  } read[] = {
      {"2024-05-06 07:08:09.000010", naive},         {"2024-05-06T07:08:09.00001", naive},
      {"2024-05-06 09:08:09.00001+02", naive},       {"2024-05-06 02:38:09.00001-0430", naive},
      {"2024-05-06 07:08:39.00001+00:00:30", naive}, {"2024-05-06 07:08:09.00001Z", naive},
      {"2024-05-06", {2024, 5, 6, 0, 0, 0, 0, {}}},  {"2024-5-6 7:8:9", {2024, 5, 6, 7, 8, 9, 0, {}}}};
  for (const auto& c : read) {
    EXPECT_EQ(from_cell<DateTime>(text(c.text), datetime(false)), c.naive) << c.text;
    DateTime aware = c.naive;
    aware.offset_seconds = 0;
    EXPECT_EQ(from_cell<DateTime>(text(c.text), datetime(true)), aware) << c.text;
  }
  EXPECT_FALSE(from_cell<DateTime>(text("2024-05-06 07:08:09")).offset_seconds);
  EXPECT_EQ(from_cell<DateTime>(text("2024-05-06 07:08:09+02")).offset_seconds, 0);
  for (const char* bad :
       {"", "now", "2024-05-06 ", "2024-05-06 25:00:00", "2024-05-06 07:08:09+24", "2024-05-06 07:08:09+2",
        "2024-05-06 07:08:09 +02", "infinity", "9999-12-31 23:59:59-02", "0001-01-01 00:00:00+02"})
    EXPECT_THROW(from_cell<DateTime>(text(bad)), DataError) << bad;
  EXPECT_THROW(to_datum(DateTime{9999, 12, 31, 23, 0, 0, 0, -7200}), DataError);
}

TEST(Types, IntervalsFromEitherDatabase) {
  const std::int64_t day = TimeDelta::kDay, hour = TimeDelta::kHour, second = TimeDelta::kSecond;
  const struct {
    const char* text;
    std::int64_t microseconds;
  } cases[] = {{"1970-01-02 02:00:03.500000", day + 2 * hour + 7 * second / 2},
               {"1969-12-31 23:59:59.999999", -1},
               {"1968-11-27 00:00:00.000000", -400 * day},
               {"P1DT2H3.5S", day + 2 * hour + 7 * second / 2},
               {"-P1D", -day},
               {"PT0S", 0},
               {"1 day 02:00:03.5", day + 2 * hour + 7 * second / 2},
               {"00:00:00", 0},
               {"-1 days +02:03:00", -day + 2 * hour + 180 * second},
               {"-00:00:00.000001", -1},
               {"1 year 2 mons 3 days", (365 + 60 + 3) * day},
               {"3 days", 3 * day},
               {"100:00:00", 100 * hour}};
  for (const auto& c : cases)
    EXPECT_EQ(from_cell<TimeDelta>(text(c.text)).microseconds, c.microseconds) << c.text;
  for (const char* bad : {"", "P", "5", "1 fortnight", "1 day 2 years", "1 day ", "02:60:00",
                          "999999999 days", "1 day 02:00", "00:00:00 1 day"})
    EXPECT_THROW(from_cell<TimeDelta>(text(bad)), DataError) << bad;
  EXPECT_EQ(to_datum(TimeDelta{5}), (Datum{Datum::Kind::interval, 5, 0, {}}));
}

TEST(Types, UuidsOf32Or36Characters) {
  Uuid uuid;
  ASSERT_TRUE(Uuid::parse("a8098c1a-f86e-11da-bd1a-00112444be1e", uuid));
  EXPECT_EQ(from_cell<Uuid>(text("a8098c1af86e11dabd1a00112444be1e")), uuid);
  EXPECT_EQ(from_cell<Uuid>(text("A8098C1A-F86E-11DA-BD1A-00112444BE1E")), uuid);
  EXPECT_EQ(to_datum(uuid), Datum::of_text("a8098c1a-f86e-11da-bd1a-00112444be1e", Datum::Kind::uuid));
  for (const char* bad : {"", "a8098c1af86e11dabd1a00112444be1", "a8098c1af86e11dabd1a00112444be1g",
                          "a8098c1a-f86e-11da-bd1a-00112444be1e0"})
    EXPECT_THROW(from_cell<Uuid>(text(bad)), DataError) << bad;
}

TEST(Types, JsonAsPythonWritesIt) {
  const Value value = Value::dict({{"a", Value::list({1, "é"})}});
  EXPECT_EQ(to_datum(value), Datum::of_text(R"({"a": [1, "\u00e9"]})", Datum::Kind::json));
  EXPECT_EQ(from_cell<Value>(text(R"({"a": [1, "\u00e9"]})")), value);
  EXPECT_EQ(from_cell<Value>(integer(5)), Value(5));
  EXPECT_EQ(from_cell<Value>(real(1.5)), Value(1.5));
  EXPECT_EQ(from_cell<Value>(text("\"5\"")), Value("5"));
  EXPECT_TRUE(from_cell<Value>(text("null")).is_none());
  EXPECT_TRUE(from_cell<Value>(kNull).is_none());
  EXPECT_EQ(to_datum(Value(nullptr)).text, "null");
  EXPECT_TRUE(to_datum(Value()).is_null());
  EXPECT_THROW(to_datum(Value(std::nan(""))), DataError);
  EXPECT_THROW(to_datum(Value::bytes("x")), DataError);
  EXPECT_THROW(from_cell<Value>(text("{")), DataError);

  const Json<Address> home{{"Rome", 7}};
  EXPECT_EQ(to_datum(home).text, R"({"city": "Rome", "number": 7})");
  EXPECT_EQ(from_cell<Json<Address>>(text(to_datum(home).text)), home);
  EXPECT_EQ(home->city, "Rome");
  EXPECT_EQ(refusal<Json<Address>>(text(R"({"city": 5})")),
            "the JSON does not fit: city: Not a valid string.");
  EXPECT_EQ(json::dump(home), R"({"city":"Rome","number":7})");
  EXPECT_EQ(to_value(home)["city"], Value("Rome"));
  EXPECT_FALSE(from_cell<std::optional<Json<Address>>>(kNull));
  EXPECT_FALSE(from_cell<std::optional<Json<Address>>>(text("null")));
  EXPECT_EQ(from_cell<std::optional<Json<Address>>>(text(to_datum(home).text)), home);
}

TEST(Types, EnumsByName) {
  EXPECT_EQ(to_datum(ShadeOfColor::dark_blue), Datum::of_text("dark_blue", Datum::Kind::enumeration));
  EXPECT_EQ(from_cell<ShadeOfColor>(text("dark_blue")), ShadeOfColor::dark_blue);
  EXPECT_EQ(refusal<ShadeOfColor>(text("green")), "'green' is none of the enumerators red, dark_blue");
  EXPECT_EQ(refusal<ShadeOfColor>(integer(7)), "7 is not the name of an enumerator");
  EXPECT_THROW(to_datum(static_cast<ShadeOfColor>(3)), DataError);
}

TEST(Types, OptionalsAreNull) {
  EXPECT_TRUE(to_datum(std::optional<int>()).is_null());
  EXPECT_EQ(to_datum(std::optional<int>(5)), Datum::of_integer(5));
  EXPECT_EQ(from_cell<std::optional<int>>(kNull), std::nullopt);
  EXPECT_EQ(from_cell<std::optional<std::string>>(text("")), "");
  const std::optional<DateTime> time = DateTime{2024, 5, 6, 7, 8, 9, 0, {}};
  EXPECT_EQ(to_datum(time, datetime(true)).kind, Datum::Kind::datetime_tz);
  EXPECT_EQ(from_cell<paint::Money>(integer(5)).cents, 5);
}

TEST(Types, ArraysAreLiteralsOfPostgresql) {
  using Texts = std::vector<std::optional<std::string>>;
  const struct {
    Texts value;
    const char* literal;
  } cases[] = {{{}, "{}"},
               {{"a", std::nullopt, ""}, R"({"a",NULL,""})"},
               {{"NULL", "a,b", "{x}", "\"q\"", "\\", " "}, R"({"NULL","a,b","{x}","\"q\"","\\"," "})"}};
  for (const auto& c : cases) {
    EXPECT_EQ(to_datum(c.value), Datum::of_text(c.literal, Datum::Kind::array));
    EXPECT_EQ(from_cell<Texts>(text(c.literal)), c.value) << c.literal;
  }
  EXPECT_EQ(from_cell<Texts>(text("[0:1]={plain word,null}")), (Texts{"plain word", "null"}));
  const std::vector<std::vector<int>> grid{{1, 2}, {3, 4}};
  EXPECT_EQ(to_datum(grid).text, "{{1,2},{3,4}}");
  EXPECT_EQ(from_cell<std::vector<std::vector<int>>>(text("{{1,2},{3,4}}")), grid);
  EXPECT_EQ((from_cell<std::vector<Texts>>(text(R"({{"}\"{"},{a}})"))),
            (std::vector<Texts>{{"}\"{"}, {"a"}}));
  for (const char* bad :
       {"", "{", "{1", "{1,}", "{,1}", "{1}x", "{\"a}", "{1 \"a\"}", "{1,\\}", "[0:1]", "1", "{{1}"})
    EXPECT_THROW(from_cell<Texts>(text(bad)), DataError) << bad;
  EXPECT_EQ(refusal<std::vector<int>>(text("{1,NULL}")),
            "NULL where there must be an integer: what may be NULL is a std::optional");
  EXPECT_THROW((from_cell<std::vector<std::vector<int>>>(text("{{{{{{{1}}}}}}}"))), DataError);
}

TEST(Types, ArraysHoldEveryType) {
  expect_round(std::vector<bool>{true, false});
  expect_round(std::vector<double>{1.5, -0.25, HUGE_VAL});
  expect_round(std::vector<Decimal>{Decimal("12.340"), Decimal("1E+3")});
  expect_round(std::vector<Bytes>{Bytes(std::string_view("\0\xff\"", 3)), Bytes()});
  expect_round(std::vector<Date>{{2024, 5, 6}});
  expect_round(std::vector<Time>{{7, 8, 9, 10}});
  expect_round(std::vector<DateTime>{{2024, 5, 6, 7, 8, 9, 10, {}}, {2024, 5, 6, 7, 8, 9, 0, {}}});
  expect_round(std::vector<TimeDelta>{{-1}, {TimeDelta::kDay}});
  expect_round(std::vector<Uuid>{Uuid(), Uuid::random()});
  expect_round(std::vector<Value>{Value::dict({{"k", "\"v\""}}), Value("\\"), Value(5)});
  expect_round(std::vector<Json<Address>>{{{"Rome", 7}}});
  expect_round(std::vector<ShadeOfColor>{ShadeOfColor::dark_blue, ShadeOfColor::red});
  expect_round(std::vector<std::optional<std::int64_t>>{INT64_MIN, std::nullopt});
  ColumnType aware = Type<std::vector<DateTime>>::column_type();
  aware.element[0].with_timezone = true;
  EXPECT_EQ(to_datum(std::vector<DateTime>{{2024, 5, 6, 7, 8, 9, 0, {}}}, aware).text,
            R"({"2024-05-06 07:08:09.000000+00:00"})");
  EXPECT_EQ(from_cell<std::vector<DateTime>>(text(R"({"2024-05-06 07:08:09"})"), aware)[0].offset_seconds, 0);
}

TEST(Types, ErrorsCanNameTheColumn) {
  try {
    (void)from_cell<std::int8_t>(integer(300));
    FAIL();
  } catch (const DataError& error) {
    const DataError whole = in_column(error, "users", "age");
    EXPECT_STREQ(whole.what(), "users.age: 300 is not an integer from -128 to 127");
    EXPECT_EQ(whole.failure().table, "users");
    EXPECT_EQ(whole.failure().column, "age");
  }
}

}  // namespace
}  // namespace retort::db
