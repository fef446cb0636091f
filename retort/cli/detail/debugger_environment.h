// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The templates of the development server's pages.

#include <string>

#include "retort/jinja/environment.h"
#include "retort/value/value.h"

namespace retort {
class Request;
}

namespace retort::detail {

class DebuggerEnvironment {
 public:
  DebuggerEnvironment();
  /// "error.html", "error.txt", "not_found.html", "not_found.txt", "trouble.html", "trouble.txt". Any
  /// thread.
  std::string render(const char* name, const Value& data) const;

 private:
  jinja::Environment environment_;
};

/// Of a client that shows HTML and asks for it.
bool wants_html(const Request& request);

}  // namespace retort::detail
