// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What a template asks for, told without rendering it (jinja2.meta): the variables that its
// context must have, the templates that it uses. Both compile or parse the source as the
// environment would, and throw TemplateSyntaxError as it does.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace retort::jinja {

class Environment;

/// The names that are looked up in the context at some way through the template, without the
/// environment's globals; sorted. An unknown filter is a TemplateAssertionError.
std::vector<std::string> find_undeclared_variables(const Environment& environment, std::string_view source);

/// The names in extends, include, import and from tags, in the order of the source; none for
/// one that is worked out while it renders. A name stands as often as it is used.
std::vector<std::optional<std::string>> find_referenced_templates(const Environment& environment,
                                                                  std::string_view source);

}  // namespace retort::jinja
