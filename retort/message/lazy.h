// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Attributes of Request that are worked out at the first use, spelled as members
// (`request->args.get("q", "")`, `request->url`). Each holds a pointer to its owner, so
// the owner neither copies nor moves.

#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>

#include "retort/http/multidict.h"

namespace retort {

/// A text attribute. Converts to std::string_view; `attribute()` says it out loud where
/// a conversion is not found (fmt::format, auto).
template <class Owner, std::string_view (Owner::*load)() const>
class LazyText {
 public:
  explicit LazyText(const Owner& owner) : owner_(owner) {}
  LazyText(const LazyText&) = delete;
  LazyText& operator=(const LazyText&) = delete;

  std::string_view operator()() const { return (owner_.*load)(); }
  operator std::string_view() const { return (*this)(); }  // NOLINT: implicit by design
  std::string str() const { return std::string((*this)()); }
  bool empty() const { return (*this)().empty(); }
  friend bool operator==(const LazyText& a, std::string_view b) { return a() == b; }

 private:
  const Owner& owner_;
};

/// An attribute with a structure of its own, parsed: `request->authorization->username()`.
/// False when there is none.
template <class Owner, class T, const T* (Owner::*load)() const>
class LazyObject {
 public:
  explicit LazyObject(const Owner& owner) : owner_(owner) {}
  LazyObject(const LazyObject&) = delete;
  LazyObject& operator=(const LazyObject&) = delete;

  explicit operator bool() const { return (owner_.*load)() != nullptr; }
  /// Precondition: there is one.
  const T& operator*() const { return *(owner_.*load)(); }
  const T* operator->() const { return (owner_.*load)(); }

 private:
  const Owner& owner_;
};

/// A MultiDict attribute, read-only. `auto` where naming MultiDict's result (an optional, a
/// vector) would have every translation unit instantiate it.
template <class Owner, const http::MultiDict& (Owner::*load)() const>
class LazyMultiDict {
 public:
  explicit LazyMultiDict(const Owner& owner) : owner_(owner) {}
  LazyMultiDict(const LazyMultiDict&) = delete;
  LazyMultiDict& operator=(const LazyMultiDict&) = delete;

  const http::MultiDict& operator*() const { return (owner_.*load)(); }
  const http::MultiDict* operator->() const { return &**this; }
  operator const http::MultiDict&() const { return **this; }  // NOLINT: implicit by design

  /// The first value of `key`; throws BadRequestKeyError (400) when there is none.
  std::string_view operator[](std::string_view key) const { return (**this)[key]; }
  auto get(std::string_view key) const { return (**this).get(key); }
  std::string_view get(std::string_view key, std::string_view otherwise) const {
    return (**this).get(key, otherwise);
  }
  /// The first value of `key` as a T; `otherwise` when it is missing or is not one.
  template <class T>
  T get(std::string_view key, std::type_identity_t<T> otherwise) const {
    return (**this).template get<T>(key, std::move(otherwise));
  }
  auto getlist(std::string_view key) const { return (**this).getlist(key); }
  bool contains(std::string_view key) const { return (**this).contains(key); }
  auto to_dict() const { return (**this).to_dict(); }
  auto items(bool multi = false) const { return (**this).items(multi); }
  auto lists() const { return (**this).lists(); }
  auto keys() const { return (**this).keys(); }
  auto values() const { return (**this).values(); }
  std::size_t size() const { return (**this).size(); }
  bool empty() const { return size() == 0; }

 private:
  const Owner& owner_;
};

}  // namespace retort
