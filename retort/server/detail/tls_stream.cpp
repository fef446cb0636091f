// SPDX-License-Identifier: BSD-3-Clause
#include "retort/server/detail/tls_stream.h"

#include <cerrno>
#include <new>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "retort/server/detail/tls_context.h"

namespace retort::server::detail {
namespace {

// From the socket until there is data: a handshake, or two records and a few messages. OpenSSL goes on for as
// long as bytes come that are none.
constexpr std::size_t kMostWithoutData = 64 * 1024;

}  // namespace

/// OpenSSL's view of the socket. Its own would raise SIGPIPE.
struct SocketBio {
  static TlsStream& stream(BIO* bio) { return *static_cast<TlsStream*>(BIO_get_data(bio)); }

  static int write(BIO* bio, const char* data, int size) {
    ssize_t sent = 0;
    do {
      sent = send(stream(bio).fd_, data, static_cast<std::size_t>(size), MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    BIO_clear_retry_flags(bio);
    if (sent < 0 && errno == EAGAIN) BIO_set_retry_write(bio);
    return static_cast<int>(sent);
  }

  static int read(BIO* bio, char* out, int size) {
    TlsStream& self = stream(bio);
    ssize_t got = 0;
    do {
      got = recv(self.fd_, out, static_cast<std::size_t>(size), 0);
    } while (got < 0 && errno == EINTR);
    BIO_clear_retry_flags(bio);
    self.socket_ended_ = got == 0;
    self.socket_empty_ = got < 0 && errno == EAGAIN;
    if (self.socket_empty_) BIO_set_retry_read(bio);
    if (got > 0) self.without_data_ += static_cast<std::size_t>(got);
    return self.without_data_ > kMostWithoutData ? -1 : static_cast<int>(got);
  }

  static long control(BIO* bio, int command, long, void*) {
    if (command == BIO_CTRL_EOF) return stream(bio).socket_ended_;
    return command == BIO_CTRL_FLUSH;
  }

  static BIO_METHOD* make() {
    BIO_METHOD* const out = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "client");
    if (!out) throw std::bad_alloc();
    BIO_meth_set_write(out, &write);
    BIO_meth_set_read(out, &read);
    BIO_meth_set_ctrl(out, &control);
    return out;
  }
  static const BIO_METHOD* method() {
    static const BIO_METHOD* const made = make();
    return made;
  }
};

TlsStream::TlsStream(const TlsContext& context, int fd) : ssl_(SSL_new(context.get())), fd_(fd) {
  BIO* const bio = ssl_ ? BIO_new(SocketBio::method()) : nullptr;
  if (!bio) {
    SSL_free(ssl_);
    throw std::bad_alloc();
  }
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_, bio, bio);
  SSL_set_accept_state(ssl_);
}

TlsStream::~TlsStream() { SSL_free(ssl_); }

TlsStream::Why TlsStream::why(int result, std::uint32_t& needs) {
  switch (SSL_get_error(ssl_, result)) {
    case SSL_ERROR_WANT_READ:
      needs = EPOLLIN;
      return Why::waits;
    case SSL_ERROR_WANT_WRITE:
      needs = EPOLLOUT;
      return Why::waits;
    case SSL_ERROR_ZERO_RETURN:
      return Why::ended;
    default:
      return Why::failed;
  }
}

/// For good: OpenSSL may not be asked for anything then.
ssize_t TlsStream::fail() {
  broken_ = true;
  reading_needs_ = writing_needs_ = 0;
  ERR_clear_error();
  errno = ECONNRESET;
  return -1;
}

TlsStream::Handshake TlsStream::handshake() {
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_);
  if (result != 1) {
    if (why(result, reading_needs_) == Why::waits) return Handshake::waiting;
    fail();
    return Handshake::failed;
  }
  established_ = true;
  reading_needs_ = 0;
  without_data_ = 0;
  socket_empty_ = false;
  return Handshake::done;
}

ssize_t TlsStream::read(char* out, std::size_t size) {
  if (broken_) return fail();
  ERR_clear_error();
  socket_empty_ = false;
  std::size_t got = 0;
  const int result = SSL_read_ex(ssl_, out, size, &got);
  if (result == 1) {
    reading_needs_ = 0;
    without_data_ = 0;
    return static_cast<ssize_t>(got);
  }
  switch (why(result, reading_needs_)) {
    case Why::waits:
      errno = EAGAIN;
      return -1;
    case Why::ended:
      return 0;
    default:
      return fail();
  }
}

ssize_t TlsStream::write(std::string_view bytes) {
  std::size_t done = 0;
  while (!broken_ && done < bytes.size()) {
    ERR_clear_error();
    std::size_t sent = 0;
    const int result = SSL_write_ex(ssl_, bytes.data() + done, bytes.size() - done, &sent);
    if (result == 1) {
      writing_needs_ = 0;
      done += sent;
      continue;
    }
    if (why(result, writing_needs_) != Why::waits) return fail();
    if (done != 0) break;
    errno = EAGAIN;
    return -1;
  }
  return broken_ ? fail() : static_cast<ssize_t>(done);
}

bool TlsStream::end() {
  if (!established_ || broken_ || ended_) return true;
  ERR_clear_error();
  const int result = SSL_shutdown(ssl_);
  if (result < 0 && SSL_get_error(ssl_, result) == SSL_ERROR_WANT_WRITE) {
    writing_needs_ = EPOLLOUT;
    return false;
  }
  ERR_clear_error();
  writing_needs_ = 0;
  return ended_ = true;
}

bool TlsStream::holds_bytes() const { return !broken_ && SSL_has_pending(ssl_) == 1; }

}  // namespace retort::server::detail
