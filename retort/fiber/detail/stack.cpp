// SPDX-License-Identifier: BSD-3-Clause
#include "retort/fiber/detail/stack.h"

#include <new>

#include <sys/mman.h>
#include <unistd.h>

namespace retort::fiber::detail {

Stack map_stack(std::size_t usable_bytes) {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  Stack stack;
  stack.guard = page;
  stack.size = (usable_bytes + page - 1) / page * page + page;
  void* base = mmap(nullptr, stack.size, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  if (base == MAP_FAILED) throw std::bad_alloc();
  if (mprotect(base, stack.guard, PROT_NONE) != 0) {
    munmap(base, stack.size);
    throw std::bad_alloc();
  }
  stack.base = static_cast<char*>(base);
  return stack;
}

void unmap_stack(Stack& stack) {
  if (stack.base) munmap(stack.base, stack.size);
  stack = {};
}

}  // namespace retort::fiber::detail
