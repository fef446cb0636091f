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
#include "retort/message/detail/parsed_request.h"

namespace retort {

Request::Request()
    : args(*this),
      form(*this),
      values(*this),
      cookies(*this),
      scheme(*this),
      host(*this),
      url(*this),
      base_url(*this),
      root_url(*this),
      url_root(*this),
      host_url(*this),
      full_path(*this),
      remote_addr(*this),
      content_type(*this),
      mimetype(*this),
      user_agent(*this),
      referrer(*this),
      content_encoding(*this),
      content_md5(*this),
      origin(*this),
      access_control_request_method(*this),
      accept_mimetypes(*this),
      accept_charsets(*this),
      accept_encodings(*this),
      accept_languages(*this),
      authorization(*this),
      cache_control(*this),
      if_match(*this),
      if_none_match(*this),
      if_modified_since(*this),
      if_unmodified_since(*this),
      if_range(*this),
      range(*this),
      date(*this),
      pragma(*this),
      access_control_request_headers(*this),
      mimetype_params(*this),
      files(*this),
      view_args(*this),
      stream(*this),
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
  routing_exception = 0;
  root_path = {};
  remote_user = {};
  max_content_length.reset();
  max_form_memory_size = 500'000;
  max_form_parts = 1000;
  trusted_hosts = nullptr;
  on_json_loading_failed = &json_loading_failed;
  json_loads_ = nullptr;
  json_provider_ = nullptr;
  keep_context = nullptr;
  data_held_ = false;
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

void Request::copy_forwarded(const Request& from) {
  if (!from.dirty_) return;
  set_remote_addr(from.parsed_->forwarded_addr);
  set_scheme(from.parsed_->forwarded_scheme);
  set_host(from.parsed_->forwarded_host);
}

// Body.

std::size_t Request::read_more(char* out, std::size_t size) const {
  const std::size_t got = transport_->read_body(out, size);
  if (got == 0) body_complete_ = true;
  body_read_ += got;
  if (max_content_length && body_read_ > *max_content_length) throw RequestEntityTooLarge();
  return got;
}

std::size_t Request::take(char* out, std::size_t size) const {
  check_length();
  if (!body_.empty()) {
    const std::size_t n = std::min(size, body_.size());
    std::copy_n(body_.data(), n, out);
    body_.remove_prefix(n);
    return n;
  }
  if (body_complete_) return 0;
  return read_more(out, size);
}

std::string Request::Stream::read() const {
  const std::string_view rest = owner_.read_rest();
  return std::string(rest);
}

void Request::check_length() const {
  if (!max_content_length) return;
  const auto length = content_length();
  if ((length && *length > *max_content_length) || body_read_ > *max_content_length)
    throw RequestEntityTooLarge();
}

// What is left of the body, in one piece; afterwards nothing is.
std::string_view Request::read_rest() const {
  check_length();
  if (body_complete_) return std::exchange(body_, {});
  std::string& body = parsed().body;
  body.assign(body_);
  body_ = {};
  const auto length = content_length();
  std::size_t size = body.size();
  for (;;) {
    // Grows with what has come, not with what was announced.
    const std::size_t room = std::clamp<std::size_t>(size, 16 * 1024, 1024 * 1024);
    const std::uint64_t left = length ? *length - std::min(*length, body_read_) : room;
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(room, left));
    if (wanted == 0) break;
    body.resize(size + wanted);
    const std::size_t got = read_more(body.data() + size, wanted);
    size += got;
    if (got == 0) break;
  }
  body.resize(size);
  body_complete_ = true;
  return body;
}

std::string_view Request::get_data(GetDataOptions options) const {
  std::string_view data = data_;
  if (!data_held_) {
    if (options.parse_form_data) load_form();
    data = read_rest();
    if (options.cache) {
      data_ = data;
      data_held_ = true;
    }
  }
  if (!options.as_text || utf8::valid(data)) return data;
  return *(parsed().text = utf8::replace_invalid(std::string(data)));
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
    std::string room;
    cookies_of = http::parse_cookie(headers.joined("Cookie", "; ", room));
  }
  return *cookies_of;
}

const http::MultiDict& Request::load_form() const {
  Parsed& p = parsed();
  if (p.form) return *p.form;
  if (p.form_error) std::rethrow_exception(p.form_error);
  try {
    read_form();
  } catch (...) {
    // The body is half read: another try would find other fields.
    p.form_error = std::current_exception();
    throw;
  }
  return *p.form;
}

const http::MultiDict& Request::load_values() const {
  auto& out = parsed().values;
  if (!out) {
    http::MultiDict all = load_args();
    if (method != "GET") all.update(load_form());
    out = std::move(all);
  }
  return *out;
}

Files& Request::load_files() const {
  load_form();
  return *parsed().files;
}

FileStorage& Request::FilesAttribute::operator[](std::string_view name) const { return (**this)[name]; }

FileStorage* Request::FilesAttribute::get(std::string_view name) const { return (**this).get(name); }

std::vector<FileStorage*> Request::FilesAttribute::getlist(std::string_view name) const {
  return (**this).getlist(name);
}

// What of the body is here already: held by get_data, or as it came. After it comes take().
std::string_view Request::begin_form() const {
  check_length();
  return data_held_ ? data_ : std::exchange(body_, {});
}

void Request::read_form() const {
  http::MultiDict fields;
  Files uploads;
  const detail::FormLimits limits{max_form_memory_size, max_form_parts, transport_->blocking()};
  const auto read = [this](char* out, std::size_t size) {
    return data_held_ ? std::size_t{0} : take(out, size);
  };
  const std::uint64_t announced = content_length().value_or(0);
  if (load_mimetype() == "application/x-www-form-urlencoded") {
    if (announced > max_form_memory_size) throw RequestEntityTooLarge();
    detail::parse_urlencoded(begin_form(), read, limits, fields);
  } else if (load_mimetype() == "multipart/form-data") {
    const std::string_view boundary = mimetype_params->get("boundary", "");
    // Werkzeug holds each of its pieces, 64 KiB or the whole body, against the limit.
    if (!boundary.empty() && std::min<std::uint64_t>(announced, 64 * 1024) > max_form_memory_size)
      throw RequestEntityTooLarge();
    if (!boundary.empty()) detail::parse_multipart(begin_form(), read, boundary, limits, fields, uploads);
  }
  parsed().form = std::move(fields);
  parsed().files = std::move(uploads);
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
  found = http::without_default_port(found, load_scheme());
  if (trusted_hosts && !http::host_is_trusted(found, *trusted_hosts))
    throw SecurityError(fmt::format("Host '{}' is not trusted.", found));
  host_of = std::move(found);
  return *host_of;
}

std::string_view Request::load_host_url() const {
  auto& out = parsed().host_url;
  if (!out) out = http::get_current_url(load_scheme(), load_host());
  return *out;
}

std::string_view Request::load_root_url() const {
  auto& out = parsed().root_url;
  if (!out) out = http::get_current_url(load_scheme(), load_host(), root_path);
  return *out;
}

std::string_view Request::load_base_url() const {
  auto& out = parsed().base_url;
  if (!out) out = http::get_current_url(load_scheme(), load_host(), root_path, path);
  return *out;
}

std::string_view Request::load_url() const {
  auto& out = parsed().url;
  if (!out) out = http::get_current_url(load_scheme(), load_host(), root_path, path, query_string);
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

std::vector<std::string_view> Request::blueprints() const {
  std::vector<std::string_view> out;
  for (std::string_view name = blueprint; !name.empty();) {
    out.push_back(name);
    const std::size_t dot = name.rfind('.');
    name = dot == std::string_view::npos ? std::string_view() : name.substr(0, dot);
  }
  return out;
}

// JSON.

const Value& Request::get_json(GetJsonOptions options) const {
  auto& json_of = options.silent ? parsed().silent_json : parsed().json;
  if (options.cache && json_of) return *json_of;
  static const Value none = nullptr;
  if (!options.force && !is_json()) return options.silent ? none : json_failed(nullptr, false);
  const std::string_view body = get_data({.cache = options.cache});
  Result<Value> value = json_loads_ ? json_loads_(json_provider_, body) : ::retort::json::parse(body);
  if (!value) {
    if (!options.silent) return json_failed(&value.error().message, options.cache);
    if (options.cache) parsed().silent_json = none;
    return none;
  }
  if (!options.cache) return *(parsed().uncached_json = *std::move(value));
  parsed().silent_json = *value;
  return *(parsed().json = *std::move(value));
}

const Value& Request::json_failed(const std::string* error, bool cache) const {
  auto& out = cache ? parsed().json : parsed().uncached_json;
  return *(out = on_json_loading_failed(*this, error));
}

Value Request::json_loading_failed(const Request&, const std::string* error) {
  if (error) throw BadRequest(fmt::format("Failed to decode JSON object: {}", *error));
  throw UnsupportedMediaType(
      "Did not attempt to load JSON data because the request Content-Type was not 'application/json'.");
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
