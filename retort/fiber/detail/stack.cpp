// SPDX-License-Identifier: BSD-3-Clause
#include "retort/fiber/detail/stack.h"

#include <cstdint>
#include <new>

#include <sys/mman.h>
#include <unistd.h>

#include "retort/fiber/detail/sanitizer.h"

#ifdef RETORT_ASAN
#include <sanitizer/asan_interface.h>
#endif

namespace retort::fiber::detail {
namespace {

constexpr std::size_t kGuardBytes = 64 * 1024;

std::size_t page_size() { return static_cast<std::size_t>(sysconf(_SC_PAGESIZE)); }

}  // namespace

Stack map_stack(std::size_t usable_bytes) {
#if defined(RETORT_ASAN) || defined(RETORT_TSAN)
  usable_bytes *= 4;  // their frames are several times as large
#endif
  const std::size_t page = page_size();
  Stack stack;
  stack.guard = (kGuardBytes + page - 1) / page * page;
  stack.size = (usable_bytes + page - 1) / page * page + stack.guard;
  constexpr int kFlags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK;
  void* base = mmap(nullptr, stack.size, PROT_READ | PROT_WRITE, kFlags, -1, 0);
  if (base == MAP_FAILED) throw std::bad_alloc();
  if (mprotect(base, stack.guard, PROT_NONE) != 0) {
    munmap(base, stack.size);
    throw std::bad_alloc();
  }
  stack.base = static_cast<char*>(base);
  return stack;
}

void unmap_stack(Stack& stack) {
  if (!stack.base) return;
#ifdef RETORT_ASAN
  // Frames that were never left still poison their redzones; the next mapping is not theirs.
  ASAN_UNPOISON_MEMORY_REGION(stack.low(), stack.usable());
#endif
  munmap(stack.base, stack.size);
  stack = {};
}

void release_below(const Stack& stack, const void* used_from) {
  const auto low = reinterpret_cast<std::uintptr_t>(stack.low());
  const auto used = reinterpret_cast<std::uintptr_t>(used_from);
  if (used <= low || used > reinterpret_cast<std::uintptr_t>(stack.top())) return;
  const std::uintptr_t end = used / page_size() * page_size();
  if (end > low) madvise(stack.low(), end - low, MADV_DONTNEED);
}

}  // namespace retort::fiber::detail
