// SPDX-License-Identifier: BSD-3-Clause
#include "retort/testing/cli_runner.h"

#include <cerrno>
#include <cstdio>
#include <iostream>
#include <system_error>

#include <sys/mman.h>
#include <unistd.h>

namespace retort {
namespace {

void flush() {
  std::cout.flush();
  std::cerr.flush();
  std::fflush(stdout);
  std::fflush(stderr);
}

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

/// Standard output and error go to memory while this lives.
class Capture {
 public:
  Capture() : memory_(memfd_create("retort-cli-runner", MFD_CLOEXEC)) {
    if (memory_ < 0) fail("memfd_create");
    flush();
    saved_[0] = dup(STDOUT_FILENO);
    saved_[1] = dup(STDERR_FILENO);
    if (saved_[0] < 0 || saved_[1] < 0 || dup2(memory_, STDOUT_FILENO) < 0 ||
        dup2(memory_, STDERR_FILENO) < 0) {
      restore();
      close(memory_);
      fail("dup2");
    }
  }
  ~Capture() {
    restore();
    close(memory_);
  }
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;

  std::string text() const {
    flush();
    std::string out;
    char piece[4096];
    for (off_t at = 0;;) {
      const ssize_t n = pread(memory_, piece, sizeof piece, at);
      if (n <= 0) return out;
      out.append(piece, static_cast<std::size_t>(n));
      at += n;
    }
  }

 private:
  void restore() {
    flush();
    for (int i = 0; i < 2; ++i) {
      if (saved_[i] < 0) continue;
      dup2(saved_[i], i == 0 ? STDOUT_FILENO : STDERR_FILENO);
      close(saved_[i]);
    }
  }

  int memory_;
  int saved_[2] = {-1, -1};
};

}  // namespace

CliResult CliRunner::invoke(const std::vector<std::string>& arguments) const {
  std::vector<std::string> texts = {"app"};
  texts.insert(texts.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& text : texts) argv.push_back(text.data());
  argv.push_back(nullptr);
  const Capture capture;
  CliResult result;
  result.exit_code = main_(static_cast<int>(texts.size()), argv.data());
  result.output = capture.text();
  return result;
}

}  // namespace retort
