// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What a cli::Group refers to. A blueprint's commands are shared with the apps it is registered with.

#include <memory>
#include <string>
#include <vector>

#include "retort/app/command.h"

namespace retort::detail {

struct ScaffoldData;

struct CliGroupData {
  explicit CliGroupData(const ScaffoldData* scaffold, std::string group_name = {})
      : owner(scaffold), name(std::move(group_name)) {}

  const ScaffoldData* owner;
  std::string name;  // "": the app's or blueprint's own
  std::string help;
  std::vector<std::shared_ptr<const cli::Command>> commands;
  std::vector<std::unique_ptr<CliGroupData>> groups;

  CliGroupData& group(std::string_view group_name);
  void add(std::shared_ptr<const cli::Command> command);
};

/// Adds all commands of a blueprint to the group `name` of an app; "": to the app's own.
void add_commands(CliGroupData& app, const CliGroupData& blueprint, const std::string& name);

}  // namespace retort::detail
