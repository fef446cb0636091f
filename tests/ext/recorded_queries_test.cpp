// SPDX-License-Identifier: BSD-3-Clause
// What an app tells of its statements: SQLALCHEMY_ECHO, SQLALCHEMY_RECORD_QUERIES, and debug mode
// of those that run once a row.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/app/app.h"
#include "retort/app/debug_pages.h"
#include "retort/app/globals.h"
#include "retort/cli/debugger.h"
#include "retort/db/mapping.h"
#include "retort/db/relationship.h"
#include "retort/ext/sqlalchemy/database.h"
#include "retort/ext/sqlalchemy/record_queries.h"
#include "retort/testing/client.h"

namespace shop {

using namespace retort;
using testing::HasSubstr;
using testing::Not;

struct Maker {
  std::int64_t id = 0;
  std::string name;
};

struct Ware {
  std::int64_t id = 0;
  std::string name;
  std::int64_t maker_id = 0;
  db::Related<Maker> maker = {};
};

const auto makers = db::table<Maker>("rec_makers");
const auto wares = db::table<Ware>("rec_wares", db::column<&Ware::maker_id>(db::references<&Maker::id>()),
                                   db::relationship<&Ware::maker>(db::via<&Ware::maker_id>()));

db::Database db;
int lazy_line = 0;
int get_line = 0;

std::string lazily() {
  std::string names;
  const auto all = db.query<Ware>().all();
  for (const auto& ware : all) {
    lazy_line = __LINE__ + 1;
    names += ware->maker->name;
  }
  return names;
}

std::string one_by_one() {
  std::string names;
  for (int i = 1; i <= 15; ++i) {
    get_line = __LINE__ + 1;
    names += db.session().get<Maker>(i)->name;
  }
  return names;
}

std::string together() {
  std::string names;
  for (const auto& maker : db.session().get_each<Maker>(std::vector<int>{3, 1, 3, 99, 2}))
    names += maker ? maker->name : std::string("-");
  for (const auto& ware : db.query<Ware>().options(db::selectinload<&Ware::maker>()).all())
    names += ware->maker->name;
  return names;
}

std::string rename_all() {
  for (const auto& maker : db.query<Maker>().all()) maker->name += "!";
  db.session().commit();
  return std::to_string(db.query<Maker>().count());
}

struct Shop {
  App app{"shop"};
  std::vector<std::string> warnings;

  explicit Shop(const char* switched_on = nullptr) {
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://";
    if (switched_on) app.config[switched_on] = true;
    db.init_app(app);
    app.get<lazily>("/lazily");
    app.get<one_by_one>("/one-by-one");
    app.get<together>("/together");
    app.get<rename_all>("/rename");
    app.logger.remove_standard_error();
    app.logger.add_sink(
        [](void* user, LogLevel level, std::string_view line) {
          if (level == LogLevel::warning) static_cast<Shop*>(user)->warnings.emplace_back(line);
        },
        this);
    const auto context = app.app_context();
    db.create_all();
    for (int i = 0; i < 15; ++i) {
      Ware ware{.name = "w"};
      ware.maker = db.session().add(Maker{.name = "m"});
      db.session().add(std::move(ware));
    }
    db.session().commit();
  }
};

TEST(RecordedQueries, AreThoseOfTheContext) {
  const Shop shop("SQLALCHEMY_RECORD_QUERIES");
  auto& app = const_cast<App&>(shop.app);
  const auto context = app.app_context();
  EXPECT_TRUE(db.get_recorded_queries().empty());
  const TimePoint before = Clock::now();
  EXPECT_FALSE(db.session().get<Maker>(77));
  const int line = __LINE__ - 1;
  ASSERT_EQ(db.get_recorded_queries().size(), 1U);
  const db::RecordedQuery query = db.get_recorded_queries()[0];
  EXPECT_THAT(query.statement, HasSubstr("FROM rec_makers WHERE"));
  ASSERT_EQ(query.parameters.size(), 1U);
  ASSERT_EQ(query.parameters[0].size(), 1U);
  EXPECT_EQ(query.parameters[0][0].integer, 77);
  EXPECT_EQ(query.bind_key, "");
  EXPECT_GE(query.start_time, before);
  EXPECT_LE(query.end_time, Clock::now());
  EXPECT_EQ(query.duration(), query.end_time - query.start_time);
  EXPECT_GT(query.duration().count(), 0);
#ifdef RETORT_HAS_BACKTRACE
  EXPECT_THAT(query.location, HasSubstr("recorded_queries_test.cpp:" + std::to_string(line) + " (shop::"));
#else
  EXPECT_EQ(query.location, "<unknown>");
  EXPECT_GT(line, 0);
#endif
  EXPECT_THROW(db.session().text("SELECT nothing FROM nowhere"), db::Error);
  EXPECT_EQ(db.get_recorded_queries().size(), 1U);  // as Flask-SQLAlchemy: what has run
  db.session().rollback();
  for (int i = 0; i < 3; ++i) db.session().add(Maker{.name = std::to_string(i)});
  db.session().flush();
  ASSERT_EQ(db.get_recorded_queries().size(), 2U);
  EXPECT_THAT(db.get_recorded_queries()[1].statement, HasSubstr("INSERT INTO rec_makers"));
  ASSERT_EQ(db.get_recorded_queries()[1].parameters.size(), 3U);
  EXPECT_EQ(db.get_recorded_queries()[1].parameters[2][0].text, "2");
}

TEST(RecordedQueries, AreNoneUnlessAskedFor) {
  Shop shop;
  const auto context = shop.app.app_context();
  EXPECT_TRUE(db.session().get<Maker>(1));
  EXPECT_TRUE(db.get_recorded_queries().empty());
}

TEST(RecordedQueries, AreShownOnTheDebugPage) {
  App app{"shop"};
  app.config["DEBUG"] = true;
  app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://";
  db.init_app(app);
  app.get("/", "index", []() -> std::string {
    db.create_all();
    db.session().get<Maker>(77);
    throw std::runtime_error("no maker");
  });
  Debugger debugger;
  set_debug_pages(app, &debugger);
  const std::string page = app.test_client().get("/", {.headers = {{"Accept", "text/html"}}}).text();
  EXPECT_THAT(page, HasSubstr("<th scope=\"col\">statement</th>"));
  EXPECT_THAT(page, HasSubstr("FROM rec_makers WHERE"));
}

TEST(RecordedQueries, KnowTheirDatabase) {
  App app{"shop"};
  app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://";
  app.config["SQLALCHEMY_BINDS"] = Value::dict({{"log", "sqlite://"}});
  app.config["SQLALCHEMY_RECORD_QUERIES"] = true;
  db.init_app(app);
  {
    const auto context = app.app_context();
    db.engine("log").execute("SELECT 1");
    db.engine().execute("SELECT 2");
    ASSERT_EQ(db.get_recorded_queries().size(), 2U);
    EXPECT_EQ(db.get_recorded_queries()[0].bind_key, "log");
    EXPECT_EQ(db.get_recorded_queries()[1].bind_key, "");
  }
  const auto context = app.app_context();
  EXPECT_TRUE(db.get_recorded_queries().empty());
}

TEST(Echo, LogsEachStatementWithItsValues) {
  testing::internal::CaptureStderr();
  {
    Shop shop("SQLALCHEMY_ECHO");
    const auto context = shop.app.app_context();
    EXPECT_FALSE(db.session().get<Maker>(4711));
  }
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_THAT(log, HasSubstr("FROM rec_makers WHERE"));
  EXPECT_THAT(log, HasSubstr("[4711]"));
  EXPECT_THAT(log, HasSubstr("COMMIT"));
  testing::internal::CaptureStderr();
  { const Shop quiet; }
  EXPECT_THAT(testing::internal::GetCapturedStderr(), Not(HasSubstr("rec_makers")));
}

TEST(NPlusOne, IsAWarningOfDebugModeWithTheLine) {
  Shop shop("DEBUG");
  auto client = shop.app.test_client();
  EXPECT_EQ(client.get("/lazily").text(), "mmmmmmmmmmmmmmm");
  ASSERT_EQ(shop.warnings.size(), 1U);
  EXPECT_THAT(shop.warnings[0], HasSubstr("rec_wares.maker was loaded 11 times"));
  EXPECT_EQ(client.get("/one-by-one").text(), "mmmmmmmmmmmmmmm");
  ASSERT_EQ(shop.warnings.size(), 2U) << shop.warnings[2];
  EXPECT_THAT(shop.warnings[1], HasSubstr("the same statement was run 11 times"));
  EXPECT_THAT(shop.warnings[1], HasSubstr("FROM rec_makers WHERE"));
#ifdef RETORT_HAS_BACKTRACE
  const auto asked_by = [](int line, const char* function) {
    return "recorded_queries_test.cpp:" + std::to_string(line) + " (shop::" + function;
  };
  EXPECT_THAT(shop.warnings[0], HasSubstr(asked_by(lazy_line, "lazily")));
  EXPECT_THAT(shop.warnings[1], HasSubstr(asked_by(get_line, "one_by_one")));
#endif
  EXPECT_EQ(client.get("/lazily").status_code, 200);  // each request is told of
  EXPECT_EQ(shop.warnings.size(), 3U);
}

TEST(NPlusOne, IsNotWhatIsReadAndWrittenTogether) {
  Shop shop("DEBUG");
  auto client = shop.app.test_client();
  EXPECT_EQ(client.get("/together").text(), "mmm-mmmmmmmmmmmmmmmm");
  EXPECT_EQ(client.get("/rename").text(), "15");
  EXPECT_TRUE(shop.warnings.empty()) << shop.warnings[0];
}

TEST(NPlusOne, IsNotLookedForInProduction) {
  Shop shop;
  EXPECT_EQ(shop.app.test_client().get("/lazily").status_code, 200);
  EXPECT_TRUE(shop.warnings.empty());
}

}  // namespace shop
