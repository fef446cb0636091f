// SPDX-License-Identifier: BSD-3-Clause
// The cases are what Python 3.11 (MarkupSafe 3.0) answers.
#include "tests/support/method_cases.h"
#include <gtest/gtest.h>

namespace retort {
namespace {

using test::B;
using test::D;
using test::expect_outcomes;
using test::M;
using test::T;

TEST(StrMethods, Case) {
  expect_outcomes(
      detail::str_methods(),
      {
          {"hello wORLD", "capitalize", {}, {}, "'Hello world'"},
          {"\u00dfa", "capitalize", {}, {}, "'Ssa'"},
          {"a", "casefold", {}, {{"x", 1}}, "TypeError: str.casefold() takes no keyword arguments"},
          {"Stra\u00dfe", "casefold", {}, {}, "'strasse'"},
          {"\u039f\u03a3", "lower", {}, {}, "'\u03bf\u03c2'"},
          {"a", "swapcase", {1, 2}, {}, "TypeError: str.swapcase() takes no arguments (2 given)"},
          {"aB\u00df", "swapcase", {}, {}, "'AbSS'"},
          {"a", "title", {1}, {}, "TypeError: str.title() takes no arguments (1 given)"},
          {"they're", "title", {}, {}, "\"They'Re\""},
          {"\u01c6a B", "title", {}, {}, "'\u01c5a B'"},
          {"a", "upper", {1}, {}, "TypeError: str.upper() takes no arguments (1 given)"},
          {"stra\u00dfe", "upper", {}, {}, "'STRASSE'"},
      });
}

TEST(StrMethods, Predicates) {
  expect_outcomes(
      detail::str_methods(),
      {
          {"a", "isalpha", {1}, {}, "TypeError: str.isalpha() takes no arguments (1 given)"},
          {"\u00e9", "isalpha", {}, {}, "True"},
          {"", "isalpha", {}, {}, "False"},
          {"Hello World", "istitle", {}, {}, "True"},
          {"A1b", "istitle", {}, {}, "False"},
          {"\u01c5a", "istitle", {}, {}, "True"},
          {"Ab Cd", "istitle", {}, {}, "True"},
          {"Ab cd", "istitle", {}, {}, "False"},
          {"AB", "istitle", {}, {}, "False"},
          {"", "istitle", {}, {}, "False"},
          {"", "isascii", {}, {}, "True"},
          {"\u00e9", "isascii", {}, {}, "False"},
          {"", "isprintable", {}, {}, "True"},
          {"a\n", "isprintable", {}, {}, "False"},
          {"\u00a0", "isprintable", {}, {}, "False"},
          {"\u00e9\u4e00", "isprintable", {}, {}, "True"},
          {"", "islower", {}, {}, "False"},
          {"a1", "islower", {}, {}, "True"},
          {"\u00aa", "islower", {}, {}, "True"},
          {"\u01c5", "islower", {}, {}, "False"},
          {"aB", "islower", {}, {}, "False"},
          {"", "isidentifier", {}, {}, "False"},
          {"def", "isidentifier", {}, {}, "True"},
          {"1a", "isidentifier", {}, {}, "False"},
          {"x", "isidentifier", {1}, {}, "TypeError: str.isidentifier() takes no arguments (1 given)"},
          {"\u00b5x", "isidentifier", {}, {}, "True"},
          {"\u00b7", "isidentifier", {}, {}, "False"},
          {"a\u00b7", "isidentifier", {}, {}, "True"},
          {"a-b", "isidentifier", {}, {}, "False"},
          {"a", "isalnum", {}, {}, "True"},
          {"\u00b2", "isalnum", {}, {}, "True"},
          {"ab1", "isalnum", {}, {}, "True"},
          {"a b", "isalnum", {}, {}, "False"},
          {"", "isalnum", {}, {}, "False"},
          {"a", "isupper", {}, {{"x", 1}}, "TypeError: str.isupper() takes no keyword arguments"},
          {"AB1", "isupper", {}, {}, "True"},
          {"\u01c5", "isupper", {}, {}, "False"},
          {"1", "isupper", {}, {}, "False"},
          {"\u0661", "isdecimal", {}, {}, "True"},
          {"\u00b2", "isdecimal", {}, {}, "False"},
          {"\u00b2", "isdigit", {}, {}, "True"},
          {"\u00bd", "isdigit", {}, {}, "False"},
          {"\u00bd", "isnumeric", {}, {}, "True"},
          {"\u4e00", "isnumeric", {}, {}, "True"},
          {" \t\u3000", "isspace", {}, {}, "True"},
          {"", "isspace", {}, {}, "False"},
          {"\u200b", "isspace", {}, {}, "False"},
      });
}

TEST(StrMethods, FindingAndCounting) {
  expect_outcomes(
      detail::str_methods(),
      {
          {"a", "count", {}, {}, "TypeError: count() takes at least 1 argument (0 given)"},
          {"a", "count", {1}, {}, "TypeError: must be str, not int"},
          {"a",
           "count",
           {"a", "b"},
           {},
           "TypeError: slice indices must be integers or None or have an __index__ method"},
          {"a", "count", {"a", nullptr, nullptr}, {}, "1"},
          {"a",
           "count",
           {"a", 1.0},
           {},
           "TypeError: slice indices must be integers or None or have an __index__ method"},
          {"abc", "count", {"", 1, 9}, {}, "3"},
          {"abc", "count", {"", 3}, {}, "1"},
          {"abc", "count", {"", 4}, {}, "0"},
          {"abc", "count", {"", 2, 1}, {}, "0"},
          {"a", "count", {"a", 0, 1, 2}, {}, "TypeError: count() takes at most 3 arguments (4 given)"},
          {"aaa", "count", {"aa"}, {}, "1"},
          {"\u00e9a\u00e9b\u00e9", "count", {"\u00e9", 1, 4}, {}, "1"},
          {"", "count", {""}, {}, "1"},
          {"a", "endswith", {1}, {}, "TypeError: endswith first arg must be str or a tuple of str, not int"},
          {"a", "endswith", {T({1})}, {}, "TypeError: tuple for endswith must only contain str, not int"},
          {"abc", "endswith", {"b", 0, 2}, {}, "True"},
          {"abc", "endswith", {"", 4}, {}, "False"},
          {"abc", "endswith", {""}, {}, "True"},
          {"abc", "endswith", {"", 2, 1}, {}, "False"},
          {"a",
           "endswith",
           {T({T({"a"})})},
           {},
           "TypeError: tuple for endswith must only contain str, not tuple"},
          {"\u00e9a\u00e9b\u00e9", "endswith", {"a", 0, 2}, {}, "True"},
          {"abc", "find", {1}, {}, "TypeError: must be str, not int"},
          {"abc", "find", {"", 3}, {}, "3"},
          {"abc", "find", {"", 4}, {}, "-1"},
          {"abc", "find", {"", 2, 1}, {}, "-1"},
          {"a", "find", {nullptr}, {}, "TypeError: must be str, not NoneType"},
          {"a", "find", {}, {}, "TypeError: find() takes at least 1 argument (0 given)"},
          {"a", "find", {"a", 1, 2, 3}, {}, "TypeError: find() takes at most 3 arguments (4 given)"},
          {"\u00e9\u20ac\u00e9", "find", {"\u00e9", 1}, {}, "2"},
          {"abcabc", "find", {"c", 3}, {}, "5"},
          {"abcabc", "find", {"c", -2}, {}, "5"},
          {"abcabc", "find", {"c", -100, 3}, {}, "2"},
          {"abcabc", "find", {"c", 0, -4}, {}, "-1"},
          {"\u00e9a\u00e9b\u00e9", "find", {"b"}, {}, "3"},
          {"abcdefgh\u00e9ijk", "find", {"k", 9}, {}, "11"},
          {"", "find", {""}, {}, "0"},
          {"", "find", {"a"}, {}, "-1"},
          {"abc", "index", {"z"}, {}, "ValueError: substring not found"},
          {"abc", "index", {}, {{"sub", "z"}}, "TypeError: str.index() takes no keyword arguments"},
          {"\u00e9\u20ac\u00e9", "index", {"\u20ac", -2}, {}, "1"},
          {"\u00e9a\u00e9b\u00e9", "index", {"b", 4}, {}, "ValueError: substring not found"},
          {"abc", "rfind", {""}, {}, "3"},
          {"abc", "rfind", {"", 4}, {}, "-1"},
          {"aaa", "rfind", {"aa"}, {}, "1"},
          {"\u00e9\u20ac\u00e9", "rfind", {"\u00e9"}, {}, "2"},
          {"abcabc", "rfind", {"c", 0, 5}, {}, "2"},
          {"abcabc", "rfind", {"bc"}, {}, "4"},
          {"\u00e9a\u00e9b\u00e9", "rfind", {"\u00e9", 0, -1}, {}, "2"},
          {"abc", "rindex", {"z"}, {}, "ValueError: substring not found"},
          {"a",
           "startswith",
           {Value::list({"a"})},
           {},
           "TypeError: startswith first arg must be str or a tuple of str, not list"},
          {"a",
           "startswith",
           {"a", nullptr, "x"},
           {},
           "TypeError: slice indices must be integers or None or have an __index__ method"},
          {"a",
           "startswith",
           {"a", 1.5},
           {},
           "TypeError: slice indices must be integers or None or have an __index__ method"},
          {"abc", "startswith", {"", 3}, {}, "True"},
          {"abc", "startswith", {"", 4}, {}, "False"},
          {"abc", "startswith", {"b", 1, 2}, {}, "True"},
          {"abc", "startswith", {T({})}, {}, "False"},
          {"a", "startswith", {}, {}, "TypeError: startswith() takes at least 1 argument (0 given)"},
          {"a",
           "startswith",
           {"a", 1, 2, 3},
           {},
           "TypeError: startswith() takes at most 3 arguments (4 given)"},
          {"a", "startswith", {T({"b", "a"})}, {}, "True"},
          {"\u00e9a\u00e9b\u00e9", "startswith", {"\u00e9b", 2}, {}, "True"},
          {"", "startswith", {""}, {}, "True"},
          {"abc", "startswith", {T({"x", "ab"}), 0}, {}, "True"},
          {"abc", "startswith", {"abcd"}, {}, "False"},
      });
}

TEST(StrMethods, Replacing) {
  expect_outcomes(
      detail::str_methods(),
      {
          {"a", "partition", {""}, {}, "ValueError: empty separator"},
          {"a", "partition", {1}, {}, "TypeError: must be str, not int"},
          {"a", "partition", {}, {}, "TypeError: str.partition() takes exactly one argument (0 given)"},
          {"a<b", "partition", {M("<")}, {}, "('a', Markup('<'), 'b')"},
          {"a-b-c", "partition", {"-"}, {}, "('a', '-', 'b-c')"},
          {"abc", "partition", {"-"}, {}, "('abc', '', '')"},
          {"a", "rpartition", {""}, {}, "ValueError: empty separator"},
          {"a<b", "rpartition", {M("<")}, {}, "('a', Markup('<'), 'b')"},
          {"aaa", "rpartition", {"aa"}, {}, "('a', 'aa', '')"},
          {"a-b-c", "rpartition", {"-"}, {}, "('a-b', '-', 'c')"},
          {"abc", "rpartition", {"-"}, {}, "('', '', 'abc')"},
          {"a", "removeprefix", {1}, {}, "TypeError: removeprefix() argument must be str, not int"},
          {"a", "removeprefix", {}, {}, "TypeError: str.removeprefix() takes exactly one argument (0 given)"},
          {"abc", "removeprefix", {"abc"}, {}, "''"},
          {"a", "removeprefix", {nullptr}, {}, "TypeError: removeprefix() argument must be str, not None"},
          {"abc", "removeprefix", {"ab"}, {}, "'c'"},
          {"a", "removesuffix", {1}, {}, "TypeError: removesuffix() argument must be str, not int"},
          {"abc", "removesuffix", {"bc"}, {}, "'a'"},
          {"abc", "removesuffix", {"x"}, {}, "'abc'"},
          {"a", "replace", {"a"}, {}, "TypeError: replace expected at least 2 arguments, got 1"},
          {"a", "replace", {"a", 1}, {}, "TypeError: replace() argument 2 must be str, not int"},
          {"a", "replace", {1, "a"}, {}, "TypeError: replace() argument 1 must be str, not int"},
          {"a",
           "replace",
           {"a", "b", "c"},
           {},
           "TypeError: 'str' object cannot be interpreted as an integer"},
          {"a", "replace", {"a", "b"}, {{"count", 1}}, "TypeError: str.replace() takes no keyword arguments"},
          {"a",
           "replace",
           {},
           {{"old", "a"}, {"new", "b"}},
           "TypeError: str.replace() takes no keyword arguments"},
          {"abc", "replace", {"", "-"}, {}, "'-a-b-c-'"},
          {"abc", "replace", {"", "-", 2}, {}, "'-a-bc'"},
          {"", "replace", {"", "-"}, {}, "'-'"},
          {"", "replace", {"", "-", 0}, {}, "''"},
          {"abc", "replace", {"b", ""}, {}, "'ac'"},
          {"aaa", "replace", {"a", "b", 2}, {}, "'bba'"},
          {"\u00e9\u20ac\u00e9", "replace", {"", "-", 3}, {}, "'-\u00e9-\u20ac-\u00e9'"},
          {"a", "replace", {"a", "b", 0}, {}, "'a'"},
          {"a", "replace", {"a", "b", -7}, {}, "'b'"},
          {"a.b.c", "replace", {".", "--", 1}, {}, "'a--b.c'"},
          {"a.b.c", "replace", {".", ""}, {}, "'abc'"},
          {"\u00e9", "replace", {"", "|"}, {}, "'|\u00e9|'"},
          {"aaa", "replace", {"aa", "b"}, {}, "'ba'"},
          {"abc", "replace", {"abc", ""}, {}, "''"},
      });
}

TEST(StrMethods, SplittingAndJoining) {
  expect_outcomes(
      detail::str_methods(),
      {
          {"a", "join", {}, {}, "TypeError: str.join() takes exactly one argument (0 given)"},
          {"a", "join", {1}, {}, "TypeError: can only join an iterable"},
          {"a",
           "join",
           {Value::list({"b", 1})},
           {},
           "TypeError: sequence item 1: expected str instance, int found"},
          {"a", "join", {"a", "b"}, {}, "TypeError: str.join() takes exactly one argument (2 given)"},
          {"<", "join", {Value::list({M("a"), M("b")})}, {}, "'a<b'"},
          {"", "join", {Value::list({})}, {}, "''"},
          {"", "join", {D({{"a", 1}, {"b", 2}})}, {}, "'ab'"},
          {"", "join", {T({"a"})}, {}, "'a'"},
          {"-", "join", {"\u00e9\u20ac"}, {}, "'\u00e9-\u20ac'"},
          {"",
           "join",
           {Value::list({nullptr})},
           {},
           "TypeError: sequence item 0: expected str instance, NoneType found"},
          {"a", "join", {Value::list({"b"})}, {{"x", 1}}, "TypeError: str.join() takes no keyword arguments"},
          {", ", "join", {Value::list({"a", "b", "c"})}, {}, "'a, b, c'"},
          {"\u00e9", "join", {T({"a", "b"})}, {}, "'a\u00e9b'"},
          {"", "join", {"abc"}, {}, "'abc'"},
          {"a", "lstrip", {1}, {}, "TypeError: lstrip arg must be None or str"},
          {"xyxabcyx", "lstrip", {"xy"}, {}, "'abcyx'"},
          {"\u3000a\u3000", "lstrip", {}, {}, "'a\\u3000'"},
          {"a", "rsplit", {""}, {}, "ValueError: empty separator"},
          {" a  b c ", "rsplit", {nullptr, 1}, {}, "[' a  b', 'c']"},
          {"a,b,c", "rsplit", {",", 1}, {}, "['a,b', 'c']"},
          {" a ", "rsplit", {nullptr, 0}, {}, "[' a']"},
          {"abcabc", "rsplit", {"b", 1}, {}, "['abca', 'c']"},
          {"aaaa", "rsplit", {"aa", 1}, {}, "['aa', '']"},
          {"aaa", "rsplit", {"aa"}, {}, "['a', '']"},
          {"\u3000a\u3000b \u2003c", "rsplit", {nullptr, 1}, {}, "['\\u3000a\\u3000b', 'c']"},
          {"a  b  c ", "rsplit", {nullptr, 1}, {}, "['a  b', 'c']"},
          {"a,,b", "rsplit", {","}, {}, "['a', '', 'b']"},
          {"xyxabcyx", "rstrip", {"xy"}, {}, "'xyxabc'"},
          {"\u3000a\u3000", "rstrip", {}, {}, "'\\u3000a'"},
          {"a", "split", {""}, {}, "ValueError: empty separator"},
          {"a", "split", {1}, {}, "TypeError: must be str or None, not int"},
          {"a", "split", {}, {{"sep", 1}}, "TypeError: must be str or None, not int"},
          {"a",
           "split",
           {"a"},
           {{"maxsplit", "x"}},
           "TypeError: 'str' object cannot be interpreted as an integer"},
          {"a", "split", {nullptr, 1, 2}, {}, "TypeError: split() takes at most 2 arguments (3 given)"},
          {"a", "split", {}, {{"foo", 1}}, "TypeError: 'foo' is an invalid keyword argument for split()"},
          {" a  b c ", "split", {}, {}, "['a', 'b', 'c']"},
          {" a  b c ", "split", {nullptr, 1}, {}, "['a', 'b c ']"},
          {" a  b c ", "split", {" "}, {}, "['', 'a', '', 'b', 'c', '']"},
          {"a,b,c", "split", {",", 0}, {}, "['a,b,c']"},
          {"", "split", {}, {}, "[]"},
          {"", "split", {","}, {}, "['']"},
          {" ", "split", {nullptr, 0}, {}, "[]"},
          {" a ", "split", {nullptr, 0}, {}, "['a ']"},
          {"a",
           "split",
           {},
           {{"sep", "a"}, {"sep2", 1}},
           "TypeError: 'sep2' is an invalid keyword argument for split()"},
          {"a", "split", {"a", -5}, {}, "['', '']"},
          {"a",
           "split",
           {"b"},
           {{"sep", "a"}},
           "TypeError: argument for split() given by name ('sep') and position (1)"},
          {"aaa", "split", {"aa"}, {}, "['', 'a']"},
          {"\u3000a\u3000b \u2003c", "split", {}, {}, "['a', 'b', 'c']"},
          {"a b c", "split", {nullptr, 5}, {}, "['a', 'b', 'c']"},
          {"a  b  c ", "split", {nullptr, 1}, {}, "['a', 'b  c ']"},
          {"a,,b", "split", {","}, {}, "['a', '', 'b']"},
          {"a", "splitlines", {1}, {}, "['a']"},
          {"a", "splitlines", {}, {{"keepends", true}}, "['a']"},
          {"a", "splitlines", {"x"}, {}, "TypeError: 'str' object cannot be interpreted as an integer"},
          {"a", "splitlines", {1, 2}, {}, "TypeError: splitlines() takes at most 1 argument (2 given)"},
          {"a\nb\r\nc\rd\013e\014f\034g\035h\036i\302\205j\u2028k\u2029l",
           "splitlines",
           {},
           {},
           "['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l']"},
          {"a\n\nb\n", "splitlines", {true}, {}, "['a\\n', '\\n', 'b\\n']"},
          {"", "splitlines", {}, {}, "[]"},
          {"\n", "splitlines", {}, {}, "['']"},
          {"a",
           "splitlines",
           {nullptr},
           {},
           "TypeError: 'NoneType' object cannot be interpreted as an integer"},
          {"a", "splitlines", {}, {{"keepends", 2}}, "['a']"},
          {"a", "splitlines", {1.5}, {}, "TypeError: 'float' object cannot be interpreted as an integer"},
          {"a", "strip", {"a", "b"}, {}, "TypeError: strip expected at most 1 argument, got 2"},
          {"a", "strip", {nullptr}, {}, "'a'"},
          {"xxaxx", "strip", {"x"}, {}, "'a'"},
          {"  \u3000a\u00a0", "strip", {}, {}, "'a'"},
          {"a\u00e9a", "strip", {"\u00e9a"}, {}, "''"},
          {"xyxabcyx", "strip", {"xy"}, {}, "'abc'"},
          {"   ", "strip", {}, {}, "''"},
          {"abc", "strip", {""}, {}, "'abc'"},
          {"\u00e9a\u00e8", "strip", {"\u00e8\u00e9"}, {}, "'a'"},
      });
}

TEST(StrMethods, FillingUpAndTranslating) {
  expect_outcomes(
      detail::str_methods(),
      {
          {"a", "center", {}, {}, "TypeError: center expected at least 1 argument, got 0"},
          {"a", "center", {"x"}, {}, "TypeError: 'str' object cannot be interpreted as an integer"},
          {"a", "center", {5, "ab"}, {}, "TypeError: The fill character must be exactly one character long"},
          {"a", "center", {5, 1}, {}, "TypeError: The fill character must be a unicode character, not int"},
          {"a", "center", {}, {{"width", 5}}, "TypeError: str.center() takes no keyword arguments"},
          {"a", "center", {1, 2, 3}, {}, "TypeError: center expected at most 2 arguments, got 3"},
          {"abc", "center", {6}, {}, "' abc  '"},
          {"abcd", "center", {7}, {}, "'  abcd '"},
          {"abc", "center", {8, "*"}, {}, "'**abc***'"},
          {"ab", "center", {5, "*"}, {}, "'**ab*'"},
          {"\u00e9", "center", {4, "\u20ac"}, {}, "'\u20ac\u00e9\u20ac\u20ac'"},
          {"a", "expandtabs", {"x"}, {}, "TypeError: 'str' object cannot be interpreted as an integer"},
          {"a", "expandtabs", {}, {{"tabsize", 3}}, "'a'"},
          {"a",
           "expandtabs",
           {},
           {{"tab", 3}},
           "TypeError: 'tab' is an invalid keyword argument for expandtabs()"},
          {"\ta\tbc\t\nx\ty", "expandtabs", {}, {}, "'        a       bc      \\nx       y'"},
          {"a\tb", "expandtabs", {0}, {}, "'ab'"},
          {"a\tb", "expandtabs", {-1}, {}, "'ab'"},
          {"a\r\tb", "expandtabs", {4}, {}, "'a\\r    b'"},
          {"a", "expandtabs", {2147483648}, {}, "OverflowError: Python int too large to convert to C int"},
          {"a", "expandtabs", {-2147483649}, {}, "OverflowError: Python int too large to convert to C int"},
          {"a", "expandtabs", {2147483647}, {}, "'a'"},
          {"a\u00e9\tb", "expandtabs", {4}, {}, "'a\u00e9  b'"},
          {"a", "ljust", {3.0}, {}, "TypeError: 'float' object cannot be interpreted as an integer"},
          {"ab", "ljust", {5}, {}, "'ab   '"},
          {"ab", "ljust", {1}, {}, "'ab'"},
          {"ab", "ljust", {-9223372036854775807}, {}, "'ab'"},
          {"",
           "maketrans",
           {"ab", "c"},
           {},
           "ValueError: the first two maketrans arguments must have equal length"},
          {"",
           "maketrans",
           {1},
           {},
           "TypeError: if you give only one argument to maketrans it must be a dict"},
          {"",
           "maketrans",
           {D({{"ab", 1}})},
           {},
           "ValueError: string keys in translate table must be of length 1"},
          {"",
           "maketrans",
           {D({{1.5, 1}})},
           {},
           "TypeError: keys in translate table must be strings or integers"},
          {"", "maketrans", {"ab", "cd", "e"}, {}, "{97: 99, 98: 100, 101: None}"},
          {"", "maketrans", {"ab", "cd", 1}, {}, "TypeError: maketrans() argument 3 must be str, not int"},
          {"", "maketrans", {"ab", 1}, {}, "TypeError: maketrans() argument 2 must be str, not int"},
          {"a", "maketrans", {"a\u00e9", "\u00e9a"}, {}, "{97: 233, 233: 97}"},
          {"", "maketrans", {D({{"a", "b"}, {98, nullptr}})}, {}, "{97: 'b', 98: None}"},
          {"ab", "rjust", {5}, {}, "'   ab'"},
          {"ab", "rjust", {5, "\u00e9"}, {}, "'\u00e9\u00e9\u00e9ab'"},
          {"a", "translate", {1}, {}, "TypeError: 'int' object is not subscriptable"},
          {"a", "translate", {D({{97, "x"}})}, {}, "'x'"},
          {"a",
           "translate",
           {D({{97, 1.5}})},
           {},
           "TypeError: character mapping must return integer, None or str"},
          {"a", "translate", {D({{97, -1}})}, {}, "ValueError: character mapping must be in range(0x110000)"},
          {"a",
           "translate",
           {D({{97, 1114112}})},
           {},
           "ValueError: character mapping must be in range(0x110000)"},
          {"a",
           "translate",
           {"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
            "xx"},
           {},
           "'x'"},
          {"a", "translate", {}, {}, "TypeError: str.translate() takes exactly one argument (0 given)"},
          {"ab", "translate", {D({{97, nullptr}, {98, "xy"}})}, {}, "'xy'"},
          {"ab", "translate", {D({})}, {}, "'ab'"},
          {"ab", "translate", {nullptr}, {}, "TypeError: 'NoneType' object is not subscriptable"},
          {"ab", "translate", {D({{97, 98}})}, {}, "'bb'"},
          {"ab", "translate", {D({{97, true}})}, {}, "'\\x01b'"},
          {"abc", "translate", {D({{97, "<>"}, {98, nullptr}, {99, 100}})}, {}, "'<>d'"},
          {"abc", "translate", {T({"x", "x", "x"})}, {}, "'abc'"},
          {"a", "zfill", {}, {}, "TypeError: str.zfill() takes exactly one argument (0 given)"},
          {"a", "zfill", {"x"}, {}, "TypeError: 'str' object cannot be interpreted as an integer"},
          {"a", "zfill", {}, {{"width", 3}}, "TypeError: str.zfill() takes no keyword arguments"},
          {"-42", "zfill", {6}, {}, "'-00042'"},
          {"+", "zfill", {3}, {}, "'+00'"},
          {"--1", "zfill", {5}, {}, "'-00-1'"},
          {"a", "zfill", {-1}, {}, "'a'"},
          {"a", "zfill", {true}, {}, "'a'"},
          {"\u00e9\u00e8", "zfill", {4}, {}, "'00\u00e9\u00e8'"},
          {"", "zfill", {2}, {}, "'00'"},
      });
}

TEST(StrMethods, Encoding) {
  expect_outcomes(
      detail::str_methods(),
      {
          {"a", "encode", {"ascii"}, {}, "b'a'"},
          {"\u00e9",
           "encode",
           {"ascii"},
           {},
           "UnicodeEncodeError: 'ascii' codec can't encode character '\\xe9' in position 0: ordinal not in "
           "range(128)"},
          {"a", "encode", {"nope"}, {}, "LookupError: unknown encoding: nope"},
          {"a", "encode", {1}, {}, "TypeError: encode() argument 'encoding' must be str, not int"},
          {"a", "encode", {nullptr}, {}, "TypeError: encode() argument 'encoding' must be str, not None"},
          {"a", "encode", {"utf-8", "x"}, {}, "b'a'"},
          {"a\u00e9\u20ac\U0001f600", "encode", {"ascii", "replace"}, {}, "b'a\?\?\?'"},
          {"a\u00e9\u20ac\U0001f600", "encode", {"ascii", "ignore"}, {}, "b'a'"},
          {"a\u00e9\u20ac\U0001f600",
           "encode",
           {"ascii", "xmlcharrefreplace"},
           {},
           "b'a&#233;&#8364;&#128512;'"},
          {"a\u00e9\u20ac",
           "encode",
           {"latin-1"},
           {},
           "UnicodeEncodeError: 'latin-1' codec can't encode character '\\u20ac' in position 2: ordinal not "
           "in range(256)"},
          {"a\u00e9\u20ac\u20ac",
           "encode",
           {"latin-1"},
           {},
           "UnicodeEncodeError: 'latin-1' codec can't encode characters in position 2-3: ordinal not in "
           "range(256)"},
          {"a\u00e9\u00e9",
           "encode",
           {"ascii"},
           {},
           "UnicodeEncodeError: 'ascii' codec can't encode characters in position 1-2: ordinal not in "
           "range(128)"},
          {"\u00e9", "encode", {"ascii", "nope"}, {}, "LookupError: unknown error handler name 'nope'"},
          {"a\u00e9", "encode", {"UTF_8"}, {}, "b'a\\xc3\\xa9'"},
          {"ab", "encode", {"latin1"}, {}, "b'ab'"},
          {"\u00e9", "encode", {"ISO-8859-1"}, {}, "b'\\xe9'"},
      });
}

TEST(MarkupMethods, EscapeTheirArgumentsAndMakeMarkup) {
  expect_outcomes(
      detail::markup_methods(),
      {
          {M("a"), "join", {Value::list({"<", 1, nullptr, M("<b>")})}, {}, "Markup('&lt;a1aNonea<b>')"},
          {M("a"), "join", {"<b"}, {}, "Markup('&lt;ab')"},
          {M("a"), "join", {1}, {}, "TypeError: 'int' object is not iterable"},
          {M("a<b"), "replace", {"<", "<"}, {}, "Markup('a&lt;b')"},
          {M("a"), "replace", {"a", 1}, {}, "Markup('1')"},
          {M("a"), "replace", {1, "a"}, {}, "TypeError: replace() argument 1 must be str, not int"},
          {M("a"),
           "center",
           {5, "<"},
           {},
           "TypeError: The fill character must be exactly one character long"},
          {M("a"), "center", {5, 1}, {}, "Markup('11a11')"},
          {M("a"), "center", {5, M("<")}, {}, "Markup('<<a<<')"},
          {M("a"), "split", {"<"}, {}, "[Markup('a')]"},
          {M(" a b"), "split", {}, {}, "[Markup('a'), Markup('b')]"},
          {M("a"), "partition", {"a"}, {}, "(Markup(''), Markup('a'), Markup(''))"},
          {M("a"), "rpartition", {"x"}, {}, "(Markup(''), Markup(''), Markup('a'))"},
          {M("<i>&amp; x</i> <!-- > --> y"), "striptags", {}, {}, "'& x y'"},
          {M("<!<!-- -->-- a -->b"), "striptags", {}, {}, "'b'"},
          {M("a <!--> b --> c < d"), "striptags", {}, {}, "'a b --> c < d'"},
          {M("&lt;b&gt; &copy; &copyx &notit; &notin; &#65; &#x41 &#0; &#128; &#xD800; &#1114112; &#xfffff; "
             "&#xb; &#xFFFE; &; &# &#x; &amp&lt"),
           "unescape",
           {},
           {},
           "'<b> \u00a9 \u00a9x \u00acit; \u2209 A A \ufffd \u20ac \ufffd \ufffd    &; &# &#x; &<'"},
          {M("a"), "escape", {"<"}, {}, "Markup('&lt;')"},
          {M("<a>"), "zfill", {6}, {}, "Markup('000<a>')"},
          {M("<a>"), "find", {"a"}, {}, "1"},
          {M("<a>"), "encode", {}, {}, "b'<a>'"},
          {M("<A>"), "lower", {}, {}, "Markup('<a>')"},
          {M("ab"), "translate", {D({{97, "<"}})}, {}, "Markup('<b')"},
          {M("ab"), "strip", {"b"}, {}, "Markup('a')"},
          {M("ab"), "removeprefix", {"a"}, {}, "Markup('b')"},
          {M("a\nb"), "splitlines", {}, {}, "[Markup('a'), Markup('b')]"},
          {M("ab"), "casefold", {}, {}, "Markup('ab')"},
          {M("ab"), "maketrans", {"a", "b"}, {}, "{97: 98}"},
          {M("a\tb"), "expandtabs", {}, {{"tabsize", 2}}, "Markup('a b')"},
          {M("ab"), "isupper", {}, {}, "False"},
          {M("&amp;"), "upper", {}, {}, "Markup('&AMP;')"},
          {M("a,b"), "rsplit", {","}, {}, "[Markup('a'), Markup('b')]"},
          {M("<a> b"), "title", {}, {}, "Markup('<A> B')"},
          {M("a"), "rjust", {3}, {}, "Markup('  a')"},
          {M("a"), "ljust", {3, "-"}, {}, "Markup('a--')"},
          {M("a"), "capitalize", {}, {}, "Markup('A')"},
          {M("aB"), "swapcase", {}, {}, "Markup('Ab')"},
          {M("a"), "replace", {"", "<"}, {}, "Markup('&lt;a&lt;')"},
          {M("a<b>"), "replace", {"<", M("<"), 1}, {}, "Markup('a<b>')"},
          {M("a"), "replace", {"x", "<"}, {}, "Markup('a')"},
          {M("x"), "join", {Value::list({})}, {}, "Markup('')"},
          {M(", "), "join", {T({"<b>", M("<i>")})}, {}, "Markup('&lt;b&gt;, <i>')"},
          {M("&amp;&amp;lt;"), "unescape", {}, {}, "'&&lt;'"},
          {M("&#x1F600;&#128512;&eacute&Eacute;&CounterClockwiseContourIntegral;&nGt;"),
           "unescape",
           {},
           {},
           "'\U0001f600\U0001f600\u00e9\u00c9\u2233\u226b\u20d2'"},
          {M("&ampere; &amp &amp;&; &# &#; &#x &#xg; &#1"),
           "unescape",
           {},
           {},
           "'&ere; & &&; &# &#; &#x &#xg; '"},
          {M("&abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz;"),
           "unescape",
           {},
           {},
           "'&abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz;'"},
          {M("&lt\u00e9&ltx;&#99999999999999999999;"), "unescape", {}, {}, "'<\u00e9<x;\ufffd'"},
          {M(" a\n <b>b</b>\tc "), "striptags", {}, {}, "'a b c'"},
          {M("<!-- <b> -->a<b"), "striptags", {}, {}, "'a<b'"},
          {M("<!<!--x-->--y-->z"), "striptags", {}, {}, "'z'"},
          {M("<<!---->!-- a --><!-->b"), "striptags", {}, {}, "'b'"},
          {M("<a title='>'>b"), "striptags", {}, {}, "\"'>b\""},
          {M("&lt;b&gt;"), "striptags", {}, {}, "'<b>'"},
          {M("<!-- a"), "striptags", {}, {}, "'<!-- a'"},
          {M("a"), "find", {"<"}, {}, "-1"},
          {M("<a>"), "count", {"<"}, {}, "1"},
          {M("<a>"), "startswith", {"<"}, {}, "True"},
          {M("a"), "escape", {M("<")}, {}, "Markup('<')"},
          {M("a"), "escape", {nullptr}, {}, "Markup('None')"},
          {M("<"), "isascii", {}, {}, "True"},
          {M("\u00df"), "casefold", {}, {}, "Markup('ss')"},
          {M("ab"), "lstrip", {"a"}, {}, "Markup('b')"},
          {M("ab"), "rstrip", {}, {}, "Markup('ab')"},
      });
}

TEST(StrMethods, TablesAreInOrder) {
  test::expect_sorted(detail::str_methods());
  test::expect_sorted(detail::markup_methods());
}

/// Calls a method under a budget of bytes.
Value call(const Value& self, const char* name, std::vector<Value> arguments, std::size_t budget = SIZE_MAX) {
  Evaluator evaluator;
  evaluator.set_limits(budget, UINT64_MAX);
  const auto methods = self.is_markup() ? detail::markup_methods() : detail::str_methods();
  return test::method_named(methods, name)
      ->function(self, {{arguments.data(), arguments.size()}, {}, &evaluator});
}

TEST(StrMethods, ResultsAreChargedBeforeTheyAreMade) {
  const Value tabs(std::string(100, '\t'));
  const Value text(std::string(1000, 'a'));
  const std::int64_t huge = INT64_MAX;
  EXPECT_THROW(call("a", "center", {huge}), LimitError);
  EXPECT_THROW(call("a", "ljust", {huge, "\u20ac"}), LimitError);
  EXPECT_THROW(call("a", "rjust", {huge}), LimitError);
  EXPECT_THROW(call("-1", "zfill", {huge}), LimitError);
  EXPECT_THROW(call(tabs, "expandtabs", {2147483647}), LimitError);
  EXPECT_THROW(call(text, "replace", {"a", text}, 10000), LimitError);
  EXPECT_THROW(call(text, "replace", {"", text}, 10000), LimitError);
  EXPECT_THROW(call(text, "join", {text}, 10000), LimitError);
  EXPECT_THROW(call(M("a"), "join", {Value::list({text, text})}, 1500), LimitError);
  EXPECT_THROW(call(text, "split", {"a"}, 10000), LimitError);
  EXPECT_THROW(call(text, "upper", {}, 999), LimitError);
  EXPECT_THROW(call(text, "translate", {D({{97, text}})}, 10000), LimitError);
  EXPECT_EQ(call(text, "upper", {}, 1000).size(), 1000u);
}

TEST(StrMethods, SearchesAreLinear) {
  // Each would take minutes with a search that compares the needle everywhere.
  const Value text(std::string(2000000, 'a'));
  const Value needle("b" + std::string(500000, 'a'));
  const Value reversed(std::string(500000, 'a') + "b");
  EXPECT_EQ(call(text, "find", {reversed}), Value(-1));
  EXPECT_EQ(call(text, "rfind", {needle}), Value(-1));
  EXPECT_EQ(call(text, "count", {reversed}), Value(0));
  EXPECT_EQ(call(text, "rsplit", {std::string(1000, 'a')}).size(), 2001u);
  EXPECT_EQ(call(M(std::string(300000, '<').c_str()), "striptags", {}).size(), 300000u);
}

TEST(StrMethods, LongNeedlesAreFoundFromTheEnd) {
  const std::string needle = "ab" + std::string(40, 'a') + "ab";
  const std::string text = "x" + needle + needle.substr(2) + "aab";
  EXPECT_EQ(call(text, "rfind", {needle}), Value(static_cast<std::int64_t>(text.rfind(needle))));
  EXPECT_EQ(call(needle, "rfind", {needle}), Value(0));
  EXPECT_EQ(call(needle.substr(1), "rfind", {needle}), Value(-1));
}

TEST(StrMethods, UndefinedArgumentsAreRefusedAsOtherTypesAre) {
  EXPECT_THROW(call("a", "replace", {Value(), "b"}), TypeError);
  EXPECT_THROW(call("a", "center", {Value()}), TypeError);
  EXPECT_THROW(call("a", "translate", {Value()}), UndefinedError);
  EXPECT_EQ(call(M("a"), "replace", {"a", Value()}).repr(), "Markup('')");
}

TEST(StrMethods, IllFormedTextIsHandledWithoutReadingPastItsEnd) {
  for (const char* bytes : {"\xe2\x82", "\x80", "a\xff\x80\x80", "\xf0\x9f "}) {
    for (const Method& method : detail::str_methods()) {
      if (method.name.starts_with("format")) continue;
      for (const std::vector<Value>& arguments :
           {std::vector<Value>{}, {2}, {bytes}, {bytes, 1, 2}, {"", bytes}, {5, bytes}, {bytes, bytes}}) {
        try {
          (void)method.function(bytes, {{arguments.data(), arguments.size()}, {}, nullptr});
        } catch (const EvaluationError&) {
        }
      }
    }
  }
}

}  // namespace
}  // namespace retort
