// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// url_for: the URL of an endpoint (Flask: url_for). By name with values, or by function
// with arguments that the compiler checks.

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "retort/app/erased_view.h"
#include "retort/app/function_name.h"
#include "retort/routing/variable.h"

namespace retort {

/// What url_for can be told beside the values (Flask's _anchor, _method, _scheme, _external).
struct UrlOptions {
  std::optional<std::string> anchor = {};
  std::optional<std::string> method = {};
  std::optional<std::string> scheme = {};  ///< "": "//host/..."; makes the URL external
  std::optional<bool> external = {};       ///< with scheme and host; none: outside of a request alone
};

/// The URL of `endpoint`; ".name" is relative to the current blueprint. Values that are no
/// variables of the rule become the query, lists in it repeated names. Throws
/// routing::BuildError, saying what is missing or what was perhaps meant, unless a
/// url_build_error_handler of the app's gives a URL. Needs a request, or SERVER_NAME and an
/// AppContext.
std::string url_for(std::string_view endpoint, routing::Variables values = {},
                    const UrlOptions& options = {});

namespace detail {

std::string url_for_function(void (*function)(), std::string_view name, const routing::Variable* values,
                             std::size_t count);

template <class P, class A>
routing::Variable url_argument(const A& argument) {
  constexpr VariableKind kind = variable_kind<P>();
  if constexpr (kind == VariableKind::text) {
    static_assert(std::is_convertible_v<const A&, std::string_view>,
                  "url_for: this parameter of the view takes text");
    return routing::Variable(std::string_view(argument));
  } else if constexpr (kind == VariableKind::integer) {
    static_assert(std::is_integral_v<A> && !std::is_same_v<A, bool>,
                  "url_for: this parameter of the view takes an integer");
    return routing::Variable(argument);
  } else if constexpr (kind == VariableKind::real) {
    static_assert(std::is_arithmetic_v<A> && !std::is_same_v<A, bool>,
                  "url_for: this parameter of the view takes a number");
    return routing::Variable(static_cast<double>(argument));
  } else {
    static_assert(kind == VariableKind::uuid && std::is_convertible_v<const A&, Uuid>,
                  "url_for: this parameter of the view takes a Uuid");
    return routing::Variable(Uuid(argument));
  }
}

// Pairs the arguments with the view's variable parameters, leaving out injected ones.
template <class... P>
struct UrlBuilder {
  template <class... A>
  static std::string build(void (*function)(), std::string_view name, const A&... arguments) {
    static_assert(sizeof...(A) == Variables<P...>::count,
                  "url_for<view>: give one argument for each variable of the view's rule");
    return collect<Parameters<>, P...>(function, name, arguments...);
  }

 private:
  template <class... K>
  struct Parameters {};

  template <class Done, class... Rest, class... A>
  static std::string collect(void (*function)(), std::string_view name, const A&... arguments) {
    if constexpr (sizeof...(Rest) == 0) {
      return finish(Done{}, function, name, arguments...);
    } else {
      return step<Done, Rest...>(function, name, arguments...);
    }
  }
  template <class Done, class First, class... Rest, class... A>
  static std::string step(void (*function)(), std::string_view name, const A&... arguments) {
    if constexpr (variable_kind<First>() == VariableKind::none) {
      return collect<Done, Rest...>(function, name, arguments...);
    } else {
      return collect<decltype(append<First>(Done{})), Rest...>(function, name, arguments...);
    }
  }
  template <class Next, class... K>
  static Parameters<K..., std::decay_t<Next>> append(Parameters<K...>);
  template <class... K, class... A>
  static std::string finish(Parameters<K...>, void (*function)(), std::string_view name,
                            const A&... arguments) {
    const routing::Variable values[] = {url_argument<K>(arguments)..., routing::Variable()};
    return url_for_function(function, name, values, sizeof...(K));
  }
};

template <class S>
struct UrlBuilderOf;
template <class R, class... P>
struct UrlBuilderOf<R(P...)> {
  using Type = UrlBuilder<P...>;
};

}  // namespace detail

/// `url_for<user_profile>("folau")`: the URL of a registered function; one argument for each
/// variable of its rule, in the order of the view's parameters.
template <auto function, class... A>
requires std::is_pointer_v<decltype(function)> std::string url_for(const A&... arguments) {
  return detail::UrlBuilderOf<detail::Signature<decltype(function)>>::Type::build(
      reinterpret_cast<void (*)()>(function), detail::function_name<function>(), arguments...);
}

}  // namespace retort
