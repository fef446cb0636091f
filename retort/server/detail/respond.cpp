// SPDX-License-Identifier: BSD-3-Clause
// Answers: from a Response to bytes, and bytes to the socket.
#include <algorithm>
#include <cctype>
#include <cerrno>
#include <stdexcept>

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "retort/http/errors.h"
#include "retort/http/status.h"
#include "retort/server/detail/connection.h"

namespace retort::server::detail {
namespace {

constexpr std::size_t kCopyBelow = 32 * 1024;   // larger bodies are sent from where they lie
constexpr std::size_t kFlushAbove = 64 * 1024;  // of collected output
constexpr std::size_t kStreamPiece = 16 * 1024;

/// Which of the fields that the server has a say in a response brings along.
struct Brought {
  bool length = false;
  bool other = false;  // Connection, Transfer-Encoding, Date, Server
};

bool is_field(std::string_view line, std::string_view name) {
  return line.size() > name.size() && line[name.size()] == ':' &&
         http::iequals(line.substr(0, name.size()), name);
}

bool is_hop_field(std::string_view line) {
  return is_field(line, "connection") || is_field(line, "transfer-encoding") || is_field(line, "keep-alive");
}

template <class F>
void for_each_line(std::string_view wire, F f) {
  while (!wire.empty()) {
    const std::size_t end = wire.find('\n');
    f(wire.substr(0, end + 1));
    wire.remove_prefix(end + 1);
  }
}

Brought look(std::string_view wire) {
  Brought brought;
  for_each_line(wire, [&](std::string_view line) {
    switch (line[0] | 0x20) {
      case 'c':
        if (is_field(line, "content-length")) brought.length = true;
        if (is_field(line, "connection")) brought.other = true;
        break;
      case 't':
      case 'd':
      case 's':
      case 'k':
        if (is_hop_field(line) || is_field(line, "date") || is_field(line, "server")) brought.other = true;
        break;
      default:
        break;
    }
  });
  return brought;
}

char* put(char* at, std::string_view text) {
  std::memcpy(at, text.data(), text.size());
  return at + text.size();
}

char* put_number(char* at, std::uint64_t number) {
  if (number < 10) {
    *at = static_cast<char>('0' + number);
    return at + 1;
  }
  if (number < 100) {
    at[0] = static_cast<char>('0' + number / 10);
    at[1] = static_cast<char>('0' + number % 10);
    return at + 2;
  }
  char digits[20];
  int n = 0;
  do {
    digits[n++] = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number != 0);
  while (n) *at++ = digits[--n];
  return at;
}

char* put_reason(char* at, int status) {
  const std::string_view phrase = http::reason_phrase(status);
  if (phrase.empty()) return put(at, "UNKNOWN");
  for (const char c : phrase) *at++ = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  return at;
}

// What could split the answer has been refused where it was set; nothing gets past here.
void check_head(const Response& response) {
  if (!response.headers.is_clean() || !http::is_header_value(response.own_reason())) [[unlikely]]
    throw std::logic_error("a response's headers hold CR, LF or NUL");
}

}  // namespace

/// The body of a stream on its way: chunked, counted or up to the connection's end.
class StreamWriter final : public BodyWriter {
 public:
  StreamWriter(Connection& connection, bool chunked, std::optional<std::uint64_t> length, bool muted)
      : connection_(connection), chunked_(chunked), left_(length), muted_(muted) {}

  void write(std::string_view piece) override {
    if (piece.empty()) fiber::yield();  // which looks whether the client is still there
    if (connection_.gone_) throw ClientDisconnected();
    if (piece.empty()) return;
    if (left_) {
      if (piece.size() > *left_) throw std::length_error("a stream wrote more than its Content-Length");
      *left_ -= piece.size();
    }
    total_ += piece.size();
    if (muted_) return;
    OutBuffer& out = connection_.out();
    if (chunked_) {
      char size[24];
      const auto end = fmt::format_to(size, "{:x}\r\n", piece.size());
      out.append({size, static_cast<std::size_t>(end - size)});
    }
    if (piece.size() >= kCopyBelow) {
      connection_.send_all(piece);
    } else {
      out.append(piece);
    }
    if (chunked_) connection_.out().append("\r\n");
    if (connection_.out().size() >= kStreamPiece) connection_.flush_all();
  }
  void flush() override { connection_.flush_all(); }
  void end() {
    if (chunked_ && !muted_) connection_.out().append("0\r\n\r\n");
  }
  bool short_of_length() const { return left_ && *left_ != 0 && !muted_; }
  std::uint64_t total() const { return total_; }

 private:
  Connection& connection_;
  bool chunked_;
  std::optional<std::uint64_t> left_;
  bool muted_;  // HEAD, or a status without a body
  std::uint64_t total_ = 0;
};

/// The connection after 101.
class RawWriter final : public UpgradedConnection {
 public:
  explicit RawWriter(Connection& connection) : connection_(connection) {}

  std::size_t read(char* out, std::size_t size) override {
    if (std::string*& early = connection_.partial_) {
      const std::size_t n = std::min(size, early->size());
      std::memcpy(out, early->data(), n);
      early->erase(0, n);
      if (early->empty()) {
        delete early;
        early = nullptr;
      }
      return n;
    }
    for (;;) {
      const ssize_t got = connection_.receive_bytes(out, size);
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno == EINTR) continue;
      if (errno != EAGAIN || !connection_.wait_for(Connection::Wait::readable, fiber::kNever)) {
        connection_.gone_ = true;
        throw ClientDisconnected();
      }
    }
  }
  void write(std::string_view bytes) override { connection_.send_all(bytes); }

 private:
  Connection& connection_;
};

// Hot path: neither allocates nor throws for a small body.
void Connection::write_response(Exchange& exchange) {
  Response& response = exchange.response;
  if (response.is_streamed()) return write_stream(exchange);
  if (response.direct_passthrough()) return write_file(exchange);
  write_body(exchange);
}

void Connection::write_body(Exchange& exchange) {
  const Response& response = exchange.response;
  const std::string_view body = response.data();
  const bool bodiless = http::status_forbids_body(response.status_code);
  const bool head_only = exchange.head.method == "HEAD";
  write_head(exchange, false, bodiless ? std::nullopt : std::optional<std::uint64_t>(body.size()));
  head_sent_ = true;
  const std::size_t sent = bodiless || head_only ? 0 : body.size();
  if (sent != 0) {
    if (sent >= kCopyBelow) {
      send_all(body);
    } else {
      out().append(body);
      if (out_->size() >= kFlushAbove) flush_all();
    }
  }
  if (logs_accesses()) log_access(exchange, response.status_code, sent);
}

void Connection::write_head(Exchange& exchange, bool chunked, std::optional<std::uint64_t> length) {
  const Response& response = exchange.response;
  check_head(response);
  const std::string_view wire = response.headers.wire();
  const std::string_view own_reason = response.own_reason();
  const Brought brought = response.headers.may_hold_framing() ? look(wire) : Brought();
  const std::string_view ok = worker_.ok_head();
  char* const start = out().room(ok.size() + wire.size() + own_reason.size() + 256);
  char* at = start;
  if (response.status_code == 200 && own_reason.empty()) {
    at = put(at, ok);
  } else {
    at = put(at, "HTTP/1.1 ");
    at = put_number(at, static_cast<std::uint64_t>(response.status_code));
    *at++ = ' ';
    at = own_reason.empty() ? put_reason(at, response.status_code) : put(at, own_reason);
    at = put(at, "\r\n");
    at = put(at, worker_.common_fields());
  }
  // A HEAD answer may announce the length of a body that was never made.
  const bool keep_length = brought.length && exchange.head.method == "HEAD" && length == 0;
  if (!brought.other && (!brought.length || keep_length)) {
    at = put(at, wire);
  } else {
    for_each_line(wire, [&](std::string_view line) {
      if (is_hop_field(line) || is_field(line, "date") || is_field(line, "server")) return;
      if (!keep_length && is_field(line, "content-length")) return;
      at = put(at, line);
    });
  }
  if (chunked) {
    at = put(at, "Transfer-Encoding: chunked\r\n");
  } else if (length && !keep_length) {
    at = put(at, "Content-Length: ");
    at = put_number(at, *length);
    at = put(at, "\r\n");
  }
  if (!keep_alive_) {
    at = put(at, "Connection: close\r\n");
  } else if (exchange.head.minor_version == 0) {
    at = put(at, "Connection: keep-alive\r\n");
  }
  at = put(at, "\r\n");
  out_->grew(static_cast<std::size_t>(at - start));
}

void Connection::write_stream(Exchange& exchange) {
  Response& response = exchange.response;
  const bool bodiless = http::status_forbids_body(response.status_code);
  const bool muted = bodiless || exchange.head.method == "HEAD";
  const auto length = bodiless ? std::nullopt : response.content_length();
  const bool chunked = !length && !bodiless && exchange.head.minor_version >= 1;
  if (!length && !chunked && !bodiless) keep_alive_ = false;  // HTTP/1.0: the end of the connection ends it
  write_head(exchange, chunked, length);
  head_sent_ = true;
  if (!dirty_) {
    dirty_ = true;
    worker_.add_dirty(*this);
  }
  StreamWriter writer(*this, chunked, length, muted);
  if (!muted) response.stream()(writer);
  writer.end();
  if (writer.short_of_length()) gone_ = true;  // nothing else tells the client that the rest is missing
  if (logs_accesses()) log_access(exchange, response.status_code, writer.total());
}

void Connection::run_upgrade(Exchange& exchange) {
  const Response& response = exchange.response;
  keep_alive_ = false;
  try {
    check_head(response);
    out().append(fmt::format("HTTP/1.1 101 Switching Protocols\r\n{}{}\r\n", worker_.common_fields(),
                             response.headers.wire()));
    head_sent_ = true;
    flush_all();
    if (logs_accesses()) log_access(exchange, 101, 0);
    RawWriter connection(*this);
    response.upgrade_function()(connection);
    flush_all();
    return;
  } catch (const fiber::Cancelled&) {
    gone_ = true;
    return;
  } catch (const ClientDisconnected&) {
    gone_ = true;
    return;
  } catch (...) {
    report(std::current_exception());
  }
  if (head_sent_) {
    gone_ = true;
  } else {
    log_access(exchange, 500, answer_error(500, true));
  }
}

// Output.

bool Connection::send_some() {
  while (out_ && !out_->empty()) {
    const std::string_view bytes = out_->pending();
    const ssize_t sent = send_bytes(bytes);
    if (sent < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN) return true;
      gone_ = true;
      return false;
    }
    out_->sent(static_cast<std::size_t>(sent));
    if (static_cast<std::size_t>(sent) < bytes.size()) return true;  // full: asking again would only say so
  }
  return true;
}

void Connection::flush_dirty() {
  if (state_ == State::busy && wait_ != Wait::writable && !gone_) send_some();
}

void Connection::flush_all() { send_all({}); }

void Connection::send_all(std::string_view body) {
  while (!body.empty() || (out_ && !out_->empty())) {
    if (gone_) throw ClientDisconnected();
    const std::string_view first = out_ ? out_->pending() : std::string_view();
    const ssize_t sent = send_two(first, body);
    if (sent < 0) {
      if (errno != EINTR) wait_writable(errno);
      continue;
    }
    const auto n = static_cast<std::size_t>(sent);
    const bool full = n < first.size() + body.size();  // asking again would only say so
    const std::size_t of_first = std::min(n, first.size());
    if (of_first) out_->sent(of_first);
    body.remove_prefix(n - of_first);
    if (full) wait_writable(EAGAIN);
  }
}

ssize_t Connection::send_two(std::string_view first, std::string_view second) {
  if (tls_) {
    const ssize_t sent = first.empty() ? 0 : tls_->write(first);
    if (sent < 0 || static_cast<std::size_t>(sent) < first.size() || second.empty()) return sent;
    const ssize_t more = tls_->write(second);
    return more < 0 && sent == 0 ? more : sent + std::max<ssize_t>(more, 0);
  }
  iovec parts[2] = {{const_cast<char*>(first.data()), first.size()},
                    {const_cast<char*>(second.data()), second.size()}};
  msghdr message{};
  message.msg_iov = parts;
  message.msg_iovlen = 2;
  return sendmsg(fd_, &message, MSG_NOSIGNAL);
}

// After a call that failed with `error`: until there is room again, within the write timeout.
void Connection::wait_writable(int error) {
  const Timeouts& timeouts = worker_.options.timeouts;
  const TimePoint deadline = timeouts.write.count() > 0 ? Clock::now() + timeouts.write : fiber::kNever;
  if (error == EAGAIN && wait_for(Wait::writable, deadline)) return;
  gone_ = true;
  throw ClientDisconnected();
}

void Connection::release_out() {
  if (!out_) return;
  worker_.give_out(out_);
  out_ = nullptr;
}

}  // namespace retort::server::detail
