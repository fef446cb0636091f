// SPDX-License-Identifier: BSD-3-Clause
#include "app.h"

#include <cstdlib>

#include "blueprints/blueprints.h"
#include "config.h"
//[db]
#include "models.h"
#include <retort/ext/migrate/migrate.h>
//[/db]
#include <retort/retort.h>

namespace project_name {

using namespace retort;

namespace {

void configure(App& app, std::string_view config_name) {
  app.config.add_object<DevelopmentConfig>("development");
  app.config.add_object<TestingConfig>("testing");
  app.config.add_object<ProductionConfig>("production");
  const char* environment = std::getenv("APP_ENV");
  if (config_name.empty()) config_name = environment ? environment : "development";
  app.config.from_object(config::named(config_name));
  if (config_name != "testing") app.config.from_prefixed_env();
}

/// Every error is JSON.
void add_errors(App& app) {
  const auto answer = [](const HTTPException& error) {
    return tuple{json({{"error", error.name()}, {"message", error.description()}}), error.code(),
                 error.headers()};
  };
  for (const int code : {400, 401, 403, 404, 405, 409, 413, 415, 429, 500}) app.errorhandler(code, answer);
}

}  // namespace

App create_app(std::string_view config_name) {
  App app{"project_name"};
  configure(app, config_name);
  //[db]
  db.init_app(app);
  migrate::Migrate().init_app(app, db, {.directory = app.config.root_path() + "/migrations"});
  //[/db]
  app.get("/health", "health", [] { return json({{"status", "ok"}}); });
  app.register_blueprint(notes_blueprint(), {.url_prefix = "/api/notes"});
  add_errors(app);
  return app;
}

}  // namespace project_name
