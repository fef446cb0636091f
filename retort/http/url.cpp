// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/url.h"

#include <algorithm>
#include <cstdlib>

#include <idna.h>

#include "retort/base/percent.h"
#include "retort/base/text.h"
#include "retort/base/utf8.h"

namespace retort::http {
namespace {

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// IDNA 2003, as Python's "idna" codec; the host as it is where that has no answer.
std::string ascii_host(std::string_view host) {
  if (is_ascii(host)) return std::string(host);
  char* out = nullptr;
  if (idna_to_ascii_8z(std::string(host).c_str(), &out, 0) != IDNA_SUCCESS) return percent::encode(host, "");
  std::string text(out);
  std::free(out);
  return text;
}

}  // namespace

std::string iri_to_uri(std::string_view iri) {
  constexpr std::string_view kSafe = "%!#$&'()*+,/:;=?@[]";
  std::string out;
  const std::size_t slashes = iri.find("//");
  const std::size_t scheme = iri.find(':');
  const bool has_host = slashes == 0 || (slashes != std::string_view::npos && scheme + 1 == slashes);
  if (has_host) {
    out = iri.substr(0, slashes + 2);
    iri.remove_prefix(slashes + 2);
    const std::size_t end = std::min(iri.find_first_of("/?#"), iri.size());
    std::string_view authority = iri.substr(0, end);
    iri.remove_prefix(end);
    if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
      percent::append_encoded(out, authority.substr(0, at + 1), "%!$&'()*+,;=:@");
      authority.remove_prefix(at + 1);
    }
    const std::size_t port =
        authority.find(':', authority.starts_with('[') ? std::min(authority.find(']'), authority.size()) : 0);
    out += ascii_host(authority.substr(0, port));
    if (port != std::string_view::npos) percent::append_encoded(out, authority.substr(port), ":");
  }
  percent::append_encoded(out, iri, kSafe);
  return out;
}

MultiDict parse_query(std::string_view query, std::size_t max_pairs) {
  MultiDict out;
  while (!query.empty() && max_pairs != 0) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (pair.empty()) continue;
    --max_pairs;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string_view value = pair.substr(std::min(equals + 1, pair.size()));
    out.add(utf8::replace_invalid(percent::decode_plus(pair.substr(0, equals))),
            utf8::replace_invalid(percent::decode_plus(value)));
  }
  return out;
}

bool valid_host(std::string_view host) {
  if (host.starts_with('[')) {
    const std::size_t close = host.find(']');
    if (close == std::string_view::npos) return false;
    for (const char c : host.substr(1, close - 1)) {
      if (percent::hex_value(c) < 0 && c != ':' && c != '.') return false;
    }
    host.remove_prefix(close + 1);
  } else {
    const std::size_t end = std::min(host.find(':'), host.size());
    for (const char c : host.substr(0, end)) {
      const char low = text::lower(c);
      if (!(low >= 'a' && low <= 'z') && !text::is_digit(c) && c != '-' && c != '.' && c != '_') return false;
    }
    host.remove_prefix(end);
  }
  if (host.empty()) return true;
  if (host.front() != ':' || host.size() > 6) return false;
  host.remove_prefix(1);
  return std::all_of(host.begin(), host.end(), text::is_digit);
}

std::string_view without_default_port(std::string_view host, std::string_view scheme) {
  const std::string_view port = scheme == "https" || scheme == "wss" ? ":443" : ":80";
  if (host.ends_with(port)) host.remove_suffix(port.size());
  return host;
}

}  // namespace retort::http
