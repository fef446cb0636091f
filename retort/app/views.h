// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Views that are classes (Flask: flask.views). A View answers with its dispatch_request(); a
// MethodView with the member that is called as the request's method: get, post, put, patch,
// delete_, options, head (else get), trace. Each request has an instance of its own, made
// from the arguments of as_view:
//
//   class UserAPI : public MethodView {
//    public:
//     explicit UserAPI(Store& store) : store_(store) {}
//     json get(std::int64_t id);
//     Status delete_(std::int64_t id);
//   };
//   app.add_url_rule("/users/<int:id>", as_view<UserAPI>("user", std::ref(store)));
//
// What a class may say of itself, as static members:
//   methods              the methods of its rules: `static constexpr std::string_view methods[]
//                        = {GET, POST};`
//   decorators           a function that wraps the view: `static auto decorators(auto view) {
//                        return login_required(std::move(view)); }`
//   init_every_request   false: one instance for all requests, whose members are const
//   provide_automatic_options

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/app/erased_view.h"

namespace retort {

class View {};
class MethodView : public View {};

namespace detail {

/// What the rules of one class-based view share. Counted, as each rule's view owns it.
class ClassViewState;
ClassViewState* make_class_view();
/// The view for a method; empty: for all.
void add_class_view(ClassViewState& state, std::string_view method, ErasedView view);
void keep_instance(ClassViewState& state, void* instance, void (*destroy)(void*));

/// A result without what it may point at in the view's instance, which goes with the request:
/// text and references become copies.
template <class R>
struct Kept {
  using Value = std::decay_t<R>;
  static constexpr bool kPoints = std::is_same_v<Value, std::string_view> ||
                                  std::is_same_v<Value, const char*> || std::is_same_v<Value, char*>;
  using Type = std::conditional_t<kPoints, std::string, Value>;
};
template <class A, class B>
struct Kept<std::pair<A, B>> {
  using Type = std::pair<typename Kept<A>::Type, B>;
};
template <class A, class... T>
struct Kept<std::tuple<A, T...>> {
  using Type = std::tuple<typename Kept<A>::Type, T...>;
};
template <class A>
struct Kept<std::optional<A>> {
  using Type = std::optional<typename Kept<A>::Type>;
};

template <class C, class M>
struct MemberOf {
  static constexpr bool kOther = true;  // overloaded, static, or no function
};
template <class C, class B, class R, class... A>
struct MemberOf<C, R (B::*)(A...)> {
  using Result = typename Kept<R>::Type;
  static constexpr bool kConst = false;
  template <class Make, class Member>
  static auto bind(Make make, Member member) {
    return [make = std::move(make), member](A... arguments) -> Result {
      auto&& instance = make();
      return Result((static_cast<C&>(instance).*member)(std::forward<A>(arguments)...));
    };
  }
};
template <class C, class B, class R, class... A>
struct MemberOf<C, R (B::*)(A...) const> {
  using Result = typename Kept<R>::Type;
  static constexpr bool kConst = true;
  template <class Make, class Member>
  static auto bind(Make make, Member member) {
    return [make = std::move(make), member](A... arguments) -> Result {
      auto&& instance = make();
      return Result((static_cast<const C&>(instance).*member)(std::forward<A>(arguments)...));
    };
  }
};

}  // namespace detail

/// A class-based view under its endpoint's name, for add_url_rule; as_view makes it. May be
/// used for several rules and copied.
class ClassView {
 public:
  ClassView(std::string endpoint, detail::ClassViewState* state);
  ClassView(const ClassView& o);
  ClassView& operator=(const ClassView&) = delete;
  ~ClassView();

  const std::string& endpoint() const { return endpoint_; }
  void add_method(std::string_view method);
  /// What a rule of it runs.
  detail::ErasedView view() const;

  std::vector<std::string> methods;  ///< empty: GET
  std::optional<bool> provide_automatic_options;

 private:
  std::string endpoint_;
  detail::ClassViewState* state_;
};

namespace detail {

template <class T>
constexpr bool init_every_request() {
  if constexpr (requires { T::init_every_request; }) {
    return T::init_every_request;
  } else {
    return true;
  }
}

template <class T, class F>
ErasedView decorated(F f) {
  if constexpr (requires { T::decorators(std::move(f)); }) {
    return ErasedView::of(T::decorators(std::move(f)));
  } else {
    return ErasedView::of(std::move(f));
  }
}

/// `make` gives the instance that a request's method is called on.
template <class T, class Make, class Member>
void add_member(ClassViewState& state, std::string_view method, const Make& make, Member member) {
  using Bound = MemberOf<T, Member>;
  static_assert(init_every_request<T>() || Bound::kConst,
                "retort: with init_every_request = false all workers share one instance of the view: its "
                "member functions must be const");
  add_class_view(state, method, decorated<T>(Bound::bind(make, member)));
}

template <class T, class Make>
void add_members(ClassView& out, ClassViewState& state, const Make& make) {
  const auto add = [&](std::string_view method, auto member) {
    add_member<T>(state, method, make, member);
    out.add_method(method);
  };
  if constexpr (std::is_base_of_v<MethodView, T>) {
    if constexpr (requires { &T::get; }) add("GET", &T::get);
    if constexpr (requires { &T::head; }) add("HEAD", &T::head);
    if constexpr (requires { &T::post; }) add("POST", &T::post);
    if constexpr (requires { &T::put; }) add("PUT", &T::put);
    if constexpr (requires { &T::patch; }) add("PATCH", &T::patch);
    if constexpr (requires { &T::delete_; }) add("DELETE", &T::delete_);
    if constexpr (requires { &T::options; }) add("OPTIONS", &T::options);
    if constexpr (requires { &T::trace; }) add("TRACE", &T::trace);
    static_assert(
        requires { &T::get; } || requires { &T::head; } || requires { &T::post; } || requires { &T::put; } ||
            requires { &T::patch; } || requires { &T::delete_; } || requires { &T::options; } ||
            requires { &T::trace; },
        "retort: a MethodView has public members get, post, put, patch, delete_, head, options or trace, "
        "each without overloads");
  } else {
    static_assert(
        requires { &T::dispatch_request; }, "retort: a View has a public dispatch_request without overloads");
    add_member<T>(state, {}, make, &T::dispatch_request);
  }
}

}  // namespace detail

/// The view of class T under an endpoint's name. `arguments` are kept, and given to T's
/// constructor for each request.
template <class T, class... A>
ClassView as_view(std::string endpoint, A... arguments) {
  static_assert(std::is_base_of_v<View, T>,
                "retort: as_view takes a class that derives from View or MethodView");
  detail::ClassViewState* state = detail::make_class_view();
  ClassView out(std::move(endpoint), state);
  if constexpr (detail::init_every_request<T>()) {
    detail::add_members<T>(out, *state, [arguments...] { return T(arguments...); });
  } else {
    T* instance = new T(std::move(arguments)...);
    detail::keep_instance(*state, instance, [](void* object) { delete static_cast<T*>(object); });
    detail::add_members<T>(out, *state, [instance]() -> const T& { return *instance; });
  }
  if constexpr (requires { T::methods; }) {
    out.methods.clear();
    for (const std::string_view method : T::methods) out.add_method(method);
  }
  if constexpr (requires { T::provide_automatic_options; })
    out.provide_automatic_options = T::provide_automatic_options;
  return out;
}

}  // namespace retort
