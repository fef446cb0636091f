// SPDX-License-Identifier: BSD-3-Clause
// The code of docs/messages.md and docs/files.md. Run, it checks what they say.
#include <cstdio>
#include <string>

#include <retort/app/file_source.h>
#include <retort/app/send_file.h>
#include <retort/http/accept.h>
#include <retort/http/auth.h>
#include <retort/http/cache_control.h>
#include <retort/http/options.h>
#include <retort/retort.h>
#include <retort/testing/client.h>

using namespace retort;

namespace guide {

Response profile() {
  std::string_view name = request->values.get("name", "nobody");  // args, then form
  auto best = request->accept_mimetypes->best_match({"text/html", "application/json"});
  if (best == "application/json") return make_response(json({{"name", name}}));
  if (!request->authorization || request->authorization->username() != "root") abort(401);
  return make_response("Hello, " + std::string(name));
}

std::string upload(Request& request) {
  request.max_content_length = 100 * 1024 * 1024;  // for this request alone
  FileStorage* document = request.files.get("document");
  if (!document) abort(400);
  std::string first = std::string(document->read().substr(0, 5));
  return document->filename + ": " + first;
}

std::string count(Request& request) {
  std::size_t bytes = 0;
  char piece[4096];
  while (std::size_t n = request.stream.read(piece, sizeof piece)) bytes += n;
  return std::to_string(bytes);
}

Response page() {
  Response response = make_response("<h1>Report</h1>");
  response.cache_control().set_public();
  response.cache_control().set_max_age(3600);
  response.vary().add("Accept-Language");
  response.content_security_policy().set("default-src", "'self'");
  response.set_cookie("visited", "true", {.max_age = 3600, .secure = true, .httponly = true});
  response.add_etag();
  response.make_conditional(*request);  // 304 where the client has it already
  return response;
}

void files(App& app) {
  app.get("/report", [] { return send_file("reports/2026.pdf", {.as_attachment = true}); });
  app.get("/export", [] { return send_file(BytesIO{"a,b\n1,2\n"}, {.download_name = "export.csv"}); });
  app.get("/uploads/<path:name>", [](const std::string& name) {
    return send_from_directory("/srv/uploads", name, {.max_age = 600});
  });
  app.send_file_max_age([](std::string_view path) -> http::OptionalSeconds {
    if (path.ends_with(".css")) return 3600;
    return {};
  });
}

}  // namespace guide

int main() {
  App app{"guide"};
  app.get<guide::profile>("/profile");
  app.post<guide::upload>("/upload");
  app.post<guide::count>("/count");
  app.get<guide::page>("/page");
  guide::files(app);
  TestClient client = app.test_client();
  const TestResponse page = client.get("/page");
  const std::string etag(page.headers["ETag"]);
  const bool good =
      client.get("/profile?name=Ada", {.headers = {{"Accept", "application/json"}}}).json()["name"].str() ==
          "Ada" &&
      client.get("/profile").status_code == 401 &&
      client.post("/upload", {.files = {{"document", "a.txt", "Hello, World"}}}).data == "a.txt: Hello" &&
      client.post("/count", {.data = "12345"}).data == "5" &&
      page.headers["Cache-Control"] == "public, max-age=3600" &&
      client.get("/page", {.headers = {{"If-None-Match", etag}}}).status_code == 304 &&
      client.get("/export").headers["Content-Disposition"] == "inline; filename=export.csv" &&
      client.get("/uploads/../x").status_code == 404;
  std::puts(good ? "as the page says" : "not as the page says");
  return good ? 0 : 1;
}
