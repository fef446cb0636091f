// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Reads the head of an HTTP/1 request where it lies, without copying or allocating.
// Strict: what two parsers could read differently is an error (RFC 9112, sections 3, 5,
// 6 and 11.2). Stateless apart from a scan position that the caller keeps; thread-safe.

#include <cstddef>
#include <cstdint>

#include "retort/http/request_head.h"

namespace retort::http {

enum class ParseState : std::uint8_t { complete, partial, error };

struct Http1Limits {
  std::size_t max_head_bytes = 16 * 1024;   ///< request line and fields; above: 431
  std::size_t max_target_bytes = 8 * 1024;  ///< above: 414
};

struct ParsedHead {
  ParseState state = ParseState::partial;
  std::uint16_t status = 0;      ///< on error: 400, 414, 431, 501 or 505
  const char* reason = nullptr;  ///< on error: why, a constant for logs
  std::size_t consumed = 0;      ///< when complete: bytes up to the body
};

/// Bytes after the input that must be readable; the first of them must be '\0'.
inline constexpr std::size_t kParsePadding = 32;

/// Parses a request head at `data`. When complete, `head` views into `data` and `fields`,
/// of which at most `max_fields` are used (more in the request: 431). `scanned` is 0 for a
/// new head; a partial one is parsed again from its start with more bytes, the same
/// `scanned` and, if need be, at another address. That costs nothing but the search of
/// the new bytes until one of them ends a line, of which there are at most max_fields + 3.
/// Precondition: data[size] == '\0' and kParsePadding bytes from there are readable.
ParsedHead parse_request_head(const char* data, std::size_t size, HeaderField* fields, std::size_t max_fields,
                              const Http1Limits& limits, std::size_t& scanned, RequestHead& head);

}  // namespace retort::http
