// SPDX-License-Identifier: BSD-3-Clause
#include "retort/jinja/extension.h"

#include <string>

#include <gtest/gtest.h>

#include "retort/jinja/environment.h"
#include "retort/jinja/error.h"

namespace retort::jinja {
namespace {

Value numbers(int count) {
  Value out = Value::list();
  for (int i = 0; i < count; ++i) out.push_back(i);
  return out;
}

// As jinja2.ext.DebugExtension prints.
TEST(DebugExtension, ShowsContextFiltersAndTests) {
  Options options;
  options.extensions.push_back(debug_extension());
  Environment environment(std::move(options));
  environment.add_filter("zzz_own", [](int x) { return x; });
  const std::string text =
      environment.from_string("{% set z = [1, {'a': [2, 3]}, (4,)] %}{% debug %}")
          .render({{"user",
                    Value::dict({{"name", "Ada"},
                                 {"posts", Value::list({Value::dict({{"a", 1}}), Value::dict({{"a", 1}})})},
                                 {"deep", Value::dict({{"x", Value::dict({{"y", 1}})}})}})},
                   {"numbers", numbers(60)},
                   {"text", std::string(100, 'x')}});
  const char* const parts[] = {
      "             'numbers': [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,\n"
      "                         16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29,\n"
      "                         30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43,\n"
      "                         44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57,\n"
      "                         58, 59],\n",
      "             'user': {'deep': {...}, 'name': 'Ada', 'posts': [...]},\n"
      "             'z': [1, {...}, (...,)]},\n"
      " 'filters': ['abs', 'attr', 'batch', 'capitalize', 'center', 'count', 'd',\n"
      "             'default', 'dictsort', 'e', 'escape', 'filesizeformat', 'first',\n"
      "             'float', 'forceescape', 'format', 'groupby', 'indent', 'int',\n"
      "             'items', 'join', 'last', 'length', 'list', 'lower', 'map', 'max',\n"
      "             'min', 'pprint', 'random', 'reject', 'rejectattr', 'replace',\n"
      "             'reverse', 'round', 'safe', 'select', 'selectattr', 'slice',\n"
      "             'sort', 'string', 'striptags', 'sum', 'title', 'tojson', 'trim',\n"
      "             'truncate', 'unique', 'upper', 'urlencode', 'urlize', 'wordcount',\n"
      "             'wordwrap', 'xmlattr', 'zzz_own'],\n"
      " 'tests': ['!=', '<', '<=', '==', '>', '>=', 'boolean', 'callable', 'defined',\n"
      "           'divisibleby', 'eq', 'equalto', 'escaped', 'even', 'false', 'filter',\n"
      "           'float', 'ge', 'greaterthan', 'gt', 'in', 'integer', 'iterable',\n"
      "           'le', 'lessthan', 'lower', 'lt', 'mapping', 'ne', 'none', 'number',\n"
      "           'odd', 'sameas', 'sequence', 'string', 'test', 'true', 'undefined',\n"
      "           'upper']}"};
  EXPECT_TRUE(text.starts_with("{'context': {'cycler': ")) << text;
  for (const char* part : parts) EXPECT_NE(text.find(part), text.npos) << part << text;
}

TEST(DebugExtension, IsNothingThatATemplateCanCall) {
  Options options;
  options.extensions.push_back(debug_extension());
  const Environment environment(std::move(options));
  EXPECT_THROW(environment.from_string("{{ _render() }}").render(), UndefinedError);
}

TEST(DoAndLoopControls, WorkWhereTheyAreAskedFor) {
  Options options;
  options.extensions.push_back(do_extension());
  options.extensions.push_back(loop_controls_extension());
  const Environment environment(std::move(options));
  EXPECT_EQ(environment
                .from_string("{% set l = [] %}{% for i in range(9) %}{% if i == 2 %}{% continue %}{% endif %}"
                             "{% if i == 5 %}{% break %}{% endif %}{% do l.append(i) %}{% endfor %}{{ l }}")
                .render(),
            "[0, 1, 3, 4]");
  EXPECT_THROW(Environment().from_string("{% do 1 %}"), TemplateSyntaxError);
}

}  // namespace
}  // namespace retort::jinja
