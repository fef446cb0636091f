// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Pattern: what one part of a rule matches, "<int:w>x<int:h>.<any(png,jpg):ext>". It gives
// what Python's re would for Werkzeug's pattern of the same part (greedy, lazy, order of
// choices), in time that grows with the text, not with its powers.
// Immutable; matching is thread-safe and allocates nothing unless an application's
// converter brings a regex, or the part has more than kMaxInline elements.

#include <string>
#include <string_view>
#include <vector>

#include "retort/base/memory.h"
#include "retort/routing/detail/builtin.h"

namespace re2 {
class RE2;
}

namespace retort::routing::detail {

class Pattern {
 public:
  Pattern();
  ~Pattern();
  Pattern(Pattern&&) noexcept;
  Pattern& operator=(Pattern&&) noexcept;

  void add_literal(std::string_view text);
  /// The converter must outlive the pattern.
  void add_variable(const Converter& converter);
  /// After the last element: the text may have a slash more, which `match` reports
  /// (Werkzeug's suffixed parts). Removes a final slash of the last literal.
  bool make_suffixed();
  /// Call once, last. Throws std::invalid_argument if a converter's regex is none.
  void finish();

  std::size_t variables() const { return variables_; }
  // The most frequent patterns need no machine. Both only see text without slashes.
  enum class Shape : unsigned char { plain_string, integer, elements, regex };
  Shape shape() const { return shape_; }
  static bool is_digits(std::string_view text) {
    for (const char c : text) {
      if (c < '0' || c > '9') return false;
    }
    return !text.empty();
  }

  /// Matches the whole text. On success `captures[0, variables())` are set, and
  /// `slash_suffix` tells whether a suffixed pattern met its slash.
  bool match(std::string_view text, std::string_view* captures, bool& slash_suffix) const {
    slash_suffix = false;
    return match_general(text, captures, slash_suffix);
  }

 private:
  struct Element {
    const NativeSpec* spec = nullptr;  // null: a literal
    std::string literal;
    const Converter* converter = nullptr;
  };
  struct Run;
  static constexpr std::size_t kMaxInline = 16;

  bool match_general(std::string_view text, std::string_view* captures, bool& slash_suffix) const;
  bool match_elements(std::string_view text, std::string_view* captures) const;
  bool match_regex(std::string_view text, std::string_view* captures) const;
  void compile_regex();

  std::vector<Element> elements_;
  std::unique_ptr<re2::RE2> regex_;
  std::vector<int> groups_;  // the regex's group of each variable
  std::size_t variables_ = 0;
  Shape shape_ = Shape::elements;
  bool suffixed_ = false;
};

}  // namespace retort::routing::detail
