// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// An app's own commands on its command line: CLI11 splits the words, the commands' parameters read
// what they are given.

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "retort/app/command.h"

namespace retort::detail {

/// The commands of a group as subcommands of `line`. Both, and the group, must outlive it.
class CommandLine {
 public:
  CommandLine(CLI::App& line, const cli::Group& commands);
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  /// Whether the words name a command of the app's own, once they are parsed.
  bool has_command() const { return parsed() != nullptr; }
  /// What each of its parameters was given. Throws UsageError for a text of the wrong type.
  std::vector<CliTexts> given() const;
  /// Runs it with that; its exit code. Throws what it throws.
  int run(const std::vector<CliTexts>& given) const;
  /// Why parsing failed, as a user is told it.
  std::string message_of(const CLI::ParseError& error) const;

 private:
  struct Given {
    const cli::Parameter* parameter;
    CLI::Option* option = nullptr;
    std::string text = {};
    CliTexts texts = {};
    bool flag = false;
  };
  struct Prepared {
    const cli::Command* command;
    CLI::App* line;
    std::deque<Given> given = {};  // CLI11 keeps their addresses
  };

  void add(CLI::App& line, const cli::Group& group);
  static void add(CLI::App& line, Given& given);
  const Prepared* parsed() const;

  CLI::App& line_;
  std::deque<Prepared> commands_;
};

}  // namespace retort::detail
