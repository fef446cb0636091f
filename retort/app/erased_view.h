// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// ErasedView: what a route runs, its type erased. One thunk is compiled for each signature, not
// for each view: it fetches the arguments from the Context, calls, and turns what came
// back into the response. Immutable once registered; shared by all workers.

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "retort/app/argument.h"
#include "retort/app/respond.h"
#include "retort/app/signature.h"

namespace retort {

class Context;
class Response;

namespace detail {

/// A function, or a lambda without captures.
template <class F>
inline constexpr bool kIsPlain = std::is_convertible_v<F, Signature<F>*>;

class ErasedView {
 public:
  ErasedView() = default;

  using Thunk = void (*)(const ErasedView&, Context&, Response&);

  /// What views of one signature share.
  struct Type {
    Thunk call;
    const VariableKind* variables;
    std::size_t variable_count;
  };
  template <class R, class... A>
  static const Type& type_of(R (*)(A...)) {
    return kFunctionType<R, A...>;
  }
  /// From a function of that type.
  ErasedView(const Type& type, void (*function)());

  /// From a function: only its pointer is kept.
  template <class R, class... A>
  explicit ErasedView(R (*function)(A...))
      : ErasedView(type_of(function), reinterpret_cast<void (*)()>(function)) {}

  /// From a lambda: without captures it is a function, else it is kept on the heap.
  template <class F>
  static ErasedView of(F f) {
    return of_signature(std::move(f), static_cast<Signature<F>*>(nullptr));
  }

  /// From an object that `type.call` finds in object(); `destroy` deletes it.
  ErasedView(const Type& type, void* object, void (*destroy)(void*));

  ErasedView(ErasedView&& o) noexcept;
  ErasedView& operator=(ErasedView&& o) noexcept;
  ~ErasedView();

  explicit operator bool() const { return call_ != nullptr; }
  void operator()(Context& context, Response& response) const { call_(*this, context, response); }

  /// The kinds of the parameters that take the rule's variables, in order.
  const VariableKind* variables() const { return variables_; }
  std::size_t variable_count() const { return variable_count_; }
  /// The function that was registered; null for a lambda with captures.
  void (*function() const)() { return object_ ? nullptr : function_; }
  void* object() const { return object_; }
  /// Whether both run the same: what two rules of one endpoint must.
  bool is_same_as(const ErasedView& other) const {
    return object_ || other.object_ ? object_ == other.object_ : function_ == other.function_;
  }

 private:
  template <class R>
  static constexpr void require_result() {
    static_assert(!std::is_void_v<R>,
                  "retort: a view returns its answer (text, JSON, a Response, status(204), ...)");
  }

  template <class F, class R, class... A>
  static ErasedView of_signature(F f, R (*)(A...)) {
    if constexpr (std::is_convertible_v<F, R (*)(A...)>) {
      return ErasedView(static_cast<R (*)(A...)>(f));
    } else {
      ErasedView view;
      view.call_ = &call_object<R, A...>;
      R(*invoke)
      (void*, A...) = [](void* object, A... arguments) -> R {
        return (*static_cast<F*>(object))(std::forward<A>(arguments)...);
      };
      view.function_ = reinterpret_cast<void (*)()>(invoke);
      view.object_ = new F(std::move(f));
      view.destroy_ = [](void* object) { delete static_cast<F*>(object); };
      view.variables_ = Variables<A...>::kinds;
      view.variable_count_ = Variables<A...>::count;
      return view;
    }
  }

  template <class R, class... A>
  static void call_function(const ErasedView& view, Context& context, Response& response) {
    require_result<R>();
    auto function = reinterpret_cast<R (*)(A...)>(view.function_);
    call_with<A...>(context, [&](auto&&... arguments) {
      respond(context, response, function(std::forward<decltype(arguments)>(arguments)...));
    });
  }

  template <class R, class... A>
  static void call_object(const ErasedView& view, Context& context, Response& response) {
    require_result<R>();
    auto function = reinterpret_cast<R (*)(void*, A...)>(view.function_);
    call_with<A...>(context, [&](auto&&... arguments) {
      respond(context, response, function(view.object_, std::forward<decltype(arguments)>(arguments)...));
    });
  }

  template <class R, class... A>
  static constexpr Type kFunctionType{&call_function<R, A...>, Variables<A...>::kinds,
                                      Variables<A...>::count};

  Thunk call_ = nullptr;
  void (*function_)() = nullptr;
  void* object_ = nullptr;
  void (*destroy_)(void*) = nullptr;
  const VariableKind* variables_ = nullptr;
  std::size_t variable_count_ = 0;
};

}  // namespace detail
}  // namespace retort
