// SPDX-License-Identifier: BSD-3-Clause
// A compiled template's render allocates nothing per row beyond what filters create: a page of
// a thousand rows allocates as often as one of ten.
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/allocation/counting.h"
#include <gtest/gtest.h>

#include "retort/jinja/environment.h"
#include "retort/jinja/template.h"
#include "retort/value/convert.h"
#include "retort/value/view.h"

namespace retort {
namespace {

struct Row {
  std::int64_t id = 0;
  std::string title, author;
  double score = 0;
  bool active = false;
};

std::vector<Row> make_rows(int count) {
  std::vector<Row> out;
  for (int i = 0; i < count; ++i)
    out.push_back({i, "Post <number> " + std::to_string(i) + " & a title that is not short",
                   "author" + std::to_string(i % 7), i * 0.5, i % 3 == 0});
  return out;
}

constexpr std::string_view kLayout =
    "<title>{% block title %}{% endblock %}</title>{% block content %}{% endblock %}{{ site }}";
constexpr std::string_view kPage =
    "{% extends 'layout.html' %}{% block title %}{{ title }} - {{ super() }}{% endblock %}"
    "{% block content %}{% for row in rows %}"
    "<tr class='{{ loop.cycle('odd', 'even') }}'>{{ loop.index }}/{{ loop.length }} {{ row.id }}"
    "{% if row.active and row.id > 5 %}<b>{{ row.title }}</b>{% else %}{{ row.title }}{% endif %}"
    "{% set half = row.id // 2 %}{{ half + 1 }} {{ row['author'] }} {{ row.score }}"
    "{% if not loop.last %}, {% endif %}"
    "{% endfor %}{% endblock %}";

class RenderAllocations : public ::testing::Test {
 protected:
  RenderAllocations() : environment_(make_options()), page_(environment_.get_template("page.html")) {}

  /// Of one render, after two to warm up.
  std::size_t of(const Value& rows) {
    const Value context = Value::dict({{"title", "All posts"}, {"site", "Retort"}, {"rows", rows}});
    for (int i = 0; i < 2; ++i) page_.render(context);
    test::count_allocations(true);
    const std::size_t before = test::allocations_so_far();
    const std::string text = page_.render(context);
    const std::size_t after = test::allocations_so_far();
    test::count_allocations(false);
    EXPECT_NE(text.find("<title>All posts - </title><tr class='odd'>1/"), std::string::npos)
        << text.substr(0, 200);
    return after - before;
  }

 private:
  static jinja::Options make_options() {
    jinja::Options options;
    options.autoescape = jinja::select_autoescape();
    options.auto_reload = false;
    auto loader = std::make_unique<jinja::DictLoader>();
    loader->add("layout.html", std::string(kLayout));
    loader->add("page.html", std::string(kPage));
    options.loader = std::move(loader);
    return options;
  }

  jinja::Environment environment_;
  jinja::Template page_;
};

TEST_F(RenderAllocations, DoNotGrowWithTheRows) {
  const std::size_t ten = of(to_value(make_rows(10)));
  EXPECT_GT(ten, 0u);  // the text itself
  EXPECT_LT(ten, 30u);
  EXPECT_EQ(of(to_value(make_rows(1000))), ten);
}

TEST_F(RenderAllocations, DoNotGrowWithTheRowsOfAView) {
  const auto few = make_rows(10), many = make_rows(1000);
  EXPECT_EQ(of(Value::view(many)), of(Value::view(few)));
}

}  // namespace
}  // namespace retort
