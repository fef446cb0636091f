// SPDX-License-Identifier: BSD-3-Clause
// The floor: what one thread can answer on this machine when the server does nothing. One
// level-triggered epoll loop, a constant answer as long as Retort's own, one recv and one
// send for all the requests that a recv brought. No parsing beyond finding the ends of heads.
//
//   bench_http_floor [PORT]
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

constexpr std::string_view kAnswer =
    "HTTP/1.1 200 OK\r\n"
    "Server: retort\r\n"
    "Date: Sat, 01 Jan 2000 00:00:00 GMT\r\n"
    "Content-Type: text/html; charset=utf-8\r\n"
    "Content-Length: 13\r\n"
    "\r\n"
    "Hello, World!";
constexpr std::size_t kMostAtOnce = 512;  // answers in one send

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

int listen_on(std::uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) fail("socket");
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) fail("bind");
  if (listen(fd, 4096) != 0) fail("listen");
  socklen_t size = sizeof address;
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  std::printf("http://127.0.0.1:%d\n", ntohs(address.sin_port));
  std::fflush(stdout);
  return fd;
}

void add(int epoll, int fd) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = fd;
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) fail("epoll_ctl");
}

class Floor {
 public:
  explicit Floor(std::uint16_t port) : epoll_(epoll_create1(EPOLL_CLOEXEC)), listener_(listen_on(port)) {
    for (std::size_t i = 0; i < kMostAtOnce; ++i) answers_ += kAnswer;
    add(epoll_, listener_);
  }

  [[noreturn]] void run() {
    std::array<epoll_event, 256> events;
    for (;;) {
      const int ready = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
      for (int i = 0; i < ready; ++i) {
        const int fd = events[static_cast<std::size_t>(i)].data.fd;
        fd == listener_ ? accept_all() : serve(fd);
      }
    }
  }

 private:
  void accept_all() {
    for (;;) {
      const int fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd < 0) return;
      const int on = 1;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      if (matched_.size() <= static_cast<std::size_t>(fd)) matched_.resize(static_cast<std::size_t>(fd) + 1);
      matched_[static_cast<std::size_t>(fd)] = 0;
      add(epoll_, fd);
    }
  }

  void serve(int fd) {
    const ssize_t got = recv(fd, buffer_.data(), buffer_.size(), 0);
    if (got <= 0) {
      if (got == 0 || errno != EAGAIN) close(fd);
      return;
    }
    std::size_t heads = count_heads(fd, {buffer_.data(), static_cast<std::size_t>(got)});
    while (heads > 0) {
      const std::size_t now = std::min(heads, kMostAtOnce);
      const std::size_t size = now * kAnswer.size();
      if (send(fd, answers_.data(), size, MSG_NOSIGNAL) != static_cast<ssize_t>(size)) {
        close(fd);  // the load generator never reads this slowly
        return;
      }
      heads -= now;
    }
  }

  // Ends of heads ("\r\n\r\n") in `text`; how much of one had been seen before is kept per fd.
  std::size_t count_heads(int fd, std::string_view text) {
    static constexpr std::string_view kEnd = "\r\n\r\n";
    std::uint8_t& matched = matched_[static_cast<std::size_t>(fd)];
    std::size_t heads = 0;
    std::size_t at = 0;
    while (matched != 0 && at < text.size()) {  // the rare head that a recv cut within its end
      matched = step(matched, text[at++]);
      if (matched == kEnd.size()) {
        ++heads;
        matched = 0;
      }
    }
    for (;;) {
      const void* hit =
          at < text.size() ? memmem(text.data() + at, text.size() - at, "\r\n\r\n", 4) : nullptr;
      if (hit == nullptr) break;
      ++heads;
      at = static_cast<std::size_t>(static_cast<const char*>(hit) - text.data()) + kEnd.size();
    }
    for (std::size_t i = std::max(at, text.size() - std::min<std::size_t>(text.size(), 3)); i < text.size();
         ++i) {
      matched = step(matched, text[i]);
    }
    return heads;
  }

  static std::uint8_t step(std::uint8_t matched, char c) {
    if (c == "\r\n\r\n"[matched]) return static_cast<std::uint8_t>(matched + 1);
    return c == '\r' ? 1 : 0;
  }

  int epoll_;
  int listener_;
  std::string answers_;
  std::vector<std::uint8_t> matched_;  // by fd: bytes of "\r\n\r\n" at the end of what came so far
  std::array<char, 65536> buffer_;
};

}  // namespace

int main(int argc, char** argv) {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  static Floor floor(static_cast<std::uint16_t>(argc > 1 ? std::atoi(argv[1]) : 0));
  floor.run();
}
