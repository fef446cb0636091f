// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/select.h"

#include <gtest/gtest.h>

#include "retort/db/ddl.h"
#include "retort/db/dialect.h"
#include "retort/db/error.h"
#include "retort/db/mapping.h"

namespace {

using namespace retort;
using db::col;
using db::desc;
using db::select;

struct Timestamps {
  DateTime created_at;
  std::optional<DateTime> updated_at;
};

struct User {
  std::int64_t id = 0;
  std::string email;
  std::optional<std::string> name = {};
  bool is_active = true;
  std::optional<std::int64_t> boss_id = {};
};

struct Post {
  std::int64_t id = 0;
  std::int64_t author_id = 0;
  std::string title;
  double rating = 0;
  Timestamps times;
};

const auto users = db::table<User>(
    "sel_users", db::column<&User::email>(db::length(120), db::unique, db::indexed),
    db::column<&User::name>(db::named("Full Name")), db::column<&User::boss_id>(db::references<&User::id>()));
const auto posts =
    db::table<Post>("sel_posts", db::primary_key<&Post::id>(),
                    db::column<&Post::author_id>(db::references<&User::id>().on_delete("CASCADE")),
                    db::column<&Post::title>(db::length(80), db::server_default("''")),
                    db::index<&Post::author_id, &Post::title>({.name = "by_author", .where = "rating > 0"}),
                    db::unique_constraint<&Post::author_id, &Post::title>("one_title"),
                    db::check("rating >= 0", "not_negative"));

std::string lite(const db::SelectBase& statement) { return statement.compile(db::sqlite_dialect()).sql; }
std::string pg(const db::SelectBase& statement) { return statement.compile(db::postgresql_dialect()).sql; }

TEST(Select, ColumnsConditionsAndOrder) {
  const auto statement = select(col<&User::id>, col<&User::name>)
                             .where(col<&User::email> == "a@b.c", col<&User::id> > 3)
                             .order_by(desc<&User::id>, col<&User::name>.asc_nulls_last())
                             .limit(5)
                             .offset(10);
  EXPECT_EQ(
      lite(statement),
      "SELECT sel_users.id, sel_users.\"Full Name\" FROM sel_users WHERE sel_users.email = ?1 AND "
      "sel_users.id > ?2 ORDER BY sel_users.id DESC, sel_users.\"Full Name\" NULLS LAST LIMIT ?3 OFFSET ?4");
  const db::Compiled compiled = statement.compile(db::postgresql_dialect());
  EXPECT_EQ(compiled.sql.substr(compiled.sql.find("WHERE")),
            "WHERE sel_users.email = $1 AND sel_users.id > $2 ORDER BY sel_users.id DESC, "
            "sel_users.\"Full Name\" NULLS LAST LIMIT $3 OFFSET $4");
  ASSERT_EQ(compiled.parameters.size(), 4U);
  EXPECT_EQ(compiled.parameters[0], db::Datum::of_text("a@b.c"));
  EXPECT_EQ(compiled.parameters[1], db::Datum::of_integer(3));
}

std::string where(const db::Condition& condition) {
  const std::string sql = lite(select(col<&Post::id>).from<Post>().where(condition));
  return sql.substr(sql.find("WHERE ") + 6);
}

TEST(Select, Expressions) {
  const auto id = col<&Post::id>;
  const auto title = col<&Post::title>;
  const struct {
    db::Condition condition;
    const char* sql;
  } cases[] = {
      {id == 1 || (id == 2 && title == "x"),
       "sel_posts.id = ?1 OR sel_posts.id = ?2 AND sel_posts.title = ?3"},
      {(id == 1 || id == 2) && title == "x",
       "(sel_posts.id = ?1 OR sel_posts.id = ?2) AND sel_posts.title = ?3"},
      {!(id == 1), "NOT sel_posts.id = ?1"},
      {!(id == 1 || id == 2), "NOT (sel_posts.id = ?1 OR sel_posts.id = ?2)"},
      {id.in({1, 2}), "sel_posts.id IN (?1, ?2)"},
      {id.in(std::vector<int>{}), "1 = 0"},
      {id.not_in(std::vector<int>{}), "1 = 1"},
      {id.between(1, 9), "sel_posts.id BETWEEN ?1 AND ?2"},
      {title.contains("50%"), "sel_posts.title LIKE ?1 ESCAPE '\\'"},
      {title.ilike("a%"), "lower(sel_posts.title) LIKE lower(?1) ESCAPE '\\'"},
      {title + "x" == "yx", "sel_posts.title || ?1 = ?2"},
      {(id + 1) * 2 - id > 7, "(sel_posts.id + ?1) * ?2 - sel_posts.id > ?3"},
      {id - (id - 1) == 1, "sel_posts.id - (sel_posts.id - ?1) = ?2"},
      {3 < id, "?1 < sel_posts.id"},
      {col<&Post::times, &Timestamps::updated_at> == nullptr, "sel_posts.updated_at IS NULL"},
      {col<&Post::times, &Timestamps::updated_at>.is_not_null(), "sel_posts.updated_at IS NOT NULL"},
      {db::coalesce(title, "") == "", "coalesce(sel_posts.title, ?1) = ?2"},
      {db::func::lower(title) == title, "lower(sel_posts.title) = sel_posts.title"},
      {db::cast<std::string>(id) == "1", "CAST(sel_posts.id AS VARCHAR) = ?1"},
      {db::case_<int>().when(id > 1, 1).otherwise(2) == 1,
       "CASE WHEN sel_posts.id > ?1 THEN ?2 ELSE ?3 END = ?4"},
      {title.is_distinct_from("x"), "sel_posts.title IS NOT ?1"},
      {db::or_(std::vector<db::Condition>{}), "1 = 0"},
      {id.in(select(col<&User::id>)), "sel_posts.id IN (SELECT sel_users.id FROM sel_users)"},
      {db::exists(select(col<&User::id>).where(col<&User::id> == col<&Post::author_id>)),
       "EXISTS (SELECT sel_users.id FROM sel_users WHERE sel_users.id = sel_posts.author_id)"},
  };
  for (const auto& test : cases) EXPECT_EQ(where(test.condition), test.sql);
}

TEST(Select, WhatIsContainedIsEscaped) {
  const db::Compiled compiled =
      select(col<&Post::id>).where(col<&Post::title>.startswith("50%_\\")).compile(db::sqlite_dialect());
  EXPECT_EQ(compiled.parameters.at(0), db::Datum::of_text("50\\%\\_\\\\%"));
}

TEST(Select, JoinsAlongForeignKeysAndOnConditions) {
  EXPECT_EQ(lite(select(col<&Post::id>).join<User>()),
            "SELECT sel_posts.id FROM sel_posts JOIN sel_users ON sel_users.id = sel_posts.author_id");
  EXPECT_EQ(
      lite(select(col<&User::id>).outerjoin<Post>()),
      "SELECT sel_users.id FROM sel_users LEFT OUTER JOIN sel_posts ON sel_users.id = sel_posts.author_id");
  const auto boss = db::aliased<User>("boss");
  EXPECT_EQ(
      lite(select(col<&User::id>, boss(col<&User::email>))
               .join(boss, boss(col<&User::id>) == col<&User::boss_id>)),
      "SELECT sel_users.id, boss.email FROM sel_users JOIN sel_users AS boss ON boss.id = sel_users.boss_id");
  struct Lonely {
    std::int64_t id = 0;
  };
  static const auto lonely = db::table<Lonely>("sel_lonely");
  EXPECT_THROW(lite(select(col<&Post::id>).join<Lonely>()), db::ArgumentError);
}

TEST(Select, GroupsSubqueriesTablesExpressionsAndWindows) {
  const auto counts = select(col<&Post::author_id>, db::func::count().label("n"))
                          .group_by(col<&Post::author_id>)
                          .having(db::func::count() > 1)
                          .subquery("c");
  EXPECT_EQ(
      lite(select(col<&User::email>, counts.c<std::int64_t>("n"))
               .from<User>()
               .join(counts, counts(col<&Post::author_id>) == col<&User::id>)),
      "SELECT sel_users.email, c.n FROM sel_users JOIN (SELECT sel_posts.author_id, count(*) AS n FROM "
      "sel_posts GROUP BY sel_posts.author_id HAVING count(*) > ?1) AS c ON c.author_id = sel_users.id");
  const auto base = select(col<&User::id>, col<&User::boss_id>).where(col<&User::id> == 1).cte("tree");
  const auto tree = base.union_all(
      select(col<&User::id>, col<&User::boss_id>).join(base, base(col<&User::id>) == col<&User::boss_id>));
  EXPECT_EQ(
      lite(select(tree(col<&User::id>)).from(tree)),
      "WITH RECURSIVE tree AS (SELECT sel_users.id, sel_users.boss_id FROM sel_users WHERE sel_users.id = ?1 "
      "UNION ALL SELECT sel_users.id, sel_users.boss_id FROM sel_users JOIN tree ON tree.id = "
      "sel_users.boss_id) SELECT tree.id FROM tree");
  EXPECT_EQ(lite(select(db::over(db::func::row_number(), {.partition_by = {col<&Post::author_id>.clause()},
                                                          .order_by = {col<&Post::id>.desc()}}))
                     .from<Post>()),
            "SELECT row_number() OVER (PARTITION BY sel_posts.author_id ORDER BY sel_posts.id DESC) FROM "
            "sel_posts");
  EXPECT_EQ(lite(select(col<&User::id>).union_(select(col<&Post::id>)).limit(1)),
            "SELECT sel_users.id FROM sel_users UNION SELECT sel_posts.id FROM sel_posts LIMIT ?1");
  EXPECT_EQ(pg(select(col<&User::id>).with_for_update({.skip_locked = true})),
            "SELECT sel_users.id FROM sel_users FOR UPDATE SKIP LOCKED");
  EXPECT_EQ(lite(select(col<&User::id>).with_for_update()), "SELECT sel_users.id FROM sel_users");
}

TEST(Write, InsertUpdateDelete) {
  const auto lite_write = [](const db::WriteBase& statement) {
    return statement.compile(db::sqlite_dialect()).sql;
  };
  EXPECT_EQ(lite_write(db::insert<User>().set(col<&User::email>, "x").set(col<&User::name>, nullptr)),
            "INSERT INTO sel_users (email, \"Full Name\") VALUES (?1, ?2)");
  EXPECT_EQ(
      lite_write(
          db::insert<User>().values({User{.email = "a"}, User{.email = "b"}}).returning(col<&User::id>)),
      "INSERT INTO sel_users (email, \"Full Name\", is_active, boss_id) VALUES (?1, ?2, ?3, ?4), "
      "(?5, ?6, ?7, ?8) RETURNING id");
  EXPECT_EQ(lite_write(db::insert<User>()
                           .set(col<&User::email>, "x")
                           .on_conflict_do_update(col<&User::email>)
                           .set_on_conflict(col<&User::name>, db::excluded(col<&User::name>))),
            "INSERT INTO sel_users (email) VALUES (?1) ON CONFLICT (email) DO UPDATE SET \"Full Name\" = "
            "excluded.\"Full Name\"");
  EXPECT_EQ(lite_write(db::insert<User>().set(col<&User::email>, "x").on_conflict_do_nothing()),
            "INSERT INTO sel_users (email) VALUES (?1) ON CONFLICT DO NOTHING");
  EXPECT_EQ(
      lite_write(
          db::update<Post>().set(col<&Post::rating>, col<&Post::rating> + 1).where(col<&Post::id> == 3)),
      "UPDATE sel_posts SET rating = sel_posts.rating + ?1 WHERE sel_posts.id = ?2");
  EXPECT_EQ(lite_write(db::delete_<Post>().where(col<&Post::id> == 3)),
            "DELETE FROM sel_posts WHERE sel_posts.id = ?1");
  EXPECT_THROW(lite_write(db::update<Post>().where(col<&Post::id> == 3)), db::ArgumentError);
}

TEST(Select, SqlShowsTheValues) {
  EXPECT_EQ(select(col<&User::id>).where(col<&User::email> == "o'x").sql(db::sqlite_dialect()),
            "SELECT sel_users.id FROM sel_users WHERE sel_users.email = 'o''x'");
}

// As SQLAlchemy 1.4 writes the same tables.
TEST(Ddl, TablesAndIndexes) {
  EXPECT_EQ(
      db::create_table_sql(posts.table(), db::sqlite_dialect()),
      "CREATE TABLE sel_posts (\n\tid INTEGER NOT NULL,\n\tauthor_id BIGINT NOT NULL,\n\t"
      "title VARCHAR(80) DEFAULT '' NOT NULL,\n\trating FLOAT NOT NULL,\n\tcreated_at DATETIME NOT NULL,\n\t"
      "updated_at DATETIME,\n\tPRIMARY KEY (id),\n\tCONSTRAINT one_title UNIQUE (author_id, title),\n\t"
      "CONSTRAINT not_negative CHECK (rating >= 0),\n\t"
      "FOREIGN KEY(author_id) REFERENCES sel_users (id) ON DELETE CASCADE\n)");
  const db::MetaData metadata = db::metadata_of({&posts, &users});
  const auto statements = db::create_statements(metadata, db::postgresql_dialect());
  ASSERT_EQ(statements.size(), 4U);
  EXPECT_TRUE(statements[0].starts_with("CREATE TABLE sel_users (\n\tid BIGSERIAL NOT NULL"));
  EXPECT_EQ(statements[1], "CREATE UNIQUE INDEX ix_sel_users_email ON sel_users (email)");
  EXPECT_EQ(statements[3], "CREATE INDEX by_author ON sel_posts (author_id, title) WHERE rating > 0");
}

TEST(Mapping, SaysWhatIsWrong) {
  struct Nothing {
    std::string text;
  };
  try {
    const auto table = db::table<Nothing>("sel_nothing");
    FAIL();
  } catch (const db::ArgumentError& error) {
    EXPECT_STREQ(error.what(),
                 "table 'sel_nothing' has no primary key: name one with db::primary_key<&T::member>()");
  }
  struct Unmapped {
    int id = 0;
  };
  EXPECT_THROW(db::mapping_of<Unmapped>(), db::ArgumentError);
}

}  // namespace
