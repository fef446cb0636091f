// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/chunked.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>

namespace retort::http {
namespace {

constexpr int kMaxDigits = 16;  // of a size, leading zeros among them

int hex_value(unsigned char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const int l = c | 0x20;
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

bool is_token(unsigned char c) {
  if ((c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z')) return true;
  return c != 0 && std::strchr("!#$%&'*+-.^_`|~", c) != nullptr;
}

bool is_text(unsigned char c) { return c == '\t' || (c >= 0x20 && c != 0x7F); }

/// Fields that change what has already been decided when the trailers come
/// (RFC 9110, 6.5.1): framing, routing, authentication, payload, control.
bool is_forbidden(std::string_view name) {
  static constexpr std::array<std::string_view, 36> kForbidden = {"accept-encoding",
                                                                  "age",
                                                                  "authorization",
                                                                  "cache-control",
                                                                  "connection",
                                                                  "content-encoding",
                                                                  "content-length",
                                                                  "content-location",
                                                                  "content-range",
                                                                  "content-type",
                                                                  "cookie",
                                                                  "date",
                                                                  "expect",
                                                                  "expires",
                                                                  "forwarded",
                                                                  "host",
                                                                  "if-match",
                                                                  "if-modified-since",
                                                                  "if-none-match",
                                                                  "if-range",
                                                                  "if-unmodified-since",
                                                                  "keep-alive",
                                                                  "location",
                                                                  "max-forwards",
                                                                  "origin",
                                                                  "pragma",
                                                                  "proxy-authorization",
                                                                  "proxy-connection",
                                                                  "range",
                                                                  "set-cookie",
                                                                  "te",
                                                                  "trailer",
                                                                  "transfer-encoding",
                                                                  "upgrade",
                                                                  "via",
                                                                  "x-http-method-override"};
  static constexpr std::string_view kForwarded = "x-forwarded-";
  const auto same = [](std::string_view text, std::string_view lowered) {
    return std::equal(text.begin(), text.end(), lowered.begin(), lowered.end(), [](char a, char b) {
      return (a >= 'A' && a <= 'Z' ? static_cast<char>(a | 0x20) : a) == b;
    });
  };
  if (same(name.substr(0, kForwarded.size()), kForwarded)) return true;
  return std::any_of(kForbidden.begin(), kForbidden.end(),
                     [&](std::string_view forbidden) { return same(name, forbidden); });
}

}  // namespace

void ChunkedDecoder::reset() {
  state_ = State::size_first;
  digits_ = 0;
  remaining_ = 0;
  extension_bytes_ = 0;
  trailer_bytes_ = 0;
  reason_ = nullptr;
  trailers_.clear();
  line_start_ = 0;
}

void ChunkedDecoder::skip(std::uint64_t size) {
  assert(size <= direct());
  remaining_ -= size;
  if (remaining_ == 0) state_ = State::data_cr;
}

bool ChunkedDecoder::fail(const char* reason) {
  reason_ = reason;
  state_ = State::failed;
  return false;
}

ChunkedDecoder::Step ChunkedDecoder::decode(char* data, std::size_t size) {
  std::size_t in = 0;
  std::size_t out = 0;
  while (in < size && state_ != State::done && state_ != State::failed) {
    if (state_ == State::data) {
      const std::size_t n = static_cast<std::size_t>(std::min<std::uint64_t>(size - in, remaining_));
      if (out != in) std::memmove(data + out, data + in, n);
      in += n;
      out += n;
      skip(n);
    } else {
      control(static_cast<unsigned char>(data[in]));
      ++in;
    }
  }
  const ParseState state = state_ == State::done     ? ParseState::complete
                           : state_ == State::failed ? ParseState::error
                                                     : ParseState::partial;
  return {state, in, out};
}

bool ChunkedDecoder::control(unsigned char c) {
  switch (state_) {
    case State::size_first:
    case State::size:
      return size_byte(c);
    case State::extension:
    case State::quoted:
    case State::quoted_pair:
      return extension_byte(c);
    case State::size_lf:
      if (c != '\n') return fail("bare CR in a chunk's size");
      state_ = remaining_ == 0 ? State::trailer_start : State::data;
      return true;
    case State::data_cr:
      if (c != '\r') return fail("chunk longer than its size");
      state_ = State::data_lf;
      return true;
    case State::data_lf:
      if (c != '\n') return fail("bare CR after a chunk");
      state_ = State::size_first;
      return true;
    default:
      return trailer_byte(c);
  }
}

bool ChunkedDecoder::size_byte(unsigned char c) {
  const int value = hex_value(c);
  if (value >= 0) {
    if (state_ == State::size_first) {
      remaining_ = 0;
      digits_ = 0;
      state_ = State::size;
    }
    if (++digits_ > kMaxDigits || remaining_ > UINT64_MAX >> 5) return fail("chunk's size too large");
    remaining_ = remaining_ * 16 + static_cast<std::uint64_t>(value);
    return true;
  }
  if (state_ == State::size_first) return fail("chunk without a size");
  if (c == '\r') {
    state_ = State::size_lf;
    return true;
  }
  if (c != ';') return fail("malformed chunk size");
  state_ = State::extension;
  return true;
}

bool ChunkedDecoder::extension_byte(unsigned char c) {
  if (++extension_bytes_ > limits_.max_extension_bytes) return fail("chunk extensions too long");
  if (state_ == State::quoted_pair) {
    if (!is_text(c)) return fail("control byte in a chunk extension");
    state_ = State::quoted;
    return true;
  }
  if (state_ == State::quoted) {
    if (!is_text(c)) return fail("control byte in a chunk extension");
    if (c == '"') state_ = State::extension;
    if (c == '\\') state_ = State::quoted_pair;
    return true;
  }
  if (c == '\r') {
    state_ = State::size_lf;
  } else if (c == '"') {
    state_ = State::quoted;
  } else if (!is_token(c) && c != ';' && c != '=' && c != ' ' && c != '\t') {
    return fail("malformed chunk extension");
  }
  return true;
}

bool ChunkedDecoder::trailer_byte(unsigned char c) {
  if (state_ == State::end_lf || state_ == State::trailer_lf) {
    if (c != '\n') return fail("bare CR in a trailer");
    if (state_ == State::end_lf) {
      state_ = State::done;
      return true;
    }
    state_ = State::trailer_start;
    return end_trailer();
  }
  if (c == '\r') {
    state_ = state_ == State::trailer_start ? State::end_lf : State::trailer_lf;
    return true;
  }
  if (++trailer_bytes_ > limits_.max_trailer_bytes) return fail("trailers too long");
  if (!is_text(c)) return fail("control byte in a trailer");
  state_ = State::trailer;
  trailers_ += static_cast<char>(c);
  return true;
}

bool ChunkedDecoder::end_trailer() {
  const std::string_view line = std::string_view(trailers_).substr(line_start_);
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return fail("malformed trailer");
  const std::string_view name = line.substr(0, colon);
  if (!std::all_of(name.begin(), name.end(),
                   [](char c) { return is_token(static_cast<unsigned char>(c)); })) {
    return fail("malformed trailer");
  }
  if (is_forbidden(name)) {
    trailers_.resize(line_start_);
  } else {
    trailers_ += "\r\n";
  }
  line_start_ = trailers_.size();
  return true;
}

}  // namespace retort::http
