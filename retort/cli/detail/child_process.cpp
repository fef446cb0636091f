// SPDX-License-Identifier: BSD-3-Clause
#include "retort/cli/detail/child_process.h"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

namespace retort::detail {
namespace {

constexpr int kAboveAll = 64;  // where copies do not lie in the way of the numbers that are given out

struct Actions {
  Actions() { posix_spawn_file_actions_init(&value); }
  ~Actions() { posix_spawn_file_actions_destroy(&value); }
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;
  posix_spawn_file_actions_t value;
};

struct Attributes {
  Attributes() { posix_spawnattr_init(&value); }
  ~Attributes() { posix_spawnattr_destroy(&value); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  posix_spawnattr_t value;
};

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> out;
  out.reserve(texts.size() + 1);
  for (const std::string& text : texts) out.push_back(const_cast<char*>(text.c_str()));
  out.push_back(nullptr);
  return out;
}

/// The environment with the given names replaced.
std::vector<std::string> environment_with(const std::vector<std::string>& added) {
  std::vector<std::string> out = added;
  for (char** each = environ; *each; ++each) {
    const std::string_view entry = *each;
    const std::string_view name = entry.substr(0, entry.find('=') + 1);
    bool replaced = false;
    for (const std::string& other : added) replaced = replaced || other.starts_with(name);
    if (!replaced) out.emplace_back(entry);
  }
  return out;
}

}  // namespace

Fd::~Fd() {
  if (fd_ >= 0) close(fd_);
}

pid_t spawn(const SpawnOptions& options) {
  Actions actions;
  std::vector<Fd> copies;
  int number = 3;
  for (const int fd : options.descriptors) {
    copies.emplace_back(fcntl(fd, F_DUPFD_CLOEXEC, kAboveAll));
    posix_spawn_file_actions_adddup2(&actions.value, copies.back().get(), number++);
  }
  if (options.output >= 0) {
    copies.emplace_back(fcntl(options.output, F_DUPFD_CLOEXEC, kAboveAll));
    posix_spawn_file_actions_addopen(&actions.value, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions.value, copies.back().get(), 1);
    posix_spawn_file_actions_adddup2(&actions.value, copies.back().get(), 2);
  }
  if (!options.folder.empty()) posix_spawn_file_actions_addchdir_np(&actions.value, options.folder.c_str());

  Attributes attributes;
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes.value, &none);
  posix_spawnattr_setsigdefault(&attributes.value, &all);
  int flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
  if (options.output >= 0) flags |= POSIX_SPAWN_SETPGROUP;  // so that all of a build can be ended
  posix_spawnattr_setflags(&attributes.value, static_cast<short>(flags));

  const std::vector<std::string> environment = environment_with(options.environment);
  pid_t out = 0;
  const int error = posix_spawnp(&out, options.command.at(0).c_str(), &actions.value, &attributes.value,
                                 pointers(options.command).data(), pointers(environment).data());
  if (error != 0)
    throw std::system_error(error, std::generic_category(), fmt::format("cannot run {}", options.command[0]));
  return out;
}

}  // namespace retort::detail
