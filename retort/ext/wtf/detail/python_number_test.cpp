// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/wtf/detail/python_number.h"

#include <gtest/gtest.h>

#include "retort/base/decimal.h"
#include "retort/value/value.h"

namespace retort::wtf::detail {
namespace {

// What Python's int, float and Decimal make of them; "" where they refuse, or what is beyond 64 bits
// or is no number (a Decimal).
struct Case {
  std::string_view text, as_int, as_float, as_decimal;
};
constexpr Case kCases[] = {
    {"5", "5", "5.0", "5"},
    {" 5\n", "5", "5.0", "5"},
    {"+5", "5", "5.0", "5"},
    {"-5", "-5", "-5.0", "-5"},
    {"1_000", "1000", "1000.0", "1000"},
    {"_1", "", "", "1"},
    {"1_", "", "", "1"},
    {"1__0", "", "", "10"},
    {"", "", "", ""},
    {"  ", "", "", ""},
    {"1.5", "", "1.5", "1.5"},
    {"0x10", "", "", ""},
    {"+-5", "", "", ""},
    {"--5", "", "", ""},
    {"9223372036854775807", "9223372036854775807", "9.223372036854776e+18", "9223372036854775807"},
    {"9223372036854775808", "", "9.223372036854776e+18", "9223372036854775808"},
    {"-9223372036854775808", "-9223372036854775808", "-9.223372036854776e+18", "-9223372036854775808"},
    {"1e3", "", "1000.0", "1E+3"},
    {"5 6", "", "", ""},
    {"007", "7", "7.0", "7"},
    {"inf", "", "inf", ""},
    {"-Infinity", "", "-inf", ""},
    {"nan", "", "nan", ""},
    {"NAN", "", "nan", ""},
    {"1e400", "", "inf", "1E+400"},
    {"-1e400", "", "-inf", "-1E+400"},
    {"1e-400", "", "0.0", "1E-400"},
    {"0.001e500", "", "inf", "1E+497"},
    {".5", "", "0.5", "0.5"},
    {"5.", "", "5.0", "5"},
    {"1.5e+3", "", "1500.0", "1.5E+3"},
    {"1_0.2_5", "", "10.25", "10.25"},
    {"infi", "", "", ""},
    {"0x1p3", "", "", ""},
    {"nan(1)", "", "", ""},
};

TEST(PythonNumber, ReadsWhatPythonReads) {
  for (const Case& c : kCases) {
    const auto integer = python_int(c.text);
    EXPECT_EQ(integer ? std::to_string(*integer) : "", c.as_int) << c.text;
    const auto real = python_float(c.text);
    EXPECT_EQ(real ? Value(*real).repr() : "", c.as_float) << c.text;
    const auto decimal = python_decimal(c.text);
    EXPECT_EQ(decimal ? decimal->str() : "", c.as_decimal) << c.text;
  }
}

}  // namespace
}  // namespace retort::wtf::detail
