// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/wtf/detail/csrf_signer.h"

#include <utility>

#include "retort/crypto/digest.h"
#include "retort/crypto/random.h"
#include "retort/ext/wtf/validation_error.h"

namespace retort::wtf::detail {
namespace {

signing::SerializerOptions options_with(const signing::TimeSource* time) {
  signing::SerializerOptions options;
  options.salt = "wtf-csrf-token";
  options.time = time;
  return options;
}

}  // namespace

std::string new_session_token() {
  return crypto::to_hex(crypto::digest(crypto::Digest::sha1, crypto::random_bytes(64)));
}

CsrfSigner::CsrfSigner(signing::SecretKeys keys, const signing::TimeSource* time)
    : serializer_(std::move(keys), options_with(time)) {}

void CsrfSigner::check(const Value& session_token, std::string_view data, OptionalSeconds time_limit) const {
  if (data.empty()) throw ValidationError("The CSRF token is missing.");
  if (session_token.is_undefined()) throw ValidationError("The CSRF session token is missing.");
  Value token;
  try {
    token = serializer_.loads(data, {.max_age = time_limit});
  } catch (const signing::SignatureExpired&) {
    throw ValidationError("The CSRF token has expired.");
  } catch (const signing::BadData&) {
    throw ValidationError("The CSRF token is invalid.");
  }
  if (!token.is_string() || !session_token.is_string() ||
      !crypto::constant_time_equal(session_token.as_string(), token.as_string())) {
    throw ValidationError("The CSRF tokens do not match.");
  }
}

}  // namespace retort::wtf::detail
