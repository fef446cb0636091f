// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What signers and serializers throw (ItsDangerous' exceptions): BadData above all,
// BadSignature and what derives from it for what was not signed with a known key or is too
// old, BadPayload for what was signed and cannot be read.

#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "retort/base/civil_time.h"

namespace retort::signing {

class BadData : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class BadSignature : public BadData {
 public:
  explicit BadSignature(const std::string& message, std::optional<std::string> what_was_signed = {})
      : BadData(message), payload(std::move(what_was_signed)) {}

  /// What failed the test, where it could be told from its signature. Not to be trusted.
  std::optional<std::string> payload;
};

class BadTimeSignature : public BadSignature {
 public:
  explicit BadTimeSignature(const std::string& message, std::optional<std::string> what_was_signed = {},
                            std::optional<DateTime> when = {})
      : BadSignature(message, std::move(what_was_signed)), date_signed(when) {}

  /// When it says that it was signed; true only of a SignatureExpired.
  std::optional<DateTime> date_signed;
};

/// The signature is right, but older than max_age, or from the future.
class SignatureExpired : public BadTimeSignature {
 public:
  using BadTimeSignature::BadTimeSignature;
};

/// A serializer's header that cannot be read; for serializers of a program's own.
class BadHeader : public BadSignature {
 public:
  using BadSignature::BadSignature;
};

class BadPayload : public BadData {
 public:
  explicit BadPayload(const std::string& message, std::string cause = {})
      : BadData(message), original_error(std::move(cause)) {}

  std::string original_error;  ///< what the reader of the payload said
};

}  // namespace retort::signing
