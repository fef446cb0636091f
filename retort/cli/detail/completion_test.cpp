// SPDX-License-Identifier: BSD-3-Clause
#include "retort/cli/detail/completion.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "retort/app/app.h"
#include "retort/app/cli.h"
#include "retort/cli/detail/line.h"

namespace retort::detail {
namespace {

namespace fs = std::filesystem;

std::string script(const char* shell) {
  App app{"shop"};
  app.cli.command(
      "greet", "Greet somebody's friend.", [](const std::string&, int) {}, cli::argument("name"),
      cli::option("-c,--count", "How often.", 1));
  const cli::Group db = app.cli.group("db", "The database.");
  db.command(
      "upgrade", "", [](bool) {}, cli::option("--sql"));
  db.command("it's$(odd)", "", [] {});
  const Line line(app);
  return completion_script(shell, "./build/shop", line.words);
}

/// What `command` prints, line by line, for a shell that has read the script.
std::string output_of(const char* shell, const std::string& commands) {
  const fs::path file = fs::path(::testing::TempDir()) / fmt::format("completion_{}.{}", getpid(), shell);
  std::ofstream(file) << script(shell) << "\n" << commands;
  std::string out;
  FILE* pipe = popen(fmt::format("{} {} 2>&1", shell, file.string()).c_str(), "r");
  char piece[512];
  for (std::size_t n; (n = fread(piece, 1, sizeof piece, pipe)) > 0;) out.append(piece, n);
  pclose(pipe);
  fs::remove(file);
  return out;
}

bool is_installed(const char* shell) {
  return std::system(fmt::format("command -v {} >/dev/null", shell).c_str()) == 0;
}

TEST(Completion, OfBash) {
  if (!is_installed("bash")) GTEST_SKIP() << "bash is not installed";
  const struct {
    const char* words;  // the last is being typed
    const char* completed;
  } cases[] = {
      {"shop ro", "routes\n"},
      {"shop ''", "greet\ndb\nrun\nserve\nroutes\nconfig\ncheck\ncompletion\n"},
      {"shop --no", "--no-debug\n"},
      {"shop run --with", "--with-threads\n--without-threads\n"},
      {"shop run --host run --extra", "--extra-files\n"},
      {"shop routes --sort ''", "endpoint\nmethods\ndomain\nrule\nmatch\n"},
      {"shop routes --sort = m", "methods\nmatch\n"},
      {"shop routes --sort =", "endpoint\nmethods\ndomain\nrule\nmatch\n"},
      {"shop completion ''", "bash\nzsh\nfish\n"},
      {"shop db ''", "upgrade\nit's$(odd)\n"},
      {"shop db it", "it's$(odd)\n"},
      {"shop db upgrade --s", "--sql\n"},
      {"shop greet --c", "--count\n"},
      {"shop greet ada --count 2 -", "-h\n--help\n-c\n--count\n"},
      {"shop -e file db u", "upgrade\n"},
      {"shop nope ''", "greet\ndb\nrun\nserve\nroutes\nconfig\ncheck\ncompletion\n"},
  };
  for (const auto& c : cases) {
    const std::string asked = fmt::format(
        "COMP_WORDS=({}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _shop_completion; "
        "printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        c.words);
    EXPECT_EQ(output_of("bash", asked), c.completed) << c.words;
  }
  // As bash itself finds it.
  EXPECT_EQ(output_of("bash", "complete -p shop"), "complete -o default -F _shop_completion shop\n");
}

TEST(Completion, OfFish) {
  if (!is_installed("fish")) GTEST_SKIP() << "fish is not installed";
  EXPECT_EQ(output_of("fish", "complete -C 'shop ro'"), "routes\tShow the routes of the app.\n");
  EXPECT_EQ(output_of("fish", "complete -C 'shop routes --sort m'"),
            "match\tHow to sort.\nmethods\tHow to sort.\n");
  EXPECT_EQ(output_of("fish", "complete -C 'shop completion z'"), "zsh\n");
  EXPECT_EQ(output_of("fish", "complete -C 'shop db it'"), "it's$(odd)\n");
  EXPECT_EQ(output_of("fish", "complete -C 'shop db up'"), "upgrade\n");
  EXPECT_EQ(output_of("fish", "complete -C 'shop gr'"), "greet\tGreet somebody's friend.\n");
  EXPECT_EQ(output_of("fish", "complete -C 'shop run --host run --extra'"),
            "--extra-files\tFiles whose change starts the app again; separated by ':'.\n");
}

TEST(Completion, OfZsh) {
  if (!is_installed("zsh")) GTEST_SKIP() << "zsh is not installed";
  // Its builtins for completion work in its line editor alone: stand-ins show what they are given.
  const std::string stand_ins =
      "compadd() { shift; print -l -- \"$@\" }\n_files() { print files }\n"
      "compset() { [[ $words[CURRENT] == *=* ]] }\n";
  const struct {
    const char* words;
    const char* completed;
  } cases[] = {{"shop ro", "routes\n"},
               {"shop run --host run --extra", "--extra-files\n"},
               {"shop routes --sort m", "methods\nmatch\n"},
               {"shop routes --sort=m", "methods\nmatch\n"},
               {"shop db it", "it's$(odd)\n"},
               {"shop -e ''", "files\n"}};
  for (const auto& c : cases) {
    const std::string asked = fmt::format("words=({}); CURRENT=$#words; _shop_completion", c.words);
    EXPECT_EQ(output_of("zsh", stand_ins + asked), c.completed) << c.words;
  }
}

}  // namespace
}  // namespace retort::detail
