// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// RawClient: a blocking socket that tests send any bytes with. Loopback only.

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace retort::test {

class RawClient {
 public:
  /// Connects to 127.0.0.1; throws std::runtime_error when refused.
  explicit RawClient(std::uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
      close(fd_);
      throw std::runtime_error("connection refused");
    }
  }
  RawClient(RawClient&& o) noexcept : fd_(o.fd_) { o.fd_ = -1; }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  ~RawClient() {
    if (fd_ >= 0) close(fd_);
  }

  /// Sends all; stops quietly when the server has closed.
  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
  }
  /// All that comes until the server closes, at most ten seconds.
  std::string read_to_end() {
    std::string out;
    read_into(out, "", std::chrono::seconds(10));
    return out;
  }
  /// What comes until it ends with `end`, the server closes, or `time` has passed.
  std::string read_until(std::string_view end, std::chrono::milliseconds time) {
    std::string out;
    read_into(out, end, time);
    return out;
  }
  void shutdown_write() { shutdown(fd_, SHUT_WR); }
  /// Closes with a reset.
  void reset() {
    const linger now{1, 0};
    setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close(fd_);
    fd_ = -1;
  }

 private:
  void read_into(std::string& out, std::string_view end, std::chrono::milliseconds time) {
    const auto deadline = std::chrono::steady_clock::now() + time;
    char buffer[65536];
    while (end.empty() || !std::string_view(out).ends_with(end)) {
      const auto left =
          std::chrono::duration_cast<std::chrono::microseconds>(deadline - std::chrono::steady_clock::now())
              .count();
      if (left <= 0) return;
      const timeval wait{left / 1'000'000, left % 1'000'000};
      setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
      const ssize_t n = recv(fd_, buffer, sizeof buffer, 0);
      if (n <= 0) return;
      out.append(buffer, static_cast<std::size_t>(n));
    }
  }

  int fd_;
};

}  // namespace retort::test
