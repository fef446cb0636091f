// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/options.h"

#include <algorithm>

#include "retort/base/percent.h"
#include "retort/base/text.h"
#include "retort/http/content_type.h"
#include "retort/http/field_view.h"
#include "retort/http/headers.h"

namespace retort::http {
namespace {

// Python's str.strip() as far as headers can hold it.
constexpr std::string_view kSpace = " \t\n\r\v\f";

std::string_view strip(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

// Members of a header that are read; what comes after is left out. It bounds the search for
// names that are there already.
constexpr std::size_t kMaxMembers = 256;

bool is_quoted(std::string_view text) {
  return text.size() >= 2 && text.front() == '"' && text.back() == '"';
}

// Of `charset'language'value`, the charset in lower case and the value. None of the three
// holds anything but token characters, the value some.
struct CharsetValue {
  std::string charset;
  std::string_view value;
};

std::size_t token_end(std::string_view text, bool quote_too) {
  std::size_t end = 0;
  while (end < text.size() && is_header_name(text.substr(end, 1)) && (quote_too || text[end] != '\'')) ++end;
  return end;
}

std::optional<CharsetValue> split_charset(std::string_view text) {
  const std::size_t charset = token_end(text, false);
  if (charset >= text.size() || text[charset] != '\'') return std::nullopt;
  const std::string_view rest = text.substr(charset + 1);
  const std::size_t language = token_end(rest, false);
  if (language >= rest.size() || rest[language] != '\'') return std::nullopt;
  const std::string_view value = rest.substr(language + 1);
  const std::size_t end = token_end(value, true);
  if (end == 0) return std::nullopt;
  return CharsetValue{text::to_lower(text.substr(0, charset)), value.substr(0, end)};
}

bool is_known_charset(std::string_view charset) {
  return charset == "ascii" || charset == "us-ascii" || charset == "utf-8" || charset == "iso-8859-1";
}

// The end of the quoted text that begins at text[0], behind its last quote; npos when it
// has none.
std::size_t quoted_end(std::string_view text) {
  for (std::size_t at = 1; at < text.size(); ++at) {
    if (text[at] == '\\' && at + 1 < text.size() && (text[at + 1] == '\\' || text[at + 1] == '"')) {
      ++at;
    } else if (text[at] == '"') {
      return at + 1;
    }
  }
  return std::string_view::npos;
}

struct Part {
  std::string key;
  std::string_view value;
};

// One `key=value` at the beginning of `rest`, which is moved behind a quoted value.
std::optional<Part> take_part(std::string_view& rest) {
  const std::size_t key = token_end(rest, true);
  if (key == 0 || key >= rest.size() || rest[key] != '=') return std::nullopt;
  Part part{text::to_lower(rest.substr(0, key)), {}};
  rest.remove_prefix(key + 1);
  if (const std::size_t token = token_end(rest, true); token != 0) {
    part.value = rest.substr(0, token);
    return part;
  }
  if (!rest.starts_with('"')) return std::nullopt;
  const std::size_t end = quoted_end(rest);
  if (end == std::string_view::npos) return std::nullopt;
  part.value = rest.substr(0, end);
  rest.remove_prefix(end);
  return part;
}

// Options keep a backslash that escapes nothing (IE sent file names so), and browsers
// write a quote in a name as %22.
std::string unquote_option(std::string_view text) {
  if (!is_quoted(text)) return std::string(text);
  text = text.substr(1, text.size() - 2);
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '\\' || text[i + 1] == '"')) {
      out += text[++i];
    } else if (text.substr(i, 3) == "%22") {
      out += '"';
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

// `name*3`: the name of a continued value.
std::optional<std::string_view> continued_name(std::string_view key) {
  const std::size_t star = key.rfind('*');
  if (star == std::string_view::npos || star + 1 == key.size()) return std::nullopt;
  const std::string_view digits = key.substr(star + 1);
  return std::all_of(digits.begin(), digits.end(), text::is_digit) ? std::optional(key.substr(0, star))
                                                                   : std::nullopt;
}

HeaderDict combine(const std::vector<Part>& parts) {
  HeaderDict options;
  std::optional<std::string> charset, continued_charset;
  for (const Part& part : parts) {
    std::string_view key = part.key;
    std::string value(part.value);
    if (key.ends_with('*')) {
      key.remove_suffix(1);
      std::string_view encoded = part.value;
      if (auto split = split_charset(part.value)) {
        charset = std::move(split->charset);
        encoded = split->value;
      }
      if (!charset || charset->empty()) charset = continued_charset;
      value = encoded;
      if (charset && (charset->empty() || is_known_charset(*charset))) {
        continued_charset = charset;
        value = decode_text(percent::decode(encoded), *charset);
      }
    }
    value = unquote_option(value);
    if (const auto name = continued_name(key)) {
      options.set(*name, std::string(options.get(*name, "")) + value);
    } else {
      options.set(key, std::move(value));
    }
  }
  return options;
}

void append_item(std::string& out, std::string_view name, const std::optional<std::string>& value) {
  out += name;
  if (!value) return;
  out += '=';
  out += name.ends_with('*') ? *value : quote_header_value(*value);
}

}  // namespace

// HeaderDict.

HeaderDict::HeaderDict(std::initializer_list<Item> items) {
  for (const auto& [name, value] : items) set(name, value);
}

const std::optional<std::string>* HeaderDict::find(std::string_view name) const {
  for (const auto& [known, value] : items_) {
    if (known == name) return &value;
  }
  return nullptr;
}

std::optional<std::string_view> HeaderDict::get(std::string_view name) const {
  const auto* value = find(name);
  return value && *value ? std::optional<std::string_view>(**value) : std::nullopt;
}

void HeaderDict::set(std::string_view name, std::optional<std::string> value) {
  for (auto& [known, old] : items_) {
    if (known == name) {
      old = std::move(value);
      return;
    }
  }
  items_.emplace_back(name, std::move(value));
}

bool HeaderDict::remove(std::string_view name) {
  return std::erase_if(items_, [&](const Item& item) { return item.first == name; }) != 0;
}

// HeaderSet.

std::ptrdiff_t HeaderSet::find(std::string_view item) const {
  const auto found = std::find_if(items_.begin(), items_.end(),
                                  [&](const std::string& other) { return iequals(other, item); });
  return found == items_.end() ? -1 : found - items_.begin();
}

HeaderSet::HeaderSet(Headers& headers, std::string_view name) : binding_(headers, name) {
  for (const std::string_view value : headers.getlist(name)) {
    for (std::string& item : parse_set_header(value).items_) {
      if (!contains(item)) items_.push_back(std::move(item));
    }
  }
}

bool HeaderSet::add(std::string_view item) {
  if (contains(item)) return false;
  items_.emplace_back(item);
  binding_.write(to_header());
  return true;
}

bool HeaderSet::remove(std::string_view item) {
  if (std::erase_if(items_, [&](const std::string& other) { return iequals(other, item); }) == 0)
    return false;
  binding_.write(to_header());
  return true;
}

void HeaderSet::update(const std::vector<std::string>& items) {
  const std::size_t before = items_.size();
  for (const std::string& item : items) {
    if (!contains(item)) items_.push_back(item);
  }
  if (items_.size() != before) binding_.write(to_header());
}

void HeaderSet::clear() {
  items_.clear();
  binding_.write({});
}

std::string HeaderSet::to_header() const { return dump_header(items_); }

// Quotes.

std::string quote_header_value(std::string_view value, bool allow_token) {
  if (allow_token && is_header_name(value)) return std::string(value);
  std::string out = "\"";
  for (const char c : value) {
    if (c == '\\' || c == '"') out += '\\';
    out += c;
  }
  out += '"';
  return out;
}

std::string unquote_header_value(std::string_view value) {
  if (!is_quoted(value)) return std::string(value);
  value = value.substr(1, value.size() - 2);
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '\\' && i + 1 < value.size() && value[i + 1] != '\n') ++i;
    out += value[i];
  }
  return out;
}

// Lists.

std::vector<std::string_view> split_list_header(std::string_view value) {
  std::vector<std::string_view> items;
  bool quoted = false;
  std::size_t start = 0;
  const auto take = [&](std::size_t end) {
    if (const std::string_view item = strip(value.substr(start, end - start)); !item.empty())
      items.push_back(item);
    start = end + 1;
  };
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (quoted && value[i] == '\\') {
      ++i;
    } else if (value[i] == '"') {
      quoted = !quoted;
    } else if (value[i] == ',' && !quoted) {
      take(i);
    }
  }
  if (quoted) return {};
  take(value.size());
  return items;
}

std::vector<std::string> parse_list_header(std::string_view value) {
  std::vector<std::string> items;
  for (const std::string_view item : split_list_header(value)) items.push_back(unquote_header_value(item));
  return items;
}

HeaderSet parse_set_header(std::string_view value) { return HeaderSet(parse_list_header(value)); }

HeaderDict parse_dict_header(std::string_view value) {
  HeaderDict out;
  for (const std::string& item : parse_list_header(value)) {
    if (out.size() == kMaxMembers) break;
    const std::size_t equals = item.find('=');
    std::string_view key = strip(std::string_view(item).substr(0, equals));
    if (key.empty()) continue;
    if (equals == std::string::npos) {
      out.set(key, std::nullopt);
      continue;
    }
    std::string member(strip(std::string_view(item).substr(equals + 1)));
    if (key.ends_with('*')) {
      key.remove_suffix(1);
      if (const auto split = split_charset(member))
        member = is_known_charset(split->charset) ? decode_text(percent::decode(split->value), split->charset)
                                                  : std::string(split->value);
    }
    out.set(key, unquote_header_value(member));
  }
  return out;
}

OptionsHeader parse_options_header(std::string_view value) {
  const std::size_t semicolon = value.find(';');
  OptionsHeader out{std::string(strip(value.substr(0, semicolon))), {}};
  if (out.value.empty() || semicolon == std::string_view::npos) return out;
  std::string_view rest = strip(value.substr(semicolon + 1));
  std::vector<Part> parts;
  while (!rest.empty() && parts.size() < kMaxMembers) {
    if (auto part = take_part(rest)) parts.push_back(std::move(*part));
    const std::size_t end = rest.find(';');
    if (end == std::string_view::npos) break;
    rest = rest.substr(end + 1);
    rest.remove_prefix(std::min(rest.find_first_not_of(kSpace), rest.size()));
  }
  out.options = combine(parts);
  return out;
}

// Writing.

std::string dump_header(const std::vector<std::string>& items) {
  std::string out;
  for (const std::string& item : items) {
    if (!out.empty()) out += ", ";
    out += quote_header_value(item);
  }
  return out;
}

std::string dump_header(const HeaderDict& items) {
  std::string out;
  for (const auto& [name, value] : items) {
    if (!out.empty()) out += ", ";
    append_item(out, name, value);
  }
  return out;
}

std::string dump_options_header(std::optional<std::string_view> header, const HeaderDict& options) {
  std::string out(header.value_or(""));
  bool first = !header;
  for (const auto& [name, value] : options) {
    if (!value) continue;
    if (!first) out += "; ";
    first = false;
    append_item(out, name, value);
  }
  return out;
}

}  // namespace retort::http
