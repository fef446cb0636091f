// SPDX-License-Identifier: BSD-3-Clause
// Retort's own commands, their options and what the environment gives them, through the program's
// command line.
#include "retort/cli/detail/line.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/support/cli_runner.h"
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "retort/app/app.h"
#include "retort/app/cli.h"
#include "retort/cli/detail/early_options.h"
#include "retort/cli/main.h"

namespace retort::detail {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

App make_app() {
  App app{"shop"};
  const char* greeting = std::getenv("SHOP_GREETING");
  app.config["GREETING"] = greeting ? greeting : "none";
  app.config["DEBUG_AT_START"] = app.debug();
  app.cli.command(
      "own", "Its own.", [](bool debug) { fmt::print("debug {}\n", debug); }, cli::option("--debug"));
  app.get("/", "index", [] { return "index"; });
  return app;
}

CliResult run(const std::vector<std::string>& words) {
  return CliRunner([](int argc, char** argv) { return retort::main(make_app, argc, argv); }).invoke(words);
}

/// In a folder of its own.
class LineTest : public ::testing::Test {
 protected:
  LineTest()
      : former(fs::current_path()),
        folder(fs::path(::testing::TempDir()) / fmt::format("line_{}", getpid())) {
    fs::create_directories(folder);
    fs::current_path(folder);
  }
  ~LineTest() override {
    fs::current_path(former);
    fs::remove_all(folder);
    unsetenv("SHOP_GREETING");
  }
  static void write(const std::string& name, const std::string& text) { std::ofstream(name) << text; }

  fs::path former, folder;
};

TEST_F(LineTest, ListsItsCommandsAndTheApps) {
  const CliResult help = run({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  for (const char* part : {"run", "serve", "routes", "config", "check", "completion", "own", "Its own.",
                           "--env-file", "--version", "--no-debug"})
    EXPECT_THAT(help.output, HasSubstr(part));
  EXPECT_EQ(help.output.find("{false}"), std::string::npos);
}

TEST_F(LineTest, RunsItsOwnCommands) {
  EXPECT_THAT(run({"--version"}).output, AllOf(StartsWith("Retort "), HasSubstr("C++20")));
  EXPECT_THAT(run({"routes"}).output, HasSubstr("index     GET      /\n"));
  EXPECT_THAT(run({"config"}).output, HasSubstr("'none'"));
  EXPECT_THAT(run({"completion", "fish"}).output, HasSubstr("complete -c 'app'"));
  const CliResult check = run({"check"});
  EXPECT_EQ(check.exit_code, 0);
  EXPECT_THAT(check.output, HasSubstr("0 errors, 1 warning.\n"));
}

TEST_F(LineTest, ACheckWithErrorsEndsWithOne) {
  write("broken.html", "{% if %}");
  const CliRunner runner([](int argc, char** argv) {
    return retort::main(
        [] {
          AppOptions options;
          options.template_folder = fs::current_path().string();
          return App{"shop", std::move(options)};
        },
        argc, argv);
  });
  const CliResult result = runner.invoke({"check"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.output, HasSubstr("broken.html:1: error: "));
}

TEST_F(LineTest, ReadsItsEnvironmentFiles) {
  write(".env", "SHOP_GREETING=from dotenv\n");
  EXPECT_THAT(run({"config"}).output, HasSubstr("'from dotenv'"));
  unsetenv("SHOP_GREETING");
  write("other.env", "SHOP_GREETING=from other\n");
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"-e", "other.env", "config"}, {"--env-file=other.env", "config"}}) {
    EXPECT_THAT(run(words).output, HasSubstr("'from other'"));
    unsetenv("SHOP_GREETING");
  }
  const CliResult missing = run({"--env-file", "nope.env", "config"});
  EXPECT_EQ(missing.exit_code, 2);
  EXPECT_EQ(missing.output, "Error: Invalid value for '--env-file': there is no file 'nope.env'.\n");
}

TEST_F(LineTest, AnUnreadableLineNamesItsFile) {
  write(".env", "# fine\nSHOP_GREETING=hi\nthis is = no 'line\n");
  const CliResult result = run({"config"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.output, StartsWith("Warning: " + (fs::current_path() / ".env").string() +
                                        ": line 3 could not be read\n"));
  EXPECT_THAT(result.output, HasSubstr("'hi'"));
}

TEST_F(LineTest, DebugCountsBeforeTheAppIsMade) {
  const auto debug_at_start = [](const std::vector<std::string>& words) {
    return run(words).output.find("DEBUG_AT_START                True") != std::string::npos;
  };
  EXPECT_FALSE(debug_at_start({"config"}));
  EXPECT_TRUE(debug_at_start({"--debug", "config"}));
  EXPECT_FALSE(debug_at_start({"config"}));
  const ScopedVariable on("FLASK_DEBUG", "1");
  EXPECT_TRUE(debug_at_start({"config"}));
  EXPECT_FALSE(debug_at_start({"--no-debug", "config"}));
  EXPECT_EQ(run({"own", "--debug"}).output, "debug true\n");
}

TEST_F(LineTest, SaysWhatIsWrong) {
  const struct {
    std::vector<std::string> words;
    std::string output;
  } cases[] = {
      {{"run", "--port", "abc"},
       "Error: Invalid value for '--port': 'abc' is no port. Give a number from 0 to 65535.\n"},
      {{"run", "-p", "65536"},
       "Error: Invalid value for '--port': '65536' is no port. Give a number from 0 to 65535.\n"},
      {{"serve", "-p", "-1"},
       "Error: Invalid value for '--port': '-1' is no port. Give a number from 0 to 65535.\n"},
      {{"-e"}, "Error: --env-file: 1 required FILE missing; 'app --help' tells more.\n"},
      {{"routes", "x"}, "Error: Got unexpected extra argument (x); 'app routes --help' tells more.\n"},
      {{"rutes"}, "Error: No such command 'rutes'; 'app --help' tells more.\n"},
  };
  for (const auto& c : cases) {
    const CliResult result = run(c.words);
    EXPECT_EQ(result.exit_code, 2) << c.output;
    EXPECT_EQ(result.output, c.output);
  }
}

TEST_F(LineTest, ReadsTheEnvironmentAsFlask) {
  const auto parsed = [](std::vector<const char*> words, auto look) {
    words.insert(words.begin(), "app");
    const App app = make_app();
    Line line(app);
    line.parse(static_cast<int>(words.size()), const_cast<char**>(words.data()));
    look(line);
  };
  parsed({"run"}, [](const Line& line) {
    EXPECT_EQ(line.host, "127.0.0.1");
    EXPECT_EQ(line.port, 5000);
    EXPECT_FALSE(line.debug || line.reload || line.debugger || line.threads);
  });
  const ScopedVariable host("FLASK_RUN_HOST", "0.0.0.0");
  const ScopedVariable port("FLASK_RUN_PORT", "8000");
  const ScopedVariable reload("FLASK_RUN_RELOAD", "no");
  const ScopedVariable threads("FLASK_RUN_WITH_THREADS", "0");
  const ScopedVariable files("FLASK_RUN_EXTRA_FILES", "a:b");
  const ScopedVariable patterns("FLASK_RUN_EXCLUDE_PATTERNS", "");
  parsed({"run"}, [](const Line& line) {
    EXPECT_EQ(line.host, "0.0.0.0");
    EXPECT_EQ(line.port, 8000);
    EXPECT_EQ(line.reload, false);
    EXPECT_EQ(line.threads, false);
    EXPECT_EQ(line.extra_files, "a:b");
    EXPECT_EQ(line.exclude_patterns, "");
  });
  parsed({"run", "--port", "1", "--reload", "-h", "::1", "--with-threads"}, [](const Line& line) {
    EXPECT_EQ(line.host, "::1");
    EXPECT_EQ(line.port, 1);
    EXPECT_EQ(line.reload, true);
    EXPECT_EQ(line.threads, true);
  });
  parsed({"serve"}, [](const Line& line) { EXPECT_EQ(line.port, 5000); });
  parsed({"--debug", "run"}, [](const Line& line) { EXPECT_EQ(line.debug, true); });
  parsed({"--debug", "run", "--no-debug"}, [](const Line& line) { EXPECT_EQ(line.debug, false); });
  const ScopedVariable wrong("FLASK_RUN_PORT", "http");
  const CliResult result = run({"run"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.output, HasSubstr("Invalid value for 'FLASK_RUN_PORT': 'http' is no port."));
  const ScopedVariable maybe("FLASK_RUN_RELOAD", "maybe");
  EXPECT_THAT(run({"run"}).output, HasSubstr("Invalid value for 'FLASK_RUN_RELOAD'"));
  EXPECT_EQ(run({"routes"}).exit_code, 0);
}

TEST_F(LineTest, TakesACertificateAsFlaskDoes) {
  write("c.pem", "any");
  write("k.pem", "any");
  const auto tls_of = [](std::vector<const char*> words) {
    words.insert(words.begin(), "app");
    const App app = make_app();
    Line line(app);
    line.parse(static_cast<int>(words.size()), const_cast<char**>(words.data()));
    return line.tls;
  };
  EXPECT_FALSE(tls_of({"run"}));
  for (const char* command : {"run", "serve"}) {
    EXPECT_EQ(tls_of({command, "--cert", "c.pem", "--key", "k.pem"})->key_file, "k.pem");
    EXPECT_THAT(tls_of({command, "--cert", "adhoc"})->key, HasSubstr("PRIVATE KEY"));
    const CliResult result = run({command, "--cert", "c.pem"});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.output,
                HasSubstr("Error: Invalid value for '--key': Required when using \"--cert\".\n"));
    const CliResult unusable = run({command, "--port", "0", "--cert", "c.pem", "--key", "k.pem"});
    EXPECT_EQ(unusable.exit_code, 1);
    EXPECT_THAT(unusable.output,
                HasSubstr("Error: the certificate file 'c.pem' holds no certificate in PEM form\n"));
  }
  EXPECT_THAT(run({"run", "--debug", "--port", "0", "--cert", "c.pem", "--key", "k.pem"}).output,
              HasSubstr("Error: the certificate file 'c.pem' holds no certificate in PEM form\n"));
  const ScopedVariable cert("FLASK_RUN_CERT", "c.pem");
  const ScopedVariable key("FLASK_RUN_KEY", "k.pem");
  EXPECT_EQ(tls_of({"run"})->certificate_file, "c.pem");
  EXPECT_FALSE(tls_of({"serve"}));
}

}  // namespace
}  // namespace retort::detail
