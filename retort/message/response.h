// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Response: status, headers and body on their way out (Werkzeug's Response). The body is
// text that the response owns, text that somebody else keeps until the response has been
// sent, or a function that writes it piece by piece. A value type, move-only; not
// thread-safe.

#include <cstddef>
#include <cstdint>
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

  // The body.

  /// The body's bytes. Empty while the body is a stream.
  std::string_view data() const { return kind_ == Kind::borrowed ? view_ : std::string_view(text_); }
  void set_data(std::string body);
  /// Lends `body` to the response: it must stay as it is until the response has been sent.
  void lend_data(std::string_view body) {
    view_ = body;
    kind_ = Kind::borrowed;
  }
  /// The owned body for appending in place; its capacity survives reset().
  std::string& owned_data() {
    kind_ = Kind::owned;
    return text_;
  }
  /// Replaces the body by a function that writes it while it is being sent. Sent chunked
  /// unless Content-Length is set. What the function captures lives until it is done.
  void set_stream(Stream stream);
  bool is_streamed() const { return kind_ == Kind::streamed; }
  /// For servers: the function that writes the body. Precondition: is_streamed().
  const Stream& stream() const { return stream_; }

  /// Answers 101 and gives the raw connection to `run` once the head has been sent
  /// (RFC 9110, 7.8). `protocol` becomes the Upgrade header.
  void upgrade(std::string_view protocol, Upgrade run);
  bool is_upgrade() const { return static_cast<bool>(upgrade_); }
  const Upgrade& upgrade_function() const { return upgrade_; }

  /// Runs `f` once, after the response has been sent or given up (Werkzeug: call_on_close).
  void call_on_close(Function<void()> f);
  /// For servers: runs and forgets the functions of call_on_close. Never throws.
  void close() noexcept;
  bool has_close_functions() const;

  // Headers with a meaning.

  /// "text/html" of "text/html; charset=utf-8"; empty without a Content-Type.
  std::string_view mimetype() const;
  std::string_view content_type() const { return headers.get("Content-Type", ""); }
  void set_content_type(std::string_view type);
  /// Content-Length as it will be sent: what the header says, else the body's size;
  /// nothing for a stream without the header.
  std::optional<std::uint64_t> content_length() const;
  std::string_view location() const { return headers.get("Location", ""); }

  /// Adds a Set-Cookie header (Werkzeug: Response.set_cookie). Throws
  /// std::invalid_argument for a name, value or attribute that cannot be sent.
  void set_cookie(std::string_view key, std::string_view value = {}, const http::CookieOptions& options = {});
  /// Makes the client forget a cookie; path and domain must be those it was set with.
  void delete_cookie(std::string_view key, http::CookieOptions options = {});

  /// For servers: back to status 200, no headers, empty body, with capacity kept.
  void reset();

 private:
  enum class Kind : std::uint8_t { owned, borrowed, streamed };

  Kind kind_ = Kind::owned;
  std::string text_;
  std::string_view view_;
  Stream stream_;
  Upgrade upgrade_;
  std::vector<Function<void()>> on_close_;
};

}  // namespace retort
