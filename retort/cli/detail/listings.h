// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The tables of `routes` and `config`.

#include <string>
#include <string_view>

namespace retort {
class App;
}

namespace retort::detail {

/// As `flask routes` prints them: in order of "endpoint", "methods", "domain", "rule" or "match";
/// with HEAD and OPTIONS if `all_methods`.
std::string routes_table(App& app, std::string_view sort, bool all_methods);

/// Each setting as it may be shown, and where it came from.
std::string config_table(const App& app);

}  // namespace retort::detail
