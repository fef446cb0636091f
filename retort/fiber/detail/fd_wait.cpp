// SPDX-License-Identifier: BSD-3-Clause
#include "retort/fiber/detail/fd_wait.h"

#include <cerrno>
#include <system_error>

#include <sys/epoll.h>

namespace retort::fiber::detail {

void FdWait::add(FdWaiter& waiter) {
  waiter.next = first_;
  first_ = &waiter;
  try {
    update();
  } catch (...) {
    first_ = waiter.next;
    throw;
  }
}

void FdWait::remove(FdWaiter& waiter) {
  FdWaiter** link = &first_;
  while (*link != &waiter) link = &(*link)->next;
  *link = waiter.next;
  try {
    update();
  } catch (const std::system_error&) {
    // Narrowing failed: the descriptor was closed meanwhile, the system has forgotten it.
    registered_ = 0;
  }
}

void FdWait::update() {
  std::uint32_t wanted = 0;
  for (const FdWaiter* waiter = first_; waiter; waiter = waiter->next) wanted |= waiter->events;
  if (wanted == registered_) return;
  if (wanted == 0) {
    scheduler_.unwatch(fd_, *this);
  } else if (registered_ == 0) {
    scheduler_.watch(fd_, wanted, *this);
  } else {
    try {
      scheduler_.rewatch(fd_, wanted, *this);
    } catch (const std::system_error& e) {
      // Another file has the number now: the one that was registered is gone.
      if (e.code().value() != ENOENT) throw;
      scheduler_.watch(fd_, wanted, *this);
    }
  }
  registered_ = wanted;
}

void FdWait::on_io(std::uint32_t events) {
  for (FdWaiter* waiter = first_; waiter; waiter = waiter->next) {
    const std::uint32_t got = events & (waiter->events | EPOLLERR | EPOLLHUP);
    if (got == 0) continue;
    waiter->ready |= got;
    wake(waiter->ticket);
  }
}

}  // namespace retort::fiber::detail
