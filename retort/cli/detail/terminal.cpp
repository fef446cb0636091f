// SPDX-License-Identifier: BSD-3-Clause
#include "retort/cli/detail/terminal.h"

#include <cstdlib>
#include <ctime>
#include <optional>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "retort/base/log.h"

namespace retort::detail {
namespace {

/// This machine's address on its network, asked of the routing table: nothing is sent.
std::optional<std::string> network_address() {
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return std::nullopt;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(9);
  inet_pton(AF_INET, "192.0.2.1", &address.sin_addr);  // of no machine: for documentation
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  char text[INET_ADDRSTRLEN] = {};
  const bool known = connect(fd, any, size) == 0 && getsockname(fd, any, &size) == 0 &&
                     inet_ntop(AF_INET, &address.sin_addr, text, sizeof text) != nullptr;
  close(fd);
  return known ? std::optional<std::string>(text) : std::nullopt;
}

std::string address_line(std::string_view scheme, std::string_view host, std::uint16_t port) {
  const bool brackets = host.find(':') != std::string_view::npos;
  return fmt::format(" * Running on {}://{}{}{}:{}\n", scheme, brackets ? "[" : "", host, brackets ? "]" : "",
                     port);
}

}  // namespace

bool has_colours(int descriptor) {
  const char* const refused = std::getenv("NO_COLOR");
  return isatty(descriptor) && !(refused && *refused);
}

std::string styled(std::string_view text, std::initializer_list<Style> styles, bool colours) {
  if (!colours || styles.size() == 0) return std::string(text);
  std::string out;
  for (const Style style : styles) out += fmt::format("\x1b[{}m", static_cast<int>(style));
  return out + std::string(text) + "\x1b[0m";
}

std::string serving_text(std::string_view app, bool debug) {
  return fmt::format(" * Serving Retort app '{}'\n * Debug mode: {}\n", app, debug ? "on" : "off");
}

std::string running_text(std::string_view scheme, std::string_view host, std::uint16_t port, bool colours) {
  std::string out = styled(
      "WARNING: This is a development server. Do not use it in a production deployment: `serve` is for that.",
      {Style::bold, Style::red}, colours);
  out += '\n';
  if (host.empty() || host == "0.0.0.0" || host == "::") {
    out += fmt::format(" * Running on all addresses ({})\n", host.empty() ? "0.0.0.0" : host);
    out += address_line(scheme, host == "::" ? "::1" : "127.0.0.1", port);
    if (const std::optional<std::string> own = host == "::" ? std::nullopt : network_address())
      out += address_line(scheme, *own, port);
  } else {
    out += address_line(scheme, host, port);
  }
  return out + styled("Press CTRL+C to quit", {Style::yellow}, colours) + "\n";
}

std::string access_line(const server::AccessRecord& record, bool colours) {
  std::string request = server::request_line(record);
  const int status = record.status;
  if (status < 200) {
    request = styled(request, {Style::bold}, colours);
  } else if (status == 304) {
    request = styled(request, {Style::cyan}, colours);
  } else if (status >= 300 && status < 400) {
    request = styled(request, {Style::green}, colours);
  } else if (status == 404) {
    request = styled(request, {Style::yellow}, colours);
  } else if (status >= 400 && status < 500) {
    request = styled(request, {Style::bold, Style::red}, colours);
  } else if (status >= 500) {
    request = styled(request, {Style::bold, Style::magenta}, colours);
  }
  char when[32];
  const std::time_t now = std::time(nullptr);
  tm parts{};
  localtime_r(&now, &parts);
  std::strftime(when, sizeof when, "%d/%b/%Y %H:%M:%S", &parts);
  return fmt::format("{} - - [{}] \"{}\" {} - {:.1f} ms\n",
                     record.remote_addr.empty() ? "-" : record.remote_addr, when, request, status,
                     static_cast<double>(record.duration.count()) / 1000);
}

}  // namespace retort::detail
