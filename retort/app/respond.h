// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What a view may return, and the response it becomes (Flask: make_response): text is
// HTML; json, Value, aggregates and containers are JSON; an empty optional is 404; pairs
// and tuples add status and headers; status(204) is a bare status.

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "retort/http/headers.h"
#include "retort/json/json.h"
#include "retort/message/response.h"
#include "retort/value/value.h"

namespace retort {

class Context;

/// A bare status code as a view's return value; made by status().
struct Status {
  int code;
};
/// `return status(204);`: an empty body with this status.
constexpr Status status(int code) { return Status{code}; }

/// The headers of a `{body, status, headers}` return value:
/// `return std::tuple{"no", 405, Headers{{"Allow", "GET"}}}` (with <tuple>, which is too dear to
/// be included here).
using http::Headers;
using std::pair;
using std::tuple;

namespace detail {

void respond_html(Response& response, std::string&& body);
void respond_html_view(Response& response, std::string_view body);
void respond_json(Context& context, Response& response, const json& body);
/// By the provider that the app has in place of the default one.
void respond_provided(Context& context, Response& response, const Value& value);
void respond_value(Context& context, Response& response, const Value& value);
/// How the app's default provider writes responses; null where the app has another one.
const JsonOptions* json_options(Context& context);
/// The response's body for JSON to be appended to, its Content-Type set.
std::string& begin_json(Context& context, Response& response);
/// Ends a JSON body as Flask does, with a newline.
void end_json(std::string& body);
void respond_status(Response& response, int code);
void add_headers(Response& response, const Headers& headers);
[[noreturn]] void respond_not_found();

/// An HTML body that `stream` writes while it is being sent.
void respond_stream(Response& response, Response::Stream stream);
void respond_markup(Response& response, const Markup& html);

template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;
template <class T>
inline constexpr bool kIsTuple = false;
template <class A, class B>
inline constexpr bool kIsTuple<std::pair<A, B>> = true;
template <class... T>
inline constexpr bool kIsTuple<std::tuple<T...>> = true;

/// A function that gives the body piece by piece, and nothing at its end, as Python's
/// generators do.
template <class T>
concept Generator = requires(T& t) {
  std::string_view(*t());
  t().has_value();
};

template <class T>
void respond(Context& context, Response& response, T&& result);

template <class T>
void respond_tuple(Context& context, Response& response, T&& result) {
  using U = std::remove_cvref_t<T>;
  constexpr std::size_t size = std::tuple_size_v<U>;
  static_assert(size == 2 || size == 3,
                "retort: a view returns {body, status}, {body, headers} or {body, status, headers}");
  using std::get;
  respond(context, response, get<0>(std::forward<T>(result)));
  using Second = std::remove_cvref_t<std::tuple_element_t<1, U>>;
  if constexpr (std::is_integral_v<Second>) {
    response.status_code = static_cast<int>(get<1>(result));
  } else if constexpr (std::is_same_v<Second, Status>) {
    response.status_code = get<1>(result).code;
  } else {
    static_assert(size == 2 && std::is_same_v<Second, Headers>,
                  "retort: after the body a view returns an int status or Headers");
    add_headers(response, get<1>(result));
  }
  if constexpr (size == 3) {
    static_assert(std::is_same_v<std::remove_cvref_t<std::tuple_element_t<2, U>>, Headers>,
                  "retort: the third part of a view's result is Headers");
    add_headers(response, get<2>(result));
  }
}

template <class T>
void respond(Context& context, Response& response, T&& result) {
  using U = std::remove_cvref_t<T>;
  if constexpr (std::is_same_v<U, Response>) {
    static_assert(!std::is_lvalue_reference_v<T>, "retort: return a Response by value");
    response = std::move(result);
  } else if constexpr (std::is_same_v<U, std::string>) {
    respond_html(response, std::string(std::forward<T>(result)));
  } else if constexpr (std::is_same_v<U, Status>) {
    respond_status(response, result.code);
  } else if constexpr (std::is_same_v<U, json>) {
    respond_json(context, response, result);
  } else if constexpr (std::is_same_v<U, Markup>) {
    respond_markup(response, result);
  } else if constexpr (std::is_invocable_v<U&, BodyWriter&>) {
    respond_stream(response, std::forward<T>(result));
  } else if constexpr (Generator<U>) {
    respond_stream(response, [next = U(std::forward<T>(result))](BodyWriter& body) mutable {
      while (auto piece = next()) body.write(*piece);
    });
  } else if constexpr (std::is_same_v<U, Value>) {
    respond_value(context, response, result);
  } else if constexpr (std::is_convertible_v<T, std::string_view>) {
    respond_html_view(response, result);
  } else if constexpr (kIsOptional<U>) {
    if (!result) respond_not_found();
    respond(context, response, *std::forward<T>(result));
  } else if constexpr (kIsTuple<U>) {
    respond_tuple(context, response, std::forward<T>(result));
  } else {
    static_assert(
        !std::is_arithmetic_v<U>,
        "retort: a view does not return a bare number; status(204) is a status, json(x) a JSON number");
    if (const JsonOptions* options = json_options(context)) {
      json::dump_to(begin_json(context, response), result, *options);
      end_json(response.owned_data());
    } else {
      respond_provided(context, response, to_value(result));
    }
  }
}

/// The current context; throws OutsideContext.
Context& app_context_or_throw();

}  // namespace detail

/// A Response of anything that a view may return (Flask: make_response). Precondition: in
/// an app's context, whose settings say how JSON is written.
template <class T>
Response make_response(T&& result) {
  Response response;
  detail::respond(detail::app_context_or_throw(), response, std::forward<T>(result));
  return response;
}
/// `make_response("Custom", 200)`, and with headers, which replace those of their names.
template <class T>
Response make_response(T&& body, int status, const Headers& headers = {}) {
  Response response = make_response(std::forward<T>(body));
  response.status_code = status;
  detail::add_headers(response, headers);
  return response;
}
template <class T>
Response make_response(T&& body, const Headers& headers) {
  Response response = make_response(std::forward<T>(body));
  detail::add_headers(response, headers);
  return response;
}
/// An empty one.
inline Response make_response() { return make_response(std::string()); }

}  // namespace retort
