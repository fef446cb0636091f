// SPDX-License-Identifier: BSD-3-Clause
#include "retort/cli/detail/listening.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string_view>

#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>

#include "retort/base/log.h"

namespace retort::detail {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kListens = "0A";  // TCP_LISTEN

/// The inode of the socket that listens, from a table as /proc/net/tcp.
std::optional<std::string> listening_inode(const char* table, std::uint16_t port) {
  std::ifstream file(table);
  std::string line;
  std::getline(file, line);  // the headings
  while (std::getline(file, line)) {
    std::istringstream words(line);
    std::string number, local, remote, state, queues, timer, retransmits, user, timeout, inode;
    words >> number >> local >> remote >> state >> queues >> timer >> retransmits >> user >> timeout >> inode;
    const std::size_t colon = local.rfind(':');
    if (state != kListens || colon == std::string::npos) continue;
    unsigned found = 0;
    std::from_chars(local.data() + colon + 1, local.data() + local.size(), found, 16);
    if (found == port) return inode;
  }
  return std::nullopt;
}

bool has_open(const fs::path& process, const std::string& target) {
  std::error_code failed;
  for (fs::directory_iterator each(process / "fd", failed), end; !failed && each != end;
       each.increment(failed)) {
    std::error_code gone;
    if (fs::read_symlink(each->path(), gone) == target) return true;
  }
  return false;
}

std::string name_of(const fs::path& process) {
  std::ifstream file(process / "comm");
  std::string name;
  std::getline(file, name);
  return escape_control(name);
}

}  // namespace

std::string port_owner(std::uint16_t port) {
  std::optional<std::string> inode = listening_inode("/proc/net/tcp", port);
  if (!inode) inode = listening_inode("/proc/net/tcp6", port);
  if (!inode) return {};
  const std::string target = "socket:[" + *inode + "]";
  std::error_code failed;
  for (fs::directory_iterator each("/proc", failed), end; !failed && each != end; each.increment(failed)) {
    const std::string id = each->path().filename().string();
    if (id.find_first_not_of("0123456789") != std::string::npos) continue;
    if (has_open(each->path(), target)) return fmt::format("{} (process {})", name_of(each->path()), id);
  }
  return {};
}

std::string listen_error(const std::string& host, std::uint16_t port, int error) {
  if (error == EADDRINUSE) {
    const std::string owner = port_owner(port);
    return fmt::format(
        "port {} is in use by {}. Stop that, or choose another port with --port (0: any that is free).", port,
        owner.empty() ? "another program" : owner);
  }
  if (error == EACCES)
    return fmt::format("port {} may not be used by this user. Choose one from 1024 on with --port.", port);
  if (error == EADDRNOTAVAIL)
    return fmt::format("{} is no address of this machine. Choose 127.0.0.1 or 0.0.0.0 with --host.", host);
  return fmt::format("cannot listen on {}:{}: {}", host, port, std::strerror(error));
}

fiber::Listener listen_alone(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  const std::string asked = host.empty() ? "0.0.0.0" : host;
  if (const int error = getaddrinfo(asked.c_str(), nullptr, &hints, &found); error != 0)
    throw std::runtime_error(fmt::format(
        "there is no host '{}' ({}). Choose 127.0.0.1 or 0.0.0.0 with --host.", host, gai_strerror(error)));
  char numeric[NI_MAXHOST] = {};
  getnameinfo(found->ai_addr, found->ai_addrlen, numeric, sizeof numeric, nullptr, 0, NI_NUMERICHOST);
  freeaddrinfo(found);
  try {
    return fiber::Listener::tcp(numeric, port);
  } catch (const fiber::IoError& e) {
    throw std::runtime_error(listen_error(asked, port, e.code()));
  }
}

}  // namespace retort::detail
