// SPDX-License-Identifier: BSD-3-Clause
// The built-in tests, through whole templates. Expected texts are what Jinja 3.1.6 gives.
#include <gtest/gtest.h>

#include "retort/jinja/detail/builtin_cases.h"

namespace retort::jinja {
namespace {

// clang-format off: one case is three lines
const BuiltinCase kTests[] = {
    {R"j({{ 1 is odd }}{{ 2 is odd }}{{ -1 is odd }}{{ 2 is even }}{{ 1.0 is odd }}{{ true is odd }})j",
     R"j(TrueFalseTrueTrueTrueTrue)j", nullptr},
    {R"j({{ 'a' is odd }})j", R"j(TypeError: not all arguments converted during string formatting)j",
     nullptr},
    {R"j({{ 6 is divisibleby(3) }}{{ 6 is divisibleby 4 }}{{ 1.5 is divisibleby 0.5 }})j",
     R"j(TrueFalseTrue)j", nullptr},
    {R"j({{ 1 is divisibleby 0 }})j", R"j(ZeroDivisionError: integer modulo by zero)j", nullptr},
    {R"j({{ x is defined }}{{ d is defined }}{{ x is undefined }}{{ none is defined }}{{ d.zz is defined }})j",
     R"j(FalseTrueTrueTrueFalse)j", nullptr},
    {R"j({{ none is none }}{{ 0 is none }}{{ missing is none }})j", R"j(TrueFalseFalse)j", nullptr},
    {R"j({{ true is boolean }}{{ 1 is boolean }}{{ true is true }}{{ 1 is true }}{{ false is false }}{{ 0 is false }})j",
     R"j(TrueFalseTrueFalseTrueFalse)j", nullptr},
    {R"j({{ 1 is integer }}{{ true is integer }}{{ 1.0 is integer }}{{ 1.0 is float }}{{ 1 is float }}{{ 1 is number }}{{ 1.5 is number }}{{ true is number }}{{ '1' is number }})j",
     R"j(TrueFalseFalseTrueFalseTrueTrueTrueFalse)j", nullptr},
    {R"j({{ 'a' is string }}{{ html is string }}{{ 1 is string }}{{ {} is mapping }}{{ [] is mapping }}{{ missing is mapping }})j",
     R"j(TrueTrueFalseTrueFalseFalse)j", nullptr},
    {R"j({{ [] is sequence }}{{ () is sequence }}{{ 'a' is sequence }}{{ {} is sequence }}{{ 1 is sequence }}{{ range(3) is sequence }}{{ d.items() is sequence }}{{ ([1]|map('int')) is sequence }}{{ missing is sequence }})j",
     R"j(TrueTrueTrueTrueFalseTrueFalseFalseTrue)j", nullptr},
    {R"j({{ [] is iterable }}{{ 1 is iterable }}{{ 'a' is iterable }}{{ ([1]|map('int')) is iterable }}{{ missing is iterable }}{{ none is iterable }})j",
     R"j(TrueFalseTrueTrueTrueFalse)j", nullptr},
    {R"j({{ range is callable }}{{ d.items is callable }}{{ 1 is callable }}{{ missing is callable }}{{ dict is callable }}{{ lipsum is callable }}{{ joiner() is callable }}{{ cycler(1) is callable }})j",
     R"j(TrueTrueFalseTrueTrueTrueTrueFalse)j", nullptr},
    {R"j({{ 'abc' is lower }}{{ 'aBc' is lower }}{{ 'ABC' is upper }}{{ '1' is upper }}{{ 'ß' is lower }}{{ 5 is lower }})j",
     R"j(TrueFalseTrueFalseTrueFalse)j", nullptr},
    {R"j({{ html is escaped }}{{ text is escaped }}{{ text|e is escaped }}{{ missing is escaped }})j",
     R"j(TrueFalseTrueFalse)j", nullptr},
    {R"j({{ 1 is in [1,2] }}{{ 'a' is in 'abc' }}{{ 'x' is in d }}{{ 3 is not in [1,2] }})j",
     R"j(TrueTrueFalseTrue)j", nullptr},
    {R"j({{ 1 is in 5 }})j", R"j(TypeError: argument of type 'int' is not iterable)j", nullptr},
    {R"j({{ none is sameas none }}{{ 1 is sameas true }}{{ d is sameas d }}{{ d is sameas {'a': 1} }}{{ false is sameas false }})j",
     R"j(TrueFalseTrueFalseTrue)j", nullptr},
    {R"j({{ 1 is eq 1 }}{{ 1 is equalto 2 }}{{ 1 is ne 2 }}{{ 1 is lt 2 }}{{ 1 is lessthan 1 }}{{ 1 is le 1 }}{{ 2 is gt 1 }}{{ 1 is greaterthan 1 }}{{ 1 is ge 1 }}{{ [1,2]|select('==', 1)|list }}{{ [1,2]|select('!=', 1)|list }}{{ [1,2]|select('<', 2)|list }}{{ [1,2]|select('>=', 2)|list }}{{ [1,2]|select('<=', 1)|list }}{{ [1,2]|select('>', 1)|list }})j",
     R"j(TrueFalseTrueTrueFalseTrueTrueFalseTrue[1][2][1][2][1][2])j", nullptr},
    {R"j({{ 1 is gt 'a' }})j", R"j(TypeError: '>' not supported between instances of 'int' and 'str')j",
     nullptr},
    {R"j({{ 'a' is lt 1 }})j", R"j(TypeError: '<' not supported between instances of 'str' and 'int')j",
     nullptr},
    {R"j({{ missing is gt 1 }})j", R"j(UndefinedError: 'missing' is undefined)j", nullptr},
    {R"j({{ 'upper' is filter }}{{ 'nope' is filter }}{{ 'odd' is test }}{{ 'nope' is test }}{{ 1 is test }})j",
     R"j(TrueFalseTrueFalseFalse)j", nullptr},
    {R"j({{ [] is filter }})j", R"j(TypeError: unhashable type: 'list')j", nullptr},
};

// clang-format on

TEST(BuiltinTests, AnswerAsJinjas) { check_cases(kTests); }

}  // namespace
}  // namespace retort::jinja
