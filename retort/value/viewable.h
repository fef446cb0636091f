// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Whether templates can see a type (Value::view), asked without an error where they cannot:
// g holds anything, and what can be seen of it is seen.

#include <type_traits>
#include <utility>

#include "retort/value/view.h"

namespace retort::detail {

template <class T, class... Within>
consteval bool viewable();

// The members of a struct; `Within` are the types that are being looked at, so that one that
// holds itself comes to an end.
template <class T, class... Within>
consteval bool viewable_members() {
  namespace reflected = reflect::detail;
  constexpr std::size_t flat = reflected::flat_count<T>();
  if constexpr (flat == reflected::kNoCount) {
    return false;
  } else if constexpr (reflected::has_reference_member<T, flat>() ||
                       requires { T{reflected::AnyBase<T>{}}; }) {
    return false;
  } else {
    constexpr std::size_t count = reflected::count_from<T, flat>();
    if constexpr (count > reflected::kFewMembers) {
      return false;
    } else {
      using Result =
          decltype(reflected::apply_members<count>(std::declval<const T&>(), [](const auto&... members) {
            return std::bool_constant<(viewable<std::remove_cvref_t<decltype(members)>, T, Within...>() &&
                                       ...)>();
          }));
      return Result::value;
    }
  }
}

/// What Value::view takes, in its order.
template <class T, class... Within>
consteval bool viewable() {
  if constexpr ((std::is_same_v<T, Within> || ...)) {
    return true;
  } else if constexpr (std::is_enum_v<T>) {
    return requires { T{0}; };
  } else if constexpr (std::is_same_v<T, Value> || std::is_same_v<T, Markup> || kIsScalarType<T> ||
                       std::is_arithmetic_v<T> || std::is_null_pointer_v<T> || Listing<T> || TextLike<T>) {
    return true;
  } else if constexpr (LeadsElsewhere<T>) {
    return true;
  } else if constexpr (std::is_array_v<T>) {
    return viewable<std::remove_cv_t<std::remove_extent_t<T>>, Within...>();
  } else if constexpr (ReferenceLike<T>) {
    return viewable<std::remove_cv_t<typename T::type>, Within...>();
  } else if constexpr (DataPointer<T>) {
    return viewable<std::remove_cv_t<std::remove_pointer_t<T>>, Within...>();
  } else if constexpr (PointerLike<T> || OptionalLike<T>) {
    return viewable<std::remove_cvref_t<decltype(*std::declval<const T&>())>, Within...>();
  } else if constexpr (VariantLike<T>) {
    return false;
  } else if constexpr (KeyedLike<T>) {
    return TextLike<typename T::key_type> && viewable<typename T::mapped_type, Within...>();
  } else if constexpr (ListLike<T>) {
    return viewable<std::remove_cvref_t<decltype(*std::declval<const T&>().begin())>, Within...>();
  } else if constexpr (TupleLike<T>) {
    return []<std::size_t... i>(std::index_sequence<i...>) {
      return (viewable<std::remove_cv_t<std::tuple_element_t<i, T>>, Within...>() && ...);
    }
    (std::make_index_sequence<std::tuple_size_v<T>>{});
  } else if constexpr (reflect::Aggregate<T>) {
    return viewable_members<T, Within...>();
  } else {
    return false;
  }
}

template <class T>
inline constexpr bool kViewable = viewable<T>();

}  // namespace retort::detail
