// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// A program that the development server runs: the app, or a build.

#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

namespace retort::detail {

/// A descriptor that is closed with its owner.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& o) noexcept : fd_(std::exchange(o.fd_, -1)) {}
  Fd& operator=(Fd&& o) noexcept {
    std::swap(fd_, o.fd_);
    return *this;
  }
  ~Fd();
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

struct SpawnOptions {
  std::vector<std::string> command = {};
  std::string folder = {};                    ///< "": the current one
  std::vector<std::string> environment = {};  ///< "NAME=value", in addition
  /// Given to the program under the numbers that follow 2, in this order.
  std::vector<int> descriptors = {};
  int output = -1;  ///< its standard output and error; -1: as they are
};

/// Starts a program of PATH with no signal blocked, in a process group of its own when its output is
/// taken. Throws std::system_error, naming it.
pid_t spawn(const SpawnOptions& options);

}  // namespace retort::detail
