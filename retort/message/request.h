// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Request: what the client sent (Werkzeug's and Flask's Request). Views point into the
// server's buffer and live until the response has been sent. Attributes that cost
// something are worked out at their first use. One is made per exchange and used again
// for request after request, so it neither copies nor moves. Used by one fiber at a time.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retort/base/owned.h"
#include "retort/base/result.h"
#include "retort/http/field_view.h"
#include "retort/http/multidict.h"
#include "retort/http/request_head.h"
#include "retort/message/lazy.h"
#include "retort/message/transport.h"
#include "retort/value/value.h"

namespace retort {

namespace routing {
class Rule;
}
namespace http {
class Accept;
class CharsetAccept;
class ETags;
class HeaderDict;
class HeaderSet;
class LanguageAccept;
class MIMEAccept;
class RequestCacheControl;
struct Authorization;
struct IfRange;
struct Range;
}  // namespace http
struct DateTime;
class FileStorage;
class Files;

/// How Request::get_json reads (Flask: get_json's arguments).
struct GetJsonOptions {
  bool force = false;   ///< whatever the Content-Type says
  bool silent = false;  ///< none instead of an error
  bool cache = true;    ///< keep what was read for the next call
};

/// How Request::get_data reads (Werkzeug: get_data's arguments).
struct GetDataOptions {
  bool cache = true;             ///< keep the body for the next call and for form
  bool as_text = false;          ///< bytes that are no UTF-8 become U+FFFD
  bool parse_form_data = false;  ///< a form's body goes into form and files, and is then empty
};

class Request {
 public:
  Request();
  ~Request();
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  // As it came.
  std::string_view method;        ///< "GET"; upper case
  std::string_view path;          ///< percent-decoded, from "/" on
  std::string_view query_string;  ///< raw, what follows "?"
  std::string_view root_path;     ///< where the application is mounted; "" or "/app"
  std::string_view remote_user;   ///< whom the server, or a middleware, has authenticated
  std::string_view target;        ///< the raw request target
  http::HeadersView headers;

  // Decided by routing; empty or null before.
  std::string_view endpoint;   ///< "auth.login"
  std::string_view blueprint;  ///< "auth"; empty outside of a blueprint
  const routing::Rule* url_rule = nullptr;
  /// The status of the error that routing found: 404, 405, 308; 0 when a rule matched.
  int routing_exception = 0;

  // Limits, settable for this request alone until the body is read.
  std::optional<std::uint64_t> max_content_length;  ///< above: 413 (MAX_CONTENT_LENGTH)
  std::uint64_t max_form_memory_size = 500'000;     ///< a form's fields, bytes
  std::size_t max_form_parts = 1000;                ///< fields and files of a multipart form
  /// Hosts that host may be, ".example.com" with its subdomains; null: any (TRUSTED_HOSTS).
  const std::vector<std::string>* trusted_hosts = nullptr;

  using JsonLoadingFailed = Value (*)(const Request& request, const std::string* error);
  /// What get_json gives, or throws, for a body that is no JSON; `error` is null when it is of
  /// another type. An App's says no details outside of debug mode.
  JsonLoadingFailed on_json_loading_failed = &json_loading_failed;
  /// Throws UnsupportedMediaType, or BadRequest with the error's text.
  static Value json_loading_failed(const Request& request, const std::string* error);

 private:
  const http::MultiDict& load_args() const;
  const http::MultiDict& load_form() const;
  Files& load_files() const;
  const http::MultiDict& load_cookies() const;
  std::string_view load_scheme() const;
  std::string_view load_host() const;
  std::string_view load_url() const;
  std::string_view load_base_url() const;
  std::string_view load_root_url() const;
  std::string_view load_host_url() const;
  std::string_view load_full_path() const;
  std::string_view load_remote_addr() const;
  std::string_view load_content_type() const;
  std::string_view load_mimetype() const;
  std::string_view load_user_agent() const;
  std::string_view load_referrer() const;
  std::string_view load_content_encoding() const;
  std::string_view load_content_md5() const;
  std::string_view load_origin() const;
  std::string_view load_access_control_request_method() const;
  const http::MultiDict& load_values() const;
  const http::MIMEAccept* load_accept_mimetypes() const;
  const http::CharsetAccept* load_accept_charsets() const;
  const http::Accept* load_accept_encodings() const;
  const http::LanguageAccept* load_accept_languages() const;
  const http::Authorization* load_authorization() const;
  const http::RequestCacheControl* load_cache_control() const;
  const http::ETags* load_if_match() const;
  const http::ETags* load_if_none_match() const;
  const DateTime* load_if_modified_since() const;
  const DateTime* load_if_unmodified_since() const;
  const http::IfRange* load_if_range() const;
  const http::Range* load_range() const;
  const DateTime* load_date() const;
  const http::HeaderSet* load_pragma() const;
  const http::HeaderSet* load_access_control_request_headers() const;
  const http::HeaderDict* load_mimetype_params() const;
  const Value& load_view_args() const;

 public:
  LazyMultiDict<Request, &Request::load_args> args;      ///< the query, decoded
  LazyMultiDict<Request, &Request::load_form> form;      ///< a form's fields, urlencoded or multipart
  LazyMultiDict<Request, &Request::load_values> values;  ///< args, then form unless it is a GET
  LazyMultiDict<Request, &Request::load_cookies> cookies;
  LazyText<Request, &Request::load_scheme> scheme;  ///< "http" or "https"
  LazyText<Request, &Request::load_host> host;      ///< "example.com:5000"; SecurityError (400) if malformed
  LazyText<Request, &Request::load_url> url;        ///< the whole URL as an IRI
  LazyText<Request, &Request::load_base_url> base_url;    ///< url without the query
  LazyText<Request, &Request::load_root_url> root_url;    ///< up to the application's root
  LazyText<Request, &Request::load_root_url> url_root;    ///< the same as root_url
  LazyText<Request, &Request::load_host_url> host_url;    ///< scheme and host
  LazyText<Request, &Request::load_full_path> full_path;  ///< path and query, always with "?"
  LazyText<Request, &Request::load_remote_addr> remote_addr;
  LazyText<Request, &Request::load_content_type> content_type;
  LazyText<Request, &Request::load_mimetype> mimetype;  ///< lower case, without parameters
  LazyText<Request, &Request::load_user_agent> user_agent;
  LazyText<Request, &Request::load_referrer> referrer;
  LazyText<Request, &Request::load_content_encoding> content_encoding;
  LazyText<Request, &Request::load_content_md5> content_md5;
  LazyText<Request, &Request::load_origin> origin;
  LazyText<Request, &Request::load_access_control_request_method> access_control_request_method;

  // Headers, parsed. Include retort/http/accept.h for what a client accepts, auth.h,
  // cache_control.h, etag.h, range.h, options.h, and retort/base/civil_time.h for dates.

  LazyObject<Request, http::MIMEAccept, &Request::load_accept_mimetypes> accept_mimetypes;
  LazyObject<Request, http::CharsetAccept, &Request::load_accept_charsets> accept_charsets;
  LazyObject<Request, http::Accept, &Request::load_accept_encodings> accept_encodings;
  LazyObject<Request, http::LanguageAccept, &Request::load_accept_languages> accept_languages;
  LazyObject<Request, http::Authorization, &Request::load_authorization> authorization;
  LazyObject<Request, http::RequestCacheControl, &Request::load_cache_control> cache_control;
  LazyObject<Request, http::ETags, &Request::load_if_match> if_match;
  LazyObject<Request, http::ETags, &Request::load_if_none_match> if_none_match;
  LazyObject<Request, DateTime, &Request::load_if_modified_since> if_modified_since;
  LazyObject<Request, DateTime, &Request::load_if_unmodified_since> if_unmodified_since;
  LazyObject<Request, http::IfRange, &Request::load_if_range> if_range;
  LazyObject<Request, http::Range, &Request::load_range> range;
  LazyObject<Request, DateTime, &Request::load_date> date;
  LazyObject<Request, http::HeaderSet, &Request::load_pragma> pragma;
  LazyObject<Request, http::HeaderSet, &Request::load_access_control_request_headers>
      access_control_request_headers;
  LazyObject<Request, http::HeaderDict, &Request::load_mimetype_params> mimetype_params;

  /// The files of a multipart form (retort/message/files.h).
  class FilesAttribute {
   public:
    explicit FilesAttribute(const Request& owner) : owner_(owner) {}
    FilesAttribute(const FilesAttribute&) = delete;
    FilesAttribute& operator=(const FilesAttribute&) = delete;
    Files& operator*() const { return owner_.load_files(); }
    Files* operator->() const { return &**this; }
    /// The first file of a field; throws BadRequestKeyError (400) without one.
    FileStorage& operator[](std::string_view name) const;
    /// The same, or null.
    FileStorage* get(std::string_view name) const;
    std::vector<FileStorage*> getlist(std::string_view name) const;
    bool contains(std::string_view name) const { return get(name) != nullptr; }

   private:
    const Request& owner_;
  } files;

  /// The variables of the matched rule as a dict, converted; what url_value_preprocessor
  /// functions may change.
  class ViewArgs {
   public:
    explicit ViewArgs(const Request& owner) : owner_(owner) {}
    ViewArgs(const ViewArgs&) = delete;
    ViewArgs& operator=(const ViewArgs&) = delete;
    const Value& operator*() const { return owner_.load_view_args(); }
    const Value* operator->() const { return &**this; }
    Value operator[](std::string_view name) const { return (**this)[name]; }

   private:
    const Request& owner_;
  } view_args;

  /// What of the body nothing has read yet, in pieces. Throws as get_data does.
  class Stream {
   public:
    explicit Stream(Request& owner) : owner_(owner) {}
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    /// Up to `size` bytes, at least one; 0 at the body's end.
    std::size_t read(char* out, std::size_t size) const { return owner_.take(out, size); }
    /// All that is left.
    std::string read() const;

   private:
    Request& owner_;
  } stream;

  bool is_secure() const { return scheme() == "https"; }
  /// root_path by its other name.
  std::string_view script_root() const { return root_path; }
  /// The names of blueprint and of those that it is nested in, innermost first.
  std::vector<std::string_view> blueprints() const;
  /// The client and the proxies on the way, from X-Forwarded-For where it is sent, which
  /// anybody may claim.
  std::vector<std::string> access_route() const;
  std::optional<std::int64_t> max_forwards() const;
  /// Is there a Content-Type, which says that a form may be there?
  bool want_form_data_parsed() const { return !content_type.empty(); }
  bool is_json() const;
  std::optional<std::uint64_t> content_length() const;

  /// The whole body, or what nothing has read of it. Parks until it is there. Throws
  /// RequestEntityTooLarge above max_content_length, ClientDisconnected when the client goes
  /// away. The view lives as long as the request; where the body came with the head it is not
  /// copied. It is empty when form has been read first.
  std::string_view get_data(GetDataOptions options = {}) const;
  /// The body, unless it is a form's (Werkzeug: data).
  std::string_view data() const { return get_data({.parse_form_data = true}); }

  /// The body as JSON. A body of another type is 415, one that is no JSON 400.
  const Value& get_json(GetJsonOptions options = {}) const;
  const Value& json() const { return get_json(); }

  // For servers and the app layer.

  using MakeViewArgs = Value (*)(const void* match);

  /// Begins a request. `body` is what of the (decoded) body is already here, all of it when
  /// `body_complete`; both and `head` must live until finish().
  void reset(const http::RequestHead& head, std::string_view body, bool body_complete, Transport& transport);
  /// What get_json() reads with in place of json::parse; null: that. Set before the body is read.
  using LoadsJson = Result<Value> (*)(const void* provider, std::string_view text);
  void set_json_loads(LoadsJson loads, const void* provider) {
    json_loads_ = loads;
    json_provider_ = provider;
  }
  /// Ends it: releases what belongs to this request alone.
  void finish();
  /// Gives view_args its source: `make(match)` runs at the first use.
  void set_view_args(MakeViewArgs make, const void* match) {
    make_view_args_ = make;
    match_ = match;
  }
  void set_view_args(Value args);
  /// When `match` goes: view_args that nothing has asked for stay none.
  void forget_match(const void* match) {
    if (match_ == match) make_view_args_ = nullptr;
  }
  /// Whether view_args has been worked out, and so may have been changed.
  bool has_view_args() const;
  const http::RequestHead& head() const { return *head_; }
  Transport& transport() const { return *transport_; }
  /// True once the body's end has been read.
  bool body_consumed() const { return body_complete_ && body_.empty(); }
  /// Moves the application's mount point: `prefix` of path becomes part of root_path.
  void mount(std::string_view prefix);
  // What a trusted proxy says in place of the connection and the Host field (ProxyFix).
  // Before anything reads these.
  void set_remote_addr(std::string address);
  void set_scheme(std::string scheme);
  void set_host(std::string host);
  void set_root_path(std::string root_path);
  /// What it said for another request.
  void copy_forwarded(const Request& from);
  /// For the app: where App::handle_keeping wants the request's context; null: nowhere.
  void* keep_context = nullptr;

 private:
  struct Parsed;         // what has been worked out; kept (emptied) between requests
  struct ParsedHeaders;  // of it, what few requests need

  Parsed& parsed() const;
  ParsedHeaders& parsed_headers() const;
  std::size_t read_more(char* out, std::size_t size) const;
  std::size_t take(char* out, std::size_t size) const;
  std::string_view read_rest() const;
  const Value& json_failed(const std::string* error, bool cache) const;
  std::string_view begin_form() const;
  void read_form() const;
  void check_length() const;
  void split_target();

  const http::RequestHead* head_ = nullptr;
  Transport* transport_ = nullptr;
  mutable std::string_view body_;        // part of the body that has not been read yet
  mutable bool body_complete_ = true;    // body_ is all that is left
  mutable bool dirty_ = false;           // parsed_ holds something of this request
  mutable std::uint64_t body_read_ = 0;  // bytes taken from the transport
  std::string decoded_path_;
  mutable std::string_view data_;  // what get_data has read, when data_held_
  mutable bool data_held_ = false;
  Owned<Parsed> parsed_;
  MakeViewArgs make_view_args_ = nullptr;
  const void* match_ = nullptr;
  LoadsJson json_loads_ = nullptr;
  const void* json_provider_ = nullptr;
};

}  // namespace retort
