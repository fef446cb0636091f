// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Which plural form a number takes: the expression of a catalogue's Plural-Forms header, a piece
// of C over n ("n != 1"). Parsed once; then const and shared by threads.

#include <cstdint>
#include <string_view>
#include <vector>

#include "retort/base/result.h"

namespace retort::wtf::detail {

class PluralRule {
 public:
  /// English: 0 for one, else 1.
  PluralRule();
  /// n, numbers, parentheses, ! * / % + - < <= > >= == != && || ?: of C. At most 1,000 bytes,
  /// nested at most 20 deep.
  static Result<PluralRule> parse(std::string_view expression);

  /// Division by zero is zero; arithmetic is unsigned, as GNU's.
  std::uint64_t operator()(std::int64_t n) const;

 private:
  friend class PluralParser;

  enum class Op : std::uint8_t {
    number,
    n,
    logical_not,
    multiply,
    divide,
    modulo,
    add,
    subtract,
    less,
    less_equal,
    greater,
    greater_equal,
    equal,
    not_equal,
    logical_and,
    logical_or,
    choose,
  };
  struct Step {
    Op op;
    std::uint64_t number = 0;
  };
  explicit PluralRule(std::vector<Step> steps) : steps_(std::move(steps)) {}

  std::vector<Step> steps_;  // in postfix order
};

}  // namespace retort::wtf::detail
