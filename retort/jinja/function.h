// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// NativeFunction: a C++ function as templates call it. Its parameters are converted from
// values: numbers, text, aggregates, containers, Value itself; a std::optional may be left
// out; a first parameter Render& is the render that calls. What does not fit is a TypeError
// that names the function and the parameter. The function is called from several threads.
//
//   environment.add_filter("shout", [](std::string_view text, std::optional<int> times) {...});
//   environment.add_global("url", NativeFunction(url, {"endpoint", "external"}));

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/base/function.h"
#include "retort/base/owned.h"
#include "retort/jinja/render.h"
#include "retort/value/convert.h"
#include "retort/value/object.h"
#include "retort/value/value.h"

namespace retort::jinja {

namespace detail {

/// What messages say of a function, and how its arguments bind.
struct Signature {
  std::string name = "function";
  std::vector<std::string> parameters;  // names; those without one are "argument N"
  std::size_t named = 0;
  std::size_t required = 0;

  /// Fills `values` (null: left out), as many as there are parameters.
  void bind(const CallArguments& arguments, const Value** values) const;
  std::string label(std::size_t parameter) const;
  [[noreturn]] void refuse_keyword(std::string_view keyword) const;
  /// What does not fit; an undefined value says so itself.
  [[noreturn]] void fail(std::size_t parameter, const Value& value, const std::string& problem) const;
};

/// Lists and dicts in place of what can be iterated and of views, all the way down.
Value plain_value(const Value& value, Evaluator& evaluator);

template <class T>
struct Parameter_ {
  static constexpr bool kOptional = false;
  static T read(const Signature& signature, std::size_t i, const Value* value, Render& render) {
    T out{};
    FieldErrors errors;
    if (from_value(*value, out, errors)) return out;
    errors.clear();
    if (!from_value(plain_value(*value, render), out, errors)) {
      const FieldError& first = errors.front();
      signature.fail(i, *value, first.path.empty() ? first.message : first.path + ": " + first.message);
    }
    return out;
  }
};

template <>
struct Parameter_<Value> {
  static constexpr bool kOptional = false;
  static const Value& read(const Signature&, std::size_t, const Value* value, Render&) { return *value; }
};

template <>
struct Parameter_<std::string_view> {
  static constexpr bool kOptional = false;
  static std::string_view read(const Signature& signature, std::size_t i, const Value* value, Render&) {
    if (!value->is_string()) signature.fail(i, *value, "Not a valid string.");
    return value->as_string();
  }
};

template <class T>
struct Parameter_<std::optional<T>> {
  static constexpr bool kOptional = true;
  static std::optional<T> read(const Signature& signature, std::size_t i, const Value* value,
                               Render& render) {
    if (!value || value->is_none() || value->is_undefined()) return std::nullopt;
    return Parameter_<T>::read(signature, i, value, render);
  }
};

template <class... Args>
constexpr std::size_t count_required() {
  constexpr bool optional[] = {Parameter_<std::decay_t<Args>>::kOptional..., true};
  std::size_t required = 0;
  for (std::size_t i = 0; i < sizeof...(Args); ++i) {
    if (!optional[i]) required = i + 1;
  }
  return required;
}

template <class R, bool WithRender, class... Args>
struct Bound {
  static constexpr std::size_t kParameters = sizeof...(Args);
  static constexpr std::size_t kRequired = count_required<Args...>();

  template <class F, std::size_t... I>
  static Value invoke(F& function, const Signature& signature, Render& render, const CallArguments& arguments,
                      std::index_sequence<I...>) {
    const Value* values[kParameters + 1] = {};
    signature.bind(arguments, values);
    const auto call = [&]() -> decltype(auto) {
      if constexpr (WithRender) {
        return function(render, Parameter_<std::decay_t<Args>>::read(signature, I, values[I], render)...);
      } else {
        return function(Parameter_<std::decay_t<Args>>::read(signature, I, values[I], render)...);
      }
    };
    if constexpr (std::is_void_v<R>) {
      call();
      return nullptr;
    } else {
      return to_value(call());
    }
  }
};

template <class F>
struct FunctionTraits : FunctionTraits<decltype(&F::operator())> {};
template <class R, class... Args>
struct FunctionTraits<R (*)(Args...)> : Bound<R, false, Args...> {};
template <class R, class... Args>
struct FunctionTraits<R (*)(Render&, Args...)> : Bound<R, true, Args...> {};
template <class C, class R, class... Args>
struct FunctionTraits<R (C::*)(Args...) const> : Bound<R, false, Args...> {};
template <class C, class R, class... Args>
struct FunctionTraits<R (C::*)(Render&, Args...) const> : Bound<R, true, Args...> {};

/// A function, or an object with one operator().
template <class F>
concept FunctionLike = std::is_function_v<std::remove_pointer_t<F>> || requires {
  &F::operator();
};

}  // namespace detail

class NativeFunction {
 public:
  /// As the engine calls it.
  using Call = Function<Value(Render& render, const CallArguments& arguments)>;

  /// Takes the arguments as they come.
  static NativeFunction raw(Call call);

  /// `parameters` are names for keyword arguments and messages, without a leading Render&.
  template <class F, class = std::enable_if_t<detail::FunctionLike<F>>>
  NativeFunction(F function, std::initializer_list<std::string_view> parameters = {})  // NOLINT: implicit
      : NativeFunction(detail::FunctionTraits<std::decay_t<F>>::kParameters,
                       detail::FunctionTraits<std::decay_t<F>>::kRequired, parameters) {
    using Traits = detail::FunctionTraits<std::decay_t<F>>;
    call_ = [function = std::move(function), signature = signature_.get()](
                Render& render, const CallArguments& arguments) -> Value {
      return Traits::invoke(function, *signature, render, arguments,
                            std::make_index_sequence<Traits::kParameters>());
    };
  }

  const Call& call() const { return call_; }
  /// The name that messages show.
  void set_name(std::string_view name);
  /// Templates in a sandbox may not call it (Jinja: unsafe, alters_data).
  NativeFunction& set_unsafe() {
    unsafe_ = true;
    return *this;
  }
  bool is_unsafe() const { return unsafe_; }

 private:
  NativeFunction() = default;
  NativeFunction(std::size_t count, std::size_t required, std::initializer_list<std::string_view> parameters);
  Owned<detail::Signature> signature_;
  Call call_;
  bool unsafe_ = false;
};

}  // namespace retort::jinja
