// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// request, g, current_app: Flask's context-local objects. Each stands for what belongs to
// the request that the calling fiber answers, and follows the fiber through every park.
// Outside of a context they throw OutsideContext, which says how to get one.

#include <stdexcept>
#include <string_view>
#include <utility>

#include "retort/app/context.h"
#include "retort/message/request.h"

namespace retort {

class App;

/// "Working outside of request context": no context is current here.
class OutsideContext : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

namespace detail {

/// The current context; throws OutsideContext.
Context& app_context_or_throw();
Context& request_context_or_throw();

struct CurrentRequest {
  Request& operator*() const { return request_context_or_throw().request(); }
  Request* operator->() const { return &**this; }
  operator Request&() const { return **this; }  // NOLINT: implicit by design
};

struct CurrentApp {
  App& operator*() const { return app_context_or_throw().app(); }
  App* operator->() const { return &**this; }
  operator App&() const { return **this; }  // NOLINT: implicit by design
};

struct CurrentGlobals {
  AppGlobals& operator*() const { return app_context_or_throw().g(); }
  AppGlobals* operator->() const { return &**this; }
  AppGlobals::Slot operator[](std::string_view name) const { return (**this)[name]; }
  template <class T>
  T& get(std::string_view name) const {
    return (**this).template get<T>(name);
  }
  template <class T>
  T get(std::string_view name, T otherwise) const {
    return (**this).template get<T>(name, std::move(otherwise));
  }
  template <class T>
  T* find(std::string_view name) const {
    return (**this).template find<T>(name);
  }
  template <class T, class F>
  T& setdefault(std::string_view name, F make) const {
    return (**this).template setdefault<T>(name, std::move(make));
  }
  template <class T>
  T& set(std::string_view name, T value) const {
    return (**this).set(name, std::move(value));
  }
  bool contains(std::string_view name) const { return (**this).contains(name); }
  bool pop(std::string_view name) const { return (**this).pop(name); }
};

}  // namespace detail

inline constexpr detail::CurrentRequest request{};
inline constexpr detail::CurrentApp current_app{};
inline constexpr detail::CurrentGlobals g{};

bool has_request_context();
bool has_app_context();

/// Runs `f` on the response of the current request, before the after_request functions.
void after_this_request(Function<void(Response&)> f);

}  // namespace retort
