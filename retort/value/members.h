// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What of a class templates see. A plain struct shows its members without being asked; a
// class, or a struct that wants more than its members seen, lists them:
//
//   class Post {
//    public:
//     std::string url() const;
//     static constexpr auto template_members =
//         retort::members(retort::member<"url">(&Post::url), retort::member<"id">(&Post::id_));
//   };
//
// The listed functions stand before the list. For a class that cannot be changed the list
// is what a function beside it returns, found by its argument:
//
//   constexpr auto template_members(const Post*) { return retort::members(...); }
//
// Constants without state; see view.h for how they are read.

#include <cstddef>
#include <string_view>
#include <utility>

namespace retort {
namespace detail {

// A name as a template argument.
template <std::size_t n>
struct MemberName {
  consteval MemberName(const char (&text)[n]) {  // NOLINT: implicit by design
    for (std::size_t i = 0; i < n; ++i) chars[i] = text[i];
  }
  constexpr std::string_view view() const { return {chars, n - 1}; }
  char chars[n]{};
};

template <MemberName name, class Get>
struct ListedMember {
  static constexpr std::string_view kName = name.view();
  Get get;
};

template <std::size_t place, class Listed>
struct MemberPlace {
  Listed listed;
};
template <class Places, class... Listed>
struct MemberPlaces;
template <std::size_t... place, class... Listed>
struct MemberPlaces<std::index_sequence<place...>, Listed...> : MemberPlace<place, Listed>... {
  template <class F>
  constexpr void for_each(F&& f) const {
    (f(static_cast<const MemberPlace<place, Listed>&>(*this).listed), ...);
  }
};

// No std::tuple: <tuple> costs the compiler more than this whole file.
template <bool only, class... Listed>
struct MemberList {
  static constexpr bool kOnly = only;
  static constexpr std::size_t kSize = sizeof...(Listed);
  static constexpr std::string_view kNames[kSize + 1] = {Listed::kName...};
  MemberPlaces<std::index_sequence_for<Listed...>, Listed...> listed;
};

}  // namespace detail

/// One visible name. `get` is a const member function without parameters, a data member, or
/// a function of the object. What it returns by reference, pointer or string_view is seen
/// where it lies; what it returns by value is copied.
template <detail::MemberName name, class Get>
constexpr detail::ListedMember<name, Get> member(Get get) {
  return {get};
}

/// The names of a class; of a plain struct names besides its members, before which they
/// come where both have one. Printed and written as JSON, a struct shows its members alone,
/// a class all that it lists.
template <class... Listed>
constexpr detail::MemberList<false, Listed...> members(Listed... listed) {
  return {{{listed}...}};
}

/// The same, without what else a plain struct has: for one that keeps a secret, or holds
/// what templates cannot see.
template <class... Listed>
constexpr detail::MemberList<true, Listed...> only_members(Listed... listed) {
  return {{{listed}...}};
}

}  // namespace retort
