// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Which known name a misspelt one probably means: for errors, never on the way to a result.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "retort/value/value.h"

namespace retort::jinja {

class Environment;
struct UndefinedInfo;

namespace detail {

struct Frame;

/// Is offered names and keeps the closest. What it may cost is bounded: of very many names
/// only the first are looked at, of long ones only those that are as long.
class Suggestion {
 public:
  explicit Suggestion(std::string_view misspelt) : misspelt_(misspelt) {}
  void offer(std::string_view name);
  /// The keys, attributes or exported names of a value.
  void offer_members(const Value& object);
  void offer_all(const std::vector<std::string>& names);
  /// Empty where nothing is close enough.
  const std::string& best() const { return best_; }
  /// How far it is away.
  std::size_t distance() const { return distance_; }

 private:
  std::string_view misspelt_;
  std::string best_;
  std::size_t distance_ = 0;  // of best_; in halves
  std::size_t offered_ = 0;
};

/// What was probably meant where an undefined value was used in a frame.
std::string suggest_for(const UndefinedInfo& info, const Frame& frame);
std::string suggest_filter(const Environment& environment, std::string_view name);
std::string suggest_test(const Environment& environment, std::string_view name);
/// The loader's template with the closest name; none where it cannot list them.
std::string suggest_template(const Environment& environment, const std::vector<std::string>& names);

}  // namespace detail
}  // namespace retort::jinja
