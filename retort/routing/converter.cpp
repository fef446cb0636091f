// SPDX-License-Identifier: BSD-3-Clause
#include "retort/routing/converter.h"

#include "retort/base/text.h"
#include "retort/routing/detail/python_text.h"

namespace retort::routing {
namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
using text::is_digit;
// Letters outside ASCII are taken as word characters, whatever they are.
bool is_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

constexpr std::size_t kNone = std::string_view::npos;

// Reads what Werkzeug's _converter_args_re matches: its alternatives in their order, each
// followed by spaces and a comma. The text always ends with a comma that was added to it.
class ArgumentReader {
 public:
  explicit ArgumentReader(std::string_view text) : text_(text) {}

  struct Item {
    std::string_view name;
    std::string_view value;
    std::size_t end = 0;
  };

  // The argument that begins exactly at `from`.
  bool read(std::size_t from, Item& item) const {
    const std::size_t start = skip_spaces(from);
    const std::size_t word = skip(start, is_word);
    if (word > start) {
      const std::size_t equals = skip_spaces(word);
      if (equals < text_.size() && text_[equals] == '=') {
        const std::size_t value = skip_spaces(equals + 1);
        if (read_value(value, item)) {
          item.name = text_.substr(start, word - start);
          return true;
        }
      }
    }
    item.name = {};
    return read_value(start, item);
  }

 private:
  template <class P>
  std::size_t skip(std::size_t at, P predicate) const {
    while (at < text_.size() && predicate(text_[at])) ++at;
    return at;
  }
  std::size_t skip_spaces(std::size_t at) const { return skip(at, is_space); }

  // Where the comma after `at` ends, if only spaces stand before it.
  std::size_t after_comma(std::size_t at) const {
    const std::size_t comma = skip_spaces(at);
    return comma < text_.size() && text_[comma] == ',' ? comma + 1 : kNone;
  }

  // One character that is no newline.
  std::size_t any_character(std::size_t at) const {
    if (at >= text_.size() || text_[at] == '\n') return kNone;
    ++at;
    while (at < text_.size() && (static_cast<unsigned char>(text_[at]) & 0xc0) == 0x80) ++at;
    return at;
  }

  bool accept(std::size_t start, std::size_t end, Item& item) const {
    if (end == kNone) return false;
    const std::size_t next = after_comma(end);
    if (next == kNone) return false;
    item.value = text_.substr(start, end - start);
    item.end = next;
    return true;
  }

  // \d+.\d+ | \d+. | \d+ : the point is any character.
  bool read_number(std::size_t start, Item& item) const {
    const std::size_t digits = skip(start, is_digit);
    if (digits == start) return false;
    const std::size_t point = any_character(digits);
    const std::size_t fraction = point == kNone ? kNone : skip(point, is_digit);
    if (point != kNone && fraction > point && accept(start, fraction, item)) return true;
    if (digits - start >= 3 && accept(start, digits, item)) return true;
    return accept(start, point, item) || accept(start, digits, item);
  }

  bool read_string(std::size_t start, Item& item) const {
    std::size_t open = start;
    if (open < text_.size() && std::string_view("urUR").find(text_[open]) != kNone) ++open;
    if (open >= text_.size() || (text_[open] != '"' && text_[open] != '\'')) return false;
    const std::size_t close = text_.find(text_[open], open + 1);
    if (close == kNone || !accept(start, close + 1, item)) return false;
    item.value = text_.substr(open, close + 1 - open);
    return true;
  }

  bool read_value(std::size_t start, Item& item) const {
    for (const std::string_view constant : {std::string_view("True"), std::string_view("False")}) {
      if (text_.substr(start, constant.size()) == constant && accept(start, start + constant.size(), item)) {
        return true;
      }
    }
    if (read_number(start, item)) return true;
    const std::size_t word = skip(start, [](char c) { return is_word(c) || c == '.'; });
    if (word > start && accept(start, word, item)) return true;
    return read_string(start, item);
  }

  std::string_view text_;
};

// Werkzeug's _pythonize.
Variable value_of(std::string_view text) {
  if (text == "None") return {};
  if (text == "True") return true;
  if (text == "False") return false;
  if (const auto digits = detail::python_int(text)) {
    if (const auto integer = detail::to_int64(*digits)) return *integer;
    return WideInteger{*digits};
  }
  if (const auto real = detail::python_float(text)) return *real;
  if (text.size() >= 2 && text.front() == text.back() && (text.front() == '"' || text.front() == '\'')) {
    text = text.substr(1, text.size() - 2);
  }
  return text;
}

}  // namespace

const Variable* ConverterArguments::get(std::string_view name, std::size_t place) const {
  if (place < positional.size()) return &positional[place];
  return named.find(name);
}

Result<ConverterArguments> parse_converter_arguments(std::string_view text) {
  ConverterArguments arguments;
  const std::string all = std::string(text) + ",";
  const ArgumentReader reader(all);
  ArgumentReader::Item item;
  std::size_t at = 0;
  while (at < all.size()) {
    if (!reader.read(at, item)) {
      // Nothing, or a comma too many, at the very end is nothing; in between it is an error.
      for (std::size_t later = at + 1; later < all.size(); ++later) {
        if (reader.read(later, item)) {
          return Error{"cannot parse converter argument '" + all.substr(at, later - at) + "'", at};
        }
      }
      break;
    }
    if (item.name.empty()) {
      arguments.positional.push_back(value_of(item.value));
    } else {
      arguments.named.set(std::string(item.name), value_of(item.value));
    }
    at = item.end;
  }
  return arguments;
}

bool Converter::part_isolating() const {
  const std::string pattern = regex();
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '/' && (i < 2 || pattern.compare(i - 2, 2, "[^") != 0)) return false;
  }
  return true;
}

UrlText Converter::to_url(const Variable& value) const { return {quote_path(value.str()), {}, false}; }

}  // namespace retort::routing
