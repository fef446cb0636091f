// SPDX-License-Identifier: BSD-3-Clause
// The template engine alone: no server, no app.
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retort/jinja/environment.h"
#include "retort/jinja/error.h"
#include "retort/value/members.h"
#include "retort/value/view.h"

using namespace retort;

struct Post {
  std::int64_t id;
  std::string title, author;
};

int main() {
  auto loader = std::make_unique<jinja::DictLoader>();
  loader->add("layout.html", "<h1>{% block title %}{% endblock %}</h1>\n{% block body %}{% endblock %}\n");
  loader->add("posts.html",
              "{% extends 'layout.html' %}{% block title %}Posts{% endblock %}"
              "{% block body %}{% for post in posts %}<p>{{ post.title|shout(2) }} by {{ post.author }}</p>"
              "{% else %}<p>none</p>{% endfor %}{% endblock %}");

  jinja::Options options;
  options.loader = std::move(loader);
  options.autoescape = jinja::select_autoescape();
  jinja::Environment environment(std::move(options));
  environment.add_filter("shout", [](std::string_view text, std::optional<int> times) {
    return std::string(text) + std::string(static_cast<std::size_t>(times.value_or(1)), '!');
  });

  const std::vector<Post> posts = {{1, "Fast & typed", "ada"}, {2, "Second", "grace"}};
  const jinja::Template page = environment.get_template("posts.html");
  std::puts(page.render({{"posts", Value::view(posts)}}).c_str());

  try {
    environment.from_string("{{ 1 + }}");
  } catch (const jinja::TemplateError& error) {
    std::puts(error.what());  // the place, the source around it, a caret
  }

  const jinja::Expression total = environment.compile_expression("prices|sum * 1.2");
  std::puts(total({{"prices", Value::list({10, 20})}}).str().c_str());  // 36.0

  page.generate({{"posts", Value::view(posts)}},
                [](std::string_view piece) { std::fwrite(piece.data(), 1, piece.size(), stdout); });
}
