// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// AppGlobals: the storage behind `g`. Holds values of any type under a name for as long as
// the context lives (Flask: g). Not thread-safe: it belongs to one context.

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "retort/value/viewable.h"

namespace retort {

class AppGlobals {
 public:
  AppGlobals() = default;
  AppGlobals(AppGlobals&& o) noexcept : newest_(o.newest_), frozen_(o.frozen_) { o.newest_ = nullptr; }
  AppGlobals(const AppGlobals&) = delete;
  AppGlobals& operator=(const AppGlobals&) = delete;
  ~AppGlobals() {
    if (newest_) forget_all();
  }

  /// Stores `value` under `name`, replacing what was there.
  template <class T>
  std::decay_t<T>& set(std::string_view name, T&& value) {
    using U = std::decay_t<T>;
    auto* object = new U(std::forward<T>(value));
    put(
        name, object, [](void* p) { delete static_cast<U*>(p); }, &kTag<U>, value_function<U>());
    return *object;
  }

  /// What `name` holds when that is a T, else null.
  template <class T>
  T* find(std::string_view name) const {
    return static_cast<T*>(object_of(name, &kTag<T>));
  }

  /// What `name` holds. Throws std::out_of_range when it is missing or of another type.
  template <class T>
  T& get(std::string_view name) const {
    if (T* found = find<T>(name)) return *found;
    throw_missing(name);
  }
  template <class T>
  T get(std::string_view name, T otherwise) const {
    T* found = find<T>(name);
    return found ? *found : std::move(otherwise);
  }
  /// get, after storing `make()` when the name is missing.
  template <class T, class F>
  T& setdefault(std::string_view name, F make) {
    if (T* found = find<T>(name)) return *found;
    return set<T>(name, make());
  }

  bool contains(std::string_view name) const;
  /// What `name` holds as templates see it: a view, where its type can be viewed (Value::view);
  /// undefined when there is nothing.
  Value value(std::string_view name) const;
  /// Forgets `name`; false when it was not there.
  bool pop(std::string_view name);
  /// Forgets everything, the newest first.
  void clear();
  /// For an app's extensions: from now on what would change throws SetupError.
  void freeze() { frozen_ = true; }

  /// `g["name"] = value`.
  class Slot {
   public:
    Slot(AppGlobals& g, std::string_view name) : g_(g), name_(name) {}
    template <class T>
    const Slot& operator=(T&& value) const {  // NOLINT: a proxy's assignment
      if constexpr (std::is_convertible_v<T, std::string_view>) {
        g_.set(name_, std::string(std::string_view(value)));
      } else {
        g_.set(name_, std::forward<T>(value));
      }
      return *this;
    }

   private:
    AppGlobals& g_;
    std::string_view name_;
  };
  Slot operator[](std::string_view name) { return Slot(*this, name); }

 private:
  struct Entry;
  template <class T>
  static constexpr char kTag = 0;  // its address names the type
  using ToValue = Value (*)(const void* object);
  template <class T>
  static constexpr ToValue value_function() {
    if constexpr (detail::kViewable<T>) {
      return [](const void* object) { return Value::view(*static_cast<const T*>(object)); };
    } else {
      return nullptr;
    }
  }

  void forget_all();
  void require_unfrozen() const;
  Entry** place_of(std::string_view name);
  void* object_of(std::string_view name, const char* tag) const;
  void put(std::string_view name, void* object, void (*destroy)(void*), const char* tag, ToValue to_value);
  [[noreturn]] static void throw_missing(std::string_view name);

  Entry* newest_ = nullptr;  // owned; each owns the one before it
  bool frozen_ = false;
};

}  // namespace retort
