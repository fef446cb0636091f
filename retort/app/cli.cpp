// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/cli.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "retort/app/command.h"
#include "retort/app/detail/scaffold_data.h"
#include "retort/base/text.h"

namespace retort {
namespace detail {
namespace {

[[noreturn]] void refuse(const std::string& text, std::string_view name, std::string_view wanted) {
  throw UsageError(fmt::format("Invalid value for '{}': '{}' is not {}.", name, text, wanted));
}

template <class T>
T read_cli(const std::string& text, std::string_view name, std::string_view wanted) {
  std::string_view digits = text;
  if (digits.size() > 1 && digits[0] == '+' && digits[1] != '-') digits.remove_prefix(1);
  T out{};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
  if (error != std::errc{} || end != digits.data() + digits.size()) {
    const bool too_large = error == std::errc::result_out_of_range;
    refuse(text, name, too_large ? "in the range of its type" : wanted);
  }
  return out;
}

}  // namespace

bool read_cli_bool(const std::string& text, std::string_view name) {
  static constexpr std::string_view kTrue[] = {"1", "true", "t", "yes", "y", "on"};
  static constexpr std::string_view kFalse[] = {"0", "false", "f", "no", "n", "off"};
  const std::string lower = text::to_lower(text);
  if (std::find(std::begin(kTrue), std::end(kTrue), lower) != std::end(kTrue)) return true;
  if (std::find(std::begin(kFalse), std::end(kFalse), lower) != std::end(kFalse)) return false;
  refuse(text, name, "a valid boolean");
}

double read_cli_number(const std::string& text, std::string_view name) {
  return read_cli<double>(text, name, "a valid float");
}

long long read_cli_integer(const std::string& text, std::string_view name, long long min, long long max) {
  const auto value = read_cli<long long>(text, name, "a valid integer");
  if (value < min || value > max) refuse(text, name, fmt::format("in the range {}<=x<={}", min, max));
  return value;
}

unsigned long long read_cli_unsigned(const std::string& text, std::string_view name, unsigned long long max) {
  const auto value = read_cli<unsigned long long>(text, name, "a valid integer that is not negative");
  if (value > max) refuse(text, name, fmt::format("in the range 0<=x<={}", max));
  return value;
}

CliGroupData& CliGroupData::group(std::string_view group_name) {
  for (const auto& known : groups) {
    if (known->name == group_name) return *known;
  }
  groups.push_back(std::make_unique<CliGroupData>(owner, std::string(group_name)));
  return *groups.back();
}

void CliGroupData::add(std::shared_ptr<const cli::Command> command) {
  for (auto& known : commands) {
    if (known->name == command->name) {
      known = std::move(command);
      return;
    }
  }
  commands.push_back(std::move(command));
}

namespace {

void merge(CliGroupData& into, const CliGroupData& from) {
  if (!from.help.empty()) into.help = from.help;
  for (const auto& command : from.commands) into.add(command);
  for (const auto& group : from.groups) merge(into.group(group->name), *group);
}

}  // namespace

void add_commands(CliGroupData& app, const CliGroupData& blueprint, const std::string& name) {
  if (blueprint.commands.empty() && blueprint.groups.empty()) return;
  merge(name.empty() ? app : app.group(name), blueprint);
}

}  // namespace detail

namespace cli {
namespace {

void check_name(std::string_view kind, std::string_view name) {
  if (name.empty() || name[0] == '-' || name.find_first_of(" \t\n=") != name.npos)
    throw SetupError(fmt::format("'{}' cannot be the name of a {}", name, kind));
}

void require_setup(const detail::CliGroupData& group, std::string_view name) {
  if (group.owner->frozen.load(std::memory_order_relaxed))
    throw SetupError(
        fmt::format("the command '{}' was added to '{}' after its set-up was over: add it before the first "
                    "request, a blueprint's before it is registered",
                    name, group.owner->name));
}

void check_parameter(const Command& command, const Parameter& parameter, bool behind_list) {
  const auto complain = [&](std::string_view what) {
    throw SetupError(fmt::format("the command '{}': the {} '{}' {}", command.name,
                                 parameter.is_option ? "option" : "argument", parameter.names, what));
  };
  const bool dashed = !parameter.names.empty() && parameter.names[0] == '-';
  if (parameter.names.size() < 2 && (dashed || parameter.names.empty())) complain("has no name");
  if (dashed != parameter.is_option)
    complain(dashed ? "begins with a dash, as options do: say cli::option" : "needs a dash: \"--count\"");
  if (parameter.names.find('/') != std::string::npos && !(parameter.is_option && parameter.is_flag))
    complain("has a '/', which tells the two names of a bool's option");
  if (behind_list && !parameter.is_option) complain("comes behind one that takes all that is left");
  if (!parameter.otherwise) return;
  try {
    parameter.check({*parameter.otherwise}, parameter.names);
  } catch (const UsageError& e) {
    complain(fmt::format("has a default that is none: {}", e.what()));
  }
}

}  // namespace

std::string default_text(double value) { return fmt::format("{}", value); }

Parameter argument(std::string_view name, std::string_view help) {
  return {.names = std::string(name), .help = std::string(help)};
}

Parameter option(std::string_view names, std::string_view help) {
  return {.names = std::string(names), .help = std::string(help), .is_option = true};
}

void Group::add(std::string_view name, std::string_view help, Parameter* parameters, std::size_t count,
                Run run) const {
  Command command{.name = std::string(name), .help = std::string(help), .run = std::move(run)};
  require_setup(*data_, command.name);
  check_name("command", command.name);
  bool behind_list = false;
  for (std::size_t i = 0; i < count; ++i) {
    const Parameter& added = command.parameters.emplace_back(std::move(parameters[i]));
    check_parameter(command, added, behind_list);
    behind_list = behind_list || (!added.is_option && added.is_list);
  }
  data_->add(std::make_shared<const Command>(std::move(command)));
}

Group Group::group(std::string_view name, std::string_view help) const {
  require_setup(*data_, name);
  check_name("group", name);
  detail::CliGroupData& made = data_->group(name);
  if (!help.empty()) made.help = help;
  return Group(&made);
}

const std::string& Group::name() const { return data_->name; }
const std::string& Group::help() const { return data_->help; }

std::vector<const Command*> Group::commands() const {
  std::vector<const Command*> out;
  for (const auto& command : data_->commands) out.push_back(command.get());
  return out;
}

std::vector<Group> Group::groups() const {
  std::vector<Group> out;
  for (const auto& group : data_->groups) out.push_back(Group(group.get()));
  return out;
}

}  // namespace cli
}  // namespace retort
