// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Writing JSON from a program's own types, straight into one string: member names are
// quoted (and sorted, where asked) by the compiler.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "retort/base/reflect.h"
#include "retort/value/convert.h"
#include "retort/value/json_form.h"

namespace retort {

/// How JSON is written (Python's json.dumps).
struct JsonOptions {
  int indent = -1;  ///< spaces a level; below 0: all in one line
  bool sort_keys = false;
  bool ensure_ascii = false;  ///< beyond ASCII as \uXXXX
  bool allow_nan = false;     ///< NaN and Infinity, which are no JSON, instead of an error
  bool skip_keys = false;     ///< leaves out entries whose key is no text, number, bool or None
  std::optional<std::string_view> item_separator = {};  ///< by default ","
  std::optional<std::string_view> key_separator = {};   ///< by default ":", with an indent ": "

  /// What json.dumps(value, indent=indent) writes.
  static JsonOptions python(int indent = -1) {
    JsonOptions options;
    options.indent = indent;
    options.ensure_ascii = options.allow_nan = true;
    options.item_separator = indent < 0 ? ", " : ",";
    options.key_separator = ": ";
    return options;
  }
};

namespace json_detail {

[[noreturn]] void refuse_depth();

/// Where a document goes, and how it is written in one line.
struct Sink {
  Sink(std::string& to, const JsonOptions& how)
      : out(to),
        options(how),
        item_separator(how.item_separator.value_or(",")),
        key_separator(how.key_separator.value_or(":")),
        compact(item_separator == "," && key_separator == ":") {}
  std::string& out;
  const JsonOptions& options;
  std::string_view item_separator;
  std::string_view key_separator;
  bool compact;
  mutable int depth = 0;
};

/// A list or dict while it is written: pointers may lead round in a circle.
class Level {
 public:
  explicit Level(const Sink& to) : depth_(to.depth) {
    if (++depth_ > kMaxValueDepth) refuse_depth();
  }
  ~Level() { --depth_; }
  Level(const Level&) = delete;
  Level& operator=(const Level&) = delete;

 private:
  int& depth_;
};

/// Appends; string's own templates for views are dear.
void put(std::string& out, std::string_view text);
void write_integer(std::string& out, std::int64_t number);
void write_unsigned(std::string& out, std::uint64_t number);
void write_value(std::string& out, const Value& value, const JsonOptions& options);

/// Positions of T's members in the order of their names.
template <class T>
consteval auto sorted_members() {
  constexpr std::size_t n = reflect::member_count<T>;
  std::array<std::size_t, n ? n : 1> order{};
  std::array<std::string_view, n ? n : 1> names{};
  [&]<std::size_t... i>(std::index_sequence<i...>) {
    ((order[i] = i, names[i] = reflect::member_name<T, i>), ...);
  }
  (std::make_index_sequence<n>{});
  for (std::size_t i = 1; i < n; ++i) {
    for (std::size_t k = i; k > 0 && names[order[k]] < names[order[k - 1]]; --k)
      std::swap(order[k], order[k - 1]);
  }
  return order;
}

/// `,"name":` for the member; the first one goes without the comma.
template <class T, std::size_t i>
struct QuotedName {
  static constexpr std::string_view kName = reflect::member_name<T, i>;
  static constexpr auto kChars = [] {
    std::array<char, kName.size() + 4> chars{',', '"'};
    for (std::size_t k = 0; k < kName.size(); ++k) chars[k + 2] = kName[k];
    chars[kName.size() + 2] = '"';
    chars[kName.size() + 3] = ':';
    return chars;
  }();
};

template <class T>
void write(const Sink& to, const T& from);

template <class T, std::size_t i, bool first>
void write_member(const Sink& to, const T& from) {
  using Name = QuotedName<T, i>;
  if (to.compact) {
    to.out.append(Name::kChars.data() + first, Name::kChars.size() - first);
  } else {
    if (!first) put(to.out, to.item_separator);
    to.out.append(Name::kChars.data() + 1, Name::kChars.size() - 2);
    put(to.out, to.key_separator);
  }
  write(to, reflect::member<i>(from));
}

template <class T, bool sorted>
void write_members(const Sink& to, const T& from) {
  static constexpr auto kOrder = sorted_members<T>();
  const Level level(to);
  to.out.push_back('{');
  [&]<std::size_t... i>(std::index_sequence<i...>) {
    (write_member < T, sorted ? kOrder[i] : i, i == 0 > (to, from), ...);
  }
  (std::make_index_sequence<reflect::member_count<T>>{});
  to.out.push_back('}');
}

template <class T>
void write_map(const Sink& to, const T& from) {
  if (to.options.sort_keys) return write_value(to.out, to_value(from), to.options);
  const Level level(to);
  to.out.push_back('{');
  bool first = true;
  for (const auto& [key, value] : from) {
    if (!first) put(to.out, to.item_separator);
    first = false;
    append_json_text(to.out, key, to.options.ensure_ascii);
    put(to.out, to.key_separator);
    write(to, value);
  }
  to.out.push_back('}');
}

template <class T>
void write_list(const Sink& to, const T& from) {
  const Level level(to);
  to.out.push_back('[');
  bool first = true;
  for (auto&& item : from) {
    if (!first) put(to.out, to.item_separator);
    first = false;
    write(to, static_cast<const std::decay_t<decltype(item)>&>(item));
  }
  to.out.push_back(']');
}

template <class T>
void write_tuple(const Sink& to, const T& from) {
  const Level level(to);
  to.out.push_back('[');
  bool first = true;
  const auto one = [&](const auto& item) {
    if (!first) put(to.out, to.item_separator);
    first = false;
    write(to, item);
  };
  detail::for_each_item(from, one);
  to.out.push_back(']');
}

// Hot path: allocates nothing but what `out` needs to grow.
template <class T>
void write(const Sink& to, const T& from) {
  if constexpr (std::is_same_v<T, Value>) {
    write_value(to.out, from, to.options);
  } else if constexpr (std::is_same_v<T, bool>) {
    put(to.out, from ? "true" : "false");
  } else if constexpr (std::is_unsigned_v<T>) {
    write_unsigned(to.out, from);
  } else if constexpr (std::is_integral_v<T>) {
    write_integer(to.out, from);
  } else if constexpr (std::is_floating_point_v<T>) {
    append_json_double(to.out, static_cast<double>(from), to.options.allow_nan);
  } else if constexpr (std::is_null_pointer_v<T>) {
    put(to.out, "null");
  } else if constexpr (std::is_enum_v<T>) {
    const std::string_view name = reflect::enum_name(from);
    if (name.empty()) return write_integer(to.out, static_cast<std::int64_t>(from));
    append_json_text(to.out, name, to.options.ensure_ascii);
  } else if constexpr (std::is_same_v<T, Uuid>) {
    append_json_text(to.out, from.str(), false);
  } else if constexpr (detail::kIsScalarType<T>) {
    write_value(to.out, detail::scalar_value(from), to.options);
  } else if constexpr (std::is_same_v<T, Markup>) {
    append_json_text(to.out, from.view(), to.options.ensure_ascii);
  } else if constexpr (detail::ReferenceLike<T>) {
    write(to, static_cast<const std::remove_cv_t<typename T::type>&>(from.get()));
  } else if constexpr (detail::TextLike<T>) {
    append_json_text(to.out, from, to.options.ensure_ascii);
  } else if constexpr (detail::kIsOptionalType<T> || detail::PointerLike<T>) {
    if (from) return write(to, *from);
    put(to.out, "null");
  } else if constexpr (detail::MapLike<T>) {
    write_map(to, from);
  } else if constexpr (detail::ListLike<T>) {
    write_list(to, from);
  } else if constexpr (detail::TupleLike<T>) {
    write_tuple(to, from);
  } else {
    detail::check_convertible<T>();
    if constexpr (reflect::Aggregate<T>) {
      if (to.options.sort_keys) {
        write_members<T, true>(to, from);
      } else {
        write_members<T, false>(to, from);
      }
    }
  }
}

}  // namespace json_detail
}  // namespace retort
