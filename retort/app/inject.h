// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Json<T>, Query<T>, Form<T>: parameters of a view that are read from the request into an
// aggregate T before the view runs. A body that is no JSON is 400, one of another type
// 415; fields that are missing or wrong are 422 with `{"errors": {"name": ["..."]}}`.
//
// Json and Form want every member that is no std::optional (in a Form an absent bool is
// false, as an unchecked box sends nothing); in a Query an absent member keeps the value
// that T's default initialiser gives it. Unknown fields are ignored.

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/app/argument.h"
#include "retort/http/multidict.h"
#include "retort/value/convert.h"

namespace retort {

template <class T>
struct Json {
  T value;
  T& operator*() { return value; }
  T* operator->() { return &value; }
};
template <class T>
struct Query {
  T value;
  T& operator*() { return value; }
  T* operator->() { return &value; }
};
template <class T>
struct Form {
  T value;
  T& operator*() { return value; }
  T* operator->() { return &value; }
};

namespace detail {

const Value& request_json(Context& context);
const http::MultiDict& request_args(Context& context);
const http::MultiDict& request_form(Context& context);
/// Throws the 422 that lists `errors`.
[[noreturn]] void refuse(const FieldErrors& errors);

bool text_to_bool(std::string_view text, bool& out);
bool text_to_integer(std::string_view text, std::int64_t min, std::uint64_t max, std::int64_t& out);
bool text_to_double(std::string_view text, double& out);

/// One field's text into a member; false with an error.
template <class T>
bool from_field(std::string_view text, T& out, FieldErrors& errors, std::string_view name) {
  if constexpr (kIsOptionalType<T>) {
    return from_field(text, out.emplace(), errors, name);
  } else if constexpr (std::is_same_v<T, std::string>) {
    out = text;
    return true;
  } else if constexpr (std::is_same_v<T, bool>) {
    if (text_to_bool(text, out)) return true;
    errors.push_back({std::string(name), "Not a valid boolean."});
  } else if constexpr (std::is_integral_v<T>) {
    constexpr std::int64_t min =
        std::is_signed_v<T> ? static_cast<std::int64_t>(std::numeric_limits<T>::min()) : 0;
    std::int64_t number = 0;
    if (text_to_integer(text, min, static_cast<std::uint64_t>(std::numeric_limits<T>::max()), number)) {
      out = static_cast<T>(number);
      return true;
    }
    errors.push_back({std::string(name), "Not a valid integer."});
  } else if constexpr (std::is_floating_point_v<T>) {
    double number = 0;
    if (text_to_double(text, number)) {
      out = static_cast<T>(number);
      return true;
    }
    errors.push_back({std::string(name), "Not a valid number."});
  } else if constexpr (std::is_enum_v<T>) {
    if (reflect::enum_from_name(text, out)) return true;
    add_choice_error(errors, std::string(name), reflect::enum_names<T>(), reflect::enum_count<T>);
  } else {
    static_assert(std::is_same_v<T, Uuid>,
                  "retort: a member of Query<T> or Form<T> is text, a number, a bool, an "
                  "enum, a Uuid, an optional or a vector of these");
    if (Uuid::parse(text, out)) return true;
    errors.push_back({std::string(name), "Not a valid UUID."});
  }
  return false;
}

template <class T>
inline constexpr bool kIsVector = false;
template <class T>
inline constexpr bool kIsVector<std::vector<T>> = true;

template <class T>
T from_fields(const http::MultiDict& fields, bool absent_is_error) {
  T out{};
  FieldErrors errors;
  reflect::for_each_member(out, [&](std::string_view name, auto& member) {
    using M = std::remove_cvref_t<decltype(member)>;
    if constexpr (kIsVector<M>) {
      for (const std::string_view text : fields.getlist(name))
        from_field(text, member.emplace_back(), errors, name);
    } else if (const auto text = fields.get(name)) {
      from_field(*text, member, errors, name);
    } else if constexpr (!kIsOptionalType<M> && !std::is_same_v<M, bool>) {
      if (absent_is_error) errors.push_back({std::string(name), "Missing data for required field."});
    }
  });
  if (!errors.empty()) refuse(errors);
  return out;
}

}  // namespace detail

template <class T>
struct Inject<Json<T>> {
  static Json<T> get(Context& context) {
    Json<T> out{};
    FieldErrors errors;
    if (!from_value(detail::request_json(context), out.value, errors)) detail::refuse(errors);
    return out;
  }
};
template <class T>
struct Inject<Query<T>> {
  static Query<T> get(Context& context) {
    return {detail::from_fields<T>(detail::request_args(context), false)};
  }
};
template <class T>
struct Inject<Form<T>> {
  static Form<T> get(Context& context) {
    return {detail::from_fields<T>(detail::request_form(context), true)};
  }
};

}  // namespace retort
