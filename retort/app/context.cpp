// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/context.h"

#include <utility>

#include <fmt/format.h>

#include "retort/app/globals.h"
#include "retort/fiber/context.h"

namespace retort {

Context* current_context() { return static_cast<Context*>(fiber::context()); }

ContextScope::ContextScope(Context& context) : previous_(fiber::context()) { fiber::context() = &context; }

ContextScope::~ContextScope() { fiber::context() = previous_; }

namespace detail {

Context& app_context_or_throw() {
  if (Context* context = current_context()) return *context;
  throw OutsideContext(
      "Working outside of application context.\n\nThis typically means that you used g, current_app or "
      "url_for() in "
      "code that no request runs. Make a context for it: `AppContext context(app);`.");
}

Context& request_context_or_throw() {
  Context* context = current_context();
  if (context && context->has_request()) return *context;
  throw OutsideContext(
      "Working outside of request context.\n\nThis typically means that you used `request` in code that no "
      "request "
      "runs: during set-up, in a background thread, or in a fiber that was spawned without "
      "copy_current_request_context. Pass what that code needs as arguments, or use the test client.");
}

}  // namespace detail

bool has_request_context() {
  const Context* context = current_context();
  return context && context->has_request();
}

bool has_app_context() { return current_context() != nullptr; }

void after_this_request(Function<void(Response&)> f) {
  detail::request_context_or_throw().after_this_request(std::move(f));
}

void AppGlobals::clear() {
  while (!entries_.empty()) {
    const Entry last = std::move(entries_.back());
    entries_.pop_back();
    last.destroy(last.object);
  }
}

bool AppGlobals::pop(std::string_view name) {
  for (auto it = entries_.begin(); it != entries_.end(); ++it) {
    if (it->name != name) continue;
    const Entry entry = std::move(*it);
    entries_.erase(it);
    entry.destroy(entry.object);
    return true;
  }
  return false;
}

const AppGlobals::Entry* AppGlobals::entry_of(std::string_view name) const {
  for (const Entry& entry : entries_) {
    if (entry.name == name) return &entry;
  }
  return nullptr;
}

void AppGlobals::put(std::string_view name, void* object, void (*destroy)(void*), const char* tag) {
  pop(name);
  entries_.push_back({std::string(name), object, destroy, tag});
}

void AppGlobals::throw_missing(std::string_view name) {
  throw std::out_of_range(fmt::format("g has no '{}' of the type that was asked for", name));
}

}  // namespace retort
