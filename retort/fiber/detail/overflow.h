// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace retort::fiber::detail {

/// Gives the calling thread an alternate signal stack if install_overflow_report was called.
void use_alternate_stack();

}  // namespace retort::fiber::detail
