// SPDX-License-Identifier: BSD-3-Clause
// The code of docs/app.md, docs/fibers.md and docs/server.md.
#include <retort/fiber/fiber.h>
#include <retort/http/path.h>
#include <retort/message/request.h>
#include <retort/message/response.h>
#include <retort/retort.h>
#include <retort/server/server.h>

using namespace retort;

namespace guide {

std::string index() { return "Home Page"; }
std::string show_post(std::int64_t post_id) { return "Post #" + std::to_string(post_id); }

struct NewUser {
  std::string name;
  std::optional<int> age;
};

struct Paging {
  int page = 1;
};

void routes(App& app) {
  app.get<index>("/");
  app.get<show_post>("/post/<int:post_id>");
  app.get("/hello/<name>", [](const std::string& name) { return "Hello, " + name; });
  app.post("/users", [](Json<NewUser> user) { return std::pair{*user, 201}; });
  app.get("/users", [](Query<Paging> query) { return "page " + std::to_string(query->page); });
}

void upload(App& app) {
  app.post("/upload", [](Request& request) {
    FileStorage& file = request.files["photo"];
    file.save("/srv/uploads/" + http::secure_filename(file.filename));
    return status(204);
  });
}

void hooks(App& app) {
  app.before_request([](Request& request) { g["path"] = std::string(request.path); });
  app.after_request([](Response& response) { response.headers["X-Frame-Options"] = "DENY"; });
  app.errorhandler(404, [](const HTTPException& error) {
    return std::pair{json({{"error", error.name()}}), 404};
  });
}

void concurrency(App& app) {
  app.get("/both", [] {
    auto [a, b] = fiber::gather([] { return 1; }, [] { return 2; });
    fiber::sleep_for(milliseconds(10));
    return json({{"sum", a + b}});
  });
  app.get("/slow", [] { return std::to_string(fiber::blocking([] { return 42; })); });
}

void serve_it(App& app) {
  server::ServerOptions options;
  options.host = "127.0.0.1";
  options.port = 8000;
  options.workers = 4;
  options.limits.max_body_bytes = 10 * 1024 * 1024;
  options.timeouts.request = seconds(30);
  server::serve(app, std::move(options));
}

}  // namespace guide

int main(int argc, char** argv) {
  using namespace guide;
  return retort::main(
      [] {
        App app{"guide"};
        routes(app);
        upload(app);
        hooks(app);
        concurrency(app);
        return app;
      },
      argc, argv);
}
