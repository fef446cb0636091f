// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/proxy_fix.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "retort/base/text.h"
#include "retort/http/field_view.h"
#include "retort/message/request.h"

namespace retort {
namespace {

/// The value that the outermost of `trusted` proxies set; empty when there are fewer, or when
/// it set none. Counted from the right, as clients write what is left of it: the lists have no
/// quotes, and an empty item has its place. A proxy may add a field in place of an item.
std::string real_value(const Request& request, int trusted, std::string_view field) {
  if (trusted <= 0) return {};
  for (const http::HeaderField* at = request.headers.end(); at != request.headers.begin();) {
    if (!http::iequals((--at)->name, field)) continue;
    for (std::string_view rest = at->value;;) {
      const std::size_t comma = rest.rfind(',');
      const std::string_view item = comma == std::string_view::npos ? rest : rest.substr(comma + 1);
      if (--trusted == 0) return std::string(text::trim(item));
      if (comma == std::string_view::npos) break;
      rest = rest.substr(0, comma);
    }
  }
  return {};
}

/// A URL's scheme (RFC 3986, 3.1); what is none would make URLs that mean something else.
bool is_scheme(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return !text.empty() && is_letter(text[0]) && std::all_of(text.begin(), text.end(), [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
  });
}

/// "example.com:80" without its port; "[::1]" has none.
std::string_view without_port(std::string_view host) {
  const std::size_t colon = host.rfind(':');
  return colon == std::string_view::npos || host.ends_with(']') ? host : host.substr(0, colon);
}

std::string as_root_path(std::string_view prefix) {
  while (prefix.ends_with('/')) prefix.remove_suffix(1);
  while (prefix.starts_with('/')) prefix.remove_prefix(1);
  return prefix.empty() ? std::string() : "/" + std::string(prefix);
}

}  // namespace

void ProxyFix::handle(Request& request, Response& response) {
  if (std::string address = real_value(request, options_.x_for, "X-Forwarded-For"); !address.empty())
    request.set_remote_addr(std::move(address));
  if (std::string scheme = real_value(request, options_.x_proto, "X-Forwarded-Proto"); is_scheme(scheme))
    request.set_scheme(std::move(scheme));
  std::string host = real_value(request, options_.x_host, "X-Forwarded-Host");
  const std::string port = real_value(request, options_.x_port, "X-Forwarded-Port");
  if (!port.empty()) {
    if (host.empty()) host = request.headers.get("Host", "");
    if (!host.empty()) host = std::string(without_port(host)) + ":" + port;
  }
  if (!host.empty()) request.set_host(std::move(host));
  if (std::string root = as_root_path(real_value(request, options_.x_prefix, "X-Forwarded-Prefix"));
      !root.empty())
    request.set_root_path(std::move(root));
  next_.handle(request, response);
}

}  // namespace retort
