// SPDX-License-Identifier: BSD-3-Clause
#include "retort/value/detail/text_search.h"

#include <cstdint>
#include <cstring>
#include <vector>

#include "retort/base/utf8.h"

namespace retort::detail {
namespace {

// Up to here a search may compare the whole needle at each position.
constexpr std::size_t kShort = 32;

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// Knuth, Morris and Pratt from the end to the start.
std::size_t find_last_long(std::string_view text, std::string_view needle) {
  const std::size_t size = needle.size();
  const auto letter = [&](std::size_t i) { return needle[size - 1 - i]; };
  std::vector<std::size_t> border(size, 0);  // of the first i + 1 letters
  for (std::size_t i = 1, match = 0; i < size; ++i) {
    while (match > 0 && letter(i) != letter(match)) match = border[match - 1];
    if (letter(i) == letter(match)) ++match;
    border[i] = match;
  }
  std::size_t match = 0;
  for (std::size_t at = text.size(); at > 0; --at) {
    while (match > 0 && text[at - 1] != letter(match)) match = border[match - 1];
    if (text[at - 1] == letter(match)) ++match;
    if (match == size) return at - 1;
  }
  return kNotFound;
}

// Python's rule for slices: negative positions count from the end, others are cut to it.
std::int64_t from_end(std::int64_t position, std::int64_t size) {
  if (position >= 0) return position;
  return position + size < 0 ? 0 : position + size;
}

}  // namespace

std::size_t find_first(std::string_view text, std::string_view needle, std::size_t from) {
  if (text.size() - from < needle.size()) return kNotFound;
  const char* const start = text.data() + from;
  const void* const found = needle.size() == 1
                                ? std::memchr(start, needle[0], text.size() - from)
                                : memmem(start, text.size() - from, needle.data(), needle.size());
  return found ? static_cast<std::size_t>(static_cast<const char*>(found) - text.data()) : kNotFound;
}

std::size_t find_last(std::string_view text, std::string_view needle) {
  if (text.size() < needle.size()) return kNotFound;
  return needle.size() <= kShort ? text.rfind(needle) : find_last_long(text, needle);
}

std::size_t count_occurrences(std::string_view text, std::string_view needle, std::size_t most) {
  std::size_t count = 0;
  for (std::size_t at = 0; count < most; ++count) {
    at = find_first(text, needle, at);
    if (at == kNotFound) break;
    at += needle.size();
  }
  return count;
}

std::size_t offset_of(std::string_view text, std::size_t index) {
  std::size_t at = 0;
  std::uint64_t word = 0;
  while (index >= sizeof word && text.size() - at >= sizeof word) {
    std::memcpy(&word, text.data() + at, sizeof word);
    if ((word & 0x8080808080808080u) != 0) break;
    at += sizeof word;
    index -= sizeof word;
  }
  for (; index > 0 && at < text.size(); --index) at = after_code_point(text, at);
  return at;
}

std::size_t after_code_point(std::string_view text, std::size_t at) {
  do {
    ++at;
  } while (at < text.size() && continues(text[at]));
  return at;
}

std::size_t before_code_point(std::string_view text, std::size_t at) {
  do {
    --at;
  } while (at > 0 && continues(text[at]));
  return at;
}

Window window_of(const MethodCall& call, std::size_t i) {
  const std::string_view text = call.text();
  std::int64_t start = call.bound(i, 0);
  std::int64_t end = call.bound(i + 1, INT64_MAX);
  if (start == 0 && end == INT64_MAX) return {true, text, 0};
  const bool bytes = call.self().is_bytes();
  const auto size = static_cast<std::int64_t>(bytes ? text.size() : utf8::count(text));
  start = from_end(start, size);
  end = end > size ? size : from_end(end, size);
  if (start > end) return {false, {}, 0};
  const auto first = static_cast<std::size_t>(start);
  const auto last = static_cast<std::size_t>(end);
  const bool narrow = bytes || static_cast<std::size_t>(size) == text.size();
  const std::size_t from = narrow ? first : offset_of(text, first);
  const std::size_t to = narrow ? last : from + offset_of(text.substr(from), last - first);
  return {true, text.substr(from, to - from), first};
}

}  // namespace retort::detail
