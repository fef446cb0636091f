// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// An app's template environment: its loader over the app's folder and its blueprints', its
// globals, and the context that each template gets.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retort/jinja/environment.h"
#include "retort/jinja/error.h"
#include "retort/value/value.h"

namespace retort {

class App;
class Context;

namespace detail {

/// The folders that templates come from, in the order in which they are asked (Flask:
/// DispatchingJinjaLoader). Filled during set-up.
class TemplateFolders final : public jinja::Loader {
 public:
  struct Source {
    std::string owner;  ///< "application 'blog'", "blueprint 'admin'"
    std::string folder;
    std::unique_ptr<jinja::Loader> loader;
    std::unique_ptr<jinja::Loader> on_disk;  ///< of files that the program carries, where they come from
  };
  void add(std::string owner, std::string folder, std::unique_ptr<jinja::Loader> loader,
           std::unique_ptr<jinja::Loader> on_disk = nullptr);
  /// Reads what the program carries from the disk where that has it: in debug mode a change is
  /// seen at once.
  void prefer_disk();

  std::optional<jinja::TemplateSource> load(std::string_view name) const override;
  bool has(std::string_view name) const override;
  bool is_current(std::string_view name, std::uint64_t version) const override;
  std::vector<std::string> list_templates() const override;

  const std::vector<Source>& sources() const { return sources_; }
  /// Whether each load is told to the app's log (EXPLAIN_TEMPLATE_LOADING).
  bool explains = false;

 private:
  std::optional<jinja::TemplateSource> load_explained(std::string_view name) const;
  std::vector<Source> sources_;
};

class Templates {
 public:
  Templates();
  ~Templates();

  /// Throws SetupError once the environment is made.
  jinja::Options& options(std::string_view app_name);
  /// Made at the first call.
  jinja::Environment& environment();
  TemplateFolders& folders() { return *folders_; }
  /// Adds to the message where templates were looked for.
  void explain(jinja::TemplateNotFound& error) const;
  /// After set-up: what depends on the configuration.
  void freeze(const App& app, bool debug);

 private:
  jinja::Options options_;
  std::unique_ptr<TemplateFolders> own_folders_;  // until the environment has them
  TemplateFolders* folders_;
  std::unique_ptr<jinja::Environment> environment_;
};

/// Asks `folder` below `root_path`, too; nothing without a folder.
void add_template_folder(Templates& templates, std::string owner, const std::string& root_path,
                         const std::optional<std::string>& folder);

/// The names that Flask gives every template: request, session, g, url_for,
/// get_flashed_messages. They read the context that is current when a template uses them.
void add_template_globals(jinja::Environment& environment);

/// Whether Flask escapes what a template of that name prints; empty: one from a string.
bool autoescapes(std::string_view name);

/// What the context processors give, and over it `context`.
Value template_context(Context& context, const Value& passed);

}  // namespace detail
}  // namespace retort
