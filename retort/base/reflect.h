// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Reflection over aggregates without macros: how many members a struct has, their names,
// types and references, and the names of enumerators. Works for plain structs (no private
// members, bases, constructors) of up to 64 members; anything else is a compile error that
// says why. Everything is worked out by the compiler; nothing is stored.

#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

#include "retort/base/detail/apply_members.h"

namespace retort::reflect {

inline constexpr std::size_t kMaxMembers = 64;

namespace detail {

// Counting. A member accepts one AnyValue; the count is the largest number of AnyValues
// that T's braces take, corrected for arrays, which swallow one for each element.
struct AnyValue {
  // Never called. It has a body because std::optional's constructor is instantiated by asking for it,
  // and types of unnamed namespaces could have none elsewhere.
  template <class U>
  operator U() const noexcept {  // NOLINT: implicit by design
    __builtin_unreachable();
  }
};
struct AnyLvalue {
  template <class U>
  operator U&() const noexcept {  // NOLINT
    __builtin_unreachable();
  }
};
template <class T>
struct AnyBase {
  template <class U, class = std::enable_if_t<std::is_base_of_v<U, T> && !std::is_same_v<U, T>>>
  operator U() const noexcept {  // NOLINT
    __builtin_unreachable();
  }
};
template <std::size_t>
using AnyAt = AnyValue;

template <class T, std::size_t... i>
consteval bool takes(std::index_sequence<i...>) {
  return requires { T{AnyAt<i>{}...}; };
}
template <class T, std::size_t... i>
consteval bool takes_then_lvalue(std::index_sequence<i...>) {
  return requires { T{AnyAt<i>{}..., AnyLvalue{}}; };
}
template <class T, std::size_t... before, std::size_t... inner, std::size_t... after>
consteval bool takes_nested(std::index_sequence<before...>, std::index_sequence<inner...>,
                            std::index_sequence<after...>) {
  return requires { T{AnyAt<before>{}..., {AnyAt<inner>{}...}, AnyAt<after>{}...}; };
}

// The braces of an aggregate take every number of values up to the largest one, unless a
// member has no default: so the search goes up from 0, over gaps, and stops after the
// first number that fails behind one that works. A reference that must be bound takes no
// AnyValue: then nothing works.
inline constexpr std::size_t kNoCount = static_cast<std::size_t>(-1);

template <class T, std::size_t n = 0, bool found = false>
consteval std::size_t flat_count() {
  if constexpr (takes<T>(std::make_index_sequence<n>{})) {
    return flat_count<T, n + 1, true>();
  } else if constexpr (found) {
    return n - 1;
  } else if constexpr (n > kMaxMembers) {
    return kNoCount;
  } else {
    return flat_count<T, n + 1, false>();
  }
}

template <class T, std::size_t flat>
consteval bool has_reference_member() {
  if constexpr (flat == kNoCount) {
    return true;
  } else {
    return takes_then_lvalue<T>(std::make_index_sequence<flat>{});
  }
}

// How many of the flat values the member that begins at `at` takes: one, unless it is an
// array. `{}` stands for the whole member, so for an array the rest is then too much.
template <class T, std::size_t flat, std::size_t at, std::size_t size = flat - at>
consteval std::size_t width_at() {
  if constexpr (size == flat - at && takes_nested<T>(std::make_index_sequence<at>{}, std::index_sequence<>{},
                                                     std::make_index_sequence<flat - at - 1>{})) {
    return 1;
  } else if constexpr (size < 2) {
    return 1;
  } else if constexpr (takes_nested<T>(std::make_index_sequence<at>{}, std::make_index_sequence<size>{},
                                       std::make_index_sequence<flat - at - size>{}) &&
                       !takes_nested<T>(std::make_index_sequence<at>{}, std::make_index_sequence<size>{},
                                        std::make_index_sequence<flat - at - size + 1>{})) {
    return size;
  } else {
    return width_at<T, flat, at, size - 1>();
  }
}

template <class T, std::size_t flat, std::size_t at = 0>
consteval std::size_t count_from() {
  if constexpr (at >= flat) {
    return 0;
  } else {
    return 1 + count_from<T, flat, at + width_at<T, flat, at>()>();
  }
}

template <class T>
consteval std::size_t checked_count() {
  static_assert(std::is_class_v<T>, "retort::reflect: T is not an aggregate: it is not a struct");
  if constexpr (std::is_class_v<T>) {
    static_assert(
        std::is_aggregate_v<T>,
        "retort::reflect: T is not an aggregate: it has a constructor, a private or protected member, "
        "a virtual function or a private base; make it a plain struct");
  }
  if constexpr (std::is_class_v<T> && std::is_aggregate_v<T>) {
    constexpr std::size_t flat = flat_count<T>();
    constexpr bool has_reference = has_reference_member<T, flat>();
    static_assert(!has_reference,
                  "retort::reflect: T has a member that is a reference; hold a value or a pointer");
    constexpr bool has_base = requires { T{AnyBase<T>{}}; };
    static_assert(!has_base, "retort::reflect: T has a base class; make the base a member instead");
    if constexpr (!has_reference && !has_base) {
      constexpr std::size_t count = count_from<T, flat>();
      static_assert(count <= kMaxMembers, "retort::reflect: T has more than 64 members");
      if constexpr (count <= kMaxMembers) return count;
    }
  }
  return 0;
}

// Names. The compiler's own spelling of a function holds the member's name where the
// function's template argument is a pointer to that member of an object that is only
// declared.
template <class T>
struct Holder {
  T value;
};
#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wundefined-var-template"
#pragma clang diagnostic ignored "-Wundefined-internal"
#endif
template <class T>
extern const Holder<T> declared_only;

template <class P>
struct MemberPointer {
  P pointer;
};

template <std::size_t i, class First, class... Rest>
constexpr auto& nth(First& first, Rest&... rest) {
  if constexpr (i == 0) {
    return first;
  } else {
    return nth<i - 1>(rest...);
  }
}

template <class T, std::size_t i>
consteval auto member_pointer() {
  auto* pointer = apply_members<checked_count<T>()>(declared_only<T>.value,
                                                    [](auto&... members) { return &nth<i>(members...); });
  return MemberPointer<decltype(pointer)>{pointer};
}

template <class T, MemberPointer pointer>
consteval std::string_view spelled_member() {
  return __PRETTY_FUNCTION__;
}

// GCC:   "... [with T = S; MemberPointer<...> pointer = ...{(& declared_only<S>.Holder<S>::value.S::name)};
// ..." Clang: "... [T = S, pointer = ...{&declared_only.value.name}]"
template <class T, std::size_t i>
consteval std::string_view member_name_at() {
  constexpr std::string_view text = spelled_member<T, member_pointer<T, i>()>();
#if defined(__clang__)
  constexpr std::size_t end = text.rfind('}');
#else
  constexpr std::size_t end = text.rfind(")}");
#endif
  constexpr std::size_t begin = text.find_last_of(".:", end) + 1;
  constexpr std::size_t stop = text.find_first_of("[)}", begin);  // an array shows its first element
  return text.substr(begin, (stop < end ? stop : end) - begin);
}
#if defined(__clang__)
#pragma clang diagnostic pop
#endif

template <class T>
constexpr std::string_view spelled_type() {
  return __PRETTY_FUNCTION__;
}
template <auto value>
consteval std::string_view spelled_value() {
  return __PRETTY_FUNCTION__;
}

constexpr std::string_view after_equals(std::string_view text) {
  const std::size_t begin = text.find("= ") + 2;
  const std::size_t end = text.find_first_of(";]", begin);
  return text.substr(begin, end - begin);
}

// The enumerator's own name, or nothing: a value without one is spelled as a cast, "(E)7".
template <auto value>
consteval std::string_view enumerator() {
  constexpr std::string_view text = after_equals(spelled_value<value>());
  if (text.empty() || text[0] == '(' || (text[0] >= '0' && text[0] <= '9') || text[0] == '-') return {};
  return text.substr(text.rfind(':') + 1);
}

inline constexpr int kEnumFirst = 0;
inline constexpr int kEnumLast = 63;

template <class E>
struct EnumTable {
  E values[kEnumLast - kEnumFirst + 1] = {};
  std::string_view names[kEnumLast - kEnumFirst + 1] = {};
  std::size_t size = 0;
};

template <class E, int... i>
consteval EnumTable<E> make_enum_table(std::integer_sequence<int, i...>) {
  EnumTable<E> table;
  static_assert(std::is_enum_v<E>, "retort::reflect: E is not an enum");
  static_assert(
      requires { E{0}; }, "retort::reflect: E has no fixed type; write `enum class E` or `enum E : int`");
  auto add = [&table](E value, std::string_view name) {
    if (name.empty()) return;
    table.values[table.size] = value;
    table.names[table.size++] = name;
  };
  if constexpr (requires { E{0}; })
    (add(static_cast<E>(kEnumFirst + i), enumerator<static_cast<E>(kEnumFirst + i)>()), ...);
  return table;
}

template <class E>
inline constexpr EnumTable<E> enum_table =
    make_enum_table<E>(std::make_integer_sequence<int, kEnumLast - kEnumFirst + 1>{});

template <std::size_t... i, class F>
constexpr void each(std::index_sequence<i...>, F&& f) {
  (f(std::integral_constant<std::size_t, i>{}), ...);
}

}  // namespace detail

/// A type whose members can be listed.
template <class T>
concept Aggregate = std::is_class_v<T> && std::is_aggregate_v<T>;

/// How many members T has.
template <class T>
inline constexpr std::size_t member_count = detail::checked_count<std::remove_cv_t<T>>();

/// The name of T's i-th member, as it is written in the struct.
template <class T, std::size_t i>
inline constexpr std::string_view member_name = detail::member_name_at<std::remove_cv_t<T>, i>();

/// The i-th member.
template <std::size_t i, class T>
constexpr auto& member(T& object) {
  static_assert(i < member_count<T>, "retort::reflect: T has no such member");
  return detail::apply_members<member_count<T>>(
      object, [](auto&... members) -> auto& { return detail::nth<i>(members...); });
}

/// The type of T's i-th member.
template <class T, std::size_t i>
using member_type = std::remove_cvref_t<decltype(member<i>(std::declval<T&>()))>;

/// f(name, reference) for each member, in order.
template <class T, class F>
constexpr void for_each_member(T& object, F&& f) {
  detail::apply_members<member_count<T>>(object, [&f](auto&... members) {
    detail::each(std::make_index_sequence<member_count<T>>{}, [&](auto i) {
      f(member_name<T, decltype(i)::value>, detail::nth<decltype(i)::value>(members...));
    });
  });
}

/// T's name as the compiler spells it, with its namespaces.
template <class T>
inline constexpr std::string_view type_name = detail::after_equals(detail::spelled_type<T>());

/// The number of E's enumerators with values from 0 to 63; others are not seen.
template <class E>
inline constexpr std::size_t enum_count = detail::enum_table<E>.size;

/// The i-th enumerator's value and name, by value.
template <class E>
constexpr E enum_value(std::size_t i) {
  return detail::enum_table<E>.values[i];
}

/// The enumerators by value, as an array to walk.
template <class E>
struct EnumValues {
  using value_type = E;
  using const_iterator = const E*;
  constexpr const E* begin() const { return detail::enum_table<E>.values; }
  constexpr const E* end() const { return begin() + size(); }
  static constexpr std::size_t size() { return enum_count<E>; }
};
template <class E>
constexpr EnumValues<E> enum_values() {
  return {};
}

/// The names of the enumerators, in the order of enum_values.
template <class E>
constexpr const std::string_view* enum_names() {
  return detail::enum_table<E>.names;
}

/// The enumerator's name; empty when the value has none.
template <class E>
constexpr std::string_view enum_name(E value) {
  for (std::size_t i = 0; i < enum_count<E>; ++i) {
    if (detail::enum_table<E>.values[i] == value) return detail::enum_table<E>.names[i];
  }
  return {};
}

/// The enumerator with this name into `out`; false when there is none.
template <class E>
constexpr bool enum_from_name(std::string_view name, E& out) {
  for (std::size_t i = 0; i < enum_count<E>; ++i) {
    if (detail::enum_table<E>.names[i] != name) continue;
    out = detail::enum_table<E>.values[i];
    return true;
  }
  return false;
}

}  // namespace retort::reflect
