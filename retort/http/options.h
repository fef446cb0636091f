// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Headers that are lists and options: `a, "b c"`, `a=1, b="x"`, `text/html; charset=utf-8`
// (Werkzeug: http.parse_list_header and its siblings). Parsers take anything, never throw
// and are linear in the text's size; texts are UTF-8. Thread-safe.

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/http/header_binding.h"

namespace retort::http {

/// Names with a value or none, in order, each name once. For the few members of a header.
class HeaderDict {
 public:
  using Item = std::pair<std::string, std::optional<std::string>>;

  HeaderDict() = default;
  HeaderDict(std::initializer_list<Item> items);

  /// Null when the name is not there; an empty optional when it stands without a value.
  const std::optional<std::string>* find(std::string_view name) const;
  /// The value; empty when the name is not there or has none.
  std::optional<std::string_view> get(std::string_view name) const;
  std::string_view get(std::string_view name, std::string_view otherwise) const {
    return get(name).value_or(otherwise);
  }
  bool contains(std::string_view name) const { return find(name) != nullptr; }
  /// Keeps the place of a name that is there already.
  void set(std::string_view name, std::optional<std::string> value);
  bool remove(std::string_view name);

  std::size_t size() const { return items_.size(); }
  bool empty() const { return items_.empty(); }
  auto begin() const { return items_.begin(); }
  auto end() const { return items_.end(); }
  friend bool operator==(const HeaderDict&, const HeaderDict&) = default;

 private:
  std::vector<Item> items_;
};

/// `value` and what follows it after semicolons, names in lower case.
struct OptionsHeader {
  std::string value;
  HeaderDict options;
};

/// A set of texts that compare without case and keep their order and first spelling
/// (Werkzeug: HeaderSet), as in Vary and Allow. One that a Response gave writes its header
/// when it changes.
class HeaderSet {
 public:
  HeaderSet() = default;
  explicit HeaderSet(std::vector<std::string> items) : items_(std::move(items)) {}
  /// What the fields of that name hold, and writes them as one from now on.
  HeaderSet(Headers& headers, std::string_view name);

  bool contains(std::string_view item) const { return find(item) >= 0; }
  /// Its place, or -1.
  std::ptrdiff_t find(std::string_view item) const;
  /// False when it was there already.
  bool add(std::string_view item);
  bool remove(std::string_view item);
  /// Adds those that are not there yet.
  void update(const std::vector<std::string>& items);
  void clear();
  std::size_t size() const { return items_.size(); }
  bool empty() const { return items_.empty(); }
  const std::string& operator[](std::size_t i) const { return items_[i]; }
  auto begin() const { return items_.begin(); }
  auto end() const { return items_.end(); }
  std::string to_header() const;

 private:
  std::vector<std::string> items_;
  HeaderBinding binding_;
};

/// The value as it is when it is a token, else in quotes with escapes.
std::string quote_header_value(std::string_view value, bool allow_token = true);
/// Takes quotes and escapes away; anything else stays as it is.
std::string unquote_header_value(std::string_view value);

/// Cuts at commas outside quotes, each item trimmed and left as it is; none when a quote
/// is never closed. Empty items are left out. The views point into `value`.
std::vector<std::string_view> split_list_header(std::string_view value);
/// The items, unquoted where they are in quotes.
std::vector<std::string> parse_list_header(std::string_view value);
/// `a=1, b="x", c, d*=UTF-8''%41`. The first 256 members.
HeaderDict parse_dict_header(std::string_view value);
HeaderSet parse_set_header(std::string_view value);
/// `text/html; charset=utf-8`, with RFC 2231's charsets and continuations. The
/// first 256 options.
OptionsHeader parse_options_header(std::string_view value);

std::string dump_header(const std::vector<std::string>& items);
std::string dump_header(const HeaderDict& items);
/// Options without a value are left out; no `header`, no value in front.
std::string dump_options_header(std::optional<std::string_view> header, const HeaderDict& options);

}  // namespace retort::http
