// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What kind of thing a program's type is, told by its shape: so that no header of the
// standard library is read for types that are not used.

#include <string_view>
#include <type_traits>
#include <utility>

namespace retort::detail {

template <class T>
concept TextLike = std::is_convertible_v<const T&, std::string_view>;
template <class T>
concept OptionalLike = requires(const T& t) {
  t.has_value();
  static_cast<bool>(t);
  *t;
};
template <class T>
concept PointerLike = requires(const T& t) {
  typename T::element_type;
  static_cast<bool>(t);
  *t;
  t.get();
};
/// A map, whatever its keys.
template <class T>
concept KeyedLike = requires(const T& t) {
  typename T::key_type;
  typename T::mapped_type;
  t.begin();
};
/// A map with text keys.
template <class T>
concept MapLike = KeyedLike<T> && std::is_convertible_v<typename T::key_type, std::string_view>;
template <class T>
concept ListLike = std::is_array_v<T> ||(requires(const T& t) {
  t.begin();
  t.end();
  t.size();
} && !TextLike<T> && !MapLike<T>);
template <class T>
concept TupleLike = requires {
  std::tuple_size<T>::value;
}
&&!ListLike<T>;
/// A model's relationship: it leads to other objects, and those back.
template <class T>
concept LeadsElsewhere = requires {
  typename T::relationship_target;
};
template <class T>
concept HasKeys = requires {
  typename T::key_type;
};
// Told by their shape: <variant> and <functional> cost those who do not use them too much.
template <class T>
concept VariantLike = requires(const T& t) {
  t.index();
  t.valueless_by_exception();
};
template <class T>
concept ReferenceLike = requires(const T& t) {
  typename T::type;
  t.get();
}
&&std::is_convertible_v<const T&, typename T::type&>;

}  // namespace retort::detail
