// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// How an app reads and writes JSON (Flask: app.json, flask.json.provider): what views return,
// jsonify, request.get_json() and the filter tojson. The settings are members of app.json:
// `app.json.sort_keys = false;`. A provider of one's own replaces it:
// `app.json = std::make_unique<MyProvider>();`. Set up before the first request; then called by
// every worker at once.

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "retort/base/owned.h"
#include "retort/base/result.h"
#include "retort/json/json.h"
#include "retort/message/response.h"
#include "retort/value/value.h"

namespace retort {

class JSONProvider {
 public:
  JSONProvider() = default;
  virtual ~JSONProvider() = default;

  virtual std::string dumps(const Value& value) const = 0;
  virtual Result<Value> loads(std::string_view text) const = 0;
  /// The response that carries a value; by default dumps() as application/json.
  virtual Response response(const Value& value) const;

 protected:
  JSONProvider(const JSONProvider&) = default;
  JSONProvider& operator=(const JSONProvider&) = default;
};

namespace detail {
/// Throws the SetupError for what an app that serves refuses to change: "json".
[[noreturn]] void throw_frozen(std::string_view what);
}  // namespace detail

/// A value that is assigned during set-up; afterwards assigning throws SetupError.
template <class T>
class Setting {
 public:
  Setting(T value) : value_(std::move(value)) {}  // NOLINT: as the value itself
  Setting(const Setting&) = default;
  Setting& operator=(const Setting& o) { return *this = o.value_; }
  Setting& operator=(T value) {
    if (frozen_) detail::throw_frozen("json");
    value_ = std::move(value);
    return *this;
  }
  operator const T&() const { return value_; }  // NOLINT: as the value itself
  const T& operator*() const { return value_; }
  void freeze() { frozen_ = true; }

 private:
  T value_;
  bool frozen_ = false;
};

/// As Python's json writes, and beyond it dates as HTTP dates, decimals and uuids as text,
/// structs as dicts, and what has HTML (`__html__`) as that.
class DefaultJSONProvider : public JSONProvider {
 public:
  Setting<bool> sort_keys = true;
  Setting<bool> ensure_ascii = true;  ///< what is beyond ASCII as \uXXXX
  /// Responses without spaces; by default out of debug mode.
  Setting<std::optional<bool>> compact{std::nullopt};
  Setting<std::string> mimetype{"application/json"};  ///< of responses

  /// What dumps() writes with: to change an argument for one call.
  JsonOptions options(int indent = -1) const;
  std::string dumps(const Value& value) const override { return dumps(value, options()); }
  std::string dumps(const Value& value, const JsonOptions& how) const;
  Result<Value> loads(std::string_view text) const override;
  Response response(const Value& value) const override;

  /// What response() writes with.
  JsonOptions response_options() const;

 protected:
  bool debug_ = false;
};

/// An app's `json`: the default provider with its settings, or another in its place.
class AppJSON final : public DefaultJSONProvider {
 public:
  AppJSON() = default;
  /// From a std::unique_ptr to a provider.
  template <class P, class = decltype(static_cast<JSONProvider*>(std::declval<P&>().release()))>
  AppJSON& operator=(P provider) {
    Owned<JSONProvider> replacement(provider.release());
    if (frozen_) detail::throw_frozen("json");
    replacement_ = std::move(replacement);
    return *this;
  }
  AppJSON(AppJSON&&) noexcept = default;

  using DefaultJSONProvider::dumps;
  std::string dumps(const Value& value) const override;
  Result<Value> loads(std::string_view text) const override;
  Response response(const Value& value) const override;

  /// Null while the default provider is in place.
  const JSONProvider* replacement() const { return replacement_.get(); }
  /// For the app: ends set-up. Responses are indented in debug mode.
  void freeze(bool debug);

 private:
  Owned<JSONProvider> replacement_;
  bool frozen_ = false;
};

namespace detail {
Response jsonify_value(const Value& value);
}

/// A response of JSON, by the current app's provider: `jsonify({{"id", 7}})`,
/// `jsonify(user)`, `jsonify(1, 2)` (a list), `jsonify()` (null).
inline Response jsonify(std::initializer_list<Value::Member> members) {
  return detail::jsonify_value(Value::dict(members));
}
template <class T>
Response jsonify(const T& value) {
  if constexpr (std::is_same_v<T, json>) {
    return detail::jsonify_value(value.value());
  } else {
    return detail::jsonify_value(to_value(value));
  }
}
template <class A, class B, class... More>
Response jsonify(const A& a, const B& b, const More&... more) {
  return detail::jsonify_value(Value::list({to_value(a), to_value(b), to_value(more)...}));
}
inline Response jsonify() { return detail::jsonify_value(nullptr); }

}  // namespace retort
