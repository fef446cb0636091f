// SPDX-License-Identifier: BSD-3-Clause
// Templates over a program's own data: views must be to every statement and filter what
// Python's dataclasses, lists and dicts are to Jinja. Expected texts are what Jinja 3.1.6
// gives for such.
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "retort/jinja/environment.h"
#include "retort/jinja/extension.h"
#include "retort/jinja/template.h"
#include "retort/value/view.h"

namespace retort::jinja {
namespace {

struct Author {
  std::string name;
  int age = 0;
};

struct Post {
  int id = 0;
  std::string title;
  const Author* author = nullptr;
  double price = 0;
  std::vector<std::string> tags;
  bool draft = false;

  std::string url() const { return "/posts/" + std::to_string(id); }
  static constexpr auto template_members = members(member<"url">(&Post::url));
};

struct Page {
  Author author{"Ada, Countess of Lovelace", 36}, other{"Grace <Hopper>", 85};
  std::vector<Post> posts{{3, "The third & the longest title", &author, 1.5, {"x", "y"}, false},
                          {1, "first", &other, 2.25, {}, true},
                          {2, "Second", &author, 0.5, {"x"}, false}};
  std::map<std::string, int> scores{{"a", 1}, {"b", 2}, {"c", 3}};
  std::map<int, std::string> numbers{{-1, "minus"}, {7, "seven"}};
  std::vector<std::pair<std::string, int>> pairs{{"k1", 1}, {"k2", 2}};
  std::vector<std::string> words{"b", "a", "C"};
  std::optional<int> none;
  std::vector<int> nothing;
  std::vector<int> ints{3, 1, 2};
};

Environment& environment() {
  static Environment out = [] {
    Options options;
    options.autoescape = [](std::string_view) { return true; };
    return Environment(std::move(options));
  }();
  return out;
}

std::string render(std::string_view source, const Value& context) {
  return environment().from_string(source).render(context);
}

struct Case {
  std::string_view source;
  std::string_view expected;
};

// clang-format off: one case is two lines
const Case kCases[] = {
    {R"j({% for p in posts %}{{ loop.index }}/{{ loop.length }} {{ p.title }} {{ p.author.name }}{% if not loop.last %}, {% endif %}{% endfor %})j",
     R"j(1/3 The third &amp; the longest title Ada, Countess of Lovelace, 2/3 first Grace &lt;Hopper&gt;, 3/3 Second Ada, Countess of Lovelace)j"},
    {R"j({% for p in posts %}{{ loop.previtem.id if not loop.first }}<{{ p.id }}<{{ loop.nextitem.id if not loop.last }};{{ loop.revindex }}{{ loop.changed(p.author.name) }} {% endfor %})j",
     R"j(<3<1;3True 3<1<2;2True 1<2<;1True )j"},
    {R"j({% for p in posts if not p.draft %}{{ p.id }}{% else %}none{% endfor %}{% for p in nothing %}x{% else %}empty{% endfor %})j",
     R"j(32empty)j"},
    {R"j({{ posts|sort(attribute='id')|map(attribute='title')|join('|') }})j",
     R"j(first|Second|The third &amp; the longest title)j"},
    {R"j({{ posts|sort(attribute='author.name,id', reverse=true)|map(attribute='id')|list }})j",
     R"j([1, 3, 2])j"},
    {R"j({% for name, group in posts|groupby('author.name') %}{{ name }}:{{ group|map(attribute='id')|join(',') }};{% endfor %})j",
     R"j(Ada, Countess of Lovelace:3,2;Grace &lt;Hopper&gt;:1;)j"},
    {R"j({{ posts|selectattr('draft')|map(attribute='id')|list }}{{ posts|rejectattr('draft')|map(attribute='id')|list }}{{ posts|selectattr('price', '>', 1)|map(attribute='id')|list }})j",
     R"j([1][3, 2][3, 1])j"},
    {R"j({{ posts|sum(attribute='price') }} {{ posts|sum('author.age') }} {{ ints|sum }} {{ ints|max }} {{ posts|max(attribute='price')|attr('id') }})j",
     R"j(4.25 157 6 3 1)j"},
    {R"j({{ posts|length }} {{ (posts|first).id }} {{ (posts|last).title }} {{ posts[1].title }} {{ posts[-1]['title'] }} {{ posts[9] is defined }})j",
     R"j(3 3 Second first Second False)j"},
    {R"j({{ posts[0].tags|join('-') }} {{ posts[0].tags|length }} {{ posts[1].tags or 'no tags' }} {{ 'x' in posts[0].tags }} {{ 'z' in posts[0].tags }} {{ posts[0].tags == ['x', 'y'] }})j",
     R"j(x-y 2 no tags True False True)j"},
    {R"j({{ posts[0] == posts[0] }} {{ posts[0] == posts[1] }} {{ posts[0].author == posts[2].author }} {{ posts[1] in posts }} {{ ints == [3, 1, 2] }} {{ scores == {'a': 1, 'b': 2, 'c': 3} }})j",
     R"j(True False True True True True)j"},
    {R"j({{ scores|dictsort }} {{ scores|dictsort(by='value', reverse=true) }})j",
     R"j([(&#39;a&#39;, 1), (&#39;b&#39;, 2), (&#39;c&#39;, 3)] [(&#39;c&#39;, 3), (&#39;b&#39;, 2), (&#39;a&#39;, 1)])j"},
    {R"j({% for k, v in scores.items()|sort %}{{ k }}={{ v }};{% endfor %}{% for k, v in scores|items|sort %}{{ k }}{{ v }}{% endfor %}{{ scores.keys()|sort|join }}{{ scores.values()|sum }})j",
     R"j(a=1;b=2;c=3;a1b2c3abc6)j"},
    {R"j({{ scores.a }} {{ scores['b'] }} {{ scores.get('z', 9) }} {{ 'a' in scores }} {{ 'z' in scores }} {{ scores|length }} {{ scores.nope is defined }})j",
     R"j(1 2 9 True False 3 False)j"},
    {R"j({{ numbers[7] }} {{ numbers[-1] }} {{ numbers[8] is defined }} {{ 7 in numbers }})j",
     R"j(seven minus False True)j"},
    {R"j({% for k, v in pairs %}{{ k }}{{ v }}{% endfor %} {{ pairs }} {{ dict(pairs) }})j",
     R"j(k11k22 [(&#39;k1&#39;, 1), (&#39;k2&#39;, 2)] {&#39;k1&#39;: 1, &#39;k2&#39;: 2})j"},
    {R"j({{ words|sort }} {{ words|map('upper')|list }} {{ words|reverse|list }} {{ words|unique|list }} {{ words[1:] }} {{ words + ['d'] }} {{ words * 2 }} {{ words|batch(2)|list }} {{ words|slice(2)|list }})j",
     R"j([&#39;a&#39;, &#39;b&#39;, &#39;C&#39;] [&#39;B&#39;, &#39;A&#39;, &#39;C&#39;] [&#39;C&#39;, &#39;a&#39;, &#39;b&#39;] [&#39;b&#39;, &#39;a&#39;, &#39;C&#39;] [&#39;a&#39;, &#39;C&#39;] [&#39;b&#39;, &#39;a&#39;, &#39;C&#39;, &#39;d&#39;] [&#39;b&#39;, &#39;a&#39;, &#39;C&#39;, &#39;b&#39;, &#39;a&#39;, &#39;C&#39;] [[&#39;b&#39;, &#39;a&#39;], [&#39;C&#39;]] [[&#39;b&#39;, &#39;a&#39;], [&#39;C&#39;]])j"},
    {R"j({{ scores|tojson }} {{ words|tojson }} {{ pairs|tojson }} {{ none|tojson }} {{ numbers|tojson }})j",
     R"j({"a": 1, "b": 2, "c": 3} ["b", "a", "C"] [["k1", 1], ["k2", 2]] null {"-1": "minus", "7": "seven"})j"},
    {R"j({{ author.name }} {{ author.nope }} {{ author.nope is defined }} {{ author['age'] }} {{ author|attr('age') }} {{ author is mapping }} {{ author is iterable }} {{ scores is mapping }} {{ words is sequence }} {{ words is iterable }})j",
     R"j(Ada, Countess of Lovelace  False 36 36 False False True True True)j"},
    {R"j({{ author }} {{ [author] }})j",
     R"j(Author(name=&#39;Ada, Countess of Lovelace&#39;, age=36) [Author(name=&#39;Ada, Countess of Lovelace&#39;, age=36)])j"},
    {R"j({{ words is string }} {{ none is none }} {{ none }} {{ ints|sort|first }} {{ ints|min }} {{ ints|list }} {{ ints|random in ints }})j",
     R"j(False True None 1 1 [3, 1, 2] True)j"},
    {R"j({{ posts|map(attribute='author')|map(attribute='name')|unique|list }})j",
     R"j([&#39;Ada, Countess of Lovelace&#39;, &#39;Grace &lt;Hopper&gt;&#39;])j"},
    {R"j({% set p = posts[0] %}{% with t = p.title %}{{ t|upper }} {{ t|truncate(12) }} {{ t|replace('&', 'and') }} {{ t ~ '!' }}{% endwith %})j",
     R"j(THE THIRD &amp; THE LONGEST TITLE The... The third and the longest title The third &amp; the longest title!)j"},
    {R"j({{ '%s is %d' % (author.name, author.age) }} {{ '{0.name} {0.age:>4}'.format(author) }})j",
     R"j(Ada, Countess of Lovelace is 36 Ada, Countess of Lovelace   36)j"},
    {R"j({{ posts|map(attribute='id')|map('string')|join(', ') }} {{ posts|map(attribute='nope', default=0)|list }})j",
     R"j(3, 1, 2 [0, 0, 0])j"},
};
// clang-format on

TEST(ViewRender, IsAsWithDataclassesListsAndDicts) {
  const Page page;
  for (const Case& each : kCases)
    EXPECT_EQ(render(each.source, Value::view(page)), each.expected) << each.source;
}

TEST(ViewRender, AContextMayHoldViewsAmongOthers) {
  const Page page;
  const Value context = Value::dict({{"posts", Value::view(page.posts)}, {"title", "T"}});
  EXPECT_EQ(render("{{ title }}{% for p in posts %}{{ p.url() if false else p.url }}{% endfor %}", context),
            "T/posts/3/posts/1/posts/2");
  EXPECT_EQ(render("{{ posts|map(attribute='url')|join(' ') }}", context), "/posts/3 /posts/1 /posts/2");
}

TEST(ViewRender, StructsAreWrittenAsJson) {
  const Page page;
  EXPECT_EQ(render("{{ author|tojson }}", Value::view(page)),
            "{\"age\": 36, \"name\": \"Ada, Countess of Lovelace\"}");
  EXPECT_EQ(
      render("{{ posts[1]|tojson }}", Value::view(page)),
      "{\"author\": {\"age\": 85, \"name\": \"Grace \\u003cHopper\\u003e\"}, \"draft\": true, \"id\": 1, "
      "\"price\": 2.25, \"tags\": [], \"title\": \"first\"}");
  EXPECT_EQ(render("{{ author|dictsort }}", Value::view(page)),
            "[(&#39;age&#39;, 36), (&#39;name&#39;, &#39;Ada, Countess of Lovelace&#39;)]");
}

}  // namespace
}  // namespace retort::jinja
