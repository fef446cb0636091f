// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// One request of the test client through a Handler, with a connection that is memory.

#include <string_view>

#include "retort/base/function.h"
#include "retort/message/handler.h"
#include "retort/testing/client.h"

namespace retort::detail {

/// Runs `sent` and gives what came back. `on_piece` may be null.
TestResponse exchange(Handler& app, TestSent sent, const Function<bool(std::string_view)>* on_piece);

}  // namespace retort::detail
