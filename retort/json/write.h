// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Writing JSON from a program's own types, straight into one string: member names are
// quoted (and sorted, where asked) by the compiler.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "retort/base/reflect.h"
#include "retort/value/convert.h"

namespace retort {

/// How JSON is written (Python's json.dumps).
struct JsonOptions {
  int indent = -1;  ///< spaces a level; below 0: all in one line
  bool sort_keys = false;
  bool ensure_ascii = false;  ///< beyond ASCII as \uXXXX
  bool allow_nan = false;     ///< NaN and Infinity, which are no JSON, instead of an error
  std::string_view item_separator = ",";
  std::string_view key_separator = ":";
};

namespace json_detail {

void write_text(std::string& out, std::string_view text, bool ensure_ascii);
void write_integer(std::string& out, std::int64_t number);
void write_unsigned(std::string& out, std::uint64_t number);
void write_double(std::string& out, double number, const JsonOptions& options);
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

template <class T>
void write(std::string& out, const T& from, const JsonOptions& options);

template <class T, bool sorted>
void write_members(std::string& out, const T& from, const JsonOptions& options) {
  static constexpr auto order = sorted_members<T>();
  bool first = true;
  [&]<std::size_t... i>(std::index_sequence<i...>) {
    (
        [&] {
          constexpr std::size_t at = sorted ? order[i] : i;
          if (!first) out += options.item_separator;
          first = false;
          out += '"';
          out += reflect::member_name<T, at>;
          out += '"';
          out += options.key_separator;
          write(out, reflect::member<at>(from), options);
        }(),
        ...);
  }
  (std::make_index_sequence<reflect::member_count<T>>{});
}

template <class T>
void write(std::string& out, const T& from, const JsonOptions& options) {
  if constexpr (std::is_same_v<T, Value>) {
    write_value(out, from, options);
  } else if constexpr (std::is_same_v<T, bool>) {
    out += from ? "true" : "false";
  } else if constexpr (std::is_integral_v<T>) {
    if constexpr (std::is_unsigned_v<T>) {
      write_unsigned(out, from);
    } else {
      write_integer(out, from);
    }
  } else if constexpr (std::is_floating_point_v<T>) {
    write_double(out, static_cast<double>(from), options);
  } else if constexpr (std::is_enum_v<T>) {
    write_text(out, reflect::enum_name(from), options.ensure_ascii);
  } else if constexpr (std::is_same_v<T, Uuid>) {
    write_text(out, from.str(), false);
  } else if constexpr (std::is_same_v<T, Markup>) {
    write_text(out, from.view(), options.ensure_ascii);
  } else if constexpr (detail::TextLike<T>) {
    write_text(out, from, options.ensure_ascii);
  } else if constexpr (detail::kIsOptionalType<T>) {
    if (from) {
      write(out, *from, options);
    } else {
      out += "null";
    }
  } else if constexpr (detail::MapLike<T>) {
    if (options.sort_keys) return write_value(out, to_value(from), options);
    out += '{';
    bool first = true;
    for (const auto& [key, value] : from) {
      if (!first) out += options.item_separator;
      first = false;
      write_text(out, key, options.ensure_ascii);
      out += options.key_separator;
      write(out, value, options);
    }
    out += '}';
  } else if constexpr (detail::ListLike<T>) {
    out += '[';
    bool first = true;
    for (const auto& item : from) {
      if (!first) out += options.item_separator;
      first = false;
      write(out, item, options);
    }
    out += ']';
  } else if constexpr (detail::TupleLike<T>) {
    write_value(out, to_value(from), options);
  } else {
    out += '{';
    if (options.sort_keys) {
      write_members<T, true>(out, from, options);
    } else {
      write_members<T, false>(out, from, options);
    }
    out += '}';
  }
}

}  // namespace json_detail
}  // namespace retort
