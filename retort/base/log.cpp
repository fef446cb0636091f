// SPDX-License-Identifier: BSD-3-Clause
#include "retort/base/log.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "retort/base/text.h"

namespace retort {
namespace {

// As Python's logging prints: WARNING, not spdlog's "warning".
class LevelName : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override {
    static constexpr std::string_view kNames[] = {"TRACE", "DEBUG",    "INFO", "WARNING",
                                                  "ERROR", "CRITICAL", "OFF"};
    const std::string_view name = kNames[message.level];
    out.append(name.data(), name.data() + name.size());
  }
  std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<LevelName>(); }
};

class FunctionSink : public spdlog::sinks::base_sink<std::mutex> {
 public:
  using Function = void (*)(void*, LogLevel, std::string_view);
  FunctionSink(Function function, void* user) : function_(function), user_(user) {}

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    const auto level = static_cast<LogLevel>(std::max(0, static_cast<int>(message.level) - 1));
    function_(user_, level, std::string_view(message.payload.data(), message.payload.size()));
  }
  void flush_() override {}

 private:
  Function function_;
  void* user_;
};

std::unique_ptr<spdlog::formatter> make_formatter() {
  auto formatter = std::make_unique<spdlog::pattern_formatter>();
  formatter->add_flag<LevelName>('*').set_pattern("[%Y-%m-%d %H:%M:%S,%e] %* in %n: %v");
  return formatter;
}

// spdlog's levels begin with trace.
spdlog::level::level_enum to_spdlog(LogLevel level) {
  return static_cast<spdlog::level::level_enum>(static_cast<int>(level) + 1);
}

}  // namespace

struct Logger::Impl {
  explicit Impl(std::string logger_name)
      : name(std::move(logger_name)),
        standard_error(std::make_shared<spdlog::sinks::stderr_sink_mt>()),
        logger(name, standard_error) {
    logger.set_formatter(make_formatter());
    logger.flush_on(spdlog::level::trace);
  }

  std::atomic<int> references{1};
  std::atomic<bool> level_set{false};
  std::string name;
  std::shared_ptr<spdlog::sinks::sink> standard_error;
  spdlog::logger logger;
};

Logger::Logger(std::string name, LogLevel level) : impl_(new Impl(std::move(name))) {
  impl_->logger.set_level(to_spdlog(level));
}

Logger::Logger(const Logger& o) : impl_(o.impl_) {
  impl_->references.fetch_add(1, std::memory_order_relaxed);
}

Logger::Logger(Logger&& o) noexcept : impl_(o.impl_) { o.impl_ = nullptr; }

Logger& Logger::operator=(Logger o) noexcept {
  std::swap(impl_, o.impl_);
  return *this;
}

Logger::~Logger() {
  if (impl_ && impl_->references.fetch_sub(1, std::memory_order_acq_rel) == 1) delete impl_;
}

const std::string& Logger::name() const { return impl_->name; }

LogLevel Logger::level() const {
  return static_cast<LogLevel>(std::max(0, static_cast<int>(impl_->logger.level()) - 1));
}

void Logger::set_level(LogLevel level) {
  impl_->level_set = true;
  impl_->logger.set_level(to_spdlog(level));
}

bool Logger::level_is_set() const { return impl_->level_set; }

void Logger::log(LogLevel level, std::string_view message) const {
  if (enabled(level)) log_text(level, escape_control(message));
}

void Logger::log_text(LogLevel level, std::string_view text) const {
  impl_->logger.log(to_spdlog(level), spdlog::string_view_t(text.data(), text.size()));
}

void Logger::add_rotating_file(const std::string& path, std::size_t max_bytes, std::size_t backups,
                               LogLevel level) {
  auto sink = std::make_shared<spdlog::sinks::rotating_file_sink_mt>(path, max_bytes, backups);
  sink->set_level(to_spdlog(level));
  sink->set_formatter(make_formatter());
  impl_->logger.sinks().push_back(std::move(sink));
}

void Logger::add_sink(void (*sink)(void*, LogLevel, std::string_view), void* user) {
  impl_->logger.sinks().push_back(std::make_shared<FunctionSink>(sink, user));
}

void Logger::remove_standard_error() { std::erase(impl_->logger.sinks(), impl_->standard_error); }

std::string escape_control(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  text::append_escaped(out, text);
  return out;
}

}  // namespace retort
