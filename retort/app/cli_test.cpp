// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/cli.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/app/app.h"
#include "retort/app/command.h"

namespace retort {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// "greet", "db.init": all commands below a group.
void list(const cli::Group& group, const std::string& prefix, std::vector<std::string>& out) {
  for (const cli::Command* command : group.commands()) out.push_back(prefix + command->name);
  for (const cli::Group& inner : group.groups()) list(inner, prefix + inner.name() + ":", out);
}
std::vector<std::string> listed(const App& app) {
  std::vector<std::string> out;
  list(app.cli, "", out);
  return out;
}

Blueprint with_command(const std::string& name, const std::string& command, BlueprintOptions options = {}) {
  Blueprint blueprint{name, std::move(options)};
  blueprint.cli.command(command, "", [] {});
  return blueprint;
}

// As Flask 3.1 places them.
TEST(BlueprintCommands, AreInAGroupOfItsName) {
  App app{"shop"};
  app.cli.command("own", "", [] {});
  app.register_blueprint(with_command("plain", "a"));
  app.register_blueprint(with_command("named", "b", {.cli_group = "custom"}));
  app.register_blueprint(with_command("merged", "c", {.cli_group = ""}));
  app.register_blueprint(with_command("late", "d"), {.cli_group = "later"});
  app.register_blueprint(with_command("again", "e"), {.name = "renamed"});
  app.register_blueprint(Blueprint{"without"});
  EXPECT_THAT(listed(app), ElementsAre("own", "c", "plain:a", "custom:b", "later:d", "renamed:e"));
}

TEST(BlueprintCommands, OfANestedOneHaveTheWholeName) {
  Blueprint parent = with_command("parent", "a");
  parent.register_blueprint(with_command("child", "b"));
  App app{"shop"};
  app.register_blueprint(parent);
  EXPECT_THAT(listed(app), ElementsAre("parent:a", "parent.child:b"));
}

TEST(BlueprintCommands, OutliveTheBlueprint) {
  App app{"shop"};
  int ran = 0;
  {
    Blueprint blueprint{"admin"};
    blueprint.cli.command("count", "", [&ran] { ++ran; });
    app.register_blueprint(blueprint);
  }
  App moved = std::move(app);
  EXPECT_EQ(moved.cli.groups().at(0).commands().at(0)->run(nullptr), 0);
  EXPECT_EQ(ran, 1);
}

TEST(Cli, ALaterCommandReplacesOneOfItsName) {
  App app{"shop"};
  app.cli.command("seed", "first", [] {});
  app.cli.command("seed", "second", [] {});
  EXPECT_THAT(listed(app), ElementsAre("seed"));
  EXPECT_EQ(app.cli.commands().at(0)->help, "second");
  EXPECT_EQ(app.cli.group("db", "The database.").help(), app.cli.group("db").help());
}

template <class F>
std::string error_of(F f) {
  App app{"shop"};
  try {
    f(app);
  } catch (const SetupError& e) {
    return e.what();
  }
  return "";
}

TEST(Cli, SaysWhatMakesNoSense) {
  EXPECT_EQ(error_of([](App& app) { app.cli.command("a b", "", [] {}); }),
            "'a b' cannot be the name of a command");
  EXPECT_EQ(error_of([](App& app) { app.cli.group(""); }), "'' cannot be the name of a group");
  EXPECT_EQ(error_of([](App& app) {
              app.cli.command(
                  "x", "", [](int) {}, cli::argument("--id"));
            }),
            "the command 'x': the argument '--id' begins with a dash, as options do: say cli::option");
  EXPECT_EQ(error_of([](App& app) {
              app.cli.command(
                  "x", "", [](int) {}, cli::option("id"));
            }),
            "the command 'x': the option 'id' needs a dash: \"--count\"");
  EXPECT_EQ(
      error_of([](App& app) {
        app.cli.command(
            "x", "", [](int) {}, cli::option("--id/--no-id"));
      }),
      "the command 'x': the option '--id/--no-id' has a '/', which tells the two names of a bool's option");
  EXPECT_EQ(
      error_of([](App& app) {
        app.cli.command(
            "x", "", [](int) {}, cli::option("--id", "", "one"));
      }),
      "the command 'x': the option '--id' has a default that is none: Invalid value for '--id': 'one' is "
      "not a valid integer.");
  EXPECT_EQ(error_of([](App& app) {
              app.cli.command(
                  "x", "", [](const std::vector<int>&, int) {}, cli::argument("ids"), cli::argument("id"));
            }),
            "the command 'x': the argument 'id' comes behind one that takes all that is left");
  EXPECT_THAT(error_of([](App& app) {
                app.freeze();
                app.cli.command("late", "", [] {});
              }),
              HasSubstr("the command 'late' was added to 'shop' after its set-up was over"));
}

}  // namespace
}  // namespace retort
