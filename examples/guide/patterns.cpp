// SPDX-License-Identifier: BSD-3-Clause
// The code of docs/patterns.md and docs/security.md.
#include <cstdlib>
#include <string>

#include "check.h"
#include <retort/app/dispatcher_middleware.h>
#include <retort/app/kept_context.h>
#include <retort/crypto/digest.h>
#include <retort/fiber/fiber.h>
#include <retort/http/accept.h>
#include <retort/http/path.h>
#include <retort/retort.h>
#include <retort/routing/map.h>
#include <retort/testing/client.h>
#include <unistd.h>

using namespace retort;

namespace guide {

// An extension: an object that serves any number of apps.
class Greeter {
 public:
  void init_app(App& app) {
    app.config.setdefault("GREETING", "Hello");
    app.extensions["greeter"] = this;
    app.get("/greet/<name>", "greet", [](const std::string& name) {
      return current_app->extensions.get<Greeter*>("greeter")->greet(name);
    });
  }
  std::string greet(const std::string& name) const {
    return current_app->config.get<std::string>("GREETING") + ", " + name;
  }
};
Greeter greeter;

App create_app(std::string_view config_name) {
  App app{"shop"};
  app.config.from_prefixed_env();
  if (config_name == "testing") app.config.from_mapping({{"TESTING", true}, {"SECRET_KEY", "for tests"}});
  greeter.init_app(app);
  return app;
}

void dispatch_by_host(App& site, App& api) {
  site.wrap([&api](Handler& next, Request& request, Response& response) {
    Handler& app = request.host == "api.example.com" ? static_cast<Handler&>(api) : next;
    app.handle(request, response);
  });
}

void languages(App& app) {
  app.url_value_preprocessor([](std::string_view, Value& values) {
    if (!values.contains("lang_code")) return;
    g["lang_code"] = values["lang_code"].str();
    values.erase("lang_code");
  });
  app.url_defaults([](std::string_view endpoint, Value& values) {
    if (values.contains("lang_code") || !g.contains("lang_code")) return;
    const App& app = current_app;
    if (app.url_map().is_endpoint_expecting(endpoint, {"lang_code"}))
      values.set("lang_code", g.get<std::string>("lang_code"));
  });
  app.add_url_rule("/<lang_code>/about", "about", [] { return url_for("about"); });
}

bool allowed_file(std::string_view filename) {
  for (const std::string_view ending : {".txt", ".pdf", ".png", ".jpg"}) {
    if (filename.ends_with(ending)) return true;
  }
  return false;
}

void uploads(App& app, const std::string& folder) {
  app.config["MAX_CONTENT_LENGTH"] = 16 * 1000 * 1000;
  app.config["UPLOAD_FOLDER"] = folder;
  app.post("/upload", "upload", [] {
    const FileStorage& file = request->files["file"];
    const std::string name = http::secure_filename(file.filename);
    if (!allowed_file(name)) abort(400, "This kind of file is not taken.");
    file.save(current_app->config.get<std::string>("UPLOAD_FOLDER") + "/" + name);
    return redirect(url_for("download", {{"name", name}}));
  });
  app.get("/uploads/<name>", "download", [](const std::string& name) {
    return send_from_directory(current_app->config.get<std::string>("UPLOAD_FOLDER"), name);
  });
}

void streams(App& app) {
  app.get("/large.csv", "large_csv", [] {
    Response response;
    response.set_mimetype("text/csv");
    response.set_stream([](BodyWriter& body) {
      for (int row = 1; row <= 3; ++row) body.write(std::to_string(row) + ",x\n");
    });
    return response;
  });
  app.get("/count", "count", [] {
    return [i = 0]() mutable -> std::optional<std::string> {
      if (i == 3) return {};
      return std::to_string(++i);
    };
  });
}

template <class R, class... A>
auto login_required(R (*view)(A...)) {
  return [view](A... arguments) -> Response {
    if (!session.contains("user")) return redirect(url_for("login", {{"next", request->path}}));
    return make_response(view(std::forward<A>(arguments)...));
  };
}

std::string secret_page(const std::string& name) { return "The secret of " + name; }

void decorators(App& app) {
  app.get("/secret/<name>", "secret_page", login_required(secret_page));
  app.get("/login", "login", [] { return "Please log in."; });
}

void messages(App& app) {
  app.post("/settings", "save_settings", [] {
    flash("Your settings were saved.", "success");
    return redirect(url_for("settings"));
  });
  app.get("/settings", "settings", [] {
    return render_template_string(
        "{% for category, message in get_flashed_messages(with_categories=true) %}"
        "<p class=\"{{ category }}\">{{ message }}</p>{% endfor %}");
  });
}

App create_single_page_app() {
  App app{"chat", {.static_folder = "spa", .static_url_path = "/app"}};
  app.get("/heartbeat", "heartbeat", [] { return json({{"status", "healthy"}}); });
  app.get("/", "index", [] { return current_app->send_static_file("index.html"); });
  app.get("/<path:path>", "catch_all",
          [](std::string_view) { return current_app->send_static_file("index.html"); });
  app.get("/favicon.ico", "favicon", [] { return current_app->send_static_file("favicon.ico"); });
  return app;
}

std::string detect_language() {
  const std::string_view chosen = request->cookies.get("user_lang", "");
  if (!chosen.empty()) return std::string(chosen);
  const std::string language(request->accept_languages->best_match({"en", "de"}).value_or("en"));
  after_this_request([language](Response& response) { response.set_cookie("user_lang", language); });
  return language;
}

void deferred(App& app) {
  app.before_request([] { g["language"] = detect_language(); });
  app.get("/language", "language", [] { return g.get<std::string>("language"); });
}

void method_override(App& app) {
  app.wrap([](Handler& next, Request& request, Response& response) {
    const std::string_view method = request.headers.get("X-HTTP-Method-Override", "");
    if (request.method == POST && (method == PUT || method == PATCH || method == DELETE))
      request.method = method;
    next.handle(request, response);
  });
  app.delete_("/thing", "delete_thing", [] { return status(204); });
}

void checksums(App& app) {
  app.before_request([]() -> std::optional<Response> {
    const std::string_view sent = request->headers.get("X-Content-SHA256", "");
    if (sent.empty()) return {};
    const std::string found = crypto::to_hex(crypto::digest(crypto::Digest::sha256, request->get_data()));
    if (found != sent) abort(400, "The body is not what the checksum says.");
    return {};
  });
  app.post("/note", "note", [] { return request->form["text"]; });
}

void numbers(App& app) {
  app.get("/add", "add_numbers", [] {
    return json({{"result", request->args.get<int>("a", 0) + request->args.get<int>("b", 0)}});
  });
}

void background(App& app) {
  app.post("/report", "start_report", [] {
    fiber::spawn(copy_current_request_context([] { fiber::blocking([] { return 42; }); }));
    return status(202);
  });
}

}  // namespace guide

namespace {

void check_small_patterns(guide::Checks& check) {
  App app = guide::create_app("testing");
  guide::languages(app);
  guide::streams(app);
  guide::decorators(app);
  guide::messages(app);
  guide::deferred(app);
  guide::method_override(app);
  guide::checksums(app);
  guide::numbers(app);
  guide::background(app);
  TestClient client = app.test_client();
  check.equal(client.get("/greet/ada").text(), "Hello, ada", "an extension");
  check.equal(client.get("/de/about").text(), "/de/about", "a language code");
  check.equal(client.get("/large.csv").text(), "1,x\n2,x\n3,x\n", "a stream");
  check.equal(client.get("/large.csv").mimetype(), "text/csv", "a stream's type");
  check.equal(client.get("/count").text(), "123", "a generator");
  check.equal(client.get("/secret/ada").location(), "/login?next=/secret/ada", "nobody logged in");
  client.session_transaction([](Session& session) { session["user"] = "ada"; });
  check.equal(client.get("/secret/ada").text(), "The secret of ada", "somebody logged in");
  check.equal(client.post("/settings", {.follow_redirects = true}).text(),
              "<p class=\"success\">Your settings were saved.</p>", "a flashed message");
  client.delete_cookie("user_lang");
  check.equal(client.get("/language", {.headers = {{"Accept-Language", "de"}}}).text(), "de", "a language");
  check.equal(client.get("/language", {.headers = {{"Accept-Language", "en"}}}).text(), "de",
              "kept in a cookie");
  check.equal(client.post("/thing", {.headers = {{"X-HTTP-Method-Override", "DELETE"}}}).status_code, 204,
              "a method in a header");
  check.equal(client.get("/thing", {.headers = {{"X-HTTP-Method-Override", "DELETE"}}}).status_code, 405,
              "not on GET");
  check.equal(client.get("/add?a=1&b=2").text(), "{\"result\":3}\n", "numbers");
  check.equal(client.post("/report").status_code, 202, "background work");
  // sha256 of "text=hello"
  const std::string sum = crypto::to_hex(crypto::digest(crypto::Digest::sha256, "text=hello"));
  check.equal(
      client.post("/note", {.form = {{"text", "hello"}}, .headers = {{"X-Content-SHA256", sum}}}).text(),
      "hello", "the right checksum");
  check.equal(
      client.post("/note", {.form = {{"text", "hullo"}}, .headers = {{"X-Content-SHA256", sum}}}).status_code,
      400, "a wrong checksum");
}

void check_uploads(guide::Checks& check) {
  char folder[] = "/tmp/retort-guide-XXXXXX";
  if (!mkdtemp(folder)) return check.equal(0, 1, "a temporary folder");
  App app = guide::create_app("testing");
  guide::uploads(app, folder);
  TestClient client = app.test_client();
  check.equal(client.post("/upload", {.files = {{"file", "x.exe", "x"}}}).status_code, 400, "a wrong file");
  const TestResponse kept =
      client.post("/upload", {.files = {{"file", "../../x.txt", "some text"}}, .follow_redirects = true});
  check.equal(kept.text(), "some text", "an upload");
  check.equal(kept.request.path(), "/uploads/x.txt", "an upload's name");
  unlink((std::string(folder) + "/x.txt").c_str());
  rmdir(folder);
}

void check_several_apps(guide::Checks& check) {
  App api{"api"};
  api.get("/", "index", [] { return "the api at " + url_for("index"); });
  App site = guide::create_app("testing");
  site.get("/", "index", [] { return "the site"; });
  site.wrap<DispatcherMiddleware>(Mounts{{"/api", &api}});
  guide::dispatch_by_host(site, api);
  TestClient client = site.test_client();
  check.equal(client.get("/").text(), "the site", "the site");
  check.equal(client.get("/api/").text(), "the api at /api/", "below a prefix");
  check.equal(client.get("/", {.base_url = "http://api.example.com"}).text(), "the api at /", "by its host");
}

void check_single_page(guide::Checks& check) {
  App app = guide::create_single_page_app();
  TestClient client = app.test_client();
  check.equal(client.get("/heartbeat").text(), "{\"status\":\"healthy\"}\n", "the API of a single page app");
  check.equal(client.get("/any/where").text().substr(0, 15), "<!doctype html>", "the single page");
  check.equal(client.get("/favicon.ico").mimetype(), "image/vnd.microsoft.icon", "the icon");
}

}  // namespace

int main() {
  guide::Checks check;
  check_small_patterns(check);
  check_uploads(check);
  check_several_apps(check);
  check_single_page(check);
  return check.failures();
}
