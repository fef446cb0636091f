// SPDX-License-Identifier: BSD-3-Clause
#include "retort/message/response.h"

#include <charconv>

#include <fmt/format.h>

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

void Response::set_data(std::string body) {
  text_ = std::move(body);
  kind_ = Kind::owned;
}

void Response::set_stream(Stream stream) {
  stream_ = std::move(stream);
  kind_ = Kind::streamed;
}

std::string Response::status() const {
  const std::string_view phrase = http::reason_phrase(status_code);
  return fmt::format("{} {}", status_code, phrase.empty() ? "UNKNOWN" : text::to_upper(phrase));
}

void Response::upgrade(std::string_view protocol, Upgrade run) {
  status_code = 101;
  headers.set("Upgrade", protocol);
  headers.set("Connection", "Upgrade");
  upgrade_ = std::move(run);
}

void Response::call_on_close(Function<void()> f) { on_close_.push_back(std::move(f)); }
bool Response::has_close_functions() const { return !on_close_.empty(); }

void Response::close() noexcept {
  while (!on_close_.empty()) {
    const Function<void()> f = std::move(on_close_.back());
    on_close_.pop_back();
    try {
      f();
    } catch (...) {
      // The response is gone and there is nobody left to tell; the other functions still run.
    }
  }
}

std::string_view Response::mimetype() const {
  const std::string_view type = content_type();
  return text::trim(type.substr(0, type.find(';')));
}

void Response::set_content_type(std::string_view type) {
  if (headers.empty()) {
    headers.append_unchecked("Content-Type", type);
    if (http::is_header_value(type)) [[likely]]
      return;
    headers.clear();
  }
  headers.set("Content-Type", type);
}

std::optional<std::uint64_t> Response::content_length() const {
  if (const auto text = headers.get("Content-Length")) {
    std::uint64_t length = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), length);
    if (error == std::errc() && end == text->data() + text->size()) return length;
  }
  if (is_streamed()) return std::nullopt;
  return data().size();
}

void Response::set_cookie(std::string_view key, std::string_view value, const http::CookieOptions& options) {
  headers.add("Set-Cookie", http::dump_cookie(key, value, options));
}

void Response::delete_cookie(std::string_view key, http::CookieOptions options) {
  options.expires = 0;
  options.max_age = 0;
  set_cookie(key, "", options);
}

void Response::reset() {
  status_code = 200;
  headers.clear();
  text_.clear();
  kind_ = Kind::owned;
  if (stream_) stream_ = nullptr;
  if (upgrade_) upgrade_ = nullptr;
  if (!on_close_.empty()) on_close_.clear();
}

}  // namespace retort
