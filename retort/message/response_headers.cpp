// SPDX-License-Identifier: BSD-3-Clause
// The headers of a Response that mean something (werkzeug.sansio.response.Response).
#include <charconv>
#include <ctime>
#include <stdexcept>

#include <fmt/format.h>

#include "retort/base/text.h"
#include "retort/http/auth.h"
#include "retort/http/cache_control.h"
#include "retort/http/content_type.h"
#include "retort/http/date.h"
#include "retort/http/options.h"
#include "retort/http/range.h"
#include "retort/http/status.h"
#include "retort/http/url.h"
#include "retort/json/json.h"
#include "retort/message/request.h"
#include "retort/message/response.h"

namespace retort {
namespace {

template <class T>
std::optional<T> number(std::optional<std::string_view> text) {
  if (!text) return std::nullopt;
  T out = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), out);
  if (error != std::errc() || end != text->data() + text->size()) return std::nullopt;
  return out;
}

std::optional<DateTime> time_of(const http::Headers& headers, std::string_view name) {
  const auto text = headers.get(name);
  return text ? http::parse_date(*text) : std::nullopt;
}

void set_policy(http::Headers& headers, std::string_view name, std::string_view policy,
                std::initializer_list<std::string_view> known) {
  for (const std::string_view one : known) {
    if (one == policy) return headers.set(name, policy);
  }
  throw std::invalid_argument(fmt::format("{}: '{}' is no policy", name, policy));
}

}  // namespace

void Response::set_text(std::string_view name, http::OptionalText value) {
  if (value) {
    headers.set(name, *value);
  } else {
    headers.remove(name);
  }
}

void Response::set_time(std::string_view name, http::OptionalSeconds unix_time) {
  if (!unix_time) {
    headers.remove(name);
    return;
  }
  headers.set(name, http::checked_http_date(name, *unix_time));
}

// Of the body.

std::string_view Response::mimetype() const {
  const std::string_view type = content_type();
  return text::trim(type.substr(0, type.find(';')));
}

void Response::set_mimetype(std::string_view type) { set_content_type(http::get_content_type(type)); }

http::HeaderDict Response::mimetype_params() const {
  return http::parse_options_header(content_type()).options;
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
  if (const auto length = number<std::uint64_t>(headers.get("Content-Length"))) return length;
  if (is_streamed()) return std::nullopt;
  return direct_passthrough() ? file_.length : data().size();
}

void Response::set_content_length(std::optional<std::uint64_t> length) {
  if (length) return headers.set("Content-Length", std::to_string(*length));
  headers.remove("Content-Length");
}

void Response::set_content_location(http::OptionalText location) {
  if (location) return headers.set("Content-Location", http::iri_to_uri(*location));
  headers.remove("Content-Location");
}

std::optional<http::ContentRange> Response::content_range() const {
  return http::parse_content_range_header(headers.get("Content-Range", ""));
}

void Response::set_content_range(const http::ContentRange& range) {
  headers.set("Content-Range", range.to_header());
}

void Response::set_location(http::OptionalText location) {
  if (location) return headers.set("Location", http::iri_to_uri(*location));
  headers.remove("Location");
}

// Sets and policies.

http::HeaderSet Response::content_language() { return {headers, "Content-Language"}; }
http::HeaderSet Response::vary() { return {headers, "Vary"}; }
http::HeaderSet Response::allow() { return {headers, "Allow"}; }
http::HeaderSet Response::access_control_allow_headers() { return {headers, "Access-Control-Allow-Headers"}; }
http::HeaderSet Response::access_control_allow_methods() { return {headers, "Access-Control-Allow-Methods"}; }
http::HeaderSet Response::access_control_expose_headers() {
  return {headers, "Access-Control-Expose-Headers"};
}

http::ResponseCacheControl Response::cache_control() { return http::ResponseCacheControl(headers); }

http::ContentSecurityPolicy Response::content_security_policy() {
  return {headers, "Content-Security-Policy"};
}
http::ContentSecurityPolicy Response::content_security_policy_report_only() {
  return {headers, "Content-Security-Policy-Report-Only"};
}

std::optional<http::WWWAuthenticate> Response::www_authenticate() const {
  return http::WWWAuthenticate::from_header(headers.get("WWW-Authenticate", ""));
}

void Response::set_www_authenticate(const http::WWWAuthenticate& challenge) {
  headers.set("WWW-Authenticate", challenge.to_header());
}

void Response::set_www_authenticate(const std::vector<http::WWWAuthenticate>& challenges) {
  std::vector<std::string> values;
  for (const auto& challenge : challenges) values.push_back(challenge.to_header());
  headers.setlist("WWW-Authenticate", values);
}

bool Response::access_control_allow_credentials() const {
  return headers.contains("Access-Control-Allow-Credentials");
}

void Response::set_access_control_allow_credentials(bool on) {
  set_text("Access-Control-Allow-Credentials",
           on ? http::OptionalText(std::string_view("true")) : std::nullopt);
}

std::optional<std::int64_t> Response::access_control_max_age() const {
  return number<std::int64_t>(headers.get("Access-Control-Max-Age"));
}

void Response::set_access_control_max_age(http::OptionalSeconds seconds) {
  if (seconds) return headers.set("Access-Control-Max-Age", std::to_string(*seconds));
  headers.remove("Access-Control-Max-Age");
}

std::string_view Response::cross_origin_opener_policy() const {
  return headers.get("Cross-Origin-Opener-Policy", "unsafe-none");
}

void Response::set_cross_origin_opener_policy(std::string_view policy) {
  set_policy(headers, "Cross-Origin-Opener-Policy", policy,
             {"unsafe-none", "same-origin-allow-popups", "same-origin"});
}

std::string_view Response::cross_origin_embedder_policy() const {
  return headers.get("Cross-Origin-Embedder-Policy", "unsafe-none");
}

void Response::set_cross_origin_embedder_policy(std::string_view policy) {
  set_policy(headers, "Cross-Origin-Embedder-Policy", policy, {"unsafe-none", "require-corp"});
}

// Times.

std::optional<DateTime> Response::date() const { return time_of(headers, "Date"); }
void Response::set_date(const DateTime& time) { headers.set("Date", http::http_date(time)); }
void Response::set_date(http::OptionalSeconds unix_time) { set_time("Date", unix_time); }
std::optional<DateTime> Response::expires() const { return time_of(headers, "Expires"); }
void Response::set_expires(const DateTime& time) { headers.set("Expires", http::http_date(time)); }
void Response::set_expires(http::OptionalSeconds unix_time) { set_time("Expires", unix_time); }
std::optional<DateTime> Response::last_modified() const { return time_of(headers, "Last-Modified"); }
void Response::set_last_modified(const DateTime& time) {
  headers.set("Last-Modified", http::http_date(time));
}
void Response::set_last_modified(http::OptionalSeconds unix_time) { set_time("Last-Modified", unix_time); }

std::optional<DateTime> Response::retry_after() const {
  const auto seconds = number<std::int64_t>(headers.get("Retry-After"));
  if (!seconds) return time_of(headers, "Retry-After");
  const std::int64_t now = std::time(nullptr);
  if (*seconds > http::kLastSecond - now || *seconds < http::kFirstSecond) return std::nullopt;
  return datetime_of_unix(now + *seconds);
}

void Response::set_retry_after(const DateTime& time) { headers.set("Retry-After", http::http_date(time)); }

void Response::set_retry_after(http::OptionalSeconds seconds) {
  if (seconds) return headers.set("Retry-After", std::to_string(*seconds));
  headers.remove("Retry-After");
}

std::optional<std::int64_t> Response::age() const { return http::parse_age(headers.get("Age", "")); }

void Response::set_age(http::OptionalSeconds seconds) {
  if (!seconds) {
    headers.remove("Age");
    return;
  }
  if (*seconds < 0) throw std::invalid_argument("Age: it is not negative");
  headers.set("Age", std::to_string(*seconds));
}

// Cookies.

void Response::set_cookie(std::string_view key, std::string_view value, const http::CookieOptions& options) {
  headers.add("Set-Cookie", http::dump_cookie(key, value, options));
}

void Response::delete_cookie(std::string_view key, http::CookieOptions options) {
  options.expires = 0;
  options.max_age = 0;
  set_cookie(key, "", options);
}

// JSON.

bool Response::is_json() const {
  const std::string type = text::to_lower(mimetype());
  return type == "application/json" || (type.starts_with("application/") && type.ends_with("+json"));
}

Value Response::json() { return get_json(); }

Value Response::get_json(bool force, bool silent) {
  if (!force && !is_json()) return nullptr;
  Result<Value> value = ::retort::json::parse(get_data());
  if (value) return *std::move(value);
  if (silent) return nullptr;
  throw std::invalid_argument(fmt::format("the response is no JSON: {}", value.error().message));
}

// Sending.

namespace {

constexpr std::string_view kNotOf304[] = {"Allow",          "Content-Encoding", "Content-Language",
                                          "Content-Length", "Content-MD5",      "Content-Range",
                                          "Content-Type",   "Last-Modified"};

}  // namespace

// Hot path: an answer with status 200 and no header but Content-Type costs three comparisons.
void Response::finalize(const Request& request) {
  if (status_code == 200 && headers.size() < 2 &&
      (headers.empty() || headers.wire().starts_with("Content-Type:"))) [[likely]]
    return;
  if (const auto location = headers.get("Location")) {
    std::string uri = http::iri_to_uri(*location);
    if (autocorrect_location_header) uri = http::url_join(http::iri_to_uri(request.base_url), uri);
    if (uri != *location) headers.set("Location", uri);
  }
  if (const auto location = headers.get("Content-Location")) {
    const std::string uri = http::iri_to_uri(*location);
    if (uri != *location) headers.set("Content-Location", uri);
  }
  if (status_code == 304) {
    for (const std::string_view name : kNotOf304) headers.remove(name);
  } else if (http::status_forbids_body(status_code)) {
    headers.remove("Content-Length");
  }
}

}  // namespace retort
