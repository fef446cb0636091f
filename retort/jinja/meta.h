// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What a template asks for, told without rendering it (jinja2.meta): the variables that its
// context must have, the templates that it uses. Both compile or parse the source as the
// environment would, and throw TemplateSyntaxError as it does.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retort/value/value.h"

namespace retort::jinja {

class Environment;

/// The names that are looked up in the context at some way through the template, without the
/// environment's globals; sorted. An unknown filter is a TemplateAssertionError.
std::vector<std::string> find_undeclared_variables(const Environment& environment, std::string_view source);

/// The names in extends, include, import and from tags, in the order of the source; none for
/// one that is worked out while it renders. A name stands as often as it is used.
std::vector<std::optional<std::string>> find_referenced_templates(const Environment& environment,
                                                                  std::string_view source);

/// A tag that uses a template: extends, include, import, from.
struct TemplateReference {
  /// Of which the first that exists is used; none for those that are worked out.
  std::vector<std::optional<std::string>> names = {};
  bool ignore_missing = false;
  int line = 0;
};
/// The same as find_referenced_templates, tag by tag.
std::vector<TemplateReference> find_references(const Environment& environment, std::string_view source);

/// A call of a function by its name: `url_for("post", id=3)`.
struct FunctionCall {
  struct Argument {
    std::string name = {};            ///< empty where it is given by its place
    std::optional<Value> value = {};  ///< of a literal
  };
  std::vector<Argument> arguments = {};
  bool has_more = false;  ///< `*` or `**` give others
  int line = 0;
};
/// The calls of `function` in the order of the source.
std::vector<FunctionCall> find_calls(const Environment& environment, std::string_view source,
                                     std::string_view function);

}  // namespace retort::jinja
