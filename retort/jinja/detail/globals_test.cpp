// SPDX-License-Identifier: BSD-3-Clause
// range, dict, cycler, joiner, namespace and lipsum, through whole templates. Expected texts are what
// Jinja 3.1.6 gives.
#include <gtest/gtest.h>

#include "retort/jinja/detail/builtin_cases.h"

namespace retort::jinja {
namespace {

// clang-format off: one case is three lines
const BuiltinCase kGlobals[] = {
    {R"j({{ range(3)|list }}{{ range(1, 7, 2)|list }}{{ range }}{{ dict }}{{ cycler }}{{ joiner }}{{ namespace }})j",
     R"j([0, 1, 2][1, 3, 5]<class 'range'><class 'dict'><class 'jinja2.utils.Cycler'><class 'jinja2.utils.Joiner'><class 'jinja2.utils.Namespace'>)j",
     R"j([0, 1, 2][1, 3, 5]&lt;class &#39;range&#39;&gt;&lt;class &#39;dict&#39;&gt;&lt;class &#39;jinja2.utils.Cycler&#39;&gt;&lt;class &#39;jinja2.utils.Joiner&#39;&gt;&lt;class &#39;jinja2.utils.Namespace&#39;&gt;)j"},
    {R"j({{ dict(a=1) }}{{ dict({'a': 1}, b=2) }}{{ dict([('a', 1), ['b', 2]]) }}{{ dict(['ab']) }}{{ dict() }}{{ dict(d) == d }})j",
     R"j({'a': 1}{'a': 1, 'b': 2}{'a': 1, 'b': 2}{'a': 'b'}{}True)j",
     R"j({&#39;a&#39;: 1}{&#39;a&#39;: 1, &#39;b&#39;: 2}{&#39;a&#39;: 1, &#39;b&#39;: 2}{&#39;a&#39;: &#39;b&#39;}{}True)j"},
    {R"j({{ dict(5) }})j", R"j(TypeError: 'int' object is not iterable)j", nullptr},
    {R"j({{ dict([1]) }})j",
     R"j(TypeError: cannot convert dictionary update sequence element #0 to a sequence)j", nullptr},
    {R"j({{ dict([(1, 2, 3)]) }})j",
     R"j(ValueError: dictionary update sequence element #0 has length 3; 2 is required)j", nullptr},
    {R"j({{ dict({}, {}) }})j", R"j(TypeError: dict expected at most 1 argument, got 2)j", nullptr},
    {R"j({% set c = cycler('a', 'b') %}{{ c.current }}{{ c.next() }}{{ c.next() }}{{ c.next() }}{{ c.current }}{{ c.pos }}{{ c.reset() }}{{ c.next() }}{{ c.items }})j",
     R"j(aabab1Nonea('a', 'b'))j", R"j(aabab1Nonea(&#39;a&#39;, &#39;b&#39;))j"},
    {R"j({{ cycler() }})j", R"j(RuntimeError: at least one item has to be provided)j", nullptr},
    {R"j({{ cycler(a=1) }})j", R"j(TypeError: Cycler.__init__() got an unexpected keyword argument 'a')j",
     nullptr},
    {R"j({% set j = joiner('|') %}{% for i in 'abc' %}{{ j() }}{{ i }}{% endfor %}{% set k = joiner() %}{{ k() }}x{{ k() }}y)j",
     R"j(a|b|cx, y)j", nullptr},
    {R"j({% set ns = namespace(a=1) %}{% set ns.b = ns.a + 1 %}{{ ns.a }}{{ ns.b }}{{ ns['b'] }}{{ ns }}{{ ns.c is defined }})j",
     R"j(122<Namespace {'a': 1, 'b': 2}>False)j",
     R"j(122&lt;Namespace {&#39;a&#39;: 1, &#39;b&#39;: 2}&gt;False)j"},
    {R"j({% set ns = namespace({'x': 1}, y=2) %}{{ ns.x }}{{ ns.y }}{% for i in range(3) %}{% set ns.x = ns.x + i %}{% endfor %}{{ ns.x }})j",
     R"j(124)j", nullptr},
    {R"j({{ namespace(1) }})j", R"j(TypeError: 'int' object is not iterable)j", nullptr},
    {R"j({{ lipsum(0) }}|{{ lipsum(n=1, html=false, min=1, max=2)|wordcount }}|{{ lipsum(1, min=7, max=8)|striptags|wordcount }}|{{ lipsum(2, min=5, max=6).startswith('<p>') }}|{{ lipsum(3, false, 5, 6).split('\n\n')|length }})j",
     R"j(|1|7|True|3)j", nullptr},
    {R"j({{ lipsum(1, min=5, max=5) }})j", R"j(ValueError: empty range for randrange() (5, 5, 0))j", nullptr},
};

// clang-format on

TEST(Globals, AnswerAsJinjas) { check_cases(kGlobals); }

}  // namespace
}  // namespace retort::jinja
