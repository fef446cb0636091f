// SPDX-License-Identifier: BSD-3-Clause
#include "retort/signing/serializer.h"

#include <utility>

#include "retort/base/base64.h"
#include "retort/json/json.h"
#include "retort/signing/detail/encoding.h"

namespace retort::signing {
namespace {

/// Python's json module: with spaces and in ASCII, or (compact) neither.
class JsonPayload final : public PayloadSerializer {
 public:
  explicit JsonPayload(bool is_compact) : is_compact_(is_compact) {}
  std::string dumps(const Value& value) const override {
    JsonOptions options = JsonOptions::python();
    if (is_compact_) {
      options.item_separator = ",";
      options.key_separator = ":";
      options.ensure_ascii = false;
    }
    return json::dump(value, options);
  }
  Result<Value> loads(std::string_view text) const override { return json::parse(text); }

 private:
  bool is_compact_;
};

const JsonPayload kJson(false);
const JsonPayload kCompactJson(true);

SignerOptions signer_options(const SerializerOptions& from) {
  return {from.salt, from.sep, from.key_derivation, from.digest_method, from.algorithm, from.time};
}

}  // namespace

struct Serializer::Core {
  Core(SecretKeys secret_keys, SerializerOptions serializer_options, Form serializer_form)
      : keys(std::move(secret_keys)), options(std::move(serializer_options)), form(serializer_form) {
    if (!options.serializer) options.serializer = form.url_safe ? &kCompactJson : &kJson;
    signers = make_signers(options.salt);
  }

  /// The one that signs, then the fallbacks.
  std::vector<TimestampSigner> make_signers(const std::string& salt) const {
    std::vector<TimestampSigner> out;
    SignerOptions own = signer_options(options);
    own.salt = salt;
    out.emplace_back(keys, std::move(own));
    for (SignerOptions fallback : options.fallback_signers) {
      fallback.salt = salt;
      fallback.time = options.time;
      out.emplace_back(keys, std::move(fallback));
    }
    return out;
  }

  /// Runs `f` on the signers of a salt.
  template <class F>
  auto with_signers(const std::optional<std::string_view>& salt, F f) const {
    if (!salt || *salt == options.salt) return f(signers);
    return f(make_signers(std::string(*salt)));
  }

  std::string dump_payload(const Value& value) const;
  Result<Value> load_payload(std::string_view payload, const char*& what) const;
  Value load_payload_or_throw(std::string_view payload) const;
  detail::Outcome unsign(const std::vector<TimestampSigner>& from, std::string_view text,
                         OptionalSeconds max_age, const Signer*& last) const;
  Value loads(std::string_view text, const LoadOptions& load_options) const;
  UnsafeLoad loads_unsafe(std::string_view text, const LoadOptions& load_options) const;

  SecretKeys keys;
  SerializerOptions options;
  Form form;
  std::vector<TimestampSigner> signers;
};

std::string Serializer::Core::dump_payload(const Value& value) const {
  std::string text = options.serializer->dumps(value);
  if (!form.url_safe) return text;
  constexpr std::size_t kIncompressible = 11;  // bytes that zlib can only make more of
  if (text.size() > kIncompressible) {
    const std::string compressed = detail::compress(text);
    if (compressed.size() + 1 < text.size()) return "." + base64::encode_url(compressed);
  }
  return base64::encode_url(text);
}

// `what` becomes the exception's message where there is an error.
Result<Value> Serializer::Core::load_payload(std::string_view payload, const char*& what) const {
  what = "Could not load the payload because an exception occurred on unserializing the data";
  if (!form.url_safe) {
    if (payload.size() > options.max_payload_bytes) return Error{"the payload is too large"};
    return options.serializer->loads(payload);
  }
  const bool is_compressed = payload.starts_with('.');
  if (is_compressed) payload.remove_prefix(1);
  std::optional<std::string> text = detail::base64_decode(payload);
  if (!text) {
    what = "Could not base64 decode the payload because of an exception";
    return Error{"Invalid base64-encoded data"};
  }
  if (is_compressed) {
    text = detail::decompress(*text, options.max_payload_bytes);
    if (!text) {
      what = "Could not zlib decompress the payload before decoding the payload";
      return Error{"not zlib's format, or too large"};
    }
  }
  if (text->size() > options.max_payload_bytes) return Error{"the payload is too large"};
  return options.serializer->loads(*text);
}

Value Serializer::Core::load_payload_or_throw(std::string_view payload) const {
  const char* what = nullptr;
  Result<Value> value = load_payload(payload, what);
  if (!value) throw BadPayload(what, value.error().message);
  return *std::move(value);
}

// What the first signer that accepts `text` says, else the last one; that is `last`. An
// expired signature is right, so nobody else is asked about it.
detail::Outcome Serializer::Core::unsign(const std::vector<TimestampSigner>& from, std::string_view text,
                                         OptionalSeconds max_age, const Signer*& last) const {
  using Kind = detail::Outcome::Kind;
  detail::Outcome out;
  for (const TimestampSigner& signer : from) {
    last = &signer;
    out = form.timed ? signer.try_unsign(text, max_age) : signer.Signer::try_unsign(text);
    if (out.good() || out.kind == Kind::too_old || out.kind == Kind::future) break;
  }
  return out;
}

Value Serializer::Core::loads(std::string_view text, const LoadOptions& load_options) const {
  return with_signers(load_options.salt, [&](const std::vector<TimestampSigner>& from) {
    const Signer* last = nullptr;
    const detail::Outcome outcome = unsign(from, text, load_options.max_age, last);
    if (!outcome.good()) detail::throw_outcome(outcome, last->options().sep);
    Value value = load_payload_or_throw(outcome.value);
    if (load_options.return_timestamp && outcome.timestamp)
      *load_options.return_timestamp = datetime_of_unix(static_cast<std::int64_t>(*outcome.timestamp));
    return value;
  });
}

UnsafeLoad Serializer::Core::loads_unsafe(std::string_view text, const LoadOptions& load_options) const {
  try {
    return {true, loads(text, load_options)};
  } catch (const BadSignature& error) {
    if (!error.payload) return {};
    const char* what = nullptr;
    Result<Value> value = load_payload(*error.payload, what);
    if (!value) return {};
    return {false, *std::move(value)};
  }
}

Serializer::Serializer(SecretKeys secret_keys, SerializerOptions options, Form form)
    : core_(new Core(std::move(secret_keys), std::move(options), form)) {}
Serializer::Serializer(SecretKeys secret_keys, SerializerOptions options)
    : Serializer(std::move(secret_keys), std::move(options), Form{}) {}
Serializer::Serializer(Serializer&&) noexcept = default;
Serializer& Serializer::operator=(Serializer&&) noexcept = default;
Serializer::~Serializer() = default;

std::string Serializer::dumps(const Value& value, std::optional<std::string_view> salt) const {
  return core_->with_signers(salt, [&](const std::vector<TimestampSigner>& signers) {
    const std::string payload = core_->dump_payload(value);
    const TimestampSigner& signer = signers.front();
    return core_->form.timed ? signer.sign(payload) : signer.Signer::sign(payload);
  });
}

Value Serializer::loads(std::string_view text, std::optional<std::string_view> salt) const {
  return core_->loads(text, {.salt = salt});
}

UnsafeLoad Serializer::loads_unsafe(std::string_view text, std::optional<std::string_view> salt) const {
  return core_->loads_unsafe(text, {.salt = salt});
}

TimedSerializer::TimedSerializer(SecretKeys secret_keys, SerializerOptions options)
    : Serializer(std::move(secret_keys), std::move(options), Form{.timed = true}) {}

Value TimedSerializer::loads(std::string_view text, const LoadOptions& options) const {
  return core_->loads(text, options);
}

UnsafeLoad TimedSerializer::loads_unsafe(std::string_view text, const LoadOptions& options) const {
  return core_->loads_unsafe(text, options);
}

bool TimedSerializer::try_loads(std::string_view text, Value& out, OptionalSeconds max_age) const {
  const Signer* last = nullptr;
  const detail::Outcome outcome = core_->unsign(core_->signers, text, max_age, last);
  if (!outcome.good()) return false;
  const char* what = nullptr;
  Result<Value> value = core_->load_payload(outcome.value, what);
  if (!value) return false;
  out = *std::move(value);
  return true;
}

URLSafeSerializer::URLSafeSerializer(SecretKeys secret_keys, SerializerOptions options)
    : Serializer(std::move(secret_keys), std::move(options), Form{.url_safe = true}) {}

URLSafeTimedSerializer::URLSafeTimedSerializer(SecretKeys secret_keys, SerializerOptions options)
    : TimedSerializer(std::move(secret_keys), std::move(options), Form{.timed = true, .url_safe = true}) {}

}  // namespace retort::signing
