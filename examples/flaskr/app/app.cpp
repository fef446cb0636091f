// SPDX-License-Identifier: BSD-3-Clause
// The application factory.
#include "app/app.h"

#include <string>

#include "app/api/blueprint.h"
#include "app/api/tokens.h"
#include "app/auth/blueprint.h"
#include "app/commands.h"
#include "app/config.h"
#include "app/errors.h"
#include "app/filters.h"
#include "app/main/blueprint.h"
#include "app/models/models.h"
#include <retort/app/proxy_fix.h>

namespace flaskr {
namespace {

void configure(App& app, std::string_view config_name) {
  app.config.add_object<DevelopmentConfig>("development");
  app.config.add_object<TestingConfig>("testing");
  app.config.add_object<TestingCsrfConfig>("testing-csrf");
  app.config.add_object<ProductionConfig>("production");
  const std::string name = from_environment("FLASK_ENV", "development");
  app.config.from_object(config::named(config_name.empty() ? name : config_name));
  if (!app.testing()) app.config.from_prefixed_env();
  if (!app.config.get("SECRET_KEY").truthy())
    throw SetupError("SECRET_KEY is not set: give it to the program's environment, or write it into .env");
}

// What browsers are told of every page: nothing from elsewhere runs in it, or shows it in a frame.
// The debugger's pages and LiveReload have scripts of their own.
void add_security_headers(App& app) {
  if (app.debug()) return;
  app.after_request([](Response& response) {
    response.headers["Content-Security-Policy"] =
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; "
        "base-uri 'none'";
    response.headers["X-Content-Type-Options"] = "nosniff";
    response.headers["Referrer-Policy"] = "same-origin";
  });
}

void set_up_login(App& app) {
  login_manager.login_view = "auth.login";
  login_manager.blueprint_login_views["api"] = "";  // 401: programs want no page
  login_manager.login_message_category = "info";
  login_manager.refresh_view = "auth.confirm";
  login_manager.needs_refresh_message_category = "info";
  login_manager.user_loader([](std::int64_t id) { return db.session().get<User>(id); });
  login_manager.request_loader(&user_of_token);
  login_manager.init_app(app);
}

}  // namespace

// Run it in the project's folder: what belongs to the deployment is in instance/ below it, the
// schema's history in migrations/.
App create_app(std::string_view config_name) {
  App app{"flaskr", {.instance_path = "instance"}};
  configure(app, config_name);

  db.init_app(app);
  migrate.init_app(app, db);
  set_up_login(app);
  csrf.init_app(app);
  wtf::init_app(app);

  app.register_blueprint(main_blueprint());
  app.register_blueprint(auth_blueprint(), {.url_prefix = "/auth"});
  app.register_blueprint(api_blueprint(), {.url_prefix = "/api/v1"});
  add_error_pages(app);
  add_filters(app);
  add_commands(app);
  add_security_headers(app);

  const auto proxies = app.config.get<int>("PROXIES");
  if (proxies > 0)
    app.wrap<ProxyFix>(ProxyFixOptions{.x_for = proxies, .x_proto = proxies, .x_host = proxies});
  return app;
}

}  // namespace flaskr
