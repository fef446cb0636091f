// SPDX-License-Identifier: BSD-3-Clause
// The HTTP/1 parser and the chunked decoder: a head parsed whole and in random splits must
// come out the same, and so must a chunked body. The first byte seeds the splits.
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retort/http/chunked.h"
#include "retort/http/http1_parser.h"

namespace {

using namespace retort::http;

void check(bool holds) {
  if (!holds) std::abort();
}

class Splitter {
 public:
  explicit Splitter(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15 + 1) {}
  std::size_t next(std::size_t most) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    const std::size_t n = 1 + (state_ >> 40) % (state_ % 3 == 0 ? 3 : 40);
    return n < most ? n : most;
  }

 private:
  std::uint64_t state_;
};

struct Head {
  ParsedHead parsed;
  RequestHead head;
  std::vector<HeaderField> fields = std::vector<HeaderField>(20);
  std::string buffer;
};

constexpr Http1Limits kLimits{.max_head_bytes = 2000, .max_target_bytes = 500};

void pad(std::string& buffer, std::string_view text) {
  buffer.assign(text);
  buffer.append(kParsePadding, '\0');
}

void parse_whole(std::string_view text, Head& out) {
  pad(out.buffer, text);
  std::size_t scanned = 0;
  out.parsed = parse_request_head(out.buffer.data(), text.size(), out.fields.data(), out.fields.size(),
                                  kLimits, scanned, out.head);
}

void parse_split(std::string_view text, Splitter splitter, Head& out) {
  std::size_t scanned = 0;
  for (std::size_t size = 0; size < text.size();) {
    size += splitter.next(text.size() - size);
    pad(out.buffer, text.substr(0, size));
    out.parsed = parse_request_head(out.buffer.data(), size, out.fields.data(), out.fields.size(), kLimits,
                                    scanned, out.head);
    if (out.parsed.state != ParseState::partial) return;
  }
}

void compare(const Head& a, const Head& b) {
  // Pieces are looked at again when a line ends in them, so an error may not show yet.
  if (a.parsed.state == ParseState::error) return check(b.parsed.state != ParseState::complete);
  check(a.parsed.state == b.parsed.state);
  if (a.parsed.state != ParseState::complete) return;
  check(a.parsed.consumed == b.parsed.consumed);
  check(a.head.method == b.head.method && a.head.target == b.head.target && a.head.host == b.head.host);
  check(a.head.framing == b.head.framing && a.head.content_length == b.head.content_length);
  check(a.head.keep_alive == b.head.keep_alive && a.head.upgrade == b.head.upgrade);
  check(a.head.plain_path_size == b.head.plain_path_size && a.head.plain_path_size <= a.head.target.size());
  check(a.head.field_count == b.head.field_count);
  for (std::size_t i = 0; i < a.head.field_count; ++i) {
    check(a.fields[i].name == b.fields[i].name && a.fields[i].value == b.fields[i].value);
    check(!a.fields[i].name.empty());
    for (const char c : a.fields[i].value) check(c != '\r' && c != '\n' && c != '\0');
  }
}

struct Decoded {
  ParseState state = ParseState::partial;
  std::string body;
  std::size_t consumed = 0;
  std::string trailers;
};

Decoded decode(std::string_view text, std::optional<Splitter> splitter) {
  ChunkedDecoder decoder;
  Decoded out;
  for (std::size_t at = 0; at < text.size() && out.state == ParseState::partial;) {
    const std::size_t n = splitter ? splitter->next(text.size() - at) : text.size();
    std::string piece(text.substr(at, n));
    const auto step = decoder.decode(piece.data(), piece.size());
    check(step.consumed <= n && step.produced <= n);
    if (step.state != ParseState::error) out.body += piece.substr(0, step.produced);
    out.state = step.state;
    out.consumed += step.consumed;
    at += n;
  }
  out.trailers = decoder.trailers();
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > 8000) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  Head whole, split;
  parse_whole(text, whole);
  parse_split(text, Splitter(data[0]), split);
  if (!text.empty()) compare(whole, split);
  const Decoded once = decode(text, std::nullopt), pieces = decode(text, Splitter(data[0]));
  check(once.state == pieces.state);
  if (once.state == ParseState::complete)
    check(once.consumed == pieces.consumed && once.trailers == pieces.trailers);
  if (once.state != ParseState::error) check(once.body == pieces.body);
  return 0;
}
