// SPDX-License-Identifier: BSD-3-Clause
// Templates, and the static files that they link to.
#include "tour.h"

using namespace retort;

namespace {

struct Post {
  std::int64_t id;
  std::string title, author;
};

std::string index() { return render_template("index.html", {{"title", "Home"}, {"user", "Folau"}}); }

std::string posts() {
  const std::vector<Post> all_posts = {
      {1, "Flask Basics", "Folau"},
      {2, "Jinja2 Templates", "Folau"},
      {3, "Flask Routing", "Folau"},
  };
  return render_template("posts.html", {{"posts", Value::view(all_posts)}});
}

struct Visitor {
  std::string name;
};

// The text's tables of Jinja's syntax and filters, as pages.
std::string syntax() {
  const Visitor user{"Folau"};
  return render_template("syntax.html", {{"title", "Syntax"},
                                         {"user", Value::view(user)},
                                         {"items", Value::list({"tea", "milk"})},
                                         {"posts", Value::list()}});
}

std::string filters() {
  return render_template("filters.html",
                         {{"name", "folau KAVEINGA"},
                          {"description",
                           "A micro-framework for Python that gives you the essentials for "
                           "building web applications without imposing unnecessary complexity."},
                          {"items", Value::list({1, 2, 3})},
                          {"price", 9.987},
                          {"html_content", "<b>trusted</b>"},
                          {"list", Value::list({"a", "b"})}});
}

}  // namespace

void add_pages(App& app) {
  app.get<index>("/");
  app.get<posts>("/posts");
  app.get<syntax>("/syntax");
  app.get<filters>("/filters");
}
