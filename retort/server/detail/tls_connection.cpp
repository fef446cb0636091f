// SPDX-License-Identifier: BSD-3-Clause
// A connection's first bytes where the server speaks TLS, and those that OpenSSL holds.
#include <cerrno>

#include <sys/epoll.h>

#include "retort/server/detail/connection.h"

namespace retort::server::detail {
namespace {

constexpr char kHandshakeRecord = 22;
constexpr std::size_t kMostLine = 1024;  // of a plain request, for the log
constexpr int kMostReads = 4;            // of a connection, before it is the others' turn

}  // namespace

// Whether the handshake goes on. A client that speaks HTTP without TLS is told, like one whose request is
// malformed: it is most often somebody who typed the address.
bool Connection::begins_tls() {
  char first[kMostLine];
  const ssize_t got = recv(fd_, first, 1, MSG_PEEK);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return false;
  if (got == 1 && first[0] == kHandshakeRecord) return speaks_tls_ = true;
  const ssize_t line =
      got == 1 && first[0] >= 'A' && first[0] <= 'Z' ? recv(fd_, first, kMostLine, MSG_PEEK) : 0;
  if (line <= 0) {
    close();
    return false;
  }
  delete tls_;
  tls_ = nullptr;
  refuse_head({first, static_cast<std::size_t>(line)}, 400,
              "This is a plain HTTP request, and the port speaks HTTPS: the address begins with https://");
  finish_batch();
  return false;
}

// Within the time for a head, from the connection's start to its end.
void Connection::shake_hands() {
  if (!speaks_tls_ && !begins_tls()) return;
  switch (tls_->handshake()) {
    case TlsStream::Handshake::waiting:
      return set_interest(interest_for(EPOLLIN));
    case TlsStream::Handshake::failed:
      return linger();  // so that the client reads the alert
    case TlsStream::Handshake::done:
      break;
  }
  state_ = State::idle;
  set_interest(EPOLLIN);
  allow(worker_.options.timeouts.header);
  if (worker_.draining()) drain();
}

// What OpenSSL holds already raises no event, so that there has to be one that is always there where more is
// held than one turn may take.
void Connection::receive_held() {
  for (int i = 0; (state_ == State::idle || state_ == State::head) && tls_->holds_more(); ++i) {
    if (i == kMostReads) return set_interest(EPOLLIN | EPOLLOUT);
    receive();
  }
}

}  // namespace retort::server::detail
