// SPDX-License-Identifier: BSD-3-Clause
// The models of app.py, with the commands of `db`.
#include "retort/app/app.h"

#include <cstdlib>
#include <optional>
#include <string>

#include "retort/base/civil_time.h"
#include "retort/base/decimal.h"
#include "retort/cli/main.h"
#include "retort/db/mapping.h"
#include "retort/ext/migrate/migrate.h"
#include "retort/ext/sqlalchemy/database.h"

namespace twin {

using namespace retort;

struct User {
  std::int32_t id = 0;
  std::string email;
  bool active = true;
  DateTime joined = {};
};
struct Post {
  std::int32_t id = 0;
  std::int32_t user_id = 0;
  std::string title;
  std::optional<std::string> body;
  std::optional<Decimal> price;
};
struct Tag {
  std::int32_t id = 0;
  std::int32_t post_id = 0;
  std::string name;
};

const auto users = db::table<User>("users", db::column<&User::email>(db::length(120), db::unique));
const auto posts =
    db::table<Post>("posts", db::column<&Post::user_id>(db::references<&User::id>().on_delete("CASCADE")),
                    db::column<&Post::title>(db::length(80), db::indexed),
                    db::column<&Post::body>(db::as_text), db::column<&Post::price>(db::numeric(10, 2)));
const auto tags = db::table<Tag>("tags", db::column<&Tag::post_id>(db::references<&Post::id>()),
                                 db::column<&Tag::name>(db::length(30)));

db::Database db{db::NamingConvention{.uq = "uq_%(table_name)s_%(column_0_name)s",
                                     .fk = "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
                                     .pk = "pk_%(table_name)s"}};
migrate::Migrate migrations;

App create_app() {
  App app{"twin"};
  app.config["SQLALCHEMY_DATABASE_URI"] = std::getenv("TWIN_URL");
  db.init_app(app);
  migrations.init_app(app, db, {.directory = std::getenv("TWIN_MIGRATIONS")});
  return app;
}

}  // namespace twin

int main(int argc, char** argv) { return retort::main(twin::create_app, argc, argv); }
