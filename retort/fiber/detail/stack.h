// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// A fiber's stack: reserved address space, committed by the system as it is touched, with
// a guard region at its low end that turns an overflow into a fault. The guard is wider than
// a page, so that a frame with a large array does not step over it.

#include <cstddef>

namespace retort::fiber::detail {

struct Stack {
  char* base = nullptr;  // of the mapping: the guard
  std::size_t size = 0;  // with the guard
  std::size_t guard = 0;

  char* low() const { return base + guard; }
  char* top() const { return base + size; }
  std::size_t usable() const { return size - guard; }
  bool guards(const void* address) const { return address >= base && address < base + guard; }
};

/// Throws std::bad_alloc when the system gives no more mappings (vm.max_map_count).
Stack map_stack(std::size_t usable_bytes);
void unmap_stack(Stack& stack);
/// Gives back the memory below `used_from`, the lowest address that is in use.
void release_below(const Stack& stack, const void* used_from);

}  // namespace retort::fiber::detail
