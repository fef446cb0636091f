// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Logger: leveled lines to standard error and files, with names. A façade: spdlog writes
// (asynchronously never: a line is out when the call returns). Copies share one logger.
// Thread-safe.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace retort {

enum class LogLevel : std::uint8_t { debug, info, warning, error, critical, off };

class Logger {
 public:
  /// Writes to standard error: "[2026-01-31 12:00:00,123] INFO in hello: message".
  explicit Logger(std::string name, LogLevel level = LogLevel::info);
  Logger(const Logger& o);
  Logger(Logger&& o) noexcept;
  Logger& operator=(Logger o) noexcept;
  ~Logger();

  const std::string& name() const;
  LogLevel level() const;
  void set_level(LogLevel level);
  /// Whether set_level was called.
  bool level_is_set() const;
  bool enabled(LogLevel level) const { return level >= this->level(); }

  /// Writes one line; control characters in `message` are escaped, so that outside data
  /// cannot forge lines. Line breaks of multi-line messages are kept by log_text.
  void log(LogLevel level, std::string_view message) const;
  /// Writes text of several lines as it stands (a stack, an error page).
  void log_text(LogLevel level, std::string_view text) const;

  void debug(std::string_view message) const { log(LogLevel::debug, message); }
  void info(std::string_view message) const { log(LogLevel::info, message); }
  void warning(std::string_view message) const { log(LogLevel::warning, message); }
  void error(std::string_view message) const { log(LogLevel::error, message); }
  void critical(std::string_view message) const { log(LogLevel::critical, message); }

  /// Also writes to a file that is rotated at `max_bytes`, keeping `backups` old ones
  /// (Python's RotatingFileHandler). Throws std::runtime_error when it cannot be opened.
  void add_rotating_file(const std::string& path, std::size_t max_bytes, std::size_t backups,
                         LogLevel level = LogLevel::debug);
  /// Gives each line to `sink` as well; for tests and other loggers.
  void add_sink(void (*sink)(void* user, LogLevel level, std::string_view line), void* user);
  /// Stops writing to standard error.
  void remove_standard_error();

 private:
  struct Impl;
  Impl* impl_;
};

/// Escapes control characters as \\n, \\x1b, ...
std::string escape_control(std::string_view text);

}  // namespace retort
