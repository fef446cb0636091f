// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The routes that a path without one may have meant.

#include <string_view>

#include "retort/value/value.h"

namespace retort::routing {
class Map;
}

namespace retort::detail {

/// How far a path is from a rule ("/post/<int:id>"): the parts between slashes that would have to
/// be added or taken away, and of each that differs the share of it that does. A variable takes
/// any part.
double distance(std::string_view path, std::string_view rule);

/// {close, routes}: lists of {rule, methods, endpoint}, the nearest first, and all.
Value routes_near(const routing::Map& map, std::string_view path);

}  // namespace retort::detail
