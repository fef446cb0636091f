// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// TlsStream: one client's TLS over its non-blocking socket. Its calls are like recv and send, so that a
// connection goes the same way with and without it.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <sys/epoll.h>
#include <sys/types.h>

struct ssl_st;

namespace retort::server::detail {

class TlsContext;

class TlsStream {
 public:
  /// The descriptor stays the caller's.
  TlsStream(const TlsContext& context, int fd);
  ~TlsStream();
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  enum class Handshake : std::uint8_t { done, waiting, failed };
  Handshake handshake();
  /// As recv: 0 at the client's end, -1 with errno otherwise.
  ssize_t read(char* out, std::size_t size);
  /// As send: less than all means that there is no more room.
  ssize_t write(std::string_view bytes);
  /// Says that no more will come. False where there was no room for it: once more when there is.
  bool end();

  /// epoll's bits to wait for: `usual`, EPOLLIN to read or shake hands or EPOLLOUT to write, unless TLS has
  /// last needed the other for it.
  std::uint32_t interest(std::uint32_t usual) const {
    const std::uint32_t needed = usual == EPOLLOUT ? writing_needs_ : reading_needs_;
    return needed ? needed : usual;
  }
  /// Whether bytes have been taken from the socket that no read has returned yet.
  bool holds_bytes() const;
  /// The same, and the next read may return them without others.
  bool holds_more() const { return !socket_empty_ && holds_bytes(); }

 private:
  friend struct SocketBio;
  ssize_t fail();
  /// Of a call that did not succeed.
  enum class Why : std::uint8_t { waits, ended, failed };
  Why why(int result, std::uint32_t& needs);

  ssl_st* ssl_;
  int fd_;
  std::uint32_t reading_needs_ = 0, writing_needs_ = 0;  // at the last try
  std::size_t without_data_ = 0;                         // bytes from the socket since a read returned some
  bool established_ = false;
  bool broken_ = false;
  bool ended_ = false;         // close_notify is out
  bool socket_empty_ = false;  // at the last try
  bool socket_ended_ = false;
};

}  // namespace retort::server::detail
