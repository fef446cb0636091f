// SPDX-License-Identifier: BSD-3-Clause
// Bodies that are files: the kernel moves their bytes from the page cache to the socket.
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <stdexcept>

#include <sys/sendfile.h>
#include <unistd.h>

#include "retort/http/errors.h"
#include "retort/http/status.h"
#include "retort/server/detail/connection.h"

namespace retort::server::detail {
namespace {

constexpr std::uint64_t kCopyBelow = 32 * 1024;    // a smaller file is copied behind its head
constexpr std::size_t kFlushAbove = 64 * 1024;     // of collected output
constexpr std::uint64_t kFilePiece = 1024 * 1024;  // for one sendfile

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

}  // namespace

void Connection::write_file(Exchange& exchange) {
  const Response& response = exchange.response;
  const Response::FileBody& file = response.file();
  const bool bodiless = http::status_forbids_body(response.status_code);
  const bool muted = bodiless || exchange.head.method == "HEAD";
  write_head(exchange, false, bodiless ? std::nullopt : std::optional<std::uint64_t>(file.length));
  head_sent_ = true;
  if (!muted && file.length != 0) {
    if (file.length < kCopyBelow) {
      copy_file(file);
    } else {
      send_file(file);
    }
  }
  if (worker_.options.access_log || worker_.options.on_access)
    log_access(exchange, response.status_code, muted ? 0 : file.length);
}

// A small file goes out with the head, in one call.
void Connection::copy_file(const Response::FileBody& file) {
  const auto size = static_cast<std::size_t>(file.length);
  char* const room = out().room(size);
  std::size_t at = 0;
  while (at < size) {
    const ssize_t n = pread(file.fd, room + at, size - at, static_cast<off_t>(file.offset + at));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) throw std::runtime_error("a file that was being sent became shorter");
    at += static_cast<std::size_t>(n);
  }
  out_->grew(size);
  if (out_->size() >= kFlushAbove) flush_all();
}

// Parks while the client reads too slowly. Whatever is thrown here ends the connection: the
// head has announced more than was sent.
void Connection::send_file(const Response::FileBody& file) {
  flush_all();
  auto at = static_cast<off_t>(file.offset);
  std::uint64_t left = file.length;
  while (left != 0) {
    if (gone_) throw ClientDisconnected();
    const ssize_t n =
        sendfile_without_signal(fd_, file.fd, at, static_cast<std::size_t>(std::min(left, kFilePiece)));
    if (n > 0) {
      left -= static_cast<std::uint64_t>(n);
      continue;
    }
    if (n == 0) throw std::runtime_error("a file that was being sent became shorter");
    if (errno != EINTR) wait_writable(errno);
  }
}

}  // namespace retort::server::detail
