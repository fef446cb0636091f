// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "retort/app/globals.h"
#include "retort/base/text.h"
#include "retort/ext/login/urls.h"

namespace retort::login {
namespace {

/// As the URL standard's parser begins: without control characters and spaces at both ends, and
/// without tabs and line ends anywhere.
std::string as_browsers_read(std::string_view text) {
  const auto at_end = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
  while (!text.empty() && at_end(text.front())) text.remove_prefix(1);
  while (!text.empty() && at_end(text.back())) text.remove_suffix(1);
  std::string out;
  for (const char c : text) {
    if (c != '\t' && c != '\n' && c != '\r') out += c;
  }
  return out;
}

/// What no page's URL has: control characters, and the backslashes that browsers take for slashes.
bool is_odd(std::string_view url) {
  const auto is_control = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
  };
  return std::any_of(url.begin(), url.end(), is_control) ||
         url.substr(0, url.find_first_of("?#")).find('\\') != url.npos;
}

/// How many dots a segment of a path is, written or escaped; 0 when it is more than that.
std::size_t dots_in(std::string_view segment) {
  std::size_t dots = 0;
  while (!segment.empty()) {
    const std::string_view escaped = segment.substr(0, 3);
    const bool is_escaped = escaped == "%2e" || escaped == "%2E";
    if ((!is_escaped && segment.front() != '.') || ++dots > 2) return 0;
    segment.remove_prefix(is_escaped ? 3 : 1);
  }
  return dots;
}

/// Whether a path leads to this host, also when something on the way resolves its dots, for what then
/// begins with two slashes is another host.
bool stays_here(std::string_view url) {
  std::string_view path = url.substr(0, url.find_first_of("?#"));
  if (path.substr(0, 1) != "/") return false;
  for (std::size_t depth = 0;;) {
    path.remove_prefix(1);
    const std::string_view segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    switch (dots_in(segment)) {
      case 2:
        if (depth != 0) --depth;
        break;
      case 0:
        if (depth == 0 && segment.empty() && !path.empty()) return false;
        ++depth;
    }
    if (path.empty()) return true;
  }
}

}  // namespace

std::string safe_next(std::optional<std::string_view> target, std::string_view fallback) {
  const std::string otherwise(fallback);
  if (!target) return otherwise;
  std::string url = as_browsers_read(*target);
  if (is_odd(url)) return otherwise;
  const std::string_view host_url = request->host_url();  // "https://example.com/"
  const std::string_view origin = host_url.substr(0, host_url.size() - 1);
  if (!origin.empty() && url.compare(0, origin.size(), origin) == 0) {
    url.erase(0, origin.size());
    if (url.empty() || url.front() == '?' || url.front() == '#') url.insert(0, "/");
  }
  return stays_here(url) ? url : otherwise;
}

}  // namespace retort::login
