// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Serializer and its kin: Values as signed text, in ItsDangerous' format. For links in
// mails and cookies take URLSafeTimedSerializer, whose texts go into a URL as they are and
// can expire. What is signed is not secret. Immutable once made, and then safe to use from
// any thread.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retort/base/owned.h"
#include "retort/base/result.h"
#include "retort/signing/signer.h"
#include "retort/value/value.h"

namespace retort::signing {

/// How a payload is written; by default JSON as Python's json module writes it, and in the
/// URL-safe serializers without spaces and in UTF-8. Thread-safe.
class PayloadSerializer {
 public:
  virtual ~PayloadSerializer() = default;
  virtual std::string dumps(const Value& value) const = 0;
  virtual Result<Value> loads(std::string_view text) const = 0;
};

struct SerializerOptions {
  std::string salt = "itsdangerous";  ///< SignerOptions say what these are
  std::string sep = ".";
  KeyDerivation key_derivation = KeyDerivation::django_concat;
  crypto::Digest digest_method = crypto::Digest::sha1;
  const SigningAlgorithm* algorithm = nullptr;
  const TimeSource* time = nullptr;
  /// Other ways of signing that loads accepts as well; their salt and time are not used.
  std::vector<SignerOptions> fallback_signers = {};
  const PayloadSerializer* serializer = nullptr;  ///< must outlive this one
  /// Of a payload when it has been decompressed; more is a BadPayload.
  std::size_t max_payload_bytes = 4 * 1024 * 1024;
};

/// What loads_unsafe found: a payload whatever its signature.
struct UnsafeLoad {
  bool ok = false;  ///< the signature was right
  Value payload = nullptr;
};

class Serializer {
 public:
  explicit Serializer(SecretKeys secret_keys, SerializerOptions options = {});
  Serializer(Serializer&&) noexcept;
  Serializer& operator=(Serializer&&) noexcept;
  ~Serializer();

  /// A salt that is given replaces the serializer's, here and below.
  std::string dumps(const Value& value, std::optional<std::string_view> salt = {}) const;
  /// Throws BadSignature, BadPayload.
  Value loads(std::string_view text, std::optional<std::string_view> salt = {}) const;
  /// For debugging: reads a payload that was signed wrongly, too. Throws BadPayload for what
  /// was signed rightly and is none.
  UnsafeLoad loads_unsafe(std::string_view text, std::optional<std::string_view> salt = {}) const;

 protected:
  struct Form {
    bool timed = false;
    bool url_safe = false;
  };
  struct Core;
  Serializer(SecretKeys secret_keys, SerializerOptions options, Form form);
  Owned<Core> core_;
};

struct LoadOptions {
  OptionalSeconds max_age = {};          ///< older: SignatureExpired
  DateTime* return_timestamp = nullptr;  ///< gets the time of signing, in UTC
  std::optional<std::string_view> salt = {};
};

/// A Serializer that signs the time as well.
class TimedSerializer : public Serializer {
 public:
  explicit TimedSerializer(SecretKeys secret_keys, SerializerOptions options = {});

  /// Throws BadTimeSignature, SignatureExpired, BadSignature, BadPayload.
  Value loads(std::string_view text, const LoadOptions& options = {}) const;
  UnsafeLoad loads_unsafe(std::string_view text, const LoadOptions& options = {}) const;
  /// loads without exceptions: false where it would throw.
  bool try_loads(std::string_view text, Value& out, OptionalSeconds max_age = {}) const;

 protected:
  using Serializer::Serializer;
};

/// A Serializer whose texts consist of letters, digits, "-", "_" and "."; long payloads are
/// compressed.
class URLSafeSerializer : public Serializer {
 public:
  explicit URLSafeSerializer(SecretKeys secret_keys, SerializerOptions options = {});
};

class URLSafeTimedSerializer : public TimedSerializer {
 public:
  explicit URLSafeTimedSerializer(SecretKeys secret_keys, SerializerOptions options = {});
};

}  // namespace retort::signing
