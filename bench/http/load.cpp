// SPDX-License-Identifier: BSD-3-Clause
// A closed-loop load generator that is lighter than the servers it measures: it learns how
// long a response is from the first one and then counts bytes. Each connection sends `depth`
// requests at once and sends the next ones when all of them have been answered. So it is for
// answers of one length; with --varying 1 each answer's Content-Length is read instead (1 deep).
// Loopback only, bounded in time. Prints one line of JSON.
//
//   bench_http_load PORT [--path /] [--connections 64] [--depth 1] [--seconds 3] [--warmup 0.5]
//                        [--count N] [--header "Name: value"] [--varying 1]
//
// With --count N it stops after N responses (or --seconds) and has no warm-up.
#include <algorithm>
#include <array>
#include <bit>
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
#include <time.h>
#include <unistd.h>

namespace {

struct Options {
  std::uint16_t port = 0;
  std::string path = "/";
  std::string headers;
  std::size_t connections = 64;
  std::size_t depth = 1;
  double seconds = 3;
  double warmup = 0.5;
  std::uint64_t count = 0;
  bool varying = false;
};

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "bench_http_load: %s\n", what);
  std::exit(1);
}

std::uint64_t now_ns() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(time.tv_nsec);
}

// Latencies in buckets of about 1.6% width: six bits below the leading one.
class Histogram {
 public:
  void add(std::uint64_t ns, std::uint64_t times) {
    counts_[bucket(ns)] += times;
    total_ += times;
  }
  void clear() {
    counts_.fill(0);
    total_ = 0;
  }
  double microseconds_at(double quantile) const {
    if (total_ == 0) return 0;
    const auto wanted = static_cast<std::uint64_t>(quantile * static_cast<double>(total_));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      seen += counts_[i];
      if (seen > wanted) return static_cast<double>(lower_bound(i)) / 1000.0;
    }
    return static_cast<double>(lower_bound(counts_.size() - 1)) / 1000.0;
  }

 private:
  static constexpr unsigned kBits = 6;
  static std::size_t bucket(std::uint64_t ns) {
    if (ns < (1U << kBits)) return static_cast<std::size_t>(ns);
    const unsigned shift = static_cast<unsigned>(std::bit_width(ns)) - kBits - 1;
    return (static_cast<std::size_t>(shift + 1) << kBits) +
           static_cast<std::size_t>((ns >> shift) & ((1U << kBits) - 1));
  }
  static std::uint64_t lower_bound(std::size_t i) {
    if (i < (1U << kBits)) return i;
    const std::size_t shift = (i >> kBits) - 1;
    return ((std::uint64_t{1} << kBits) | (i & ((1U << kBits) - 1))) << shift;
  }
  std::array<std::uint64_t, 64U << kBits> counts_{};
  std::uint64_t total_ = 0;
};

struct Connection {
  int fd = -1;
  std::uint64_t sent_at = 0;
  std::size_t unsent = 0;    // bytes of the batch that the kernel has not taken
  std::size_t expected = 0;  // bytes of the batch's answers still to come
  std::string head = {};     // of an answer of any length, until it is whole
};

class Load {
 public:
  explicit Load(Options options) : options_(std::move(options)), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    const std::string request = "GET " + options_.path +
                                " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(options_.port) + "\r\n" +
                                options_.headers + "\r\n";
    for (std::size_t i = 0; i < options_.depth; ++i) batch_ += request;
    request_size_ = request.size();
    learn(request);
    connections_.resize(options_.connections);
    for (std::size_t i = 0; i < connections_.size(); ++i) open(i);
  }

  void run() {
    const std::uint64_t started = now_ns();
    std::uint64_t from = started;
    std::uint64_t end = started + nanoseconds(options_.seconds);
    bool warming = options_.count == 0 && options_.warmup > 0;
    if (warming) end += nanoseconds(options_.warmup);
    for (Connection& connection : connections_) begin(connection);
    for (;;) {
      std::uint64_t now = turn();
      if (warming && now - started >= nanoseconds(options_.warmup)) {
        warming = false;
        from = now;
        responses_ = 0;
        histogram_.clear();
      }
      if (now >= end || (options_.count != 0 && responses_ >= options_.count)) {
        report(static_cast<double>(now - from) / 1e9);
        return;
      }
    }
  }

 private:
  static std::uint64_t nanoseconds(double seconds) { return static_cast<std::uint64_t>(seconds * 1e9); }

  int connect_to_server() const {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) fail("socket: out of file descriptors?");
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const timeval patience{10, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(options_.port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) fail("cannot connect");
    return fd;
  }

  // Sends one request on a connection of its own and measures the answer.
  void learn(const std::string& request) {
    const int fd = connect_to_server();
    if (send(fd, request.data(), request.size(), MSG_NOSIGNAL) < 0) fail("send");
    std::string answer;
    for (;;) {
      char buffer[65536];
      const ssize_t got = recv(fd, buffer, sizeof buffer, 0);
      if (got <= 0) fail("the server closed or did not answer the first request");
      answer.append(buffer, static_cast<std::size_t>(got));
      const std::size_t end = answer.find("\r\n\r\n");
      if (end == std::string::npos) continue;
      if (!answer.starts_with("HTTP/1.1 200"))
        fail(("not 200: " + answer.substr(0, answer.find('\r'))).c_str());
      response_size_ = end + 4 + body_size(answer.substr(0, end));
      if (answer.size() == response_size_) break;
      if (answer.size() > response_size_) fail("the first answer is longer than its Content-Length");
    }
    close(fd);
  }

  static std::size_t body_size(std::string head) {
    std::transform(head.begin(), head.end(), head.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    static constexpr std::string_view kName = "\r\ncontent-length:";
    const std::size_t at = head.find(kName);
    if (at == std::string::npos) fail("no Content-Length: answers must have one length");
    return static_cast<std::size_t>(std::strtoull(head.c_str() + at + kName.size(), nullptr, 10));
  }

  void open(std::size_t index) {
    Connection& connection = connections_[index];
    connection.fd = connect_to_server();
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = index;
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.fd, &event) != 0) fail("epoll_ctl");
  }

  void begin(Connection& connection) {
    connection.sent_at = now_ns();
    asked_ += options_.depth;
    connection.unsent = batch_.size();
    connection.expected = options_.varying ? 0 : response_size_ * options_.depth;
    push(connection);
  }

  void push(Connection& connection) {
    const std::size_t from = batch_.size() - connection.unsent;
    const ssize_t sent =
        send(connection.fd, batch_.data() + from, connection.unsent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) {
      connection.unsent -= static_cast<std::size_t>(sent);
    } else if (errno != EAGAIN) {
      fail("the server closed a connection");
    }
  }

  // One epoll_wait and what it brought. Returns the time.
  std::uint64_t turn() {
    std::array<epoll_event, 512> events;
    const int ready = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 100);
    for (int i = 0; i < ready; ++i) receive(connections_[events[static_cast<std::size_t>(i)].data.u64]);
    return now_ns();
  }

  void receive(Connection& connection) {
    const ssize_t got = recv(connection.fd, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) fail("the server closed a connection");
    auto size = static_cast<std::size_t>(got);
    if (options_.varying) return receive_varying(connection, size);
    if (size > connection.expected) fail("more bytes than asked for: answers differ in length");
    if (connection.expected % response_size_ == 0 && size >= 12 &&
        std::memcmp(buffer_.data() + 9, "200", 3) != 0) {
      fail("an answer is not 200");
    }
    const std::size_t before = (connection.expected + response_size_ - 1) / response_size_;
    connection.expected -= size;
    const std::size_t after = (connection.expected + response_size_ - 1) / response_size_;
    if (before != after) {
      histogram_.add(now_ns() - connection.sent_at, before - after);
      responses_ += before - after;
    }
    if (connection.unsent != 0) push(connection);
    if (connection.expected == 0 && (options_.count == 0 || asked_ < options_.count)) begin(connection);
  }

  void receive_varying(Connection& connection, std::size_t size) {
    if (connection.expected == 0) {
      connection.head.append(buffer_.data(), size);
      const std::size_t end = connection.head.find("\r\n\r\n");
      if (end == std::string::npos) return;
      if (!connection.head.starts_with("HTTP/1.1 200")) fail("an answer is not 200");
      connection.expected = end + 4 + body_size(connection.head.substr(0, end));
      size = connection.head.size();
      connection.head.clear();
    }
    if (size > connection.expected) fail("more bytes than asked for");
    connection.expected -= size;
    if (connection.expected != 0) return;
    histogram_.add(now_ns() - connection.sent_at, 1);
    ++responses_;
    if (options_.count == 0 || asked_ < options_.count) begin(connection);
  }

  void report(double seconds) const {
    std::printf(
        "{\"requests\": %llu, \"seconds\": %.4f, \"requests_per_second\": %.0f, \"p50_us\": %.1f, "
        "\"p99_us\": %.1f, "
        "\"p999_us\": %.1f, \"response_bytes\": %zu, \"request_bytes\": %zu}\n",
        static_cast<unsigned long long>(responses_), seconds, static_cast<double>(responses_) / seconds,
        histogram_.microseconds_at(0.5), histogram_.microseconds_at(0.99), histogram_.microseconds_at(0.999),
        response_size_, request_size_);
  }

  Options options_;
  int epoll_;
  std::string batch_;
  std::size_t request_size_ = 0;
  std::size_t response_size_ = 0;
  std::vector<Connection> connections_;
  std::uint64_t asked_ = 0;
  std::uint64_t responses_ = 0;
  Histogram histogram_;
  std::array<char, 1 << 18> buffer_;
};

Options parse(int argc, char** argv) {
  Options options;
  if (argc < 2)
    fail("usage: bench_http_load PORT [--path P] [--connections N] [--depth N] [--seconds S] [--count N]");
  options.port = static_cast<std::uint16_t>(std::atoi(argv[1]));
  for (int i = 2; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const char* value = argv[i + 1];
    if (name == "--path")
      options.path = value;
    else if (name == "--connections")
      options.connections = static_cast<std::size_t>(std::atoll(value));
    else if (name == "--depth")
      options.depth = static_cast<std::size_t>(std::atoll(value));
    else if (name == "--seconds")
      options.seconds = std::atof(value);
    else if (name == "--warmup")
      options.warmup = std::atof(value);
    else if (name == "--count")
      options.count = static_cast<std::uint64_t>(std::atoll(value));
    else if (name == "--varying")
      options.varying = std::atoi(value) != 0;
    else if (name == "--header")
      options.headers += std::string(value) + "\r\n";
    else
      fail("unknown option");
  }
  options.seconds = std::min(options.seconds, 600.0);
  if (options.varying && options.depth != 1) fail("--varying is 1 deep");
  if (options.connections == 0 || options.depth == 0) fail("connections and depth must be positive");
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  static Load load(parse(argc, argv));
  load.run();
}
