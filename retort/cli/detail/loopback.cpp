// SPDX-License-Identifier: BSD-3-Clause
#include "retort/cli/detail/loopback.h"

#include <string>

#include <arpa/inet.h>

#include "retort/http/field_view.h"

namespace retort::detail {
namespace {

/// The Host field without its port, and an IPv6 address without its brackets.
std::string_view without_port(std::string_view host) {
  if (host.starts_with('[')) {
    const std::size_t end = host.find(']');
    return end == host.npos ? std::string_view() : host.substr(1, end - 1);
  }
  return host.substr(0, host.find(':'));
}

}  // namespace

bool is_loopback_address(std::string_view address) {
  if (address.empty()) return true;
  const std::string text(address);
  in_addr four{};
  if (inet_pton(AF_INET, text.c_str(), &four) == 1) return (ntohl(four.s_addr) >> 24) == 127;
  in6_addr six{};
  if (inet_pton(AF_INET6, text.c_str(), &six) != 1) return false;
  return IN6_IS_ADDR_LOOPBACK(&six) || (IN6_IS_ADDR_V4MAPPED(&six) && six.s6_addr[12] == 127);
}

bool is_loopback_host(std::string_view host) {
  const std::string_view name = without_port(host);
  if (name.empty()) return false;
  static constexpr std::string_view kSuffix = ".localhost";
  if (http::iequals(name, "localhost")) return true;
  if (name.size() > kSuffix.size() && http::iequals(name.substr(name.size() - kSuffix.size()), kSuffix))
    return true;
  return is_loopback_address(name);
}

}  // namespace retort::detail
