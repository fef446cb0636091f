// SPDX-License-Identifier: BSD-3-Clause
// The code that docs/testing.md quotes; a test by itself, with plain asserts.
#undef NDEBUG
#include <cassert>

#include <retort/app/session.h>
#include <retort/retort.h>
#include <retort/testing/cli_runner.h>
#include <retort/testing/client.h>

using namespace retort;

App create_app() {
  App app{"guide"};
  app.config["SECRET_KEY"] = "test";
  app.get("/", "index", [] { return "Hello"; });
  app.get("/me", "me", [] { return session.get("user_id", Value("nobody")).str(); });
  app.post("/login", "login", [](Request& request) {
    session["user_id"] = std::string(request.form["name"]);
    return redirect(url_for("me"));
  });
  app.post("/upload", "upload", [](Request& request) { return request.files["photo"].filename; });
  app.get("/stream", "stream",
          [] { return stream([](BodyWriter& out) { out.write("one"), out.write("two"); }); });
  return app;
}

void requests() {
  App app = create_app();
  TestClient client = app.test_client();
  const TestResponse page = client.get("/", {.query_string = {{"page", 2}, {"tag", {"a", "b"}}}});
  assert(page.status_code == 200);
  assert(page.request.target == "/?page=2&tag=a&tag=b");
  assert(page.text() == "Hello");

  client.post("/upload", {.form = {{"title", "x"}}, .files = {{"photo", "x.png", "...", "image/png"}}});
  client.post("/", {.json = json({{"name", "ada"}})});
  client.get("/", {.headers = {{"X-Token", "t"}}, .auth = http::Authorization::basic("ada", "secret")});
  client.get("/", {.base_url = "https://api.example.com/mounted", .remote_addr = "10.0.0.1"});
  client.post("/", {.chunks = {"a body ", "without a length"}, .content_type = "text/plain"});
}

void redirects() {
  App app = create_app();
  TestClient client = app.test_client();
  const auto me = client.post("/login", {.form = {{"name", "ada"}}, .follow_redirects = true});
  assert(me.history.size() == 1 && me.history[0].location() == "/me");
  assert(me.request.path() == "/me");
  assert(me.text() == "ada");
}

void sessions() {
  App app = create_app();
  TestClient client = app.test_client();
  client.session_transaction([](Session& session) { session["user_id"] = "grace"; });
  assert(client.get("/me").text() == "grace");
  assert(client.get_cookie("session")->http_only);
  client.set_cookie("theme", "dark", {.path = "/me"});
}

void contexts() {
  App app = create_app();
  TestClient client = app.test_client();
  {
    const auto open = client.preserve_context();
    client.post("/login", {.form = {{"name", "ada"}}, .follow_redirects = true});
    assert(session["user_id"] == "ada");
    assert(request->path == "/me");
  }
  const auto context = app.test_request_context("/?name=ada");
  assert(request->args["name"] == "ada");
  assert(url_for("me") == "/me");
}

void streams() {
  App app = create_app();
  TestClient client = app.test_client();
  assert(client.get("/stream").pieces.size() == 2);
  // The client goes away after the first piece.
  const auto part = client.stream("GET", "/stream", {}, [](std::string_view) { return false; });
  assert(part.text() == "one");
}

void commands() {
  const CliRunner runner([](int argc, char** argv) { return retort::main(create_app, argc, argv); });
  const CliResult help = runner.invoke({"--help"});
  assert(help.exit_code == 0);
  assert(help.output.find("serve") != std::string::npos);
}

int main() {
  requests();
  redirects();
  sessions();
  contexts();
  streams();
  commands();
}
