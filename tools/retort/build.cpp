// SPDX-License-Identifier: BSD-3-Clause
#include "tools/retort/build.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>

#include "tools/retort/failure.h"
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "retort/cli/detail/child_process.h"

namespace retort::tool {

using retort::detail::Fd;

namespace {

constexpr int kMomentMs = 700;

/// While a child of its own process group runs, what would end this process ends it, too.
volatile sig_atomic_t g_child = 0;
void end_child(int signal) {
  if (g_child > 0) kill(-static_cast<pid_t>(g_child), SIGTERM);
  ::signal(signal, SIG_DFL);
  raise(signal);
}

}  // namespace

Outcome run_command(const std::vector<std::string>& command, const std::string& folder,
                    const std::string& slow) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  const Fd in(ends[0]);
  pid_t child = 0;
  {
    const Fd out(ends[1]);
    child = retort::detail::spawn({.command = command, .folder = folder, .output = out.get()});
  }
  g_child = child;
  const auto interrupt = signal(SIGINT, end_child);
  const auto terminate = signal(SIGTERM, end_child);
  Outcome outcome;
  bool announced = slow.empty();
  char buffer[16384];
  while (true) {
    pollfd ready{in.get(), POLLIN, 0};
    if (!announced && poll(&ready, 1, kMomentMs) == 0) {
      announced = true;
      fmt::print(stderr, " * {}\n", slow);
    }
    const ssize_t size = read(in.get(), buffer, sizeof buffer);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) break;
    outcome.output.append(buffer, static_cast<std::size_t>(size));
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  g_child = 0;
  signal(SIGINT, interrupt);
  signal(SIGTERM, terminate);
  outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return outcome;
}

void configure(const std::vector<std::string>& command, const std::string& name) {
  const Outcome outcome = run_command(command, {}, fmt::format("Configuring {}", name));
  if (outcome.exit_code == 0) return;
  // CMake's own errors; what it found before them helps nobody.
  const std::size_t error = outcome.output.find("CMake Error");
  fmt::print(stderr, "{}\n", error == std::string::npos ? outcome.output : outcome.output.substr(error));
  throw Failure(fmt::format("CMake cannot configure {}: its errors are above", name));
}

void build(const Plan& plan) {
  const Outcome outcome =
      run_command(plan.build_command, plan.build_folder, fmt::format("Building {}", plan.name));
  if (outcome.exit_code == 0) return;
  fmt::print(stderr, "{}\n", outcome.output);
  throw Failure(fmt::format("{} does not build: the compiler's errors are above", plan.name));
}

void become(const std::string& program, const std::vector<std::string>& words) {
  std::vector<char*> argv{const_cast<char*>(program.c_str())};
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  std::fflush(nullptr);
  execv(program.c_str(), argv.data());
  throw Failure(fmt::format("cannot run {}: {}", program, std::strerror(errno)));
}

}  // namespace retort::tool
