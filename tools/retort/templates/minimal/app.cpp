// SPDX-License-Identifier: BSD-3-Clause
#include "app.h"

#include <cstdlib>

#include "config.h"
//[db]
#include "models.h"
#include <retort/ext/migrate/migrate.h>
//[/db]
#include <retort/retort.h>

namespace project_name {

using namespace retort;

App create_app(std::string_view config_name) {
  App app{"project_name"};
  app.config.add_object<DevelopmentConfig>("development");
  app.config.add_object<TestingConfig>("testing");
  app.config.add_object<ProductionConfig>("production");
  const char* environment = std::getenv("APP_ENV");
  if (config_name.empty()) config_name = environment ? environment : "development";
  app.config.from_object(config::named(config_name));
  if (config_name != "testing") app.config.from_prefixed_env();
  //[db]
  db.init_app(app);
  migrate::Migrate().init_app(app, db, {.directory = app.config.root_path() + "/migrations"});
  app.get("/notes", "notes", [] {
    Value out = Value::list();
    for (const auto& note : all_notes()) out.push_back(note->body);
    return json(out);
  });
  //[/db]

  app.get("/", "index", [] { return render_template("index.html"); });
  return app;
}

}  // namespace project_name
