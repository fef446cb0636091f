// SPDX-License-Identifier: BSD-3-Clause
#include "retort/value/unicode.h"

#include <cstdint>

#include "retort/base/utf8.h"
#include "retort/value/detail/unicode_tables.h"

namespace retort::unicode {
namespace {

using detail::Record;

constexpr char32_t kCapitalSigma = 0x3a3;
constexpr char32_t kSmallSigma = 0x3c3;
constexpr char32_t kFinalSigma = 0x3c2;

bool has(char32_t c, detail::Flag flag) { return c <= 0x10ffff && (detail::record_of(c).flags & flag) != 0; }

bool is_ascii_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_ascii_lower(char c) { return c >= 'a' && c <= 'z'; }
char ascii_upper(char c) { return is_ascii_lower(c) ? static_cast<char>(c - 32) : c; }
char ascii_lower(char c) { return is_ascii_upper(c) ? static_cast<char>(c + 32) : c; }
bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

void append_mapped(std::string& out, char32_t c, std::int32_t mapping) {
  if (mapping < detail::kExpansion) {
    utf8::append(out, static_cast<char32_t>(static_cast<std::int32_t>(c) + mapping));
    return;
  }
  for (const char32_t part : detail::kExpansions[mapping - detail::kExpansion]) {
    if (part != 0) utf8::append(out, part);
  }
}

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

/// The code point that ends before `at`, which moves to its start. Precondition: at > 0.
char32_t decode_before(std::string_view text, std::size_t& at) {
  --at;
  for (int i = 0; i < 3 && at > 0 && is_continuation(text[at]); ++i) --at;
  std::size_t from = at;
  return utf8::decode(text, from);
}

/// Unicode's Final_Sigma (3.13, table 3-17): after a cased letter and not before one, case-
/// ignorable code points aside. A sigma is not ignorable, so that the walks of all sigmas
/// of a text together are linear.
char32_t lower_sigma(std::string_view text, std::size_t start, std::size_t end) {
  bool cased = false;
  while (start > 0) {
    const char32_t c = decode_before(text, start);
    if (is_case_ignorable(c)) continue;
    cased = is_cased(c);
    break;
  }
  if (!cased) return kSmallSigma;
  while (end < text.size()) {
    const char32_t c = utf8::decode(text, end);
    if (!is_case_ignorable(c)) return is_cased(c) ? kSmallSigma : kFinalSigma;
  }
  return kFinalSigma;
}

/// The lower case of `c`, which stands in `text` from `start` to `end`.
void append_lower_at(std::string& out, std::string_view text, char32_t c, std::size_t start,
                     std::size_t end) {
  if (c == kCapitalSigma) {
    utf8::append(out, lower_sigma(text, start, end));
  } else {
    append_mapped(out, c, detail::record_of(c).lower);
  }
}

/// Walks the text: `ascii` maps a byte; `other(c, start, end)` appends what is not ASCII.
template <class Ascii, class Other>
void map_text(std::string& out, std::string_view text, std::size_t from, Ascii ascii, Other other) {
  out.reserve(out.size() + (text.size() - from));
  for (std::size_t at = from; at < text.size();) {
    if (is_ascii(text[at])) {
      out += ascii(text[at++]);
      continue;
    }
    const std::size_t start = at;
    const char32_t c = utf8::decode(text, at);
    other(c, start, at);
  }
}

void append_lower_from(std::string& out, std::string_view text, std::size_t from) {
  map_text(out, text, from, ascii_lower, [&](char32_t c, std::size_t start, std::size_t end) {
    append_lower_at(out, text, c, start, end);
  });
}

}  // namespace

bool is_alpha(char32_t c) { return has(c, detail::kAlpha); }
bool is_decimal(char32_t c) { return has(c, detail::kDecimal); }
bool is_digit(char32_t c) { return has(c, detail::kDigit); }
bool is_numeric(char32_t c) { return has(c, detail::kNumeric); }
bool is_space(char32_t c) { return has(c, detail::kSpace); }
bool is_upper(char32_t c) { return has(c, detail::kUpper); }
bool is_lower(char32_t c) { return has(c, detail::kLower); }
bool is_title(char32_t c) { return has(c, detail::kTitle); }
bool is_cased(char32_t c) { return has(c, detail::kCased); }
bool is_case_ignorable(char32_t c) { return has(c, detail::kCaseIgnorable); }
bool is_printable(char32_t c) {
  if (c < 0x7f) return c >= 0x20;
  return has(c, detail::kPrintable);
}
bool is_id_start(char32_t c) { return has(c, detail::kIdStart); }
bool is_id_continue(char32_t c) { return has(c, detail::kIdContinue); }

int digit_value(char32_t c) { return c <= 0x10ffff ? detail::record_of(c).digit : -1; }

void append_upper(std::string& out, std::string_view text) {
  map_text(out, text, 0, ascii_upper,
           [&](char32_t c, std::size_t, std::size_t) { append_mapped(out, c, detail::record_of(c).upper); });
}

void append_lower(std::string& out, std::string_view text) { append_lower_from(out, text, 0); }

void append_title(std::string& out, std::string_view text) {
  bool in_word = false;
  const auto ascii = [&](char c) {
    const char mapped = in_word ? ascii_lower(c) : ascii_upper(c);
    in_word = is_ascii_lower(c) || is_ascii_upper(c);
    return mapped;
  };
  map_text(out, text, 0, ascii, [&](char32_t c, std::size_t start, std::size_t end) {
    if (in_word) {
      append_lower_at(out, text, c, start, end);
    } else {
      append_mapped(out, c, detail::record_of(c).title);
    }
    in_word = is_cased(c);
  });
}

void append_capitalized(std::string& out, std::string_view text) {
  if (text.empty()) return;
  std::size_t at = 0;
  const char32_t first = utf8::decode(text, at);
  append_mapped(out, first, detail::record_of(first).title);
  append_lower_from(out, text, at);
}

void append_swapped_case(std::string& out, std::string_view text) {
  const auto ascii = [](char c) { return is_ascii_upper(c) ? ascii_lower(c) : ascii_upper(c); };
  map_text(out, text, 0, ascii, [&](char32_t c, std::size_t start, std::size_t end) {
    if (is_upper(c)) {
      append_lower_at(out, text, c, start, end);
    } else if (is_lower(c)) {
      append_mapped(out, c, detail::record_of(c).upper);
    } else {
      utf8::append(out, c);
    }
  });
}

void append_casefolded(std::string& out, std::string_view text) {
  map_text(out, text, 0, ascii_lower,
           [&](char32_t c, std::size_t, std::size_t) { append_mapped(out, c, detail::record_of(c).folded); });
}

}  // namespace retort::unicode
