// SPDX-License-Identifier: BSD-3-Clause
// What goes wrong, and what is told of it and of everything else: errors, bare answers, the access log.
#include <algorithm>
#include <ctime>

#include <fmt/format.h>
#include <unistd.h>

#include "retort/base/log.h"
#include "retort/http/status.h"
#include "retort/server/detail/connection.h"

namespace retort::server {

std::string request_line(const AccessRecord& record) {
  if (record.method.empty()) return escape_control(record.line);
  return fmt::format("{} {} HTTP/1.{}", escape_control(record.method), escape_control(record.target),
                     record.minor_version);
}

namespace detail {
namespace {

constexpr std::size_t kMostOfALine = 1024;  // of a head that nobody could read

/// The method, target and version of a head that was refused; its first line where it has none.
void read_line(std::string_view head, AccessRecord& record) {
  constexpr std::string_view kProtocol = "HTTP/1.";
  head.remove_prefix(std::min(head.find_first_not_of("\r\n"), head.size()));
  const std::string_view line = head.substr(0, std::min(head.find_first_of("\r\n"), kMostOfALine));
  record.line = line;
  const std::size_t first = line.find(' '), last = line.rfind(' ');
  if (first == std::string_view::npos || first == 0 || last <= first + 1) return;
  const std::string_view target = line.substr(first + 1, last - first - 1), version = line.substr(last + 1);
  const bool is_version = version.size() == kProtocol.size() + 1 && version.starts_with(kProtocol) &&
                          version.back() >= '0' && version.back() <= '9';
  if (!is_version || target.find(' ') != std::string_view::npos) return;
  record.method = line.substr(0, first);
  record.target = target;
  record.minor_version = version.back() - '0';
}

void print_line(const AccessRecord& record) {
  char when[32];
  const std::time_t now = std::time(nullptr);
  tm parts{};
  localtime_r(&now, &parts);
  std::strftime(when, sizeof when, "%d/%b/%Y %H:%M:%S", &parts);
  const std::string line =
      fmt::format("{} - - [{}] \"{}\" {} -\n", record.remote_addr.empty() ? "-" : record.remote_addr, when,
                  request_line(record), record.status);
  [[maybe_unused]] const auto ignored = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace

// Tells the log what escaped. A log that throws does not end the process.
void Connection::report(const std::exception_ptr& error) noexcept {
  const auto& on_error = worker_.options.on_error;
  if (!on_error) return;
  try {
    try {
      std::rethrow_exception(error);
    } catch (const fiber::Cancelled&) {
      // The end of a request that nobody waits for.
    } catch (const std::exception& e) {
      on_error(e.what());
    } catch (...) {
      on_error("unknown exception");
    }
  } catch (...) {
  }
}

// A bare answer of the server's own, whose body is the status unless there is a text; how many bytes that
// has. The connection ends with it, except after a handler's failure.
std::size_t Connection::answer_error(int status, bool closes, std::string_view text) {
  if (closes) keep_alive_ = false;
  const std::string_view phrase = http::reason_phrase(status);
  const std::string body = fmt::format("{}\n", text.empty() ? phrase : text);
  const bool head_only = state_ == State::busy && exchange_ && exchange_->head.method == "HEAD";
  out().append(fmt::format(
      "HTTP/1.1 {} {}\r\n{}Content-Type: text/plain; charset=utf-8\r\n{}Content-Length: {}\r\n\r\n{}", status,
      phrase, worker_.common_fields(), keep_alive_ ? "" : "Connection: close\r\n", body.size(),
      head_only ? "" : body));
  return head_only ? 0 : body.size();
}

// Answers what is no request.
void Connection::refuse_head(std::string_view head, int status, std::string_view text) {
  log_refused(head, status, answer_error(status, true, text));
}

void Connection::log_access(const Exchange& exchange, int status, std::uint64_t bytes) {
  if (!logs_accesses()) return;
  const http::RequestHead& head = exchange.head;
  const http::HeadersView headers(head);
  AccessRecord record;
  record.remote_addr = remote_addr();
  record.method = head.method;
  record.target = head.target;
  record.minor_version = head.minor_version;
  record.status = status;
  record.body_bytes = bytes;
  record.duration = std::chrono::duration_cast<microseconds>(Clock::now() - exchange.began);
  record.referrer = headers.get("Referer", "");
  record.user_agent = headers.get("User-Agent", "");
  log_record(record);
}

void Connection::log_refused(std::string_view head, int status, std::uint64_t bytes) {
  if (!logs_accesses()) return;
  char address[sizeof Exchange::remote_addr];
  AccessRecord record;
  record.remote_addr = write_remote_addr(address, sizeof address);
  record.status = status;
  record.body_bytes = bytes;
  read_line(head, record);
  log_record(record);
}

void Connection::log_record(const AccessRecord& record) {
  try {
    if (worker_.options.on_access) return worker_.options.on_access(record);
    print_line(record);
  } catch (...) {
    report(std::current_exception());
  }
}

}  // namespace detail
}  // namespace retort::server
