// SPDX-License-Identifier: BSD-3-Clause
// Commands of an app's own, through the program's command line.
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/cli_runner.h"
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/app/app.h"
#include "retort/app/cli.h"
#include "retort/app/globals.h"
#include "retort/cli/main.h"

namespace retort {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

App make_app() {
  App app{"shop"};
  app.cli.command(
      "greet", "Greet somebody.",
      [](const std::string& name, int count, bool shout, const std::vector<std::string>& tags) {
        fmt::print("{} {} {} [{}]\n", name, count, shout, fmt::join(tags, "|"));
      },
      cli::argument("name", "Whom."), cli::option("-c,--count", "How often.", 1),
      cli::option("--shout/--no-shout", "Loud."), cli::option("--tag"));
  app.cli.command(
      "types", "Each type.",
      [](double number, std::optional<std::int64_t> large, std::uint8_t small, bool truth,
         const std::vector<int>& rest) {
        fmt::print("{} {} {} {} [{}]\n", number, large ? fmt::format("{}", *large) : "none", small, truth,
                   fmt::join(rest, "|"));
      },
      cli::argument("number"), cli::option("--large"), cli::option("--small", "", 7),
      cli::option("--truth", "", true), cli::argument("rest"));
  app.cli.command(
      "exit", "Ends with a code.", [](int code) { return code; }, cli::argument("code"));
  app.cli.command(
      "need", "", [](int id) { fmt::print("{}\n", id); }, cli::option("--id"));
  app.cli.command("where", "", [] { fmt::print("{}\n", current_app->name()); });
  app.cli.command("fail", "", [] { throw std::runtime_error("the disk is full"); });
  app.cli.command("misuse", "", [] { throw UsageError("the name is taken"); });
  const cli::Group db = app.cli.group("db", "The database.");
  db.command("init", "Makes it.", [] { fmt::print("made\n"); });
  db.group("deep").command("down", "", [] { fmt::print("deep\n"); });
  app.teardown_appcontext([](const std::exception_ptr& error) {
    if (error) fmt::print(stderr, "torn down by an error\n");
  });
  return app;
}

CliResult run(const std::vector<std::string>& words) {
  return CliRunner([](int argc, char** argv) { return retort::main(make_app, argc, argv); }).invoke(words);
}

struct Case {
  std::vector<std::string> words;
  int exit_code;
  std::string output;
};

TEST(Commands, TakeArgumentsAndOptions) {
  const Case cases[] = {
      {{"greet", "ada"}, 0, "ada 1 false []\n"},
      {{"greet", "ada", "--count", "4", "--shout"}, 0, "ada 4 true []\n"},
      {{"greet", "-c4", "--no-shout", "ada"}, 0, "ada 4 false []\n"},
      {{"greet", "ada", "--count=2", "--count=-3"}, 0, "ada -3 false []\n"},
      {{"greet", "ada", "--shout", "--no-shout"}, 0, "ada 1 false []\n"},
      {{"greet", "--tag", "x", "--tag", "y z", "ada"}, 0, "ada 1 false [x|y z]\n"},
      {{"greet", ""}, 0, " 1 false []\n"},
      {{"greet", "-1"}, 0, "-1 1 false []\n"},
      {{"greet", "--", "--count"}, 0, "--count 1 false []\n"},
      {{"types", "2.5"}, 0, "2.5 none 7 true []\n"},
      {{"types", "1e3", "4", "-5", "--large", "-9223372036854775808", "--small=255"},
       0,
       "1000 -9223372036854775808 255 true [4|-5]\n"},
      {{"exit", "3"}, 3, ""},
      {{"exit", "0"}, 0, ""},
      {{"need", "--id", "7"}, 0, "7\n"},
      {{"where"}, 0, "shop\n"},
      {{"db", "init"}, 0, "made\n"},
      {{"db", "deep", "down"}, 0, "deep\n"},
  };
  for (const Case& c : cases) {
    const CliResult result = run(c.words);
    EXPECT_EQ(result.exit_code, c.exit_code) << fmt::format("{}", fmt::join(c.words, " "));
    EXPECT_EQ(result.output, c.output) << fmt::format("{}", fmt::join(c.words, " "));
  }
}

TEST(Commands, WrongWordsAreOneLineAndTwo) {
  const Case cases[] = {
      {{}, 2, "Error: Missing command; 'app --help' tells more.\n"},
      {{"nope"}, 2, "Error: No such command 'nope'; 'app --help' tells more.\n"},
      {{"--nope"}, 2, "Error: No such option: --nope; 'app --help' tells more.\n"},
      {{"db"}, 2, "Error: Missing command; 'app db --help' tells more.\n"},
      {{"db", "nope"}, 2, "Error: No such command 'nope'; 'app db --help' tells more.\n"},
      {{"db", "init", "x"},
       2,
       "Error: Got unexpected extra argument (x); 'app db init --help' tells more.\n"},
      {{"greet"}, 2, "Error: Missing argument 'NAME'; 'app greet --help' tells more.\n"},
      {{"greet", "a", "b"}, 2, "Error: Got unexpected extra argument (b); 'app greet --help' tells more.\n"},
      {{"greet", "a", "--nope"}, 2, "Error: No such option: --nope; 'app greet --help' tells more.\n"},
      {{"greet", "a", "--count", "x"},
       2,
       "Error: Invalid value for '--count': 'x' is not a valid integer.\n"},
      {{"greet", "a", "--count", "1.5"},
       2,
       "Error: Invalid value for '--count': '1.5' is not a valid integer.\n"},
      {{"greet", "a", "--count", "99999999999"},
       2,
       "Error: Invalid value for '--count': '99999999999' is not in the range -2147483648<=x<=2147483647.\n"},
      {{"types", "x"}, 2, "Error: Invalid value for 'NUMBER': 'x' is not a valid float.\n"},
      {{"types", "1", "--small", "256"},
       2,
       "Error: Invalid value for '--small': '256' is not in the range 0<=x<=255.\n"},
      {{"types", "1", "2", "y"}, 2, "Error: Invalid value for 'REST': 'y' is not a valid integer.\n"},
      {{"need"}, 2, "Error: Missing option '--id'; 'app need --help' tells more.\n"},
      {{"misuse"}, 2, "torn down by an error\nError: the name is taken\n"},
      {{"fail"}, 1, "torn down by an error\nError: the disk is full\n"},
  };
  for (const Case& c : cases) {
    const CliResult result = run(c.words);
    EXPECT_EQ(result.exit_code, c.exit_code) << fmt::format("{}", fmt::join(c.words, " "));
    EXPECT_EQ(result.output, c.output) << fmt::format("{}", fmt::join(c.words, " "));
  }
  const CliResult no_value = run({"greet", "a", "--count"});
  EXPECT_EQ(no_value.exit_code, 2);
  EXPECT_THAT(no_value.output, StartsWith("Error: --count"));
}

TEST(Commands, HelpTellsThem) {
  const CliResult all = run({"--help"});
  EXPECT_EQ(all.exit_code, 0);
  for (const char* part : {"run", "serve", "Greet somebody.", "The database."})
    EXPECT_THAT(all.output, HasSubstr(part));
  const CliResult one = run({"greet", "--help"});
  EXPECT_EQ(one.exit_code, 0);
  for (const char* part : {"Greet somebody.", "Whom.", "-c,--count INTEGER", "How often.", "--no-shout"})
    EXPECT_THAT(one.output, HasSubstr(part));
}

TEST(Commands, MayTakeTheNamesOfTheServers) {
  const CliRunner runner([](int argc, char** argv) {
    return retort::main(
        [] {
          App app{"shop"};
          app.cli.command("run", "", [] { fmt::print("ran\n"); });
          return app;
        },
        argc, argv);
  });
  EXPECT_EQ(runner.invoke({"run"}).output, "ran\n");
}

}  // namespace
}  // namespace retort
