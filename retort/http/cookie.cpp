// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/cookie.h"

#include <algorithm>
#include <ctime>
#include <stdexcept>

#include "retort/base/percent.h"
#include "retort/base/text.h"
#include "retort/base/utf8.h"
#include "retort/http/date.h"
#include "retort/http/headers.h"
#include "retort/http/url.h"

namespace retort::http {
namespace {

/// What a value may hold without quotes (Werkzeug: _cookie_no_quote_re).
bool needs_no_quotes(std::string_view value) {
  for (const char c : value) {
    if (text::is_digit(c) || (text::lower(c) >= 'a' && text::lower(c) <= 'z')) continue;
    if (c == '\0' || std::string_view("!#$%&'()*+/:<=>?@[]^`{|}~_.-").find(c) == std::string_view::npos)
      return false;
  }
  return true;
}

std::string quoted(std::string_view value) {
  if (needs_no_quotes(value)) return std::string(value);
  std::string out = "\"";
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte >= 0x7f || c == ',' || c == ';') {
      out += '\\';
      out += static_cast<char>('0' + (byte >> 6));
      out += static_cast<char>('0' + (byte >> 3 & 7));
      out += static_cast<char>('0' + (byte & 7));
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string unquoted(std::string_view value) {
  if (value.size() < 2 || value.front() != '"' || value.back() != '"') return std::string(value);
  value = value.substr(1, value.size() - 2);
  std::string out;
  const auto octal = [&](std::size_t i, char max) {
    return i < value.size() && value[i] >= '0' && value[i] <= max;
  };
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] != '\\' || i + 1 == value.size()) {
      out += value[i];
    } else if (octal(i + 1, '3') && octal(i + 2, '7') && octal(i + 3, '7')) {
      out += static_cast<char>((value[i + 1] - '0') * 64 + (value[i + 2] - '0') * 8 + (value[i + 3] - '0'));
      i += 3;
    } else {
      out += value[++i];
    }
  }
  return out;
}

void check_attribute(std::string_view value) {
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f || c == ';')
      throw std::invalid_argument("a cookie's attribute must not hold control characters or ';'");
  }
}

}  // namespace

std::string dump_cookie(std::string_view key, std::string_view value, const CookieOptions& options) {
  if (!is_header_name(key)) throw std::invalid_argument("a cookie's name must be a token");
  check_attribute(options.domain);
  check_attribute(options.expires_text);
  std::string out(key);
  out += '=';
  out += quoted(value);
  std::string_view domain = options.domain;
  while (domain.starts_with('.')) domain.remove_prefix(1);
  domain = domain.substr(0, domain.find(':'));
  if (!domain.empty()) out.append("; Domain=").append(ascii_host(domain));
  if (!options.expires_text.empty()) {
    out.append("; Expires=").append(options.expires_text);
  } else if (options.expires) {
    out += "; Expires=" + checked_http_date("expires", *options.expires);
  } else if (options.max_age && options.sync_expires) {
    constexpr std::int64_t kFar = std::int64_t{1} << 40;  // no date any more, and no overflow either
    const std::int64_t age = std::clamp<std::int64_t>(*options.max_age, -kFar, kFar);
    out += "; Expires=" + checked_http_date("max_age", static_cast<std::int64_t>(std::time(nullptr)) + age);
  }
  if (options.max_age) out += "; Max-Age=" + std::to_string(*options.max_age);
  if (options.secure || options.partitioned) out += "; Secure";
  if (options.httponly) out += "; HttpOnly";
  if (!options.path.empty()) out += "; Path=" + percent::encode(options.path, "%!$&'()*+,/:=@");
  switch (options.samesite) {
    case SameSite::strict:
      out += "; SameSite=Strict";
      break;
    case SameSite::lax:
      out += "; SameSite=Lax";
      break;
    case SameSite::none:
      out += "; SameSite=None";
      break;
    case SameSite::unset:
      break;
  }
  if (options.partitioned) out += "; Partitioned";
  return out;
}

namespace {

// Where the first pair ends: at a semicolon, one in a quoted value apart, or at the end.
std::size_t pair_end(std::string_view header) {
  const std::size_t plain = std::min(header.find(';'), header.size());
  const std::size_t equals = header.substr(0, plain).find('=');
  if (equals == std::string_view::npos) return plain;
  std::size_t at = std::min(header.find_first_not_of(" \t", equals + 1), header.size());
  if (at == header.size() || header[at] != '"') return plain;
  for (++at; at < header.size() && header[at] != '"'; ++at) {
    if (header[at] == '\\') ++at;
  }
  const std::size_t after = at < header.size() ? header.find_first_not_of(" \t", at + 1) : 0;
  if (after == std::string_view::npos) return header.size();
  return after != 0 && header[after] == ';' ? after : plain;
}

}  // namespace

MultiDict parse_cookie(std::string_view header) {
  MultiDict out;
  while (!header.empty()) {
    const std::size_t end = pair_end(header);
    const std::string_view pair = header.substr(0, end);
    header.remove_prefix(std::min(end + 1, header.size()));
    const std::size_t equals = pair.find('=');
    const std::string_view key = text::trim(pair.substr(0, equals));
    if (key.empty()) continue;
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : text::trim(pair.substr(equals + 1));
    out.add(utf8::replace_invalid(key), utf8::replace_invalid(unquoted(value)));
  }
  return out;
}

}  // namespace retort::http
