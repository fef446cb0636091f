// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What a Context that is asked to stay, and those who asked, share.

#include "retort/app/kept_context.h"

namespace retort::detail {

struct KeptState {
  explicit KeptState(Context& current) : context(&current) {}

  static KeptContext reference(KeptState& state) { return KeptContext(state); }

  int references = 0;
  Context* context;          // null once it has ended
  std::exception_ptr error;  // what the request failed with
  bool owned = false;        // `context` is on the heap, and this state's
  bool by_client = false;    // a stream's end does not end it
};

/// Ends the reference of a context that goes.
void release(KeptState& state);

/// The state of a context that shall stay; made at the first call.
KeptContext keep(Context& context);

/// At the end of a request whose context shall stay: moves it to the heap, where a stream or
/// whoever called handle_keeping ends it. False when nothing needs it any more.
bool hand_over(Context& context, Response& response, const std::exception_ptr& error);

}  // namespace retort::detail
