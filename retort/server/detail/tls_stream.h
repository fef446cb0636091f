// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// TlsStream: one client's TLS over its non-blocking socket. Its calls are like recv and send, so that a
// connection goes the same way with and without it.

#include <cstdint>
#include <string_view>

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

  /// After EAGAIN or Handshake::waiting: epoll's bits to wait for, where TLS may need others than `usual`.
  std::uint32_t interest(std::uint32_t usual) const { return waits_for_ ? waits_for_ : usual; }
  /// Whether bytes have been taken from the socket that no read has returned or refused yet.
  bool holds_more() const;

 private:
  friend struct SocketBio;
  ssize_t fail();
  /// Of a call that did not succeed: whether it waits, or shall be made again.
  enum class Why : std::uint8_t { waits, again, ended, failed };
  Why why(int result);

  ssl_st* ssl_;
  int fd_;
  std::uint32_t waits_for_ = 0;
  unsigned silent_ = 0;  // messages in a row that brought no data
  bool established_ = false;
  bool broken_ = false;
  bool ended_ = false;         // close_notify is out
  bool socket_empty_ = false;  // at the last try
  bool socket_ended_ = false;
};

}  // namespace retort::server::detail
