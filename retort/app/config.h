// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Config: an app's settings by name (Flask: Config). Filled during set-up on one thread,
// read-only once the app serves and then safe to read from every worker. It remembers where
// each value came from, for error messages and for the `config` command. The framework's own
// keys and their defaults are Flask's (docs/config.md lists them).

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/base/function.h"
#include "retort/base/owned.h"
#include "retort/base/reflect.h"
#include "retort/value/convert.h"
#include "retort/value/value.h"

namespace retort {

namespace config {
/// One of the objects that a Config knows by name; made by named().
struct Named {
  std::string_view name;
};
/// `app.config.from_object(config::named("testing"))`: what add_object<T>("testing") added.
constexpr Named named(std::string_view name) { return {name}; }
}  // namespace config

/// How Config's file functions treat a file that is not there (Flask: silent=).
struct ConfigFileOptions {
  bool silent = false;  ///< no file, no error: the function returns false
};

/// How Config::get_namespace spells the keys that it gives.
struct NamespaceOptions {
  bool lowercase = true;
  bool trim_namespace = true;
};

class Config {
 public:
  /// With the defaults. Files are looked for in `root_path`.
  explicit Config(std::string root_path = {});
  Config(Config&& o) noexcept;
  Config& operator=(Config&& o) noexcept;
  ~Config();

  /// `config["SECRET_KEY"] = "..."`; reading a missing key gives an undefined value.
  class Slot {
   public:
    Slot(Config& config, std::string_view key) : config_(config), key_(key) {}
    template <class T>
    const Slot& operator=(T&& value) const {  // NOLINT: a proxy's assignment
      using U = std::remove_cvref_t<T>;
      if constexpr (std::is_constructible_v<Value, T&&>) {
        config_.set(key_, Value(std::forward<T>(value)));
      } else {
        config_.set(key_, Config::value_of<U>(value));
      }
      return *this;
    }
    operator Value() const { return config_.get(key_); }  // NOLINT: implicit by design

   private:
    Config& config_;
    std::string_view key_;
  };
  Slot operator[](std::string_view key) { return Slot(*this, key); }
  Value operator[](std::string_view key) const { return get(key); }

  // Reading. What is typed throws SetupError for a value of another kind; the message names
  // the key, what it holds (unless it is a secret) and where that came from.

  Value get(std::string_view key) const { return values_.get(key, Value()); }
  Value get(std::string_view key, Value otherwise) const { return values_.get(key, std::move(otherwise)); }
  /// `get<int>("WORKERS")`: anything that from_value reads. A missing key throws.
  template <class T>
  T get(std::string_view key) const {
    T out{};
    read(key, &out, &detail::read_into<T>);
    return out;
  }
  /// `otherwise` when the key is missing or none.
  template <class T>
  T get(std::string_view key, T otherwise) const {
    return is_set(key) ? get<T>(key) : std::move(otherwise);
  }
  std::string get(std::string_view key, const char* otherwise) const {
    return get<std::string>(key, otherwise);
  }
  std::string text(std::string_view key) const;
  std::int64_t integer(std::string_view key) const;
  double real(std::string_view key) const;
  bool boolean(std::string_view key) const;
  /// A length of time, which is kept as a number of seconds (PERMANENT_SESSION_LIFETIME);
  /// a std::chrono duration may be assigned.
  std::int64_t seconds(std::string_view key) const;
  bool contains(std::string_view key) const;
  /// Whether the key is there and not none.
  bool is_set(std::string_view key) const;
  /// The keys that begin with `prefix`, as a dict: "IMAGE_STORE_PATH" is "path" for
  /// "IMAGE_STORE_" (Flask: get_namespace).
  Value get_namespace(std::string_view prefix, NamespaceOptions options = {}) const;
  const Value& values() const { return values_; }

  // Writing. Throws SetupError once the app serves.

  void set(std::string_view key, Value value);
  void setdefault(std::string_view key, Value value);
  /// Copies the upper-case keys of a dict (Flask: from_mapping).
  void from_mapping(const Value& mapping);
  void from_mapping(std::initializer_list<Value::Member> members) { from_mapping(Value::dict(members)); }

  /// Takes the settings of an object (Flask: from_object): of a plain struct the members
  /// with upper-case names; of a class with `void apply(Config&) const` what that sets, so
  /// that a derived class can call its base's apply first.
  template <class T, std::enable_if_t<std::is_class_v<T>, int> = 0>
  void from_object(const T& settings) {
    const Origin origin(*this, "object ", reflect::type_name<T>);
    if constexpr (requires { settings.apply(*this); }) {
      settings.apply(*this);
    } else {
      static_assert(reflect::Aggregate<T>,
                    "retort: from_object takes a plain struct, or a class with `void apply(Config&) const`");
      reflect::for_each_member(settings, [&](std::string_view name, const auto& member) {
        if (is_upper(name)) set(name, value_of<std::remove_cvref_t<decltype(member)>>(member));
      });
    }
  }
  /// The same for an object known by name.
  void from_object(config::Named object);
  /// Makes T known as `name` to this config: `add_object<Testing>("testing")`.
  template <class T>
  void add_object(std::string_view name) {
    add_named(name, [](Config& config) { config.from_object(T{}); });
  }

  /// Reads a file of settings, JSON or TOML by its ending; its upper-case keys count
  /// (Flask: from_file). False when it is not there and `silent`. Throws SetupError with the
  /// file's name and what is wrong.
  bool from_file(const std::string& path, ConfigFileOptions options = {});
  /// The same with a reader of one's own: from the file's bytes to a dict.
  bool from_file(const std::string& path, const Function<Value(std::string_view)>& load,
                 ConfigFileOptions options = {});
  /// from_file with the path that an environment variable holds (Flask: from_envvar).
  bool from_envvar(const std::string& variable, ConfigFileOptions options = {});
  /// Takes each variable PREFIX_NAME of the environment as NAME, read as JSON where it is
  /// JSON and as text where not; `A__B` goes into the dict A (Flask: from_prefixed_env).
  void from_prefixed_env(std::string_view prefix = "FLASK");

  /// Where files are looked for: the app's root folder, or its instance folder.
  const std::string& root_path() const { return root_path_; }
  void set_root_path(std::string path) { root_path_ = std::move(path); }

  // For people to look at.

  /// Where the value came from: "default", "object Testing", "file app.toml", "environment
  /// variable FLASK_DEBUG", "mapping", "code"; empty for a missing key.
  std::string source(std::string_view key) const;
  /// Whether a value of this key is not for showing: SECRET_KEY, DB_PASSWORD, API_TOKEN, ...
  static bool is_secret(std::string_view key);
  /// The value as it may be printed: "********" for a secret, passwords in URLs masked.
  std::string printable(std::string_view key) const;
  /// All keys in order.
  std::vector<std::string> keys() const;

  /// Makes the settings read-only and shareable by threads; the app does it.
  void freeze();

 private:
  /// Names the source of what is set while it lives.
  class Origin {
   public:
    Origin(Config& config, std::string_view kind, std::string_view name);
    ~Origin();
    Origin(const Origin&) = delete;
    Origin& operator=(const Origin&) = delete;

   private:
    Config& config_;
    std::string previous_;
  };
  struct NamedObject;
  struct Sources;

  static bool is_upper(std::string_view key);
  void add_named(std::string_view name, void (*apply)(Config&));
  void read(std::string_view key, void* out, detail::ReadInto read) const;
  [[noreturn]] void throw_wrong(std::string_view key, std::string_view wanted) const;
  void set_nested(std::string_view key, Value value);
  void require_setup(std::string_view key) const;

  template <class T>
  static Value value_of(const T& value) {
    if constexpr (requires { value.count(), T::period::num; }) {
      return Value(value.count() * T::period::num / T::period::den);
    } else {
      return to_value(value);
    }
  }

  Value values_;
  std::string root_path_;
  Owned<Sources> sources_;
  bool frozen_ = false;
};

}  // namespace retort
