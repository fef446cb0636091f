// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The report of a stack overflow: without it, a fiber that runs past its stack hits the
// guard page and dies by a bare SIGSEGV.

namespace retort::fiber {

/// Handles SIGSEGV and SIGBUS for the whole process, on an alternate stack for the calling thread and
/// for each thread that runs a scheduler afterwards: a fault in the running fiber's guard
/// page is reported on standard error with the size and the option to raise; then, as for
/// any other fault, the signal takes its former course. Programs call it (retort::main
/// does), the library never does on its own. Thread-safe; calling it again does nothing.
void install_overflow_report();

}  // namespace retort::fiber
