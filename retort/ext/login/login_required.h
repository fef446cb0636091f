// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Views that want a user who is logged in (Flask-Login: login_required, fresh_login_required):
//
//   bp.get("/logout", "logout", login_required(logout));
//   bp.get<login_required<dashboard>()>("/dashboard");     // the endpoint is "dashboard"
//   admin.before_request(login_required());                // a whole blueprint
//
// Where nobody is logged in, the view is not run and LoginManager::unauthorized() answers. Requests
// with an exempt method (OPTIONS) pass, and all do where LOGIN_DISABLED is set. fresh_ also wants a
// login that is fresh, and has LoginManager::needs_refresh() answer if it is not.

#include <optional>
#include <type_traits>
#include <utility>

#include "retort/app/respond.h"
#include "retort/app/signature.h"
#include "retort/message/response.h"

namespace retort::login {
namespace detail {

/// The answer to who may not pass; empty for who may.
std::optional<Response> refusal(bool fresh);

template <bool fresh, class F, class R, class... A>
auto guarded_call(const F& f, A&&... arguments) {
  std::optional<Response> refused = refusal(fresh);
  if constexpr (std::is_void_v<R>) {  // a before_request function
    if (!refused) f(std::forward<A>(arguments)...);
    return refused;
  } else if constexpr (retort::detail::kIsOptional<R>) {  // likewise, or a view that may answer 404
    if (!refused) {
      if (auto result = f(std::forward<A>(arguments)...)) refused = make_response(*std::move(result));
    }
    return refused;
  } else {
    if (refused) return *std::move(refused);
    return make_response(f(std::forward<A>(arguments)...));
  }
}

/// A view that is run for who may pass.
template <bool fresh, class F, class S>
class Guarded;
template <bool fresh, class F, class R, class... A>
class Guarded<fresh, F, R(A...)> {
 public:
  explicit Guarded(F f) : f_(std::move(f)) {}
  auto operator()(A... arguments) const {
    return guarded_call<fresh, F, R, A...>(f_, std::forward<A>(arguments)...);
  }

 private:
  F f_;
};

/// The same for a function that the compiler knows. Routes read the endpoint's name from the template's
/// argument (retort/app/function_name.h).
template <auto view>
struct LoginRequired {
  template <class R, class... A>
  static auto decorated(A... arguments) {
    return guarded_call<false, decltype(view), R, A...>(view, std::forward<A>(arguments)...);
  }
  template <class R, class... A>
  static constexpr auto of(R (*)(A...)) {
    return &decorated<R, A...>;
  }
};
template <auto view>
struct FreshLoginRequired {
  template <class R, class... A>
  static auto decorated(A... arguments) {
    return guarded_call<true, decltype(view), R, A...>(view, std::forward<A>(arguments)...);
  }
  template <class R, class... A>
  static constexpr auto of(R (*)(A...)) {
    return &decorated<R, A...>;
  }
};

/// For before_request: nothing but the question.
template <bool fresh>
struct Guard {
  std::optional<Response> operator()() const { return refusal(fresh); }
};

}  // namespace detail

template <class F>
auto login_required(F view) {
  return detail::Guarded<false, F, retort::detail::Signature<F>>(std::move(view));
}
template <auto view>
consteval auto login_required() {
  return detail::LoginRequired<view>::of(static_cast<retort::detail::Signature<decltype(view)>*>(nullptr));
}
inline detail::Guard<false> login_required() { return {}; }

template <class F>
auto fresh_login_required(F view) {
  return detail::Guarded<true, F, retort::detail::Signature<F>>(std::move(view));
}
template <auto view>
consteval auto fresh_login_required() {
  return detail::FreshLoginRequired<view>::of(
      static_cast<retort::detail::Signature<decltype(view)>*>(nullptr));
}
inline detail::Guard<true> fresh_login_required() { return {}; }

}  // namespace retort::login
