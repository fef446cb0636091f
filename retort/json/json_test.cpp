// SPDX-License-Identifier: BSD-3-Clause
#include "retort/json/json.h"

#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "retort/base/civil_time.h"
#include "retort/base/decimal.h"
#include "retort/value/error.h"
#include "retort/value/object.h"
#include "retort/value/view.h"

namespace retort {
namespace {

enum class Level { low, high };
struct Inner {
  int n = 0;
  std::optional<std::string> note;
};
struct Outer {
  std::string title;
  double ratio = 0;
  bool done = false;
  std::vector<Inner> items;
  Level level = Level::low;
  std::map<std::string, int> counts;
};

const Outer kOuter{"a\"b\n\xc3\xa4",    1.0, true, {{1, "x"}, {2, std::nullopt}}, Level::high,
                   {{"z", 1}, {"a", 2}}};

TEST(Json, WritesAggregatesInTheOrderOfTheirMembersOrSorted) {
  EXPECT_EQ(json::dump(kOuter),
            "{\"title\":\"a\\\"b\\n\xc3\xa4\",\"ratio\":1.0,\"done\":true,\"items\":[{\"n\":1,\"note\":\"x\"}"
            ",{\"n\":2,"
            "\"note\":null}],\"level\":\"high\",\"counts\":{\"a\":2,\"z\":1}}");
  JsonOptions flask;
  flask.sort_keys = flask.ensure_ascii = true;
  EXPECT_EQ(json::dump(kOuter, flask),
            "{\"counts\":{\"a\":2,\"z\":1},\"done\":true,\"items\":[{\"n\":1,\"note\":\"x\"},{\"n\":2,"
            "\"note\":null}],"
            "\"level\":\"high\",\"ratio\":1.0,\"title\":\"a\\\"b\\n\\u00e4\"}");
  EXPECT_EQ(json::dump(kOuter, flask), json::dump(to_value(kOuter), flask));
}

TEST(Json, DocumentsAreMadeInPlace) {
  const json document({{"message", "Hello, World!"}, {"list", Value::list({1, 2.5, nullptr})}});
  EXPECT_EQ(json::dump(document), "{\"message\":\"Hello, World!\",\"list\":[1,2.5,null]}");
  EXPECT_EQ(json::dump(json(std::vector<int>{1, 2})), "[1,2]");
}

TEST(Json, IndentsAsPython) {
  JsonOptions options;
  options.indent = 2;
  EXPECT_EQ(json::dump(Value::dict({{"a", Value::list({1, 2})}, {"b", Value::dict()}}), options),
            "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {}\n}");
}

TEST(Json, EscapesWhatHasToBe) {
  JsonOptions ascii;
  ascii.ensure_ascii = true;
  EXPECT_EQ(json::dump(Value("\x01\x1f\b\f\x7f\xf0\x9f\x98\x80"), ascii),
            "\"\\u0001\\u001f\\b\\f\\u007f\\ud83d\\ude00\"");
  EXPECT_THROW(json::dump(Value(std::nan(""))), ValueError);
  EXPECT_THROW(json::dump(Value::bytes("x")), TypeError);
}

TEST(Json, ReadsWhatItWrites) {
  const Value value = *json::parse(json::dump(kOuter));
  EXPECT_EQ(value, to_value(kOuter));
  EXPECT_TRUE(json::parse("1")->is_int());
  EXPECT_TRUE(json::parse("1.0")->is_double());
  EXPECT_TRUE(json::parse(" null ")->is_none());
  EXPECT_EQ(json::parse("{\"a\":1,\"a\":2}")->get("a"), Value(2));
  EXPECT_EQ(json::parse("\"\\ud83d\\ude00\"")->as_string(), "\xf0\x9f\x98\x80");
}

TEST(Json, RefusesWhatIsNoneAndSaysWhyAndWhere) {
  const struct {
    std::string_view text;
    std::string_view message;
    std::size_t position;
  } cases[] = {{"", "Expecting value", 0},
               {"  ", "Expecting value", 2},
               {"{", "Expecting property name enclosed in double quotes", 1},
               {"{1:2}", "Expecting property name enclosed in double quotes", 1},
               {"[1,]", "Illegal trailing comma before end of container", 2},
               {"{\"a\":1,}", "Illegal trailing comma before end of container", 6},
               {"[1 2]", "Expecting ',' delimiter", 3},
               {"[1", "Expecting ',' delimiter", 2},
               {"[1}", "Expecting ',' delimiter", 2},
               {"nul", "Expecting value", 0},
               {"[nan]", "Expecting value", 1},
               {"NaN", "Expecting value", 0},
               {"'a'", "Expecting value", 0},
               {"/**/1", "Expecting value", 0},
               {"01", "Extra data", 1},
               {"[1.]", "Expecting ',' delimiter", 2},
               {"1e", "Extra data", 1},
               {"-", "Expecting value", 0},
               {"+1", "Expecting value", 0},
               {"1 2", "Extra data", 2},
               {"{\"a\" 1}", "Expecting ':' delimiter", 5},
               {"\"abc", "Unterminated string starting at", 0},
               {"[\"a\\", "Unterminated string starting at", 1},
               {"\"a\nb\"", "Invalid control character at", 2},
               {"\"\\x\"", "Invalid \\escape", 1},
               {"\"\\u12\"", "Invalid \\uXXXX escape", 1},
               {"\"\\ud800\"", "a surrogate without its other half", 1},
               {"\"x\\udc00\"", "a surrogate without its other half", 2},
               {"\"\\ud800\\u0041\"", "a surrogate without its other half", 1},
               {"\"a\xff\"", "ill-formed UTF-8", 2},
               {"\"\xed\xa0\x80\"", "ill-formed UTF-8", 1},
               {"\xef\xbb\xbf{}", "Unexpected UTF-8 BOM", 0},
               {"9223372036854775808", "an integer does not fit 64 bits", 0},
               {"[-99999999999999999999999]", "an integer does not fit 64 bits", 1},
               {"1e999", "a number is too large", 0}};
  for (const auto& c : cases) {
    const Result<Value> result = json::parse(c.text);
    ASSERT_FALSE(result) << c.text;
    EXPECT_EQ(result.error(), (Error{std::string(c.message), c.position})) << c.text;
  }
}

TEST(Json, BoundsDepthAndSize) {
  const auto nested = [](std::size_t n) { return std::string(n, '[') + std::string(n, ']'); };
  EXPECT_TRUE(json::parse(nested(99)));
  const Result<Value> deep = json::parse(nested(101));
  ASSERT_FALSE(deep);
  EXPECT_EQ(deep.error(), (Error{"nested deeper than 100", 100}));
  EXPECT_FALSE(json::parse(std::string(1'000'000, '[')));
  EXPECT_FALSE(json::parse(nested(300), {.max_depth = 1'000'000})) << "kMaxValueDepth bounds the bound";
  EXPECT_TRUE(json::parse(nested(150), {.max_depth = 160}));
  EXPECT_FALSE(json::parse("[1,2,3]", {.max_bytes = 6}));
  EXPECT_TRUE(json::parse("[1,2,3]", {.max_bytes = 7}));
}

// Every prefix of a document is an error, never a crash; so is each with a byte changed, or it is a document.
TEST(Json, ReadsDamagedDocumentsSafely) {
  const std::string whole = R"({"a":[1,-2.5e3,"x\u00e4\ud83d\ude00\n",true,false,null,{}],"b":{"c":[[]]}})";
  ASSERT_TRUE(json::parse(whole));
  for (std::size_t n = 0; n < whole.size(); ++n) EXPECT_FALSE(json::parse(whole.substr(0, n))) << n;
  for (std::size_t n = 0; n < whole.size(); ++n) {
    for (const char c : {'\0', '"', '\\', '[', '}', '\xff', '9'}) {
      std::string damaged = whole;
      damaged[n] = c;
      const Result<Value> result = json::parse(damaged);
      if (result) {
        EXPECT_EQ(*json::parse(json::dump(*result)), *result);
      } else {
        EXPECT_LE(result.error().position, damaged.size()) << damaged;
      }
    }
  }
}

TEST(Json, KeepsNothingOfTheDocumentBefore) {
  const std::string large = "[" + std::string(600'000, ' ') + "1]";
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(json::parse(large)->size(), 1u);
    EXPECT_EQ(json::parse("[1,2]")->size(), 2u);
    EXPECT_FALSE(json::parse("[1,2"));
  }
}

struct Tree {
  int n = 0;
  std::vector<Tree> children;
};
struct Account {
  std::string name;
  std::optional<int> age;
  std::unique_ptr<Inner> extra;
  std::array<int, 2> pair{};
  std::tuple<int, std::string> both;
};

TEST(Json, ReadsAndWritesAProgramsTypes) {
  const std::string text =
      R"({"name":"Ada","age":null,"extra":{"n":7,"note":null},"pair":[1,2],"both":[3,"x"]})";
  Result<Account> account = json::parse<Account>(text);
  ASSERT_TRUE(account) << account.error().message;
  EXPECT_EQ(account->extra->n, 7);
  EXPECT_EQ(std::get<1>(account->both), "x");
  EXPECT_EQ(json::dump(*account), text);

  const std::string tree = R"({"n":1,"children":[{"n":2,"children":[]}]})";
  EXPECT_EQ(json::dump(*json::parse<Tree>(tree)), tree);
  EXPECT_EQ(json::dump(std::vector<bool>{true, false}), "[true,false]");
  EXPECT_EQ(json::dump(std::uint64_t{18446744073709551615u}), "18446744073709551615");
  const int numbers[] = {1, 2};
  EXPECT_EQ(json::dump(numbers), "[1,2]");
}

TEST(Json, TellsBadTextFromBadFields) {
  Account out;
  FieldErrors errors;
  EXPECT_FALSE(json::parse_into("{", out, errors));
  EXPECT_TRUE(errors.empty());

  const Result<bool> fields =
      json::parse_into(R"({"name":null,"age":"x","pair":[1],"both":[1,2]})", out, errors);
  ASSERT_TRUE(fields);
  EXPECT_FALSE(*fields);
  EXPECT_EQ(errors, (FieldErrors{{"name", "Field may not be null."},
                                 {"age", "Not a valid integer."},
                                 {"pair", "Length must be 2."},
                                 {"both[1]", "Not a valid string."}}));
  EXPECT_EQ(json::parse<Tree>(R"({"n":1,"children":[{"n":1.5,"children":[]}]})").error().message,
            "children[0].n: Not a valid integer.");

  errors.clear();
  Account fresh;
  ASSERT_TRUE(json::parse_into(R"({"name":"x","pair":[1,2],"both":[1,"y"]})", fresh, errors));
  EXPECT_TRUE(errors.empty());
  EXPECT_FALSE(fresh.age);
}

TEST(Json, WritesWithOtherSeparators) {
  JsonOptions python;
  python.item_separator = ", ";
  python.key_separator = ": ";
  EXPECT_EQ(json::dump(Inner{1, "x"}, python), R"({"n": 1, "note": "x"})");
  EXPECT_EQ(json::dump(to_value(Inner{1, "x"}), python), R"({"n": 1, "note": "x"})");
  python.sort_keys = true;
  EXPECT_EQ(json::dump(std::map<std::string, int>{{"b", 1}, {"a", 2}}, python), R"({"a": 2, "b": 1})");
}

// The scan of 16 bytes at a time and the one of single bytes must agree at every offset.
TEST(Json, EscapesAtEveryOffset) {
  for (const bool ascii : {false, true}) {
    for (std::size_t length = 0; length < 40; ++length) {
      for (std::size_t at = 0; at < length; ++at) {
        for (const std::string_view special :
             {"\"", "\\", "\x1f", "\n", "\xc3\xa4", "\x7f", "\xf0\x9f\x98\x80"}) {
          std::string text(length, 'x');
          text.replace(at, 1, special);
          JsonOptions options;
          options.ensure_ascii = ascii;
          const std::string written = json::dump(Value(text), options);
          EXPECT_EQ(json::parse(written)->as_string(), text);
          for (const char c : written) {
            if (ascii) {
              EXPECT_LT(static_cast<unsigned char>(c), 0x80);
            }
          }
        }
      }
    }
  }
}

class Stands : public Object {
 public:
  explicit Stands(Value stand_in) : stand_in_(std::move(stand_in)) {}
  std::string_view type_name() const override { return "Stands"; }
  Value to_json() const override { return stand_in_; }

 private:
  Value stand_in_;
};

TEST(Json, ObjectsSayWhatStandsForThem) {
  EXPECT_EQ(json::dump(Value::list({Value::object(std::make_unique<Stands>(Value(7)))})), "[7]");
  EXPECT_THROW(json::dump(Value::object(std::make_unique<Stands>(Value()))), TypeError);
  Value deep = 1;
  for (int i = 0; i < 300; ++i) deep = Value::object(std::make_unique<Stands>(std::move(deep)));
  EXPECT_THROW(json::dump(deep), RecursionError);
}

TEST(Json, RefusesToWriteACycle) {
  Value list = Value::list();
  list.push_back(list);
  EXPECT_THROW(json::dump(list), RecursionError);
  list.clear();
}

std::string failure(const Value& value, const JsonOptions& options) {
  try {
    return json::dump(value, options);
  } catch (const std::exception& error) {
    return error.what();
  }
}

TEST(Json, WritesWhatPythonDumps) {
  const double infinity = std::numeric_limits<double>::infinity();
  Value keys = Value::dict();
  for (const Value& key : {Value(1), Value(2.5), Value(false), Value(nullptr), Value(infinity)})
    keys.set(key, 0);
  EXPECT_EQ(json::dump(keys, JsonOptions::python()),
            R"({"1": 0, "2.5": 0, "false": 0, "null": 0, "Infinity": 0})");
  const Value empties = Value::list({Value::list(), Value::dict(), Value::tuple()});
  EXPECT_EQ(json::dump(empties, JsonOptions::python(1)), "[\n [],\n {},\n []\n]");
  EXPECT_EQ(json::dump(empties, JsonOptions::python(0)), "[\n[],\n{},\n[]\n]");
  EXPECT_EQ(json::dump(Value::list({1e16, -0.0, infinity}), JsonOptions::python()),
            "[1e+16, -0.0, Infinity]");
  JsonOptions colon = JsonOptions::python(1);
  colon.key_separator = ":";
  EXPECT_EQ(json::dump(Value::dict({{"a", 1}}), colon), "{\n \"a\":1\n}");
}

TEST(Json, SortsKeysNotTheirText) {
  JsonOptions sorted = JsonOptions::python();
  sorted.sort_keys = true;
  Value keys = Value::dict();
  for (const int key : {10, 9, -1}) keys.set(Value(key), key);
  EXPECT_EQ(json::dump(keys, sorted), R"({"-1": -1, "9": 9, "10": 10})");
  keys.set("a", 1);
  EXPECT_EQ(failure(keys, sorted), "'<' not supported between instances of 'str' and 'int'");
}

TEST(Json, RefusesWhatPythonRefuses) {
  Value keys = Value::dict({{"a", 1}});
  keys.set(Value::tuple({1}), 2);
  EXPECT_EQ(failure(keys, {}), "keys must be str, int, float, bool or None, not tuple");
  JsonOptions skip;
  skip.skip_keys = true;
  EXPECT_EQ(json::dump(keys, skip), R"({"a":1})");
  EXPECT_EQ(failure(Value(), {}), "Object of type Undefined is not JSON serializable");
  EXPECT_EQ(failure(Value(std::nan("")), {}), "Out of range float values are not JSON compliant");
}

TEST(Json, WritesViewsAsWhatTheyLookAt) {
  const std::vector<Outer> outers(2, kOuter);
  const Value holder = Value::dict({{"outers", Value::view(outers)}});
  EXPECT_EQ(json::dump(holder), "{\"outers\":" + json::dump(outers) + "}");
  EXPECT_EQ(json::dump(Value::view(kOuter)), json::dump(kOuter));
  JsonOptions options = JsonOptions::python(2);
  options.sort_keys = true;
  EXPECT_EQ(json::dump(Value::view(outers), options), json::dump(outers, options));
}

struct Invoice {
  Uuid id;
  Decimal total{"12.340"};
  Date day{2024, 5, 6};
  DateTime at{2024, 5, 6, 7, 8, 9, 10, {}};
  std::optional<Decimal> discount;
};
struct Shift {
  Time begin;
};

// What Flask's provider makes of them; of a time of day nothing.
TEST(Json, WritesDecimalsAndDatesAsFlask) {
  const std::string text = json::dump(Invoice{});
  EXPECT_EQ(text,
            R"({"id":"00000000-0000-0000-0000-000000000000","total":"12.340",)"
            R"("day":"Mon, 06 May 2024 00:00:00 GMT","at":"Mon, 06 May 2024 07:08:09 GMT","discount":null})");
  EXPECT_EQ(json::dump(to_value(Invoice{})), text);
  const Invoice invoice;
  EXPECT_EQ(json::dump(Value::view(invoice)), text);
  const Result<Invoice> again = json::parse<Invoice>(text);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->total.str(), "12.340");
  EXPECT_EQ(again->day, (Date{2024, 5, 6}));
  EXPECT_THROW(json::dump(Shift{}), TypeError);
}

TEST(Json, IsSafeInHtmlWhereAsked) {
  const Value value = Value::dict({{"<a href='x'>&", "</script>"}});
  const Markup html = htmlsafe_json_dumps(value);
  EXPECT_EQ(html.view(), R"({"\u003ca href=\u0027x\u0027\u003e\u0026":"\u003c/script\u003e"})");
  EXPECT_EQ(*json::parse(html.view()), value);
}

struct Link {
  const Link* next = nullptr;
};
struct Chain {
  std::shared_ptr<Chain> next;
};

TEST(Json, PointersThatLeadRoundAreAnError) {
  Chain chain;
  chain.next = std::shared_ptr<Chain>(&chain, [](Chain*) {});
  EXPECT_THROW(json::dump(chain), RecursionError);
  Link link;
  link.next = &link;
  EXPECT_THROW(json::dump(Value::view(link)), RecursionError);
}

struct Ring {
  std::map<std::string, std::shared_ptr<Ring>> next;
};

TEST(Json, PointersInACircleAreARecursionErrorHoweverTheyAreWritten) {
  const auto ring = std::make_shared<Ring>();
  ring->next["a"] = ring;
  JsonOptions lines, sorted;
  lines.indent = 2;
  sorted.sort_keys = true;
  for (const JsonOptions& options : {JsonOptions(), lines, sorted})
    EXPECT_THROW(json::dump(*ring, options), RecursionError);
  ring->next.clear();
}

TEST(Json, AResultHasABoundAsAWhole) {
  const Value text(std::string(std::size_t{1} << 20, 'x'));
  Value list = Value::list();
  for (int i = 0; i < 300; ++i) list.push_back(text);
  EXPECT_THROW(json::dump(list), LimitError);
}

}  // namespace
}  // namespace retort
