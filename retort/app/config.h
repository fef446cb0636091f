// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Config: an app's settings by name (Flask: Config). Filled during set-up on one thread,
// read-only afterwards and then safe to read from every worker.

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "retort/value/value.h"

namespace retort {

class Config {
 public:
  Config();

  /// `config["SECRET_KEY"] = "..."`; reading a missing key gives none.
  class Slot {
   public:
    Slot(Config& config, std::string_view key) : config_(config), key_(key) {}
    template <class T>
    const Slot& operator=(T&& value) const {  // NOLINT: a proxy's assignment
      config_.set(key_, Value(std::forward<T>(value)));
      return *this;
    }
    operator Value() const { return config_.get(key_); }  // NOLINT: implicit by design

   private:
    Config& config_;
    std::string_view key_;
  };
  Slot operator[](std::string_view key) { return Slot(*this, key); }
  Value operator[](std::string_view key) const { return get(key); }

  Value get(std::string_view key) const { return values_.get(key, Value()); }
  Value get(std::string_view key, Value otherwise) const { return values_.get(key, std::move(otherwise)); }
  /// The setting as text, number or bool. Throws SetupError, naming the key, when it is
  /// missing or of another kind.
  std::string text(std::string_view key) const;
  std::int64_t integer(std::string_view key) const;
  bool boolean(std::string_view key) const;

  void set(std::string_view key, Value value);
  void setdefault(std::string_view key, Value value);
  bool contains(std::string_view key) const;
  /// Copies the upper-case keys of a dict (Flask: from_mapping).
  void from_mapping(const Value& mapping);
  /// Takes each variable PREFIX_NAME of the environment as NAME, read as JSON where it is
  /// JSON and as text where not; `A__B` goes into the dict A (Flask: from_prefixed_env).
  void from_prefixed_env(std::string_view prefix = "FLASK");

  const Value& values() const { return values_; }

  /// Makes the settings read-only and shareable by threads; the app does it.
  void freeze() { values_.freeze(); }

 private:
  Value values_;
};

}  // namespace retort
