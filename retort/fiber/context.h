// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The context-local pointer: one word for each fiber (and each plain thread) that the app
// layer keeps the current request's context in. A switch saves and restores it; a task
// starts with null; gather's children inherit it.

namespace retort::fiber {

namespace detail {
extern thread_local constinit void* t_context;
}

/// The running fiber's context pointer. The reference is good until the next park.
inline void*& context() { return detail::t_context; }

}  // namespace retort::fiber
