// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Worker: one thread's share of a server: scheduler, listener, connections, pools. Touched
// by its own thread alone, but for stop requests and the counters.

#include <atomic>
#include <string>
#include <vector>

#include "retort/fiber/fiber.h"
#include "retort/server/detail/pool.h"
#include "retort/server/server.h"

namespace retort::server::detail {

class Connection;
class TlsContext;

/// Written by the worker's thread alone, so that counting needs no locked instruction.
struct Counters {
  static void count(std::atomic<std::uint64_t>& counter, std::uint64_t by = 1) {
    counter.store(counter.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
  }

  std::atomic<std::uint64_t> connections{0}, accepted{0}, requests{0}, active{0}, exchanges{0}, buffers{0};
};

class Worker final : private fiber::IoHandler, private fiber::Timer, private fiber::BeforePoll {
 public:
  /// `address` is the numeric one that `listener` is bound to. Without `tls` clients speak plainly.
  Worker(Handler& handler, const ServerOptions& options, fiber::Listener listener, std::string address,
         const TlsContext* tls);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Serves until stopped and drained.
  void run();
  /// Any thread, any signal handler.
  void request_stop() noexcept;

  // For connections.

  Exchange* take_exchange();
  void give_exchange(Exchange* exchange);
  OutBuffer* take_out();
  void give_out(OutBuffer* out);
  /// Output to send before the loop polls, because the connection's request has parked.
  void add_dirty(Connection& connection) { dirty_.push_back(&connection); }
  void remove_dirty(Connection& connection);
  void opened(Connection& connection);
  void closed(Connection& connection);
  /// "HTTP/1.1 200 OK\r\nServer: ...\r\nDate: ...\r\n" as of this second; others by code.
  std::string_view ok_head();
  std::string_view common_fields();  // "Server: ...\r\nDate: ...\r\n"
  bool draining() const { return draining_; }

  Handler& handler;
  const ServerOptions& options;
  fiber::Scheduler scheduler;
  const std::string address;
  const std::uint16_t port;
  const bool is_unix;
  const TlsContext* const tls;
  Counters counters;

 private:
  struct StopSignal final : fiber::IoHandler {
    explicit StopSignal(Worker& w) : worker(w) {}
    void on_io(std::uint32_t) override { worker.stop(); }
    Worker& worker;
  };

  void on_io(std::uint32_t events) override;  // the listener
  void on_timer() override;                   // accept again, or the end of draining
  void before_poll() override;
  bool accept_one();
  void stop();
  void finish_if_drained();
  void refresh_date();

  fiber::Listener listener_;
  StopSignal stop_signal_{*this};
  int stop_fd_ = -1;
  Connection* connections_ = nullptr;  // all of them, linked
  std::vector<Connection*> dirty_;
  Pool<Exchange> exchanges_;
  Pool<OutBuffer> outs_;
  std::string ok_head_;
  std::string_view common_fields_;
  TimePoint date_until_{};
  bool draining_ = false;
  bool finished_ = false;
  bool accepting_ = false;
};

}  // namespace retort::server::detail
