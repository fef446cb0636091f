// SPDX-License-Identifier: BSD-3-Clause
// str.format and str.format_map.
#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "retort/base/utf8.h"
#include "retort/value/bounds.h"
#include "retort/value/detail/format_number.h"
#include "retort/value/detail/format_spec.h"
#include "retort/value/detail/lookup.h"
#include "retort/value/detail/operands.h"
#include "retort/value/error.h"
#include "retort/value/escape.h"
#include "retort/value/format.h"
#include "retort/value/markup.h"

namespace retort::ops {
namespace {

/// A replacement field: `{name!conversion:spec}`.
struct Field {
  std::string_view name;
  char32_t conversion = 0;
  std::string_view spec;
  bool nested = false;  ///< the spec has fields of its own
};

/// Takes a pattern apart into literal text and fields.
class PatternReader {
 public:
  explicit PatternReader(std::string_view text) : text_(text) {}

  /// The next literal text, and whether a field follows it, which is then read; false at
  /// the end.
  bool next(std::string_view& literal, bool& has_field, Field& field) {
    has_field = false;
    if (at_ == text_.size()) return false;
    const std::size_t start = at_;
    const std::size_t brace = text_.find_first_of("{}", at_);
    if (brace == text_.npos) {
      at_ = text_.size();
      literal = text_.substr(start);
      return true;
    }
    const char c = text_[brace];
    const bool doubled = brace + 1 < text_.size() && text_[brace + 1] == c;
    if (doubled) {
      literal = text_.substr(start, brace + 1 - start);
      at_ = brace + 2;
      return true;
    }
    if (c == '}') throw ValueError("Single '}' encountered in format string");
    if (brace + 1 == text_.size()) throw ValueError("Single '{' encountered in format string");
    literal = text_.substr(start, brace - start);
    at_ = brace + 1;
    has_field = true;
    field = read_field();
    return true;
  }

 private:
  Field read_field() {
    Field out;
    const std::size_t start = at_;
    const char end = skip_name();
    out.name = text_.substr(start, at_ - start - 1);
    if (end == '}') return out;
    if (end == '!' && read_conversion(out.conversion)) return out;
    read_spec(out);
    return out;
  }

  /// Moves past the character that ends a field's name, which it returns. Inside brackets
  /// everything is part of the name.
  char skip_name() {
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '}' || c == ':' || c == '!') return c;
      if (c == '{') throw ValueError("unexpected '{' in field name");
      if (c == '[') at_ = std::min(text_.find(']', at_), text_.size());
    }
    throw ValueError("expected '}' before end of string");
  }

  /// Whether the field ends with its conversion.
  bool read_conversion(char32_t& out) {
    if (at_ == text_.size()) throw ValueError("end of string while looking for conversion specifier");
    out = utf8::decode(text_, at_);
    if (at_ == text_.size()) return false;
    const char c = text_[at_++];
    if (c != '}' && c != ':') throw ValueError("expected ':' after conversion specifier");
    return c == '}';
  }

  void read_spec(Field& out) {
    const std::size_t start = at_;
    int depth = 1;
    for (;;) {
      at_ = text_.find_first_of("{}", at_);
      if (at_ == text_.npos) throw ValueError("unmatched '{' in format spec");
      if (text_[at_++] == '{') {
        ++depth;
        out.nested = true;
      } else if (--depth == 0) {
        out.spec = text_.substr(start, at_ - start - 1);
        return;
      }
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

/// One call of format or format_map.
class Formatter {
 public:
  Formatter(const CallArguments* arguments, const Value* mapping, bool html, Evaluator& evaluator)
      : arguments_(arguments), mapping_(mapping), html_(html), evaluator_(evaluator) {}

  /// Appends the pattern with its fields filled in; its specs may have fields of their own
  /// while `levels` remain.
  void append(std::string& out, std::string_view pattern, int levels) {
    if (levels == 0) throw ValueError("Max string recursion exceeded");
    PatternReader reader(pattern);
    std::string_view literal;
    bool has_field = false;
    for (Field field; reader.next(literal, has_field, field);) {
      evaluator_.charge(literal.size());
      out += literal;
      if (has_field) append_field(out, field, levels);
    }
  }

 private:
  void append_field(std::string& out, const Field& field, int levels) {
    const Value value = convert(find(field.name), field.conversion);
    std::string expanded;
    std::string_view spec = field.spec;
    if (field.nested) {
      append(expanded, spec, levels - 1);
      spec = expanded;
    }
    if (html_) {
      append_html(out, value, spec);
    } else {
      append_format(out, value, spec, evaluator_);
    }
  }

  /// MarkupSafe's EscapeFormatter: what has HTML shows it, all else is formatted and escaped.
  void append_html(std::string& out, const Value& value, std::string_view spec) {
    if (value.is_markup() && !spec.empty()) throw ValueError("Unsupported format specification for Markup.");
    std::string text;
    if (append_own_html(text, value)) {
      if (!spec.empty()) {
        throw ValueError(fmt::format(
            "Format specifier {} given, but <class '{}'> does not define __html_format__. A class that "
            "defines __html__ must define __html_format__ to work with format specifiers.",
            spec, value.type_name()));
      }
      evaluator_.charge(text.size());
      out += text;
      return;
    }
    append_format(text, value, spec, evaluator_);
    evaluator_.charge(escaped_size(text) - text.size());
    append_escaped(out, std::string_view(text));
  }

  Value convert(Value value, char32_t conversion) {
    if (conversion == 0) return value;
    std::string out;
    const TextLimit limit(out, evaluator_.bytes_left());
    if (conversion == 's') {
      value.append_str(out);
    } else if (conversion == 'r') {
      value.append_repr(out);
    } else if (conversion == 'a') {
      detail::append_ascii(out, value);
    } else {
      throw ValueError(fmt::format("Unknown conversion specifier {}", detail::code_text(conversion)));
    }
    return Value(out);
  }

  /// The value that a field names: "0", "name", "", each with ".attribute" and "[key]".
  Value find(std::string_view name) {
    const std::size_t end = std::min(name.find_first_of(".["), name.size());
    Value out = find_first(name.substr(0, end), end == name.size());
    for (std::size_t at = end; at < name.size();) {
      const bool attribute = name[at] == '.';
      if (!attribute && name[at] != '[')
        throw ValueError("Only '.' or '[' may follow ']' in format field specifier");
      const std::size_t start = ++at;
      at = attribute ? std::min(name.find_first_of(".[", at), name.size()) : name.find(']', at);
      if (at == name.npos) throw ValueError("Missing ']' in format string");
      const std::string_view part = name.substr(start, at - start);
      if (!attribute) ++at;
      if (part.empty()) throw ValueError("Empty attribute in format string");
      out = member(out, part, attribute);
    }
    return out;
  }

  /// One step of a field's path.
  Value member(const Value& object, std::string_view part, bool attribute) {
    const std::int64_t position = attribute ? -1 : detail::decimal_number(part);
    const Value key = position >= 0 ? Value(position) : Value(part);
    Value out = evaluator_.field_member(object, key, attribute);
    if (!out.is_undefined() || out.undefined_info()) return out;
    return attribute ? detail::require_attribute(object, part, evaluator_)
                     : detail::require_item(object, key, evaluator_);
  }

  Value find_first(std::string_view first, bool whole) {
    std::int64_t position = detail::decimal_number(first);
    if (first.empty() && !(html_ && !whole)) {
      position = next_position();
    } else if (position >= 0 && !(html_ && !whole)) {
      note_manual();
    }
    if (position < 0) return find_named(first);
    if (mapping_ && !html_) throw ValueError("Format string contains positional fields");
    const auto at = static_cast<std::size_t>(position);
    if (arguments_ && at < arguments_->positional.size()) return arguments_->positional[at];
    if (html_) throw IndexError("tuple index out of range");
    throw IndexError(fmt::format("Replacement index {} out of range for positional args tuple", position));
  }

  std::int64_t next_position() {
    if (numbering_ == Numbering::manual)
      throw ValueError("cannot switch from manual field specification to automatic field numbering");
    numbering_ = Numbering::automatic;
    return next_position_++;
  }

  void note_manual() {
    if (numbering_ == Numbering::automatic) {
      // string.Formatter, which MarkupSafe's derives from, has one message for both.
      throw ValueError(html_ ? "cannot switch from manual field specification to automatic field numbering"
                             : "cannot switch from automatic field numbering to manual field specification");
    }
    numbering_ = Numbering::manual;
  }

  Value find_named(std::string_view name) {
    if (mapping_) return detail::require_item(*mapping_, Value(name), evaluator_);
    for (const Value::Member& member : arguments_->named) {
      if (member.key == name) return member.value;
    }
    throw KeyError(Value(name).repr());
  }

  enum class Numbering { unknown, automatic, manual };

  const CallArguments* arguments_;
  const Value* mapping_;
  bool html_;
  Evaluator& evaluator_;
  Numbering numbering_ = Numbering::unknown;
  std::int64_t next_position_ = 0;
};

constexpr int kLevels = 2;  // a field, and fields in its spec

Value run(const Value& pattern, Formatter formatter) {
  std::string out;
  formatter.append(out, pattern.as_string(), kLevels);
  return pattern.is_markup() ? Value::markup(out) : Value(out);
}

}  // namespace

Value format(const Value& pattern, const CallArguments& arguments, Evaluator& evaluator) {
  return run(pattern, Formatter(&arguments, nullptr, pattern.is_markup(), evaluator));
}

Value format_map(const Value& pattern, const Value& mapping, Evaluator& evaluator) {
  return run(pattern, Formatter(nullptr, &mapping, pattern.is_markup(), evaluator));
}

}  // namespace retort::ops
