// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// CSRFProtect: no page of another site can post to this app in the name of a visitor
// (Flask-WTF: CSRFProtect). Tokens are Flask-WTF's: what it makes is read here, and the other
// way round. docs/csrf.md tells how to use them.
//
//   wtf::CSRFProtect csrf;                    // before the app
//   App create_app() {
//     App app{"shop"};
//     csrf.init_app(app);                     // POST, PUT, PATCH and DELETE need a token now
//     csrf.exempt<webhook>();
//     return app;
//   }
//
// In templates: {{ csrf_token() }}, {{ csrf_meta_tag() }}; a form has its token in a hidden field.

#include <optional>
#include <string>
#include <string_view>

#include "retort/base/optional_seconds.h"
#include "retort/base/owned.h"
#include "retort/http/errors.h"
#include "retort/signing/signer.h"
#include "retort/value/markup.h"

namespace retort {
class App;
class Blueprint;
class Context;
}  // namespace retort

namespace retort::wtf {

/// A request without a token that counts; its description says why. Answered as any BadRequest,
/// unless the app has a handler: `app.errorhandler<CSRFError>(...)`.
class CSRFError : public BadRequest {
 public:
  explicit CSRFError(std::string description = "CSRF validation failed.");
};

/// In place of what the app's settings say.
struct CsrfOptions {
  std::optional<signing::SecretKeys> secret_key = {};  ///< WTF_CSRF_SECRET_KEY; the newest signs
  std::optional<std::string> token_key = {};           ///< WTF_CSRF_FIELD_NAME: the key in session and g
  OptionalSeconds time_limit = {};                     ///< WTF_CSRF_TIME_LIMIT
};

/// The token of the current request's session, which gets one at the first call; kept in g under the
/// token_key. Marks the response as private, so that no shared cache keeps a page with a token, unless
/// WTF_CSRF_CACHE_PRIVATE is false. Throws std::runtime_error without a secret key.
std::string generate_csrf(const CsrfOptions& options = {});

/// Throws ValidationError (retort/ext/wtf/validation_error.h) unless `data` is a token of the current
/// request's session: missing, expired, altered, or another's.
void validate_csrf(std::string_view data, const CsrfOptions& options = {});

/// A meta tag with the token, for scripts: `<meta name="csrf-token" content="...">`; the name is
/// WTF_CSRF_META_NAME unless one is given.
Markup csrf_meta_tag(std::optional<std::string_view> name = {}, const CsrfOptions& options = {});

// For forms.

/// Whether the current app's forms have a token: WTF_CSRF_ENABLED.
bool csrf_enabled();
/// WTF_CSRF_FIELD_NAME: "csrf_token".
std::string csrf_field_name();
/// What a form's hidden field holds: generate_csrf.
std::string csrf_token_for_form(const CsrfOptions& options = {});
/// validate_csrf of what came back in the field, unless CSRFProtect has checked this request; what
/// it refuses is logged.
void validate_csrf_field(std::string_view data, const CsrfOptions& options = {});

/// Set up on one thread, then shared by all; it may serve several apps, and may end before they do.
class CSRFProtect {
 public:
  CSRFProtect();
  explicit CSRFProtect(App& app) : CSRFProtect() { init_app(app); }
  CSRFProtect(const CSRFProtect&) = delete;
  CSRFProtect& operator=(const CSRFProtect&) = delete;
  ~CSRFProtect();

  /// Checks each request of the app, before its views and blueprints' functions see it, and adds
  /// csrf_token() and csrf_meta_tag() to its templates.
  void init_app(App& app) const;

  // What is not checked; said before the app's first request.

  /// A view: the function, whatever its endpoint is.
  template <auto view>
  void exempt() {
    exempt_function(reinterpret_cast<void (*)()>(view));
  }
  /// A view by its endpoint: "api.webhook".
  void exempt(std::string_view endpoint);
  /// A blueprint's views, and those of what is nested in it.
  void exempt(const Blueprint& blueprint);

  /// Checks the current request by hand, exempt or not, also where WTF_CSRF_CHECK_DEFAULT is false;
  /// throws CSRFError. Methods other than WTF_CSRF_METHODS need no token.
  void protect() const;
  /// The same, unless the view is exempt: for a before_request function of the app's own.
  void protect_unless_exempt() const;

 private:
  struct Impl;
  void exempt_function(void (*function)());

  Owned<Impl> impl_;
};

}  // namespace retort::wtf
