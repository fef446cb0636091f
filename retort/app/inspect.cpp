// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/inspect.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include "retort/app/app.h"
#include "retort/app/detail/app_impl.h"
#include "retort/jinja/loader.h"
#include "retort/routing/adapter.h"

namespace retort {
namespace {

constexpr std::string_view kBlueprintOwner = "blueprint '";

std::string blueprint_of(std::string_view owner) {
  if (!owner.starts_with(kBlueprintOwner)) return {};
  owner.remove_prefix(kBlueprintOwner.size());
  return std::string(owner.substr(0, owner.size() - 1));
}

void add_templates(const jinja::Loader& loader, const std::string& folder, const std::string& blueprint,
                   std::set<std::string>& known, std::vector<TemplateFile>& out) {
  for (const std::string& name : loader.list_templates()) {
    std::optional<jinja::TemplateSource> source = loader.load(name);
    if (!source) continue;
    // A folder that two registrations of a blueprint share counts once.
    if (!folder.empty() && !known.insert(folder + '/' + name).second) continue;
    out.push_back({name, std::move(source->filename), blueprint, std::move(source->text)});
  }
}

}  // namespace

std::vector<TemplateFile> template_files(App& app) {
  detail::Templates& templates = app.impl().templates;
  const jinja::Loader* const loader = templates.environment().options().loader.get();
  std::vector<TemplateFile> out;
  std::set<std::string> known;
  if (loader == &templates.folders()) {
    for (const detail::TemplateFolders::Source& source : templates.folders().sources())
      add_templates(*source.loader, source.folder, blueprint_of(source.owner), known, out);
  } else if (loader) {
    add_templates(*loader, {}, {}, known, out);
  }
  return out;
}

const jinja::Environment& template_environment(App& app) { return app.impl().templates.environment(); }

std::vector<TemplateFolder> missing_template_folders(const App& app) {
  std::vector<TemplateFolder> out;
  for (const detail::TemplateFolders::Source& source : app.impl().templates.folders().sources()) {
    std::error_code failed;
    if (source.folder.empty() || std::filesystem::is_directory(source.folder, failed)) continue;
    if (!source.loader->list_templates().empty()) continue;  // the program carries them
    out.push_back({source.owner, source.folder, source.owner.starts_with(kBlueprintOwner)});
  }
  return out;
}

std::string place_of(const App& app, const routing::Rule& rule) {
  return detail::place_text(app.impl().routes[rule.index()].where);
}

std::vector<std::string> endpoints_without_rule(const App& app) {
  std::vector<std::string> out;
  for (const auto& [endpoint, view] : app.impl().own_endpoints) {
    if (app.url_map().iter_rules(endpoint).empty()) out.push_back(endpoint);
  }
  return out;
}

bool has_url_defaults(const App& app, std::string_view endpoint) {
  return std::any_of(app.impl().scopes.begin(), app.impl().scopes.end(), [&](const auto& scope) {
    const bool holds = scope->blueprint.empty() || endpoint.starts_with(scope->blueprint + ".");
    return holds && !scope->url_defaults.empty();
  });
}

bool has_url_build_error_handlers(const App& app) { return !app.impl().url_build_error_handlers.empty(); }

std::optional<std::string> url_for_error(const App& app, std::string_view endpoint,
                                         const std::vector<Value::Member>& values) {
  routing::BindOptions bind;
  bind.server_name = "localhost";
  const routing::MapAdapter adapter(app.url_map(), std::move(bind));
  routing::Variables variables;
  for (const auto& [name, value] : values) variables.set(std::string(name), detail::to_variable(value));
  Result<std::string> built = adapter.try_build(endpoint, variables);
  if (built) return std::nullopt;
  return built.error().message;
}

}  // namespace retort
