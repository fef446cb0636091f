// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/url.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "retort/db/error.h"

namespace retort::db {
namespace {

struct Case {
  const char* text;
  const char* dialect;
  const char* username;
  const char* password;
  const char* host;
  int port;
  const char* database;
  std::vector<std::pair<std::string, std::string>> query = {};
  const char* shown = nullptr;  // as SQLAlchemy's render_as_string() where it is the same
};

// What SQLAlchemy's make_url() makes of them; None is "" here.
const Case kCases[] = {
    {"sqlite://", "sqlite", "", "", "", 0, "", {}, "sqlite://"},
    {"sqlite:///", "sqlite", "", "", "", 0, "", {}, "sqlite://"},
    {"sqlite:///rel/app.db", "sqlite", "", "", "", 0, "rel/app.db", {}, "sqlite:///rel/app.db"},
    {"sqlite:////abs/app.db", "sqlite", "", "", "", 0, "/abs/app.db", {}, "sqlite:////abs/app.db"},
    {"sqlite:///:memory:", "sqlite", "", "", "", 0, ":memory:", {}, "sqlite:///:memory:"},
    {"sqlite:///a b%20c@d.db?timeout=5",
     "sqlite",
     "",
     "",
     "",
     0,
     "a b%20c@d.db",
     {{"timeout", "5"}},
     nullptr},
    {"sqlite:///file:x.db?mode=ro&uri=true",
     "sqlite",
     "",
     "",
     "",
     0,
     "file:x.db",
     {{"mode", "ro"}, {"uri", "true"}},
     "sqlite:///file:x.db?mode=ro&uri=true"},
    {"sqlite+pysqlite:///x.db", "sqlite", "", "", "", 0, "x.db", {}, "sqlite+pysqlite:///x.db"},
    {"postgresql://h", "postgresql", "", "", "h", 0, "", {}, "postgresql://h"},
    {"postgres://u@h/d", "postgresql", "u", "", "h", 0, "d", {}, "postgresql://u@h/d"},
    {"postgresql+psycopg2://u:p%40ss%2Fw@h:5433/d",
     "postgresql",
     "u",
     "p@ss/w",
     "h",
     5433,
     "d",
     {},
     "postgresql+psycopg2://u:***@h:5433/d"},
    {"postgresql://[::1]:5432/d", "postgresql", "", "", "::1", 5432, "d", {}, "postgresql://[::1]:5432/d"},
    {"postgresql://u:p@[fe80::1]/d",
     "postgresql",
     "u",
     "p",
     "fe80::1",
     0,
     "d",
     {},
     "postgresql://u:***@[fe80::1]/d"},
    {"postgresql:///d?host=/tmp&port=5",
     "postgresql",
     "",
     "",
     "",
     0,
     "d",
     {{"host", "/tmp"}, {"port", "5"}},
     nullptr},
    {"postgresql://:p@h/d", "postgresql", "", "p", "h", 0, "d", {}, "postgresql://:***@h/d"},
    {"postgresql://u:p:q@h/d", "postgresql", "u", "p:q", "h", 0, "d", {}, "postgresql://u:***@h/d"},
    {"postgresql://u:p/w@h/d", "postgresql", "u", "p/w", "h", 0, "d", {}, "postgresql://u:***@h/d"},
    {"postgresql://u@x@h/d", "postgresql", "u@x", "", "h", 0, "d", {}, "postgresql://u%40x@h/d"},
    {"postgresql://u/p@h/d", "postgresql", "", "", "u", 0, "p@h/d", {}, "postgresql://u/p@h/d"},
    {"postgresql://u+x:p+q%2B@h/d?x=a+b%2Bc",
     "postgresql",
     "u+x",
     "p+q+",
     "h",
     0,
     "d",
     {{"x", "a b+c"}},
     nullptr},
    {"postgresql://h/d?a=1&a=2&b=&c",
     "postgresql",
     "",
     "",
     "h",
     0,
     "d",
     {{"a", "1"}, {"a", "2"}},
     "postgresql://h/d?a=1&a=2"},
    {"postgresql://h/d?x=1?y", "postgresql", "", "", "h", 0, "d", {{"x", "1?y"}}, "postgresql://h/d?x=1%3Fy"},
    {"postgresql://h/d/e#f", "postgresql", "", "", "h", 0, "d/e#f", {}, "postgresql://h/d/e#f"},
    // Beyond SQLAlchemy, as libpq: a socket's folder as the host.
    {"postgresql://u@%2Frun%2Fpostgresql/d", "postgresql", "u", "", "/run/postgresql", 0, "d", {}, nullptr},
};

TEST(UrlTest, IsReadAsSqlAlchemyReadsIt) {
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.text);
    const Url url = parse_url(c.text);
    EXPECT_EQ(url.dialect, c.dialect);
    EXPECT_EQ(url.username, c.username);
    EXPECT_EQ(url.password, c.password);
    EXPECT_EQ(url.host, c.host);
    EXPECT_EQ(url.port, c.port);
    EXPECT_EQ(url.database, c.database);
    EXPECT_EQ(url.query, c.query);
    if (c.shown) {
      EXPECT_EQ(url.str(), c.shown);
    }
  }
}

TEST(UrlTest, NamesTheDriver) { EXPECT_EQ(parse_url("postgresql+asyncpg://h/d").driver, "asyncpg"); }

TEST(UrlTest, TheLastOfSeveralOptionsCounts) {
  const Url url = parse_url("postgresql://h/d?a=1&a=2");
  EXPECT_EQ(url.option("a"), "2");
  EXPECT_EQ(url.option("b"), "");
}

TEST(UrlTest, RefusesWhatIsNoneAndSaysWhy) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "://"},
      {"app.db", "://"},
      {"sqlite:app.db", "://"},
      {"sqlite:/app.db", "://"},
      {"://h", "dialect"},
      {" sqlite://", "dialect"},
      {"my-sql://h", "dialect"},
      {"postgresql+://h", "dialect"},
      {"mysql://u:secret@h/d", "\"mysql\""},
      {"sqlite://app.db", "three slashes"},
      {"sqlite://u:secret@/app.db", "three slashes"},
      {"postgresql://u:secret@h:/d", "port"},
      {"postgresql://u:secret@h:abc/d", "port"},
      {"postgresql://u:secret@h:99999/d", "port"},
      {"postgresql://u:secret@h:0/d", "port"},
      {"postgresql://u:secret@h1:1,h2:2/d", "port"},
      {"postgresql://u:se@cret@h/d", "%40"},
      {"postgresql://u:secret@[::1/d", "without"},
      {"postgresql://u:secret@[::1]x/d", "behind"},
  };
  for (const auto& [text, why] : cases) {
    SCOPED_TRACE(text);
    try {
      parse_url(text);
      ADD_FAILURE() << "it was taken";
    } catch (const ArgumentError& error) {
      const std::string what = error.what();
      EXPECT_NE(what.find(why), std::string::npos) << what;
      EXPECT_EQ(what.find("cret"), std::string::npos) << what;
    }
  }
}

TEST(UrlTest, NeverShowsAPassword) {
  EXPECT_EQ(parse_url("postgresql://u:secret@h/d").str().find("secret"), std::string::npos);
  EXPECT_EQ(parse_url("postgresql://h/d?password=secret&sslpassword=secret").str(),
            "postgresql://h/d?password=***&sslpassword=***");
}

}  // namespace
}  // namespace retort::db
