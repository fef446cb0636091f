// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Between a program's types and Values, both ways: numbers, text, enums by name, Uuid,
// optionals, vectors and arrays, maps with text keys, pairs and tuples, and aggregates by
// their members. from_value collects every mistake with the path to it.

#include <array>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/base/reflect.h"
#include "retort/base/uuid.h"
#include "retort/value/value.h"

namespace retort {

/// What is wrong with one field: `path` is "address.city" or "items[3].n"; empty for the
/// whole.
struct FieldError {
  std::string path;
  std::string message;
  friend bool operator==(const FieldError&, const FieldError&) = default;
};
using FieldErrors = std::vector<FieldError>;

namespace detail {

template <class T>
inline constexpr bool kIsOptionalType = false;
template <class T>
inline constexpr bool kIsOptionalType<std::optional<T>> = true;
template <class T>
concept MapLike = requires(const T& t) {
  typename T::key_type;
  typename T::mapped_type;
  t.begin();
}
&&std::is_convertible_v<typename T::key_type, std::string_view>;
template <class T>
concept ListLike = requires(const T& t) {
  t.begin();
  t.end();
  t.size();
}
&&!std::is_convertible_v<const T&, std::string_view> && !MapLike<T>;
template <class T>
concept TupleLike = requires {
  std::tuple_size<T>::value;
}
&&!ListLike<T>;
template <class T>
concept TextLike = std::is_convertible_v<const T&, std::string_view>;

}  // namespace detail

template <class T>
Value to_value(const T& from) {
  if constexpr (std::is_same_v<T, Value>) {
    return from;
  } else if constexpr (std::is_same_v<T, Markup>) {
    return Value(from);
  } else if constexpr (std::is_same_v<T, Uuid>) {
    return Value(from.str());
  } else if constexpr (std::is_enum_v<T>) {
    return Value(reflect::enum_name(from));
  } else if constexpr (std::is_arithmetic_v<T>) {
    return Value(from);
  } else if constexpr (detail::TextLike<T>) {
    return Value(std::string_view(from));
  } else if constexpr (detail::kIsOptionalType<T>) {
    return from ? to_value(*from) : Value(nullptr);
  } else if constexpr (detail::MapLike<T>) {
    Value out = Value::dict();
    for (const auto& [key, value] : from) out.set(std::string_view(key), to_value(value));
    return out;
  } else if constexpr (detail::ListLike<T>) {
    Value out = Value::list();
    for (const auto& item : from) out.push_back(to_value(item));
    return out;
  } else if constexpr (detail::TupleLike<T>) {
    Value out = Value::list();
    std::apply([&](const auto&... items) { (out.push_back(to_value(items)), ...); }, from);
    return out;
  } else {
    Value out = Value::dict();
    reflect::for_each_member(
        from, [&](std::string_view name, const auto& member) { out.set(name, to_value(member)); });
    return out;
  }
}

namespace detail {

void add_error(FieldErrors& errors, const std::string& path, std::string_view message);
bool read_bool(const Value& from, bool& out, FieldErrors& errors, const std::string& path);
bool read_integer(const Value& from, std::int64_t min, std::uint64_t max, std::int64_t& out,
                  FieldErrors& errors, const std::string& path);
bool read_double(const Value& from, double& out, FieldErrors& errors, const std::string& path);
bool read_text(const Value& from, std::string& out, FieldErrors& errors, const std::string& path);
bool read_uuid(const Value& from, Uuid& out, FieldErrors& errors, const std::string& path);
bool expect_list(const Value& from, FieldErrors& errors, const std::string& path);
bool expect_dict(const Value& from, FieldErrors& errors, const std::string& path);
void add_choice_error(FieldErrors& errors, const std::string& path, const std::string_view* names,
                      std::size_t count);
std::string member_path(const std::string& path, std::string_view member);
std::string item_path(const std::string& path, std::size_t index);

}  // namespace detail

/// Reads `from` into `out`; false when anything does not fit, with one entry in `errors`
/// for each mistake. A member that is no std::optional must be there; members that `out`
/// does not have are ignored.
template <class T>
bool from_value(const Value& from, T& out, FieldErrors& errors, const std::string& path = {}) {
  if constexpr (std::is_same_v<T, Value>) {
    out = from;
    return true;
  } else if constexpr (std::is_same_v<T, bool>) {
    return detail::read_bool(from, out, errors, path);
  } else if constexpr (std::is_integral_v<T>) {
    std::int64_t number = 0;
    constexpr std::int64_t min =
        std::is_signed_v<T> ? static_cast<std::int64_t>(std::numeric_limits<T>::min()) : 0;
    if (!detail::read_integer(from, min, static_cast<std::uint64_t>(std::numeric_limits<T>::max()), number,
                              errors, path))
      return false;
    out = static_cast<T>(number);
    return true;
  } else if constexpr (std::is_floating_point_v<T>) {
    double number = 0;
    if (!detail::read_double(from, number, errors, path)) return false;
    out = static_cast<T>(number);
    return true;
  } else if constexpr (std::is_same_v<T, std::string>) {
    return detail::read_text(from, out, errors, path);
  } else if constexpr (std::is_same_v<T, Uuid>) {
    return detail::read_uuid(from, out, errors, path);
  } else if constexpr (std::is_enum_v<T>) {
    if (from.is_string() && reflect::enum_from_name(from.as_string(), out)) return true;
    detail::add_choice_error(errors, path, reflect::enum_names<T>(), reflect::enum_count<T>);
    return false;
  } else if constexpr (detail::kIsOptionalType<T>) {
    if (from.is_none() || from.is_undefined()) {
      out.reset();
      return true;
    }
    return from_value(from, out.emplace(), errors, path);
  } else if constexpr (detail::MapLike<T>) {
    if (!detail::expect_dict(from, errors, path)) return false;
    bool good = true;
    for (const Value::Entry& entry : from.entries()) {
      typename T::mapped_type value{};
      good = from_value(entry.value, value, errors, detail::member_path(path, entry.key.as_string())) && good;
      out.emplace(std::string(entry.key.as_string()), std::move(value));
    }
    return good;
  } else if constexpr (detail::ListLike<T>) {
    if (!detail::expect_list(from, errors, path)) return false;
    bool good = true;
    out.clear();
    for (std::size_t i = 0; i < from.size(); ++i)
      good = from_value(from[i], out.emplace_back(), errors, detail::item_path(path, i)) && good;
    return good;
  } else {
    if (!detail::expect_dict(from, errors, path)) return false;
    bool good = true;
    reflect::for_each_member(out, [&](std::string_view name, auto& member) {
      using M = std::remove_cvref_t<decltype(member)>;
      const Value* found = from.find(name);
      if (found) {
        good = from_value(*found, member, errors, detail::member_path(path, name)) && good;
      } else if constexpr (!detail::kIsOptionalType<M>) {
        detail::add_error(errors, detail::member_path(path, name), "Missing data for required field.");
        good = false;
      }
    });
    return good;
  }
}

}  // namespace retort
