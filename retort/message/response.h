// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Response: status, headers and body on their way out (Werkzeug's Response). The body is
// text that the response owns, text that somebody else keeps until the response has been
// sent, (a part of) an open file, or a function that writes it piece by piece. A value type,
// move-only; not thread-safe.
//
// Headers with a structure of their own (cache_control(), vary(), ...) come parsed and write
// the header when they are changed: `response.cache_control().set_max_age(3600);`. Include
// retort/http/cache_control.h, options.h, auth.h, range.h, civil_time.h for what they return.

#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/base/function.h"
#include "retort/http/cookie.h"
#include "retort/http/headers.h"
#include "retort/message/transport.h"

namespace retort {

namespace http {
class ContentSecurityPolicy;
class HeaderDict;
class HeaderSet;
class ResponseCacheControl;
struct ContentRange;
struct EntityTag;
struct WWWAuthenticate;
}  // namespace http
class Request;
class Value;
struct DateTime;

/// How Response::make_conditional works (Werkzeug's arguments of it).
struct ConditionalOptions {
  /// Say "Accept-Ranges: bytes" and, with a length, answer a Range with 206.
  bool accept_ranges = false;
  /// Of the whole body.
  std::optional<std::uint64_t> complete_length = {};
};

class Response {
 public:
  using Stream = Function<void(BodyWriter&)>;
  using Upgrade = Function<void(UpgradedConnection&)>;

  static constexpr std::string_view kHtml = "text/html; charset=utf-8";

  Response() noexcept;
  /// A response with a Content-Type (Werkzeug: Response(body, status, content_type=)).
  explicit Response(std::string body, int status = 200, std::string_view content_type = kHtml);
  explicit Response(const char* body, int status = 200, std::string_view content_type = kHtml);

  Response(Response&&) noexcept;
  Response& operator=(Response&&) noexcept;
  ~Response();
  Response(const Response&) = delete;
  Response& operator=(const Response&) = delete;

  int status_code = 200;
  http::Headers headers;

  /// "404 NOT FOUND": the code and its reason phrase, as Werkzeug prints it.
  std::string status() const;
  void set_status(int code) { status_code = code; }
  /// "404 Nothing Here", "404", or a phrase alone, whose code is 0. Throws
  /// std::invalid_argument when it is empty or holds CR, LF or NUL.
  void set_status(std::string_view status);
  /// The phrase that set_status gave this status_code; empty: the usual one.
  std::string_view own_reason() const {
    return reason_code_ == status_code ? std::string_view(reason_) : std::string_view();
  }

  // The body.

  /// The body's bytes. Empty while the body is a stream or a file.
  std::string_view data() const { return kind_ == Kind::owned ? std::string_view(text_) : view_; }
  void set_data(std::string body);
  /// data() of any body: reads a file, runs a stream (Werkzeug: get_data, make_sequence).
  std::string_view get_data();
  /// Lends `body` to the response: it must stay as it is until the response has been sent.
  void lend_data(std::string_view body) {
    drop_source();
    view_ = body;
    kind_ = Kind::borrowed;
  }
  /// The owned body for appending in place; its capacity survives reset().
  std::string& owned_data() {
    drop_source();
    kind_ = Kind::owned;
    return text_;
  }
  /// Replaces the body by a function that writes it while it is being sent. Sent chunked
  /// unless Content-Length is set. What the function captures lives until it is done.
  void set_stream(Stream stream);
  bool is_streamed() const { return kind_ == Kind::streamed; }
  /// Makes `length` bytes of a regular file from `offset` on the body. Takes the descriptor
  /// and closes it; the server sends the bytes without reading them.
  void set_file(int fd, std::uint64_t offset, std::uint64_t length);
  /// Is the body a file (Werkzeug: direct_passthrough)?
  bool direct_passthrough() const { return kind_ == Kind::file; }
  /// Owns its descriptor.
  struct FileBody {
    int fd = -1;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;

    FileBody() = default;
    FileBody(FileBody&& o) noexcept : fd(o.fd), offset(o.offset), length(o.length) { o.fd = -1; }
    FileBody& operator=(FileBody&& o) noexcept;
    ~FileBody();
  };
  /// Precondition: direct_passthrough().
  const FileBody& file() const { return file_; }
  /// Gives the file away: the body is one of no bytes then. Precondition: as file().
  FileBody take_file() {
    kind_ = Kind::owned;
    return std::move(file_);
  }
  /// Writes the whole body, of whatever kind. Throws std::system_error when a file cannot be
  /// read or has become shorter.
  void write_to(BodyWriter& out) const;
  /// For servers: the function that writes the body. Precondition: is_streamed().
  const Stream& stream() const { return stream_; }

  /// Answers 101 and gives the raw connection to `run` once the head has been sent
  /// (RFC 9110, 7.8). `protocol` becomes the Upgrade header.
  void upgrade(std::string_view protocol, Upgrade run);
  bool is_upgrade() const { return static_cast<bool>(upgrade_); }
  const Upgrade& upgrade_function() const { return upgrade_; }

  /// Runs `f` once, after the response has been sent or given up (Werkzeug: call_on_close).
  /// Functions run in the order that they were given in; one that throws stops no other.
  void call_on_close(Function<void()> f);
  /// For servers: drops a stream, then runs and forgets the functions of call_on_close. What
  /// they throw goes to `failed`, which must not throw.
  void close(const Function<void(const std::exception_ptr&)>& failed = nullptr) noexcept;
  bool has_close_functions() const { return !on_close_.empty(); }

  // Headers with a meaning. A setter given std::nullopt removes the header; what cannot be
  // sent is std::invalid_argument. Getters give what is there, or nothing.

  /// "text/html" of "text/html; charset=utf-8"; empty without a Content-Type.
  std::string_view mimetype() const;
  /// With a charset where the type has one: "text/plain; charset=utf-8".
  void set_mimetype(std::string_view mimetype);
  /// The Content-Type's parameters. Include retort/http/options.h.
  http::HeaderDict mimetype_params() const;
  std::string_view content_type() const { return headers.get("Content-Type", ""); }
  void set_content_type(std::string_view type);
  /// Content-Length as it will be sent: what the header says, else the body's size;
  /// nothing for a stream without the header.
  std::optional<std::uint64_t> content_length() const;
  void set_content_length(std::optional<std::uint64_t> length);
  std::string_view content_encoding() const { return headers.get("Content-Encoding", ""); }
  void set_content_encoding(http::OptionalText encoding) { set_text("Content-Encoding", encoding); }
  std::string_view content_location() const { return headers.get("Content-Location", ""); }
  void set_content_location(http::OptionalText location);
  std::string_view content_md5() const { return headers.get("Content-MD5", ""); }
  void set_content_md5(http::OptionalText md5) { set_text("Content-MD5", md5); }
  http::HeaderSet content_language();
  std::optional<http::ContentRange> content_range() const;
  void set_content_range(const http::ContentRange& range);
  void set_content_range(http::OptionalText range) { set_text("Content-Range", range); }

  std::string_view location() const { return headers.get("Location", ""); }
  /// Made an ASCII URI (werkzeug.urls.iri_to_uri).
  void set_location(http::OptionalText location);
  /// Join Location with the request's URL before it is sent.
  bool autocorrect_location_header = false;

  http::ResponseCacheControl cache_control();
  http::HeaderSet vary();
  http::HeaderSet allow();
  http::HeaderSet access_control_allow_headers();
  http::HeaderSet access_control_allow_methods();
  http::HeaderSet access_control_expose_headers();
  http::ContentSecurityPolicy content_security_policy();
  http::ContentSecurityPolicy content_security_policy_report_only();
  std::optional<http::WWWAuthenticate> www_authenticate() const;
  void set_www_authenticate(const http::WWWAuthenticate& challenge);
  void set_www_authenticate(const std::vector<http::WWWAuthenticate>& challenges);

  bool access_control_allow_credentials() const;
  void set_access_control_allow_credentials(bool on);
  std::string_view access_control_allow_origin() const {
    return headers.get("Access-Control-Allow-Origin", "");
  }
  void set_access_control_allow_origin(http::OptionalText origin) {
    set_text("Access-Control-Allow-Origin", origin);
  }
  std::optional<std::int64_t> access_control_max_age() const;
  void set_access_control_max_age(http::OptionalSeconds seconds);
  /// "unsafe-none" without the header.
  std::string_view cross_origin_opener_policy() const;
  /// One of "unsafe-none", "same-origin-allow-popups", "same-origin".
  void set_cross_origin_opener_policy(std::string_view policy);
  std::string_view cross_origin_embedder_policy() const;
  /// One of "unsafe-none", "require-corp".
  void set_cross_origin_embedder_policy(std::string_view policy);

  // Times are seconds since 1970 or a DateTime (retort/base/civil_time.h).
  std::optional<DateTime> date() const;
  void set_date(const DateTime& time);
  void set_date(http::OptionalSeconds unix_time);
  std::optional<DateTime> expires() const;
  void set_expires(const DateTime& time);
  void set_expires(http::OptionalSeconds unix_time);
  std::optional<DateTime> last_modified() const;
  void set_last_modified(const DateTime& time);
  void set_last_modified(http::OptionalSeconds unix_time);
  /// When to try again: the header's date, or its seconds from now.
  std::optional<DateTime> retry_after() const;
  void set_retry_after(const DateTime& time);
  /// Seconds from now.
  void set_retry_after(http::OptionalSeconds seconds);
  std::optional<std::int64_t> age() const;
  void set_age(http::OptionalSeconds seconds);

  // Conditional requests. Include retort/http/etag.h.

  /// The header's tag; nothing without one.
  std::optional<http::EntityTag> get_etag() const;
  void set_etag(std::string_view etag, bool weak = false);
  /// Sets the body's digest as tag unless there is one.
  void add_etag(bool overwrite = false, bool weak = false);
  std::string_view accept_ranges() const { return headers.get("Accept-Ranges", ""); }
  void set_accept_ranges(http::OptionalText units) { set_text("Accept-Ranges", units); }
  /// Compares with the conditions of a GET or HEAD request (If-Match, If-None-Match,
  /// If-Modified-Since, and with accept_ranges Range and If-Range) and becomes a 304, 412 or
  /// 206. Set etag and last_modified before. Throws RequestedRangeNotSatisfiable.
  void make_conditional(const Request& request, ConditionalOptions options = {});
  /// Body in memory, Content-Length and etag set.
  void freeze();

  // JSON.

  bool is_json() const;
  /// The body as JSON; none when it is of another type and not `force`. Throws
  /// std::invalid_argument for what is no JSON, or gives none when `silent`.
  Value get_json(bool force = false, bool silent = false);
  Value json();

  /// Adds a Set-Cookie header (Werkzeug: Response.set_cookie). Throws
  /// std::invalid_argument for a name, value or attribute that cannot be sent.
  void set_cookie(std::string_view key, std::string_view value = {}, const http::CookieOptions& options = {});
  /// Makes the client forget a cookie; path and domain must be those it was set with, and
  /// secure, samesite and partitioned too where the browser is to accept it.
  void delete_cookie(std::string_view key, http::CookieOptions options = {});

  /// Last touches before it is sent (Werkzeug: get_wsgi_headers): Location made a URI, headers
  /// removed that a 1xx, 204 or 304 has not. An App does it.
  void finalize(const Request& request);

  /// For servers: back to status 200, no headers, empty body, with capacity kept.
  void reset();

 private:
  enum class Kind : std::uint8_t { owned, borrowed, streamed, file };

  void set_text(std::string_view name, http::OptionalText value);
  void set_time(std::string_view name, http::OptionalSeconds unix_time);
  bool answer_range(const Request& request, std::uint64_t complete_length);
  void keep_range(std::uint64_t start, std::uint64_t length);
  // Before the body becomes another one: what a stream holds, a file's descriptor.
  void drop_source() {
    if (kind_ == Kind::streamed || kind_ == Kind::file) [[unlikely]]
      drop_stream_and_file();
  }
  void drop_stream_and_file() noexcept;

  Kind kind_ = Kind::owned;
  int reason_code_ = -1;  // the status_code that reason_ belongs to
  std::string reason_;
  std::string text_;
  std::string_view view_;  // of a lent body; empty while the body is a stream or a file
  FileBody file_;          // of a file
  Stream stream_;
  Upgrade upgrade_;
  std::vector<Function<void()>> on_close_;
};

}  // namespace retort
