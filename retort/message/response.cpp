// SPDX-License-Identifier: BSD-3-Clause
#include "retort/message/response.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <memory>
#include <stdexcept>
#include <system_error>

#include <fmt/format.h>
#include <unistd.h>

#include "retort/base/text.h"
#include "retort/http/status.h"

namespace retort {

Response::Response(std::string body, int status, std::string_view content_type)
    : status_code(status), text_(std::move(body)) {
  if (!content_type.empty()) headers.add("Content-Type", content_type);
}

Response::Response(const char* body, int status, std::string_view content_type)
    : Response(std::string(body), status, content_type) {}
Response::Response() noexcept = default;
Response::Response(Response&&) noexcept = default;
Response& Response::operator=(Response&&) noexcept = default;
Response::~Response() = default;

// Body.

Response::FileBody& Response::FileBody::operator=(FileBody&& o) noexcept {
  if (this == &o) return *this;
  if (fd >= 0) ::close(fd);
  fd = std::exchange(o.fd, -1);
  offset = o.offset;
  length = o.length;
  return *this;
}

Response::FileBody::~FileBody() {
  if (fd >= 0) ::close(fd);
}

void Response::drop_stream_and_file() noexcept {
  stream_ = nullptr;
  file_ = {};
}

void Response::set_data(std::string body) {
  drop_source();
  text_ = std::move(body);
  kind_ = Kind::owned;
}

void Response::set_stream(Stream stream) {
  drop_source();
  stream_ = std::move(stream);
  view_ = {};
  kind_ = Kind::streamed;
}

void Response::set_file(int fd, std::uint64_t offset, std::uint64_t length) {
  drop_source();
  file_.fd = fd;
  file_.offset = offset;
  file_.length = length;
  view_ = {};
  kind_ = Kind::file;
}

namespace {

class TextWriter final : public BodyWriter {
 public:
  explicit TextWriter(std::string& out) : out_(out) {}
  void write(std::string_view piece) override { out_ += piece; }
  void flush() override {}

 private:
  std::string& out_;
};

void write_file(const Response::FileBody& file, BodyWriter& out) {
  constexpr std::size_t kPiece = 64 * 1024;
  const auto piece = std::make_unique_for_overwrite<char[]>(std::min<std::uint64_t>(kPiece, file.length));
  std::uint64_t at = file.offset, left = file.length;
  while (left != 0) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(kPiece, left));
    const ssize_t n = ::pread(file.fd, piece.get(), wanted, static_cast<off_t>(at));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw std::system_error(errno, std::generic_category(), "reading a response's file");
    if (n == 0) throw std::system_error(EIO, std::generic_category(), "a response's file became shorter");
    out.write({piece.get(), static_cast<std::size_t>(n)});
    at += static_cast<std::uint64_t>(n);
    left -= static_cast<std::uint64_t>(n);
  }
}

}  // namespace

void Response::write_to(BodyWriter& out) const {
  if (kind_ == Kind::streamed) return stream_(out);
  if (kind_ == Kind::file) return write_file(file_, out);
  out.write(data());
}

std::string_view Response::get_data() {
  if (kind_ == Kind::streamed || kind_ == Kind::file) {
    std::string body;
    TextWriter writer(body);
    write_to(writer);
    set_data(std::move(body));
  }
  return data();
}

// Status.

std::string Response::status() const {
  if (!own_reason().empty()) return fmt::format("{} {}", status_code, own_reason());
  const std::string_view phrase = http::reason_phrase(status_code);
  return fmt::format("{} {}", status_code, phrase.empty() ? "UNKNOWN" : text::to_upper(phrase));
}

void Response::set_status(std::string_view status) {
  status = text::trim(status);
  if (status.empty()) throw std::invalid_argument("an empty status");
  if (!http::is_header_value(status)) throw std::invalid_argument("a status must not hold CR, LF or NUL");
  const std::size_t space = status.find(' ');
  const std::string_view digits = status.substr(0, space);
  int code = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), code);
  if (error != std::errc() || end != digits.data() + digits.size() || code < 0) {
    status_code = 0;
    reason_ = status;
  } else {
    status_code = code;
    reason_ = space == std::string_view::npos ? std::string_view() : text::trim(status.substr(space + 1));
  }
  reason_code_ = status_code;
}

void Response::upgrade(std::string_view protocol, Upgrade run) {
  status_code = 101;
  headers.set("Upgrade", protocol);
  headers.set("Connection", "Upgrade");
  upgrade_ = std::move(run);
}

void Response::call_on_close(Function<void()> f) { on_close_.push_back(std::move(f)); }

void Response::close(const Function<void(const std::exception_ptr&)>& failed) noexcept {
  if (stream_) stream_ = nullptr;
  // A function may add another one.
  for (std::size_t i = 0; i < on_close_.size(); ++i) {
    try {
      const Function<void()> f = std::move(on_close_[i]);
      f();
    } catch (...) {
      if (failed) failed(std::current_exception());
    }
  }
  if (!on_close_.empty()) on_close_.clear();
}

void Response::reset() {
  status_code = 200;
  reason_code_ = -1;
  autocorrect_location_header = false;
  headers.clear();
  text::clear_for_reuse(text_);
  drop_source();
  kind_ = Kind::owned;
  if (upgrade_) upgrade_ = nullptr;
  if (!on_close_.empty()) on_close_.clear();
}

}  // namespace retort
