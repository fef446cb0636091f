// SPDX-License-Identifier: BSD-3-Clause
// What docs/migrations.md quotes: a program with the commands of `db`.
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>

#include <retort/db/mapping.h>
#include <retort/ext/migrate/migrate.h>
#include <retort/ext/sqlalchemy/database.h>
#include <retort/retort.h>

namespace blog {

using namespace retort;

struct User {
  std::int64_t id = 0;
  std::string email;
  std::optional<std::string> about;
};

inline const auto users =
    db::table<User>("users", db::column<&User::email>(db::length(120), db::unique, db::indexed));

db::Database db{db::NamingConvention{.uq = "uq_%(table_name)s_%(column_0_name)s",
                                     .ck = "ck_%(table_name)s_%(constraint_name)s",
                                     .fk = "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s"}};
migrate::Migrate migrations;

App create_app() {
  App app{"blog"};
  app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///blog.db";
  app.config.from_prefixed_env();
  db.init_app(app);
  migrations.init_app(app, db);
  return app;
}

}  // namespace blog

int main(int argc, char** argv) { return retort::main(blog::create_app, argc, argv); }
