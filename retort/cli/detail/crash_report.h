// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// A crash (SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL) of an app, told to the development server that
// started it. The app's handler sends the stack's addresses and waits until the server has looked
// them up in the living process; then the signal takes its course.

#include <string>
#include <vector>

#include <sys/types.h>

#include "retort/cli/detail/symbolizer.h"

namespace retort::detail {

/// In the app: from now on crashes go to `fd`, a stream socket. For the whole process; before
/// fiber::install_overflow_report, whose report of a full stack then comes first.
void install_crash_report(int fd);

/// In the app: whether a crash is being reported, which holds its thread.
bool is_crashing() noexcept;

struct CrashReport {
  int signal = 0;
  std::vector<SourceFrame> stack = {};  ///< innermost first; without the handler itself
};

/// In the server: reads what a crashed app has sent behind kCrashMark, looks it up and lets the app
/// go. False when it is broken off.
bool read_crash(int fd, pid_t app, CrashReport& out);

/// Begins a message of a crash on the socket.
inline constexpr char kCrashMark = 'C';

/// "SIGSEGV: a bad memory access".
std::string signal_text(int signal);

}  // namespace retort::detail
