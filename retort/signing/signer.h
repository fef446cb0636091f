// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Signer and TimestampSigner: text with a signature behind it, in ItsDangerous' format, so
// that what comes back from a client can be trusted (it can still be read by anyone). Keys
// may be a list, oldest first: the newest signs, all of them verify. Immutable once made,
// and then safe to use from any thread.

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/base/optional_seconds.h"
#include "retort/crypto/digest.h"
#include "retort/signing/errors.h"

namespace retort::signing {

/// One secret key, or several from the oldest to the newest.
class SecretKeys {
 public:
  SecretKeys(std::string key) { keys.push_back(std::move(key)); }     // NOLINT: implicit by design, as below
  SecretKeys(std::string_view key) : SecretKeys(std::string(key)) {}  // NOLINT
  SecretKeys(const char* key) : SecretKeys(std::string(key)) {}       // NOLINT
  SecretKeys(std::vector<std::string> list) : keys(std::move(list)) {}  // NOLINT
  SecretKeys(std::initializer_list<std::string_view> list) : keys(list.begin(), list.end()) {}

  std::vector<std::string> keys;
};

/// How a signing key is made from a secret key and a salt.
enum class KeyDerivation : std::uint8_t { concat, django_concat, hmac, none };

/// How a value is signed with a derived key.
class SigningAlgorithm {
 public:
  virtual ~SigningAlgorithm() = default;
  virtual std::string get_signature(std::string_view key, std::string_view value) const = 0;
  /// In time that tells nothing about where a wrong signature differs.
  virtual bool verify_signature(std::string_view key, std::string_view value,
                                std::string_view signature) const;
};

/// No signature at all: for values that only need the format.
class NoneAlgorithm : public SigningAlgorithm {
 public:
  std::string get_signature(std::string_view key, std::string_view value) const override;
};

/// Where the current time comes from; a test gives its own.
class TimeSource {
 public:
  virtual ~TimeSource() = default;
  /// Seconds since 1970; by default the system's.
  virtual std::int64_t now() const;
};

struct SignerOptions {
  /// Tells uses of one key apart: what one salt signs, another does not accept.
  std::string salt = "itsdangerous.Signer";
  std::string sep = ".";  ///< none of what a signature is made of: letters, digits, "-", "_", "="
  KeyDerivation key_derivation = KeyDerivation::django_concat;
  crypto::Digest digest_method = crypto::Digest::sha1;
  const SigningAlgorithm* algorithm = nullptr;  ///< instead of HMAC; must outlive the signer
  const TimeSource* time = nullptr;             ///< instead of the system's; must outlive the signer
};

namespace detail {

/// What came of unsigning; views point into the signed text.
struct Outcome {
  enum class Kind : std::uint8_t {
    good,
    no_separator,
    mismatch,
    no_timestamp,
    bad_timestamp,
    too_old,
    future
  };

  Kind kind = Kind::good;
  std::string_view value;
  std::string_view signature;              // that does not match
  bool is_timed = false;                   // a timestamp stood before the signature
  std::optional<std::uint64_t> timestamp;  // what it says
  std::int64_t age = 0, max_age = 0;

  bool good() const { return kind == Kind::good; }
};

[[noreturn]] void throw_outcome(const Outcome& outcome, std::string_view sep);

}  // namespace detail

class Signer {
 public:
  /// Throws std::invalid_argument without a key, and for a `sep` that signatures may hold.
  explicit Signer(SecretKeys secret_keys, SignerOptions options = {});
  Signer(Signer&&) = default;
  Signer& operator=(Signer&&) = default;

  /// The value, sep, and its signature.
  std::string sign(std::string_view value) const;
  /// The value. Throws BadSignature.
  std::string unsign(std::string_view signed_value) const;
  bool validate(std::string_view signed_value) const { return try_unsign(signed_value).good(); }

  /// The signature alone, in base64url.
  std::string get_signature(std::string_view value) const;
  bool verify_signature(std::string_view value, std::string_view signature) const;
  std::string derive_key(std::string_view secret_key) const;

  /// For serializers: unsign without exceptions.
  detail::Outcome try_unsign(std::string_view signed_value) const;
  const SignerOptions& options() const { return options_; }

 private:
  struct Key {
    std::string derived;
    crypto::HmacKey hmac;
  };
  std::string sign_with(const Key& key, std::string_view value) const;

  SignerOptions options_;
  std::vector<Key> keys_;  // the newest last
};

struct UnsignOptions {
  OptionalSeconds max_age = {};          ///< older: SignatureExpired
  DateTime* return_timestamp = nullptr;  ///< gets the time of signing, in UTC
};

/// A Signer that signs the time as well.
class TimestampSigner : public Signer {
 public:
  using Signer::Signer;

  std::string sign(std::string_view value) const;
  /// Throws BadTimeSignature, SignatureExpired, or BadSignature for what holds no time.
  std::string unsign(std::string_view signed_value, const UnsignOptions& options = {}) const;
  bool validate(std::string_view signed_value, OptionalSeconds max_age = {}) const {
    return try_unsign(signed_value, max_age).good();
  }
  /// What the time is now, in seconds since 1970.
  std::int64_t get_timestamp() const;

  detail::Outcome try_unsign(std::string_view signed_value, OptionalSeconds max_age) const;
};

}  // namespace retort::signing
