// SPDX-License-Identifier: BSD-3-Clause
// Bodies that are files: the kernel moves their bytes from the page cache to the socket.
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <memory>
#include <stdexcept>
#include <system_error>

#include <sys/sendfile.h>
#include <sys/uio.h>
#include <unistd.h>

#include "retort/fiber/blocking.h"
#include "retort/http/errors.h"
#include "retort/http/status.h"
#include "retort/server/detail/connection.h"

namespace retort::server::detail {
namespace {

constexpr std::uint64_t kCopyBelow = 32 * 1024;  // a smaller file is copied behind its head
constexpr off_t kFilePiece = 1024 * 1024;        // for one sendfile

// sendfile has no MSG_NOSIGNAL: to a client that has gone it raises SIGPIPE, which ends the
// process unless the thread holds it back and takes it.
ssize_t sendfile_without_signal(int socket, int file, off_t& at, std::size_t size) {
  sigset_t pipe, before;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, &before);
  const ssize_t n = sendfile(socket, file, &at, size);
  const int error = errno;
  if (n < 0 && error == EPIPE) {
    const timespec now{};
    while (sigtimedwait(&pipe, nullptr, &now) < 0 && errno == EINTR) continue;
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = error;
  return n;
}

// Reads a piece of a file; what is not in memory is read by the pool's threads.
void read_file(int fd, std::uint64_t offset, std::uint64_t length, char* out) {
  std::uint64_t at = 0;
  while (at < length) {
    iovec part{out + at, static_cast<std::size_t>(length - at)};
    const auto from = static_cast<off_t>(offset + at);
    ssize_t n = preadv2(fd, &part, 1, from, RWF_NOWAIT);
    int error = errno;
    if (n < 0 && error != EINTR) {
      const auto read = [&] {
        n = pread(fd, part.iov_base, part.iov_len, from);
        error = errno;
      };
      if (error == EAGAIN) {
        fiber::blocking(read);
      } else {
        read();  // of a file system that knows no RWF_NOWAIT
      }
    }
    if (n < 0 && error == EINTR) continue;
    if (n < 0) throw std::system_error(error, std::generic_category(), "reading a file that was to be sent");
    if (n == 0) throw std::runtime_error("a file that was being sent became shorter");
    at += static_cast<std::uint64_t>(n);
  }
}

// Has the pool's threads bring a piece of a file into memory, unless its last byte is there.
void bring_in(int fd, off_t at, std::size_t size) {
  char last = 0;
  iovec probe{&last, 1};
  const auto end = at + static_cast<off_t>(size);
  if (preadv2(fd, &probe, 1, end - 1, RWF_NOWAIT) >= 0 || errno != EAGAIN) return;
  fiber::blocking([=]() mutable {
    constexpr std::size_t kStep = 64 * 1024;
    const auto scratch = std::make_unique_for_overwrite<char[]>(kStep);
    while (at < end) {
      const ssize_t n = pread(fd, scratch.get(), kStep, at);
      if (n <= 0) return;  // sendfile meets the same, and says so
      at += n;
    }
  });
}

}  // namespace

void Connection::write_file(Exchange& exchange) {
  Response& response = exchange.response;
  const bool bodiless = http::status_forbids_body(response.status_code);
  const bool muted = bodiless || exchange.head.method == "HEAD";
  const std::uint64_t length = response.file().length;
  if (!muted && length < kCopyBelow) {  // it goes out with the head, in one call
    const Response::FileBody file = response.take_file();
    std::string& body = response.owned_data();
    body.resize(static_cast<std::size_t>(length));
    read_file(file.fd, file.offset, length, body.data());
    return write_body(exchange);
  }
  write_head(exchange, false, bodiless ? std::nullopt : std::optional<std::uint64_t>(length));
  head_sent_ = true;
  if (!muted) send_file(response.file());
  if (logs_accesses()) log_access(exchange, response.status_code, muted ? 0 : length);
}

// Parks while the client reads too slowly, or the disk. Whatever is thrown here ends the
// connection: the head has announced more than was sent.
void Connection::send_file(const Response::FileBody& file) {
  if (tls_) return copy_file(file);
  flush_all();
  auto at = static_cast<off_t>(file.offset);
  const auto end = at + static_cast<off_t>(file.length);
  off_t in_memory = at;
  while (at < end) {
    const auto size = static_cast<std::size_t>(std::min(end - at, kFilePiece));
    if (at >= in_memory) {
      bring_in(file.fd, at, size);
      in_memory = at + static_cast<off_t>(size);
    }
    if (gone_) throw ClientDisconnected();
    const ssize_t n = sendfile_without_signal(fd_, file.fd, at, size);
    if (n == 0) throw std::runtime_error("a file that was being sent became shorter");
    if (n > 0 && static_cast<std::size_t>(n) < size) {
      wait_writable(EAGAIN);  // full: asking again would only say so
    } else if (n < 0 && errno != EINTR) {
      wait_writable(errno);
    }
  }
}

// Under TLS the bytes have to be seen.
void Connection::copy_file(const Response::FileBody& file) {
  constexpr std::uint64_t kPiece = 64 * 1024;
  const auto piece = std::make_unique_for_overwrite<char[]>(kPiece);
  for (std::uint64_t at = 0; at < file.length;) {
    const std::uint64_t size = std::min(file.length - at, kPiece);
    read_file(file.fd, file.offset + at, size, piece.get());
    send_all({piece.get(), static_cast<std::size_t>(size)});
    at += size;
  }
}

}  // namespace retort::server::detail
