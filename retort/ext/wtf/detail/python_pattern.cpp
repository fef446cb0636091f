// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/wtf/detail/python_pattern.h"

#include <algorithm>

#include "retort/base/percent.h"
#include "retort/base/text.h"

namespace retort::wtf::detail {

namespace {

// The inside of a bracket for each class, and for its opposite.
struct ClassOf {
  char name;
  const char* inside;
  const char* opposite_inside;
};
constexpr ClassOf kClasses[] = {
    {'d', R"(\p{Nd})", R"(\P{Nd})"},
    {'w', R"(\p{L}\p{N}_)",
     R"(\p{M}\p{Pd}\p{Ps}\p{Pe}\p{Pi}\p{Pf}\p{Po}\x{203f}\x{2040}\x{2054}\x{fe33}\x{fe34}\x{fe4d}-\x{fe4f}\x{ff3f})"
     R"(\p{S}\p{Z}\p{C})"},
    {'s', R"(\x09-\x0d\x1c-\x20\x{85}\p{Z})",
     R"(\x00-\x08\x0e-\x1b\x21-\x{84}\x{86}-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027})"
     R"(\x{202a}-\x{202e}\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{10ffff})"},
};

class Translator {
 public:
  explicit Translator(std::string_view in) : in_(in) {}

  std::string run() {
    while (at_ < in_.size()) {
      if (in_[at_] == '\\') {
        escape();
      } else if (bracket_ == kOutside && in_.substr(at_, 2) == "{," && text::is_digit(peek(2))) {
        out_ += "{0,";  // which RE2 takes as it stands
        at_ += 2;
      } else {
        follow_bracket();
        out_ += in_[at_++];
      }
    }
    return std::move(out_);
  }

 private:
  static constexpr std::size_t kOutside = static_cast<std::size_t>(-1);

  char peek(std::size_t ahead) const { return at_ + ahead < in_.size() ? in_[at_ + ahead] : '\0'; }

  // A ] right behind the opening is one of the characters.
  void follow_bracket() {
    if (bracket_ == kOutside) {
      if (in_[at_] == '[') bracket_ = at_ + (peek(1) == '^' ? 2 : 1);
    } else if (in_[at_] == ']' && at_ != bracket_) {
      bracket_ = kOutside;
    }
  }

  void escape() {
    const char name = peek(1);
    if (one_of_classes(name)) return;
    if (name == 'u' && code_point(4)) return;
    if (name == 'U' && code_point(8)) return;
    const bool end_of_text = name == 'Z' && bracket_ == kOutside;
    out_ += end_of_text ? std::string_view("\\z") : in_.substr(at_, 2);
    at_ = std::min(at_ + 2, in_.size());
  }

  bool one_of_classes(char name) {
    for (const ClassOf& one : kClasses) {
      const bool opposite = name == text::upper(one.name);
      if (name != one.name && !opposite) continue;
      if (bracket_ != kOutside) {
        out_ += opposite ? one.opposite_inside : one.inside;
      } else {
        out_ += opposite ? "[^" : "[";
        out_ += one.inside;
        out_ += ']';
      }
      at_ += 2;
      return true;
    }
    return false;
  }

  // \u00e9: true when as many hexadecimal digits follow.
  bool code_point(std::size_t digits) {
    const std::string_view hex = in_.substr(at_ + 2, digits);
    if (hex.size() != digits) return false;
    for (const char c : hex)
      if (percent::hex_value(c) < 0) return false;
    out_ += "\\x{";
    out_ += hex;
    out_ += '}';
    at_ += 2 + digits;
    return true;
  }

  std::string_view in_;
  std::string out_;
  std::size_t at_ = 0;
  std::size_t bracket_ = kOutside;  // inside: where its first character is
};

}  // namespace

std::string re2_pattern(std::string_view python) { return Translator(python).run(); }

}  // namespace retort::wtf::detail
