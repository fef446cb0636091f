// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What templates see of a request: its attributes by Flask's names, and the multi-valued
// dicts among them. Values of these belong to the render; the request must outlive it.

#include <string_view>

#include "retort/base/function.h"
#include "retort/value/object.h"
#include "retort/value/value.h"

namespace retort {

class Request;
namespace http {
class HeadersView;
class MultiDict;
}  // namespace http

namespace detail {

/// `request.name` in a template; undefined when there is no such attribute.
Value request_attribute(const Request& request, std::string_view name);

Value multidict_value(const http::MultiDict& dict);
Value headers_value(const http::HeadersView& headers);

/// A function of C++ as a value.
Value callable_value(std::string_view name, Function<Value(const CallArguments&)> function);

}  // namespace detail
}  // namespace retort
