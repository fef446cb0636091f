// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Contexts that outlive the call that made them: a stream's (stream_with_context), a spawned
// fiber's (copy_current_request_context), that of a test client's last request (KeptContext).
// A request's context lies on its fiber's stack; these are what moves it to the heap. Each
// belongs to one thread.

#include <exception>
#include <type_traits>
#include <utility>

#include "retort/app/context.h"
#include "retort/base/owned.h"
#include "retort/message/response.h"

namespace retort {

namespace detail {
struct KeptState;
}

/// A request's context after the request. It ends, and the teardown functions run, once: at
/// end(), or when the last reference goes. Copies refer to the same. The Request must be
/// there until then.
class KeptContext {
 public:
  KeptContext() = default;
  KeptContext(const KeptContext& o);
  KeptContext(KeptContext&& o) noexcept : state_(std::exchange(o.state_, nullptr)) {}
  KeptContext& operator=(KeptContext o) noexcept {
    std::swap(state_, o.state_);
    return *this;
  }
  ~KeptContext();

  /// Null once it has ended.
  Context* context() const;
  explicit operator bool() const { return context() != nullptr; }
  /// Runs the teardown functions with what went wrong, or null.
  void end(const std::exception_ptr& error = nullptr);
  /// end() for a stream: nothing while a test client keeps the context.
  void end_of_stream(const std::exception_ptr& error);

 private:
  friend struct detail::KeptState;
  explicit KeptContext(detail::KeptState& state);  // adds a reference
  detail::KeptState* state_ = nullptr;
};

/// A body that is written with the current context still there: `return stream_with_context(
/// [](BodyWriter& body) { body.write(request->path); });`. The teardown functions run once,
/// when the stream has ended or the client has gone, with what the stream threw.
Response::Stream stream_with_context(Response::Stream stream);

namespace detail {

/// A request of its own, with its context: what copy_current_request_context keeps.
class RequestCopy;
RequestCopy* copy_request();
void delete_request_copy(RequestCopy* copy);
/// Makes the copy's context the current one for a scope, and runs the teardown functions at
/// its end.
class RequestCopyScope {
 public:
  explicit RequestCopyScope(RequestCopy& copy);
  ~RequestCopyScope();
  RequestCopyScope(const RequestCopyScope&) = delete;
  RequestCopyScope& operator=(const RequestCopyScope&) = delete;

  /// What went wrong, for the teardown functions.
  void fail(std::exception_ptr error) { error_ = std::move(error); }

 private:
  void leave();

  RequestCopy& copy_;
  void* previous_;
  std::exception_ptr error_;
};

struct RequestCopyOwner {
  explicit RequestCopyOwner(RequestCopy* held) : copy(held) {}
  RequestCopyOwner(RequestCopyOwner&& o) noexcept : copy(std::exchange(o.copy, nullptr)) {}
  RequestCopyOwner& operator=(RequestCopyOwner&&) = delete;
  ~RequestCopyOwner() {
    if (copy) delete_request_copy(copy);
  }
  RequestCopy* copy;
};

}  // namespace detail

/// `f` with a copy of the current request, which may run after the request is over:
/// `fiber::spawn(copy_current_request_context([] { ... request->path ... }))`. The copy has
/// the request's head, its body (of a form the fields, not the files) and what the session
/// holds; a g of its own; and the teardown functions run when `f` ends, with what it threw. For fibers of the
/// same worker; another thread takes what it needs by value and makes an AppContext.
template <class F>
auto copy_current_request_context(F f) {
  return [f = std::move(f), owner = detail::RequestCopyOwner(detail::copy_request())]() mutable {
    detail::RequestCopyScope scope(*owner.copy);
    try {
      return f();
    } catch (...) {
      scope.fail(std::current_exception());
      throw;
    }
  };
}

}  // namespace retort
