// SPDX-License-Identifier: BSD-3-Clause
// `pattern % values`.
#include <algorithm>
#include <cmath>
#include <string>

#include <fmt/format.h>

#include "retort/base/text.h"
#include "retort/base/utf8.h"
#include "retort/value/bounds.h"
#include "retort/value/detail/format_number.h"
#include "retort/value/detail/lookup.h"
#include "retort/value/detail/operands.h"
#include "retort/value/error.h"
#include "retort/value/escape.h"
#include "retort/value/format.h"
#include "retort/value/markup.h"
#include "retort/value/operators.h"
#include "retort/value/undefined.h"

namespace retort::ops {
namespace {

/// A conversion: `%(key)#0- +width.precision type`.
struct Conversion {
  bool left = false, plus = false, blank = false, alternate = false, zero = false;
  std::int64_t width = -1;
  std::int64_t precision = -1;
  char32_t type = 0;
};

/// A value that can stand for a mapping as a whole: it has items, and is no text.
bool has_items(const Value& values) {
  if (values.is_object()) {
    std::size_t length = 0;
    return values.as_object().length(length);
  }
  return values.is_dict() || values.is_list() || values.is_bytes() || values.is_undefined() ||
         detail::is_container_view(values);
}

class PercentFormatter {
 public:
  PercentFormatter(const Value& pattern, const Value& values, Evaluator& evaluator)
      : text_(pattern.as_string()),
        html_(pattern.is_markup()),
        values_(values),
        mapping_(has_items(values)),
        current_(values),
        evaluator_(evaluator) {}

  std::string run() {
    while (at_ < text_.size()) {
      const std::size_t percent = std::min(text_.find('%', at_), text_.size());
      evaluator_.charge(percent - at_);
      out_ += text_.substr(at_, percent - at_);
      at_ = percent;
      if (at_ == text_.size()) break;
      ++at_;
      if (at_ < text_.size() && text_[at_] == '%') {
        out_ += text_[at_++];
        continue;
      }
      append(read());
    }
    const bool more = values_.is_tuple() ? used_ < values_.size() && !keyed_ : !used_ && !keyed_;
    if (more && !mapping_) throw TypeError("not all arguments converted during string formatting");
    return std::move(out_);
  }

 private:
  /// The next argument; by position, or the one that the last key named, which is there once.
  const Value& next_argument() {
    const std::size_t count = values_.is_tuple() && !keyed_ ? values_.items().size() : 1;
    if (used_ >= count) throw TypeError("not enough arguments for format string");
    const std::size_t i = used_++;
    return values_.is_tuple() && !keyed_ ? values_.items()[i] : current_;
  }

  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  Conversion read() {
    Conversion out;
    if (take('(')) read_key();
    read_flags(out);
    out.width = read_number("width too big", INT64_MAX);
    if (out.width < -1) {
      out.left = true;
      out.width = -(out.width + 1);
    }
    if (take('.')) {
      out.precision = read_number("precision too big", detail::kMaxPrecision);
      out.precision = std::max(out.precision, std::int64_t{0});
    }
    if (!take('h') && !take('l')) take('L');
    if (at_ >= text_.size()) throw ValueError("incomplete format");
    type_at_ = at_;
    out.type = utf8::decode(text_, at_);
    return out;
  }

  void read_key() {
    const bool object = values_.is_object();
    if (!mapping_ && !object) throw TypeError("format requires a mapping");
    const std::size_t start = at_;
    int depth = 1;
    for (; at_ < text_.size() && depth > 0; ++at_) {
      if (text_[at_] == '(') ++depth;
      if (text_[at_] == ')') --depth;
    }
    if (depth > 0) throw ValueError("incomplete format key");
    current_ = detail::require_item(values_, Value(text_.substr(start, at_ - 1 - start)), evaluator_);
    keyed_ = true;
    used_ = 0;
  }

  void read_flags(Conversion& out) {
    for (; at_ < text_.size(); ++at_) {
      switch (text_[at_]) {
        case '-':
          out.left = true;
          break;
        case '+':
          out.plus = true;
          break;
        case ' ':
          out.blank = true;
          break;
        case '#':
          out.alternate = true;
          break;
        case '0':
          out.zero = true;
          break;
        default:
          return;
      }
    }
  }

  /// Digits or '*'. A negative argument n comes as n - 1, nothing as -1.
  std::int64_t read_number(const char* too_big, std::int64_t most) {
    if (take('*')) {
      const Value& value = next_argument();
      if (html_ || !detail::is_integral(value)) throw TypeError("* wants int");
      const std::int64_t number = detail::integer_of(value);
      if (number > most || number < -most) throw OverflowError("Python int too large to convert to C int");
      return number < 0 ? number - 1 : number;
    }
    std::int64_t out = -1;
    for (; at_ < text_.size() && text::is_digit(text_[at_]); ++at_) {
      const int digit = text_[at_] - '0';
      out = std::max(out, std::int64_t{0});
      if (out > (most - digit) / 10) throw ValueError(too_big);
      out = out * 10 + digit;
    }
    return out;
  }

  void append(const Conversion& conversion) {
    const Value& value = next_argument();
    switch (conversion.type) {
      case 's':
      case 'r':
      case 'a':
        return append_text(value, conversion);
      case 'c':
        return append_padded({}, character(value), conversion, false);
      case 'd':
      case 'i':
      case 'u':
      case 'o':
      case 'x':
      case 'X':
        return append_integer(value, conversion);
      case 'e':
      case 'E':
      case 'f':
      case 'F':
      case 'g':
      case 'G':
        return append_real(value, conversion);
      default:
        throw ValueError(fmt::format(
            "unsupported format character '{}' (0x{:x}) at index {}",
            conversion.type > 30 && conversion.type < 127 ? static_cast<char>(conversion.type) : '?',
            static_cast<unsigned>(conversion.type), utf8::count(text_.substr(0, type_at_))));
    }
  }

  void append_text(const Value& value, const Conversion& conversion) {
    std::string text;
    const TextLimit limit(text, evaluator_.bytes_left());
    if (conversion.type == 's') {
      if (html_) {
        append_escaped(text, value);
      } else if (value.is_string()) {
        return append_padded({}, cut(value.as_string(), conversion), conversion, false);
      } else {
        value.append_str(text);
      }
    } else {
      if (conversion.type == 'r') {
        value.append_repr(text);
      } else {
        detail::append_ascii(text, value);
      }
      if (html_) text = Markup::escape(text).str();
    }
    append_padded({}, cut(text, conversion), conversion, false);
  }

  static std::string_view cut(std::string_view text, const Conversion& conversion) {
    if (conversion.precision < 0) return text;
    std::size_t at = 0;
    for (std::int64_t n = conversion.precision; n > 0 && at < text.size(); --n) utf8::decode(text, at);
    return text.substr(0, at);
  }

  std::string character(const Value& value) const {
    std::string out;
    if (!html_ && value.is_string() && utf8::count(value.as_string()) == 1) {
      out = value.as_string();
    } else if (!html_ && detail::is_integral(value)) {
      detail::append_character(out, detail::integer_of(value));
    } else {
      throw TypeError("%c requires int or char");
    }
    return out;
  }

  /// MarkupSafe's helper around an argument has __int__ and __float__, and nothing else of a
  /// number.
  std::int64_t integer(const Value& value, char type) const {
    const bool decimal = type == 'd' || type == 'i' || type == 'u';
    if (!html_ && detail::is_integral(value)) return detail::integer_of(value);
    if (decimal && (value.is_double() || value.is_undefined())) return to_integer(value).as_int();
    if (decimal && html_ && (detail::is_integral(value) || value.is_string() || value.is_bytes()))
      return to_integer(value).as_int();
    throw TypeError(fmt::format("%{} format: {} is required, not {}", type,
                                decimal ? "a real number" : "an integer",
                                html_ ? "_MarkupEscapeHelper" : value.type_name()));
  }

  void append_integer(const Value& value, const Conversion& conversion) {
    const auto type = static_cast<char>(conversion.type);
    const bool octal = type == 'o', hex = type == 'x' || type == 'X';
    bool negative = false;
    std::string digits;
    if (value.is_double() && std::isfinite(value.as_double()) && !octal && !hex) {
      // A real's whole part may have more digits than an integer has.
      const double whole = std::trunc(value.as_double());
      negative = whole < 0;
      digits = detail::real_text(whole, {'f', 0, false, false}, evaluator_).digits;
    } else {
      const std::int64_t number = integer(value, type);
      negative = number < 0;
      digits = detail::integer_digits(detail::magnitude_of(number), hex ? 16 : octal ? 8 : 10, type == 'X');
    }
    std::string lead = sign(negative, conversion);
    if (conversion.alternate && (hex || octal)) lead += {'0', type};
    if (conversion.precision > static_cast<std::int64_t>(digits.size())) {
      const std::size_t zeros = static_cast<std::size_t>(conversion.precision) - digits.size();
      evaluator_.charge(zeros);
      digits.insert(0, zeros, '0');
    }
    append_padded(lead, digits, conversion, conversion.zero);
  }

  void append_real(const Value& value, const Conversion& conversion) {
    if (!html_ && !value.is_undefined() && !detail::is_numeric(value))
      throw TypeError(fmt::format("must be real number, not {}", value.type_name()));
    const double number = to_double(value);
    const char lower = text::lower(static_cast<char>(conversion.type));
    detail::RealForm form;
    form.type = lower;
    form.alternate = conversion.alternate;
    if (conversion.precision >= 0) form.precision = conversion.precision;
    detail::NumberText text = detail::real_text(number, form, evaluator_);
    text.digits += text.rest;
    if (lower != static_cast<char>(conversion.type))
      std::transform(text.digits.begin(), text.digits.end(), text.digits.begin(), text::upper);
    append_padded(sign(std::signbit(number) && !std::isnan(number), conversion), text.digits, conversion,
                  conversion.zero);
  }

  static std::string sign(bool negative, const Conversion& conversion) {
    return negative ? "-" : conversion.plus ? "+" : conversion.blank ? " " : "";
  }

  void append_padded(std::string_view lead, std::string_view body, const Conversion& conversion, bool zeros) {
    std::size_t padding = 0;
    if (conversion.width > 0) {
      const std::size_t length = lead.size() + utf8::count(body);
      const auto width = static_cast<std::size_t>(conversion.width);
      padding = width > length ? width - length : 0;
    }
    evaluator_.charge(std::min(padding, kMaxResultBytes * 2) + lead.size() + body.size());
    if (!conversion.left && !zeros) out_.append(padding, ' ');
    out_ += lead;
    if (!conversion.left && zeros) out_.append(padding, '0');
    out_ += body;
    if (conversion.left) out_.append(padding, ' ');
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t type_at_ = 0;
  bool html_;
  const Value& values_;
  bool mapping_;
  Value current_;         // of the last key, or the whole
  bool keyed_ = false;    // a key named current_
  std::size_t used_ = 0;  // arguments that are consumed
  Evaluator& evaluator_;
  std::string out_;
};

}  // namespace

Value percent_format(const Value& pattern, const Value& values, Evaluator& evaluator) {
  const Value whole = detail::plain(values);
  const std::string out = PercentFormatter(pattern, whole, evaluator).run();
  return pattern.is_markup() ? Value::markup(out) : Value(out);
}

}  // namespace retort::ops
