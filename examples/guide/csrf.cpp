// SPDX-License-Identifier: BSD-3-Clause
// The code of docs/csrf.md.
#include <string>

#include "check.h"
#include <retort/ext/wtf/csrf.h>
#include <retort/ext/wtf/validation_error.h>
#include <retort/retort.h>
#include <retort/testing/client.h>

using namespace retort;

namespace shop {

// A page that posts by a form and by a script.
constexpr std::string_view kCart = R"(<!doctype html>
<html lang="en">
<head>
  <title>Cart</title>
  {{ csrf_meta_tag() }}
</head>
<body>
  <form method="post" action="/buy">
    <input type="hidden" name="csrf_token" value="{{ csrf_token() }}">
    <button>Buy</button>
  </form>
  <button id="add">Add a book</button>
  <p id="said" role="status"></p>
  <script src="/cart.js"></script>
</body>
</html>
)";

constexpr std::string_view kScript = R"(
let token = document.querySelector('meta[name="csrf-token"]').content;

async function post(url, data) {
  const send = () => fetch(url, {
    method: "POST",
    headers: {"Content-Type": "application/json", "X-CSRFToken": token},
    body: JSON.stringify(data),
  });
  let answer = await send();
  if (answer.status === 403) {  // the page has been open for longer than the token lives
    token = (await (await fetch("/csrf-token")).json()).csrf_token;
    answer = await send();
  }
  return answer;
}

document.querySelector("#add").addEventListener("click", async () => {
  const answer = await post("/cart", {ware: 7});
  document.querySelector("#said").textContent = await answer.text();
});
)";

wtf::CSRFProtect csrf;

std::string webhook() { return "thank you"; }

void configure(App& app) {
  app.config["SECRET_KEY"] = "from the environment, in earnest";
  app.config["WTF_CSRF_TIME_LIMIT"] = 4 * 3600;
  csrf.init_app(app);
}

void add_pages(App& app) {
  app.get("/", "index", [] { return render_template_string(kCart); });
  app.get("/cart.js", "script", [] {
    Response script = make_response(kScript);
    script.set_content_type("text/javascript");
    return script;
  });
  app.get("/csrf-token", [] { return json({{"csrf_token", wtf::generate_csrf()}}); });
  app.post("/buy", "buy", [] { return "bought"; });
  app.post("/cart", "cart", [](Request& request) { return "added " + request.json()["ware"].str(); });
}

void explain(App& app) {
  app.errorhandler<wtf::CSRFError>([](const wtf::CSRFError& error) {
    return std::pair{render_template_string("<p>This page was open for too long, or was not ours: "
                                            "<a href=\"/\">load it again</a>. ({{ why }})</p>",
                                            {{"why", error.description()}}),
                     403};
  });
}

void exempt(App& app) {
  Blueprint api{"api"};
  api.post("/orders", "orders", [] { return "ordered"; });
  app.post<webhook>("/webhook");
  app.post("/ping", "ping", [] { return "pong"; });

  csrf.exempt<webhook>();  // a function
  csrf.exempt("ping");     // an endpoint
  csrf.exempt(api);        // a blueprint, and what is nested in it
  app.register_blueprint(api, {.url_prefix = "/api"});
}

// Checks only those who have a session: others come with a key of their own.
void check_sometimes(App& app) {
  app.config["WTF_CSRF_CHECK_DEFAULT"] = false;
  app.before_request([](Request& request) {
    if (!request.headers.contains("Authorization")) csrf.protect_unless_exempt();
  });
}

void rotate_keys(App& app) {
  app.config["WTF_CSRF_SECRET_KEY"] = "new";
  app.config["WTF_CSRF_SECRET_KEY_FALLBACKS"] = Value::list({"the one before"});
}

// For a token that comes some other way.
void check_by_hand(App& app) {
  app.get("/unsubscribe", "unsubscribe", [] {
    try {
      wtf::validate_csrf(request->args.get("token", ""), {.time_limit = 86400});
    } catch (const wtf::ValidationError& error) {
      return error.message();
    }
    return std::string("unsubscribed");
  });
}

}  // namespace shop

namespace {

void check_pages(guide::Checks& check) {
  App app{"shop"};
  shop::configure(app);
  shop::add_pages(app);
  shop::explain(app);
  shop::exempt(app);
  shop::rotate_keys(app);
  shop::check_by_hand(app);
  TestClient client(app);
  const std::string page = client.get("/").text();
  const TestResponse fresh = client.get("/csrf-token");
  const std::string token = fresh.json()["csrf_token"].str();
  check.equal(page.find("<meta name=\"csrf-token\" content=\"") != page.npos, true, "the meta tag");
  check.equal(page.find("{{") == page.npos, true, "the page");
  check.equal(fresh.headers.get("Cache-Control", ""), "private", "caches");
  check.equal(client.get("/cart.js").content_type(), "text/javascript", "the script");
  check.equal(client.post("/buy", {.form = {{"csrf_token", token}}}).text(), "bought", "a form");
  check.equal(client.post("/cart", {.json = json({{"ware", 7}}), .headers = {{"X-CSRFToken", token}}}).text(),
              "added 7", "a script");
  check.equal(client.post("/cart", {.json = json({{"ware", 7}})}).status_code, 403, "no token");
  check.equal(client.post("/buy").text(),
              "<p>This page was open for too long, or was not ours: <a href=\"/\">load it again</a>. "
              "(The CSRF token is missing.)</p>",
              "explained");
  for (const char* path : {"/webhook", "/ping", "/api/orders"})
    check.equal(client.post(path).status_code, 200, path);
  check.equal(client.get("/unsubscribe", {.query_string = {{"token", token}}}).text(), "unsubscribed",
              "by hand");
  check.equal(client.get("/unsubscribe").text(), "The CSRF token is missing.", "by hand, without a token");
}

void check_sometimes(guide::Checks& check) {
  App app{"shop"};
  shop::configure(app);
  shop::add_pages(app);
  shop::check_sometimes(app);
  TestClient client(app);
  check.equal(client.post("/buy").status_code, 400, "checked");
  check.equal(client.post("/buy", {.headers = {{"Authorization", "Bearer x"}}}).status_code, 200,
              "not checked");
}

void check_turned_off(guide::Checks& check) {
  App app{"shop"};
  shop::configure(app);
  shop::add_pages(app);
  app.config["WTF_CSRF_ENABLED"] = false;
  check.equal(TestClient(app).post("/buy").text(), "bought", "turned off for tests");
}

}  // namespace

int main() {
  guide::Checks check;
  check_pages(check);
  check_sometimes(check);
  check_turned_off(check);
  return check.failures();
}
