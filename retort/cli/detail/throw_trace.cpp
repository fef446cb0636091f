// SPDX-License-Identifier: BSD-3-Clause
#include "retort/cli/detail/throw_trace.h"

#include <atomic>
#include <cstring>
#include <memory>

#include <dlfcn.h>
#include <execinfo.h>

namespace retort::detail {
namespace {

// The hook has no object that it belongs to: the compiler calls it by name.
std::atomic<bool> g_recording{false};

struct Recorded {
  const void* object = nullptr;
  ThrowTrace trace;
};

/// The last throws of a thread.
class Recent {
 public:
  void add(const void* object) noexcept {
    Recorded& place = traces_[next_++ % traces_.size()];
    place.object = object;
    const int found = backtrace(place.trace.addresses.data(), static_cast<int>(place.trace.addresses.size()));
    place.trace.size = static_cast<std::size_t>(found > 0 ? found : 0);
  }
  /// An object's address is used again after its end: the latest throw of it counts.
  const ThrowTrace* find(const void* object) const noexcept {
    for (std::size_t back = 1; back <= traces_.size() && back <= next_; ++back) {
      const Recorded& each = traces_[(next_ - back) % traces_.size()];
      if (each.object == object) return &each.trace;
    }
    return nullptr;
  }

 private:
  std::array<Recorded, 64> traces_;
  std::size_t next_ = 0;
};

thread_local std::unique_ptr<Recent> t_recent;  // made at the first throw that is recorded

void record(const void* object) noexcept {
  if (!g_recording.load(std::memory_order_relaxed)) return;
  try {
    if (!t_recent) t_recent = std::make_unique<Recent>();
  } catch (...) {
    return;  // no memory for a trace: the exception goes its way without one
  }
  t_recent->add(object);
}

}  // namespace

void record_throws(bool on) noexcept { g_recording.store(on, std::memory_order_relaxed); }

const ThrowTrace* trace_of(const std::exception_ptr& error) noexcept {
  if (!error || !t_recent) return nullptr;
  // libstdc++'s and libc++'s exception_ptr is the address of the exception object.
  static_assert(sizeof(std::exception_ptr) == sizeof(void*));
  const void* object = nullptr;
  std::memcpy(&object, &error, sizeof object);
  return t_recent->find(object);
}

}  // namespace retort::detail

/// Weak: where the runtime is linked statically its own stays, and nothing is recorded.
extern "C" __attribute__((weak, noreturn)) void __cxa_throw(void* object, void* type,
                                                            void (*destroy)(void*)) {
  using Throw = void (*)(void*, void*, void (*)(void*));
  static const auto next = reinterpret_cast<Throw>(dlsym(RTLD_NEXT, "__cxa_throw"));
  retort::detail::record(object);
  next(object, type, destroy);
  __builtin_unreachable();
}
