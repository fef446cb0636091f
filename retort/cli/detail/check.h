// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What `check` finds in an app without serving it. Each part adds what it finds.

#include <string>
#include <vector>

namespace retort {
class App;
}

namespace retort::detail {

struct Finding {
  bool is_error = true;
  std::string place = {};  ///< "templates/index.html:3"; empty: the app
  std::string text = {};
};
using Findings = std::vector<Finding>;

/// Ends the app's set-up, with what is wrong with that, and looks at all of the below.
Findings check_app(App& app);
/// Its findings, one a line, and how many there are.
std::string findings_text(const Findings& findings, bool colours);

/// Templates that do not compile, that use others which are not there, and whose url_for(...) with a
/// literal endpoint gives no URL.
void check_templates(App& app, Findings& out);
/// Rules that requests cannot reach, and views without a rule.
void check_rules(App& app, Findings& out);
/// Settings that are missing, or left as an example has them.
void check_config(App& app, Findings& out);

}  // namespace retort::detail
