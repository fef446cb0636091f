// SPDX-License-Identifier: BSD-3-Clause
// Read replicas by role: which database a statement goes to. Each has a row with its own name.
#include <filesystem>

#include <gtest/gtest.h>

#include "retort/app/app.h"
#include "retort/db/mapping.h"
#include "retort/db/relationship.h"
#include "retort/ext/sqlalchemy/database.h"

namespace replicas {

using namespace retort;
using db::col;

struct Place {
  std::int64_t id = 0;
  std::string name;
};

struct Visit {
  std::int64_t id = 0;
  std::string note;
};

const auto place_table = db::table<Place>("replica_places");
const auto visit_table = db::table<Visit>("replica_visits", db::bind("log"));

db::Database db;

class Replicas : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"main", "near", "far", "log", "log_near"}) {
      std::filesystem::remove(file(name));
      db::Engine engine(url(name));
      engine.execute("CREATE TABLE replica_places (id INTEGER PRIMARY KEY, name VARCHAR NOT NULL)");
      engine.execute("CREATE TABLE replica_visits (id INTEGER PRIMARY KEY, note VARCHAR NOT NULL)");
      engine.execute("INSERT INTO replica_places VALUES (1, ?1)", {db::Datum::of_text(name)});
      engine.execute("INSERT INTO replica_visits VALUES (1, ?1)", {db::Datum::of_text(name)});
      engine.dispose();
    }
    app.config["SQLALCHEMY_DATABASE_URI"] = url("main");
    app.config["SQLALCHEMY_REPLICAS"] =
        Value::dict({{"near", url("near")}, {"all", Value::list({url("near"), url("far")})}});
    app.config["SQLALCHEMY_BINDS"] = Value::dict(
        {{"log",
          Value::dict({{"url", url("log")}, {"replicas", Value::dict({{"near", url("log_near")}})}})}});
  }

  static std::string file(const std::string& name) {
    return testing::TempDir() + "replicas_test_" + name + ".db";
  }
  static std::string url(const std::string& name) { return "sqlite:///" + file(name); }
  static std::string place() { return db.query<Place>().first()->name; }
  static std::string place(const std::string& role) { return db.query<Place>().on(role).first()->name; }

  App app{"replicas"};
};

TEST_F(Replicas, AQueryAsksForARole) {
  db.init_app(app);
  const auto context = app.app_context();
  EXPECT_EQ(place("near"), "near");
  db.session().expire_all();
  EXPECT_EQ(place(), "main");
  db.session().expire_all();
  EXPECT_EQ(db.query<Visit>().on("near").first()->note, "log_near");
  EXPECT_EQ(db.query<Place>().on("near").where(col<&Place::name> == "near").count(), 1);
  EXPECT_FALSE(db.query<Place>().on("near").where(col<&Place::name> == "main").exists());
  std::string streamed;
  db.query<Place>().on("near").stream([&](Place& each) {
    streamed = each.name;
    return true;
  });
  EXPECT_EQ(streamed, "near");
}

TEST_F(Replicas, SeveralTakeTurns) {
  db.init_app(app);
  const auto context = app.app_context();
  std::string seen;
  for (int i = 0; i < 4; ++i) {
    seen += place("all") + " ";
    db.session().expire_all();
  }
  EXPECT_EQ(seen, "near far near far ");
  EXPECT_NE(&db.replica("all"), &db.replica("all"));
}

TEST_F(Replicas, ASessionReadsFromARole) {
  db.init_app(app);
  const auto context = app.app_context();
  db.session().read_from("near");
  EXPECT_EQ(place(), "near");
  EXPECT_EQ(db.session().get<Visit>(1)->note, "log_near");
  db.session().expire_all();
  EXPECT_EQ(place(""), "main") << "unless the query says otherwise";
}

TEST_F(Replicas, RowsByKeyComeFromThemToo) {
  db.init_app(app);
  const auto context = app.app_context();
  db.session().read_from("near");
  const std::vector<std::int64_t> ids = {1};
  EXPECT_EQ(db.session().get_each<Place>(ids).at(0)->name, "near");
  EXPECT_EQ(db.session().get_each<Visit>(ids).at(0)->note, "log_near");
}

TEST_F(Replicas, TheConfigurationSaysItForAll) {
  app.config["SQLALCHEMY_READ_ROLE"] = "all";
  db.init_app(app);
  const auto context = app.app_context();
  EXPECT_EQ(place(), "near");
  EXPECT_EQ(db.query<Visit>().first()->note, "log") << "a bind without the role is read itself";
}

TEST_F(Replicas, ASessionThatWroteReadsWhatItWrote) {
  app.config["SQLALCHEMY_READ_ROLE"] = "near";
  db.init_app(app);
  const auto context = app.app_context();
  const auto mine = db.session().get<Place>(1);
  EXPECT_EQ(mine->name, "near");
  db.session().add(Place{.name = "new"});
  EXPECT_EQ(db.query<Place>().where(col<&Place::name> == "new").count(), 1) << "in the transaction";
  db.session().commit();
  EXPECT_EQ(db.query<Place>().count(), 2) << "after it";
  EXPECT_EQ(db.query<Place>().on("near").count(), 2) << "also where a role is asked for";
  EXPECT_EQ(mine->name, "main");
  EXPECT_EQ(db.session().get<Visit>(1)->note, "log_near") << "another bind, not written to";
  db.session().close();
  EXPECT_EQ(db.query<Place>().count(), 1) << "a new piece of work";
}

TEST_F(Replicas, LocksAreTakenInTheMainDatabase) {
  app.config["SQLALCHEMY_READ_ROLE"] = "near";
  db.init_app(app);
  const auto context = app.app_context();
  EXPECT_EQ(db.query<Place>().with_for_update().first()->name, "main");
}

TEST_F(Replicas, SayWhatIsWrong) {
  const auto error_of = [&](const char* key, Value value) -> std::string {
    App wrong{"wrong"};
    wrong.config["SQLALCHEMY_DATABASE_URI"] = url("main");
    wrong.config[key] = std::move(value);
    try {
      db.init_app(wrong);
    } catch (const db::ArgumentError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(error_of("SQLALCHEMY_READ_ROLE", "near"), "config[\"SQLALCHEMY_REPLICAS\"] has no role 'near'");
  EXPECT_EQ(error_of("SQLALCHEMY_REPLICAS", "sqlite://"),
            "config[\"SQLALCHEMY_REPLICAS\"]: it should be a dict of roles, but is 'sqlite://'");
  EXPECT_EQ(error_of("SQLALCHEMY_REPLICAS", Value::dict({{"near", "postgresql://h/d"}})),
            "config[\"SQLALCHEMY_REPLICAS\"]: near should be of sqlite, as what it replicates, but is "
            "'postgresql://h/d'");
  db.init_app(app);
  const auto context = app.app_context();
  EXPECT_THROW(place("moon"), db::ArgumentError);
  EXPECT_THROW(db.replica("all", "log"), db::ArgumentError);
}

}  // namespace replicas
