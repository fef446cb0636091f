// SPDX-License-Identifier: BSD-3-Clause
// The schema's history, and the command that fills it.
#include "app/commands.h"
#include "tests/flaskr_fixture.h"
#include <retort/db/inspect.h>
#include <retort/migrate/compare.h>
#include <retort/migrate/migrator.h>

namespace flaskr {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Migrations, MakeWhatTheModelsSay) {
  App app = create_app("testing");
  const auto context = app.app_context();
  const auto revisions = migrate::Revisions::load("migrations/versions");
  migrate::Migrator migrator(db.engine(), revisions);
  migrator.upgrade();
  const auto lease = db.engine().connect();
  EXPECT_THAT(migrate::compare(db.metadata(), db::inspect(*lease), db.engine().dialect()).found, IsEmpty());
  migrator.downgrade("base");
  EXPECT_FALSE(db::inspect(*lease).metadata.find("users"));
}

class Seed : public Flaskr {};

TEST_F(Seed, MakesAUserToLogInWith) {
  {
    const auto context = app.app_context();
    EXPECT_EQ(seed_database(), 0);
    const auto users = db.query<User>().count();
    EXPECT_GE(users, 3);
    EXPECT_EQ(seed_database(), 0) << "once more";
    EXPECT_EQ(db.query<User>().count(), users);
    EXPECT_GT(db.query<Post>().count(), 20);
  }
  const auto home = client.post("/auth/login", {.form = {{"email", kSeedEmail}, {"password", kSeedPassword}},
                                                .follow_redirects = true});
  EXPECT_THAT(home.text(), HasSubstr("Logged in successfully!"));
}

TEST(Texts, GiveTitles) {
  EXPECT_EQ(title_of("One line"), "One line");
  EXPECT_EQ(title_of("One\r\ntwo"), "One");
  EXPECT_EQ(title_of(std::string(80, 'x')), std::string(80, 'x'));
  EXPECT_EQ(title_of(std::string(81, 'x')), std::string(80, 'x') + "\u2026");
  EXPECT_EQ(title_of(std::string(79, 'x') + "\u00e9y"), std::string(79, 'x') + "\u2026")
      << "no half characters";
}

}  // namespace
}  // namespace flaskr
