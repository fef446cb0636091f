// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/kept_context.h"

#include "retort/app/app.h"
#include "retort/app/detail/app_impl.h"
#include "retort/app/detail/kept_state.h"
#include "retort/app/globals.h"

namespace retort {

KeptContext::KeptContext(detail::KeptState& state) : state_(&state) { ++state.references; }

KeptContext::KeptContext(const KeptContext& o) : state_(o.state_) {
  if (state_) ++state_->references;
}

KeptContext::~KeptContext() {
  if (!state_) return;
  if (state_->references == 1) end();
  if (--state_->references == 0) delete state_;
}

Context* KeptContext::context() const { return state_ ? state_->context : nullptr; }

void KeptContext::end(const std::exception_ptr& error) {
  if (!state_ || !state_->owned || !state_->context) return;
  const Owned<Context> last(std::exchange(state_->context, nullptr));
  const ContextScope scope(*last);
  last->app().impl().teardown(*last, error ? error : state_->error);
}

void KeptContext::end_of_stream(const std::exception_ptr& error) {
  if (state_ && !state_->by_client) end(error);
}

Response::Stream stream_with_context(Response::Stream stream) {
  return [stream = std::move(stream),
          kept = detail::keep(detail::app_context_or_throw())](BodyWriter& body) mutable {
    Context* context = kept.context();
    if (!context)
      throw OutsideContext(
          "stream_with_context: the context that the stream was made in has ended before it");
    try {
      const ContextScope scope(*context);
      stream(body);
    } catch (...) {
      kept.end_of_stream(std::current_exception());
      throw;
    }
    kept.end_of_stream(nullptr);
  };
}

namespace detail {

void release(KeptState& state) {
  if (!state.owned) state.context = nullptr;
  if (--state.references == 0) delete &state;
}

KeptContext keep(Context& context) {
  if (!context.kept) {
    context.kept = new KeptState(context);
    ++context.kept->references;  // the context's own
  }
  return KeptState::reference(*context.kept);
}

bool hand_over(Context& context, Response& response, const std::exception_ptr& error) {
  KeptState& state = *context.kept;
  const bool awaited = state.references > 1;  // by others than the context itself
  if (!state.by_client && (error || !response.is_streamed() || !awaited)) return false;
  state.error = error;
  state.context = new Context(std::move(context));
  // A stream that is never run (HEAD, a client that has gone) ends it when the response is
  // closed and drops the stream, before the functions of call_on_close run.
  state.owned = true;
  return true;
}

}  // namespace detail
}  // namespace retort
