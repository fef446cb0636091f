// SPDX-License-Identifier: BSD-3-Clause
#include "retort/signing/signer.h"

#include <stdexcept>

#include <fmt/format.h>
#include <time.h>

#include "retort/base/base64.h"
#include "retort/crypto/random.h"
#include "retort/signing/detail/encoding.h"
#include "retort/value/value.h"

namespace retort::signing {
namespace {

constexpr std::string_view kSignatureAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=";
constexpr std::uint64_t kLastTimestamp = 253'402'300'799;  // the end of the year 9999

std::string python_bytes(std::string_view bytes) { return Value::bytes(bytes).repr(); }

std::optional<DateTime> datetime_of(const std::optional<std::uint64_t>& timestamp) {
  if (!timestamp || *timestamp > kLastTimestamp) return std::nullopt;
  return datetime_of_unix(static_cast<std::int64_t>(*timestamp));
}

}  // namespace

namespace detail {

std::optional<std::string> base64_decode(std::string_view text) {
  if (auto strict = base64::decode_url(text)) return strict;
  std::string lenient(text);
  for (char& c : lenient) {
    if (c == '-') c = '+';
    if (c == '_') c = '/';
  }
  lenient.append((4 - text.size() % 4) % 4, '=');
  return base64::decode_lenient(lenient);
}

void throw_outcome(const Outcome& outcome, std::string_view sep) {
  using Kind = Outcome::Kind;
  const std::string value(outcome.value);
  switch (outcome.kind) {
    case Kind::no_separator:
      throw BadSignature(fmt::format("No {} found in value", python_bytes(sep)));
    case Kind::no_timestamp:
      throw BadTimeSignature("timestamp missing", value);
    case Kind::too_old:
      throw SignatureExpired(fmt::format("Signature age {} > {} seconds", outcome.age, outcome.max_age),
                             value, datetime_of(outcome.timestamp));
    case Kind::future:
      throw SignatureExpired(fmt::format("Signature age {} < 0 seconds", outcome.age), value,
                             datetime_of(outcome.timestamp));
    case Kind::mismatch: {
      const std::string message = fmt::format("Signature {} does not match", python_bytes(outcome.signature));
      if (outcome.is_timed) throw BadTimeSignature(message, value, datetime_of(outcome.timestamp));
      throw BadSignature(message, value);
    }
    default:
      throw BadTimeSignature("Malformed timestamp", value);
  }
}

}  // namespace detail

bool SigningAlgorithm::verify_signature(std::string_view key, std::string_view value,
                                        std::string_view signature) const {
  return crypto::constant_time_equal(signature, get_signature(key, value));
}

std::string NoneAlgorithm::get_signature(std::string_view, std::string_view) const { return {}; }

// Not std::time, whose clock may lag some milliseconds behind: what another process has just
// signed would come from the future, which max_age refuses.
std::int64_t TimeSource::now() const {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<std::int64_t>(now.tv_sec);
}

Signer::Signer(SecretKeys secret_keys, SignerOptions options) : options_(std::move(options)) {
  if (secret_keys.keys.empty()) throw std::invalid_argument("A signer needs a secret key.");
  if (kSignatureAlphabet.find(options_.sep) != std::string_view::npos) {
    throw std::invalid_argument(fmt::format(
        "The separator '{}' can be part of a signature: use none of ASCII letters, digits, and '-_='.",
        options_.sep));
  }
  keys_.reserve(secret_keys.keys.size());
  for (const std::string& secret : secret_keys.keys) {
    std::string derived = derive_key(secret);
    crypto::HmacKey hmac(options_.digest_method, derived);
    keys_.push_back({std::move(derived), std::move(hmac)});
  }
}

std::string Signer::derive_key(std::string_view secret_key) const {
  const crypto::Digest digest_method = options_.digest_method;
  switch (options_.key_derivation) {
    case KeyDerivation::concat:
      return crypto::digest(digest_method, options_.salt + std::string(secret_key));
    case KeyDerivation::hmac:
      return crypto::hmac(digest_method, secret_key, options_.salt);
    case KeyDerivation::none:
      return std::string(secret_key);
    default:
      return crypto::digest(digest_method, options_.salt + "signer" + std::string(secret_key));
  }
}

std::string Signer::sign_with(const Key& key, std::string_view value) const {
  return options_.algorithm ? options_.algorithm->get_signature(key.derived, value) : key.hmac.sign(value);
}

std::string Signer::get_signature(std::string_view value) const {
  return base64::encode_url(sign_with(keys_.back(), value));
}

bool Signer::verify_signature(std::string_view value, std::string_view signature) const {
  const auto decoded = detail::base64_decode(signature);
  if (!decoded) return false;
  for (auto key = keys_.rbegin(); key != keys_.rend(); ++key) {
    if (options_.algorithm ? options_.algorithm->verify_signature(key->derived, value, *decoded)
                           : crypto::constant_time_equal(*decoded, key->hmac.sign(value)))
      return true;
  }
  return false;
}

std::string Signer::sign(std::string_view value) const {
  const std::string signature = get_signature(value);
  std::string out;
  out.reserve(value.size() + options_.sep.size() + signature.size());
  out += value;
  out += options_.sep;
  out += signature;
  return out;
}

detail::Outcome Signer::try_unsign(std::string_view signed_value) const {
  detail::Outcome out;
  const std::size_t at = signed_value.rfind(options_.sep);
  if (at == std::string_view::npos) {
    out.kind = detail::Outcome::Kind::no_separator;
    return out;
  }
  out.value = signed_value.substr(0, at);
  out.signature = signed_value.substr(at + options_.sep.size());
  if (!verify_signature(out.value, out.signature)) out.kind = detail::Outcome::Kind::mismatch;
  return out;
}

std::string Signer::unsign(std::string_view signed_value) const {
  const detail::Outcome outcome = try_unsign(signed_value);
  if (!outcome.good()) detail::throw_outcome(outcome, options_.sep);
  return std::string(outcome.value);
}

std::int64_t TimestampSigner::get_timestamp() const {
  return options().time ? options().time->now() : TimeSource().now();
}

std::string TimestampSigner::sign(std::string_view value) const {
  // The bytes of the time, most significant first, without leading zeros.
  std::string bytes;
  for (auto rest = static_cast<std::uint64_t>(get_timestamp()); rest != 0; rest >>= 8)
    bytes.insert(bytes.begin(), static_cast<char>(rest & 0xff));
  std::string timed(value);
  timed += options().sep;
  timed += base64::encode_url(bytes);
  return Signer::sign(timed);
}

detail::Outcome TimestampSigner::try_unsign(std::string_view signed_value, OptionalSeconds max_age) const {
  using Kind = detail::Outcome::Kind;
  detail::Outcome out = Signer::try_unsign(signed_value);
  if (out.kind == Kind::no_separator) return out;
  const std::size_t at = out.value.rfind(options().sep);
  if (at == std::string_view::npos) {
    if (out.good()) out.kind = Kind::no_timestamp;
    return out;
  }
  out.is_timed = true;
  const auto bytes = detail::base64_decode(out.value.substr(at + options().sep.size()));
  out.value = out.value.substr(0, at);
  if (bytes && bytes->size() <= sizeof(std::uint64_t)) {
    std::uint64_t timestamp = 0;
    for (const char c : *bytes) timestamp = timestamp << 8 | static_cast<unsigned char>(c);
    out.timestamp = timestamp;
    if (timestamp > kLastTimestamp) out.kind = Kind::bad_timestamp;
  } else if (out.good()) {
    out.kind = Kind::bad_timestamp;
  }
  if (!out.good() || !max_age) return out;
  out.max_age = *max_age;
  out.age = get_timestamp() - static_cast<std::int64_t>(*out.timestamp);
  if (out.age > out.max_age) {
    out.kind = Kind::too_old;
  } else if (out.age < 0) {
    out.kind = Kind::future;
  }
  return out;
}

std::string TimestampSigner::unsign(std::string_view signed_value,
                                    const UnsignOptions& unsign_options) const {
  const detail::Outcome outcome = try_unsign(signed_value, unsign_options.max_age);
  if (!outcome.good()) detail::throw_outcome(outcome, options().sep);
  if (unsign_options.return_timestamp) *unsign_options.return_timestamp = *datetime_of(outcome.timestamp);
  return std::string(outcome.value);
}

}  // namespace retort::signing
