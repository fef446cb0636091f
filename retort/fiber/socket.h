// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Sockets for fibers: each call tries the system call first and parks when it would block,
// until the deadline. Used by one fiber at a time on a scheduler's thread; reading and
// writing may be two fibers.

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "retort/base/duration.h"
#include "retort/fiber/parker.h"

namespace retort::fiber {

/// A system call failed; what() names it and the reason.
class IoError : public std::runtime_error {
 public:
  IoError(const std::string& what, int code);
  /// errno's value.
  int code() const { return code_; }

 private:
  int code_;
};

/// The deadline passed first.
class Timeout : public std::runtime_error {
 public:
  explicit Timeout(const std::string& what) : std::runtime_error(what + ": timed out") {}
};

/// Parks until `fd` is ready for `events` (epoll's bits); what it is ready for, 0 at the
/// deadline. Throws Cancelled, IoError. Any number of fibers may wait for one descriptor, but
/// it has no IoHandler, and it is closed only when none waits.
std::uint32_t wait_ready(int fd, std::uint32_t events, TimePoint deadline = kNever);

class Socket {
 public:
  Socket() = default;
  /// Takes a connected socket over and makes it non-blocking.
  explicit Socket(int fd);
  Socket(Socket&& o) noexcept : fd_(o.fd_) { o.fd_ = -1; }
  Socket& operator=(Socket&& o) noexcept;
  ~Socket();

  /// Throws IoError or Timeout. `host` is an address ("127.0.0.1", "::1"), not a name.
  static Socket connect_tcp(const std::string& host, std::uint16_t port, TimePoint deadline = kNever);
  static Socket connect_unix(const std::string& path, TimePoint deadline = kNever);

  /// At least one byte; 0 when the peer has shut down.
  std::size_t read_some(char* out, std::size_t size, TimePoint deadline = kNever);
  /// Exactly `size` bytes; IoError (ECONNRESET) when the peer ends first.
  void read_exact(char* out, std::size_t size, TimePoint deadline = kNever);
  void write_all(std::string_view bytes, TimePoint deadline = kNever);
  /// Two pieces in one call where the system takes them.
  void write_all(std::string_view head, std::string_view body, TimePoint deadline = kNever);
  /// No more writing; the peer reads an end.
  void shutdown_write();
  void close();

  int fd() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  /// Gives the descriptor to the caller.
  int release();

 private:
  friend class Listener;
  int fd_ = -1;
};

class Listener {
 public:
  struct Options {
    int backlog = 1024;
    bool reuse_port = false;  ///< SO_REUSEPORT: several listeners share the port
  };

  Listener() = default;
  Listener(Listener&& o) noexcept;
  Listener& operator=(Listener&& o) noexcept;
  ~Listener();

  /// `host` is an IPv4 or IPv6 address; port 0 takes any free one. Throws IoError.
  static Listener tcp(const std::string& host, std::uint16_t port, Options options);
  static Listener tcp(const std::string& host, std::uint16_t port) { return tcp(host, port, Options()); }
  /// Replaces a stale socket file; removes its own when it ends.
  static Listener unix_path(const std::string& path, Options options);
  static Listener unix_path(const std::string& path) { return unix_path(path, Options()); }

  /// A socket that somebody else has bound and listens with (a supervisor, systemd). It is closed
  /// with this. Throws IoError for what is none.
  static Listener adopt(int fd);

  /// Parks until a client comes. Throws IoError, Timeout, Cancelled.
  Socket accept(TimePoint deadline = kNever);
  std::uint16_t port() const { return port_; }
  int fd() const { return fd_; }
  void close();

 private:
  int fd_ = -1;
  std::uint16_t port_ = 0;
  std::string path_;
};

}  // namespace retort::fiber
