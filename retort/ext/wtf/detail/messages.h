// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Messages with places for values: "Field must be at least %(min)d characters long.".

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace retort::wtf {
class Field;
}

namespace retort::wtf::detail {

/// The program's own message; without one, `otherwise` in the form's language.
std::string message_of(const std::optional<std::string>& own, const Field& field, std::string_view otherwise);
/// "a, b, c"
std::string joined(const std::vector<std::string>& texts);

struct Place {
  std::string_view name;
  std::string value;
};

/// Puts the values where %(name)s or %(name)d says so; %% is one %, and any other stays.
std::string fill_places(std::string_view message, std::initializer_list<Place> places);
/// The same where {name} says so, as Flask-WTF has it.
std::string fill_braces(std::string_view message, std::initializer_list<Place> places);

}  // namespace retort::wtf::detail
