// SPDX-License-Identifier: BSD-3-Clause
#include "retort/value/format.h"

#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "retort/value/error.h"
#include "retort/value/operators.h"
#include "retort/value/undefined.h"

namespace retort {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

class Named : public Undefined {
 public:
  std::string message() const override { return "'x' is undefined"; }
};
Value undefined_value() { return Value::undefined(std::make_unique<Named>()); }

class Widget : public Object {
 public:
  std::string_view type_name() const override { return "Widget"; }
  bool append_html(std::string& out) const override {
    out += "<w>";
    return true;
  }
};
Value widget() { return Value::object(std::make_unique<Widget>()); }
Value markup(std::string_view html) { return Value::markup(html); }

/// The repr of what `f` returns, or the error that it throws as Python prints it.
template <class F>
std::string result(F&& f) {
  try {
    return Value(f()).repr();
  } catch (const EvaluationError& error) {
    return std::string(error.name()) + ": " + error.what();
  }
}

struct SpecCase {
  Value value;
  std::string_view spec, expected;
};

void check(std::initializer_list<SpecCase> cases) {
  Evaluator evaluator;
  for (const SpecCase& c : cases) {
    EXPECT_EQ(result([&] {
                std::string out;
                ops::append_format(out, c.value, c.spec, evaluator);
                return out;
              }),
              c.expected)
        << "format(" << c.value.repr() << ", '" << c.spec << "')";
  }
}

TEST(FormatSpec, Integers) {
  check({{5, "", "'5'"},
         {5, "3", "'  5'"},
         {-5, "05d", "'-0005'"},
         {5, "<05d", "'50000'"},
         {5, ">+08,", "'000000+5'"},
         {-5, "#010x", "'-0x0000005'"},
         {-5, "^#10X", "'   -0X5   '"},
         {10, "b", "'1010'"},
         {8, "#o", "'0o10'"},
         {65, "5c", "'    A'"},
         {8364, "c", "'\xe2\x82\xac'"},
         {1234567, ",", "'1,234,567'"},
         {65536, "_x", "'1_0000'"},
         {65536, "012_b", "'1_0000_0000_0000_0000'"},
         {123, "04,", "'0,123'"},
         {-1234567, "=+15,", "'-     1,234,567'"},
         {123, "x=8,", "'xxxxx123'"},
         {1, "\xc3\xa4<5", "'1\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4'"},
         {1234, "\xd9\xa5", "' 1234'"},  // a width in Arabic digits
         {INT64_MIN, "d", "'-9223372036854775808'"},
         {INT64_MIN, "x", "'-8000000000000000'"},
         {1, ".1%", "'100.0%'"},
         {3, "e", "'3.000000e+00'"},
         {true, "", "'True'"},
         {true, "5", "'    1'"},
         {true, "f", "'1.000000'"}});
}

TEST(FormatSpec, Reals) {
  check({{1.5, "", "'1.5'"},
         {3.14159, ".2f", "'3.14'"},
         {2.675, ".2f", "'2.67'"},
         {0.5, ".0f", "'0'"},
         {1234.5, "012,", "'00,001,234.5'"},
         {1e15, "012,.1e", "'00,001.0e+15'"},
         {1e20, "#", "'1.e+20'"},
         {1.0, ".0", "'1e+00'"},
         {123456.0, ".6", "'1.23456e+05'"},
         {123456.0, ".7", "'123456.0'"},
         {1.0, "g", "'1'"},
         {1.0, "#g", "'1.00000'"},
         {0.0, "#g", "'0.00000'"},
         {0.0001, "g", "'0.0001'"},
         {0.00001, "G", "'1E-05'"},
         {1.0, "#.0f", "'1.'"},
         {1.0, "#.0e", "'1.e+00'"},
         {0.5, "%", "'50.000000%'"},
         {1.5, "n", "'1.5'"},
         {-0.0, "z", "'0.0'"},
         {-0.001, "z.1f", "'0.0'"},
         {-0.001, ".1f", "'-0.0'"},
         {kInf, "05", "'00inf'"},
         {kInf, "012,F", "'000000000INF'"},
         {std::nan(""), "%", "'nan%'"},
         {-std::nan(""), "+", "'+nan'"},
         {5e-324, ".3e", "'4.941e-324'"}});
}

TEST(FormatSpec, TextAndOthers) {
  check({{"abc", "5", "'abc  '"},
         {"abc", ">5.2", "'   ab'"},
         {"abc", "\xc3\xa4^9.2s",
          "'\xc3\xa4\xc3\xa4\xc3\xa4"
          "ab\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4'"},
         {"\xc3\xa4\xe2\x82\xac", "4.1", "'\xc3\xa4   '"},
         {"a", "05", "'a0000'"},
         {markup("<b>"), "5", "'<b>  '"},
         {nullptr, "", "'None'"},
         {Value::list({1}), "", "'[1]'"},
         {undefined_value(), "", "''"}});
}

TEST(FormatSpec, RefusesWhatPythonRefuses) {
  check({{1, ",,", "ValueError: Cannot specify ',' with ','."},
         {1, "_,", "ValueError: Cannot specify both ',' and '_'."},
         {65536, ",x", "ValueError: Cannot specify ',' with 'x'."},
         {"a", ",", "ValueError: Cannot specify ',' with 's'."},
         {1, ".2", "ValueError: Precision not allowed in integer format specifier"},
         {1, ".", "ValueError: Format specifier missing precision"},
         {1, "z", "ValueError: Negative zero coercion (z) not allowed in integer format specifier"},
         {1, "s", "ValueError: Unknown format code 's' for object of type 'int'"},
         {1, "\xc3\xa9", "ValueError: Unknown format code '\\xe9' for object of type 'int'"},
         {1.0, "d", "ValueError: Unknown format code 'd' for object of type 'float'"},
         {markup("a"), "d", "ValueError: Unknown format code 'd' for object of type 'Markup'"},
         {1, "abc", "ValueError: Invalid format specifier 'abc' for object of type 'int'"},
         {65, "+c", "ValueError: Sign not allowed with integer format specifier 'c'"},
         {-1, "c", "OverflowError: %c arg not in range(0x110000)"},
         {"a", "+", "ValueError: Sign not allowed in string format specifier"},
         {"a", " ", "ValueError: Space not allowed in string format specifier"},
         {"a", "#", "ValueError: Alternate form (#) not allowed in string format specifier"},
         {"a", "=5", "ValueError: '=' alignment not allowed in string format specifier"},
         {Value::list({1}), "5", "TypeError: unsupported format string passed to list.__format__"},
         {undefined_value(), "5", "TypeError: unsupported format string passed to Undefined.__format__"},
         {1, "99999999999999999999", "ValueError: Too many decimal digits in format string"},
         {1.5, ".2147483648f", "ValueError: precision too big"}});
}

TEST(FormatSpec, WidthsAndPrecisionsAreBounded) {
  Evaluator evaluator;
  std::string out;
  for (const char* spec : {"9223372036854775807", "\xe2\x82\xac<9223372036854775807", "300000000",
                           "0300000000,", "09223372036854775807,"}) {
    EXPECT_THROW(ops::append_format(out, 1, spec, evaluator), LimitError) << spec;
  }
  for (const char* spec : {".2147483647f", ".2147483647e", "#.2147483647g"})
    EXPECT_THROW(ops::append_format(out, 1.5, spec, evaluator), LimitError) << spec;
  evaluator.set_limits(1000, 0);
  EXPECT_THROW(ops::append_format(out, "x", "1001", evaluator), LimitError);
  EXPECT_THROW(ops::percent_format("%1001d", 1, evaluator), LimitError);
  EXPECT_THROW(ops::percent_format("%*s", Value::tuple({INT64_MAX, 1}), evaluator), LimitError);
  EXPECT_THROW(ops::percent_format("%.2000d", 1, evaluator), LimitError);
  EXPECT_TRUE(out.empty());
}

TEST(FormatSpec, PrecisionBeyondADoublesDigitsIsZeros) {
  Evaluator evaluator;
  for (const char* spec : {".2000f", ".2000e", "#.2000g"}) {
    std::string out;
    ops::append_format(out, 0.1, spec, evaluator);
    EXPECT_EQ(out.substr(0, 22),
              spec[4] == 'e' || spec[5] == 'e' ? "1.00000000000000005551" : "0.10000000000000000555")
        << spec;
    EXPECT_GT(out.size(), 2000u) << spec;
  }
}

struct Call {
  Value pattern;
  std::vector<Value> positional;
  std::vector<Value::Member> named;
  std::string_view expected;
};

void check_calls(const std::vector<Call>& calls) {
  Evaluator evaluator;
  for (const Call& c : calls) {
    const CallArguments arguments{
        {c.positional.data(), c.positional.size()}, {c.named.data(), c.named.size()}, &evaluator};
    EXPECT_EQ(result([&] { return ops::format(c.pattern, arguments, evaluator); }), c.expected)
        << c.pattern.repr();
  }
}

TEST(StrFormat, FillsFields) {
  const Value list = Value::list({7, 8});
  const Value dict = Value::dict({{"a", list}, {"-1", 5}, {"}", 6}});
  check_calls({{"a{{b}}", {}, {}, "'a{b}'"},
               {"{} {}", {1, 2}, {}, "'1 2'"},
               {"{1} {0}", {1, 2}, {}, "'2 1'"},
               {"{a}{}", {1}, {{"a", 2}}, "'21'"},
               {"{[0]}", {list}, {}, "'7'"},
               {"{0[a][1]}", {dict}, {}, "'8'"},
               {"{0[-1]}{0[}]}", {dict}, {}, "'56'"},
               {"{!r} {!s} {!a}", {"x", "y", "\xc3\xa9"}, {}, "\"'x' y '\\\\xe9'\""},
               {"{!s:5}|", {list}, {}, "'[7, 8]|'"},
               {"{:>{}}|{:{w}.{p}f}", {1, 4, 2.5}, {{"w", 6}, {"p", 2}}, "'   1|  2.50'"},
               {"{:\xc3\xa4>4}",
                {1},
                {},
                "'\xc3\xa4\xc3\xa4\xc3\xa4"
                "1'"},
               {"{\xd9\xa1}", {3, 4}, {}, "'4'"},
               {"{}", {undefined_value()}, {}, "''"},
               {"{!r}", {undefined_value()}, {}, "'Undefined'"},
               {"{}", {markup("<")}, {}, "'<'"}});
}

TEST(StrFormat, RefusesWhatPythonRefuses) {
  const Value list = Value::list({1});
  check_calls(
      {{"{", {}, {}, "ValueError: Single '{' encountered in format string"},
       {"{}}", {1}, {}, "ValueError: Single '}' encountered in format string"},
       {"{", {}, {}, "ValueError: Single '{' encountered in format string"},
       {"{a", {}, {}, "ValueError: expected '}' before end of string"},
       {"{a!", {}, {}, "ValueError: end of string while looking for conversion specifier"},
       {"{a!}", {}, {}, "ValueError: unmatched '{' in format spec"},
       {"{a!rx}", {}, {}, "ValueError: expected ':' after conversion specifier"},
       {"{!x}", {1}, {}, "ValueError: Unknown conversion specifier x"},
       {"{:{}", {1}, {}, "ValueError: unmatched '{' in format spec"},
       {"{a{b}}", {}, {}, "ValueError: unexpected '{' in field name"},
       {"{:{:{}}}", {1, 2, 3}, {}, "ValueError: Max string recursion exceeded"},
       {"{0}{}",
        {1},
        {},
        "ValueError: cannot switch from manual field specification to automatic field numbering"},
       {"{}{0}",
        {1},
        {},
        "ValueError: cannot switch from automatic field numbering to manual field specification"},
       {"{}", {}, {}, "IndexError: Replacement index 0 out of range for positional args tuple"},
       {"{99999999999999999999}", {}, {}, "ValueError: Too many decimal digits in format string"},
       {"{a}", {}, {}, "KeyError: 'a'"},
       {"{0[]}", {list}, {}, "ValueError: Empty attribute in format string"},
       {"{0[0]x}", {list}, {}, "ValueError: Only '.' or '[' may follow ']' in format field specifier"},
       {"{0[1]}", {list}, {}, "IndexError: list index out of range"},
       {"{0[b]}", {list}, {}, "TypeError: list indices must be integers or slices, not str"},
       {"{0[b]}", {"x"}, {}, "TypeError: string indices must be integers, not 'str'"},
       {"{0[9]}", {Value::bytes("x")}, {}, "IndexError: index out of range"},
       {"{0[0]}", {Value::dict({{"0", 1}})}, {}, "KeyError: 0"},
       {"{0[b]}", {1}, {}, "TypeError: 'int' object is not subscriptable"},
       {"{0[b]}", {undefined_value()}, {}, "UndefinedError: 'x' is undefined"}});
}

TEST(StrFormat, MarkupEscapesWhatIsPutIn) {
  check_calls(
      {{markup("<b>{}</b>"), {"<"}, {}, "Markup('<b>&lt;</b>')"},
       {markup("{:5}|"), {"<"}, {}, "Markup('&lt;    |')"},
       {markup("{!r}"), {"<"}, {}, "Markup('&#39;&lt;&#39;')"},
       {markup("{} {}"), {markup("<b>"), widget()}, {}, "Markup('<b> <w>')"},
       {markup("{!s}"), {markup("<b>")}, {}, "Markup('&lt;b&gt;')"},
       {markup("{:{}}"), {"<", 3}, {}, "Markup('&lt;  ')"},
       {markup("{:5}"), {markup("<b>")}, {}, "ValueError: Unsupported format specification for Markup."},
       {markup("{}"), {}, {}, "IndexError: tuple index out of range"},
       {markup("{[0]}"), {1}, {}, "KeyError: ''"},
       {markup("{}{0}"),
        {1},
        {},
        "ValueError: cannot switch from manual field specification to automatic field numbering"}});
}

TEST(StrFormat, FormatMap) {
  Evaluator evaluator;
  const auto map = [&](const Value& pattern, const Value& mapping) {
    return result([&] { return ops::format_map(pattern, mapping, evaluator); });
  };
  EXPECT_EQ(map("{a}", Value::dict({{"a", 1}})), "'1'");
  EXPECT_EQ(map(markup("{a}"), Value::dict({{"a", "<"}})), "Markup('&lt;')");
  EXPECT_EQ(map("{}", Value::dict()), "ValueError: Format string contains positional fields");
  EXPECT_EQ(map("{a}", Value::dict()), "KeyError: 'a'");
  EXPECT_EQ(map("{a}", 1), "TypeError: 'int' object is not subscriptable");
}

/// A gate as a sandbox has: what it refuses is undefined and tells why.
class Gate : public Evaluator {
 public:
  Value attribute(const Value&, std::string_view name) override {
    if (name == "missing") return {};
    if (name == "secret") return undefined_value();
    return Value(std::string("attribute ") + std::string(name));
  }
  Value field_member(const Value& object, const Value& key, bool is_attribute) override {
    if (key == Value("lost")) return undefined_value();
    return Evaluator::field_member(object, key, is_attribute);
  }
  Value item(const Value&, const Value& key) override { return Value("item " + key.str()); }
};

TEST(StrFormat, ReachesAttributesAndItemsThroughTheEvaluatorOnly) {
  Gate gate;
  const Value argument = Value::list({1});
  const CallArguments arguments{{&argument, 1}, {}, &gate};
  const auto run = [&](const Value& pattern) {
    return result([&] { return ops::format(pattern, arguments, gate); });
  };
  EXPECT_EQ(run("{0.a} {0[0]}"), "'attribute a item 0'");
  EXPECT_EQ(run(markup("{0.a} {0[x]}")), "Markup('attribute a item x')");
  EXPECT_EQ(run("{0.missing}"), "AttributeError: 'list' object has no attribute 'missing'");
  EXPECT_EQ(run("[{0.lost}{0[lost]}]"), "'[]'") << "a sandbox answers for what is not there";
  EXPECT_EQ(run("[{0.secret}]"), "'[]'") << "an Undefined stands for itself";
  EXPECT_EQ(result([&] { return ops::percent_format("%(k)s", Value::dict({{"k", 1}}), gate); }), "'item k'");
  EXPECT_EQ(result([&] { return ops::format_map("{k}", Value::dict({{"k", 1}}), gate); }), "'item k'");
}

struct PercentCase {
  Value pattern, values;
  std::string_view expected;
};

void check_percent(std::initializer_list<PercentCase> cases) {
  Evaluator evaluator;
  for (const PercentCase& c : cases) {
    EXPECT_EQ(result([&] { return ops::percent_format(c.pattern, c.values, evaluator); }), c.expected)
        << c.pattern.repr() << " % " << c.values.repr();
  }
}

TEST(PercentFormat, Converts) {
  check_percent(
      {{"%s %r %a", Value::tuple({"\xc3\xa9", "\xc3\xa9", "\xc3\xa9"}), "\"\xc3\xa9 '\xc3\xa9' '\\\\xe9'\""},
       {"%5s|%-5s|%.2s", Value::tuple({"a", "b", "cde"}), "'    a|b    |cd'"},
       {"%05s", "\xc3\xa9", "'    \xc3\xa9'"},
       {"%d%%", 50, "'50%'"},
       {"%d %i %u", Value::tuple({1.9, -1.9, true}), "'1 -1 1'"},
       {"%d", 1e22, "'10000000000000000000000'"},
       {"%#x %#o %#X", Value::tuple({255, 8, 255}), "'0xff 0o10 0XFF'"},
       {"%#010x", -255, "'-0x00000ff'"},
       {"%+d % d %+ d", Value::tuple({1, 1, 1}), "'+1  1 +1'"},
       {"%05d|%-05d|%.5d|%8.5d", Value::tuple({-3, -3, -3, -3}), "'-0003|-3   |-00003|  -00003'"},
       {"%.2f %e %g %G", Value::tuple({2.675, 12345.678, 1e-5, 1e-5}), "'2.67 1.234568e+04 1e-05 1E-05'"},
       {"%#g %#.0f %.0f", Value::tuple({1.0, 1.0, 0.5}), "'1.00000 1. 0'"},
       {"%F %05f %+f", Value::tuple({kInf, kInf, std::nan("")}), "'INF 00inf +nan'"},
       {"%c%c%3c", Value::tuple({65, "\xc3\xa9", "x"}), "'A\xc3\xa9  x'"},
       {"%*d|%-*d|%*d|%.*f", Value::tuple({3, 1, 3, 1, -3, 1, 1, 2.55}), "'  1|1  |1  |2.5'"},
       {"%ld %hd", Value::tuple({1, 2}), "'1 2'"},
       {"%(a)s%(b)05d", Value::dict({{"a", 1}, {"b", 2}}), "'100002'"},
       {"%((a))s", Value::dict({{"(a)", 1}}), "'1'"},
       {"%s", Value::dict({{"a", 1}}), "\"{'a': 1}\""},
       {"%s", Value::list({1, 2}), "'[1, 2]'"},
       {"%s", Value::tuple({Value::tuple({1})}), "'(1,)'"},
       {"%s", undefined_value(), "''"},
       {"a", Value::tuple(), "'a'"},
       {"a", Value::dict(), "'a'"},
       {"a", Value::list({1}), "'a'"}});
}

TEST(PercentFormat, RefusesWhatPythonRefuses) {
  check_percent(
      {{"%s", Value::tuple(), "TypeError: not enough arguments for format string"},
       {"%s %s", "a", "TypeError: not enough arguments for format string"},
       {"%(a)s %s", Value::dict({{"a", 1}}), "TypeError: not enough arguments for format string"},
       {"%d", Value::tuple({1, 2}), "TypeError: not all arguments converted during string formatting"},
       {"a", 1, "TypeError: not all arguments converted during string formatting"},
       {"%(a)s", 1, "TypeError: format requires a mapping"},
       {"%(a)s", Value::tuple({1}), "TypeError: format requires a mapping"},
       {"%(a)s", Value::dict(), "KeyError: 'a'"},
       {"%(a)s", Value::list({1}), "TypeError: list indices must be integers or slices, not str"},
       {"%(a", Value::dict(), "ValueError: incomplete format key"},
       {"%5", 1, "ValueError: incomplete format"},
       {"\xc3\xa9%y", 1, "ValueError: unsupported format character 'y' (0x79) at index 2"},
       {"%\xc3\xa9", 1, "ValueError: unsupported format character '?' (0xe9) at index 1"},
       {"%5%", 1, "ValueError: unsupported format character '%' (0x25) at index 2"},
       {"%d", "x", "TypeError: %d format: a real number is required, not str"},
       {"%x", 1.5, "TypeError: %x format: an integer is required, not float"},
       {"%d", kInf, "OverflowError: cannot convert float infinity to integer"},
       {"%f", "x", "TypeError: must be real number, not str"},
       {"%d", undefined_value(), "UndefinedError: 'x' is undefined"},
       {"%x", undefined_value(), "TypeError: %x format: an integer is required, not Undefined"},
       {"%c", "ab", "TypeError: %c requires int or char"},
       {"%c", 1114112, "OverflowError: %c arg not in range(0x110000)"},
       {"%*d", Value::tuple({"a", 1}), "TypeError: * wants int"},
       {"%99999999999999999999d", 1, "ValueError: width too big"},
       {"%.9999999999f", 1, "ValueError: precision too big"}});
}

TEST(PercentFormat, MarkupEscapesItsArguments) {
  check_percent(
      {{markup("<b>%s</b>"), "<", "Markup('<b>&lt;</b>')"},
       {markup("%s %s"), Value::tuple({markup("<b>"), widget()}), "Markup('<b> <w>')"},
       {markup("%r"), "<", "Markup('&#39;&lt;&#39;')"},
       {markup("%.2s"), "<b>", "Markup('&l')"},
       {markup("%(a)s"), Value::dict({{"a", "<"}}), "Markup('&lt;')"},
       {markup("%d %.1f"), Value::tuple({"12", "1.5"}), "Markup('12 1.5')"},
       {markup("%d"), "ab", "ValueError: invalid literal for int() with base 10: 'ab'"},
       {markup("%d"), nullptr, "TypeError: %d format: a real number is required, not _MarkupEscapeHelper"},
       {markup("%x"), 5, "TypeError: %x format: an integer is required, not _MarkupEscapeHelper"},
       {markup("%c"), 65, "TypeError: %c requires int or char"},
       {markup("%*d"), Value::tuple({5, 1}), "TypeError: * wants int"},
       {markup("%s"), Value::list({"<"}), "Markup('[&#39;&lt;&#39;]')"}});
}

}  // namespace
}  // namespace retort
