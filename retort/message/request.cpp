// SPDX-License-Identifier: BSD-3-Clause
#include "retort/message/request.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "retort/base/percent.h"
#include "retort/base/text.h"
#include "retort/base/utf8.h"
#include "retort/http/cookie.h"
#include "retort/http/errors.h"
#include "retort/http/options.h"
#include "retort/http/url.h"
#include "retort/json/json.h"
#include "retort/message/detail/form_parser.h"
#include "retort/message/files.h"

namespace retort {

/// What has been worked out of the current request. Emptied, not freed, in between.
struct Request::Parsed {
  std::optional<http::MultiDict> args, form, cookies;
  std::optional<Files> files;
  std::optional<std::string> host, url, base_url, root_url, host_url, full_path, mimetype;
  std::optional<Value> json;
  std::optional<Value> view_args;
  std::string forwarded_addr, forwarded_scheme, forwarded_host, root_path;  // empty: none
  std::string body;                                                         // read from the transport
  bool body_held = false;                                                   // data() is in `body`
  bool body_taken = false;  // read() or the form has begun to consume it

  void clear() {
    args.reset();
    form.reset();
    files.reset();
    cookies.reset();
    host.reset();
    url.reset();
    base_url.reset();
    root_url.reset();
    host_url.reset();
    full_path.reset();
    mimetype.reset();
    json.reset();
    view_args.reset();
    forwarded_addr.clear();
    forwarded_scheme.clear();
    forwarded_host.clear();
    root_path.clear();
    body.clear();
    body_held = body_taken = false;
  }
};

Request::Request()
    : args(*this),
      form(*this),
      cookies(*this),
      scheme(*this),
      host(*this),
      url(*this),
      base_url(*this),
      root_url(*this),
      host_url(*this),
      full_path(*this),
      remote_addr(*this),
      content_type(*this),
      mimetype(*this),
      user_agent(*this),
      referrer(*this),
      files(*this),
      view_args(*this),
      parsed_(new Parsed) {}

Request::~Request() = default;

Request::Parsed& Request::parsed() const {
  dirty_ = true;
  return *parsed_;
}

// Beginning and end.

// Hot path: stores views; copies only a path that has escapes.
void Request::reset(const http::RequestHead& head, std::string_view body, bool body_complete,
                    Transport& transport) {
  head_ = &head;
  transport_ = &transport;
  method = head.method;
  target = head.target;
  headers = http::HeadersView(head);
  endpoint = {};
  blueprint = {};
  url_rule = nullptr;
  root_path = {};
  max_content_length.reset();
  max_form_memory_size = 500'000;
  max_form_parts = 1000;
  make_view_args_ = nullptr;
  body_ = body;
  body_complete_ = body_complete;
  body_read_ = body.size();
  split_target();
}

void Request::finish() {
  if (!dirty_) return;
  parsed_->clear();
  decoded_path_.clear();
  dirty_ = false;
}

void Request::split_target() {
  if (const std::size_t size = head_->plain_path_size) [[likely]] {
    path = target.substr(0, size);
    query_string = size < target.size() ? target.substr(size + 1) : std::string_view();
    return;
  }
  std::string_view rest = target;
  if (!rest.starts_with('/')) {  // absolute form, or "*"
    const std::size_t authority = rest.find("://");
    if (authority != std::string_view::npos) {
      const std::size_t start = rest.find_first_of("/?", authority + 3);
      rest = start == std::string_view::npos ? std::string_view("/") : rest.substr(start);
    }
  }
  const std::size_t question = rest.find('?');
  query_string = question == std::string_view::npos ? std::string_view() : rest.substr(question + 1);
  path = rest.substr(0, question);
  if (path.find('%') != std::string_view::npos || !utf8::valid(path)) [[unlikely]] {
    dirty_ = true;
    decoded_path_ = utf8::replace_invalid(percent::decode(path));
    path = decoded_path_;
  }
  if (path.empty()) path = "/";
}

void Request::mount(std::string_view prefix) {
  if (root_path.empty()) {
    root_path = prefix;
  } else {
    set_root_path(fmt::format("{}{}", root_path, prefix));
  }
  path.remove_prefix(std::min(prefix.size(), path.size()));
  if (path.empty()) path = "/";
}

void Request::set_remote_addr(std::string address) { parsed().forwarded_addr = std::move(address); }
void Request::set_scheme(std::string scheme) { parsed().forwarded_scheme = std::move(scheme); }
void Request::set_host(std::string host) { parsed().forwarded_host = std::move(host); }

void Request::set_root_path(std::string path) {
  parsed().root_path = std::move(path);
  root_path = parsed().root_path;
}

// Body.

std::size_t Request::read_more(char* out, std::size_t size) const {
  const std::size_t got = transport_->read_body(out, size);
  if (got == 0) body_complete_ = true;
  body_read_ += got;
  if (max_content_length && body_read_ > *max_content_length) throw RequestEntityTooLarge();
  return got;
}

std::size_t Request::read(char* out, std::size_t size) { return take(out, size); }

std::size_t Request::take(char* out, std::size_t size) const {
  check_length();
  if (!body_.empty()) {
    const std::size_t n = std::min(size, body_.size());
    std::copy_n(body_.data(), n, out);
    body_.remove_prefix(n);
    parsed().body_taken = true;
    return n;
  }
  if (body_complete_) return 0;
  parsed().body_taken = true;
  return read_more(out, size);
}

void Request::check_length() const {
  if (!max_content_length) return;
  const auto length = content_length();
  if ((length && *length > *max_content_length) || body_read_ > *max_content_length)
    throw RequestEntityTooLarge();
}

std::string_view Request::get_data() const {
  if (dirty_ && parsed_->body_held) return parsed_->body;
  check_length();
  if (body_complete_) return body_;
  Parsed& p = parsed();
  p.body.assign(body_);
  const auto length = content_length();
  std::size_t size = p.body.size();
  for (;;) {
    // Grows with what has come, not with what was announced.
    const std::size_t room = std::clamp<std::size_t>(size, 16 * 1024, 1024 * 1024);
    const std::size_t wanted =
        length ? std::min<std::size_t>(room, static_cast<std::size_t>(*length) - size) : room;
    if (wanted == 0) break;
    p.body.resize(size + wanted);
    const std::size_t got = read_more(p.body.data() + size, wanted);
    size += got;
    if (got == 0) break;
  }
  p.body.resize(size);
  p.body_held = true;
  body_complete_ = true;
  body_ = p.body;
  return p.body;
}

std::optional<std::uint64_t> Request::content_length() const {
  if (head_->framing != http::Framing::content_length) return std::nullopt;
  return head_->content_length;
}

// Attributes.

const http::MultiDict& Request::load_args() const {
  auto& args_of = parsed().args;
  if (!args_of) args_of = http::parse_query(query_string);
  return *args_of;
}

const http::MultiDict& Request::load_cookies() const {
  auto& cookies_of = parsed().cookies;
  if (!cookies_of) {
    std::string all;
    for (const std::string_view value : headers.getlist("Cookie")) {
      if (!all.empty()) all += "; ";
      all += value;
    }
    cookies_of = http::parse_cookie(all);
  }
  return *cookies_of;
}

const http::MultiDict& Request::load_form() const {
  auto& form_of = parsed().form;
  if (form_of) return *form_of;
  form_of.emplace();
  parsed().files.emplace();
  if (load_mimetype() == "application/x-www-form-urlencoded") {
    read_urlencoded();
  } else if (load_mimetype() == "multipart/form-data") {
    read_multipart();
  }
  return *form_of;
}

Files& Request::load_files() const {
  load_form();
  return *parsed().files;
}

FileStorage& Request::FilesAttribute::operator[](std::string_view name) const { return (**this)[name]; }

void Request::read_urlencoded() const {
  if (content_length().value_or(0) > max_form_memory_size) throw RequestEntityTooLarge();
  check_length();
  const auto read = [this](char* out, std::size_t size) {
    body_ = {};  // has been decoded where it lies
    return take(out, size);
  };
  detail::parse_urlencoded(body_, read, {max_form_memory_size, max_form_parts}, *parsed().form);
  parsed().body.clear();  // as in Werkzeug, the form has taken the data
}

void Request::read_multipart() const {
  const http::OptionsHeader type = http::parse_options_header(load_content_type());
  const std::string_view boundary = type.options.get("boundary", "");
  if (boundary.empty()) return;
  // Werkzeug holds each of its pieces, 64 KiB or the whole body, against the limit.
  if (std::min<std::uint64_t>(content_length().value_or(0), 64 * 1024) > max_form_memory_size)
    throw RequestEntityTooLarge();
  detail::parse_multipart([this](char* out, std::size_t size) { return take(out, size); }, boundary,
                          {max_form_memory_size, max_form_parts}, *parsed().form, *parsed().files);
  parsed().body.clear();
  body_ = {};
}

std::string_view Request::load_scheme() const {
  if (dirty_ && !parsed_->forwarded_scheme.empty()) [[unlikely]]
    return parsed_->forwarded_scheme;
  return transport_->secure() ? "https" : "http";
}

std::string_view Request::load_host() const {
  auto& host_of = parsed().host;
  if (host_of) return *host_of;
  std::string found = parsed().forwarded_host;
  if (found.empty()) found = head_->host;
  if (found.empty()) {
    const std::string_view address = transport_->server_addr();
    found = address.find(':') == std::string_view::npos ? std::string(address) : fmt::format("[{}]", address);
    if (transport_->server_port() != 0) found += fmt::format(":{}", transport_->server_port());
  }
  if (!http::valid_host(found)) throw SecurityError("Host is not valid.");
  host_of = std::string(http::without_default_port(found, load_scheme()));
  return *host_of;
}

std::string_view Request::load_host_url() const {
  auto& out = parsed().host_url;
  if (!out) out = fmt::format("{}://{}/", load_scheme(), load_host());
  return *out;
}

std::string_view Request::load_root_url() const {
  auto& out = parsed().root_url;
  if (!out) {
    out = fmt::format("{}://{}{}", load_scheme(), load_host(), root_path);
    if (!out->ends_with('/')) *out += '/';
  }
  return *out;
}

std::string_view Request::load_base_url() const {
  auto& out = parsed().base_url;
  if (!out) out = fmt::format("{}://{}{}{}", load_scheme(), load_host(), root_path, path);
  return *out;
}

std::string_view Request::load_url() const {
  auto& out = parsed().url;
  if (!out) {
    out = std::string(load_base_url());
    if (!query_string.empty()) out->append("?").append(query_string);
  }
  return *out;
}

std::string_view Request::load_full_path() const {
  auto& out = parsed().full_path;
  if (!out) out = fmt::format("{}?{}", path, query_string);
  return *out;
}

std::string_view Request::load_remote_addr() const {
  if (dirty_ && !parsed_->forwarded_addr.empty()) [[unlikely]]
    return parsed_->forwarded_addr;
  return transport_->remote_addr();
}
std::string_view Request::load_content_type() const { return headers.get("Content-Type", ""); }
std::string_view Request::load_user_agent() const { return headers.get("User-Agent", ""); }
std::string_view Request::load_referrer() const { return headers.get("Referer", ""); }

std::string_view Request::load_mimetype() const {
  auto& out = parsed().mimetype;
  if (!out) {
    const std::string_view type = load_content_type();
    out = text::to_lower(text::trim(type.substr(0, type.find(';'))));
  }
  return *out;
}

bool Request::is_json() const {
  const std::string_view type = load_mimetype();
  return type == "application/json" || (type.starts_with("application/") && type.ends_with("+json"));
}

const Value& Request::get_json(GetJsonOptions options) const {
  auto& json_of = parsed().json;
  if (json_of) return *json_of;
  static const Value none = nullptr;
  if (!options.force && !is_json()) {
    if (options.silent) return none;
    throw UnsupportedMediaType(
        "Did not attempt to load JSON data because the request Content-Type was not 'application/json'.");
  }
  Result<Value> value =
      json_loads_ ? json_loads_(json_provider_, get_data()) : ::retort::json::parse(get_data());
  if (!value) {
    if (options.silent) return none;
    throw BadRequest(fmt::format("Failed to decode JSON object: {}", value.error().message));
  }
  json_of = *std::move(value);
  return *json_of;
}

// View arguments.

const Value& Request::load_view_args() const {
  auto& out = parsed().view_args;
  if (!out) out = make_view_args_ ? make_view_args_(match_) : Value(nullptr);
  return *out;
}

void Request::set_view_args(Value changed) { parsed().view_args = std::move(changed); }

bool Request::has_view_args() const { return dirty_ && parsed_->view_args.has_value(); }

}  // namespace retort
