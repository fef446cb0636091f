// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What an App or a Blueprint has been given during set-up. Counted by hand: a Blueprint's
// copies and the apps it is registered with share one.

#include <atomic>
#include <memory>
#include <source_location>
#include <string>
#include <vector>

#include "retort/app/blueprint.h"
#include "retort/app/detail/cli_group.h"
#include "retort/app/detail/static_files.h"
#include "retort/app/scaffold.h"
#include "retort/jinja/environment.h"

namespace retort::detail {

struct ScaffoldData;

/// A counted reference to ScaffoldData.
class ScaffoldRef {
 public:
  explicit ScaffoldRef(ScaffoldData& data);
  ScaffoldRef(const ScaffoldRef& o);
  ScaffoldRef(ScaffoldRef&& o) noexcept : data_(o.data_) { o.data_ = nullptr; }
  ScaffoldRef& operator=(ScaffoldRef o) noexcept {
    std::swap(data_, o.data_);
    return *this;
  }
  ~ScaffoldRef();
  ScaffoldData& operator*() const { return *data_; }
  ScaffoldData* operator->() const { return data_; }
  ScaffoldData* get() const { return data_; }

 private:
  ScaffoldData* data_;
};

struct RouteRecord {
  std::string rule;
  std::string endpoint;  // without a blueprint's name
  std::vector<std::string> methods;
  ErasedView view;
  RouteOptions options;
  std::source_location where;  // that the program added it at
};

struct Hooks {
  std::vector<BeforeFunction> before;
  std::vector<AfterFunction> after;
  std::vector<TeardownFunction> teardown;
  std::vector<ValuesFunction> url_value_preprocessors;
  std::vector<ValuesFunction> url_defaults;
  std::vector<ErrorHandler> error_handlers;
  std::vector<ContextProcessor> context_processors;
};

/// A filter, test or global that a blueprint gives each app that it is registered with.
struct TemplateFunction {
  void (jinja::Environment::*add)(std::string name, jinja::NativeFunction f);
  std::string name;
  std::shared_ptr<const jinja::NativeFunction> function;
};

struct NestedBlueprint {
  ScaffoldRef blueprint;
  BlueprintOptions options;
};

struct ScaffoldData {
  explicit ScaffoldData(std::string scaffold_name) : name(std::move(scaffold_name)) {}

  std::atomic<int> references{1};
  std::atomic<bool> frozen{false};  // set-up is over
  std::string name;
  Hooks hooks;

  // A blueprint's, replayed at each registration; an app's routes go to its map at once.
  std::vector<RouteRecord> routes;
  std::vector<std::pair<std::string, ErasedView>> endpoints;  // views of rules without one
  BlueprintOptions options;
  Hooks app_hooks;
  std::string root_path;
  std::vector<TemplateFunction> template_functions;
  std::vector<Function<void(App&)>> recorded;
  std::vector<Function<void(App&)>> recorded_once;
  std::vector<NestedBlueprint> nested;

  StaticFiles static_files;
  CliGroupData commands{this};

  App* app = nullptr;  // when it is an app's
};

}  // namespace retort::detail
