// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// SessionInterface: where sessions come from and go to (Flask: SessionInterface). Derive
// from it to keep them on a server, and give it to `app.session_interface(...)` during
// set-up. One serves all of an app's threads, so after freeze() it must not change.

#include <cstdint>
#include <string>

#include "retort/app/json_tag.h"
#include "retort/app/session.h"
#include "retort/base/memory.h"
#include "retort/base/optional_seconds.h"
#include "retort/base/owned.h"
#include "retort/http/cookie.h"
#include "retort/signing/serializer.h"

namespace retort {

class App;
class Request;
class Response;

class SessionInterface {
 public:
  SessionInterface() = default;
  SessionInterface(const SessionInterface&) = delete;
  SessionInterface& operator=(const SessionInterface&) = delete;
  virtual ~SessionInterface() = default;

  /// Once, when set-up ends: the place to check settings. Throw SetupError for a wrong one.
  /// After it the app asks for the cookie's attributes (below), which must make a cookie.
  virtual void freeze(const App& app);
  /// The session of a request, at its first use. Null where there cannot be one: then
  /// make_null_session stands in.
  virtual std::unique_ptr<Session> open_session(const App& app, const Request& request) const = 0;
  /// After the after_request functions, unless is_null_session. `Vary: Cookie` is the app's
  /// work: it stands in the answer whenever the session was used or should_set_cookie.
  virtual void save_session(const App& app, Session& session, Response& response) const = 0;
  /// Whether a request that never used its session must open and save it all the same, as
  /// where each request prolongs it. By default it must. False only where should_set_cookie
  /// would be false for the session that was not opened.
  virtual bool saves_untouched(const App& app, const Request& request) const;

  virtual std::unique_ptr<Session> make_null_session(const App& app) const;
  virtual bool is_null_session(const Session& session) const;
  /// Whether the session was changed, or is permanent and SESSION_REFRESH_EACH_REQUEST.
  virtual bool should_set_cookie(const App& app, const Session& session) const;

  // The session cookie's attributes; by default the SESSION_COOKIE_* settings. Asked once, after
  // freeze(): set_cookie, delete_cookie and cookie_name go by what they said then.
  virtual std::string get_cookie_name(const App& app) const;
  virtual std::string get_cookie_domain(const App& app) const;  ///< "": none
  virtual std::string get_cookie_path(const App& app) const;    ///< APPLICATION_ROOT where not set
  virtual bool get_cookie_httponly(const App& app) const;
  virtual bool get_cookie_secure(const App& app) const;
  virtual bool get_cookie_partitioned(const App& app) const;
  virtual http::SameSite get_cookie_samesite(const App& app) const;
  /// When a permanent session ends, in seconds since 1970; none for another.
  virtual OptionalSeconds get_expiration_time(const App& app, const Session& session) const;

  /// Seconds since 1970.
  virtual std::int64_t now() const;

  /// Sets the session's cookie with all its attributes, or deletes it.
  void set_cookie(const App& app, Response& response, const std::string& value,
                  OptionalSeconds expires) const;
  void delete_cookie(const App& app, Response& response) const;
  /// What get_cookie_name said: the cookie to read.
  const std::string& cookie_name() const { return cookie_name_; }

 private:
  friend class App;
  /// Asks for the cookie's attributes. Throws SetupError when they make no cookie, so that
  /// what could split a header is found before any request.
  void make_cookie(const App& app);

  std::string cookie_name_, cookie_domain_, cookie_path_;
  http::CookieOptions cookie_options_;  // borrows the texts above
};

/// Sessions in the cookie itself, signed with the app's SECRET_KEY in Flask's format; what
/// SECRET_KEY_FALLBACKS signed is read as well. Clients can read them, not change them.
class SecureCookieSessionInterface : public SessionInterface, private signing::TimeSource {
 public:
  // Changed, if at all, before the interface is given to an app.
  std::string salt = "cookie-session";
  crypto::Digest digest_method = crypto::Digest::sha1;
  signing::KeyDerivation key_derivation = signing::KeyDerivation::hmac;
  TaggedJSONSerializer serializer;

  void freeze(const App& app) override;
  std::unique_ptr<Session> open_session(const App& app, const Request& request) const override;
  void save_session(const App& app, Session& session, Response& response) const override;
  bool saves_untouched(const App& app, const Request& request) const override;
  std::int64_t now() const override { return signing::TimeSource::now(); }

  /// What signs the cookie; null without a SECRET_KEY. Known from freeze() on.
  const signing::URLSafeTimedSerializer* get_signing_serializer() const { return signer_.get(); }

 private:
  Owned<signing::URLSafeTimedSerializer> signer_;
  std::int64_t lifetime_seconds_ = 0;
  bool refresh_each_request_ = true;
};

/// The app's SECRET_KEY_FALLBACKS and its SECRET_KEY, text or bytes, the oldest first: for
/// everything that signs, so that keys can be rotated. Empty without a SECRET_KEY; SetupError
/// for one that is neither text nor bytes.
std::vector<std::string> secret_keys(const App& app);

/// PERMANENT_SESSION_LIFETIME in seconds.
std::int64_t permanent_session_lifetime(const App& app);

}  // namespace retort
