// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Range, Content-Range and If-Range (RFC 9110, 14; Werkzeug: Range, ContentRange, IfRange).
// Positions count from 0; every stop is the first byte that is not part of the range.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retort/base/civil_time.h"

namespace retort::http {

struct ByteRange {
  std::int64_t start = 0;
  std::int64_t stop = 0;
  friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

struct Range {
  struct Part {
    std::int64_t start = 0;            ///< negative: so many from the end
    std::optional<std::int64_t> stop;  ///< none: to the end
    friend bool operator==(const Part&, const Part&) = default;
  };

  std::string units;
  std::vector<Part> ranges;  ///< ascending, without overlaps

  /// What a single range of bytes is of a body of this length; empty when it is another
  /// unit, several ranges or outside.
  std::optional<ByteRange> range_for_length(std::optional<std::int64_t> length) const;
  std::string to_header() const;
  /// The Content-Range of the answer, under range_for_length's conditions.
  std::optional<std::string> content_range_header(std::optional<std::int64_t> length) const;
};

struct ContentRange {
  std::string units;
  std::optional<ByteRange> range;      ///< none: "*", not satisfied
  std::optional<std::int64_t> length;  ///< none: "*", not known
  std::string to_header() const;
};

/// One of an entity tag and a date, or neither.
struct IfRange {
  std::optional<std::string> etag;
  std::optional<DateTime> date;
  std::string to_header() const;
};

/// Empty when it is malformed, or its ranges overlap, descend or are more than 256.
std::optional<Range> parse_range_header(std::string_view value);
std::optional<ContentRange> parse_content_range_header(std::string_view value);
IfRange parse_if_range_header(std::string_view value);
/// Is this a range of a body of that length (none: not known)? Without start and stop: is
/// the length one?
bool is_byte_range_valid(std::optional<std::int64_t> start, std::optional<std::int64_t> stop,
                         std::optional<std::int64_t> length);

}  // namespace retort::http
