// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// HTTP errors as exceptions (werkzeug.exceptions): a view throws one, or calls abort(404)
// (retort/app/abort.h); the app answers it. Each class has the description and the page that Werkzeug gives
// it. Value types.

#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <typeinfo>
#include <utility>
#include <vector>

#include "retort/http/headers.h"

namespace retort {

class HTTPException : public std::exception {
 public:
  /// `description` is shown to the client, escaped.
  explicit HTTPException(int code, std::string description = {})
      : code_(code), description_(std::move(description)) {}

  int code() const { return code_; }
  /// "Not Found".
  std::string_view name() const;
  const std::string& description() const { return description_; }
  /// "404 Not Found: The requested URL ...".
  const char* what() const noexcept override;
  /// The HTML page.
  std::string get_body() const;
  /// Content-Type, and what the error adds (Allow, Retry-After, WWW-Authenticate, ...).
  http::Headers get_headers() const;
  /// Fields that the answer gets on top.
  http::Headers& headers() { return headers_; }
  const http::Headers& headers() const { return headers_; }

 protected:
  void set_description(std::string text);

 private:
  int code_;
  std::string description_;
  http::Headers headers_;
  mutable std::string what_;
};

/// The class below that stands for a code; null for a code that has none.
const std::type_info* http_exception_class(int code);

/// Throws the exception that stands for a code (Werkzeug: Aborter). A value type.
class Aborter {
 public:
  /// Throws; std::invalid_argument for a code that has no class. An empty description means
  /// the class's own.
  [[noreturn]] void operator()(int code, std::string description = {}) const;
  /// Makes a code throw E, which is made of a description: `aborter.add<PaymentRequired>(402)`.
  template <class E>
  void add(int code) {
    add({code, [](std::string&& description) { throw E(std::move(description)); }});
  }
  /// For the app: from now on add() calls `refuse`, which throws.
  void freeze(void (*refuse)()) { refuse_ = refuse; }
  /// Whether the code has a class.
  bool contains(int code) const;

 private:
  struct Own {
    int code;
    void (*raise)(std::string&& description);
  };
  void add(Own own);

  std::vector<Own> own_;  // the last added of a code counts
  void (*refuse_)() = nullptr;
};

class BadRequest : public HTTPException {
 public:
  static constexpr int kCode = 400;
  explicit BadRequest(std::string description = {});
};

/// A key that a request should have had: `request->form["username"]`.
class BadRequestKeyError : public BadRequest {
 public:
  explicit BadRequestKeyError(std::string key) : key_(std::move(key)) {}
  const std::string& key() const { return key_; }
  /// Adds the key to the description; the app does so in debug mode and with
  /// TRAP_BAD_REQUEST_ERRORS.
  void show_exception();

 private:
  std::string key_;
  bool shown_ = false;
};

/// The client went away while its request was read or answered.
class ClientDisconnected : public BadRequest {
 public:
  using BadRequest::BadRequest;
};

/// Something in the request is refused for safety's sake.
class SecurityError : public BadRequest {
 public:
  using BadRequest::BadRequest;
};

/// A Host that is none.
class BadHost : public BadRequest {
 public:
  using BadRequest::BadRequest;
};

class Unauthorized : public HTTPException {
 public:
  static constexpr int kCode = 401;
  explicit Unauthorized(std::string description = {}, std::string_view www_authenticate = {});
};

class NotFound : public HTTPException {
 public:
  static constexpr int kCode = 404;
  explicit NotFound(std::string description = {});
};

class MethodNotAllowed : public HTTPException {
 public:
  static constexpr int kCode = 405;
  /// `valid_methods` become the Allow header.
  MethodNotAllowed();
  explicit MethodNotAllowed(std::vector<std::string> valid_methods, std::string description = {});
  const std::vector<std::string>& valid_methods() const { return valid_methods_; }

 private:
  std::vector<std::string> valid_methods_;
};

class RequestedRangeNotSatisfiable : public HTTPException {
 public:
  static constexpr int kCode = 416;
  /// With a length: Content-Range "bytes */length".
  RequestedRangeNotSatisfiable();
  explicit RequestedRangeNotSatisfiable(std::optional<std::uint64_t> length, std::string_view units = "bytes",
                                        std::string description = {});
};

class TooManyRequests : public HTTPException {
 public:
  static constexpr int kCode = 429;
  explicit TooManyRequests(std::string description = {});
  TooManyRequests(std::string description, std::optional<std::int64_t> retry_after_seconds);
};

class ServiceUnavailable : public HTTPException {
 public:
  static constexpr int kCode = 503;
  explicit ServiceUnavailable(std::string description = {});
  ServiceUnavailable(std::string description, std::optional<std::int64_t> retry_after_seconds);
};

class InternalServerError : public HTTPException {
 public:
  static constexpr int kCode = 500;
  explicit InternalServerError(std::string description = {});
  /// What made it one; never shown to a client.
  explicit InternalServerError(std::exception_ptr original);
  const std::exception_ptr& original_exception() const { return original_; }

 private:
  std::exception_ptr original_;
};

// The others differ in nothing but code and description.
#define RETORT_HTTP_EXCEPTION(Name, status)      \
  class Name : public HTTPException {            \
   public:                                       \
    static constexpr int kCode = status;         \
    explicit Name(std::string description = {}); \
  };
RETORT_HTTP_EXCEPTION(Forbidden, 403)
RETORT_HTTP_EXCEPTION(NotAcceptable, 406)
RETORT_HTTP_EXCEPTION(RequestTimeout, 408)
RETORT_HTTP_EXCEPTION(Conflict, 409)
RETORT_HTTP_EXCEPTION(Gone, 410)
RETORT_HTTP_EXCEPTION(LengthRequired, 411)
RETORT_HTTP_EXCEPTION(PreconditionFailed, 412)
RETORT_HTTP_EXCEPTION(RequestEntityTooLarge, 413)
RETORT_HTTP_EXCEPTION(RequestURITooLarge, 414)
RETORT_HTTP_EXCEPTION(UnsupportedMediaType, 415)
RETORT_HTTP_EXCEPTION(ExpectationFailed, 417)
RETORT_HTTP_EXCEPTION(ImATeapot, 418)
RETORT_HTTP_EXCEPTION(MisdirectedRequest, 421)
RETORT_HTTP_EXCEPTION(UnprocessableEntity, 422)
RETORT_HTTP_EXCEPTION(Locked, 423)
RETORT_HTTP_EXCEPTION(FailedDependency, 424)
RETORT_HTTP_EXCEPTION(PreconditionRequired, 428)
RETORT_HTTP_EXCEPTION(RequestHeaderFieldsTooLarge, 431)
RETORT_HTTP_EXCEPTION(UnavailableForLegalReasons, 451)
RETORT_HTTP_EXCEPTION(NotImplemented, 501)
RETORT_HTTP_EXCEPTION(BadGateway, 502)
RETORT_HTTP_EXCEPTION(GatewayTimeout, 504)
RETORT_HTTP_EXCEPTION(HTTPVersionNotSupported, 505)
#undef RETORT_HTTP_EXCEPTION

}  // namespace retort
