// SPDX-License-Identifier: BSD-3-Clause
#include "retort/cli/detail/commands.h"

#include <fmt/format.h>

#include "retort/base/text.h"

namespace retort::detail {
namespace {

// "--shout/--no-shout" in CLI11's words.
std::string spelled(const cli::Parameter& parameter) {
  const std::size_t slash = parameter.names.find('/');
  if (slash == std::string::npos) return parameter.names;
  return parameter.names.substr(0, slash) + ",!" + parameter.names.substr(slash + 1);
}

// The name that messages have: "NAME", "--count".
std::string shown(const cli::Parameter& parameter) {
  if (!parameter.is_option) return text::to_upper(parameter.names);
  const std::size_t at = parameter.names.rfind(',');
  const std::string last = at == std::string::npos ? parameter.names : parameter.names.substr(at + 1);
  return last.substr(0, last.find('/'));
}

bool is_required(const cli::Parameter& parameter) {
  const bool is_flag = parameter.is_flag && parameter.is_option;
  return !parameter.otherwise && !parameter.is_optional && !is_flag;
}

const CLI::App& innermost(const CLI::App& line) {
  const std::vector<CLI::App*> chosen = line.get_subcommands();
  return chosen.empty() ? line : innermost(*chosen.front());
}

// "app db upgrade": what was typed so far.
std::string path_of(const CLI::App& line) {
  const CLI::App* parent = line.get_parent();
  return parent ? path_of(*parent) + " " + line.get_name() : line.get_name();
}

}  // namespace

CommandLine::CommandLine(CLI::App& line, const cli::Group& commands) : line_(line) { add(line, commands); }

void CommandLine::add(CLI::App& line, const cli::Group& group) {
  for (const cli::Command* command : group.commands()) {
    CLI::App* const own = line.add_subcommand(command->name, command->help);
    Prepared& prepared = commands_.emplace_back(Prepared{command, own});
    for (const cli::Parameter& parameter : command->parameters)
      add(*own, prepared.given.emplace_back(Given{&parameter}));
  }
  for (const cli::Group& inner : group.groups()) {
    CLI::App* const own = line.add_subcommand(inner.name(), inner.help());
    own->require_subcommand(1);
    add(*own, inner);
  }
}

void CommandLine::add(CLI::App& line, Given& given) {
  const cli::Parameter& parameter = *given.parameter;
  if (parameter.is_option && parameter.is_flag) {
    given.option = line.add_flag(spelled(parameter), given.flag, parameter.help);
    given.option->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    return;
  }
  if (parameter.is_list) {
    given.option = line.add_option(parameter.names, given.texts, parameter.help);
    if (parameter.is_option) given.option->allow_extra_args(false);  // one a time, as often as wanted
  } else {
    given.option = line.add_option(parameter.names, given.text, parameter.help);
    if (parameter.is_option) given.option->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  }
  given.option->type_name(std::string(parameter.type_word));
  if (parameter.otherwise && !parameter.otherwise->empty()) given.option->default_str(*parameter.otherwise);
  given.option->required(is_required(parameter));
}

const CommandLine::Prepared* CommandLine::parsed() const {
  const CLI::App* const inner = &innermost(line_);
  for (const Prepared& prepared : commands_) {
    if (prepared.line == inner) return &prepared;
  }
  return nullptr;
}

std::vector<CliTexts> CommandLine::given() const {
  std::vector<CliTexts> texts;
  for (const Given& given : parsed()->given) {
    const cli::Parameter& parameter = *given.parameter;
    const bool is_flag = parameter.is_option && parameter.is_flag;
    CliTexts& out = texts.emplace_back();
    if (given.option->count() > 0 && is_flag)
      out = {given.flag ? "true" : "false"};
    else if (given.option->count() > 0)
      out = parameter.is_list ? given.texts : CliTexts{given.text};
    else if (parameter.otherwise)
      out = {*parameter.otherwise};
    else if (is_flag && !parameter.is_optional)
      out = {"false"};
    parameter.check(out, shown(parameter));
  }
  return texts;
}

int CommandLine::run(const std::vector<CliTexts>& given) const {
  return parsed()->command->run(given.data());
}

std::string CommandLine::message_of(const CLI::ParseError& error) const {
  const CLI::App& inner = innermost(line_);
  const std::string help = fmt::format("'{} --help' tells more", path_of(inner));
  const std::vector<std::string> left = line_.remaining(true);
  if (!left.empty()) {
    if (left[0].size() > 1 && left[0][0] == '-') return fmt::format("No such option: {}; {}.", left[0], help);
    if (!inner.get_subcommands([](const CLI::App*) { return true; }).empty())
      return fmt::format("No such command '{}'; {}.", left[0], help);
    return fmt::format("Got unexpected extra argument ({}); {}.", left[0], help);
  }
  if (const Prepared* prepared = parsed()) {
    for (const Given& given : prepared->given) {
      if (is_required(*given.parameter) && given.option->count() == 0)
        return fmt::format("Missing {} '{}'; {}.", given.parameter->is_option ? "option" : "argument",
                           shown(*given.parameter), help);
    }
  } else if (error.get_name() == "RequiredError" &&
             !inner.get_subcommands([](const CLI::App*) { return true; }).empty()) {
    return fmt::format("Missing command; {}.", help);
  }
  return fmt::format("{}; {}.", error.what(), help);
}

}  // namespace retort::detail
