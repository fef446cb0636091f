// SPDX-License-Identifier: BSD-3-Clause
#include "retort/cli/detail/crash_report.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include <elf.h>
#include <execinfo.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

namespace retort::detail {
namespace {

constexpr std::array<int, 5> kSignals{SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};
constexpr int kPatienceMs = 10'000;

struct Message {
  char mark = kCrashMark;
  int signal = 0;
  int count = 0;
  std::array<void*, 96> addresses{};
};

// A signal handler belongs to the process, so what it needs does too.
int g_fd = -1;
std::atomic<bool> g_crashing{false};
static_assert(std::atomic<bool>::is_always_lock_free);

/// Async-signal-safe, once backtrace() has been called before (it loads libgcc at its first call).
void on_crash(int signal) {
  g_crashing.store(true, std::memory_order_relaxed);
  Message message;
  message.signal = signal;
  message.count = backtrace(message.addresses.data(), static_cast<int>(message.addresses.size()));
  if (send(g_fd, &message, sizeof message, MSG_NOSIGNAL) == static_cast<ssize_t>(sizeof message)) {
    pollfd answer{g_fd, POLLIN, 0};
    poll(&answer, 1, kPatienceMs);
  }
  // SA_RESETHAND: the default now, which kills the process by the same signal.
  raise(signal);
}

/// Where a module lies in a process: its file, and what its symbols' addresses are moved by.
struct Mapping {
  std::uintptr_t begin = 0, end = 0, base = 0;
  std::string path;
};

bool is_position_independent(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  Elf64_Ehdr header{};
  file.read(reinterpret_cast<char*>(&header), sizeof header);
  return !file || header.e_type == ET_DYN;
}

std::vector<Mapping> mappings(pid_t app) {
  std::vector<Mapping> out;
  std::ifstream maps(fmt::format("/proc/{}/maps", app));
  char program[4096] = {};
  const std::string exe = fmt::format("/proc/{}/exe", app);
  const ssize_t size = readlink(exe.c_str(), program, sizeof program - 1);
  const std::string program_path(program, size > 0 ? static_cast<std::size_t>(size) : 0);
  for (std::string line; std::getline(maps, line);) {
    Mapping each;
    std::string permissions, offset, device, inode;
    char dash = 0;
    std::istringstream in(line);
    in >> std::hex >> each.begin >> dash >> each.end >> permissions >> offset >> device >> inode;
    std::getline(in >> std::ws, each.path);
    if (!each.path.starts_with('/')) continue;
    if (each.path == program_path) each.path = exe;  // another file may lie at its path by now
    const auto first =
        std::find_if(out.begin(), out.end(), [&](const Mapping& known) { return known.path == each.path; });
    if (first != out.end()) {
      each.base = first->base;
    } else {
      each.base = is_position_independent(each.path) ? each.begin : 0;
    }
    out.push_back(std::move(each));
  }
  return out;
}

std::vector<ModuleAddress> locate_in(pid_t app, const Message& message) {
  const std::vector<Mapping> known = mappings(app);
  std::vector<ModuleAddress> out;
  for (int i = 0; i < message.count; ++i) {
    const auto address = reinterpret_cast<std::uintptr_t>(message.addresses[static_cast<std::size_t>(i)]) - 1;
    for (const Mapping& each : known) {
      if (address < each.begin || address >= each.end) continue;
      out.push_back({.module = each.path, .offset = address - each.base, .function = {}});
      break;
    }
  }
  return out;
}

/// The handler, and what the system and the C library put between it and the crash.
bool is_handler(const SourceFrame& frame) {
  if (frame.file.ends_with("cli/detail/crash_report.cpp") || frame.file.ends_with("fiber/overflow.cpp"))
    return true;
  for (const char* name :
       {"__restore_rt", "raise", "gsignal", "abort", "__pthread_kill_implementation", "__libc_message"})
    if (frame.function == name) return true;
  return frame.file.empty() && frame.function.empty();
}

}  // namespace

bool is_crashing() noexcept { return g_crashing.load(std::memory_order_relaxed); }

void install_crash_report(int fd) {
  g_fd = fd;
  void* warm[2];
  backtrace(warm, 2);
  struct sigaction action {};
  action.sa_handler = &on_crash;
  action.sa_flags = static_cast<int>(SA_ONSTACK | SA_RESETHAND | SA_NODEFER);
  sigemptyset(&action.sa_mask);
  for (const int signal : kSignals) sigaction(signal, &action, nullptr);
}

bool read_crash(int fd, pid_t app, CrashReport& out) {
  Message message;
  char* at = reinterpret_cast<char*>(&message);
  std::size_t left = sizeof message;
  while (left > 0) {
    pollfd ready{fd, POLLIN, 0};
    if (poll(&ready, 1, kPatienceMs) <= 0) return false;
    const ssize_t size = recv(fd, at, left, 0);
    if (size <= 0) return false;
    at += size;
    left -= static_cast<std::size_t>(size);
  }
  message.count = std::clamp(message.count, 0, static_cast<int>(message.addresses.size()));
  out.signal = message.signal;
  out.stack = symbolize(locate_in(app, message));
  const auto first = std::find_if(out.stack.begin(), out.stack.end(),
                                  [](const SourceFrame& frame) { return !is_handler(frame); });
  out.stack.erase(out.stack.begin(), first);
  send(fd, "k", 1, MSG_NOSIGNAL);
  return true;
}

std::string signal_text(int signal) {
  switch (signal) {
    case SIGSEGV:
      return "SIGSEGV: a bad memory access";
    case SIGBUS:
      return "SIGBUS: a bad memory access";
    case SIGABRT:
      return "SIGABRT: abort() was called, or an assertion failed";
    case SIGFPE:
      return "SIGFPE: an arithmetic error, such as an integer divided by zero";
    case SIGILL:
      return "SIGILL: an instruction that there is not";
    case SIGKILL:
      return "SIGKILL: it was killed, perhaps for want of memory";
    default:
      return fmt::format("signal {}: {}", signal, strsignal(signal));
  }
}

}  // namespace retort::detail
