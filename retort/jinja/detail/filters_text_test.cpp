// SPDX-License-Identifier: BSD-3-Clause
// Filters on text and numbers, through whole templates. Expected texts are what Jinja 3.1.6 gives.
#include <gtest/gtest.h>

#include "retort/jinja/detail/builtin_cases.h"

namespace retort::jinja {
namespace {

// clang-format off: one case is three lines
const BuiltinCase kText[] = {
    {R"j({{ 'foo bar'|capitalize }}|{{ 'ÉCOLE'|capitalize }}|{{ 42|capitalize }})j", R"j(Foo bar|École|42)j",
     nullptr},
    {R"j({{ 'foo'|center(9) }}|{{ 'foo'|center }}|)j",
     R"j(   foo   |                                      foo                                       |)j",
     nullptr},
    {R"j({{ text|upper }}{{ html|upper }}{{ 'straße'|upper }}{{ missing|upper }})j",
     R"j(<B>A & B</B><B>A & B</B>STRASSE)j", R"j(&lt;B&gt;A &amp; B&lt;/B&gt;<B>A & B</B>STRASSE)j"},
    {R"j({{ text|lower }}{{ html|lower }}{{ 'ΑΣ'|lower }})j", R"j(<b>a & b</b><b>a & b</b>ας)j",
     R"j(&lt;b&gt;a &amp; b&lt;/b&gt;<b>a & b</b>ας)j"},
    {R"j({{ "foo's bar-baz (qux) {a [b <c"|title }}{{ html|title }}{{ 'ßa 1st'|title }}{{ ''|title }})j",
     R"j(Foo's Bar-Baz (Qux) {A [B <C<B>a & B</b>SSa 1st)j",
     R"j(Foo&#39;s Bar-Baz (Qux) {A [B &lt;C&lt;B&gt;a &amp; B&lt;/b&gt;SSa 1st)j"},
    {R"j({{ '  a '|trim }}|{{ '..a.'|trim('.') }}|{{ html|trim('<>b/') }}|{{ 5|trim }})j", R"j(a|a|A & B|5)j",
     nullptr},
    {R"j({{ 'x'|trim(5) }})j", R"j(TypeError: strip arg must be None or str)j", nullptr},
    {R"j({{ 'a b  c'|wordcount }} {{ 'naïve_1 - ½ 日本'|wordcount }} {{ ''|wordcount }} {{ 42|wordcount }})j",
     R"j(3 3 0 1)j", nullptr},
    {R"j({{ 42|string }}{{ html|string }}{{ text|string }}{{ [1,'a']|string }})j",
     R"j(42<b>A & B</b><b>A & B</b>[1, 'a'])j",
     R"j(42<b>A & B</b>&lt;b&gt;A &amp; B&lt;/b&gt;[1, &#39;a&#39;])j"},
    {R"j({{ '%s-%d'|format('a', 3) }} {{ '%(x)s'|format(x='<') }} {{ '<b>%s</b>'|safe|format('<i>') }} {{ '%%'|format }})j",
     R"j(a-3 < <b>&lt;i&gt;</b> %)j", R"j(a-3 &lt; <b>&lt;i&gt;</b> %)j"},
    {R"j({{ '%s'|format(1, x=2) }})j",
     R"j(FilterArgumentError: can't handle positional and keyword arguments at the same time)j", nullptr},
    {R"j({{ '<i>'|replace('<', '&') }}{{ html|replace('A', '<') }}{{ 'aaa'|replace('a', 'b', 2) }}{{ 'abc'|replace('', '-') }})j",
     R"j(&i><b>< & B</b>bba-a-b-c-)j", R"j(&amp;i&gt;<b>&lt; & B</b>bba-a-b-c-)j"},
    {R"j({{ '<i>'|replace('i', '<u>'|safe) }}{{ '<i>'|replace('<'|safe, 'x') }}{{ 12|replace(1, 3) }})j",
     R"j(<<u>>xi>32)j", R"j(&lt;<u>&gt;&lt;i&gt;32)j"},
    {R"j({{ 'x'|replace('a') }})j",
     R"j(TypeError: do_replace() missing 1 required positional argument: 'new')j", nullptr},
    {R"j({{ 'x'|upper(1) }})j", R"j(TypeError: do_upper() takes 1 positional argument but 2 were given)j",
     nullptr},
    {R"j({{ 'a\nb\n\nc'|indent }}|{{ 'a\nb'|indent(2, true) }}|{{ 'a\n\nb'|indent(1, blank=true) }}|{{ 'a\nb\n'|indent('> ') }}|{{ ''|indent(first=true) }}|)j",
     R"j(a
    b

    c|  a
  b|a
 
 b|a
> b
|    |)j",
     R"j(a
    b

    c|  a
  b|a
 
 b|a
&gt; b
|    |)j"},
    {R"j({{ 'a<\n<b'|indent('<i>'|safe) }}|{{ 'a<\n<b'|indent('<i>'|safe, true, true) }}|{{ 'a<\n\n<b'|indent('<i>'|safe, true) }}|{{ 'a\n<b'|safe|indent('<i>') }})j",
     R"j(a<
<i>&lt;b|<i>a&lt;
<i>&lt;b|<i>a&lt;

&lt;i&gt;&amp;lt;b|a
<i><b)j",
     R"j(a&lt;
&lt;i&gt;&amp;lt;b|<i>a&lt;
<i>&lt;b|<i>a&lt;

&lt;i&gt;&amp;lt;b|a
<i><b)j"},
    {R"j({{ 5|indent }})j", R"j(TypeError: unsupported operand type(s) for +=: 'int' and 'str')j", nullptr},
    {R"j({{ 'foo bar baz qux'|truncate(9) }} {{ 'foo bar baz qux'|truncate(9, true) }} {{ 'foo bar baz qux'|truncate(11) }} {{ 'foo bar baz qux'|truncate(11, false, '...', 0) }} {{ 'foobarbazqux'|truncate(6, false, '', 0) }})j",
     R"j(foo... foo ba... foo bar baz qux foo bar... foobar)j", nullptr},
    {R"j({{ html|truncate(5, true, '<', 0) }} {{ text|truncate(8, false, '…'|safe, 0) }} {{ missing|truncate }} {{ 'äöü äöü äöü'|truncate(9, leeway=0) }})j",
     R"j(<b>A&lt; &lt;b&gt;A &amp;…  äöü...)j", nullptr},
    {R"j({{ 'abc'|truncate(2) }})j", R"j(AssertionError: expected length >= 3, got 2)j", nullptr},
    {R"j({{ 'abc'|truncate(5, leeway=-1) }})j", R"j(AssertionError: expected leeway >= 0, got -1)j", nullptr},
    {R"j({{ 'Hello there -- you goof-ball, use the -b option!'|wordwrap(12) }})j",
     R"j(Hello there
-- you goof-
ball, use
the -b
option!)j",
     nullptr},
    {R"j({{ 'a well-known-thing is-a foo--bar'|wordwrap(8) }}|{{ 'a well-known-thing is-a foo--bar'|wordwrap(8, break_on_hyphens=false) }})j",
     R"j(a well-
known-
thing
is-a foo
--bar|a well-k
nown-thi
ng is-a
foo--bar)j",
     nullptr},
    {R"j({{ 'abcdefghij klm'|wordwrap(4) }}|{{ 'abcdefghij klm'|wordwrap(4, false) }}|{{ 'aaa bbbbbbbb'|wordwrap(4) }}|{{ 'ab-cdefgh'|wordwrap(5) }})j",
     R"j(abcd
efgh
ij
klm|abcdefghij
klm|aaa 
bbbb
bbbb|ab-cd
efgh)j",
     nullptr},
    {R"j({{ 'a b\n\nc  d'|wordwrap(1, wrapstring='|') }}|{{ 'a< b<'|wordwrap(2, wrapstring='<br>'|safe) }}|{{ ''|wordwrap }}|{{ '  lead'|wordwrap(4) }})j",
     R"j(a|b||c|d|a&lt;<br>b&lt;||lead)j", nullptr},
    {R"j({{ 'x'|wordwrap(0) }})j", R"j(ValueError: invalid width 0 (must be > 0))j", nullptr},
    {R"j({{ 1|filesizeformat }},{{ 300|filesizeformat }},{{ 3000|filesizeformat }},{{ 3000000|filesizeformat }},{{ 3000000000000|filesizeformat }},{{ 300|filesizeformat(true) }},{{ 3000|filesizeformat(true) }},{{ 1e24|filesizeformat }},{{ 1e30|filesizeformat }},{{ '1e6'|filesizeformat }},{{ 1023|filesizeformat(true) }},{{ -0.5|filesizeformat }},{{ 999.9|filesizeformat }})j",
     R"j(1 Byte,300 Bytes,3.0 kB,3.0 MB,3.0 TB,300 Bytes,2.9 KiB,1000.0 ZB,1000000.0 YB,1.0 MB,1023 Bytes,0 Bytes,999 Bytes)j",
     nullptr},
    {R"j({{ 'x'|filesizeformat }})j", R"j(ValueError: could not convert string to float: 'x')j", nullptr},
};

const BuiltinCase kNumbers[] = {
    {R"j({{ -1|abs }}{{ 2.5|abs }}{{ true|abs }})j", R"j(12.51)j", nullptr},
    {R"j({{ 'x'|abs }})j", R"j(TypeError: bad operand type for abs(): 'str')j", nullptr},
    {R"j({{ missing|abs }})j", R"j(TypeError: bad operand type for abs(): 'Undefined')j", nullptr},
    {R"j({{ '42'|int }} {{ '42.9'|int }} {{ 'x'|int }} {{ 'x'|int(7) }} {{ '0x1f'|int(base=16) }} {{ '1f'|int(0, 16) }} {{ 'zz'|int(base=2) }} {{ 42.7|int }} {{ none|int }} {{ ' 1_0 '|int }} {{ true|int }} {{ '1e3'|int }} {{ 'inf'|int(3) }} {{ '0b11'|int(0, 0) }} {{ [1]|int('d') }})j",
     R"j(42 42 0 7 31 31 0 42 0 10 1 1000 3 3 d)j", nullptr},
    {R"j({{ missing|int }})j", R"j(UndefinedError: 'missing' is undefined)j", nullptr},
    {R"j({% set x = '1e400' %}{{ x|float|int }})j",
     R"j(OverflowError: cannot convert float infinity to integer)j", nullptr},
    {R"j({{ '42.5'|float }} {{ 'x'|float }} {{ 'x'|float('d') }} {{ 3|float }} {{ none|float(1) }} {{ ' 1e3 '|float }} {{ '-inf'|float }})j",
     R"j(42.5 0.0 d 3.0 1 1000.0 -inf)j", nullptr},
    {R"j({{ missing|float }})j", R"j(UndefinedError: 'missing' is undefined)j", nullptr},
    {R"j({{ 2.7|round }} {{ 2.5|round }} {{ 3.5|round }} {{ 2.1234|round(3) }} {{ 2.123|round(2, 'ceil') }} {{ 2.129|round(2, 'floor') }} {{ 42|round }} {{ 1234|round(-2) }} {{ 1250|round(-2) }} {{ 1350|round(-2) }} {{ 5|round(1, 'ceil') }} {{ 1234.5|round(-2, 'floor') }} {{ 2.675|round(2) }} {{ -2.5|round(0, 'floor') }} {{ 1e300|round(5) }} {{ 5.5|round(none) }})j",
     R"j(3.0 2.0 4.0 2.123 2.13 2.12 42 1200 1200 1400 5.0 1200.0 2.67 -3.0 1e+300 6)j", nullptr},
    {R"j({{ 5|round(0, 'x') }})j", R"j(FilterArgumentError: method must be common, ceil or floor)j", nullptr},
    {R"j({{ 'a'|round }})j", R"j(TypeError: type str doesn't define __round__ method)j", nullptr},
    {R"j({{ 'a'|round(0, 'ceil') }})j", R"j(TypeError: must be real number, not str)j", nullptr},
    {R"j({{ 1.5|round(309, 'ceil') }})j", R"j(OverflowError: int too large to convert to float)j", nullptr},
    {R"j({{ missing|default('x') }}{{ 'a'|d('x') }}{{ ''|default('x') }}{{ ''|default('x', true) }}{{ none|d('x', boolean=true) }}{{ missing|default }})j",
     R"j(xaxx)j", nullptr},
};

// clang-format on

TEST(Filters, OfTextAnswerAsJinjas) { check_cases(kText); }
TEST(Filters, OfNumbersAnswerAsJinjas) { check_cases(kNumbers); }

}  // namespace
}  // namespace retort::jinja
