// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Function<R(Args...)>: a move-only owner of any callable, three words in place. Used
// where <functional> would cost compile time and a copyable target is not needed.
// Not thread-safe.

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace retort {

template <class Signature>
class Function;

template <class R, class... Args>
class Function<R(Args...)> {
 public:
  Function() = default;
  Function(std::nullptr_t) {}  // NOLINT: implicit, as std::function

  template <class F, class D = std::decay_t<F>,
            class = std::enable_if_t<!std::is_same_v<D, Function> && std::is_invocable_r_v<R, D&, Args...>>>
  Function(F&& f) {  // NOLINT: implicit, as std::function
    if constexpr (sizeof(D) <= sizeof(storage_) && alignof(D) <= alignof(void*) &&
                  std::is_nothrow_move_constructible_v<D>) {
      ::new (static_cast<void*>(storage_)) D(std::forward<F>(f));
      call_ = [](void* s, Args... args) -> R { return (*static_cast<D*>(s))(std::forward<Args>(args)...); };
      manage_ = [](void* from, void* to) {
        D* d = static_cast<D*>(from);
        if (to) ::new (to) D(std::move(*d));
        d->~D();
      };
    } else {
      *reinterpret_cast<D**>(storage_) = new D(std::forward<F>(f));
      call_ = [](void* s, Args... args) -> R { return (**static_cast<D**>(s))(std::forward<Args>(args)...); };
      manage_ = [](void* from, void* to) {
        D** d = static_cast<D**>(from);
        if (to) {
          *static_cast<D**>(to) = *d;
        } else {
          delete *d;
        }
      };
    }
  }

  Function(Function&& o) noexcept { take(o); }
  Function& operator=(Function&& o) noexcept {
    if (this != &o) {
      reset();
      take(o);
    }
    return *this;
  }
  ~Function() { reset(); }

  explicit operator bool() const { return call_ != nullptr; }
  /// Precondition: not empty.
  R operator()(Args... args) const {
    return call_(const_cast<unsigned char*>(storage_), std::forward<Args>(args)...);
  }

 private:
  void reset() {
    if (manage_) manage_(storage_, nullptr);
    call_ = nullptr;
    manage_ = nullptr;
  }
  void take(Function& o) {
    if (o.manage_) o.manage_(o.storage_, storage_);
    call_ = o.call_;
    manage_ = o.manage_;
    o.call_ = nullptr;
    o.manage_ = nullptr;
  }

  alignas(void*) unsigned char storage_[3 * sizeof(void*)];
  R (*call_)(void*, Args...) = nullptr;
  void (*manage_)(void* from, void* to) = nullptr;
};

}  // namespace retort
