// SPDX-License-Identifier: BSD-3-Clause
// format(value, spec).
#include "retort/value/detail/format_spec.h"

#include <algorithm>
#include <cmath>
#include <string>

#include <fmt/format.h>

#include "retort/base/text.h"
#include "retort/base/utf8.h"
#include "retort/value/bounds.h"
#include "retort/value/detail/format_number.h"
#include "retort/value/detail/operands.h"
#include "retort/value/error.h"
#include "retort/value/format.h"
#include "retort/value/unicode.h"

namespace retort {

namespace detail {

std::int64_t read_decimal(std::string_view text, std::size_t& at) {
  std::int64_t out = -1;
  while (at < text.size()) {
    std::size_t next = at;
    const int digit = unicode::digit_value(utf8::decode(text, next));
    if (digit < 0) break;
    if (out < 0) out = 0;
    if (out > (INT64_MAX - digit) / 10) throw ValueError("Too many decimal digits in format string");
    out = out * 10 + digit;
    at = next;
  }
  return out;
}

std::int64_t decimal_number(std::string_view digits) {
  std::size_t at = 0;
  const std::int64_t out = read_decimal(digits, at);
  return at == digits.size() ? out : -1;
}

std::string code_text(char32_t code) {
  if (code > 32 && code < 128) return std::string(1, static_cast<char>(code));
  return fmt::format("\\x{:x}", static_cast<unsigned>(code));
}

namespace {

bool is_align(char c) { return c == '<' || c == '>' || c == '=' || c == '^'; }

class SpecReader {
 public:
  explicit SpecReader(std::string_view text) : text_(text) {}

  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  /// One of `choices`, or 0.
  char take_any(std::string_view choices) {
    if (at_ >= text_.size() || choices.find(text_[at_]) == choices.npos) return 0;
    return text_[at_++];
  }
  /// A fill and an alignment, or only that.
  void read_align(FormatSpec& out, bool& filled, bool& aligned) {
    if (text_.empty()) return;
    std::size_t next = 0;
    utf8::decode(text_, next);
    if (next < text_.size() && is_align(text_[next])) {
      out.fill = text_.substr(0, next);
      at_ = next;
      filled = true;
    } else if (!is_align(text_[0])) {
      return;
    }
    out.align = text_[at_++];
    aligned = true;
  }
  std::int64_t read_number() { return read_decimal(text_, at_); }
  std::string_view rest() const { return text_.substr(at_); }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

void check_grouping(const FormatSpec& spec) {
  if (spec.grouping == 0 || spec.type == 0) return;
  constexpr std::u32string_view decimal = U"defgEG%F", powers_of_two = U"boxX";
  if (decimal.find(spec.type) != decimal.npos) return;
  if (spec.grouping == '_' && powers_of_two.find(spec.type) != powers_of_two.npos) return;
  throw ValueError(fmt::format("Cannot specify '{}' with '{}'.", spec.grouping, code_text(spec.type)));
}

}  // namespace

FormatSpec parse_format_spec(std::string_view text, const Value& value, char32_t default_type,
                             char default_align) {
  FormatSpec out;
  out.align = default_align;
  out.type = default_type;
  SpecReader reader(text);
  bool filled = false, aligned = false;
  reader.read_align(out, filled, aligned);
  out.sign = reader.take_any("+- ");
  out.no_negative_zero = reader.take('z');
  out.alternate = reader.take('#');
  if (!filled && reader.take('0')) {
    out.fill = "0";
    if (!aligned && default_align == '>') out.align = '=';
  }
  out.width = reader.read_number();
  if (reader.take(',')) out.grouping = ',';
  if (reader.take('_')) {
    if (out.grouping) throw ValueError("Cannot specify both ',' and '_'.");
    out.grouping = '_';
    if (reader.take(',')) throw ValueError("Cannot specify both ',' and '_'.");
  }
  if (reader.take('.')) {
    out.precision = reader.read_number();
    if (out.precision < 0) throw ValueError("Format specifier missing precision");
  }
  const std::string_view rest = reader.rest();
  if (!rest.empty()) {
    std::size_t end = 0;
    out.type = utf8::decode(rest, end);
    if (end != rest.size())
      throw ValueError(
          fmt::format("Invalid format specifier '{}' for object of type '{}'", text, value.type_name()));
  }
  check_grouping(out);
  return out;
}

}  // namespace detail

namespace ops {
namespace {

using detail::FormatSpec;
using detail::NumberText;

[[noreturn]] void throw_unknown_code(const FormatSpec& spec, const Value& value) {
  throw ValueError(fmt::format("Unknown format code '{}' for object of type '{}'",
                               detail::code_text(spec.type), value.type_name()));
}

void append_fill(std::string& out, std::string_view fill, std::size_t count) {
  if (fill.size() == 1) {
    out.append(count, fill[0]);
    return;
  }
  for (; count > 0; --count) out += fill;
}

/// What a padded text consists of: `lead` stands before the padding of '='.
struct Padded {
  std::string_view lead, body, rest;
  std::size_t length;  ///< in code points, of all three
};

void append_padded(std::string& out, const Padded& text, const FormatSpec& spec, Evaluator& evaluator) {
  std::size_t padding = 0;
  if (spec.width > 0 && static_cast<std::size_t>(spec.width) > text.length)
    padding = static_cast<std::size_t>(spec.width) - text.length;
  // Twice the limit is beyond it, and times four bytes no overflow.
  evaluator.charge(std::min(padding, kMaxResultBytes * 2) * spec.fill.size() + text.lead.size() +
                   text.body.size() + text.rest.size());
  const std::size_t left = spec.align == '>' ? padding : spec.align == '^' ? padding / 2 : 0;
  const std::size_t inner = spec.align == '=' ? padding : 0;
  append_fill(out, spec.fill, left);
  out += text.lead;
  append_fill(out, spec.fill, inner);
  out += text.body;
  out += text.rest;
  append_fill(out, spec.fill, padding - left - inner);
}

/// Digits in groups, with zeros before them up to `width`; a group that is begun has a digit
/// before its separator.
std::string group_digits(const std::string& digits, char separator, std::int64_t group, std::int64_t width) {
  std::string reversed;
  auto left = static_cast<std::int64_t>(digits.size());
  for (;;) {
    const std::int64_t size = std::min(group, std::max({left, width, std::int64_t{1}}));
    for (std::int64_t i = 0; i < size; ++i)
      reversed += left > 0 ? digits[static_cast<std::size_t>(--left)] : '0';
    width -= size;
    if (left <= 0 && width <= 0) break;
    reversed += separator;
    --width;
  }
  std::reverse(reversed.begin(), reversed.end());
  return reversed;
}

void append_number(std::string& out, bool negative, std::string_view prefix, const NumberText& number,
                   const FormatSpec& spec, Evaluator& evaluator) {
  std::string lead;
  if (negative) {
    lead = "-";
  } else if (spec.sign == '+' || spec.sign == ' ') {
    lead = spec.sign;
  }
  lead += prefix;
  std::string grouped;
  if (spec.grouping && !number.digits.empty()) {
    std::int64_t width = 0;
    if (spec.fill == "0" && spec.align == '=' && spec.width > 0) {
      if (static_cast<std::uint64_t>(spec.width) > kMaxResultBytes)
        evaluator.charge(static_cast<std::size_t>(spec.width));  // which throws
      width = spec.width - static_cast<std::int64_t>(lead.size() + number.rest.size());
      if (width > 0) evaluator.charge(static_cast<std::size_t>(width));
    }
    const bool by_four = spec.type == 'b' || spec.type == 'o' || spec.type == 'x' || spec.type == 'X';
    grouped = group_digits(number.digits, spec.grouping, by_four ? 4 : 3, width);
  }
  const std::string_view body = grouped.empty() ? number.digits : grouped;
  append_padded(out, {lead, body, number.rest, lead.size() + body.size() + number.rest.size()}, spec,
                evaluator);
}

bool is_zero(const NumberText& number) {
  if (number.digits.empty()) return false;
  const std::string_view fraction = std::string_view(number.rest).substr(0, number.rest.find('e'));
  return number.digits.find_first_not_of('0') == std::string::npos &&
         fraction.find_first_not_of(".0") == fraction.npos;
}

void format_real(std::string& out, double number, const FormatSpec& spec, Evaluator& evaluator) {
  if (spec.precision > detail::kMaxPrecision) throw ValueError("precision too big");
  const bool percent = spec.type == '%';
  detail::RealForm form;
  form.alternate = spec.alternate;
  if (spec.precision >= 0) form.precision = spec.precision;
  if (spec.type == 0) {
    form.type = spec.precision < 0 ? 'r' : 'g';
    form.whole_has_zero = true;
  } else if (percent) {
    form.type = 'f';
    number *= 100;
  } else {
    form.type = spec.type == 'n' ? 'g' : text::lower(static_cast<char>(spec.type));
  }
  NumberText text = detail::real_text(number, form, evaluator);
  const bool negative =
      std::signbit(number) && !std::isnan(number) && !(spec.no_negative_zero && is_zero(text));
  if (spec.type == 'E' || spec.type == 'F' || spec.type == 'G')
    std::transform(text.rest.begin(), text.rest.end(), text.rest.begin(), text::upper);
  if (percent) text.rest += '%';
  append_number(out, negative, {}, text, spec, evaluator);
}

void format_character(std::string& out, std::int64_t number, const FormatSpec& spec, Evaluator& evaluator) {
  if (spec.sign) throw ValueError("Sign not allowed with integer format specifier 'c'");
  if (spec.alternate) throw ValueError("Alternate form (#) not allowed with integer format specifier 'c'");
  std::string character;
  detail::append_character(character, number);
  append_padded(out, {{}, character, {}, 1}, spec, evaluator);
}

void format_integer(std::string& out, std::int64_t number, const FormatSpec& spec, Evaluator& evaluator) {
  if (spec.precision >= 0) throw ValueError("Precision not allowed in integer format specifier");
  if (spec.no_negative_zero)
    throw ValueError("Negative zero coercion (z) not allowed in integer format specifier");
  if (spec.type == 'c') return format_character(out, number, spec, evaluator);
  unsigned base = 10;
  std::string prefix;
  switch (spec.type) {
    case 'b':
      base = 2;
      break;
    case 'o':
      base = 8;
      break;
    case 'x':
    case 'X':
      base = 16;
      break;
    default:
      break;
  }
  if (spec.alternate && base != 10) prefix = {'0', static_cast<char>(spec.type)};
  const std::string digits = detail::integer_digits(detail::magnitude_of(number), base, spec.type == 'X');
  append_number(out, number < 0, prefix, {digits, {}}, spec, evaluator);
}

bool is_type(char32_t type, std::u32string_view types) { return types.find(type) != types.npos; }

/// The first `count` code points of a text.
std::string_view first_code_points(std::string_view text, std::int64_t count) {
  std::size_t at = 0;
  for (; count > 0 && at < text.size(); --count) utf8::decode(text, at);
  return text.substr(0, at);
}

void format_text(std::string& out, const Value& value, std::string_view spec_text, Evaluator& evaluator) {
  const FormatSpec spec = detail::parse_format_spec(spec_text, value, 's', '<');
  if (spec.type != 's') throw_unknown_code(spec, value);
  if (spec.sign)
    throw ValueError(spec.sign == ' ' ? "Space not allowed in string format specifier"
                                      : "Sign not allowed in string format specifier");
  if (spec.no_negative_zero)
    throw ValueError("Negative zero coercion (z) not allowed in string format specifier");
  if (spec.alternate) throw ValueError("Alternate form (#) not allowed in string format specifier");
  if (spec.align == '=') throw ValueError("'=' alignment not allowed in string format specifier");
  std::string_view text = value.as_string();
  if (spec.precision >= 0) text = first_code_points(text, spec.precision);
  append_padded(out, {{}, text, {}, spec.width > 0 ? utf8::count(text) : 0}, spec, evaluator);
}

void append_plain(std::string& out, const Value& value, Evaluator& evaluator) {
  if (value.is_string()) {
    evaluator.charge(value.as_string().size());
    out += value.as_string();
    return;
  }
  const std::size_t before = out.size();
  const TextLimit limit(out, evaluator.bytes_left());
  value.append_str(out);
  evaluator.charge(out.size() - before);
}

}  // namespace

void append_format(std::string& out, const Value& value, std::string_view spec, Evaluator& evaluator) {
  if (spec.empty()) return append_plain(out, value, evaluator);
  if (value.is_string()) return format_text(out, value, spec, evaluator);
  if (detail::is_integral(value)) {
    const FormatSpec parsed = detail::parse_format_spec(spec, value, 'd', '>');
    if (is_type(parsed.type, U"bcdoxXn"))
      return format_integer(out, detail::integer_of(value), parsed, evaluator);
    if (!is_type(parsed.type, U"eEfFgG%")) throw_unknown_code(parsed, value);
    return format_real(out, detail::real_of(value), parsed, evaluator);
  }
  if (value.is_double()) {
    const FormatSpec parsed = detail::parse_format_spec(spec, value, 0, '>');
    if (parsed.type != 0 && !is_type(parsed.type, U"eEfFgGn%")) throw_unknown_code(parsed, value);
    return format_real(out, value.as_double(), parsed, evaluator);
  }
  throw TypeError(fmt::format("unsupported format string passed to {}.__format__", value.type_name()));
}

}  // namespace ops
}  // namespace retort
