// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// CsrfSigner: Flask-WTF's tokens, without an app. Immutable, and then safe to use from any thread.

#include <string>
#include <string_view>

#include "retort/base/optional_seconds.h"
#include "retort/signing/serializer.h"
#include "retort/value/value.h"

namespace retort::wtf::detail {

/// What a session remembers: 40 hexadecimal digits, the SHA-1 of 64 random bytes.
std::string new_session_token();

class CsrfSigner {
 public:
  explicit CsrfSigner(signing::SecretKeys keys, const signing::TimeSource* time = nullptr);

  /// The token of a session that remembers `session_token`.
  std::string sign(const Value& session_token) const { return serializer_.dumps(session_token); }
  /// Throws ValidationError with Flask-WTF's messages. `session_token` is undefined where the session
  /// has none.
  void check(const Value& session_token, std::string_view data, OptionalSeconds time_limit) const;

 private:
  signing::URLSafeTimedSerializer serializer_;
};

}  // namespace retort::wtf::detail
