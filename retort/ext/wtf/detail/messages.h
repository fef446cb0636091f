// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Messages with places for values: "Field must be at least %(min)d characters long.".

#include <initializer_list>
#include <string>
#include <string_view>

namespace retort::wtf::detail {

struct Place {
  std::string_view name;
  std::string value;
};

/// Puts the values where %(name)s or %(name)d says so; %% is one %, and any other stays.
std::string fill_places(std::string_view message, std::initializer_list<Place> places);
/// The same where {name} says so, as Flask-WTF has it.
std::string fill_braces(std::string_view message, std::initializer_list<Place> places);

}  // namespace retort::wtf::detail
