// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Where a view's parameters come from. Text, numbers and Uuid take the rule's variables in
// order; everything else is injected by type: Request&, App&, Context&, Json<T>, Query<T>,
// Form<T> (inject.h), and what a program adds by specialising Inject.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "retort/base/integer_range.h"
#include "retort/base/uuid.h"

namespace retort {

class App;
class Context;
class Request;

/// Injects a T into views. A program's specialisation has
/// `static R get(Context&)`, with R what the view's parameter is initialised from.
template <class T>
struct Inject;

/// Lets a type of the program's own take a rule's variable. A specialisation has
/// `static bool parse(std::string_view text, T& out)`; false answers 404.
template <class T>
struct PathValue;

namespace detail {

/// What a parameter can take from a rule.
enum class VariableKind : std::uint8_t { none, text, integer, real, uuid, custom };

template <class T>
concept HasPathValue = requires(std::string_view text, T& out) {
  PathValue<T>::parse(text, out);
};

template <class T>
consteval VariableKind variable_kind() {
  using U = std::remove_cvref_t<T>;
  if (std::is_same_v<U, std::string> || std::is_same_v<U, std::string_view>) return VariableKind::text;
  if (std::is_integral_v<U> && !std::is_same_v<U, bool>) return VariableKind::integer;
  if (std::is_floating_point_v<U>) return VariableKind::real;
  if (std::is_same_v<U, Uuid>) return VariableKind::uuid;
  if (HasPathValue<U>) return VariableKind::custom;
  return VariableKind::none;
}

/// The variable parameters of a parameter list.
template <class... A>
struct Variables {
  static constexpr std::size_t count = (std::size_t{0} + ... + (variable_kind<A>() != VariableKind::none));
  struct List {
    VariableKind at[sizeof...(A) + 1];
  };
  static constexpr List list = [] {
    List out{};
    std::size_t n = 0;
    ((variable_kind<A>() != VariableKind::none ? void(out.at[n++] = variable_kind<A>()) : void()), ...);
    return out;
  }();
  static constexpr const VariableKind* kinds = list.at;
};

/// The text of the rule's i-th variable.
std::string_view variable_text(const Context& context, std::size_t i);
/// The i-th variable as an integer within [min, max] (max as unsigned); NotFound when it
/// does not fit, so that a URL never becomes a wrong number.
std::int64_t variable_integer(const Context& context, std::size_t i, std::int64_t min, std::uint64_t max);
double variable_real(const Context& context, std::size_t i);
Uuid variable_uuid(const Context& context, std::size_t i);
[[noreturn]] void variable_mismatch();

App& context_app(Context& context);
Request& context_request(Context& context);

template <class A, std::size_t i>
decltype(auto) argument(Context& context) {
  using T = std::remove_cvref_t<A>;
  constexpr VariableKind kind = variable_kind<A>();
  static_assert(kind == VariableKind::none || !std::is_lvalue_reference_v<A> ||
                    std::is_const_v<std::remove_reference_t<A>>,
                "retort: a view takes a rule's variable by value or by const reference");
  if constexpr (kind == VariableKind::text) {
    return T(variable_text(context, i));
  } else if constexpr (kind == VariableKind::integer) {
    return static_cast<T>(variable_integer(context, i, kLeast<T>, kGreatest<T>));
  } else if constexpr (kind == VariableKind::real) {
    return static_cast<T>(variable_real(context, i));
  } else if constexpr (kind == VariableKind::uuid) {
    return variable_uuid(context, i);
  } else if constexpr (kind == VariableKind::custom) {
    T value{};
    if (!PathValue<T>::parse(variable_text(context, i), value)) variable_mismatch();
    return value;
  } else if constexpr (std::is_same_v<T, Request>) {
    static_assert(std::is_lvalue_reference_v<A>, "retort: a view takes the request as Request&");
    return (context_request(context));
  } else if constexpr (std::is_same_v<T, App>) {
    static_assert(std::is_lvalue_reference_v<A>, "retort: a view takes the app as App&");
    return (context_app(context));
  } else if constexpr (std::is_same_v<T, Context>) {
    return (context);
  } else {
    static_assert(
        requires { Inject<T>::get(context); },
        "retort: a view's parameter is neither a rule's variable (text, an integer, a floating "
        "point number, Uuid, a type with PathValue) nor something that can be injected "
        "(Request&, App&, Json<T>, Query<T>, Form<T>, a type with Inject)");
    return Inject<T>::get(context);
  }
}

template <class... A, class F, std::size_t... p>
void call_with_indexes(Context& context, F&& f, std::index_sequence<p...>) {
  // The p-th parameter takes the n-th variable, n being the number of variable parameters before it.
  [[maybe_unused]] constexpr auto nth = [](std::size_t position) {
    constexpr bool is_variable[] = {(variable_kind<A>() != VariableKind::none)..., false};
    std::size_t n = 0;
    for (std::size_t k = 0; k < position; ++k) n += is_variable[k];
    return n;
  };
  f(argument<A, nth(p)>(context)...);
}

template <class... A, class F>
void call_with(Context& context, F&& f) {
  call_with_indexes<A...>(context, std::forward<F>(f), std::index_sequence_for<A...>{});
}

}  // namespace detail
}  // namespace retort
