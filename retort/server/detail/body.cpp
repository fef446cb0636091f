// SPDX-License-Identifier: BSD-3-Clause
// The request's body: what came with the head, then what the handler asks for.
#include <algorithm>
#include <cerrno>

#include <sys/epoll.h>
#include <sys/socket.h>

#include "retort/http/errors.h"
#include "retort/server/detail/connection.h"

namespace retort::server::detail {

void Connection::begin_body(Exchange& exchange, char* body, std::size_t available, std::size_t& used,
                            std::string_view& here, bool& complete) {
  const http::RequestHead& head = exchange.head;
  continue_due_ = head.expect_continue && head.minor_version >= 1;
  body_read_ = 0;
  body_started_ = worker_.scheduler.now();
  chunked_body_ = head.framing == http::Framing::chunked;
  const auto& most = worker_.options.limits.max_body_bytes;
  if (chunked_body_) {
    if (!chunked_) chunked_ = new http::ChunkedDecoder;
    chunked_->reset();
    const auto step = chunked_->decode(body, available);
    used = step.consumed;
    here = {body, step.produced};
    complete = body_done_ = step.state == http::ParseState::complete;
    body_read_ = step.produced;
    if (step.state == http::ParseState::error) {
      log_access(exchange, 400, answer_error(400, true));
      state_ = State::sending;
      return;
    }
  } else {
    used = static_cast<std::size_t>(std::min<std::uint64_t>(head.content_length, available));
    here = {body, used};
    body_left_ = head.content_length - used;
    complete = body_done_ = body_left_ == 0;
    body_read_ = used;
  }
  if (most && ((chunked_body_ ? body_read_ : head.content_length) > *most)) {
    log_access(exchange, 413, answer_error(413, true));
    state_ = State::sending;
    return;
  }
  if (complete || used != 0) continue_due_ = false;  // it is sending already
}

std::size_t Connection::read_body(char* out, std::size_t size) {
  if (body_done_ || size == 0) return 0;
  if (gone_) throw ClientDisconnected();
  if (continue_due_) {
    continue_due_ = false;
    this->out().append("HTTP/1.1 100 Continue\r\n\r\n");
    flush_all();
  }
  std::size_t got = 0;
  if (chunked_body_) {
    got = read_chunked(out, size);
  } else {
    got = read_socket(out, static_cast<std::size_t>(std::min<std::uint64_t>(size, body_left_)));
    body_left_ -= got;
    body_done_ = body_left_ == 0;
  }
  body_read_ += got;
  const auto& most = worker_.options.limits.max_body_bytes;
  if (most && body_read_ > *most) {
    keep_alive_ = false;
    throw RequestEntityTooLarge();
  }
  return got;
}

std::size_t Connection::read_chunked(char* out, std::size_t size) {
  for (;;) {
    if (const std::uint64_t direct = chunked_->direct()) {
      const std::size_t got =
          read_socket(out, static_cast<std::size_t>(std::min<std::uint64_t>(size, direct)));
      chunked_->skip(got);
      return got;
    }
    // Framing between the data is read in small pieces, so that what follows the body is
    // mostly still in the socket.
    const std::size_t got = read_socket(out, std::min<std::size_t>(size, 512));
    const auto step = chunked_->decode(out, got);
    if (step.state == http::ParseState::error) {
      keep_alive_ = false;
      throw BadRequest();
    }
    if (step.state == http::ParseState::complete) {
      body_done_ = true;
      if (step.consumed < got) partial_ = new std::string(out + step.consumed, got - step.consumed);
    }
    if (step.produced != 0 || body_done_) return step.produced;
  }
}

std::size_t Connection::read_socket(char* out, std::size_t size) {
  const Timeouts& timeouts = worker_.options.timeouts;
  for (;;) {
    const ssize_t got = receive_bytes(out, size);
    if (got > 0) {
      check_body_rate(static_cast<std::size_t>(got));
      return static_cast<std::size_t>(got);
    }
    if (got < 0 && errno == EINTR) continue;
    if (got == 0 || errno != EAGAIN) {
      gone_ = true;
      throw ClientDisconnected();
    }
    flush_dirty();  // an earlier answer must not wait for this body
    const TimePoint deadline =
        timeouts.body_idle.count() > 0 ? Clock::now() + timeouts.body_idle : fiber::kNever;
    if (!wait_for(Wait::readable, deadline)) {
      keep_alive_ = false;
      if (gone_) throw ClientDisconnected();
      throw RequestTimeout();
    }
  }
}

void Connection::check_body_rate(std::size_t got) {
  const Timeouts& timeouts = worker_.options.timeouts;
  const auto elapsed = std::chrono::duration_cast<milliseconds>(worker_.scheduler.now() - body_started_);
  if (timeouts.min_body_rate == 0 || elapsed <= timeouts.body_grace) return;
  const auto due =
      timeouts.min_body_rate * static_cast<std::uint64_t>((elapsed - timeouts.body_grace).count()) / 1000;
  if (body_read_ + got >= due) return;
  keep_alive_ = false;
  throw RequestTimeout();
}

// What the handler did not read has to go before the next request can be seen.
bool Connection::drain_body(Exchange&) {
  if (continue_due_) return false;  // perhaps it will be sent, perhaps not
  const std::uint64_t most = worker_.options.limits.max_drain_bytes;
  if (!chunked_body_ && body_left_ > most) return false;
  char scratch[4096];
  std::uint64_t drained = 0;
  try {
    flush_all();
    while (!body_done_) {
      drained += read_body(scratch, sizeof scratch);
      if (drained > most) return false;
    }
    return keep_alive_;
  } catch (const fiber::Cancelled&) {
    return false;
  } catch (const HTTPException&) {
    return false;
  }
}

}  // namespace retort::server::detail
