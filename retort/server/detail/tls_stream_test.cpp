// SPDX-License-Identifier: BSD-3-Clause
#include "retort/server/detail/tls_stream.h"

#include <cerrno>
#include <optional>
#include <string>

#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "retort/server/detail/tls_context.h"

namespace retort::server::detail {
namespace {

/// A stream and OpenSSL's client, connected by sockets that never block.
class TlsStreamTest : public ::testing::Test {
 protected:
  TlsStreamTest() {
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds_), 0);
    stream_.emplace(context_, fds_[0]);
    SSL_set_fd(client_, fds_[1]);
    auto state = TlsStream::Handshake::waiting;
    while (SSL_connect(client_) != 1) state = stream_->handshake();
    while (state == TlsStream::Handshake::waiting) state = stream_->handshake();
    EXPECT_EQ(state, TlsStream::Handshake::done);
  }
  ~TlsStreamTest() override {
    stream_.reset();
    SSL_free(client_);
    SSL_CTX_free(client_context_);
    for (const int fd : fds_) close(fd);
  }

  int fds_[2] = {-1, -1};
  TlsContext context_{adhoc_tls()};
  std::optional<TlsStream> stream_;
  SSL_CTX* client_context_ = SSL_CTX_new(TLS_client_method());
  SSL* client_ = SSL_new(client_context_);
};

TEST_F(TlsStreamTest, ReadingAndWritingWaitForTheirOwn) {
  char byte = 0;
  EXPECT_EQ(stream_->read(&byte, 1), -1);
  EXPECT_EQ(errno, EAGAIN);
  EXPECT_EQ(stream_->interest(EPOLLIN), EPOLLIN);
  const std::string much(4'000'000, 'a');
  EXPECT_LT(stream_->write(much), static_cast<ssize_t>(much.size()));
  EXPECT_EQ(stream_->interest(EPOLLOUT), EPOLLOUT);
  EXPECT_EQ(stream_->interest(EPOLLIN), EPOLLIN) << "a client that sends before it reads is heard";
}

}  // namespace
}  // namespace retort::server::detail
