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
#include "retort/value/convert.h"

namespace retort {

namespace http {
class MultiDict;
}

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

/// The i-th text of a field into `out`; false when there is none.
bool field_text(const http::MultiDict& fields, std::string_view name, std::size_t i, std::string_view& out);
bool text_to_bool(std::string_view text, bool& out);
bool text_to_integer(std::string_view text, std::int64_t min, std::uint64_t max, std::int64_t& out);
bool text_to_double(std::string_view text, double& out);

/// One field's text into a member; false with an error.
template <class T>
bool from_field(std::string_view text, T& out, FieldErrors& errors, const FieldPath* path) {
  if constexpr (kIsOptionalType<T>) {
    return from_field(text, out.emplace(), errors, path);
  } else if constexpr (std::is_same_v<T, std::string>) {
    out = text;
    return true;
  } else if constexpr (std::is_same_v<T, bool>) {
    if (text_to_bool(text, out)) return true;
    add_error(errors, path, "Not a valid boolean.");
  } else if constexpr (std::is_integral_v<T>) {
    std::int64_t number = 0;
    if (text_to_integer(text, kLeast<T>, kGreatest<T>, number)) {
      out = static_cast<T>(number);
      return true;
    }
    add_error(errors, path, "Not a valid integer.");
  } else if constexpr (std::is_floating_point_v<T>) {
    double number = 0;
    if (text_to_double(text, number)) {
      out = static_cast<T>(number);
      return true;
    }
    add_error(errors, path, "Not a valid number.");
  } else if constexpr (std::is_enum_v<T>) {
    if (reflect::enum_from_name(text, out)) return true;
    add_choice_error(errors, path, reflect::enum_names<T>(), reflect::enum_count<T>);
  } else {
    static_assert(std::is_same_v<T, Uuid>,
                  "retort: a member of Query<T> or Form<T> is text, a number, a bool, an "
                  "enum, a Uuid, an optional or a vector of these");
    if (Uuid::parse(text, out)) return true;
    add_error(errors, path, "Not a valid UUID.");
  }
  return false;
}

template <class T>
inline constexpr bool kIsVector = false;
template <class T>
inline constexpr bool kIsVector<std::vector<T>> = true;

template <class T>
void read_fields(const http::MultiDict& fields, bool absent_is_error, void* to, FieldErrors& errors) {
  reflect::for_each_member(*static_cast<T*>(to), [&](std::string_view name, auto& member) {
    using M = std::remove_cvref_t<decltype(member)>;
    const FieldPath path{nullptr, name, 0};
    std::string_view text;
    if constexpr (kIsVector<M>) {
      for (std::size_t i = 0; field_text(fields, name, i, text); ++i)
        from_field(text, member.emplace_back(), errors, &path);
    } else if (field_text(fields, name, 0, text)) {
      from_field(text, member, errors, &path);
    } else if constexpr (!kIsOptionalType<M> && !std::is_same_v<M, bool>) {
      if (absent_is_error) add_missing(errors, &path);
    }
  });
}

using ReadFields = void (*)(const http::MultiDict& fields, bool absent_is_error, void* to,
                            FieldErrors& errors);

// Each reads with `read` into `out`, and throws the 422 that lists what is wrong.
void inject_json(Context& context, void* out, ReadInto read);
void inject_query(Context& context, void* out, ReadFields read);
void inject_form(Context& context, void* out, ReadFields read);

}  // namespace detail

template <class T>
struct Inject<Json<T>> {
  static Json<T> get(Context& context) {
    Json<T> out{};
    detail::inject_json(context, &out.value, &detail::read_into<T>);
    return out;
  }
};
template <class T>
struct Inject<Query<T>> {
  static Query<T> get(Context& context) {
    Query<T> out{};
    detail::inject_query(context, &out.value, &detail::read_fields<T>);
    return out;
  }
};
template <class T>
struct Inject<Form<T>> {
  static Form<T> get(Context& context) {
    Form<T> out{};
    detail::inject_form(context, &out.value, &detail::read_fields<T>);
    return out;
  }
};

}  // namespace retort
