// SPDX-License-Identifier: BSD-3-Clause
#include "retort/migrate/compare.h"

#include <optional>

#include "tests/support/postgresql_server.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/db/ddl.h"
#include "retort/db/engine.h"
#include "retort/migrate/commands.h"
#include "retort/migrate/migrator.h"

namespace retort::migrate {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Kind = db::ColumnType::Kind;

db::Column column(std::string name, db::ColumnType type, bool nullable = true,
                  std::string server_default = "") {
  return {std::move(name), std::move(type), nullable, false, false, std::move(server_default)};
}
db::Column key(std::string name, Kind kind = Kind::integer) {
  return {std::move(name), {kind}, false, true, true, ""};
}

db::ColumnType color(std::vector<std::string> labels) {
  db::ColumnType type{Kind::enumeration};
  type.name = "color";
  type.labels = std::move(labels);
  return type;
}

db::MetaData before() {
  db::Table users{
      "users",
      {key("id"), column("email", {Kind::string, 120}, false), column("age", {Kind::integer}, true, "18"),
       column("color", color({"red", "green"})), column("price", {Kind::numeric, 0, 10, 2}),
       column("at", {Kind::datetime}, true, "CURRENT_TIMESTAMP"), column("note", {Kind::text}),
       column("data", {Kind::json}), column("raw", {Kind::large_binary}), column("uid", {Kind::uuid})}};
  users.unique_constraints.push_back({"uq_users_email", {"email"}});
  users.indexes.push_back({"ix_users_age", {"age"}, false, "age > 30"});
  db::Table posts{"posts", {key("id", Kind::big_integer), column("user_id", {Kind::integer}, false)}};
  posts.foreign_keys.push_back({"fk_posts_user", {"user_id"}, "users", {"id"}, "CASCADE", ""});
  db::MetaData out;
  out.add(users);
  out.add(posts);
  return out;
}

db::MetaData after() {
  db::Table users{
      "users",
      {key("id"), column("email", {Kind::string, 200}, true), column("age", {Kind::big_integer}, true, "21"),
       column("color", color({"red", "green", "blue"})), column("price", {Kind::numeric, 0, 12, 2}),
       column("at", {Kind::datetime}), column("remark", {Kind::text}), column("data", {Kind::json}),
       column("raw", {Kind::large_binary}), column("uid", {Kind::uuid})}};
  users.indexes.push_back({"ix_users_email", {"email"}, true, ""});
  db::Table posts{"posts",
                  {key("id", Kind::big_integer), column("user_id", {Kind::integer}, false),
                   column("tag_id", {Kind::integer})}};
  posts.foreign_keys.push_back({"fk_posts_tag", {"tag_id"}, "tags", {"id"}, "", ""});
  db::Table tags{"tags", {key("id"), column("name", {Kind::string, 20}, false, "'x'")}};
  tags.unique_constraints.push_back({"uq_tags_name", {"name"}});
  db::MetaData out;
  out.add(users);
  out.add(posts);
  out.add(tags);
  return out;
}

// There and back, by the text of a revision's file.
void compare_there_and_back(const std::string& url) {
  db::Engine engine(url);
  db::create_all(before(), *engine.connect());
  engine.execute("INSERT INTO users (email) VALUES ('a@b')");
  engine.execute("INSERT INTO posts (user_id) VALUES (1)");
  const auto now = [&](const db::MetaData& models) {
    return compare(models, db::inspect(*engine.connect()), engine.dialect());
  };
  EXPECT_THAT(now(before()).found, IsEmpty());
  const Comparison changes = now(after());
  EXPECT_THAT(changes.found, Contains("added table tags"));
  EXPECT_THAT(changes.offers, ElementsAre(HasSubstr("alter_column users note\n    rename remark")));
  Revision revision;
  revision.id = "a1";
  revision.up = changes.up;
  revision.down = changes.down;
  const Revisions all({parse_revision(revision_text(revision), "a1.migration")});
  SCOPED_TRACE(revision_text(revision));
  Migrator migrator(engine, all);
  migrator.upgrade();
  EXPECT_THAT(now(after()).found, IsEmpty());
  migrator.downgrade("base");
  const bool keeps_enums = engine.dialect().has_enum_types();
  EXPECT_THAT(now(before()).found, IsEmpty());
  EXPECT_EQ(now(before()).unseen.empty(), !keeps_enums);  // the value blue stays
  std::int64_t rows = 0;
  engine.execute("SELECT count(*) FROM users JOIN posts ON posts.user_id = users.id", {},
                 [&](const db::Row& row) {
                   rows = row.cell(0).integer;
                   return true;
                 });
  EXPECT_EQ(rows, 1);
}

TEST(Compare, GoesThereAndBackOnSqlite) { compare_there_and_back("sqlite://"); }

class ComparePostgresql : public test::PostgresqlTest {};
TEST_F(ComparePostgresql, GoesThereAndBack) { compare_there_and_back(server().create_database("compare")); }

TEST(Reflect, PrintsModels) {
  const std::string text = models_text(before());
  EXPECT_THAT(text, HasSubstr("enum class Color { red, green };"));
  EXPECT_THAT(text, HasSubstr("struct User {\n  std::int32_t id = 0;\n  std::string email;\n"));
  EXPECT_THAT(text, HasSubstr("db::foreign_key<&Post::user_id>(db::references<&User::id>()"
                              ".on_delete(\"CASCADE\").name(\"fk_posts_user\"))"));
  EXPECT_LT(text.find("struct User"), text.find("struct Post"));
}

}  // namespace
}  // namespace retort::migrate
