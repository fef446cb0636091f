// SPDX-License-Identifier: BSD-3-Clause
// The code of docs/templates.md, docs/contexts.md and docs/views.md.
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <retort/app/kept_context.h>
#include <retort/app/session.h>
#include <retort/fiber/fiber.h>
#include <retort/retort.h>
#include <retort/testing/client.h>

using namespace retort;

namespace guide {

struct Post {
  std::int64_t id;
  std::string title;
};
const std::vector<Post> posts{{1, "Hello & welcome"}, {2, "Second"}};

std::string list_posts() {
  return render_template_string("{% for post in posts %}{{ post.title }}\n{% endfor %}",
                                {{"posts", Value::view(posts)}});
}

void templates(App& app) {
  app.get<list_posts>("/posts");
  app.template_filter("money", [](double v) { return "$" + std::to_string(v); });
  app.context_processor([] { return Value::dict({{"year", 2026}}); });
  app.get("/year", [] { return render_template_string("{{ year }} {{ request.path }}"); });
  app.get("/large", [] {
    return stream_template_string("{% for post in posts %}<p>{{ post.title }}{% endfor %}",
                                  {{"posts", Value::view(posts)}});
  });
}

void json_settings(App& app) {
  app.json.sort_keys = false;
  app.get("/json", [] { return jsonify({{"b", 1}, {"a", 2}}); });
}

void contexts(App& app) {
  app.get("/stream", [] {
    return stream_with_context(
        [](BodyWriter& body) { body.write("you asked for " + std::string(request->path)); });
  });
  app.get("/later", [] {
    fiber::spawn(copy_current_request_context([] {
      fiber::sleep_for(milliseconds(1));
      current_app->logger.info("later: " + std::string(request->path));
    }));
    return status(202);
  });
}

void nightly(App& app) {
  const AppContext context = app.app_context();
  g["started"] = std::string("now");
  current_app->logger.info("the nightly work of " + current_app->name());
}

class UserAPI : public MethodView {
 public:
  explicit UserAPI(std::string greeting) : greeting_(std::move(greeting)) {}
  std::string get(std::int64_t id) { return greeting_ + ", user " + std::to_string(id); }
  Status delete_(std::int64_t) { return status(204); }

 private:
  std::string greeting_;
};

void views(App& app) { app.add_url_rule("/users/<int:id>", as_view<UserAPI>("user", std::string("Hello"))); }

}  // namespace guide

int main() {
  App app{"guide"};
  guide::templates(app);
  guide::json_settings(app);
  guide::contexts(app);
  guide::views(app);
  auto client = app.test_client();
  int failures = 0;
  const auto expect = [&](const std::string& path, const std::string& text) {
    const auto response = client.get(path);
    if (response.text() == text) return;
    std::printf("%s: %s\n", path.c_str(), response.text().c_str());
    ++failures;
  };
  expect("/posts", "Hello &amp; welcome\nSecond\n");
  expect("/year", "2026 /year");
  expect("/large", "<p>Hello &amp; welcome<p>Second");
  expect("/json", "{\"b\":1,\"a\":2}\n");
  expect("/stream", "you asked for /stream");
  expect("/users/7", "Hello, user 7");
  guide::nightly(app);
  return failures;
}
