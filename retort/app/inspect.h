// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What an app is made of, for tools that look at one without serving it: `check`, `routes`. On the
// thread that set it up.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retort/routing/variable.h"
#include "retort/value/value.h"

namespace retort {

class App;
namespace jinja {
class Environment;
}
namespace routing {
class Rule;
}

/// A template as its loader gives it.
struct TemplateFile {
  std::string name = {};       ///< "admin/index.html"
  std::string filename = {};   ///< empty where it is no file
  std::string blueprint = {};  ///< whose folder it is from; empty: the app's
  std::string text = {};
};

/// All templates that the app's and its blueprints' folders, or those that it carries, have: also
/// those that another one of the same name hides.
std::vector<TemplateFile> template_files(App& app);

/// What they are compiled with, also after set-up.
const jinja::Environment& template_environment(App& app);

struct TemplateFolder {
  std::string owner = {};  ///< "application 'blog'", "blueprint 'admin'"
  std::string folder = {};
  bool is_blueprints = false;
};
/// Folders for templates that are neither on the disk nor in the program.
std::vector<TemplateFolder> missing_template_folders(const App& app);

/// "file:line" where the program has the rule; "" where that is not known, as of those for static files.
std::string place_of(const App& app, const routing::Rule& rule);
/// Endpoints that have a view and no rule.
std::vector<std::string> endpoints_without_rule(const App& app);
/// Whether url_defaults functions see the values of this endpoint's URLs.
bool has_url_defaults(const App& app, std::string_view endpoint);
/// Whether functions are asked for what url_for cannot build.
bool has_url_build_error_handlers(const App& app);

/// Why url_for refuses these values, as it says it; none: it gives a URL. After freeze().
std::optional<std::string> url_for_error(const App& app, std::string_view endpoint,
                                         const std::vector<Value::Member>& values);

}  // namespace retort
