// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/http1_parser.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstring>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

// Hot path: may not allocate, copy, lock or throw. Scans run over 16 bytes at a time and
// past the end of the input into the padding; they stop at its '\0' at the latest, because
// no scan steps over a control byte.

namespace retort::http {
namespace {

// tchar (RFC 9110, 5.6.2).
constexpr std::array<bool, 256> make_token_table() {
  std::array<bool, 256> t{};
  for (int c = 0; c < 256; ++c) {
    t[static_cast<std::size_t>(c)] =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }
  for (const char c : {'!', '#', '$', '%', '&', '\'', '*', '+', '-', '.', '^', '_', '`', '|', '~'}) {
    t[static_cast<unsigned char>(c)] = true;
  }
  return t;
}
constexpr std::array<bool, 256> kToken = make_token_table();

bool is_token(char c) { return kToken[static_cast<unsigned char>(c)]; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
/// Only for bytes that are no control characters, which the bit would turn into others.
char lower(char c) { return static_cast<char>(c | 0x20); }

/// Compares with `lowered`: lower-case letters, digits, '-', ':' and '/'.
/// Precondition: no control characters in `text`.
bool equals_lowered(std::string_view text, std::string_view lowered) {
  if (text.size() != lowered.size()) return false;
  unsigned differ = 0;
  for (std::size_t i = 0; i < lowered.size(); ++i)
    differ |= static_cast<unsigned char>(lower(text[i])) ^ static_cast<unsigned char>(lowered[i]);
  return differ == 0;
}

#if defined(__SSE2__)
__m128i load16(const char* p) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p)); }
unsigned mask_of(__m128i v) { return static_cast<unsigned>(_mm_movemask_epi8(v)); }
__m128i at_most(__m128i v, char bound) { return _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(bound)), v); }
#endif

/// The first byte that is not a tchar.
const char* skip_token(const char* p) {
#if defined(__SSE2__)
  for (;;) {
    // Letters, digits and '-' at once; the rarer tchars one by one.
    const __m128i v = load16(p);
    const __m128i letter =
        at_most(_mm_sub_epi8(_mm_or_si128(v, _mm_set1_epi8(0x20)), _mm_set1_epi8('a')), 'z' - 'a');
    const __m128i digit = at_most(_mm_sub_epi8(v, _mm_set1_epi8('0')), 9);
    const __m128i dash = _mm_cmpeq_epi8(v, _mm_set1_epi8('-'));
    const unsigned common = mask_of(_mm_or_si128(_mm_or_si128(letter, digit), dash));
    if (common == 0xFFFF) {
      p += 16;
      continue;
    }
    p += __builtin_ctz(~common);
    if (!is_token(*p)) return p;
    ++p;
  }
#else
  while (is_token(*p)) ++p;
  return p;
#endif
}

/// The first control byte (DEL among them) that is not a tab.
const char* skip_text(const char* p) {
  for (;;) {
#if defined(__SSE2__)
    const __m128i v = load16(p);
    const unsigned stop = mask_of(_mm_or_si128(at_most(v, 0x1F), _mm_cmpeq_epi8(v, _mm_set1_epi8(0x7F))));
    if (stop == 0) {
      p += 16;
      continue;
    }
    p += std::countr_zero(stop);
#else
    while (static_cast<unsigned char>(*p) >= 0x20 && *p != 0x7F) ++p;
#endif
    if (*p != '\t') return p;
    ++p;
  }
}

/// The first byte that cannot stand in a request target: a space, a control, a fragment's '#'.
const char* skip_target(const char* p) {
#if defined(__SSE2__)
  for (;;) {
    const __m128i v = load16(p);
    const __m128i wrong =
        _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8(0x7F)), _mm_cmpeq_epi8(v, _mm_set1_epi8('#')));
    const unsigned stop = mask_of(_mm_or_si128(at_most(v, 0x20), wrong));
    if (stop != 0) return p + std::countr_zero(stop);
    p += 16;
  }
#else
  while (static_cast<unsigned char>(*p) > 0x20 && *p != 0x7F && *p != '#') ++p;
  return p;
#endif
}

/// The first byte that cannot stand in a plain path: what skip_target stops at, and a
/// query's '?', an escape's '%' and what is not ASCII.
const char* skip_plain_path(const char* p) {
#if defined(__SSE2__)
  for (;;) {
    const __m128i v = load16(p);
    const __m128i special = _mm_or_si128(
        _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('?')), _mm_cmpeq_epi8(v, _mm_set1_epi8('%'))),
        _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('#')), _mm_cmpeq_epi8(v, _mm_set1_epi8(0x7F))));
    // Signed: bytes beyond ASCII are below the space too.
    const unsigned stop = mask_of(_mm_or_si128(special, _mm_cmplt_epi8(v, _mm_set1_epi8(0x21))));
    if (stop != 0) return p + std::countr_zero(stop);
    p += 16;
  }
#else
  while (*p > 0x20 && *p < 0x7F && *p != '?' && *p != '%' && *p != '#') ++p;
  return p;
#endif
}

/// What the fields say about framing and the connection, gathered while they pass.
enum Seen : unsigned {
  kHost = 1,
  kContentLength = 2,
  kTransferEncoding = 4,
  kClose = 8,
  kKeepAlive = 16,
  kConnectionUpgrade = 32,
  kUpgradeField = 64,
  kAbsoluteTarget = 128,
  kExpectContinue = 256,
};

constexpr ParsedHead failed(std::uint16_t status, const char* reason) {
  return {ParseState::error, status, reason, 0};
}

class HeadParser {
 public:
  HeadParser(const char* data, std::size_t size, HeaderField* fields, std::size_t max_fields,
             const Http1Limits& limits, RequestHead& head)
      : begin_(data),
        end_(data + size),
        p_(data),
        fields_(fields),
        max_fields_(max_fields),
        limits_(limits),
        head_(head) {}

  ParsedHead parse() {
    if (p_[0] == '\r') {  // one empty line may precede (RFC 9112, 2.2)
      if (p_ + 1 == end_) return {};
      if (p_[1] == '\n') p_ += 2;
    }
    if (!request_line() || !fields() || !finish()) return result_;
    const auto consumed = static_cast<std::size_t>(p_ - begin_);
    if (consumed > limits_.max_head_bytes) return failed(431, "head too large");
    return {ParseState::complete, 0, nullptr, consumed};
  }

 private:
  bool fail(std::uint16_t status, const char* reason) {
    result_ = failed(status, reason);
    return false;
  }

  /// At a byte that does not fit: an error, unless it is the padding behind the input.
  bool stop(const char* reason, std::uint16_t status = 400) {
    if (p_ >= end_) {
      result_ = {};
      return false;
    }
    return fail(status, reason);
  }

  bool line_end(const char* reason) {
    if (p_[0] != '\r') return stop(reason);
    if (p_[1] != '\n') {
      ++p_;
      return stop("bare CR");
    }
    p_ += 2;
    return true;
  }

  bool request_line() {
    const char* const method = p_;
    if (std::memcmp(p_, "GET ", 4) == 0) {
      p_ += 3;
    } else {
      p_ = skip_token(p_);
      if (p_ == method || *p_ != ' ') return stop("malformed method");
      if (p_ - method > 32) return fail(400, "method too long");
    }
    head_.method = {method, static_cast<std::size_t>(p_ - method)};
    const char* const target = ++p_;
    p_ = skip_plain_path(p_);
    const char* const plain_end = p_;
    if (*p_ != ' ') p_ = skip_target(p_);
    if (static_cast<std::size_t>(std::min(p_, end_) - target) > limits_.max_target_bytes) {
      return fail(414, "target too long");
    }
    if (*p_ != ' ') return stop("malformed request line");
    head_.target = {target, static_cast<std::size_t>(p_ - target)};
    const bool plain = *target == '/' && (*plain_end == '?' || plain_end == p_);
    head_.plain_path_size = plain ? static_cast<std::size_t>(plain_end - target) : 0;
    ++p_;
    return version() && target_form();
  }

  bool version() {
    if (std::memcmp(p_, "HTTP/1.1\r\n", 10) == 0) {
      p_ += 10;
      head_.minor_version = 1;
      return true;
    }
    for (const char c : {'H', 'T', 'T', 'P', '/'}) {
      if (*p_ != c) return stop("malformed version");
      ++p_;
    }
    const char major = *p_;
    if (!is_digit(major)) return stop("malformed version");
    if (*++p_ != '.') return stop("malformed version");
    const char minor = *++p_;
    if (!is_digit(minor)) return stop("malformed version");
    ++p_;
    if (!line_end("malformed version")) return false;
    if (major != '1') return fail(505, "unsupported version");
    head_.minor_version = minor == '0' ? 0 : 1;  // of a later minor version, as 1.1 (RFC 9110, 2.5)
    return true;
  }

  // RFC 9112, 3.2. What is neither a path nor a URL nor "*" would be joined to a path by some.
  bool target_form() {
    head_.host = {};
    const std::string_view target = head_.target;
    if (target.empty()) return fail(400, "empty target");
    if (head_.method == "CONNECT") return fail(501, "CONNECT");
    if (target[0] == '/') return true;
    if (target == "*") return head_.method == "OPTIONS" || fail(400, "target * without OPTIONS");
    return absolute_form(target);
  }

  bool absolute_form(std::string_view target) {
    std::size_t from = 0;
    if (target.size() > 7 && equals_lowered(target.substr(0, 7), "http://")) from = 7;
    if (target.size() > 8 && equals_lowered(target.substr(0, 8), "https://")) from = 8;
    if (from == 0) return fail(400, "target is not a path");
    const std::string_view rest = target.substr(from);
    const std::string_view authority = rest.substr(0, std::min(rest.find_first_of("/?"), rest.size()));
    if (authority.empty() || authority.find_first_of("@\\") != std::string_view::npos) {
      return fail(400, "malformed authority");
    }
    head_.host = authority;
    seen_ |= kAbsoluteTarget;
    return true;
  }

  bool fields() {
    std::size_t count = 0;
    head_.fields = fields_;
    for (;;) {
      if (*p_ == '\r') {
        head_.field_count = count;
        return line_end("bare CR");
      }
      if (count == max_fields_) return p_ < end_ ? fail(431, "too many fields") : stop("");
      if (!field(fields_[count])) return false;
      ++count;
    }
  }

  bool field(HeaderField& field) {
    const char* const name = p_;
    p_ = skip_token(p_);
    // Also refuses a space before the colon and a folded line (RFC 9112, 5.1 and 5.2).
    if (*p_ != ':' || p_ == name) return stop("malformed field name");
    field.name = {name, static_cast<std::size_t>(p_ - name)};
    ++p_;
    if (*p_ == ' ') ++p_;
    while (*p_ == ' ' || *p_ == '\t') ++p_;
    const char* const value = p_;
    p_ = skip_text(p_);
    const char* value_end = p_;
    if (!line_end("control byte in a field value")) return false;
    while (value_end > value && (value_end[-1] == ' ' || value_end[-1] == '\t')) --value_end;
    field.value = {value, static_cast<std::size_t>(value_end - value)};
    return note(field);
  }

  bool note(const HeaderField& field) {
    constexpr std::uint32_t kLengths = 1U << 4 | 1U << 6 | 1U << 7 | 1U << 10 | 1U << 14 | 1U << 17;
    const std::size_t length = field.name.size();
    if (length > 17 || (kLengths >> length & 1U) == 0) return true;
    const char first = lower(field.name[0]);
    switch (length) {
      case 4:
        if (first == 'h' && equals_lowered(field.name, "host")) return note_host(field.value);
        break;
      case 6:
        if (first == 'e' && equals_lowered(field.name, "expect")) {
          seen_ &= ~unsigned{kExpectContinue};
          if (equals_lowered(field.value, "100-continue")) seen_ |= kExpectContinue;
        }
        break;
      case 7:
        if (first == 'u' && equals_lowered(field.name, "upgrade") && !field.value.empty())
          seen_ |= kUpgradeField;
        break;
      case 10:
        if (first == 'c' && equals_lowered(field.name, "connection")) note_connection(field.value);
        break;
      case 14:
        if (first == 'c' && equals_lowered(field.name, "content-length")) return note_length(field.value);
        break;
      default:
        if (first == 't' && equals_lowered(field.name, "transfer-encoding")) return note_coding(field.value);
        break;
    }
    return true;
  }

  bool note_host(std::string_view value) {
    if (seen_ & kHost) return fail(400, "more than one Host");
    seen_ |= kHost;
    if (!(seen_ & kAbsoluteTarget)) head_.host = value;  // an absolute target overrides it (RFC 9112, 3.2.2)
    return true;
  }

  bool note_length(std::string_view value) {
    if (seen_ & kContentLength) return fail(400, "more than one Content-Length");
    seen_ |= kContentLength;
    if (value.empty() || value.size() > 20) return fail(400, "malformed Content-Length");
    std::uint64_t length = 0;
    for (const char c : value) {
      if (!is_digit(c)) return fail(400, "malformed Content-Length");
      const auto digit = static_cast<std::uint64_t>(c - '0');
      if (length > (UINT64_MAX - digit) / 10) return fail(400, "Content-Length overflows");
      length = length * 10 + digit;
    }
    length_ = length;
    return true;
  }

  bool note_coding(std::string_view value) {
    if (seen_ & kTransferEncoding) return fail(400, "more than one Transfer-Encoding");
    seen_ |= kTransferEncoding;
    return equals_lowered(value, "chunked") || fail(400, "unsupported Transfer-Encoding");
  }

  void note_connection(std::string_view value) {
    while (!value.empty()) {
      const std::size_t comma = value.find(',');
      std::string_view token = value.substr(0, comma);
      value = comma == std::string_view::npos ? std::string_view() : value.substr(comma + 1);
      while (!token.empty() && (token.front() == ' ' || token.front() == '\t')) token.remove_prefix(1);
      while (!token.empty() && (token.back() == ' ' || token.back() == '\t')) token.remove_suffix(1);
      if (equals_lowered(token, "close")) seen_ |= kClose;
      if (equals_lowered(token, "keep-alive")) seen_ |= kKeepAlive;
      if (equals_lowered(token, "upgrade")) seen_ |= kConnectionUpgrade;
    }
  }

  // RFC 9112, sections 3.2, 6.1, 6.3 and 9.3.
  bool finish() {
    const bool http11 = head_.minor_version != 0;
    if (http11 && !(seen_ & kHost)) return fail(400, "no Host");
    head_.framing = Framing::none;
    head_.content_length = length_;
    if (seen_ & kTransferEncoding) {
      if (!http11) return fail(400, "Transfer-Encoding in HTTP/1.0");
      if (seen_ & kContentLength) return fail(400, "Transfer-Encoding and Content-Length");
      head_.framing = Framing::chunked;
    } else if (seen_ & kContentLength) {
      head_.framing = Framing::content_length;
    }
    head_.keep_alive = !(seen_ & kClose) && (http11 || (seen_ & kKeepAlive));
    head_.expect_continue = http11 && (seen_ & kExpectContinue);
    constexpr unsigned kUpgrade = kUpgradeField | kConnectionUpgrade;
    head_.upgrade = http11 && (seen_ & kUpgrade) == kUpgrade;
    return true;
  }

  const char* const begin_;
  const char* const end_;
  const char* p_;
  HeaderField* const fields_;
  const std::size_t max_fields_;
  const Http1Limits& limits_;
  RequestHead& head_;
  unsigned seen_ = 0;  // of Seen
  std::uint64_t length_ = 0;
  ParsedHead result_;
};

}  // namespace

ParsedHead parse_request_head(const char* data, std::size_t size, HeaderField* fields, std::size_t max_fields,
                              const Http1Limits& limits, std::size_t& scanned, RequestHead& head) {
  assert(data[size] == '\0');
  ParsedHead result;
  const std::size_t from = scanned;
  const bool too_large = size > limits.max_head_bytes;
  scanned = size;
  if (from == 0 || too_large || std::memchr(data + from, '\n', size - from) != nullptr) {
    result = HeadParser(data, size, fields, max_fields, limits, head).parse();
  }
  if (result.state != ParseState::partial) return result;
  if (too_large) return failed(431, "head too large");
  return result;
}

}  // namespace retort::http
