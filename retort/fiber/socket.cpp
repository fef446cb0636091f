// SPDX-License-Identifier: BSD-3-Clause
#include "retort/fiber/socket.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>
#include <utility>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "retort/fiber/detail/scheduler_impl.h"
#include "retort/fiber/task.h"

namespace retort::fiber {
namespace {

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  int family() const { return storage.ss_family; }
};

Address ip_address(const std::string& host, std::uint16_t port) {
  Address address;
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  if (inet_pton(AF_INET, host.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&address.storage, &v4, sizeof v4);
    address.size = sizeof v4;
  } else if (inet_pton(AF_INET6, host.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    std::memcpy(&address.storage, &v6, sizeof v6);
    address.size = sizeof v6;
  } else {
    throw IoError("'" + host + "' is no IP address", EINVAL);
  }
  return address;
}

Address unix_address(const std::string& path) {
  Address address;
  sockaddr_un un{};
  if (path.empty() || path.size() >= sizeof un.sun_path)
    throw IoError("unix socket path '" + path + "'", ENAMETOOLONG);
  un.sun_family = AF_UNIX;
  std::memcpy(un.sun_path, path.data(), path.size());
  std::memcpy(&address.storage, &un, sizeof un);
  address.size = sizeof un;
  return address;
}

int check(int result, const char* what) {
  if (result < 0) throw IoError(what, errno);
  return result;
}

// Repeats `call` until it does not block; parks for `events` in between.
template <class Call>
auto retry(int fd, std::uint32_t events, TimePoint deadline, const char* what, Call call) {
  for (;;) {
    const auto result = call();
    if (result >= 0) return result;
    if (errno == EINTR) continue;
    if (errno != EAGAIN) throw IoError(what, errno);
    if (wait_ready(fd, events, deadline) == 0) throw Timeout(what);
  }
}

Socket connect_to(const Address& address, TimePoint deadline) {
  Socket socket(check(::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket"));
  while (connect(socket.fd(), address.get(), address.size) != 0) {
    if (errno == EISCONN) return socket;
    if (errno == EAGAIN) {  // a unix socket whose backlog is full; nothing tells when it is not
      if (Clock::now() >= deadline) throw Timeout("connect");
      sleep_until(std::min(deadline, Clock::now() + milliseconds(2)));
      continue;
    }
    if (errno != EINPROGRESS && errno != EINTR && errno != EALREADY) throw IoError("connect", errno);
    if (wait_ready(socket.fd(), EPOLLOUT, deadline) == 0) throw Timeout("connect");
    int error = 0;
    socklen_t size = sizeof error;
    check(getsockopt(socket.fd(), SOL_SOCKET, SO_ERROR, &error, &size), "getsockopt");
    if (error) throw IoError("connect", error);
    return socket;
  }
  return socket;
}

/// A waiter in the list of its descriptor, for as long as it lives.
struct Listed {
  explicit Listed(detail::FdWait& w) : wait(w) {}
  Listed(const Listed&) = delete;
  Listed& operator=(const Listed&) = delete;
  ~Listed() {
    if (added) wait.remove(waiter);
  }
  void add() {
    wait.add(waiter);
    added = true;
  }
  detail::FdWait& wait;
  detail::FdWaiter waiter;
  bool added = false;
};

// A plain thread's wait_ready.
std::uint32_t poll_ready(int fd, std::uint32_t events, TimePoint deadline) {
  for (;;) {
    pollfd one{fd, static_cast<short>(events), 0};  // the low bits are the same
    int timeout = -1;
    if (deadline != kNever) {
      const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now()).count();
      timeout = static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000));
    }
    const int count = poll(&one, 1, timeout);
    if (count > 0) return static_cast<unsigned short>(one.revents);
    if (count < 0 && errno != EINTR) throw IoError("poll", errno);
    if (Clock::now() >= deadline) return 0;
  }
}

}  // namespace

IoError::IoError(const std::string& what, int code)
    : std::runtime_error(what + ": " + std::generic_category().message(code)), code_(code) {}

std::uint32_t wait_ready(int fd, std::uint32_t events, TimePoint deadline) {
  if (fd < 0) throw IoError("wait_ready", EBADF);
  Scheduler* scheduler = Scheduler::current();
  if (!scheduler) return poll_ready(fd, events, deadline);
  Scheduler::Impl& impl = scheduler->impl();
  const auto index = static_cast<std::size_t>(fd);
  if (index >= impl.fd_waits.size()) impl.fd_waits.resize(index + 1);
  if (!impl.fd_waits[index]) impl.fd_waits[index] = std::make_unique<detail::FdWait>(*scheduler, fd);

  Listed listed(*impl.fd_waits[index]);
  listed.waiter.events = events;
  std::uint32_t unused = 0;
  listed.waiter.ticket = next_park(unused);
  try {
    listed.add();
  } catch (const std::system_error& e) {
    if (e.code().value() == EPERM) return events;  // a plain file: never makes one wait
    throw IoError("wait_ready", e.code().value());
  }
  const Wake why = park(listed.waiter.ticket, deadline);
  if (listed.waiter.ready == 0 && why == Wake::cancelled) throw Cancelled();
  return listed.waiter.ready;
}

Socket::Socket(int fd) : fd_(fd) {
  const int flags = fcntl(fd, F_GETFL);
  if (!(flags & O_NONBLOCK)) fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

Socket& Socket::operator=(Socket&& o) noexcept {
  std::swap(fd_, o.fd_);
  return *this;
}

Socket::~Socket() { close(); }

namespace {

/// What is written does not wait until the peer has acknowledged what went before. A listener's sockets
/// inherit it.
void send_at_once(int fd) {
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace

Socket Socket::connect_tcp(const std::string& host, std::uint16_t port, TimePoint deadline) {
  Socket socket = connect_to(ip_address(host, port), deadline);
  send_at_once(socket.fd());
  return socket;
}

Socket Socket::connect_unix(const std::string& path, TimePoint deadline) {
  return connect_to(unix_address(path), deadline);
}

std::size_t Socket::read_some(char* out, std::size_t size, TimePoint deadline) {
  return static_cast<std::size_t>(
      retry(fd_, EPOLLIN | EPOLLRDHUP, deadline, "recv", [&] { return recv(fd_, out, size, 0); }));
}

void Socket::read_exact(char* out, std::size_t size, TimePoint deadline) {
  while (size != 0) {
    const std::size_t n = read_some(out, size, deadline);
    if (n == 0) throw IoError("recv", ECONNRESET);
    out += n;
    size -= n;
  }
}

void Socket::write_all(std::string_view bytes, TimePoint deadline) { write_all(bytes, {}, deadline); }

void Socket::write_all(std::string_view head, std::string_view body, TimePoint deadline) {
  while (!head.empty() || !body.empty()) {
    iovec parts[2] = {{const_cast<char*>(head.data()), head.size()},
                      {const_cast<char*>(body.data()), body.size()}};
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = 2;
    auto n = static_cast<std::size_t>(
        retry(fd_, EPOLLOUT, deadline, "send", [&] { return sendmsg(fd_, &message, MSG_NOSIGNAL); }));
    const std::size_t of_head = std::min(n, head.size());
    head.remove_prefix(of_head);
    body.remove_prefix(n - of_head);
  }
}

void Socket::shutdown_write() { ::shutdown(fd_, SHUT_WR); }

void Socket::close() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

int Socket::release() { return std::exchange(fd_, -1); }

Listener::Listener(Listener&& o) noexcept
    : fd_(std::exchange(o.fd_, -1)), port_(o.port_), path_(std::exchange(o.path_, {})) {}

Listener& Listener::operator=(Listener&& o) noexcept {
  std::swap(fd_, o.fd_);
  std::swap(port_, o.port_);
  std::swap(path_, o.path_);
  return *this;
}

Listener::~Listener() { close(); }

namespace {

/// The port that a socket is bound to; 0 for a unix socket.
std::uint16_t port_of(int fd) {
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  check(getsockname(fd, reinterpret_cast<sockaddr*>(&bound), &size), "getsockname");
  if (bound.ss_family == AF_INET6) return ntohs(reinterpret_cast<sockaddr_in6*>(&bound)->sin6_port);
  return bound.ss_family == AF_INET ? ntohs(reinterpret_cast<sockaddr_in*>(&bound)->sin_port) : 0;
}

}  // namespace

Listener Listener::tcp(const std::string& host, std::uint16_t port, Options options) {
  const Address address = ip_address(host, port);
  Listener listener;
  listener.fd_ = check(::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket");
  const int on = 1;
  check(setsockopt(listener.fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), "SO_REUSEADDR");
  if (options.reuse_port)
    check(setsockopt(listener.fd_, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on), "SO_REUSEPORT");
  if (address.family() == AF_INET6) {
    const int off = 0;
    setsockopt(listener.fd_, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  }
  check(bind(listener.fd_, address.get(), address.size), "bind");
  send_at_once(listener.fd_);
  check(listen(listener.fd_, options.backlog), "listen");
  listener.port_ = port_of(listener.fd_);
  return listener;
}

Listener Listener::unix_path(const std::string& path, Options options) {
  const Address address = unix_address(path);
  struct stat found {};
  if (lstat(path.c_str(), &found) == 0 && S_ISSOCK(found.st_mode)) unlink(path.c_str());
  Listener listener;
  listener.fd_ = check(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket");
  check(bind(listener.fd_, address.get(), address.size), "bind");
  listener.path_ = path;
  check(listen(listener.fd_, options.backlog), "listen");
  return listener;
}

Listener Listener::adopt(int fd) {
  Listener listener;
  int listens = 0;
  socklen_t size = sizeof listens;
  check(getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size), "SO_ACCEPTCONN");
  if (!listens) {
    errno = EINVAL;
    check(-1, "a socket that does not listen");
  }
  listener.port_ = port_of(fd);
  check(fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK), "O_NONBLOCK");
  check(fcntl(fd, F_SETFD, FD_CLOEXEC), "FD_CLOEXEC");
  send_at_once(fd);
  listener.fd_ = fd;
  return listener;
}

Socket Listener::accept(TimePoint deadline) {
  Socket socket;
  socket.fd_ = retry(fd_, EPOLLIN, deadline, "accept", [&] {
    const int fd = accept4(fd_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0 && (errno == ECONNABORTED || errno == EPROTO)) errno = EINTR;  // that client is gone: the next
    return fd;
  });
  return socket;
}

void Listener::close() {
  if (fd_ < 0) return;
  ::close(std::exchange(fd_, -1));
  if (!path_.empty()) unlink(path_.c_str());
}

}  // namespace retort::fiber
