// SPDX-License-Identifier: BSD-3-Clause
#include "retort/server/detail/worker.h"

#include <algorithm>
#include <cerrno>
#include <ctime>

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "retort/server/detail/connection.h"

namespace retort::server::detail {
namespace {

constexpr std::size_t kKeepExchanges = 64;
constexpr std::size_t kKeepOuts = 64;
constexpr int kAcceptsPerEvent = 64;
constexpr milliseconds kAcceptPause{100};

fiber::SchedulerOptions scheduler_options(const ServerOptions& options) {
  fiber::SchedulerOptions out;
  out.stack_bytes = options.stack_bytes;
  out.watchdog = options.watchdog;
  return out;
}

}  // namespace

Worker::Worker(Handler& served, const ServerOptions& server_options, fiber::Listener listener,
               std::string bound_address, const TlsContext* shared_tls)
    : handler(served),
      options(server_options),
      scheduler(scheduler_options(server_options)),
      address(std::move(bound_address)),
      port(listener.port()),
      is_unix(!server_options.unix_path.empty()),
      tls(shared_tls),
      listener_(std::move(listener)),
      stop_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Worker::~Worker() {
  while (connections_) {
    Connection* connection = connections_;
    closed(*connection);
    delete connection;
  }
  scheduler.disarm(*this);
  if (stop_fd_ >= 0) close(stop_fd_);
}

void Worker::run() {
  scheduler.watch(stop_fd_, EPOLLIN, stop_signal_);
  scheduler.watch(listener_.fd(), EPOLLIN, *this);
  accepting_ = true;
  scheduler.add_before_poll(*this);
  scheduler.run();
  scheduler.remove_before_poll(*this);
}

void Worker::request_stop() noexcept {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto ignored = write(stop_fd_, &one, sizeof one);
}

// Accepting.

void Worker::on_io(std::uint32_t) {
  for (int i = 0; i < kAcceptsPerEvent && accepting_; ++i) {
    if (!accept_one()) return;
  }
}

bool Worker::accept_one() {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  const int fd =
      accept4(listener_.fd(), reinterpret_cast<sockaddr*>(&peer), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) {
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      // Out of descriptors: the waiting clients keep the listener readable, so it is left
      // alone for a while instead of asked again and again.
      scheduler.unwatch(listener_.fd(), *this);
      accepting_ = false;
      scheduler.arm(*this, scheduler.now() + kAcceptPause);
    }
    return errno == ECONNABORTED || errno == EINTR;
  }
  counters.accepted.fetch_add(1, std::memory_order_relaxed);
  if (options.max_connections != 0 &&
      counters.connections.load(std::memory_order_relaxed) >= options.max_connections) {
    close(fd);
    return true;
  }
  auto* connection = new Connection(*this, fd, peer);
  opened(*connection);
  connection->start();
  return true;
}

void Worker::on_timer() {
  if (draining_) {  // the drain timeout: whatever still runs is cancelled
    finished_ = true;
    scheduler.stop();
    return;
  }
  scheduler.watch(listener_.fd(), EPOLLIN, *this);
  accepting_ = true;
}

// Connections and what they borrow.

void Worker::opened(Connection& connection) {
  connection.next = connections_;
  if (connections_) connections_->previous = &connection;
  connections_ = &connection;
  counters.connections.fetch_add(1, std::memory_order_relaxed);
}

void Worker::closed(Connection& connection) {
  (connection.previous ? connection.previous->next : connections_) = connection.next;
  if (connection.next) connection.next->previous = connection.previous;
  connection.next = connection.previous = nullptr;
  counters.connections.fetch_sub(1, std::memory_order_relaxed);
  if (draining_) finish_if_drained();
}

Exchange* Worker::take_exchange() {
  Exchange* exchange = exchanges_.take(
      [&] { return new Exchange(options.limits.max_header_bytes + 16 * 1024, options.limits.max_headers); });
  counters.exchanges.store(exchanges_.out(), std::memory_order_relaxed);
  return exchange;
}

void Worker::give_exchange(Exchange* exchange) {
  exchanges_.give(exchange, kKeepExchanges);
  counters.exchanges.store(exchanges_.out(), std::memory_order_relaxed);
}

OutBuffer* Worker::take_out() {
  OutBuffer* out = outs_.take([] { return new OutBuffer; });
  counters.buffers.store(outs_.out(), std::memory_order_relaxed);
  return out;
}

void Worker::give_out(OutBuffer* out) {
  out->clear();
  outs_.give(out, out->capacity() > 1024 * 1024 ? 0 : kKeepOuts);
  counters.buffers.store(outs_.out(), std::memory_order_relaxed);
}

void Worker::remove_dirty(Connection& connection) {
  if (!dirty_.empty() && dirty_.back() == &connection) {
    dirty_.pop_back();
  } else {
    std::erase(dirty_, &connection);
  }
}

void Worker::before_poll() {
  for (std::size_t i = 0; i < dirty_.size(); ++i) dirty_[i]->flush_dirty();
}

// The constant part of a head, made once a second.

void Worker::refresh_date() {
  timespec wall{};
  clock_gettime(CLOCK_REALTIME, &wall);
  tm parts{};
  gmtime_r(&wall.tv_sec, &parts);
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  constexpr std::string_view kStatus = "HTTP/1.1 200 OK\r\n", kDate = "Thu, 01 Jan 1970 00:00:00 GMT";
  if (ok_head_.empty()) {
    const std::string server =
        options.server_name.empty() ? "" : fmt::format("Server: {}\r\n", options.server_name);
    ok_head_ = fmt::format("{}{}Date: {}\r\n", kStatus, server, kDate);
    common_fields_ = std::string_view(ok_head_).substr(kStatus.size());
  }
  // In place: without an allocation, even once a second.
  fmt::format_to_n(ok_head_.data() + ok_head_.size() - kDate.size() - 2, kDate.size(),
                   "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[parts.tm_wday], parts.tm_mday,
                   kMonths[parts.tm_mon], parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
  date_until_ = scheduler.now() + nanoseconds(1'000'000'000 - wall.tv_nsec);
}

std::string_view Worker::ok_head() {
  if (scheduler.now() >= date_until_) [[unlikely]]
    refresh_date();
  return ok_head_;
}

std::string_view Worker::common_fields() {
  ok_head();
  return common_fields_;
}

// Stopping.

void Worker::stop() {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto ignored = read(stop_fd_, &count, sizeof count);
  if (draining_ || count > 1) {  // told twice: no more waiting
    draining_ = true;
    finished_ = true;
    return scheduler.stop();
  }
  // Who waits to be accepted would be turned away when the socket is closed. One that others share
  // stays open, and they accept.
  if (options.listen_fd < 0)
    for (int i = 0; i < options.backlog && accepting_ && accept_one(); ++i) {
    }
  draining_ = true;
  if (accepting_) scheduler.unwatch(listener_.fd(), *this);
  accepting_ = false;
  listener_.close();
  for (Connection* connection = connections_; connection;) {
    Connection* after = connection->next;
    connection->drain();
    connection = after;
  }
  if (options.timeouts.drain.count() > 0) scheduler.arm(*this, scheduler.now() + options.timeouts.drain);
  finish_if_drained();
}

void Worker::finish_if_drained() {
  if (connections_ || finished_) return;
  finished_ = true;
  scheduler.disarm(*this);
  scheduler.stop();
}

}  // namespace retort::server::detail
