// SPDX-License-Identifier: BSD-3-Clause
// The code of docs/blueprints.md.
#include <string>

#include "check.h"
#include <retort/retort.h>
#include <retort/testing/client.h>

using namespace retort;

namespace guide {

std::string login() { return "Please log in."; }
Response logout() { return redirect(url_for(".login")); }

Blueprint auth_blueprint() {
  Blueprint bp{"auth", {.url_prefix = "/auth"}};
  bp.route<login>("/login", {GET, POST});
  bp.get<logout>("/logout");
  return bp;
}

Blueprint pages_blueprint() {
  Blueprint bp{"pages"};
  bp.get("/<page>", "show",
         [](const std::string& page) { return page + " of " + std::string(request->blueprint); });
  return bp;
}

void register_them(App& app) {
  app.register_blueprint(auth_blueprint());
  const Blueprint pages = pages_blueprint();
  app.register_blueprint(pages, {.url_prefix = "/help"});
  app.register_blueprint(pages, {.url_prefix = "/legal", .name = "legal"});
}

Blueprint admin_blueprint() {
  Blueprint admin{
      "admin",
      {.url_prefix = "/admin", .template_folder = "admin/templates", .static_folder = "admin/static"}};
  admin.get("/", "index", [] { return render_template("admin/index.html"); });
  return admin;
}

Blueprint shop_blueprint() {
  Blueprint orders{"orders", {.url_prefix = "/orders"}};
  orders.get("/<int:id>", "show", [](std::int64_t) { return url_for(".show", {{"id", 8}}); });
  Blueprint shop{"shop", {.url_prefix = "/shop"}};
  shop.register_blueprint(orders);
  return shop;
}

Blueprint language_blueprint() {
  Blueprint bp{"frontend", {.url_prefix = "/<lang_code>"}};
  bp.url_value_preprocessor([](std::string_view, Value& values) {
    g["lang_code"] = values["lang_code"].str();
    values.erase("lang_code");
  });
  bp.url_defaults([](std::string_view, Value& values) {
    if (!values.contains("lang_code")) values.set("lang_code", g.get<std::string>("lang_code"));
  });
  bp.get("/about", "about", [] { return url_for(".about"); });
  return bp;
}

Blueprint api_blueprint() {
  Blueprint api{"api", {.url_prefix = "/api"}};
  api.before_request([]() -> std::optional<Response> {
    if (request->headers.get("X-Token", "") == "secret") return {};
    return make_response(json({{"error", "a token is needed"}}), 401);
  });
  api.after_request([](Response& response) { response.headers["Cache-Control"] = "no-store"; });
  api.get("/items/<int:id>", "item", [](std::int64_t id) -> std::optional<json> {
    if (id != 1) return {};
    return json({{"id", id}});
  });
  api.errorhandler(404, [] { return pair{json({{"error", "no such item"}}), 404}; });
  return api;
}

Blueprint site_blueprint() {
  Blueprint site{"site"};
  site.before_app_request([] { g["theme"] = "dark"; });
  site.app_context_processor([] { return Value::dict({{"year", 2026}}); });
  site.app_template_filter("shout", [](const std::string& text) { return text + "!"; });
  site.app_errorhandler(404, [](const HTTPException&) { return pair{"Nothing is here.", 404}; });
  return site;
}

Blueprint counting_blueprint() {
  Blueprint bp{"counting"};
  bp.record_once([](App& app) { app.config.setdefault("COUNT_FROM", 1); });
  bp.record([](App& app) { app.logger.debug("counting is registered with " + app.name()); });
  bp.get("/count", "count", [] { return std::to_string(current_app->config.get<int>("COUNT_FROM")); });
  return bp;
}

App create_app_with_subdomains() {
  App app{"shop", {.subdomain_matching = true}};
  app.config["SERVER_NAME"] = "example.com";
  Blueprint status{"status", {.subdomain = "status"}};
  status.get("/", "index", [] { return url_for("status.index", {}, {.external = true}); });
  app.register_blueprint(status);
  return app;
}

App create_app() {
  App app{"guide"};
  register_them(app);
  app.register_blueprint(admin_blueprint());
  app.register_blueprint(shop_blueprint());
  app.register_blueprint(language_blueprint(), {.name = "languages"});
  app.register_blueprint(api_blueprint());
  app.register_blueprint(site_blueprint());
  app.register_blueprint(counting_blueprint());
  app.get("/year", "year", [] { return render_template_string("{{ year }} {{ g.theme|shout }}"); });
  return app;
}

}  // namespace guide

int main() {
  guide::Checks check;
  App app = guide::create_app();
  TestClient client = app.test_client();
  check.equal(client.get("/auth/login").text(), "Please log in.", "a blueprint's view");
  check.equal(client.get("/auth/logout").location(), "/auth/login", "a relative endpoint");
  check.equal(client.get("/help/faq").text(), "faq of pages", "registered once");
  check.equal(client.get("/legal/terms").text(), "terms of legal", "registered twice");
  const TestResponse admin = client.get("/admin/");
  check.equal(admin.text(), "<link rel=\"stylesheet\" href=\"/admin/static/admin.css\">\n<h1>Admin</h1>",
              "a template folder");
  check.equal(client.get("/admin/static/admin.css").mimetype(), "text/css", "a static folder");
  check.equal(client.get("/shop/orders/7").text(), "/shop/orders/8", "a nested blueprint");
  check.equal(client.get("/de/about").text(), "/de/about", "a language code");
  check.equal(client.get("/api/items/1").status_code, 401, "a blueprint's before_request");
  const TestResponse item = client.get("/api/items/2", {.headers = {{"X-Token", "secret"}}});
  check.equal(item.text(), "{\"error\":\"no such item\"}\n", "a blueprint's error handler");
  check.equal(item.headers.get("Cache-Control", ""), "no-store", "a blueprint's after_request");
  check.equal(client.get("/year").text(), "2026 dark!", "app-wide hooks");
  check.equal(client.get("/api/nothing/at/all").text(), "Nothing is here.", "an app-wide error handler");
  check.equal(client.get("/count").text(), "1", "recorded functions");

  App shop = guide::create_app_with_subdomains();
  TestClient visitor = shop.test_client();
  check.equal(visitor.get("/", {.subdomain = "status"}).text(), "http://status.example.com/", "a subdomain");
  check.equal(visitor.get("/").status_code, 404, "no subdomain");
  return check.failures();
}
