// SPDX-License-Identifier: BSD-3-Clause
#include "retort/fiber/overflow.h"

#include <atomic>
#include <cstdlib>
#include <cstring>

#include <signal.h>
#include <unistd.h>

#include "retort/fiber/detail/overflow.h"
#include "retort/fiber/detail/scheduler_impl.h"

namespace retort::fiber {
namespace {

// A signal's disposition belongs to the process, so what it was does too.
struct Former {
  struct sigaction segv {};
  struct sigaction bus {};
};
Former g_former;
std::atomic<bool> g_installed{false};

void write_text(const char* text) {
  [[maybe_unused]] const auto ignored = write(STDERR_FILENO, text, std::strlen(text));
}

void write_number(std::size_t number) {
  char digits[24];
  char* at = digits + sizeof digits - 1;
  *at = '\0';
  do {
    *--at = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number != 0);
  write_text(at);
}

void on_fault(int signal, siginfo_t* info, void*) {
  const Scheduler::Impl* scheduler = detail::t_scheduler;
  if (scheduler && scheduler->current && scheduler->current->stack.guards(info->si_addr)) {
    write_text("retort: fiber stack overflow: the stack of ");
    write_number(scheduler->current->stack.usable() / 1024);
    write_text(" KiB is used up");
    if (scheduler->current->label) {
      write_text(" in ");
      write_text(scheduler->current->label);
    }
    write_text("; raise stack_bytes, recurse less, or keep large arrays on the heap\n");
  }
  // Back to what was there before; the faulting instruction runs again and takes that course.
  sigaction(signal, signal == SIGSEGV ? &g_former.segv : &g_former.bus, nullptr);
}

/// A thread's alternate stack, for as long as the thread lives.
struct AlternateStack {
  static constexpr std::size_t kSize = 64 * 1024;
  AlternateStack() : memory(std::malloc(kSize)) {
    stack_t stack{};
    stack.ss_sp = memory;
    stack.ss_size = kSize;
    stack_t old{};
    sigaltstack(nullptr, &old);
    mine = (old.ss_flags & SS_DISABLE) != 0 && sigaltstack(&stack, nullptr) == 0;
  }
  ~AlternateStack() {
    if (mine) {
      stack_t off{};
      off.ss_flags = SS_DISABLE;
      sigaltstack(&off, nullptr);
    }
    std::free(memory);
  }
  AlternateStack(const AlternateStack&) = delete;
  AlternateStack& operator=(const AlternateStack&) = delete;

  void* memory;
  bool mine = false;
};

}  // namespace

namespace detail {

void use_alternate_stack() {
  if (!g_installed.load(std::memory_order_acquire)) return;
  thread_local const AlternateStack stack;
  (void)stack;
}

}  // namespace detail

void install_overflow_report() {
  if (!g_installed.exchange(true)) {
    struct sigaction action {};
    action.sa_sigaction = &on_fault;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    sigemptyset(&action.sa_mask);
    sigaction(SIGSEGV, &action, &g_former.segv);
    sigaction(SIGBUS, &action, &g_former.bus);
  }
  detail::use_alternate_stack();
}

}  // namespace retort::fiber
