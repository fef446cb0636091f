// SPDX-License-Identifier: BSD-3-Clause
// Lesson: text is never SQL. Hostile strings go through every function that takes a value or a name, on
// both databases; what was given comes back, and a table that is nobody's business stays.
#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/postgresql_server.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/db/ddl.h"
#include "retort/db/dialect.h"
#include "retort/db/inspect.h"
#include "retort/db/json.h"
#include "retort/db/mapping.h"
#include "retort/db/pagination.h"
#include "retort/db/postgresql.h"
#include "retort/db/session.h"
#include "retort/migrate/error.h"
#include "retort/migrate/migrator.h"

namespace hostile {

using namespace retort;
using db::col;
using ::testing::ElementsAre;

struct Row {
  std::int64_t id = 0;
  std::string text;
  std::optional<std::string> note = {};
  std::optional<Value> document = {};
};

struct Tags {
  std::int64_t id = 0;
  std::vector<std::string> tags;
};

struct One {
  std::string text;
};

enum class Mood { happy, sad };
struct Person {
  std::int64_t id = 0;
  Mood mood = Mood::happy;
};

const auto row_table = db::table<Row>("hostile_rows", db::column<&Row::text>(db::as_text, db::unique));
const auto tags_table = db::table<Tags>("hostile_tags", db::bind("postgresql"));
const auto person_table = db::table<Person>("hostile_people", db::bind("people"));

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

const std::vector<std::string>& strings() {
  static const std::vector<std::string> all = {"'",
                                               "''",
                                               "\"",
                                               "\"\"",
                                               "`",
                                               "\\",
                                               "\\\\",
                                               "\\'",
                                               "' OR '1'='1",
                                               "'; DROP TABLE canary; --",
                                               "\"; DROP TABLE canary; --",
                                               "\\'; DROP TABLE canary; --",
                                               "1; DELETE FROM canary",
                                               "x') ; DROP TABLE canary; --",
                                               "--",
                                               "/*",
                                               "*/",
                                               "/* ' */",
                                               "# comment",
                                               "$$",
                                               "$$; DROP TABLE canary; $$",
                                               "$tag$ $tag$",
                                               "%",
                                               "%%",
                                               "_",
                                               "a_b",
                                               "axb",
                                               "100%",
                                               "%s",
                                               "%(name)s",
                                               "%d%n",
                                               "{}",
                                               "{0}",
                                               "$1",
                                               "$2",
                                               "?",
                                               "?1",
                                               ":name",
                                               "@name",
                                               "::text",
                                               "[x]",
                                               "NULL",
                                               "\\N",
                                               "\\.",
                                               "\t",
                                               "\n",
                                               "\r\n",
                                               "a\nb",
                                               " ",
                                               " lead",
                                               "trail ",
                                               "{a,b}",
                                               "{\"x\"}",
                                               "E'\\x27'",
                                               "U&'\\0027'",
                                               "x'00'",
                                               ";",
                                               "\xc2\xa0",
                                               "\xca\xbc",
                                               "\xef\xbc\x87 OR 1=1",
                                               "\xe2\x80\x99; DROP TABLE canary; --",
                                               "na\xc3\xafve \xf0\x9f\xa6\x89",
                                               "\xe2\x80\xae"
                                               "abc",
                                               "\xef\xbb\xbf"
                                               "bom",
                                               "e\xcc\x81",
                                               "\x01\x02\x1b[31m\x7f",
                                               "select",
                                               "table",
                                               "Upper Case",
                                               "a.b",
                                               "a\".\"b",
                                               "main.canary",
                                               repeated("'", 1000),
                                               repeated("\\", 999),
                                               repeated("%_", 500),
                                               repeated("long ", 20000),
                                               ""};
  return all;
}

// Names that a database may have: not empty, and short enough for PostgreSQL to keep whole.
std::vector<std::string> names() {
  std::vector<std::string> out;
  for (const std::string& each : strings()) {
    if (!each.empty() && each.size() <= 40) out.push_back(each);
  }
  return out;
}

std::string new_database(const std::string& dialect) {
  static int last = 0;
  const std::string name = "hostile_" + std::to_string(++last);
  if (dialect == "postgresql") return test::PostgresqlServer::shared().create_database(name);
  const std::string file = ::testing::TempDir() + name + ".db";
  for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(file + end);
  return "sqlite:///" + file;
}

class SqlInjection : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (is_postgresql() && !test::PostgresqlServer::is_installed())
      GTEST_SKIP() << "PostgreSQL's server is not installed";
    engine.emplace(new_database(GetParam()));
    engine->execute("CREATE TABLE canary (id INTEGER PRIMARY KEY, word VARCHAR(20))");
    engine->execute("INSERT INTO canary VALUES (1, 'alive')");
    db::create_all(db::metadata_of({&row_table}), *engine->connect());
  }
  void TearDown() override {
    if (!engine) return;
    std::vector<std::string> words;
    engine->execute("SELECT word FROM canary", {}, [&](const db::Row& row) {
      words.emplace_back(row.cell(0).text);
      return true;
    });
    EXPECT_THAT(words, ElementsAre("alive"));
  }

  bool is_postgresql() const { return GetParam() == std::string("postgresql"); }
  std::string placeholder() const { return is_postgresql() ? "$1" : "?1"; }

  // A row for each string, under the string's place.
  void fill(db::Session& session) {
    for (const std::string& text : strings()) session.add(Row{.text = text});
    session.commit();
  }
  static std::vector<std::string> texts(const db::Query<Row>& query) {
    std::vector<std::string> out;
    for (const auto& row : query.order_by(db::asc<&Row::id>).all()) out.push_back(row->text);
    return out;
  }
  template <class Matches>
  static std::vector<std::string> expected(Matches matches) {
    std::vector<std::string> out;
    std::copy_if(strings().begin(), strings().end(), std::back_inserter(out), matches);
    return out;
  }

  std::optional<db::Engine> engine;
};

TEST_P(SqlInjection, AUnitOfWorkKeepsTheText) {
  db::Session session(*engine);
  fill(session);
  std::vector<std::string> read;
  for (std::size_t i = 0; i < strings().size(); ++i)
    read.push_back(session.get<Row>(static_cast<std::int64_t>(i + 1))->text);
  EXPECT_EQ(read, strings());
  for (const auto& row : session.query<Row>().all()) {
    row->note = row->text;
    row->document = Value::dict({{row->text, row->text}});
  }
  session.commit();
  for (const auto& row : session.query<Row>().all()) {
    EXPECT_EQ(row->note, row->text);
    EXPECT_EQ(*row->document, Value::dict({{row->text, row->text}}));
  }
  for (const auto& row : session.query<Row>().all()) session.delete_(row);
  session.commit();
  EXPECT_EQ(session.query<Row>().count(), 0);
}

TEST_P(SqlInjection, ConditionsFindTheTextAlone) {
  db::Session session(*engine);
  fill(session);
  const auto query = session.query<Row>();
  for (const std::string& s : strings()) {
    const std::vector<std::string> only = {s};
    const auto text = col<&Row::text>;
    EXPECT_EQ(texts(query.where(text == s)), only);
    EXPECT_EQ(texts(query.where(!(text != s))), only);
    EXPECT_EQ(texts(query.where(text.in({s}))), only);
    EXPECT_EQ(texts(query.where(text.in(std::vector<std::string>{s, s + "' no such text"}))), only);
    EXPECT_EQ(query.where(text.not_in({s})).count(), static_cast<std::int64_t>(strings().size()) - 1);
    EXPECT_EQ(texts(query.where(text.between(s, s))), only);
    EXPECT_EQ(texts(query.where(text >= s && text <= s)), only);
    EXPECT_EQ(texts(query.where(text == s || text == s + "' OR 1=1 --")), only);
    EXPECT_EQ(texts(query.where(db::coalesce(col<&Row::note>, s) == s && text == s)), only);
    EXPECT_EQ(texts(query.where(db::literal(s) == text)), only);
    EXPECT_EQ(texts(query.filter_by<&Row::text>(s)), only);
    EXPECT_EQ(query.where(text == s).limit(10).paginate({.page = 1, .per_page = 5}).total, 1);
    const auto inner = db::select(col<&Row::id>).where(text == s);
    EXPECT_EQ(texts(query.where(col<&Row::id>.in(inner))), only);
    const auto label = db::case_<std::string>().when(text == s, s).otherwise("no");
    EXPECT_EQ(session.scalar(db::select(label).from<Row>().where(text == s)), s);
  }
}

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return text;
}

TEST_P(SqlInjection, WildcardsAreTextWhereTheyAreEscaped) {
  db::Session session(*engine);
  fill(session);
  // SQLite's LIKE takes A for a.
  const auto folded = [&](const std::string& each) { return is_postgresql() ? each : lower(each); };
  const auto query = session.query<Row>();
  const auto text = col<&Row::text>;
  for (const std::string& s : strings()) {
    if (!is_postgresql() && s.size() > 900) {  // patterns have 1,000 bytes at most
      EXPECT_THROW(query.where(text.contains(s)).count(), db::DatabaseError);
      continue;
    }
    const std::string sought = folded(s);
    const auto has = [&](const std::string& each) { return folded(each).find(sought) != std::string::npos; };
    EXPECT_EQ(texts(query.where(text.contains(s))), expected(has)) << s.substr(0, 40);
    EXPECT_EQ(texts(query.where(text.startswith(s))),
              expected([&](const std::string& each) { return folded(each).starts_with(sought); }))
        << s.substr(0, 40);
    EXPECT_EQ(texts(query.where(text.endswith(s))),
              expected([&](const std::string& each) { return folded(each).ends_with(sought); }))
        << s.substr(0, 40);
    EXPECT_EQ(texts(query.where(text.like(db::escape_like(s)))), std::vector<std::string>{s});
    EXPECT_EQ(query.where(text.not_like(db::escape_like(s))).count(),
              static_cast<std::int64_t>(strings().size()) - 1);
    const auto found = texts(query.where(text.icontains(s)));
    EXPECT_GE(found.size(), expected(has).size());
    EXPECT_NE(std::find(found.begin(), found.end(), s), found.end());
  }
  EXPECT_EQ(db::escape_like("100%_\\x"), "100\\%\\_\\\\x");
  EXPECT_EQ(query.where(text.like("a_b")).count(), 4)
      << "a_b, axb, a.b and a line break: not escaped, a wildcard";
  EXPECT_THAT(texts(query.where(text.like("a\\_b"))), ElementsAre("a_b"));
}

TEST_P(SqlInjection, StatementsWithoutObjectsKeepTheText) {
  db::Session session(*engine);
  for (const std::string& s : strings()) {
    session.execute(db::insert<Row>().set(col<&Row::text>, s).set(col<&Row::note>, s));
    session.execute(db::insert<Row>().set(col<&Row::text>, s).on_conflict_do_nothing(col<&Row::text>));
    session.execute(db::insert<Row>()
                        .set(col<&Row::text>, s)
                        .on_conflict_do_update(col<&Row::text>)
                        .set_on_conflict(col<&Row::note>, s + "!"));
    EXPECT_EQ(session.scalar(db::select(col<&Row::note>).where(col<&Row::text> == s)), s + "!");
    EXPECT_EQ(session.execute(db::update<Row>().set(col<&Row::note>, s).where(col<&Row::text> == s)), 1);
    const auto changed = session.execute_returning<One>(
        db::update<Row>().set(col<&Row::note>, s).where(col<&Row::note> == s).returning(col<&Row::text>));
    ASSERT_EQ(changed.size(), 1U);
    EXPECT_EQ(changed[0].text, s);
    const auto read = session.text<One>("SELECT text FROM hostile_rows WHERE text = " + placeholder(),
                                        {db::Datum::of_text(s)});
    ASSERT_EQ(read.size(), 1U);
    EXPECT_EQ(read[0].text, s);
    EXPECT_EQ(session.execute(db::delete_<Row>().where(col<&Row::text> == s)), 1);
    EXPECT_EQ(session.query<Row>().count(), 0);
  }
}

// What is printed is SQL that means the same: literals are quoted, too.
TEST_P(SqlInjection, PrintedStatementsMeanTheSame) {
  db::Session session(*engine);
  fill(session);
  session.commit();
  for (const std::string& s : strings()) {
    const std::string sql = session.query<Row>().where(col<&Row::text> == s).sql();
    int rows = 0;
    engine->execute(sql, {}, [&](const db::Row&) { return ++rows > 0; });
    EXPECT_EQ(rows, 1) << s.substr(0, 40);
  }
}

TEST_P(SqlInjection, NulIsTextOrAnError) {
  const std::string nul("a\0'; DROP TABLE canary; --", 26);
  db::Session session(*engine);
  session.add(Row{.text = nul});
  if (is_postgresql()) {
    EXPECT_THROW(session.commit(), db::Error);
    session.rollback();
    EXPECT_THROW(session.query<Row>().where(col<&Row::text> == nul).count(), db::Error);
    EXPECT_THROW(db::has_table(*engine->connect(), nul), db::Error);
    EXPECT_EQ(session.query<Row>().count(), 0);
  } else {
    session.commit();
    EXPECT_EQ(session.query<Row>().where(col<&Row::text> == nul).one()->text, nul);
    EXPECT_FALSE(db::has_table(*engine->connect(), nul));
  }
  EXPECT_THROW(engine->dialect().quote(nul), db::ArgumentError);
  EXPECT_THROW(engine->dialect().quote(""), db::ArgumentError);
}

TEST_P(SqlInjection, NamesOfAliasesAndSubqueriesAreQuoted) {
  db::Session session(*engine);
  session.add(Row{.text = "x"});
  session.commit();
  for (const std::string& name : names()) {
    const auto alias = db::aliased<Row>(name);
    EXPECT_EQ(session.scalar(db::select(alias(col<&Row::text>)).from(alias).order_by(alias(col<&Row::text>))),
              "x")
        << name;
    const auto inner = db::select(col<&Row::text>);
    const auto sub = inner.subquery(name);
    EXPECT_EQ(session.scalar(db::select(sub(col<&Row::text>)).from(sub)), "x") << name;
    const auto common = inner.cte(name);
    EXPECT_EQ(session.scalar(db::select(common(col<&Row::text>)).from(common)), "x") << name;
    // A column by a name that is not there. (SQLite takes an unknown quoted name for a text.)
    try {
      session.execute(db::select(sub.c<std::string>(name)).from(sub).order_by(sub.c<std::string>(name)));
    } catch (const db::ProgrammingError&) {
      session.rollback();
    } catch (const db::OperationalError&) {
      session.rollback();
    }
    const bool is_function = std::all_of(
        name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '.'; });
    if (!is_function) {
      EXPECT_THROW(db::function<std::string>(name, "x"), db::ArgumentError) << name;
    }
  }
}

db::Table table_named(const std::string& name, const db::Dialect& dialect) {
  db::Table table;
  table.name = name;
  db::Column id{.name = "id", .type = db::Type<std::int64_t>::column_type()};
  id.primary_key = id.autoincrement = true;
  id.nullable = false;
  db::Column text{.name = name, .type = db::Type<std::string>::column_type()};
  text.server_default = dialect.literal(db::Datum::of_text(name));
  table.columns = {id, text};
  table.primary_key_name = name + "_pk";
  table.unique_constraints = {{name + "_uq", {name}}};
  table.check_constraints = {{name + "_ck", dialect.quote(name) + " <> 'never'"}};
  table.indexes = {{name + "_ix", {name}}};
  return table;
}

TEST_P(SqlInjection, NamesOfTablesColumnsAndConstraintsAreQuoted) {
  const db::Dialect& dialect = engine->dialect();
  for (const std::string& name : names()) {
    const db::Table table = table_named(name, dialect);
    db::MetaData metadata;
    metadata.add(table);
    const auto connection = engine->connect();
    db::create_all(metadata, *connection);
    EXPECT_TRUE(db::has_table(*connection, name)) << name;
    const db::Table found = db::inspect_table(*connection, name);
    ASSERT_EQ(found.columns.size(), 2U) << name;
    EXPECT_EQ(found.columns[1].name, name);
    EXPECT_EQ(found.indexes.at(0).name, name + "_ix");
    EXPECT_EQ(found.unique_constraints.at(0).name, name + "_uq");
    connection->execute("INSERT INTO " + dialect.quote(name) + " (id) VALUES (7)", {}, {});
    std::string by_default;
    connection->execute("SELECT " + dialect.quote(name) + " FROM " + dialect.quote(name), {},
                        [&](const db::Row& row) {
                          by_default = row.cell(0).text;
                          EXPECT_EQ(row.name(0), name);
                          return true;
                        });
    EXPECT_EQ(by_default, name) << "the server's default";
    db::drop_all(metadata, *connection);
    EXPECT_FALSE(db::has_table(*connection, name)) << name;
  }
}

TEST_P(SqlInjection, NamesInMigrationsAreQuoted) {
  using Kind = migrate::Operation::Kind;
  const db::Dialect& dialect = engine->dialect();
  int refused = 0;
  for (const std::string& name : names()) {
    const std::string renamed = name + "2";
    migrate::Revision revision{.id = "a1", .message = name};
    migrate::Operation create{.kind = Kind::create_table, .definition = table_named(name, dialect)};
    migrate::Operation add{.kind = Kind::add_column, .table = renamed};
    add.column = {.name = renamed, .type = db::Type<std::string>::column_type()};
    migrate::Operation alter{.kind = Kind::alter_column, .table = renamed, .name = renamed};
    alter.new_name = name + "3";
    migrate::Operation index{.kind = Kind::create_index, .table = renamed};
    index.index = {.name = name + "_ix2", .columns = {name + "3"}, .unique = true};
    revision.up = {
        create, {.kind = Kind::rename_table, .table = name, .new_name = renamed}, add, alter, index};
    revision.down = {{.kind = Kind::drop_index, .table = renamed, .name = name + "_ix2"},
                     {.kind = Kind::drop_column, .table = renamed, .name = name + "3"},
                     {.kind = Kind::drop_table, .table = renamed}};
    std::string text;
    try {
      text = migrate::revision_text(revision);
    } catch (const migrate::MigrationError&) {
      ++refused;  // a line break
      continue;
    }
    const migrate::Revisions revisions({migrate::parse_revision(text, "a1.migration")});
    migrate::Migrator migrator(*engine, revisions);
    migrator.upgrade();
    const db::Table found = db::inspect_table(*engine->connect(), renamed);
    EXPECT_EQ(found.columns.back().name, name + "3");
    EXPECT_EQ(found.columns[1].name, name);
    migrator.downgrade("base");
    EXPECT_FALSE(db::has_table(*engine->connect(), renamed)) << name;
  }
  EXPECT_LT(refused, 5);
}

TEST_P(SqlInjection, RevisionsAreNoSql) {
  const migrate::Revisions revisions({migrate::Revision{.id = "a1"}});
  migrate::Migrator migrator(*engine, revisions);
  for (const std::string& name : names()) {
    EXPECT_THROW(migrator.stamp(name), migrate::MigrationError) << name;
    EXPECT_THROW(migrator.upgrade(name), migrate::MigrationError) << name;
    EXPECT_THROW(migrator.downgrade(name), migrate::MigrationError) << name;
  }
}

TEST_P(SqlInjection, NamesOfSavepointsAreQuoted) {
  const auto connection = engine->connect();
  for (const std::string& name : names()) {
    connection->begin();
    connection->savepoint(name);
    connection->execute("INSERT INTO hostile_rows (text) VALUES ('x')", {}, {});
    connection->rollback_to_savepoint(name);
    connection->release_savepoint(name);
    connection->commit();
  }
  EXPECT_EQ(db::Session(*engine).query<Row>().count(), 0);
}

TEST_P(SqlInjection, AnEnumsNamesAreText) {
  db::create_all(db::metadata_of({&person_table}), *engine->connect(), "people");
  db::Session session(*engine);
  session.add(Person{.mood = Mood::sad});
  session.commit();
  EXPECT_EQ(session.query<Person>().where(col<&Person::mood> == Mood::sad).count(), 1);
  if (is_postgresql()) {
    int last = 0;
    for (const std::string& name : names()) {
      const std::string table_name = "with_enum_" + std::to_string(++last);
      db::ColumnType type = db::Type<Mood>::column_type();
      type.name = name + " type";
      type.labels = {name, "other"};
      db::Table table;
      table.name = table_name;
      db::Column label{.name = "label", .type = type};
      label.primary_key = true;
      label.nullable = false;
      table.columns = {label};
      db::MetaData metadata;
      metadata.add(table);
      const auto connection = engine->connect();
      db::create_all(metadata, *connection);
      connection->execute("INSERT INTO " + table_name + " VALUES ($1)", {db::Datum::of_text(name)}, {});
      EXPECT_THAT(db::inspect_table(*connection, table_name).columns[0].type.labels,
                  ElementsAre(name, "other"));
      db::drop_all(metadata, *connection);
    }
  } else {
    engine->execute("UPDATE hostile_people SET mood = ?1", {db::Datum::of_text("'; DROP TABLE canary; --")});
    session.close();
    EXPECT_THROW(session.query<Person>().all(), db::DataError);
  }
}

TEST_P(SqlInjection, PostgresqlsOwnTakeTextToo) {
  if (!is_postgresql()) GTEST_SKIP() << "of PostgreSQL alone";
  db::create_all(db::metadata_of({&tags_table}), *engine->connect(), "postgresql");
  db::Session session(*engine);
  const auto all = session.add(Tags{.tags = strings()});
  session.commit();
  EXPECT_EQ(all->tags, strings()) << "an array";

  const auto lease = engine->connect();
  db::PostgresqlConnection& connection = *db::postgresql_connection(*lease);
  std::size_t next = 0;
  connection.copy_in("COPY hostile_rows (text, note) FROM STDIN", [&](std::string& out) {
    if (next == strings().size()) return false;
    out.clear();
    db::append_copy_row(out, {db::Datum::of_text(strings()[next]), db::Datum::of_text(strings()[next])});
    ++next;
    return true;
  });
  EXPECT_EQ(texts(session.query<Row>()), strings()) << "COPY";

  for (const std::string& name : names()) {
    connection.listen(name);
    connection.notify(name, name + "!");
    const auto heard = connection.wait_notification(Clock::now() + seconds(10));
    ASSERT_TRUE(heard) << name;
    EXPECT_EQ(heard->channel, name);
    EXPECT_EQ(heard->payload, name + "!");
    connection.unlisten(name);
  }
}

INSTANTIATE_TEST_SUITE_P(On, SqlInjection, ::testing::Values("sqlite", "postgresql"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace hostile
