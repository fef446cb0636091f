// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What the development server shows in debug mode, and what a library adds to it.

#include <exception>
#include <string>
#include <vector>

#include "retort/base/function.h"
#include "retort/value/value.h"

namespace retort {

class App;
class Context;
class Response;

/// Answers what went wrong in debug mode in place of the app. Used by all workers at once.
class DebugPages {
 public:
  virtual ~DebugPages() = default;
  /// For an exception that no handler took; `response` is a fresh 500. False leaves the answer to
  /// the app, which then is that outside of debug mode.
  virtual bool exception(Context& context, Response& response, const std::exception_ptr& error) = 0;
  /// For a path that no rule matches and a 404 that no handler took; `response` is the plain one.
  virtual void not_found(Context& context, Response& response) = 0;
};

/// A table of the debug page ("SQL"): `rows` gives a list of dicts with the same keys, for the
/// request of the context. What it throws is shown in its place.
struct DebugPanel {
  std::string title = {};
  Function<Value(Context&)> rows = {};
};

/// Set-up; a panel of that title is replaced.
void add_debug_panel(App& app, DebugPanel panel);
const std::vector<DebugPanel>& debug_panels(const App& app);

/// Set-up, by who serves the app: whose pages are shown; they outlive the app. Null: nobody's,
/// clients see what they see outside of debug mode. Before the call (test clients, handlers in
/// process): a short page with what the exception says.
void set_debug_pages(App& app, DebugPages* pages);

}  // namespace retort
