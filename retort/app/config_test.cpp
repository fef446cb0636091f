// SPDX-License-Identifier: BSD-3-Clause
// Expected values are Flask 3.1's.
#include "retort/app/config.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/client.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/app/app.h"
#include "retort/app/globals.h"
#include "retort/app/session.h"
#include "retort/base/duration.h"
#include "retort/json/json.h"

namespace retort {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
namespace fs = std::filesystem;

template <class F>
std::string error_of(F f) {
  try {
    f();
  } catch (const SetupError& e) {
    return e.what();
  }
  return "no error";
}

std::string dumped(const Value& value) { return value.repr(); }

TEST(Config, HasFlasksDefaults) {
  unsetenv("FLASK_DEBUG");
  const Config config;
  EXPECT_EQ(
      dumped(config.values()),
      "{'DEBUG': False, 'TESTING': False, 'PROPAGATE_EXCEPTIONS': None, 'SECRET_KEY': None, "
      "'SECRET_KEY_FALLBACKS': None, 'PERMANENT_SESSION_LIFETIME': 2678400, 'USE_X_SENDFILE': False, "
      "'TRUSTED_HOSTS': None, 'SERVER_NAME': None, 'APPLICATION_ROOT': '/', 'SESSION_COOKIE_NAME': "
      "'session', "
      "'SESSION_COOKIE_DOMAIN': None, 'SESSION_COOKIE_PATH': None, 'SESSION_COOKIE_HTTPONLY': True, "
      "'SESSION_COOKIE_SECURE': False, 'SESSION_COOKIE_PARTITIONED': False, 'SESSION_COOKIE_SAMESITE': None, "
      "'SESSION_REFRESH_EACH_REQUEST': True, 'MAX_CONTENT_LENGTH': None, 'MAX_FORM_MEMORY_SIZE': 500000, "
      "'MAX_FORM_PARTS': 1000, 'SEND_FILE_MAX_AGE_DEFAULT': None, 'TRAP_BAD_REQUEST_ERRORS': None, "
      "'TRAP_HTTP_EXCEPTIONS': False, 'EXPLAIN_TEMPLATE_LOADING': False, 'PREFERRED_URL_SCHEME': 'http', "
      "'TEMPLATES_AUTO_RELOAD': None, 'MAX_COOKIE_SIZE': 4093, 'PROVIDE_AUTOMATIC_OPTIONS': True}");
}

TEST(Config, TakesDebugFromTheEnvironment) {
  const struct {
    const char* text;
    bool debug;
  } cases[] = {{"1", true},      {"true", true}, {"yes", true}, {"0", false},
               {"False", false}, {"no", false},  {"", false}};
  for (const auto& c : cases) {
    setenv("FLASK_DEBUG", c.text, 1);
    EXPECT_EQ(Config().boolean("DEBUG"), c.debug) << c.text;
  }
  setenv("FLASK_DEBUG", "1", 1);
  EXPECT_EQ(Config().source("DEBUG"), "environment variable FLASK_DEBUG");
  unsetenv("FLASK_DEBUG");
}

struct Settings {
  bool TESTING = true;
  std::string SECRET_KEY = "dev";
  std::vector<std::string> ADMINS = {"a@x", "b@x"};
  std::optional<int> LIMIT = {};
  minutes PERMANENT_SESSION_LIFETIME = minutes(5);
  std::string helper = "not a setting";
};

TEST(Config, TakesTheUpperCaseMembersOfAStruct) {
  Config config;
  config.from_object(Settings{});
  EXPECT_TRUE(config.boolean("TESTING"));
  EXPECT_EQ(config.text("SECRET_KEY"), "dev");
  EXPECT_THAT(config.get<std::vector<std::string>>("ADMINS"), ElementsAre("a@x", "b@x"));
  EXPECT_TRUE(config.get("LIMIT").is_none());
  EXPECT_EQ(config.seconds("PERMANENT_SESSION_LIFETIME"), 300);
  EXPECT_FALSE(config.contains("helper"));
  EXPECT_THAT(config.source("TESTING"), HasSubstr("object"));
  EXPECT_THAT(config.source("TESTING"), HasSubstr("Settings"));
}

struct Base {
  void apply(Config& config) const {
    config["POOL"] = 5;
    config["URI"] = "sqlite://";
  }
};
struct Testing : Base {
  void apply(Config& config) const {
    Base::apply(config);
    config["URI"] = "sqlite://:memory:";
    config["TESTING"] = true;
  }
};

TEST(Config, TakesObjectsThatInherit) {
  Config config;
  config.from_object(Testing{});
  EXPECT_EQ(config.integer("POOL"), 5);
  EXPECT_EQ(config.text("URI"), "sqlite://:memory:");
  config["URI"] = "x";
  EXPECT_EQ(config.source("URI"), "code");
}

TEST(Config, KnowsObjectsByName) {
  Config config;
  config.add_object<Base>("base");
  config.add_object<Testing>("testing");
  config.from_object(config::named("testing"));
  EXPECT_TRUE(config.boolean("TESTING"));
  EXPECT_EQ(error_of([&] { config.from_object(config::named("prod")); }),
            "no config object is named 'prod'; there are: base, testing");
  EXPECT_THAT(error_of([] { Config().from_object(config::named("x")); }), HasSubstr("add_object<T>(name)"));
}

TEST(Config, TakesUpperCaseKeysOfMappingsAsCopies) {
  Value inner = Value::dict({{"a", 1}});
  Config one;
  Config two;
  const Value mapping = Value::dict({{"INNER", inner}, {"lower", 1}, {"Mixed", 2}, {"A1_B", 3}, {"12", 4}});
  one.from_mapping(mapping);
  two.from_mapping(mapping);
  EXPECT_FALSE(one.contains("lower") || one.contains("Mixed") || one.contains("12"));
  EXPECT_EQ(one.integer("A1_B"), 3);
  EXPECT_EQ(one.source("A1_B"), "mapping");
  one.freeze();
  Value of_two = two.get("INNER");
  of_two.set("a", 2);  // a frozen value would throw
  EXPECT_EQ(one.get("INNER").repr(), "{'a': 1}");
}

class ConfigFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "retort-config-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    config_.set_root_path(name);
  }
  void TearDown() override { fs::remove_all(folder_); }
  void write(const char* name, const std::string& text) { std::ofstream(folder_ / name) << text; }

  fs::path folder_;
  Config config_;
};

TEST_F(ConfigFiles, InJson) {
  write("c.json", R"({"SECRET_KEY": "k", "N": [1, {"a": null}], "lower": 1})");
  EXPECT_TRUE(config_.from_file("c.json"));
  EXPECT_EQ(config_.text("SECRET_KEY"), "k");
  EXPECT_EQ(config_.get("N").repr(), "[1, {'a': None}]");
  EXPECT_FALSE(config_.contains("lower"));
  EXPECT_EQ(config_.source("N"), "file c.json");
}

TEST_F(ConfigFiles, InToml) {
  write("c.toml",
        "SECRET_KEY = \"k\"\nPORT = 5_000\nRATIO = 1.5\nON = true\nDAY = 2026-01-31\nAT = "
        "2026-01-31T12:00:00Z\n[DB]\nuri = 'sqlite://'\nlist = [1, 2]\n");
  EXPECT_TRUE(config_.from_file((folder_ / "c.toml").string()));
  EXPECT_EQ(config_.text("SECRET_KEY"), "k");
  EXPECT_EQ(config_.get<int>("PORT"), 5000);
  EXPECT_EQ(config_.real("RATIO"), 1.5);
  EXPECT_TRUE(config_.boolean("ON"));
  EXPECT_EQ(config_.text("DAY"), "2026-01-31");
  EXPECT_EQ(config_.text("AT"), "2026-01-31T12:00:00Z");
  EXPECT_EQ(config_.get("DB").get("uri").str(), "sqlite://");
  EXPECT_EQ(config_.get("DB").get("list").repr(), "[1, 2]");
}

TEST_F(ConfigFiles, WithAReaderOfOnesOwn) {
  write("c.env", "anything");
  EXPECT_TRUE(config_.from_file("c.env", [](std::string_view text) {
    return Value::dict({{"TEXT", text}});
  }));
  EXPECT_EQ(config_.text("TEXT"), "anything");
}

TEST_F(ConfigFiles, ThatAreMissingOrWrongSaySo) {
  EXPECT_EQ(error_of([&] { config_.from_file("no.json"); }),
            "Unable to load configuration file (No such file or directory): '" +
                (folder_ / "no.json").string() + "'");
  EXPECT_FALSE(config_.from_file("no.json", ConfigFileOptions{.silent = true}));
  fs::create_directory(folder_ / "folder.json");
  EXPECT_FALSE(config_.from_file("folder.json", ConfigFileOptions{.silent = true}));
  EXPECT_THAT(error_of([&] { config_.from_file("folder.json"); }), HasSubstr("Is a directory"));
  write("bad.json", "{");
  EXPECT_THAT(error_of([&] { config_.from_file("bad.json", ConfigFileOptions{.silent = true}); }),
              HasSubstr("'bad.json' cannot be read"));
  write("bad.toml", "A = 1\nB = \n");
  EXPECT_THAT(error_of([&] { config_.from_file("bad.toml"); }),
              AllOf(HasSubstr("'bad.toml' cannot be read: line 2"), Not(HasSubstr("\n"))));
  write("list.json", "[1]");
  EXPECT_THAT(error_of([&] { config_.from_file("list.json"); }), HasSubstr("holds a list"));
  EXPECT_THAT(error_of([&] { config_.from_file("c.py"); }), HasSubstr("neither .json nor .toml"));
}

TEST_F(ConfigFiles, NamedByAVariable) {
  write("c.json", R"({"X": 1})");
  unsetenv("RT_SETTINGS");
  EXPECT_EQ(
      error_of([&] { config_.from_envvar("RT_SETTINGS"); }),
      "The environment variable 'RT_SETTINGS' is not set and as such configuration could not be loaded. "
      "Set this variable and make it point to a configuration file");
  EXPECT_FALSE(config_.from_envvar("RT_SETTINGS", {.silent = true}));
  setenv("RT_SETTINGS", (folder_ / "c.json").c_str(), 1);
  EXPECT_TRUE(config_.from_envvar("RT_SETTINGS"));
  EXPECT_EQ(config_.integer("X"), 1);
  unsetenv("RT_SETTINGS");
}

TEST_F(ConfigFiles, OfAnAppLieInItsRootOrInstanceFolder) {
  App app{"x", {.root_path = folder_.string()}};
  EXPECT_EQ(app.config.root_path(), folder_.string());
  EXPECT_EQ(app.instance_path(), (folder_ / "instance").string());
  App relative{"x", {.root_path = folder_.string(), .instance_relative_config = true}};
  EXPECT_EQ(relative.config.root_path(), (folder_ / "instance").string());
  App own{"x", {.root_path = folder_.string(), .instance_path = "/srv/x"}};
  EXPECT_EQ(own.instance_path(), "/srv/x");
}

TEST(Config, TakesPrefixedVariables) {
  const std::vector<std::pair<const char*, const char*>> variables = {
      {"RT_INT", "1"},           {"RT_BOOL", "true"}, {"RT_TEXT", "text"}, {"RT_QUOTED", "\"1\""},
      {"RT_LIST", "[1, \"a\"]"}, {"RT_NOT", "True"},  {"RT_EMPTY", ""},    {"RT_DB__POOL__SIZE", "5"},
      {"RT_DB__URI", "x"},       {"RT_NULL", "null"}, {"RTX_NO", "1"},     {"RT_lower", "1"}};
  for (const auto& [name, value] : variables) setenv(name, value, 1);
  Config config;
  config.from_prefixed_env("RT");
  EXPECT_EQ(config.integer("INT"), 1);
  EXPECT_TRUE(config.boolean("BOOL"));
  EXPECT_EQ(config.text("TEXT"), "text");
  EXPECT_EQ(config.text("QUOTED"), "1");
  EXPECT_EQ(config.get("LIST").repr(), "[1, 'a']");
  EXPECT_EQ(config.text("NOT"), "True");
  EXPECT_EQ(config.text("EMPTY"), "");
  EXPECT_EQ(config.get("DB").repr(), "{'POOL': {'SIZE': 5}, 'URI': 'x'}");
  EXPECT_TRUE(config.contains("NULL") && !config.is_set("NULL"));
  EXPECT_FALSE(config.contains("NO"));
  EXPECT_EQ(config.integer("lower"), 1);  // Flask takes it as it is
  EXPECT_EQ(config.source("INT"), "environment variable RT_INT");
  EXPECT_EQ(config.source("DB"), "environment variable RT_DB__URI");
  setenv("RT_INT__A", "1", 1);
  EXPECT_THAT(error_of([&] { config.from_prefixed_env("RT"); }),
              AllOf(HasSubstr("config[\"INT\"]"), HasSubstr("RT_INT__A"), HasSubstr("not a dict")));
  for (const auto& [name, value] : variables) unsetenv(name);
  unsetenv("RT_INT__A");
}

TEST(Config, GivesNamespaces) {
  Config config;
  config["IMAGE_STORE_TYPE"] = "fs";
  config["IMAGE_STORE_PATH"] = "/var";
  EXPECT_EQ(config.get_namespace("IMAGE_STORE_").repr(), "{'type': 'fs', 'path': '/var'}");
  EXPECT_EQ(config.get_namespace("IMAGE_STORE_", {.lowercase = false}).repr(),
            "{'TYPE': 'fs', 'PATH': '/var'}");
  EXPECT_EQ(config.get_namespace("IMAGE_STORE_", {.trim_namespace = false}).repr(),
            "{'image_store_type': 'fs', 'image_store_path': '/var'}");
}

TEST(Config, TypedReadsSayWhatIsWrongAndWhereItCameFrom) {
  setenv("RT_PORT", "many", 1);
  setenv("RT_API_TOKEN", "[\"hidden\"]", 1);
  Config config;
  config.from_prefixed_env("RT");
  unsetenv("RT_PORT");
  unsetenv("RT_API_TOKEN");
  EXPECT_EQ(error_of([&] { config.integer("PORT"); }),
            "config[\"PORT\"] should be an integer, but is 'many' (str; from: environment variable RT_PORT)");
  EXPECT_THAT(error_of([&] { config.get<int>("PORT"); }), HasSubstr("RT_PORT"));
  EXPECT_THAT(error_of([&] { config.text("API_TOKEN"); }),
              AllOf(HasSubstr("API_TOKEN"), Not(HasSubstr("hidden"))));
  EXPECT_EQ(error_of([&] { config.boolean("NOWHERE"); }), "config[\"NOWHERE\"] is not set");
  EXPECT_EQ(config.get<int>("NOWHERE", 7), 7);
  EXPECT_EQ(config.get<std::string>("SECRET_KEY", "none"), "none");
  EXPECT_EQ(config.get<int>("MAX_FORM_PARTS", 7), 1000);
  EXPECT_EQ(config.seconds("PERMANENT_SESSION_LIFETIME"), 24 * 31 * 3600);
}

TEST(Config, MasksSecretsWherePeopleLook) {
  Config config;
  config["SECRET_KEY"] = "s3cr3t";
  config["DATABASE_URI"] = "postgresql://app:s3cr3t@db:5432/x?a=b@c";
  config["PLAIN_URI"] = "https://example.com/a:b@c";
  config["MAIL"] = Value::dict({{"password", "s3cr3t"}, {"host", "h"}});
  EXPECT_EQ(config.printable("SECRET_KEY"), "'********'");
  EXPECT_EQ(config.printable("DATABASE_URI"), "'postgresql://app:********@db:5432/x?a=b@c'");
  EXPECT_EQ(config.printable("PLAIN_URI"), "'https://example.com/a:b@c'");
  EXPECT_EQ(config.printable("MAIL"), "{'password': '********', 'host': 'h'}");
  EXPECT_EQ(config.printable("SECRET_KEY_FALLBACKS"), "None");
  EXPECT_EQ(config.printable("SESSION_COOKIE_NAME"), "'session'");
  const std::pair<const char*, const char*> urls[] = {
      {"postgresql://app:s3cr3t/w@db/x", "postgresql://app:********@db/x"},
      {"postgresql://app:s3cr3t#w@db/x?a=b@c", "postgresql://app:********@db/x?a=b@c"},
      {"postgresql://app:s3cr3t/@w@db/x", "postgresql://app:********@db/x"},
      {"postgresql://app:s3cr3t?w@db/x", "postgresql://app:********@db/x"},
      {"redis://:s3cr3t@db", "redis://:********@db"},
      {"https://example.com:80/a", "https://example.com:80/a"},
      {"https://app@db/a:b", "https://app@db/a:b"},
  };
  for (const auto& [url, shown] : urls) {
    config["URI"] = url;
    EXPECT_EQ(config.printable("URI"), "'" + std::string(shown) + "'");
    EXPECT_THAT(error_of([&] { config.integer("URI"); }), Not(HasSubstr("s3cr3t")));
  }
  config["URIS"] = Value::list({"redis://:s3cr3t@a", Value::tuple({Value::dict({{"token", "s3cr3t"}})}), 1});
  EXPECT_EQ(config.printable("URIS"), "['redis://:********@a', ({'token': '********'},), 1]");
  for (const char* key : {"STRIPE_KEY", "API_TOKEN", "db_passwd", "SENTRY_DSN"})
    EXPECT_TRUE(Config::is_secret(key));
  for (const char* key : {"KEYBOARD", "MONKEY_NAME", "TOKENIZER"}) EXPECT_FALSE(Config::is_secret(key));
}

TEST(Config, IsReadOnlyOnceTheAppServes) {
  App app{"frozen"};
  app.config["X"] = Value::list();
  app.freeze();
  EXPECT_THAT(error_of([&] { app.config["X"] = 1; }), HasSubstr("config[\"X\"] was set after"));
  EXPECT_THROW(app.config.from_mapping(Value::dict({{"Y", 1}})), SetupError);
}

TEST(Config, OfTwoAppsIsApart) {
  App one{"one"};
  App two{"two"};
  one.config.from_object(Testing{});
  one.freeze();
  EXPECT_FALSE(two.config.contains("POOL"));
  two.config["POOL"] = 1;
  EXPECT_EQ(one.config.integer("POOL"), 5);
}

TEST(Config, FreezesNothingOfTheProgramsOwn) {
  Value shared = Value::dict({{"HOSTS", Value::list({"a"})}});
  App one{"one"};
  App two{"two"};
  one.config["MAIL"] = shared;
  two.config["MAIL"] = shared;
  one.config.from_mapping({{"SAME", shared}});
  one.freeze();
  shared.set("LATER", 1);
  EXPECT_EQ(one.config.get("MAIL").repr(), "{'HOSTS': ['a']}");
  EXPECT_EQ(one.config.get("SAME").repr(), "{'HOSTS': ['a']}");
  two.config.get("MAIL").set("OF_TWO", 2);
  EXPECT_EQ(two.config.get("MAIL").repr(), "{'HOSTS': ['a'], 'OF_TWO': 2}");
}

// What the keys do that no other test covers.

TEST(ConfigKeys, MaxCookieSizeWarnsOfEveryCookie) {
  const auto warnings = [](const Value& limit) {
    App app{"cookies"};
    app.config["SECRET_KEY"] = "dev";
    app.config["MAX_COOKIE_SIZE"] = limit;
    std::vector<std::string> lines;
    app.logger.remove_standard_error();
    app.logger.add_sink(
        [](void* user, LogLevel, std::string_view line) {
          static_cast<std::vector<std::string>*>(user)->emplace_back(line);
        },
        &lines);
    app.get("/", "index", [] {
      Response response("ok");
      response.set_cookie("fits", std::string(40, 'x'), {.path = ""});  // 45 bytes
      response.set_cookie("path", std::string(40, 'x'));                // 53 with "; Path=/"
      session["a"] = "b";
      return response;
    });
    app.test_client().get("/");
    return lines;
  };
  EXPECT_THAT(warnings(4093), ElementsAre());
  EXPECT_THAT(warnings(0), ElementsAre());
  EXPECT_THAT(warnings(nullptr), ElementsAre());
  EXPECT_THAT(warnings(52), ElementsAre(AllOf(HasSubstr("The 'path' cookie"), HasSubstr("53 bytes")),
                                        HasSubstr("The 'session' cookie")));
  EXPECT_EQ(warnings(44).size(), 3U);
}

TEST(ConfigKeys, ProvideAutomaticOptionsHoldsForRulesAddedLater) {
  App app{"options"};
  app.get("/with", "with", [] { return "x"; });
  app.config["PROVIDE_AUTOMATIC_OPTIONS"] = false;
  app.get("/without", "without", [] { return "x"; });
  EXPECT_EQ(app.test_client().options("/with").status_code, 200);
  EXPECT_EQ(app.test_client().options("/without").status_code, 405);
}

TEST(ConfigKeys, LimitsMayBeOff) {
  App app{"limits"};
  app.config["MAX_FORM_PARTS"] = nullptr;
  app.config["MAX_FORM_MEMORY_SIZE"] = nullptr;
  app.post("/", [] { return std::to_string(request->form->size()); });
  EXPECT_EQ(app.test_client().post("/", {.form = {{"a", std::string(600'000, 'x')}}}).data, "1");
  App negative{"negative"};
  negative.config["MAX_CONTENT_LENGTH"] = -1;
  EXPECT_THAT(error_of([&] { negative.freeze(); }), HasSubstr("MAX_CONTENT_LENGTH"));
}

TEST(ConfigKeys, MaxContentLengthAnswers413) {
  App app{"length"};
  app.config["MAX_CONTENT_LENGTH"] = 10;
  app.post("/", [] { return std::string(request->get_data()); });
  EXPECT_EQ(app.test_client().post("/", {.data = "0123456789"}).status_code, 200);
  EXPECT_EQ(app.test_client().post("/", {.data = "0123456789a"}).status_code, 413);
}

TEST(ConfigKeys, DebugSetsTheLogLevelUnlessItWasSet) {
  const auto level = [](bool debug, std::optional<LogLevel> own) {
    App app{"level"};
    app.config["DEBUG"] = debug;
    if (own) app.logger.set_level(*own);
    app.freeze();
    return app.logger.level();
  };
  EXPECT_EQ(level(false, {}), LogLevel::info);
  EXPECT_EQ(level(true, {}), LogLevel::debug);
  EXPECT_EQ(level(true, LogLevel::error), LogLevel::error);
}

}  // namespace
}  // namespace retort
