// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/context.h"

#include <utility>

#include <fmt/format.h>

#include "retort/app/app.h"
#include "retort/app/detail/kept_state.h"
#include "retort/app/globals.h"
#include "retort/app/session_interface.h"
#include "retort/base/owned.h"
#include "retort/fiber/context.h"
#include "retort/routing/adapter.h"

namespace retort {

Context::Context(App& app) : app_(app) {}
Context::Context(App& app, Request& request) : app_(app), request_(&request) {}

Context::Context(Context&& o)
    : route(o.route),
      view_args_changed(o.view_args_changed),
      app_(o.app_),
      request_(o.request_),
      g_(std::move(o.g_)),
      session_(std::move(o.session_)),
      after_(std::move(o.after_)) {
  if (request_ && route) static_cast<void>(*request_->view_args);
}

Context::~Context() {
  if (route && match.rule) request_->forget_match(&match);
  if (kept) detail::release(*kept);
}

void Context::after_this_request(Function<void(Response&)> f) { after_.push_back(std::move(f)); }

Session& Context::open_session() {
  if (session_) return *session_;
  const SessionInterface& sessions = app_.session_interface();
  std::unique_ptr<Session> opened = sessions.open_session(app_, *request_);
  // Opening may park: another fiber of this request can have been here meanwhile.
  if (session_) return *session_;
  if (!opened) opened = sessions.make_null_session(app_);
  session_ = Owned(opened.release());
  return *session_;
}

void Context::swap_session(Owned<Session>& session) { std::swap(session_, session); }

Session& Context::session() {
  Session& out = open_session();
  out.accessed(true);
  return out;
}

Context* current_context() { return static_cast<Context*>(fiber::context()); }

ContextScope::ContextScope(Context& context) : previous_(fiber::context()) { fiber::context() = &context; }

ContextScope::~ContextScope() { fiber::context() = previous_; }

namespace detail {

Context& app_context_or_throw() {
  if (Context* context = current_context()) return *context;
  throw OutsideContext(
      "Working outside of application context.\n\nThis typically means that you used g, current_app or "
      "url_for() in "
      "code that no request runs: a background thread, a command, a test. Make a context for it: `const "
      "AppContext context = app.app_context();`.");
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

struct AppGlobals::Entry {
  std::string name;
  void* object;
  void (*destroy)(void*);
  const char* tag;
  ToValue to_value;
  Entry* older;
};

AppGlobals::Entry** AppGlobals::place_of(std::string_view name) {
  Entry** place = &newest_;
  while (*place && (*place)->name != name) place = &(*place)->older;
  return place;
}

void* AppGlobals::object_of(std::string_view name, const char* tag) const {
  const Entry* entry = newest_;
  while (entry && entry->name != name) entry = entry->older;
  return entry && entry->tag == tag ? entry->object : nullptr;
}

bool AppGlobals::contains(std::string_view name) const {
  const Entry* entry = newest_;
  while (entry && entry->name != name) entry = entry->older;
  return entry != nullptr;
}

Value AppGlobals::value(std::string_view name) const {
  const Entry* entry = newest_;
  while (entry && entry->name != name) entry = entry->older;
  if (!entry) return {};
  if (entry->to_value) return entry->to_value(entry->object);
  throw TypeError(fmt::format(
      "g.{}: templates cannot see a value of its type; list its members (retort::members) or set a Value",
      name));
}

void AppGlobals::require_unfrozen() const {
  if (frozen_) detail::throw_frozen("extensions");
}

void AppGlobals::clear() {
  require_unfrozen();
  forget_all();
}

void AppGlobals::forget_all() {
  while (newest_) {
    const Owned<Entry> last(newest_);
    newest_ = last->older;
    last->destroy(last->object);
  }
}

bool AppGlobals::pop(std::string_view name) {
  require_unfrozen();
  Entry** place = place_of(name);
  if (!*place) return false;
  const Owned<Entry> entry(*place);
  *place = entry->older;
  entry->destroy(entry->object);
  return true;
}

void AppGlobals::put(std::string_view name, void* object, void (*destroy)(void*), const char* tag,
                     ToValue to_value) {
  if (frozen_) destroy(object);
  pop(name);
  newest_ = new Entry{std::string(name), object, destroy, tag, to_value, newest_};
}

void AppGlobals::throw_missing(std::string_view name) {
  throw std::out_of_range(fmt::format("g has no '{}' of the type that was asked for", name));
}

}  // namespace retort
