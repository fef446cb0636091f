// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What has been worked out of a request.

#include <exception>
#include <optional>
#include <string>

#include "retort/base/civil_time.h"
#include "retort/base/text.h"
#include "retort/http/accept.h"
#include "retort/http/auth.h"
#include "retort/http/cache_control.h"
#include "retort/http/etag.h"
#include "retort/http/multidict.h"
#include "retort/http/options.h"
#include "retort/http/range.h"
#include "retort/message/files.h"
#include "retort/message/request.h"

namespace retort {

/// What few requests need.
struct Request::ParsedHeaders {
  /// Parsed once; empty inside when the header is not there or is malformed.
  template <class T>
  using Once = std::optional<std::optional<T>>;

  std::optional<http::MIMEAccept> accept_mimetypes;
  std::optional<http::CharsetAccept> accept_charsets;
  std::optional<http::Accept> accept_encodings;
  std::optional<http::LanguageAccept> accept_languages;
  Once<http::Authorization> authorization;
  std::optional<http::RequestCacheControl> cache_control;
  std::optional<http::ETags> if_match, if_none_match;
  Once<DateTime> if_modified_since, if_unmodified_since, date;
  std::optional<http::IfRange> if_range;
  Once<http::Range> range;
  std::optional<http::HeaderSet> pragma, access_control_request_headers;
  std::optional<http::HeaderDict> mimetype_params;
};

/// Emptied, not freed, between requests.
struct Request::Parsed {
  std::optional<http::MultiDict> args, form, values, cookies;
  std::optional<Files> files;
  std::exception_ptr form_error;  // why form cannot be read, each time
  std::optional<std::string> host, url, base_url, root_url, host_url, full_path, mimetype, text;
  std::optional<Value> json, silent_json;
  std::optional<Value> uncached_json;  // what get_json without cache gave last
  std::optional<Value> view_args;
  std::optional<ParsedHeaders> of_headers;
  std::string forwarded_addr, forwarded_scheme, forwarded_host, root_path;  // empty: none
  std::string body;                                                         // read from the transport

  void clear() {
    for (auto* dict : {&args, &form, &values, &cookies}) dict->reset();
    files.reset();
    form_error = nullptr;
    for (auto* text_of : {&host, &url, &base_url, &root_url, &host_url, &full_path, &mimetype, &text})
      text_of->reset();
    for (auto* value : {&json, &silent_json, &uncached_json, &view_args}) value->reset();
    of_headers.reset();
    for (auto* own : {&forwarded_addr, &forwarded_scheme, &forwarded_host, &root_path, &body})
      text::clear_for_reuse(*own);
  }
};

}  // namespace retort
