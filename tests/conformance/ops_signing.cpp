// SPDX-License-Identifier: BSD-3-Clause
// signing.jsonl: signers and serializers, Flask's session cookies and tagged JSON.
#include <optional>
#include <string>
#include <vector>

#include "tests/conformance/driver.h"
#include "tests/conformance/tags.h"

#include "retort/app/app.h"
#include "retort/app/session.h"
#include "retort/app/session_interface.h"
#include "retort/base/utf8.h"
#include "retort/signing/serializer.h"
#include "retort/testing/client.h"
#include "retort/value/uuid_time.h"

namespace retort::conformance {
namespace {

using namespace retort::signing;

/// Time stands still at a case's `now`.
class CaseTime : public TimeSource {
 public:
  explicit CaseTime(const Value& a) : now_(has(a, "now") ? a["now"].as_int() : 0) {}
  std::int64_t now() const override { return now_; }

 private:
  std::int64_t now_;
};

std::string bytes_of(const Value& value) {
  if (value.is_bytes()) return std::string(value.as_bytes());
  if (!value.is_string()) throw Failure{"TypeError", "neither text nor bytes"};
  return std::string(value.as_string());
}

Value text_or_bytes(std::string_view bytes) {
  return utf8::valid(bytes) ? Value(bytes) : Value::bytes(bytes);
}

SecretKeys keys_of(const Value& a) {
  const Value& key = a["secret_key"];
  if (!key.is_list()) return bytes_of(key);
  std::vector<std::string> keys;
  for (const Value& item : key.items()) keys.push_back(bytes_of(item));
  return keys;
}

KeyDerivation derivation_of(const Value& a) {
  const std::string_view name = text(a, "key_derivation", "django-concat");
  if (name == "concat") return KeyDerivation::concat;
  if (name == "hmac") return KeyDerivation::hmac;
  if (name == "none") return KeyDerivation::none;
  if (name != "django-concat") throw Failure{"TypeError", "Unknown key derivation method"};
  return KeyDerivation::django_concat;
}

crypto::Digest digest_of(const Value& a) {
  const std::string_view name = text(a, "digest_method", "sha1");
  if (name == "sha256") return crypto::Digest::sha256;
  if (name == "sha384") return crypto::Digest::sha384;
  if (name == "sha512") return crypto::Digest::sha512;
  if (name == "md5") return crypto::Digest::md5;
  return crypto::Digest::sha1;
}

const NoneAlgorithm kNone;

template <class Options>
Options options_of(const Value& a, const TimeSource& time) {
  Options out;
  if (has(a, "salt")) out.salt = bytes_of(a["salt"]);
  if (has(a, "sep")) out.sep = bytes_of(a["sep"]);
  out.key_derivation = derivation_of(a);
  out.digest_method = digest_of(a);
  if (text(a, "algorithm", "") == "none") out.algorithm = &kNone;
  out.time = &time;
  return out;
}

OptionalSeconds max_age_of(const Value& a) {
  return has(a, "max_age") ? OptionalSeconds(a["max_age"].as_int()) : OptionalSeconds();
}

Value error_members(const BadSignature& error, const std::optional<DateTime>& date) {
  Value out = Value::dict();
  if (error.payload) out.set("payload", text_or_bytes(*error.payload));
  if (date) out.set("date_signed", tag("__datetime__", iso_format(*date)));
  return out;
}

/// What `f` gives, its exceptions as answers.
template <class F>
Value answering(F f) {
  try {
    return f();
  } catch (const SignatureExpired& e) {
    throw Failure{"SignatureExpired", e.what(), error_members(e, e.date_signed)};
  } catch (const BadTimeSignature& e) {
    throw Failure{"BadTimeSignature", e.what(), error_members(e, e.date_signed)};
  } catch (const BadSignature& e) {
    throw Failure{"BadSignature", e.what(), error_members(e, {})};
  } catch (const BadPayload& e) {
    throw Failure{"BadPayload", e.what()};
  } catch (const std::invalid_argument& e) {
    throw Failure{"ValueError", e.what()};
  }
}

bool is_timestamped(const Value& a) { return text(a, "class") == "TimestampSigner"; }

Value op_signer_sign(const Value& c) {
  const Value& a = args(c);
  const CaseTime time(a);
  return answering([&] {
    const TimestampSigner signer(keys_of(a), options_of<SignerOptions>(a, time));
    const std::string value = bytes_of(a["value"]);
    return result(text_or_bytes(is_timestamped(a) ? signer.sign(value) : signer.Signer::sign(value)));
  });
}

Value op_signer_unsign(const Value& c) {
  const Value& a = args(c);
  const CaseTime time(a);
  return answering([&] {
    const TimestampSigner signer(keys_of(a), options_of<SignerOptions>(a, time));
    const std::string value = bytes_of(a["value"]);
    if (!is_timestamped(a)) return result(text_or_bytes(signer.Signer::unsign(value)));
    DateTime when;
    const UnsignOptions options{.max_age = max_age_of(a), .return_timestamp = &when};
    Value out = result(text_or_bytes(signer.unsign(value, options)));
    out.set("timestamp", unix_seconds(when));
    return out;
  });
}

/// Runs `f` with the serializer that a case names.
template <class F>
Value with_serializer(const Value& a, F f) {
  const CaseTime time(a);
  return answering([&]() -> Value {
    auto options = options_of<SerializerOptions>(a, time);
    if (has(a, "fallback_signers")) {
      for (const Value& fallback : a["fallback_signers"].items())
        options.fallback_signers.push_back(options_of<SignerOptions>(fallback, time));
    }
    const std::string_view name = text(a, "class");
    if (name == "TimedSerializer") return f(TimedSerializer(keys_of(a), std::move(options)));
    if (name == "URLSafeSerializer") return f(URLSafeSerializer(keys_of(a), std::move(options)));
    if (name == "URLSafeTimedSerializer") return f(URLSafeTimedSerializer(keys_of(a), std::move(options)));
    return f(Serializer(keys_of(a), std::move(options)));
  });
}

Value op_serializer_dumps(const Value& c) {
  const Value& a = args(c);
  return with_serializer(
      a, [&](const auto& serializer) { return result(text_or_bytes(serializer.dumps(a["obj"]))); });
}

Value op_serializer_loads(const Value& c) {
  const Value& a = args(c);
  return with_serializer(a, [&](const auto& serializer) {
    const std::string value = bytes_of(a["value"]);
    if constexpr (requires { serializer.loads(value, LoadOptions{}); })
      return result(serializer.loads(value, {.max_age = max_age_of(a)}));
    else
      return result(serializer.loads(value));
  });
}

Value op_serializer_loads_unsafe(const Value& c) {
  const Value& a = args(c);
  return with_serializer(a, [&](const auto& serializer) {
    const UnsafeLoad load = serializer.loads_unsafe(bytes_of(a["value"]));
    Value out = result(load.payload);
    out.set("ok", load.ok);
    return out;
  });
}

// Values that keep their type, which the driver leaves tagged.

Value typed(const Value& value) {
  if (const Value* text = untag(value, "__uuid__")) {
    Uuid uuid;
    if (!Uuid::parse(text->as_string(), uuid)) throw ValueError("bad UUID in a case");
    return uuid_value(uuid);
  }
  if (const Value* text = untag(value, "__datetime__"))
    return datetime_value(*parse_iso_datetime(text->as_string()));
  if (const Value* text = untag(value, "__decimal__")) return *text;  // JSON has it as text
  for (const char* name : {"__set__", "__time__", "__timedelta__"}) {
    if (untag(value, name)) throw Failure{"TypeError", "this type has no JSON"};
  }
  if (const Value* text = untag(value, "__date__")) return date_value(*parse_iso_date(text->as_string()));
  if (value.is_dict()) {
    Value out = Value::dict();
    for (const Value::Entry& entry : value.entries()) out.set(entry.key, typed(entry.value));
    return out;
  }
  if (!value.is_sequence()) return value;
  Value out = Value::list();
  for (const Value& item : value.items()) out.push_back(typed(item));
  return value.is_tuple() ? Value::tuple(out.items()) : out;
}

Value tagged(const Value& value) {
  if (const Uuid* uuid = as_uuid(value)) return tag("__uuid__", uuid->str());
  if (const DateTime* time = as_datetime(value)) return tag("__datetime__", iso_format(*time));
  if (value.is_dict()) {
    Value out = Value::dict();
    for (const Value::Entry& entry : value.entries()) out.set(entry.key, tagged(entry.value));
    return out;
  }
  if (!value.is_sequence()) return value;
  Value out = Value::list();
  for (const Value& item : value.items()) out.push_back(tagged(item));
  return value.is_tuple() ? Value::tuple(out.items()) : out;
}

// Flask's sessions.

class CaseSessions : public SecureCookieSessionInterface {
 public:
  explicit CaseSessions(const Value& a) : now_(a["now"].as_int()) {}
  std::int64_t now() const override { return now_; }

 private:
  std::int64_t now_;
};

/// The app of a case; `sessions` are its own.
App app_of(const Value& a, const CaseSessions*& sessions) {
  App app{"conformance"};
  if (has(a, "config")) {
    for (const Value::Entry& entry : a["config"].entries()) {
      const Value* seconds = untag(entry.value, "__timedelta__");
      app.config.set(entry.key.as_string(), seconds ? *seconds : entry.value);
    }
  }
  app.config["SECRET_KEY"] = a["secret_key"];
  if (has(a, "fallbacks")) app.config["SECRET_KEY_FALLBACKS"] = a["fallbacks"];
  auto own = std::make_unique<CaseSessions>(a);
  sessions = own.get();
  app.session_interface(std::move(own));
  return app;
}

Value op_flask_session_dumps(const Value& c) {
  const Value& a = args(c);
  const CaseSessions* sessions = nullptr;
  App app = app_of(a, sessions);
  app.freeze();
  return answering([&] { return result(sessions->get_signing_serializer()->dumps(typed(a["session"]))); });
}

Value op_flask_session_loads(const Value& c) {
  const Value& a = args(c);
  const CaseSessions* sessions = nullptr;
  App app = app_of(a, sessions);
  app.freeze();
  return answering([&] {
    const std::string value = bytes_of(a["value"]);
    return result((tagged(sessions->get_signing_serializer()->loads(value, {.max_age = max_age_of(a)}))));
  });
}

void run_step(const Value& step) {
  const std::string_view name = step[0].as_string();
  if (name == "set") session[step[1].as_string()] = typed(step[2]);
  if (name == "get") (void)session.get(step[1].as_string());
  if (name == "pop") session.pop(step[1].as_string(), nullptr);
  if (name == "clear") session.clear();
  if (name == "permanent") session.permanent(step[1].as_bool());
  if (name == "modified") session.modified(step[1].as_bool());
}

Value op_flask_session_cookie(const Value& c) {
  const Value& a = args(c);
  const CaseSessions* sessions = nullptr;
  App app = app_of(a, sessions);
  const Value steps = a["steps"];
  app.get("/", [&] {
    for (const Value& step : steps.items()) run_step(step);
    return "ok";
  });
  app.freeze();
  TestClient client(app, {.base_url = std::string(text(a, "base_url", "http://localhost/"))});
  TestRequest request;
  if (has(a, "cookie"))
    request.headers.emplace_back("Cookie", sessions->get_cookie_name(app) + "=" + a["cookie"].str());
  const TestResponse response = client.get("/", request);
  Value cookies = Value::list();
  for (const std::string_view cookie : response.headers.getlist("Set-Cookie")) cookies.push_back(cookie);
  const std::string_view vary = response.headers.get("Vary", "");
  return Value::dict({{"status", response.status_code},
                      {"set_cookie", cookies},
                      {"vary", vary.empty() ? Value(nullptr) : Value(vary)}});
}

Value op_json_tag_dumps(const Value& c) {
  return result(TaggedJSONSerializer().dumps(typed(args(c)["value"])));
}

Value op_json_tag_loads(const Value& c) {
  const Result<Value> value = TaggedJSONSerializer().loads(text(args(c), "value"));
  if (!value) throw Failure{"ValueError", value.error().message};
  return result(tagged(*value));
}

// Flask's JSON provider.

Value op_flask_json_dumps(const Value& c) {
  const Value& a = args(c);
  const App app{"conformance"};
  JsonOptions options = app.json.options(has(a, "indent") ? static_cast<int>(a["indent"].as_int()) : -1);
  if (has(a, "separators")) {
    options.item_separator = a["separators"][0].as_string();
    options.key_separator = a["separators"][1].as_string();
  }
  if (has(a, "ensure_ascii")) options.ensure_ascii = a["ensure_ascii"].as_bool();
  if (has(a, "sort_keys")) options.sort_keys = a["sort_keys"].as_bool();
  return result(app.json.dumps(typed(a["obj"]), options));
}

Value op_flask_json_response(const Value& c) {
  const Value& a = args(c);
  App app{"conformance"};
  app.config["DEBUG"] = has(a, "debug") && a["debug"].as_bool();
  if (has(a, "compact")) app.json.compact = a["compact"].as_bool();
  if (has(a, "sort_keys")) app.json.sort_keys = a["sort_keys"].as_bool();
  if (has(a, "ensure_ascii")) app.json.ensure_ascii = a["ensure_ascii"].as_bool();
  if (has(a, "mimetype")) app.json.mimetype = a["mimetype"].str();
  app.freeze();
  const Response response = app.json.response(typed(a["obj"]));
  return Value::dict({{"body", response.data()}, {"content_type", response.content_type()}});
}

}  // namespace

void add_signing_ops(Table& table) {
  table.add("signer_sign", &op_signer_sign);
  table.add("signer_unsign", &op_signer_unsign);
  table.add("serializer_dumps", &op_serializer_dumps);
  table.add("serializer_loads", &op_serializer_loads);
  table.add("serializer_loads_unsafe", &op_serializer_loads_unsafe);
  table.add("flask_session_dumps", &op_flask_session_dumps);
  table.add("flask_session_loads", &op_flask_session_loads);
  table.add("flask_session_cookie", &op_flask_session_cookie);
  table.add("flask_json_dumps", &op_flask_json_dumps);
  table.add("flask_json_response", &op_flask_json_response);
  table.add("json_tag_dumps", &op_json_tag_dumps);
  table.add("json_tag_loads", &op_json_tag_loads);
}

}  // namespace retort::conformance
