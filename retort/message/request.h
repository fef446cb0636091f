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
class FileStorage;
class Files;

/// How Request::get_json reads (Flask: get_json's arguments).
struct GetJsonOptions {
  bool force = false;   ///< whatever the Content-Type says
  bool silent = false;  ///< none instead of an error
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
  std::string_view target;        ///< the raw request target
  http::HeadersView headers;

  // Decided by routing; empty or null before.
  std::string_view endpoint;   ///< "auth.login"
  std::string_view blueprint;  ///< "auth"; empty outside of a blueprint
  const routing::Rule* url_rule = nullptr;

  // Limits, settable for this request alone until the body is read.
  std::optional<std::uint64_t> max_content_length;  ///< above: 413 (MAX_CONTENT_LENGTH)
  std::uint64_t max_form_memory_size = 500'000;     ///< a form's fields, bytes
  std::size_t max_form_parts = 1000;                ///< fields and files of a multipart form

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
  const Value& load_view_args() const;

 public:
  LazyMultiDict<Request, &Request::load_args> args;  ///< the query, decoded
  LazyMultiDict<Request, &Request::load_form> form;  ///< a form's fields, urlencoded or multipart
  LazyMultiDict<Request, &Request::load_cookies> cookies;
  LazyText<Request, &Request::load_scheme> scheme;  ///< "http" or "https"
  LazyText<Request, &Request::load_host> host;      ///< "example.com:5000"; SecurityError (400) if malformed
  LazyText<Request, &Request::load_url> url;        ///< the whole URL as an IRI
  LazyText<Request, &Request::load_base_url> base_url;    ///< url without the query
  LazyText<Request, &Request::load_root_url> root_url;    ///< up to the application's root
  LazyText<Request, &Request::load_host_url> host_url;    ///< scheme and host
  LazyText<Request, &Request::load_full_path> full_path;  ///< path and query, always with "?"
  LazyText<Request, &Request::load_remote_addr> remote_addr;
  LazyText<Request, &Request::load_content_type> content_type;
  LazyText<Request, &Request::load_mimetype> mimetype;  ///< lower case, without parameters
  LazyText<Request, &Request::load_user_agent> user_agent;
  LazyText<Request, &Request::load_referrer> referrer;

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

  bool is_secure() const { return scheme() == "https"; }
  bool is_json() const;
  std::optional<std::uint64_t> content_length() const;

  /// The whole body. Parks until it is there. Throws RequestEntityTooLarge above
  /// max_content_length, ClientDisconnected when the client goes away. The view lives as
  /// long as the request; where the body came with the head it is not copied. After a
  /// form has been parsed from the body it is empty.
  std::string_view get_data() const;
  std::string_view data() const { return get_data(); }
  /// Reads on: up to `size` bytes of a body that nothing has read yet; 0 at its end.
  /// Throws as get_data does.
  std::size_t read(char* out, std::size_t size);

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
  /// For the app: where App::handle_keeping wants the request's context; null: nowhere.
  void* keep_context = nullptr;

 private:
  struct Parsed;  // what has been worked out; kept (emptied) between requests

  Parsed& parsed() const;
  std::size_t read_more(char* out, std::size_t size) const;
  std::size_t take(char* out, std::size_t size) const;
  void read_urlencoded() const;
  void read_multipart() const;
  void check_length() const;
  void split_target();

  const http::RequestHead* head_ = nullptr;
  Transport* transport_ = nullptr;
  mutable std::string_view body_;        // part of the body that has not been read yet
  mutable bool body_complete_ = true;    // body_ is all that is left
  mutable bool dirty_ = false;           // parsed_ holds something of this request
  mutable std::uint64_t body_read_ = 0;  // bytes taken from the transport
  std::string decoded_path_;
  Owned<Parsed> parsed_;
  MakeViewArgs make_view_args_ = nullptr;
  const void* match_ = nullptr;
  LoadsJson json_loads_ = nullptr;
  const void* json_provider_ = nullptr;
};

}  // namespace retort
