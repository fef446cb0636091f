// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What a development server tells the app that it runs, and through it the browser: a piece of
// shared memory that the server writes and the app reads.

#include <cstdint>
#include <string>
#include <string_view>

namespace retort::detail {

/// One writer, any number of readers, in any processes.
class DevState {
 public:
  /// A new one. Throws std::system_error.
  DevState();
  /// One that a parent process has made. Throws std::system_error.
  explicit DevState(int fd);
  ~DevState();
  DevState(const DevState&) = delete;
  DevState& operator=(const DevState&) = delete;

  /// To be given to children: not closed on exec.
  int fd() const { return fd_; }
  /// Raised by each write().
  std::uint64_t version() const;
  /// JSON; what is longer than there is room for is cut to "{}".
  void write(std::string_view json);
  /// What was written last; "" before that.
  std::string read() const;

 private:
  struct Layout;
  void map();

  int fd_ = -1;
  Layout* layout_ = nullptr;
};

}  // namespace retort::detail
