// SPDX-License-Identifier: BSD-3-Clause
// Templates: the standard context, processors, filters, tests, globals, folders of blueprints, streams.
#include <cmath>

#include "kitchen.h"
#include <retort/app/flash.h>
#include <retort/app/session.h>

using namespace retort;

namespace {

struct Post {
  int id;
  std::string title;
  std::vector<std::string> tags;
};

std::string index() {
  const std::vector<Post> posts = {{1, "Flask & friends", {"a", "b"}}, {2, "<Jinja>", {}}};
  g["user"] = "ada";
  session["seen"] = true;
  flash("rendered", "info");
  return render_template("index.html", {{"title", "Kitchen"},
                                        {"posts", Value::view(posts)},
                                        {"markup", Markup("<i>safe</i>")},
                                        {"unsafe", "<i>unsafe</i>"}});
}

pair<std::string, Headers> text() {
  return {render_template("plain.txt", {{"value", "<raw & plain>"}}),
          Headers{{"Content-Type", "text/plain"}}};
}

std::string first_of() { return render_template({"missing.html", "form.html"}); }

std::string string() {
  return render_template_string("{{ x }} {{ x|shout }} {{ request.path }} {{ 4 is square }} {{ answer() }}",
                                {{"x", "<a>"}});
}

std::string attribute() { return get_template_attribute("macros.html", "hello")({"w<o>rld"}).str(); }

Response streamed() {
  Value items = Value::list();
  for (int i = 0; i < 30; ++i) items.push_back(i);
  return stream(stream_template("list.html", {{"items", items}}));
}

Response streamed_string() {
  return stream(stream_template_string("{% for i in items %}{{ i }};{% endfor %}{{ request.method }}",
                                       {{"items", Value::list({1, 2, 3})}}));
}

std::string missing() { return render_template("not_there.html"); }

std::string undefined() { return render_template_string("[{{ nothing }}][{{ nothing.x.y }}]"); }

std::string form() { return render_template("form.html", {{"name", request->form.get("name", "")}}); }

}  // namespace

void add_pages(App& app) {
  app.get("/page/index", "page_index", index);
  app.get("/page/text", "page_text", text);
  app.get("/page/first-of", "page_first_of", first_of);
  app.get("/page/string", "page_string", string);
  app.get("/page/attribute", "page_attribute", attribute);
  app.get("/page/streamed", "page_streamed", streamed);
  app.get("/page/streamed-string", "page_streamed_string", streamed_string);
  app.get("/page/missing", "page_missing", missing);
  app.get("/page/undefined", "page_undefined", undefined);
  app.route("/page/form", "page_form", form, {GET, POST});
  app.template_filter("shout", [](const std::string& text) {
    std::string out = text + "!";
    for (char& c : out) c = static_cast<char>(std::toupper(c));
    return out;
  });
  app.template_test("square", [](std::int64_t n) {
    const auto root = static_cast<std::int64_t>(std::sqrt(static_cast<double>(n)));
    return root * root == n;
  });
  app.template_global("answer", [] { return 42; });
  app.context_processor([] { return Value::dict({{"year", 2026}, {"title", "from the processor"}}); });
}
