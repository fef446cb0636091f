// SPDX-License-Identifier: BSD-3-Clause
// The blog of a Flask tutorial: pages from templates that extend one base, static CSS, a page
// of its own for what is not found. Its templates are Flask's, unchanged.
#include "blog.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

using namespace retort;

namespace {

struct Post {
  std::int64_t id;
  std::string title, slug, author, date, summary, content;
};

// In a real application, this comes from a database.
const std::vector<Post>& posts() {
  static const std::vector<Post> posts = {
      {1, "Getting Started with Flask", "getting-started-with-flask", "Folau Kaveinga", "2026-02-20",
       "Learn the basics of Flask, the lightweight Python web framework.",
       "Flask is a micro-framework for Python that gives you the essentials "
       "for building web applications without imposing unnecessary complexity. "
       "In this post, we explore the core concepts that make Flask a favorite "
       "among Python developers."},
      {2, "Understanding Jinja2 Templates", "understanding-jinja2-templates", "Folau Kaveinga", "2026-02-22",
       "Deep dive into Jinja2 template engine features and best practices.",
       "Jinja2 is the template engine that powers Flask's HTML rendering. "
       "It supports template inheritance, filters, macros, and more. "
       "Mastering Jinja2 is essential for building maintainable Flask applications."},
      {3, "Flask Routing and URL Building", "flask-routing-and-url-building", "Folau Kaveinga", "2026-02-25",
       "Master Flask routing, variable rules, and URL generation.",
       "Routing is the backbone of any web application. Flask makes it "
       "intuitive with decorators and supports variable rules, multiple "
       "HTTP methods, and dynamic URL building with url_for()."},
  };
  return posts;
}

std::string index() { return render_template("blog/index.html", {{"posts", Value::view(posts())}}); }

std::string about() { return render_template("blog/about.html"); }

std::string post_detail(std::int64_t post_id) {
  for (const Post& post : posts()) {
    if (post.id == post_id) return render_template("blog/post.html", {{"post", Value::view(post)}});
  }
  abort(404);
}

}  // namespace

App create_app() {
  App app{"blog"};
  app.get<index>("/");
  app.get<about>("/about");
  app.get<post_detail>("/post/<int:post_id>");
  app.errorhandler(404, [](const HTTPException&) { return pair{render_template("blog/404.html"), 404}; });
  return app;
}
