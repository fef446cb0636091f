// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// RuleOptions: what a rule can be told beside its text and its endpoint. A value type,
// move-only; used while a map or an app is put together.

#include <optional>
#include <string>
#include <vector>

#include "retort/base/function.h"
#include "retort/routing/variable.h"

namespace retort::routing {

class MapAdapter;

/// Computes the target of a redirect from the matched values.
using RedirectFunction = Function<std::string(const MapAdapter&, const Variables&)>;

/// Everything about a rule but its text and its endpoint. All of it is Werkzeug's.
struct RuleOptions {
  /// None: every method. HEAD comes with GET. Compared in upper case.
  std::optional<std::vector<std::string>> methods = {};
  Variables defaults = {};
  std::optional<std::string> subdomain = {};  ///< a rule of its own, with variables
  std::optional<std::string> host = {};       ///< likewise, for maps with host_matching
  std::optional<bool> strict_slashes = {};    ///< none: the map's
  std::optional<bool> merge_slashes = {};     ///< none: the map's
  std::string redirect_to = {};               ///< a URL with <variable>s; empty: none
  RedirectFunction redirect_function = {};    ///< or a function; wins over redirect_to
  bool build_only = false;
  bool alias = false;
  bool websocket = false;
};

}  // namespace retort::routing
