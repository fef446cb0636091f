// SPDX-License-Identifier: BSD-3-Clause
// The application factory: it makes the app, loads its settings, registers its blueprints. It
// is also what the tutorial's pitfalls come back to: no circular imports, no secrets in the
// source, and another app for each test.
#include "config.h"
#include "tour.h"

using namespace retort;

App create_app(std::string_view config_name) {
  App app{"tour"};

  // Load configuration
  if (config_name == "testing") {
    app.config.from_object(TestingConfig{});
  } else if (config_name == "production") {
    app.config.from_object(ProductionConfig{});
  } else {
    app.config.from_object(DevelopmentConfig{});
  }
  if (std::getenv("APP_CONFIG_FILE")) app.config.from_envvar("APP_CONFIG_FILE");

  // Register blueprints
  app.register_blueprint(main_blueprint());
  app.register_blueprint(auth_blueprint(), {.url_prefix = "/auth"});

  add_routes(app);
  add_requests(app);
  add_responses(app);
  add_pages(app);
  add_errors(app);
  return app;
}

Blueprint main_blueprint() {
  Blueprint bp{"main"};
  bp.get("/welcome", "welcome", [] { return "Welcome"; });
  return bp;
}

Blueprint auth_blueprint() {
  Blueprint bp{"auth"};
  bp.get("/login", "login", [] { return "Please log in"; });
  return bp;
}

void add_log_file(App& app, const std::string& path) {
  if (app.debug()) return;
  app.logger.add_rotating_file(path, 10240, 10, LogLevel::info);
  app.logger.set_level(LogLevel::info);
  app.logger.info("Application startup");
}
