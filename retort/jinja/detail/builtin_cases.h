// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Templates with what they give, for the tests of what is built in.

#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "retort/jinja/environment.h"
#include "retort/jinja/error.h"
#include "retort/jinja/extension.h"
#include "retort/jinja/template.h"

namespace retort::jinja {

struct BuiltinCase {
  const char* source;
  const char* expected;     ///< or "TypeError: ..."
  const char* autoescaped;  ///< where it differs
};

inline Value builtin_context() {
  return Value::dict(
      {{"html", Value::markup("<b>A & B</b>")},
       {"text", "<b>A & B</b>"},
       {"users", Value::list({Value::dict({{"name", "Bob"}, {"age", 30}, {"city", "x"}}),
                              Value::dict({{"name", "ada"}, {"age", 36}, {"city", "X"}}),
                              Value::dict({{"name", "Cy"}, {"age", 30}})})},
       {"nested", Value::list({Value::dict({{"a", Value::dict({{"b", Value::list({1, 2})}})}}),
                               Value::dict({{"a", Value::dict({{"b", Value::list({0, 5})}})}})})},
       {"d", Value::dict({{"b", 1}, {"A", 3}, {"c", 2}})}});
}

/// What the template prints, or its error.
inline std::string rendered(const Environment& environment, const char* source) {
  try {
    return environment.from_string(source).render(builtin_context());
  } catch (const TemplateError& error) {
    return std::string(error.name()) + ": " + error.message();
  }
}

template <std::size_t N>
void check_cases(const BuiltinCase (&cases)[N]) {
  Options escaping;
  escaping.autoescape = [](std::string_view) { return true; };
  const Environment plain;
  const Environment html(std::move(escaping));
  for (const BuiltinCase& c : cases) {
    EXPECT_EQ(rendered(plain, c.source), c.expected) << c.source;
    EXPECT_EQ(rendered(html, c.source), c.autoescaped ? c.autoescaped : c.expected)
        << "autoescaped: " << c.source;
  }
}

}  // namespace retort::jinja
