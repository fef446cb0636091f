// SPDX-License-Identifier: BSD-3-Clause
// The words behind `db`.
#include <CLI/CLI.hpp>

#include "retort/migrate/commands.h"

namespace retort::migrate {
namespace {

struct Words {
  RevisionOptions revision;
  std::vector<std::string> ids;
  std::string target;
  bool sql = false, verbose = false, indicate = false, purge = false;
};

CLI::App* add_target(CLI::App& cli, Words& words, const char* name, const char* help) {
  CLI::App* command = cli.add_subcommand(name, help);
  command->add_option("revision", words.target, "head, heads, base, an id or its beginning, +1, -1");
  return command;
}

void add_revision_options(CLI::App& command, Words& words) {
  command.add_option("-m,--message", words.revision.message, "What it does.");
  command.add_option("--head", words.revision.head, "The revision that it comes behind.");
  command.add_option("--rev-id", words.revision.rev_id, "Its id, instead of a random one.");
  command.add_flag("--splice", words.revision.splice, "Allow a parent that is no head.");
  command.add_flag("--keep-unknown-tables", words.revision.keep_unknown_tables,
                   "Leave tables alone that no model has.");
}

int run_parsed(Commands& commands, const CLI::App& cli, Words& words) {
  const std::string name = cli.get_subcommands().at(0)->get_name();
  const auto target = [&](const char* otherwise) { return words.target.empty() ? otherwise : words.target; };
  if (name == "init") commands.init();
  if (name == "revision") commands.revision(words.revision);
  if (name == "migrate") commands.migrate(words.revision);
  if (name == "upgrade") commands.upgrade(target("head"), words.sql);
  if (name == "downgrade") commands.downgrade(target("-1"), words.sql);
  if (name == "current") commands.current(words.verbose);
  if (name == "history") commands.history(words.verbose, words.indicate);
  if (name == "heads") commands.heads(words.verbose);
  if (name == "branches") commands.branches(words.verbose);
  if (name == "merge")
    commands.merge(words.ids, words.revision.message.empty() ? "merge" : words.revision.message);
  if (name == "stamp") commands.stamp(target("head"), words.sql, words.purge);
  if (name == "show") commands.show(target("head"));
  if (name == "check") return commands.check() ? 0 : 1;
  if (name == "edit") commands.edit(target("head"));
  if (name == "reflect") commands.reflect();
  return 0;
}

}  // namespace

int run_command(Commands& commands, const std::vector<std::string>& arguments,
                const Function<void(const std::string&)>& error) {
  Words words;
  CLI::App cli{"Migrations of the database", "db"};
  cli.require_subcommand(1);
  cli.add_subcommand("init", "Make the folder of migrations.");
  CLI::App* revision = cli.add_subcommand("revision", "Write an empty revision.");
  add_revision_options(*revision, words);
  revision->add_flag("--autogenerate", words.revision.autogenerate, "Compare the models with the database.");
  add_revision_options(*cli.add_subcommand("migrate", "Write a revision from what the models say."), words);
  add_target(cli, words, "upgrade", "Bring the database forward.")
      ->add_flag("--sql", words.sql, "Print it only.");
  // "-1" is a revision, not an option.
  CLI::App* downgrade = add_target(cli, words, "downgrade", "Bring the database back.");
  downgrade->add_flag("--sql", words.sql, "Print it only.");
  cli.add_subcommand("current", "Where the database is.")->add_flag("-v,--verbose", words.verbose);
  CLI::App* history = cli.add_subcommand("history", "All revisions, the latest first.");
  history->add_flag("-v,--verbose", words.verbose);
  history->add_flag("-i,--indicate-current", words.indicate, "Mark where the database is.");
  cli.add_subcommand("heads", "Revisions with nothing behind them.")->add_flag("-v,--verbose", words.verbose);
  cli.add_subcommand("branches", "Revisions with several behind them.")
      ->add_flag("-v,--verbose", words.verbose);
  CLI::App* merge = cli.add_subcommand("merge", "Join heads by a revision.");
  merge->add_option("revisions", words.ids)->required();
  merge->add_option("-m,--message", words.revision.message);
  CLI::App* stamp = add_target(cli, words, "stamp", "Say where the database is, and run nothing.");
  stamp->add_flag("--sql", words.sql, "Print it only.");
  stamp->add_flag("--purge", words.purge, "Whatever stands there.");
  add_target(cli, words, "show", "A revision's file.");
  cli.add_subcommand("check", "Whether the models have what the database has not.");
  add_target(cli, words, "edit", "Open a revision's file in $EDITOR.");
  cli.add_subcommand("reflect", "Print model structs for the database.");
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    for (std::string& word : reversed) {
      if (word.size() > 1 && word[0] == '-' && word[1] >= '0' && word[1] <= '9') {
        words.target = word;
        word.clear();
      }
    }
    std::erase(reversed, "");
    cli.parse(reversed);
    return run_parsed(commands, cli, words);
  } catch (const CLI::ParseError& e) {
    return cli.exit(e);
  } catch (const std::exception& e) {
    error(e.what());
    return 1;
  }
}

}  // namespace retort::migrate
