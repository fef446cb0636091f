// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/range.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "retort/base/text.h"
#include "retort/http/date.h"
#include "retort/http/etag.h"

namespace retort::http {
namespace {

constexpr std::size_t kMaxRanges = 256;

// Digits with a minus or without. What is larger than any body is as large as one can be.
std::optional<std::int64_t> plain_integer(std::string_view text) {
  text = text::trim(text);
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max() - 1;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end != text.data() + text.size() || error == std::errc::invalid_argument) return std::nullopt;
  if (error == std::errc::result_out_of_range) return text[0] == '-' ? -kMost : kMost;
  return std::clamp(number, -kMost, kMost);
}

std::optional<Range::Part> read_part(std::string_view item, std::int64_t last_end) {
  if (last_end < 0) return std::nullopt;  // nothing comes after a range to the end
  const std::size_t dash = item.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  Range::Part part;
  const auto start = plain_integer(dash == 0 ? item : item.substr(0, dash));
  if (!start) return std::nullopt;
  part.start = *start;
  if (dash == 0) return part;
  if (part.start < last_end) return std::nullopt;
  const std::string_view stop_text = text::trim(item.substr(dash + 1));
  if (stop_text.empty()) return part;
  const auto last = plain_integer(stop_text);
  if (!last || part.start > *last) return std::nullopt;
  part.stop = *last + 1;
  return part;
}

}  // namespace

bool is_byte_range_valid(std::optional<std::int64_t> start, std::optional<std::int64_t> stop,
                         std::optional<std::int64_t> length) {
  if (start.has_value() != stop.has_value()) return false;
  if (!start) return !length || *length >= 0;
  if (*start < 0 || *start >= *stop) return false;
  return !length || *start < *length;
}

std::optional<Range> parse_range_header(std::string_view value) {
  const std::size_t equals = value.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  Range out{text::to_lower(text::trim(value.substr(0, equals))), {}};
  std::string_view rest = value.substr(equals + 1);
  std::int64_t last_end = 0;
  for (;;) {
    const std::size_t comma = rest.find(',');
    const auto part = read_part(text::trim(rest.substr(0, comma)), last_end);
    if (!part || out.ranges.size() == kMaxRanges) return std::nullopt;
    out.ranges.push_back(*part);
    last_end = part->stop.value_or(-1);
    if (comma == std::string_view::npos) return out;
    rest.remove_prefix(comma + 1);
  }
}

std::optional<ByteRange> Range::range_for_length(std::optional<std::int64_t> length) const {
  if (units != "bytes" || !length || ranges.size() != 1) return std::nullopt;
  std::int64_t start = ranges[0].start;
  const std::int64_t stop = ranges[0].stop.value_or(*length);
  if (!ranges[0].stop && start < 0) start += *length;
  if (!is_byte_range_valid(start, stop, length)) return std::nullopt;
  return ByteRange{start, std::min(stop, *length)};
}

std::string Range::to_header() const {
  std::string out = units + '=';
  bool first = true;
  for (const auto& [start, stop] : ranges) {
    if (!first) out += ',';
    first = false;
    out += std::to_string(start);
    if (start >= 0) out += '-';
    if (stop) out += std::to_string(*stop - 1);
  }
  return out;
}

std::optional<std::string> Range::content_range_header(std::optional<std::int64_t> length) const {
  const auto range = range_for_length(length);
  if (!range) return std::nullopt;
  return ContentRange{units, range, length}.to_header();
}

std::string ContentRange::to_header() const {
  const std::string size = length ? std::to_string(*length) : "*";
  if (!range) return fmt::format("{} */{}", units, size);
  return fmt::format("{} {}-{}/{}", units, range->start, range->stop - 1, size);
}

std::optional<ContentRange> parse_content_range_header(std::string_view value) {
  value = text::trim(value);
  const std::size_t space = value.find_first_of(" \t");
  if (space == std::string_view::npos) return std::nullopt;
  const std::string_view definition = value.substr(space + 1);
  const std::size_t slash = definition.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view range = text::trim(definition.substr(0, slash));
  const std::string_view length = definition.substr(slash + 1);
  ContentRange out{std::string(value.substr(0, space)), {}, {}};
  if (length != "*" && !(out.length = plain_integer(length))) return std::nullopt;
  if (range == "*") {
    if (!is_byte_range_valid(std::nullopt, std::nullopt, out.length)) return std::nullopt;
    return out;
  }
  const std::size_t dash = range.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto start = plain_integer(range.substr(0, dash)), last = plain_integer(range.substr(dash + 1));
  if (!start || !last || !is_byte_range_valid(*start, *last + 1, out.length)) return std::nullopt;
  out.range = ByteRange{*start, *last + 1};
  return out;
}

IfRange parse_if_range_header(std::string_view value) {
  if (value.empty()) return {};
  if (const auto date = parse_date(value)) return {std::nullopt, date};
  const EntityTag tag = unquote_etag(value);
  if (tag.weak) return {};  // only strong tags may be compared (RFC 9110, 13.1.5)
  return {tag.value, std::nullopt};
}

std::string IfRange::to_header() const {
  if (date) return http_date(*date);
  return etag ? quote_etag(*etag) : std::string();
}

}  // namespace retort::http
