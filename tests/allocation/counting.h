// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Counts what operator new is asked for, in the threads that say so. Replaces it in the
// whole program.

#include <cstddef>

namespace retort::test {

/// Whether the calling thread's allocations count; no thread's do at first.
void count_allocations(bool count);
std::size_t allocations_so_far();

}  // namespace retort::test
