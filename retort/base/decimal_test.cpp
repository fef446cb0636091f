// SPDX-License-Identifier: BSD-3-Clause
// Expected texts are those of Python's decimal with a context of 200 digits.
#include "retort/base/decimal.h"

#include <cmath>
#include <stdexcept>

#include <gtest/gtest.h>

namespace retort {
namespace {

TEST(Decimal, ReadsAndWritesAsPython) {
  const struct {
    const char* text;
    const char* str;
    const char* plain;  // nothing: not compared
    int digits;
    int exponent;
  } cases[] = {
      {"0", "0", "0", 1, 0},
      {"-0", "-0", "-0", 1, 0},
      {"0.00", "0.00", "0.00", 1, -2},
      {"0E+3", "0E+3", "0", 1, 3},
      {"0E-10", "0E-10", "0.0000000000", 1, -10},
      {"12.340", "12.340", "12.340", 5, -3},
      {"-12.340", "-12.340", "-12.340", 5, -3},
      {"+5", "5", "5", 1, 0},
      {"5.", "5", "5", 1, 0},
      {".5", "0.5", "0.5", 1, -1},
      {"1E+3", "1E+3", "1000", 1, 3},
      {"1e3", "1E+3", "1000", 1, 3},
      {"1.5E-7", "1.5E-7", "0.00000015", 2, -8},
      {"0.0000001", "1E-7", "0.0000001", 1, -7},
      {"0.000001", "0.000001", "0.000001", 1, -6},
      {"123E-2", "1.23", "1.23", 3, -2},
      {"1.23E+10", "1.23E+10", "12300000000", 3, 8},
      {"00012", "12", "12", 2, 0},
      {"99999999999999999999999999999999999999", "99999999999999999999999999999999999999",
       "99999999999999999999999999999999999999", 38, 0},
      {"-0.00000000000000000000000000000000000001", "-1E-38", "-0.00000000000000000000000000000000000001", 1,
       -38},
      {"1E+6144", "1E+6144", "", 1, 6144},
      {"1E-6144", "1E-6144", "", 1, -6144},
  };
  for (const auto& c : cases) {
    const Decimal d(c.text);
    EXPECT_EQ(d.str(), c.str) << c.text;
    if (*c.plain) {
      EXPECT_EQ(d.plain(), c.plain) << c.text;
    }
    EXPECT_EQ(d.digits(), c.digits) << c.text;
    EXPECT_EQ(d.exponent(), c.exponent) << c.text;
    EXPECT_EQ(Decimal(d.str()), d) << c.text;
  }
}

TEST(Decimal, RefusesOtherTextAndLeavesTheTargetAlone) {
  for (const char* text : {"", "-", ".", "1.2.3", "1e", "1e+", "1 ", " 1", "1,5", "NaN", "Infinity", "0x10",
                           "1_000", "--1", "1e1.5", "100000000000000000000000000000000000000", "1E+6145",
                           "1E-6145", "1E+99999999999999999999"}) {
    Decimal d(7);
    EXPECT_FALSE(Decimal::parse(text, d)) << text;
    EXPECT_EQ(d, Decimal(7)) << text;
    EXPECT_THROW(Decimal{text}, std::invalid_argument) << text;
  }
}

TEST(Decimal, IntegersAreDecimals) {
  EXPECT_EQ(Decimal(-5).str(), "-5");
  EXPECT_EQ(Decimal(INT64_MIN).str(), "-9223372036854775808");
  EXPECT_EQ(Decimal(UINT64_MAX).str(), "18446744073709551615");
  EXPECT_EQ(Decimal(3) * 2, 6);
  const struct {
    const char* text;
    bool fits;
    std::int64_t number;
  } cases[] = {{"12.000", true, 12},
               {"-0", true, 0},
               {"1E+3", true, 1000},
               {"9223372036854775807", true, INT64_MAX},
               {"-9223372036854775808", true, INT64_MIN},
               {"9223372036854775808", false, 0},
               {"-9223372036854775809", false, 0},
               {"12.5", false, 0},
               {"1E+19", false, 0},
               {"1E+6000", false, 0}};
  for (const auto& c : cases) {
    std::int64_t number = 0;
    EXPECT_EQ(Decimal(c.text).to_integer(number), c.fits) << c.text;
    EXPECT_EQ(number, c.number) << c.text;
  }
}

TEST(Decimal, AddsSubtractsAndMultipliesExactly) {
  const struct {
    const char* a;
    const char* b;
    const char* sum;
    const char* difference;
    const char* product;
  } cases[] = {
      {"1.1", "2.25", "3.35", "-1.15", "2.475"},
      {"-1.10", "1.1", "0.00", "-2.20", "-1.210"},
      {"0.1", "0.2", "0.3", "-0.1", "0.02"},
      {"1E+3", "1", "1001", "999", "1E+3"},
      {"12345678901234567890.12", "0.00000001", "12345678901234567890.12000001",
       "12345678901234567890.11999999", "123456789012.3456789012"},
      {"-3", "-4.50", "-7.50", "1.50", "13.50"},
      {"0", "-0", "0", "0", "-0"},
      {"-0", "-0", "-0", "0", "0"},
      {"0.00", "5", "5.00", "-5.00", "0.00"},
      {"9999999999999999999", "9999999999999999999", "19999999999999999998", "0",
       "99999999999999999980000000000000000001"},
      {"1E-20", "-1E-10", "-9.999999999E-11", "1.0000000001E-10", "-1E-30"},
      {"2", "0E+5", "2", "2", "0E+5"},
  };
  for (const auto& c : cases) {
    const Decimal a(c.a), b(c.b);
    EXPECT_EQ((a + b).str(), c.sum) << c.a << " + " << c.b;
    EXPECT_EQ((a - b).str(), c.difference) << c.a << " - " << c.b;
    EXPECT_EQ((a * b).str(), c.product) << c.a << " * " << c.b;
  }
}

TEST(Decimal, ThrowsWhereAResultHasMoreThan38Digits) {
  const Decimal most("99999999999999999999999999999999999999");
  EXPECT_THROW(most + 1, std::overflow_error);
  EXPECT_THROW(most * 2, std::overflow_error);
  EXPECT_THROW(-most - 1, std::overflow_error);
  EXPECT_THROW(Decimal("1E+30") + Decimal("1E-30"), std::overflow_error);
  EXPECT_THROW(Decimal("1E+6144") * 10, std::overflow_error);
  EXPECT_THROW(most.quantize(-1), std::overflow_error);
  EXPECT_THROW(Decimal(1).quantize(99999), std::overflow_error);
  EXPECT_EQ((most - 1 + 1).str(), most.str());
}

TEST(Decimal, QuantizesByEveryRounding) {
  constexpr Rounding kAll[] = {Rounding::half_even, Rounding::half_up, Rounding::half_down, Rounding::down,
                               Rounding::up,        Rounding::floor,   Rounding::ceiling};
  const struct {
    const char* text;
    int exponent;
    const char* by[7];
  } cases[] = {
      {"2.5", 0, {"2", "3", "2", "2", "3", "2", "3"}},
      {"3.5", 0, {"4", "4", "3", "3", "4", "3", "4"}},
      {"-2.5", 0, {"-2", "-3", "-2", "-2", "-3", "-3", "-2"}},
      {"2.51", 0, {"3", "3", "3", "2", "3", "2", "3"}},
      {"2.49", 0, {"2", "2", "2", "2", "3", "2", "3"}},
      {"1.005", -2, {"1.00", "1.01", "1.00", "1.00", "1.01", "1.00", "1.01"}},
      {"1.115", -2, {"1.12", "1.12", "1.11", "1.11", "1.12", "1.11", "1.12"}},
      {"12.3", -4, {"12.3000", "12.3000", "12.3000", "12.3000", "12.3000", "12.3000", "12.3000"}},
      {"12345", 2, {"1.23E+4", "1.23E+4", "1.23E+4", "1.23E+4", "1.24E+4", "1.23E+4", "1.24E+4"}},
      {"12350", 2, {"1.24E+4", "1.24E+4", "1.23E+4", "1.23E+4", "1.24E+4", "1.23E+4", "1.24E+4"}},
      {"5", 1, {"0E+1", "1E+1", "0E+1", "0E+1", "1E+1", "0E+1", "1E+1"}},
      {"15", 1, {"2E+1", "2E+1", "1E+1", "1E+1", "2E+1", "1E+1", "2E+1"}},
      {"4", 2, {"0E+2", "0E+2", "0E+2", "0E+2", "1E+2", "0E+2", "1E+2"}},
      {"50", 2, {"0E+2", "1E+2", "0E+2", "0E+2", "1E+2", "0E+2", "1E+2"}},
      {"-0.001", -2, {"-0.00", "-0.00", "-0.00", "-0.00", "-0.01", "-0.01", "-0.00"}},
      {"0.001", -2, {"0.00", "0.00", "0.00", "0.00", "0.01", "0.00", "0.01"}},
      {"99.995", -2, {"100.00", "100.00", "99.99", "99.99", "100.00", "99.99", "100.00"}},
      {"0", -3, {"0.000", "0.000", "0.000", "0.000", "0.000", "0.000", "0.000"}},
      {"1E+5", 0, {"100000", "100000", "100000", "100000", "100000", "100000", "100000"}},
      {"7E-40", 0, {"0", "0", "0", "0", "1", "0", "1"}},
      {"99999999999999999999999999999999999999",
       38,
       {"1E+38", "1E+38", "1E+38", "0E+38", "1E+38", "0E+38", "1E+38"}},
      {"50000000000000000000000000000000000000",
       38,
       {"0E+38", "1E+38", "0E+38", "0E+38", "1E+38", "0E+38", "1E+38"}},
      {"1", 45, {"0E+45", "0E+45", "0E+45", "0E+45", "1E+45", "0E+45", "1E+45"}},
  };
  for (const auto& c : cases) {
    for (std::size_t i = 0; i < 7; ++i)
      EXPECT_EQ(Decimal(c.text).quantize(c.exponent, kAll[i]).str(), c.by[i]) << c.text << " rounding " << i;
  }
  EXPECT_EQ(Decimal("2.675").round(2).str(), "2.68");
}

TEST(Decimal, ComparesByValue) {
  const char* const ascending[] = {"-1E+30", "-12.5", "-12.49", "-1E-40", "0",       "1E-40",
                                   "0.1",    "0.11",  "1",      "9.99",   "1.00E+1", "1E+6000"};
  for (std::size_t i = 0; i < std::size(ascending); ++i) {
    for (std::size_t k = 0; k < std::size(ascending); ++k)
      EXPECT_EQ(Decimal(ascending[i]) <=> Decimal(ascending[k]), i <=> k)
          << ascending[i] << " " << ascending[k];
  }
  for (const auto& [a, b] : {std::pair{"1.0", "1.000"}, {"-0", "0.00"}, {"1E+3", "1000"}, {"-5", "-5.0"}}) {
    EXPECT_EQ(Decimal(a), Decimal(b)) << a;
    EXPECT_EQ(Decimal(a).hash(), Decimal(b).hash()) << a;
  }
}

TEST(Decimal, NormalizesAndNegates) {
  const struct {
    const char* text;
    const char* normal;
  } cases[] = {
      {"12.340", "12.34"}, {"100", "1E+2"}, {"0.00", "0"}, {"-0", "-0"}, {"1E+3", "1E+3"}, {"-5.0", "-5"},
  };
  for (const auto& c : cases) EXPECT_EQ(Decimal(c.text).normalize().str(), c.normal) << c.text;
  EXPECT_EQ((-Decimal("1.50")).str(), "-1.50");
  EXPECT_EQ((-Decimal("0.0")).str(), "0.0");
  EXPECT_EQ(Decimal("-1.50").abs().str(), "1.50");
}

TEST(Decimal, ComesFromADoubleByPlaces) {
  const struct {
    double number;
    int places;
    const char* str;
  } cases[] = {
      {0.1, 10, "0.1000000000"},
      {12.34, 4, "12.3400"},
      {5.0, 4, "5.0000"},
      {123456789012.1234, 10, "123456789012.1233978271"},
      {99999999.9999, 10, "99999999.9998999983"},
      {1.5e-10, 10, "1E-10"},
      {-0.0001, 4, "-0.0001"},
      {2.5, 0, "2"},
      {3.5, 0, "4"},
      {1e+20, 2, "100000000000000000000.00"},
      {-1e-12, 4, "-0.0000"},
  };
  for (const auto& c : cases) EXPECT_EQ(Decimal::from_double(c.number, c.places).str(), c.str) << c.number;
  for (const double number : {std::nan(""), HUGE_VAL, -HUGE_VAL, 1e38, 1e300})
    EXPECT_THROW(Decimal::from_double(number, 2), std::overflow_error) << number;
  EXPECT_THROW(Decimal::from_double(1e30, 10), std::overflow_error);
  EXPECT_EQ(Decimal("0.1").to_double(), 0.1);
  EXPECT_EQ(Decimal("-12345678901234567890.5").to_double(), -12345678901234567890.5);
}

}  // namespace
}  // namespace retort
