// SPDX-License-Identifier: BSD-3-Clause
#include "retort/routing/detail/url_text.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include <idna.h>

#include "retort/base/percent.h"
#include "retort/base/text.h"
#include "retort/routing/converter.h"

namespace retort::routing {

// https://url.spec.whatwg.org/#url-path-segment-string
std::string quote_path(std::string_view text) { return percent::encode(text, "!$&'()*+,/:;=@"); }

namespace detail {
namespace {

// https://url.spec.whatwg.org/#urlencoded-serializing, less what Werkzeug leaves readable
void append_quoted(std::string& out, std::string_view text) {
  const std::size_t from = out.size();
  percent::append_encoded(out, text, " !$'()*,/:;?@");
  std::replace(out.begin() + static_cast<std::ptrdiff_t>(from), out.end(), ' ', '+');
}

struct SplitUrl {
  std::string_view scheme, netloc, path, query, fragment;
  bool has_netloc = false;
};

bool is_scheme(std::string_view text) {
  if (text.empty() || !((text[0] >= 'a' && text[0] <= 'z') || (text[0] >= 'A' && text[0] <= 'Z')))
    return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    const char low = text::lower(c);
    return (low >= 'a' && low <= 'z') || text::is_digit(c) || c == '+' || c == '-' || c == '.';
  });
}

SplitUrl split(std::string_view url) {
  SplitUrl parts;
  if (const std::size_t colon = url.find(':');
      colon != std::string_view::npos && is_scheme(url.substr(0, colon))) {
    parts.scheme = url.substr(0, colon);
    url.remove_prefix(colon + 1);
  }
  if (const std::size_t hash = url.find('#'); hash != std::string_view::npos) {
    parts.fragment = url.substr(hash + 1);
    url = url.substr(0, hash);
  }
  if (const std::size_t mark = url.find('?'); mark != std::string_view::npos) {
    parts.query = url.substr(mark + 1);
    url = url.substr(0, mark);
  }
  if (url.substr(0, 2) == "//") {
    const std::size_t end = std::min(url.find('/', 2), url.size());
    parts.netloc = url.substr(2, end - 2);
    parts.has_netloc = !parts.netloc.empty();
    url.remove_prefix(end);
  }
  parts.path = url;
  return parts;
}

std::string unsplit(std::string_view scheme, const SplitUrl& parts, const std::string& path) {
  std::string url;
  if (!scheme.empty()) url = std::string(scheme) + ":";
  if (!parts.netloc.empty() || path.substr(0, 2) == "//") url.append("//").append(parts.netloc);
  if (!parts.netloc.empty() && !path.empty() && path.front() != '/') url += '/';
  url += path;
  if (!parts.query.empty()) url.append("?").append(parts.query);
  if (!parts.fragment.empty()) url.append("#").append(parts.fragment);
  return url;
}

// The reference's path on the base's: "." and ".." resolved, as urljoin does it.
std::string join_path(std::string_view base, std::string_view path) {
  std::vector<std::string_view> segments;
  const auto add_all = [&segments](std::string_view text) {
    for (std::size_t at = 0;;) {
      const std::size_t end = std::min(text.find('/', at), text.size());
      segments.push_back(text.substr(at, end - at));
      if (end == text.size()) return;
      at = end + 1;
    }
  };
  if (path.front() == '/') {
    add_all(path);
  } else {
    add_all(base);
    if (!segments.back().empty()) segments.pop_back();
    add_all(path);
    // Only the ends may be empty: "a//b" loses a slash, as it does in urljoin.
    std::vector<std::string_view> kept;
    for (std::size_t i = 0; i < segments.size(); ++i) {
      const bool inner = i > 0 && i + 1 < segments.size();
      if (!inner || !segments[i].empty()) kept.push_back(segments[i]);
    }
    segments = std::move(kept);
  }
  std::vector<std::string_view> resolved;
  for (const std::string_view segment : segments) {
    if (segment == "..") {
      if (!resolved.empty()) resolved.pop_back();
    } else if (segment != ".") {
      resolved.push_back(segment);
    }
  }
  if (segments.back() == "." || segments.back() == "..") resolved.push_back({});
  std::string result;
  for (std::size_t i = 0; i < resolved.size(); ++i) {
    if (i > 0) result += '/';
    result += resolved[i];
  }
  return result.empty() ? "/" : result;
}

}  // namespace

std::string encode_query(const Variables& values, bool sort) {
  std::vector<std::pair<std::string_view, const Variable*>> items;
  for (const auto& [name, value] : values) {
    if (!value.list()) {
      items.emplace_back(name, &value);
      continue;
    }
    for (const Variable& item : *value.list()) items.emplace_back(name, &item);
  }
  if (sort) {
    std::stable_sort(items.begin(), items.end(), [](const auto& a, const auto& b) {
      return a.first != b.first ? a.first < b.first : *a.second < *b.second;
    });
  }
  std::string query;
  for (const auto& [name, value] : items) {
    if (value->is_null()) continue;
    if (!query.empty()) query += '&';
    append_quoted(query, name);
    query += '=';
    append_quoted(query, value->str());
  }
  return query;
}

std::string join_url(std::string_view base, std::string_view reference) {
  if (reference.empty()) return std::string(base);
  const SplitUrl from = split(base);
  SplitUrl to = split(reference);
  if (!to.scheme.empty() && text::to_lower(to.scheme) != text::to_lower(from.scheme))
    return std::string(reference);
  const std::string scheme = text::to_lower(from.scheme);
  if (to.has_netloc) return unsplit(scheme, to, std::string(to.path));
  to.netloc = from.netloc;
  if (to.path.empty()) {
    if (to.query.empty()) to.query = from.query;
    return unsplit(scheme, to, std::string(from.path));
  }
  return unsplit(scheme, to, join_path(from.path, to.path));
}

bool ascii_host(std::string_view host, std::string& out) {
  // A port is no part of IDNA, and might push a name over its limit.
  const std::size_t colon = std::min(host.find(':'), host.size());
  const std::string name = text::to_lower(host.substr(0, colon));
  const bool ascii =
      std::all_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (name.find('\0') != std::string::npos) return false;
  std::string encoded = name;
  if (!ascii) {
    char* result = nullptr;
    const int status = idna_to_ascii_8z(name.c_str(), &result, IDNA_ALLOW_UNASSIGNED);
    if (status != IDNA_SUCCESS) return false;
    encoded = result;
    std::free(result);  // NOLINT: libidn's malloc
  }
  // RFC 1035, 2.3.4: labels of 1 to 63 octets; the last may be empty.
  for (std::size_t at = 0; at < encoded.size();) {
    const std::size_t dot = std::min(encoded.find('.', at), encoded.size());
    if (dot == at || dot - at > 63) return false;
    at = dot + 1;
  }
  out = text::to_lower(encoded) + std::string(host.substr(colon));
  return true;
}

}  // namespace detail
}  // namespace retort::routing
