// SPDX-License-Identifier: BSD-3-Clause
// A small application as people write them: a session, three hooks, one template of two files.
// The same as page_flask.py.
//   bench_http_page PORT
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

#include <retort/retort.h>
#include <retort/server/server.h>

namespace {

using namespace retort;

struct Post {
  std::int64_t id = 0;
  std::string title, author;
};

const std::vector<Post>& posts() {
  static const std::vector<Post> posts = [] {
    std::vector<Post> out;
    for (int i = 0; i < 10; ++i)
      out.push_back({i, "Post <number> " + std::to_string(i), "author" + std::to_string(i % 3)});
    return out;
  }();
  return posts;
}

const Post& post(std::int64_t post_id) { return posts().at(static_cast<std::size_t>(post_id)); }

std::string page() { return render_template("page.html", {{"posts", Value::view(posts())}}); }

App create_app() {
  App app{"bench"};
  app.config["SECRET_KEY"] = "a key that only benchmarks use";
  app.before_request([] { g["user"] = session.get("user").str(); });
  app.after_request([](Response& response) { response.headers.set("X-Frame-Options", "DENY"); });
  app.teardown_request([] { g.pop("user"); });
  app.context_processor([] { return Value::dict({{"user", g.get<std::string>("user", "")}}); });
  app.get("/", [] { return "Hello, World!"; });
  app.get("/login", [] {
    session["user"] = "ada";
    return "Welcome";
  });
  app.get<post>("/posts/<int:post_id>");
  app.get<page>("/page");
  return app;
}

}  // namespace

int main(int argc, char** argv) try {
  App app = create_app();
  server::ServerOptions options;
  options.port = static_cast<std::uint16_t>(argc > 1 ? std::atoi(argv[1]) : 5000);
  server::serve(app, std::move(options));
} catch (const std::exception& error) {
  std::fprintf(stderr, "bench_http_page: %s\n", error.what());
  return 1;
}
