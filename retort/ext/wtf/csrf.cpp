// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/wtf/csrf.h"

#include <stdexcept>
#include <utility>

#include "retort/app/app.h"
#include "retort/app/globals.h"
#include "retort/app/session.h"
#include "retort/ext/wtf/detail/csrf_app.h"
#include "retort/ext/wtf/validation_error.h"
#include "retort/http/cache_control.h"
#include "retort/message/response.h"
#include "retort/value/markup.h"

namespace retort::wtf {
namespace {

/// Beside the token in g: what it was made of, so that a session that was emptied since gets another.
struct Issued {
  Value session_token;
  std::string token_key;
};
constexpr std::string_view kIssued = "_csrf_issued";

const detail::CsrfSigner& signer_of(const detail::CsrfSettings& settings, const CsrfOptions& options,
                                    std::optional<detail::CsrfSigner>& own) {
  if (options.secret_key) return own.emplace(*options.secret_key);
  if (settings.signer) return *settings.signer;
  throw std::runtime_error("A secret key is required to use CSRF.");
}

const std::string& key_of(const detail::CsrfSettings& settings, const CsrfOptions& options) {
  return options.token_key ? *options.token_key : settings.field_name;
}

}  // namespace

CSRFError::CSRFError(std::string description) : BadRequest(std::move(description)) {}

std::string generate_csrf(const CsrfOptions& options) {
  Context& context = retort::detail::request_context_or_throw();
  const detail::CsrfSettings& settings = detail::csrf_settings(context);
  std::optional<detail::CsrfSigner> own;
  const detail::CsrfSigner& signer = signer_of(settings, options, own);
  const std::string& key = key_of(settings, options);

  Session& session = context.session();
  Value session_token = session.get(key);
  const Issued* issued = context.g().find<Issued>(kIssued);
  const std::string* token = context.g().find<std::string>(key);
  if (token && issued && issued->token_key == key && issued->session_token == session_token) return *token;

  if (session_token.is_none()) {
    session_token = Value(detail::new_session_token());
    session.set(key, session_token);
  }
  if (!issued) {
    context.after_this_request([](Response& response) {
      detail::mark_private(retort::detail::request_context_or_throw(), response);
    });
  }
  context.g().set(kIssued, Issued{session_token, key});
  return context.g().set(key, signer.sign(session_token));
}

void validate_csrf(std::string_view data, const CsrfOptions& options) {
  Context& context = retort::detail::request_context_or_throw();
  const detail::CsrfSettings& settings = detail::csrf_settings(context);
  std::optional<detail::CsrfSigner> own;
  const detail::CsrfSigner& signer = signer_of(settings, options, own);
  if (data.empty()) throw ValidationError("The CSRF token is missing.");
  signer.check(context.session().get(key_of(settings, options), Value()), data,
               options.time_limit ? options.time_limit : settings.time_limit);
}

Markup csrf_meta_tag(std::optional<std::string_view> name, const CsrfOptions& options) {
  const std::string token = generate_csrf(options);
  const detail::CsrfSettings& settings = detail::csrf_settings(retort::detail::request_context_or_throw());
  std::string out = "<meta name=\"";
  append_escaped(out, name ? *name : std::string_view(settings.meta_name));
  out += "\" content=\"";
  append_escaped(out, std::string_view(token));
  out += "\">";
  return Markup(std::move(out));
}

bool csrf_enabled() { return detail::csrf_settings(retort::detail::app_context_or_throw()).enabled; }

std::string csrf_field_name() {
  return detail::csrf_settings(retort::detail::app_context_or_throw()).field_name;
}

std::string csrf_token_for_form(const CsrfOptions& options) { return generate_csrf(options); }

void validate_csrf_field(std::string_view data, const CsrfOptions& options) {
  Context& context = retort::detail::request_context_or_throw();
  if (context.g().get<bool>("csrf_valid", false)) return;
  try {
    validate_csrf(data, options);
  } catch (const ValidationError& error) {
    context.app().logger.info(error.message());
    throw;
  }
}

void detail::mark_private(Context& context, Response& response) {
  if (!context.g().contains(kIssued) || !csrf_settings(context).cache_private) return;
  auto cache_control = response.cache_control();
  if (cache_control.no_store()) return;
  cache_control.set_public(false);
  cache_control.set_s_maxage({});
  cache_control.set_private();
}

}  // namespace retort::wtf
