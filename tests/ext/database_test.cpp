// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/sqlalchemy/database.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "retort/app/app.h"
#include "retort/app/globals.h"
#include "retort/app/respond.h"
#include "retort/db/ddl.h"
#include "retort/db/mapping.h"
#include "retort/testing/client.h"

namespace notes {

using namespace retort;
using db::col;

struct Note {
  std::int64_t id = 0;
  std::string body;
};

struct Event {
  std::int64_t id = 0;
  std::string name;
};

const auto note_table = db::table<Note>("ext_notes", db::column<&Note::body>(db::length(100), db::unique));
const auto event_table = db::table<Event>("ext_events", db::bind("log"));

db::Database db;

std::string add(const std::string& body) {
  const auto note = db.session().add(Note{.body = body});
  db.session().commit();
  return std::to_string(note->id);
}

std::string forget_to_commit() {
  db.session().add(Note{.body = "never"});
  db.session().flush();
  return "ok";
}

std::string show(std::int64_t id) { return db.get_or_404<Note>(id)->body; }

std::string log_event() {
  db.session().add(Event{.name = "seen"});
  db.session().commit();
  return std::to_string(db.query<Event>().count());
}

struct Fixture {
  App app{"notes"};

  explicit Fixture(bool binds = false) {
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://";
    if (binds) app.config["SQLALCHEMY_BINDS"] = Value::dict({{"log", "sqlite://"}});
    db.init_app(app);
    app.get<&add>("/add/<body>");
    app.get<&forget_to_commit>("/forget");
    app.get<&show>("/notes/<int:id>");
    app.get<&log_event>("/log");
    app.get("/count", [] { return std::to_string(db.query<Note>().count()); });
    app.config["PROPAGATE_EXCEPTIONS"] = false;
  }
};

TEST(Database, ASessionARequest) {
  Fixture fixture;
  {
    const auto context = fixture.app.app_context();
    db.create_all("");
  }
  auto client = fixture.app.test_client();
  EXPECT_EQ(client.get("/add/first").text(), "1");
  EXPECT_EQ(client.get("/notes/1").text(), "first");
  EXPECT_EQ(client.get("/notes/2").status_code, 404);
  EXPECT_EQ(client.get("/forget").text(), "ok");
  EXPECT_EQ(client.get("/count").text(), "1");
  EXPECT_EQ(client.get("/add/first").status_code, 500);
  EXPECT_EQ(client.get("/count").text(), "1");
}

TEST(Database, SeveralDatabasesByKey) {
  Fixture fixture(true);
  {
    const auto context = fixture.app.app_context();
    db.create_all();
    EXPECT_NE(&db.engine(), &db.engine("log"));
    EXPECT_THROW(db.engine("other"), db::ArgumentError);
  }
  auto client = fixture.app.test_client();
  EXPECT_EQ(client.get("/log").text(), "1");
  EXPECT_EQ(client.get("/log").text(), "2");
  EXPECT_EQ(client.get("/count").text(), "0");
  const auto context = fixture.app.app_context();
  db.drop_all();
  EXPECT_FALSE(db::has_table(*db.engine("log").connect(), "ext_events"));
}

TEST(Database, RelativeFilesLieInTheInstanceFolder) {
  const std::string folder = testing::TempDir() + "database_test_instance";
  std::filesystem::remove_all(folder);
  {
    App app{"notes", {.instance_path = folder}};
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///notes.db";
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = Value::dict({{"pool_size", 2}, {"pool_recycle", 60}});
    db.init_app(app);
    const auto context = app.app_context();
    db.create_all("");
    EXPECT_EQ(db.engine().options().pool_size, 2);
    EXPECT_TRUE(std::filesystem::exists(folder + "/notes.db"));
  }
  std::filesystem::remove_all(folder);
}

TEST(Database, OptionsOfFilesStay) {
  const std::string folder = testing::TempDir() + "database_test_options";
  std::filesystem::remove_all(folder);
  const auto url_of = [&](const std::string& uri) {
    App app{"notes", {.instance_path = folder}};
    app.config["SQLALCHEMY_DATABASE_URI"] = uri;
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] =
        Value::dict({{"connect_args", Value::dict({{"timeout", 15}, {"check_same_thread", false}})}});
    db.init_app(app);
    const auto context = app.app_context();
    EXPECT_EQ(db.engine().options().busy_timeout.count(), 15'000);
    return db.engine().url().str();
  };
  EXPECT_EQ(url_of("sqlite:///notes.db?timeout=30"), "sqlite:///" + folder + "/notes.db?timeout=30");
  EXPECT_EQ(url_of("sqlite:///file:notes.db?mode=ro&uri=true"),
            "sqlite:///file:" + folder + "/notes.db?mode=ro&uri=true");
  EXPECT_EQ(url_of("sqlite:///file::memory:?uri=true"), "sqlite:///file::memory:?uri=true");
  std::filesystem::remove_all(folder);
}

TEST(Database, SaysWhatIsWrong) {
  const auto error_of = [](auto set_up) -> std::string {
    App app{"notes"};
    set_up(app);
    try {
      db.init_app(app);
    } catch (const db::ArgumentError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(error_of([](App&) {}),
            "either config[\"SQLALCHEMY_DATABASE_URI\"] or config[\"SQLALCHEMY_BINDS\"] must be set");
  EXPECT_EQ(error_of([](App& app) {
              app.config["SQLALCHEMY_DATABASE_URI"] = "mysql://u:secret@h/d";
            }).substr(0, 45),
            "database URL: there is no driver for \"mysql\":");
  EXPECT_EQ(error_of([](App& app) {
              app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://";
              app.config["SQLALCHEMY_ENGINE_OPTIONS"] = Value::dict({{"pool_size", "many"}});
            }),
            "config[\"SQLALCHEMY_ENGINE_OPTIONS\"]: pool_size should be an integer, but is 'many'");
  App app{"notes"};
  const auto context = app.app_context();
  EXPECT_THROW(db.session(), db::ArgumentError);
}

}  // namespace notes
