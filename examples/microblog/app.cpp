// SPDX-License-Identifier: BSD-3-Clause
// The application factory.
#include <cstdlib>

#include "microblog.h"
#include <retort/crypto/random.h>
#include <retort/db/view.h>
#include <retort/ext/migrate/migrate.h>

namespace microblog {
namespace {

std::string from_environment(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value && *value ? value : otherwise;
}

}  // namespace

App create_app(const Value& config) {
  App app{"microblog"};
  app.config["SECRET_KEY"] = from_environment("SECRET_KEY", crypto::random_token());
  app.config["SQLALCHEMY_DATABASE_URI"] = from_environment("DATABASE_URL", "sqlite:///microblog.db");
  app.config["SESSION_COOKIE_SAMESITE"] = "Lax";
  app.config["POSTS_PER_PAGE"] = 20;
  for (const auto& [key, value] : config.entries()) app.config[key.as_string()] = value;
  db.init_app(app);
  migrate::Migrate().init_app(app, db, {.directory = app.config.root_path() + "/migrations"});

  app.register_blueprint(auth_blueprint(), {.url_prefix = "/auth"});
  app.register_blueprint(main_blueprint());
  app.register_blueprint(people_blueprint());
  app.register_blueprint(api_blueprint(), {.url_prefix = "/api"});
  add_error_pages(app);
  add_filters(app);
  app.context_processor([] { return Value::dict({{"current_user", current_user()}}); });
  app.template_global("csrf_token", &csrf_token);
  return app;
}

}  // namespace microblog
