// SPDX-License-Identifier: BSD-3-Clause
#include "retort/server/detail/connection.h"

#include <cerrno>
#include <cstring>

#include <arpa/inet.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "retort/fiber/blocking.h"
#include "retort/http/errors.h"
#include "retort/http/status.h"

namespace retort::server::detail {
namespace {

constexpr milliseconds kLastRequest{1000};  // how long a stopping server waits for it
constexpr milliseconds kLingerTime{2000};
constexpr std::size_t kLingerBytes = 1024 * 1024;
constexpr std::uint32_t kUnwatched = ~std::uint32_t{0};

}  // namespace

Connection::Connection(Worker& worker, int fd, const sockaddr_storage& peer) : worker_(worker), fd_(fd) {
  peer_family_ = peer.ss_family;
  if (peer.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(peer);
    std::memcpy(&peer_address_, &v4.sin_addr, sizeof v4.sin_addr);
    peer_port_ = v4.sin_port;
  } else if (peer.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(peer);
    peer_address_ = v6.sin6_addr;
    peer_port_ = v6.sin6_port;
    if (IN6_IS_ADDR_V4MAPPED(&peer_address_)) {  // a v4 client of a dual-stack listener
      std::memmove(&peer_address_, peer_address_.s6_addr + 12, 4);
      peer_family_ = AF_INET;
    }
  }
}

Connection::~Connection() {
  worker_.scheduler.disarm(*this);
  if (dirty_) worker_.remove_dirty(*this);
  release_out();
  delete tls_;
  delete partial_;
  delete chunked_;
  if (fd_ >= 0) ::close(fd_);
}

void Connection::start() {
  if (worker_.tls) {
    tls_ = new TlsStream(*worker_.tls, fd_);
    state_ = State::handshake;
  }
  interest_ = EPOLLIN;
  worker_.scheduler.watch(fd_, EPOLLIN, *this);
  allow(worker_.options.timeouts.header);
}

std::string_view Connection::remote_addr() const {
  char* text = exchange_->remote_addr;
  return text[0] != '\0' ? text : write_remote_addr(text, sizeof exchange_->remote_addr);
}

std::string_view Connection::write_remote_addr(char* out, socklen_t size) const {
  if (peer_family_ != AF_INET && peer_family_ != AF_INET6) return {};
  return inet_ntop(peer_family_, &peer_address_, out, size);
}

RunBlocking Connection::blocking() const {
  return [](Function<void()> f) { fiber::blocking(std::move(f)); };
}

// Events.

void Connection::on_io(std::uint32_t events) {
  switch (state_) {
    case State::busy:
      return on_busy_io(events);
    case State::handshake:
      shake_hands();
      break;
    case State::sending:
      if (!send_some()) {
        close();
      } else if (!out_ || out_->empty()) {
        finish_batch();
      } else {
        set_interest(interest_for(EPOLLOUT));
      }
      break;
    case State::lingering:
      discard();
      break;
    default:
      receive();
  }
  if (tls_) [[unlikely]]
    receive_held();
  if (state_ == State::closed) delete this;
}

// While a request runs its client is listened to only as far as the request waits for it.
void Connection::on_busy_io(std::uint32_t events) {
  if (wait_ != Wait::none) {
    ready_early_ = true;
    fiber::wake(ticket_);
    return;
  }
  if ((events & (EPOLLHUP | EPOLLERR)) == 0) return set_interest(0);
  gone_ = true;
  set_interest(kUnwatched);
  if (worker_.options.cancel_on_disconnect) task_.cancel();
}

void Connection::on_timer() {
  armed_ = fiber::kNever;
  const TimePoint now = worker_.scheduler.now();
  if (deadline_ > now) {
    if (deadline_ != fiber::kNever) set_deadline(deadline_);
    return;
  }
  if (state_ == State::busy) {
    task_.cancel();
    return;
  }
  if (state_ == State::head) {
    refuse_head(*partial_, 408);
    finish_batch();
  } else {
    close();
  }
  if (state_ == State::closed) delete this;
}

// A client that has just connected, or whose request is on its way, is still answered: it cannot
// know that the server stops, and what it sent would be lost.
void Connection::drain() {
  const bool begins = state_ == State::head || state_ == State::handshake ||
                      (tls_ && state_ == State::idle && tls_->holds_bytes());
  if (state_ != State::idle && !begins) {
    keep_alive_ = false;
    return;
  }
  char byte = 0;
  if (begins || !asked_ || recv(fd_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0) {
    const TimePoint soon = worker_.scheduler.now() + kLastRequest;
    if (soon < deadline_) set_deadline(soon);
    return;
  }
  close();
  delete this;
}

void Connection::arm(TimePoint deadline) {
  armed_ = deadline;
  worker_.scheduler.arm(*this, deadline);
}

void Connection::change_interest(std::uint32_t events) {
  if (events == kUnwatched) {
    worker_.scheduler.unwatch(fd_, *this);
  } else if (interest_ == kUnwatched) {
    worker_.scheduler.watch(fd_, events, *this);
  } else {
    worker_.scheduler.rewatch(fd_, events, *this);
  }
  interest_ = events;
}

std::uint32_t Connection::wait_for(Wait what, TimePoint deadline) {
  if (gone_) return 0;
  set_interest(interest_for(what == Wait::readable ? EPOLLIN : EPOLLOUT));
  std::uint32_t word = 0;
  ticket_ = fiber::next_park(word);
  wait_ = what;
  ready_early_ = false;
  fiber::Wake why = fiber::Wake::unparked;
  while (!ready_early_ && why == fiber::Wake::unparked) why = fiber::park(ticket_, deadline);
  wait_ = Wait::none;
  if (why == fiber::Wake::cancelled) throw fiber::Cancelled();
  return ready_early_;
}

// Requests.

// Hot path: one recv, then every request that it brought, then one send.
void Connection::receive() {
  Exchange* exchange = worker_.take_exchange();
  std::size_t size = 0;
  if (partial_) {
    size = partial_->size();
    std::memcpy(exchange->buffer.get(), partial_->data(), size);
    delete partial_;
    partial_ = nullptr;
  }
  const ssize_t got = receive_bytes(exchange->buffer.get() + size, exchange->capacity - size);
  if (got <= 0) {
    const bool nothing_yet = got < 0 && (errno == EAGAIN || errno == EINTR);
    if (nothing_yet && size != 0) keep_partial(exchange->buffer.get(), size);
    worker_.give_exchange(exchange);
    if (!nothing_yet) return close();
    return set_interest(interest_for(EPOLLIN));
  }
  exchange_ = exchange;
  exchange->remote_addr[0] = '\0';
  process(*exchange, size + static_cast<std::size_t>(got));
  exchange_ = nullptr;
  worker_.give_exchange(exchange);
  finish_batch();
}

bool Connection::process(Exchange& exchange, std::size_t size) {
  const Limits& limits = worker_.options.limits;
  const http::Http1Limits parser_limits{limits.max_header_bytes, limits.max_target};
  char* const buffer = exchange.buffer.get();
  std::size_t at = 0;
  std::memset(buffer + size, 0, http::kParsePadding);
  while (keep_alive_) {
    if (at == size) {
      if (!partial_) return true;  // all answered
      size = partial_->size();     // a chunked body's read brought the next request's bytes
      std::memcpy(buffer, partial_->data(), size);
      delete partial_;
      partial_ = nullptr;
      at = 0;
      std::memset(buffer + size, 0, http::kParsePadding);
    }
    const http::ParsedHead parsed =
        http::parse_request_head(buffer + at, size - at, exchange.fields.get(), limits.max_headers,
                                 parser_limits, scanned_, exchange.head);
    if (parsed.state == http::ParseState::partial) {
      keep_partial(buffer + at, size - at);
      return true;
    }
    if (parsed.state == http::ParseState::error) {
      refuse_head({buffer + at, size - at}, parsed.status);
      return false;
    }
    scanned_ = 0;
    at += parsed.consumed;
    std::size_t used = 0;
    serve_one(exchange, buffer + at, size - at, used);
    at += used;
  }
  return false;
}

void Connection::serve_one(Exchange& exchange, char* body, std::size_t available, std::size_t& used) {
  const ServerOptions& options = worker_.options;
  state_ = State::busy;
  asked_ = true;
  deadline_ = fiber::kNever;
  if (options.timeouts.request.count() > 0) set_deadline(worker_.scheduler.now() + options.timeouts.request);
  keep_alive_ =
      exchange.head.keep_alive && !worker_.draining() &&
      (options.max_requests_per_connection == 0 || ++requests_ < options.max_requests_per_connection);
  head_sent_ = false;
  body_done_ = true;
  if (logs_accesses()) exchange.began = Clock::now();
  Counters::count(worker_.counters.requests);

  std::string_view here;
  bool complete = true;
  if (exchange.head.framing != http::Framing::none) [[unlikely]] {
    begin_body(exchange, body, available, used, here, complete);
    if (!keep_alive_ && state_ != State::busy) return;  // the body is not acceptable
  } else if (exchange.head.upgrade && available != 0) {
    // Kept for the protocol that may follow; a plain answer puts them back into the batch.
    here = {};
  }
  task_ = fiber::TaskId::begin();
  if (out_ && !out_->empty() && !dirty_) {
    dirty_ = true;
    worker_.add_dirty(*this);
  }
  exchange.request.reset(exchange.head, here, complete, *this);
  run_handler(exchange);
  if (!gone_ && exchange.response.is_upgrade()) {
    if (used < available) partial_ = new std::string(body + used, available - used);
    used = available;
    run_upgrade(exchange);
  }
  close_response(exchange.response);  // its functions may look at the request
  exchange.request.finish();
  exchange.response.reset();
  if (!body_done_ && keep_alive_ && !drain_body(exchange)) keep_alive_ = false;
  if (gone_) keep_alive_ = false;
}

void Connection::run_handler(Exchange& exchange) {
  int status = 500;
  try {
    worker_.handler.handle(exchange.request, exchange.response);
    if (!gone_ && !exchange.response.is_upgrade()) write_response(exchange);
    return;
  } catch (const fiber::Cancelled&) {
    keep_alive_ = false;
    if (head_sent_ || gone_) {
      gone_ = true;
      return;
    }
    close_response(exchange.response);
    exchange.response.reset();
    if (worker_.draining()) return;
    log_access(exchange, 503, answer_error(503, true));
    return;
  } catch (const ClientDisconnected&) {
    gone_ = true;
    return;
  } catch (const HTTPException& e) {
    status = e.code();
  } catch (...) {
    report(std::current_exception());
  }
  if (head_sent_) {
    gone_ = true;  // part of an answer is out: only closing tells the client
    return;
  }
  close_response(exchange.response);
  exchange.response.reset();
  log_access(exchange, status, answer_error(status, false));
}

void Connection::close_response(Response& response) {
  if (!response.has_close_functions() && !response.is_streamed()) [[likely]]
    return;
  response.close([this](const std::exception_ptr& error) { report(error); });
}

void Connection::keep_partial(const char* data, std::size_t size) {
  if (state_ != State::head) {
    state_ = State::head;
    allow(worker_.options.timeouts.header);
  }
  partial_ = new std::string(data, size);
}

void Connection::finish_batch() {
  if (dirty_) {
    dirty_ = false;
    worker_.remove_dirty(*this);
  }
  if (gone_ || (out_ && !send_some())) return close();
  const Timeouts& timeouts = worker_.options.timeouts;
  if (out_ && !out_->empty()) return wait_to_send();
  release_out();
  if (!keep_alive_) return linger();
  if (partial_) {
    if (state_ != State::head) {
      state_ = State::head;
      allow(timeouts.header);
    }
  } else {
    state_ = State::idle;
    allow(timeouts.keep_alive);
  }
  set_interest(interest_for(EPOLLIN));
}

void Connection::wait_to_send() {
  state_ = State::sending;
  set_interest(interest_for(EPOLLOUT));
  allow(worker_.options.timeouts.write);
}

// Closing while the client still sends would reset the connection, and could take the
// answer away with it: so first say that no more will come, and read off what does.
void Connection::linger() {
  if (tls_ && !tls_->end()) return wait_to_send();
  if (shutdown(fd_, SHUT_WR) != 0) return close();
  state_ = State::lingering;
  body_left_ = kLingerBytes;
  set_deadline(worker_.scheduler.now() + kLingerTime);
  set_interest(EPOLLIN);
  discard();
}

void Connection::discard() {
  char scratch[16 * 1024];
  for (;;) {
    const ssize_t got = recv(fd_, scratch, sizeof scratch, 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0 || static_cast<std::uint64_t>(got) > body_left_) return close();
    body_left_ -= static_cast<std::uint64_t>(got);
  }
}

void Connection::close() {
  if (state_ == State::closed) return;
  if (tls_ && !gone_) tls_->end();
  set_interest(kUnwatched);
  ::close(fd_);
  fd_ = -1;
  state_ = State::closed;
  worker_.scheduler.disarm(*this);
  worker_.closed(*this);
}

}  // namespace retort::server::detail
