// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Owned<T>: the only owner of an object whose type a header need not know. It does what a
// std::unique_ptr does as a member or a result, at a tenth of what that costs to compile, and
// is made from one. Not thread-safe.

#include <utility>

namespace retort {

template <class T>
class Owned {
 public:
  Owned() = default;
  Owned(decltype(nullptr)) {}  // NOLINT: implicit, as below
  explicit Owned(T* object) : object_(object) {}
  /// Takes over what another owner holds: a std::unique_ptr, an Owned of a derived class.
  template <class P, class = decltype(static_cast<T*>(std::declval<P&>().release()))>
  Owned(P owner) : object_(owner.release()) {}  // NOLINT
  Owned(Owned&& o) noexcept : object_(o.object_) { o.object_ = nullptr; }
  Owned& operator=(Owned&& o) noexcept {
    T* old = object_;
    object_ = o.object_;
    if (this != &o) {
      o.object_ = nullptr;
      delete old;
    }
    return *this;
  }
  ~Owned() { delete object_; }

  T& operator*() const { return *object_; }
  T* operator->() const { return object_; }
  T* get() const { return object_; }
  /// Gives the object away.
  T* release() {
    T* const object = object_;
    object_ = nullptr;
    return object;
  }
  explicit operator bool() const { return object_ != nullptr; }

 private:
  T* object_ = nullptr;
};

}  // namespace retort
