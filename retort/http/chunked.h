// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Decodes a chunked body piece by piece, in place (RFC 9112, section 7.1). Strict: bounded
// hexadecimal sizes, CRLF only, bounded extensions and trailers. One per body; no thread
// safety.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "retort/http/http1_parser.h"

namespace retort::http {

struct ChunkedLimits {
  std::size_t max_extension_bytes = 16 * 1024;  ///< of all chunks of a body together
  std::size_t max_trailer_bytes = 8 * 1024;     ///< of all trailer fields together
};

class ChunkedDecoder {
 public:
  struct Step {
    ParseState state = ParseState::partial;
    std::size_t consumed = 0;  ///< input bytes that belong to the body; less than all only at its end
    std::size_t produced = 0;  ///< decoded bytes, now at the front of the input
  };

  explicit ChunkedDecoder(ChunkedLimits limits = {}) : limits_(limits) {}

  /// Decodes the next `size` bytes at `data`, which it overwrites with what they decode to.
  /// After `complete` or `error` it must be reset before it is used again.
  Step decode(char* data, std::size_t size);

  /// Data bytes of the current chunk that are still to come and that nothing interrupts:
  /// a caller may read that many past the decoder, straight to where they are wanted.
  std::uint64_t direct() const { return state_ == State::data ? remaining_ : 0; }
  /// Says that `size` bytes were read so. Precondition: size <= direct().
  void skip(std::uint64_t size);

  /// Why the last decode() failed; a constant.
  const char* reason() const { return reason_; }
  /// The trailer fields as "name: value\r\n" lines, without those that may not stand in a
  /// trailer (framing, routing, authentication, payload: RFC 9110, 6.5.1).
  std::string_view trailers() const { return trailers_; }

  void reset();

 private:
  enum class State : std::uint8_t {
    size_first,
    size,
    extension,
    quoted,
    quoted_pair,
    size_lf,
    data,
    data_cr,
    data_lf,
    trailer_start,
    trailer,
    trailer_lf,
    end_lf,
    done,
    failed
  };

  // Each takes a byte; false when it ends the decoding with an error.
  bool control(unsigned char c);
  bool size_byte(unsigned char c);
  bool extension_byte(unsigned char c);
  bool trailer_byte(unsigned char c);
  bool end_trailer();
  bool fail(const char* reason);

  ChunkedLimits limits_;
  State state_ = State::size_first;
  std::uint8_t digits_ = 0;
  std::uint64_t remaining_ = 0;
  std::size_t extension_bytes_ = 0;
  std::size_t trailer_bytes_ = 0;
  const char* reason_ = nullptr;
  std::string trailers_;        // kept lines, then the one that is being read
  std::size_t line_start_ = 0;  // of that one
};

}  // namespace retort::http
