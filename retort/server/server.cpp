// SPDX-License-Identifier: BSD-3-Clause
#include "retort/server/server.h"

#include <atomic>
#include <cstring>
#include <optional>
#include <system_error>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <sys/stat.h>
#include <unistd.h>

#include "retort/base/log.h"
#include "retort/server/detail/connection.h"
#include "retort/server/detail/tls_context.h"

namespace retort::server {
namespace {

/// The numeric address of a host: names are looked up, "" is every address.
std::string numeric_host(const std::string& host) {
  if (host.empty()) return "0.0.0.0";
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (error != 0) {
    throw std::system_error(std::make_error_code(std::errc::address_not_available),
                            fmt::format("cannot listen on '{}': {}", host, gai_strerror(error)));
  }
  char text[NI_MAXHOST] = {};
  getnameinfo(found->ai_addr, found->ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST);
  freeaddrinfo(found);
  return text;
}

}  // namespace

struct Server::Impl {
  Impl(Handler& served, ServerOptions server_options) : handler(served), options(std::move(server_options)) {
    if (options.workers == 0) options.workers = 1;
    if (!options.on_error) {
      options.on_error = [logger = Logger("retort.server")](std::string_view what) {
        logger.error(fmt::format("an exception left the handler: {}", what));
      };
    }
  }

  fiber::Listener listen(const std::string& host, std::uint16_t port, bool reuse_port) const {
    fiber::Listener::Options listener;
    listener.backlog = options.backlog;
    listener.reuse_port = reuse_port;
    try {
      if (options.listen_fd >= 0) return fiber::Listener::adopt(shared_listener());
      if (options.unix_path.empty()) return fiber::Listener::tcp(host, port, listener);
      fiber::Listener out = fiber::Listener::unix_path(options.unix_path, listener);
      chmod(options.unix_path.c_str(), options.unix_mode);
      return out;
    } catch (const fiber::IoError& e) {
      const std::string where =
          options.unix_path.empty() ? fmt::format("{}:{}", options.host, port) : options.unix_path;
      throw std::system_error(e.code(), std::generic_category(), fmt::format("cannot listen on {}", where));
    }
  }

  /// The given socket for the first worker, a copy of it for each other one.
  int shared_listener() const {
    if (workers.empty()) return options.listen_fd;
    const int copy = fcntl(options.listen_fd, F_DUPFD_CLOEXEC, 0);
    if (copy < 0) throw std::system_error(errno, std::generic_category(), "dup");
    return copy;
  }

  void start() {
    if (options.tls) tls.emplace(*options.tls);
    const std::string host =
        options.unix_path.empty() ? numeric_host(options.host) : std::string("localhost");
    std::uint16_t bound = options.port;
    const unsigned count = options.unix_path.empty() ? options.workers : 1;
    // Workers share the port by SO_REUSEPORT, with which another program's would be shared as well.
    if (count > 1 && !options.reuse_port && options.listen_fd < 0 && options.port != 0)
      static_cast<void>(listen(host, options.port, false));
    for (unsigned i = 0; i < count; ++i) {
      fiber::Listener listener = listen(host, bound, options.reuse_port || count > 1);
      bound = listener.port();
      workers.push_back(std::make_unique<detail::Worker>(handler, options, std::move(listener), host,
                                                         tls ? &*tls : nullptr));
    }
    const char* const scheme = tls ? "https" : "http";
    if (!options.unix_path.empty()) {
      address = "unix:" + options.unix_path;
    } else if (host.find(':') != std::string::npos) {
      address = fmt::format("{}://[{}]:{}", scheme, host, bound);
    } else {
      address = fmt::format("{}://{}:{}", scheme, host, bound);
    }
    started.store(true, std::memory_order_release);
  }

  Handler& handler;
  ServerOptions options;
  std::optional<detail::TlsContext> tls;
  std::vector<std::unique_ptr<detail::Worker>> workers;
  std::string address;
  std::atomic<bool> started{false};
};

Server::Server(Handler& handler, ServerOptions options) : impl_(new Impl(handler, std::move(options))) {}

Server::~Server() = default;

void Server::start() {
  if (!impl_->started.load(std::memory_order_acquire)) impl_->start();
}

void Server::run() {
  start();
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < impl_->workers.size(); ++i)
    threads.emplace_back([worker = impl_->workers[i].get()] { worker->run(); });
  impl_->workers.front()->run();
  for (std::thread& thread : threads) thread.join();
}

std::uint16_t Server::port() const { return impl_->workers.empty() ? 0 : impl_->workers.front()->port; }
std::string Server::address() const { return impl_->address; }

void Server::request_stop() noexcept {
  if (!impl_->started.load(std::memory_order_acquire)) return;
  for (const auto& worker : impl_->workers) worker->request_stop();
}

ServerStats Server::stats() const {
  ServerStats out;
  for (const auto& worker : impl_->workers) {
    const detail::Counters& counters = worker->counters;
    out.connections += counters.connections.load(std::memory_order_relaxed);
    out.accepted += counters.accepted.load(std::memory_order_relaxed);
    out.requests += counters.requests.load(std::memory_order_relaxed);
    out.active += counters.active.load(std::memory_order_relaxed);
    out.exchanges += counters.exchanges.load(std::memory_order_relaxed);
    out.buffers += counters.buffers.load(std::memory_order_relaxed);
  }
  return out;
}

void serve(Handler& handler, ServerOptions options) { Server(handler, std::move(options)).run(); }

}  // namespace retort::server
