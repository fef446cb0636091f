// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// CopyableFunction<R(Args...)>: an owner of any callable that can be copied, and copies it with
// itself: what a form's definition is made of. Nothing is counted, so copies on several threads do
// not meet. Calls are const and may come from any thread.

#include <type_traits>
#include <utility>

namespace retort::wtf::detail {

template <class Signature>
class CopyableFunction;

template <class R, class... Args>
class CopyableFunction<R(Args...)> {
 public:
  CopyableFunction() = default;
  template <class F, class D = std::decay_t<F>,
            class = std::enable_if_t<!std::is_same_v<D, CopyableFunction> &&
                                     std::is_invocable_r_v<R, const D&, Args...>>>
  CopyableFunction(F&& f)  // NOLINT: implicit, as std::function
      : target_(new D(std::forward<F>(f))),
        call_([](const void* target, Args... args) -> R {
          return (*static_cast<const D*>(target))(std::forward<Args>(args)...);
        }),
        manage_([](const void* target, bool copy) -> void* {
          if (copy) return new D(*static_cast<const D*>(target));
          delete static_cast<const D*>(target);
          return nullptr;
        }) {}
  CopyableFunction(const CopyableFunction& o)
      : target_(o.target_ ? o.manage_(o.target_, true) : nullptr), call_(o.call_), manage_(o.manage_) {}
  CopyableFunction(CopyableFunction&& o) noexcept : target_(o.target_), call_(o.call_), manage_(o.manage_) {
    o.target_ = nullptr;
  }
  CopyableFunction& operator=(CopyableFunction o) noexcept {
    std::swap(target_, o.target_);
    std::swap(call_, o.call_);
    std::swap(manage_, o.manage_);
    return *this;
  }
  ~CopyableFunction() {
    if (target_) manage_(target_, false);
  }

  explicit operator bool() const { return target_ != nullptr; }
  /// Precondition: not empty.
  R operator()(Args... args) const { return call_(target_, std::forward<Args>(args)...); }

 private:
  const void* target_ = nullptr;
  R (*call_)(const void* target, Args...) = nullptr;
  void* (*manage_)(const void* target, bool copy) = nullptr;
};

}  // namespace retort::wtf::detail
