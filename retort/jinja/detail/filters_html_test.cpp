// SPDX-License-Identifier: BSD-3-Clause
// Filters that make HTML, URLs and JSON, through whole templates. Expected texts are what Jinja 3.1.6 gives.
#include <gtest/gtest.h>

#include "retort/jinja/detail/builtin_cases.h"

namespace retort::jinja {
namespace {

// clang-format off: one case is three lines
const BuiltinCase kHtml[] = {
    {R"j({{ text|e }}{{ html|e }}{{ text|escape|e }}{{ 42|e }}{{ ['<']|e }}{{ missing|e }})j",
     R"j(&lt;b&gt;A &amp; B&lt;/b&gt;<b>A & B</b>&lt;b&gt;A &amp; B&lt;/b&gt;42[&#39;&lt;&#39;])j", nullptr},
    {R"j({{ html|forceescape }}{{ text|forceescape }})j",
     R"j(&lt;b&gt;A &amp; B&lt;/b&gt;&lt;b&gt;A &amp; B&lt;/b&gt;)j", nullptr},
    {R"j({{ text|safe }}{{ 42|safe }}{{ ['<']|safe }})j", R"j(<b>A & B</b>42['<'])j", nullptr},
    {R"j({{ '<!-- x --> <p>a  &amp; b</p>\n c &lt;'|striptags }}|{{ html|striptags }}|{{ '<a <b>> x < y'|striptags }}|{{ '<!-- a <!-- b --> c'|striptags }})j",
     R"j(a & b c <|A & B|> x < y|c)j", R"j(a &amp; b c &lt;|A &amp; B|&gt; x &lt; y|c)j"},
    {R"j({{ 'a b/ü?&=~'|urlencode }} {{ {'a b': 1, 'c/d': 'ü&'}|urlencode }} {{ [('a', '1/2'), ('b', none)]|urlencode }} {{ 5|urlencode }} {{ missing|urlencode }})j",
     R"j(a%20b/%C3%BC%3F%26%3D~ a+b=1&c%2Fd=%C3%BC%26 a=1%2F2&b=None 5 )j",
     R"j(a%20b/%C3%BC%3F%26%3D~ a+b=1&amp;c%2Fd=%C3%BC%26 a=1%2F2&amp;b=None 5 )j"},
    {R"j({{ [1]|urlencode }})j", R"j(TypeError: cannot unpack non-iterable int object)j", nullptr},
    {R"j({{ [(1, 2, 3)]|urlencode }})j", R"j(ValueError: too many values to unpack (expected 2))j", nullptr},
    {R"j({{ {'class': 'a "b"', 'id': 3, 'no': none, 'u': missing, 'h': html}|xmlattr }}|{{ {'a': 1}|xmlattr(false) }}|{{ {}|xmlattr }}|{{ {'<': '<'}|xmlattr }})j",
     R"j( class="a &#34;b&#34;" id="3" h="<b>A & B</b>"|a="1"|| &lt;="&lt;")j", nullptr},
    {R"j({{ {'a b': 1}|xmlattr }})j", R"j(ValueError: Invalid character in attribute name: 'a b')j", nullptr},
    {R"j({{ {'a/b': 1}|xmlattr }})j", R"j(ValueError: Invalid character in attribute name: 'a/b')j", nullptr},
    {R"j({{ {'a>': 1}|xmlattr }})j", R"j(ValueError: Invalid character in attribute name: 'a>')j", nullptr},
    {R"j({{ {'a=': 1}|xmlattr }})j", R"j(ValueError: Invalid character in attribute name: 'a=')j", nullptr},
    {R"j({{ {5: 1}|xmlattr }})j", R"j(TypeError: expected string or bytes-like object, got 'int')j", nullptr},
    {R"j({{ [1]|xmlattr }})j", R"j(AttributeError: 'list' object has no attribute 'items')j", nullptr},
    {R"j({{ {'b': [1, 2.0, none, true], 'a': '<&>\'"/é😀\n\x7f'}|tojson }})j",
     R"j({"a": "\u003c\u0026\u003e\u0027\"/\u00e9\ud83d\ude00\n\u007f", "b": [1, 2.0, null, true]})j",
     nullptr},
    {R"j({{ {'b': [1, {}], 'a': []}|tojson(2) }}|{{ [1]|tojson(0) }}|{{ [[1]]|tojson('-') }})j",
     R"j({
  "a": [],
  "b": [
    1,
    {}
  ]
}|[
1
]|[
-[
--1
-]
])j",
     nullptr},
    {R"j({{ {1: 'a', 2.5: 'b'}|tojson }}{{ (1, 2)|tojson }}{{ html|tojson }}{{ 1e16|tojson }}{{ users[:1]|tojson }})j",
     R"j({"1": "a", "2.5": "b"}[1, 2]"\u003cb\u003eA \u0026 B\u003c/b\u003e"1e+16[{"age": 30, "city": "x", "name": "Bob"}])j",
     nullptr},
    {R"j({{ missing|tojson }})j", R"j(TypeError: Object of type Undefined is not JSON serializable)j",
     nullptr},
    {R"j({{ {(1, 2): 3}|tojson }})j", R"j(TypeError: keys must be str, int, float, bool or None, not tuple)j",
     nullptr},
    {R"j({{ {1: 1, 'a': 2}|tojson }})j",
     R"j(TypeError: '<' not supported between instances of 'str' and 'int')j", nullptr},
    {R"j({{ [1]|map('upper')|tojson }})j",
     R"j(TypeError: Object of type generator is not JSON serializable)j", nullptr},
    {R"j({{ 'foo http://example.com/ bar'|urlize }})j",
     R"j(foo <a href="http://example.com/" rel="noopener">http://example.com/</a> bar)j", nullptr},
    {R"j({{ '(http://a.com/x(y)) <http://b.com>, www.c.org. d.com/?a=b&c foo@bar.com mailto:x@y.co'|urlize }})j",
     R"j((<a href="http://a.com/x(y)" rel="noopener">http://a.com/x(y)</a>) &lt;<a href="http://b.com" rel="noopener">http://b.com</a>&gt;, <a href="https://www.c.org" rel="noopener">www.c.org</a>. d.com/?a=b&amp;c <a href="mailto:foo@bar.com">foo@bar.com</a> <a href="mailto:x@y.co">x@y.co</a>)j",
     nullptr},
    {R"j({{ 'x@y x@y.z @a@b.com a:b@c.de www.a@b.com http://x'|urlize }})j",
     R"j(x@y <a href="mailto:x@y.z">x@y.z</a> @a@b.com a:b@c.de www.a@b.com http://x)j", nullptr},
    {R"j({{ 'http://1.2.3.4:80/ http://1.2.3 http://[::1]/ http://[1:2:3:4:5:6:7:8] http://a.b:123456 https://x.xn--p1ai'|urlize }})j",
     R"j(<a href="http://1.2.3.4:80/" rel="noopener">http://1.2.3.4:80/</a> http://1.2.3 <a href="http://[::1]/" rel="noopener">http://[::1]/</a> <a href="http://[1:2:3:4:5:6:7:8]" rel="noopener">http://[1:2:3:4:5:6:7:8]</a> http://a.b:123456 <a href="https://x.xn--p1ai" rel="noopener">https://x.xn--p1ai</a>)j",
     nullptr},
    {R"j({{ 'http://example.com/a/long/path www.short.de'|urlize(15, true, target='_blank', rel='a "b') }})j",
     R"j(<a href="http://example.com/a/long/path" rel="&#34;b a nofollow noopener" target="_blank">http://example....</a> <a href="https://www.short.de" rel="&#34;b a nofollow noopener" target="_blank">www.short.de</a>)j",
     nullptr},
    {R"j({{ 'tel:123 ftp://x tel: foo'|urlize(extra_schemes=['tel:', 'ftp://']) }})j",
     R"j(<a href="tel:123" rel="noopener">tel:123</a> <a href="ftp://x" rel="noopener">ftp://x</a> tel: foo)j",
     nullptr},
    {R"j({{ 'HTTP://FOO.COM foo.COM, www.ınfo.de http://a..b http://a_b.c-d.com'|urlize }})j",
     R"j(<a href="https://HTTP://FOO.COM" rel="noopener">HTTP://FOO.COM</a> <a href="https://foo.COM" rel="noopener">foo.COM</a>, <a href="https://www.ınfo.de" rel="noopener">www.ınfo.de</a> http://a..b <a href="http://a_b.c-d.com" rel="noopener">http://a_b.c-d.com</a>)j",
     nullptr},
    {R"j({{ html|urlize }}{{ '"http://a.com"'|urlize }}{{ 42|urlize }}{{ missing|urlize }})j",
     R"j(<b>A & B</b>&#34;http://a.com&#34;42)j", nullptr},
    {R"j({{ '(((www.a.com))) ((http://a.com/(b) www.a.com).,'|urlize }})j",
     R"j((((<a href="https://www.a.com" rel="noopener">www.a.com</a>))) ((<a href="http://a.com/(b)" rel="noopener">http://a.com/(b)</a> <a href="https://www.a.com" rel="noopener">www.a.com</a>).,)j",
     nullptr},
    {R"j({{ 'x'|urlize(extra_schemes=['t:']) }})j",
     R"j(FilterArgumentError: 't:' is not a valid URI scheme prefix.)j", nullptr},
    {R"j({{ 'x'|urlize(extra_schemes=[5]) }})j",
     R"j(TypeError: expected string or bytes-like object, got 'int')j", nullptr},
};

// clang-format on

TEST(Filters, OfHtmlAndUrlsAnswerAsJinjas) { check_cases(kHtml); }

}  // namespace
}  // namespace retort::jinja
