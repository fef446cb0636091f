// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// HeaderBinding: what a parsed header (HeaderSet, ResponseCacheControl, ...) is written back
// to when it changes, as Werkzeug's on_update does. Binding members of a response's headers:
// the parsed object must not outlive them. A copy is bound to nothing.

#include <string_view>

namespace retort::http {

class Headers;

class HeaderBinding {
 public:
  HeaderBinding() = default;
  /// `name` must be a constant.
  HeaderBinding(Headers& headers, std::string_view name) : headers_(&headers), name_(name) {}
  HeaderBinding(const HeaderBinding&) {}
  HeaderBinding& operator=(const HeaderBinding&) { return *this; }

  /// The field's value now; "" when it is not there or nothing is bound.
  std::string_view read() const;
  /// Sets the field, or removes it when `value` is empty.
  void write(std::string_view value) const;
  explicit operator bool() const { return headers_ != nullptr; }

 private:
  Headers* headers_ = nullptr;
  std::string_view name_;
};

}  // namespace retort::http
