// SPDX-License-Identifier: BSD-3-Clause
// The attributes of a Request that are headers (werkzeug.sansio.request.Request).
#include <charconv>

#include "retort/base/text.h"
#include "retort/http/date.h"
#include "retort/message/detail/parsed_request.h"

namespace retort {
namespace {

/// What `parse` makes of a header whose fields make one list, as WSGI servers join them.
template <class Parse>
auto parse_joined(const http::HeadersView& headers, std::string_view name, Parse parse) {
  std::string room;
  return parse(headers.joined(name, ",", room));
}

/// The object in `place`, after making it of a header's value.
template <class T, class Make>
const T* once(std::optional<T>& place, Make make) {
  if (!place) place.emplace(make());
  return &*place;
}

template <class T, class Make>
const T* once_or_none(std::optional<std::optional<T>>& place, Make make) {
  if (!place) place.emplace(make());
  return *place ? &**place : nullptr;
}

}  // namespace

Request::ParsedHeaders& Request::parsed_headers() const {
  auto& of_headers = parsed().of_headers;
  if (!of_headers) of_headers.emplace();
  return *of_headers;
}

std::string_view Request::load_content_type() const { return headers.get("Content-Type", ""); }
std::string_view Request::load_user_agent() const { return headers.get("User-Agent", ""); }
std::string_view Request::load_referrer() const { return headers.get("Referer", ""); }
std::string_view Request::load_content_encoding() const { return headers.get("Content-Encoding", ""); }
std::string_view Request::load_content_md5() const { return headers.get("Content-MD5", ""); }
std::string_view Request::load_origin() const { return headers.get("Origin", ""); }
std::string_view Request::load_access_control_request_method() const {
  return headers.get("Access-Control-Request-Method", "");
}

std::string_view Request::load_mimetype() const {
  auto& out = parsed().mimetype;
  if (!out) {
    const std::string_view type = load_content_type();
    out = text::to_lower(text::trim(type.substr(0, type.find(';'))));
  }
  return *out;
}

const http::HeaderDict* Request::load_mimetype_params() const {
  return once(parsed_headers().mimetype_params,
              [&] { return http::parse_options_header(load_content_type()).options; });
}

bool Request::is_json() const {
  const std::string_view type = load_mimetype();
  return type == "application/json" || (type.starts_with("application/") && type.ends_with("+json"));
}

std::optional<std::int64_t> Request::max_forwards() const {
  const std::string_view digits = headers.get("Max-Forwards", "");
  std::int64_t out = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return out;
}

std::vector<std::string> Request::access_route() const {
  if (headers.contains("X-Forwarded-For"))
    return parse_joined(headers, "X-Forwarded-For", http::parse_list_header);
  if (remote_addr.empty()) return {};
  return {remote_addr.str()};
}

const http::MIMEAccept* Request::load_accept_mimetypes() const {
  return once(parsed_headers().accept_mimetypes,
              [&] { return parse_joined(headers, "Accept", http::MIMEAccept::parse); });
}
const http::CharsetAccept* Request::load_accept_charsets() const {
  return once(parsed_headers().accept_charsets,
              [&] { return parse_joined(headers, "Accept-Charset", http::CharsetAccept::parse); });
}
const http::Accept* Request::load_accept_encodings() const {
  return once(parsed_headers().accept_encodings,
              [&] { return parse_joined(headers, "Accept-Encoding", http::Accept::parse); });
}
const http::LanguageAccept* Request::load_accept_languages() const {
  return once(parsed_headers().accept_languages,
              [&] { return parse_joined(headers, "Accept-Language", http::LanguageAccept::parse); });
}

const http::Authorization* Request::load_authorization() const {
  return once_or_none(parsed_headers().authorization,
                      [&] { return http::Authorization::from_header(headers["Authorization"]); });
}
const http::RequestCacheControl* Request::load_cache_control() const {
  return once(parsed_headers().cache_control, [&] {
    return parse_joined(headers, "Cache-Control",
                        [](std::string_view all) { return http::RequestCacheControl(all); });
  });
}

const http::ETags* Request::load_if_match() const {
  return once(parsed_headers().if_match,
              [&] { return parse_joined(headers, "If-Match", http::ETags::parse); });
}
const http::ETags* Request::load_if_none_match() const {
  return once(parsed_headers().if_none_match,
              [&] { return parse_joined(headers, "If-None-Match", http::ETags::parse); });
}
const DateTime* Request::load_if_modified_since() const {
  return once_or_none(parsed_headers().if_modified_since,
                      [&] { return http::parse_date(headers["If-Modified-Since"]); });
}
const DateTime* Request::load_if_unmodified_since() const {
  return once_or_none(parsed_headers().if_unmodified_since,
                      [&] { return http::parse_date(headers["If-Unmodified-Since"]); });
}
const http::IfRange* Request::load_if_range() const {
  return once(parsed_headers().if_range, [&] { return http::parse_if_range_header(headers["If-Range"]); });
}
const http::Range* Request::load_range() const {
  return once_or_none(parsed_headers().range, [&] { return http::parse_range_header(headers["Range"]); });
}
const DateTime* Request::load_date() const {
  return once_or_none(parsed_headers().date, [&] { return http::parse_date(headers["Date"]); });
}
const http::HeaderSet* Request::load_pragma() const {
  return once(parsed_headers().pragma,
              [&] { return parse_joined(headers, "Pragma", http::parse_set_header); });
}
const http::HeaderSet* Request::load_access_control_request_headers() const {
  return once(parsed_headers().access_control_request_headers, [&] {
    return parse_joined(headers, "Access-Control-Request-Headers", http::parse_set_header);
  });
}

}  // namespace retort
