// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/config.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include <fmt/format.h>
#include <unistd.h>

#include "retort/app/detail/config_file.h"
#include "retort/app/scaffold.h"
#include "retort/base/text.h"
#include "retort/json/json.h"

namespace retort {
namespace {

constexpr std::string_view kMask = "********";

/// What FLASK_DEBUG says (Flask: get_debug_flag).
bool debug_flag() {
  const char* value = std::getenv("FLASK_DEBUG");
  const std::string text = text::to_lower(value ? value : "");
  return !text.empty() && text != "0" && text != "false" && text != "no";
}

// Flask's keys and defaults.
Value defaults() {
  return Value::dict({{"DEBUG", debug_flag()},
                      {"TESTING", false},
                      {"PROPAGATE_EXCEPTIONS", nullptr},
                      {"SECRET_KEY", nullptr},
                      {"SECRET_KEY_FALLBACKS", nullptr},
                      {"PERMANENT_SESSION_LIFETIME", 31 * 24 * 60 * 60},
                      {"USE_X_SENDFILE", false},
                      {"TRUSTED_HOSTS", nullptr},
                      {"SERVER_NAME", nullptr},
                      {"APPLICATION_ROOT", "/"},
                      {"SESSION_COOKIE_NAME", "session"},
                      {"SESSION_COOKIE_DOMAIN", nullptr},
                      {"SESSION_COOKIE_PATH", nullptr},
                      {"SESSION_COOKIE_HTTPONLY", true},
                      {"SESSION_COOKIE_SECURE", false},
                      {"SESSION_COOKIE_PARTITIONED", false},
                      {"SESSION_COOKIE_SAMESITE", nullptr},
                      {"SESSION_REFRESH_EACH_REQUEST", true},
                      {"MAX_CONTENT_LENGTH", nullptr},
                      {"MAX_FORM_MEMORY_SIZE", 500'000},
                      {"MAX_FORM_PARTS", 1000},
                      {"SEND_FILE_MAX_AGE_DEFAULT", nullptr},
                      {"TRAP_BAD_REQUEST_ERRORS", nullptr},
                      {"TRAP_HTTP_EXCEPTIONS", false},
                      {"EXPLAIN_TEMPLATE_LOADING", false},
                      {"PREFERRED_URL_SCHEME", "http"},
                      {"TEMPLATES_AUTO_RELOAD", nullptr},
                      {"MAX_COOKIE_SIZE", 4093},
                      {"PROVIDE_AUTOMATIC_OPTIONS", true}});
}

/// "postgresql://app:secret@host/db" with the password masked, also one with characters in it
/// that end an authority: then rather too much than too little.
std::string without_password(std::string_view text) {
  const std::size_t scheme = text.find("://");
  if (scheme == std::string_view::npos) return std::string(text);
  const std::size_t user = scheme + 3;
  const std::size_t colon = text.find(':', user);
  const std::string_view authority = text.substr(0, text.find_first_of("/?#", user));
  if (colon >= authority.size()) return std::string(text);
  std::size_t at = authority.rfind('@');
  if (at == std::string_view::npos) at = text.substr(0, text.find('?', user)).rfind('@');
  if (at == std::string_view::npos) at = text.rfind('@');
  if (at == std::string_view::npos || colon >= at) return std::string(text);
  return fmt::format("{}{}{}", text.substr(0, colon + 1), kMask, text.substr(at));
}

Value masked(std::string_view key, const Value& value) {
  if (Config::is_secret(key) && !value.is_none() && !value.is_undefined()) return kMask;
  if (value.is_string()) return without_password(value.as_string());
  if (value.is_dict()) {
    Value out = Value::dict();
    for (const auto& entry : value.entries()) out.set(entry.key, masked(entry.key.str(), entry.value));
    return out;
  }
  if (value.is_sequence()) {
    Value out = Value::list();
    for (const Value& item : value.items()) out.push_back(masked(key, item));
    return value.is_list() ? out : Value::tuple(out.items());
  }
  return value;
}

}  // namespace

struct Config::NamedObject {
  std::string name;
  void (*apply)(Config&);
};

struct Config::Sources {
  std::map<std::string, std::string, std::less<>> by_key;
  std::string current = "code";
  std::vector<NamedObject> objects;
};

Config::Config(std::string root_path)
    : values_(defaults()), root_path_(std::move(root_path)), sources_(new Sources) {
  for (const auto& entry : values_.entries()) sources_->by_key[entry.key.str()] = "default";
  if (std::getenv("FLASK_DEBUG")) sources_->by_key["DEBUG"] = "environment variable FLASK_DEBUG";
}

Config::Config(Config&& o) noexcept = default;
Config& Config::operator=(Config&& o) noexcept = default;
Config::~Config() = default;

Config::Origin::Origin(Config& config, std::string_view kind, std::string_view name)
    : config_(config), previous_(config.sources_->current) {
  config.sources_->current = fmt::format("{}{}", kind, name);
}

Config::Origin::~Origin() { config_.sources_->current = previous_; }

// Reading.

bool Config::contains(std::string_view key) const { return values_.contains(key); }

bool Config::is_set(std::string_view key) const {
  const Value value = get(key);
  return !value.is_undefined() && !value.is_none();
}

void Config::throw_wrong(std::string_view key, std::string_view wanted) const {
  if (!contains(key)) throw SetupError(fmt::format("config[\"{}\"] is not set", key));
  throw SetupError(fmt::format("config[\"{}\"] should be {}, but is {} ({}; from: {})", key, wanted,
                               masked(key, get(key)).repr(), get(key).type_name(), source(key)));
}

void Config::read(std::string_view key, void* out, detail::ReadInto read) const {
  FieldErrors errors;
  if (contains(key) && read(get(key), out, errors)) return;
  std::string wrong = "of another kind";
  if (!errors.empty()) {
    const FieldError& first = errors.front();
    wrong = fmt::format("right ({}{}{})", first.path, first.path.empty() ? "" : ": ", first.message);
  }
  throw_wrong(key, wrong);
}

std::string Config::text(std::string_view key) const {
  const Value value = get(key);
  if (!value.is_string()) throw_wrong(key, "text");
  return std::string(value.as_string());
}

std::int64_t Config::integer(std::string_view key) const {
  const Value value = get(key);
  if (!value.is_int()) throw_wrong(key, "an integer");
  return value.as_int();
}

double Config::real(std::string_view key) const {
  const Value value = get(key);
  if (value.is_int()) return static_cast<double>(value.as_int());
  if (value.kind() != Value::Kind::real) throw_wrong(key, "a number");
  return value.as_double();
}

bool Config::boolean(std::string_view key) const {
  const Value value = get(key);
  if (!value.is_bool()) throw_wrong(key, "true or false");
  return value.as_bool();
}

std::int64_t Config::seconds(std::string_view key) const {
  const Value value = get(key);
  if (value.kind() == Value::Kind::real) return static_cast<std::int64_t>(value.as_double());
  if (!value.is_int()) throw_wrong(key, "a number of seconds");
  return value.as_int();
}

Value Config::get_namespace(std::string_view prefix, NamespaceOptions options) const {
  Value out = Value::dict();
  for (const auto& entry : values_.entries()) {
    std::string key = entry.key.str();
    if (!key.starts_with(prefix)) continue;
    if (options.trim_namespace) key.erase(0, prefix.size());
    if (options.lowercase) key = text::to_lower(key);
    out.set(key, entry.value);
  }
  return out;
}

// Writing.

void Config::require_setup(std::string_view key) const {
  if (!frozen_) return;
  throw SetupError(
      fmt::format("config[\"{}\"] was set after the app's first request (or freeze()): set "
                  "everything up in create_app(), before serving begins",
                  key));
}

void Config::set(std::string_view key, Value value) {
  require_setup(key);
  // Copied, so that freezing this app's settings touches nobody else's.
  values_.set(key, value.deep_copy());
  sources_->by_key.insert_or_assign(std::string(key), sources_->current);
}

void Config::setdefault(std::string_view key, Value value) {
  require_setup(key);
  if (!contains(key)) set(key, std::move(value));
}

bool Config::is_upper(std::string_view key) {
  bool any = false;
  for (const char c : key) {
    if (c >= 'a' && c <= 'z') return false;
    any = any || (c >= 'A' && c <= 'Z');
  }
  return any;
}

void Config::from_mapping(const Value& mapping) {
  const Origin origin(*this, sources_->current == "code" ? "mapping" : sources_->current, "");
  for (const Value::Entry& entry : mapping.entries()) {
    if (!entry.key.is_string() || !is_upper(entry.key.as_string())) continue;
    set(entry.key.as_string(), entry.value);
  }
}

void Config::add_named(std::string_view name, void (*apply)(Config&)) {
  sources_->objects.push_back({std::string(name), apply});
}

void Config::from_object(config::Named object) {
  for (const NamedObject& known : sources_->objects) {
    if (known.name == object.name) return known.apply(*this);
  }
  std::string names;
  for (const NamedObject& known : sources_->objects) names += (names.empty() ? "" : ", ") + known.name;
  throw SetupError(
      fmt::format("no config object is named '{}'; {}", object.name,
                  names.empty() ? "app.config.add_object<T>(name) makes them known" : "there are: " + names));
}

bool Config::from_file(const std::string& path, const Function<Value(std::string_view)>& load,
                       ConfigFileOptions options) {
  const std::string full = (std::filesystem::path(root_path_) / path).string();
  std::error_code failed;
  std::ifstream file(full, std::ios::binary);
  const int why = errno;
  if (!file || std::filesystem::is_directory(full, failed)) {
    const bool absent = !std::filesystem::exists(full, failed) || std::filesystem::is_directory(full, failed);
    if (options.silent && absent) return false;
    throw SetupError(fmt::format("Unable to load configuration file ({}): '{}'",
                                 std::strerror(file ? EISDIR : why), full));
  }
  const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const Value loaded = load(bytes);
  if (!loaded.is_dict())
    throw SetupError(fmt::format("the configuration file '{}' holds a {}, but should hold a table of names",
                                 full, loaded.type_name()));
  const Origin origin(*this, "file ", path);
  from_mapping(loaded);
  return true;
}

bool Config::from_file(const std::string& path, ConfigFileOptions options) {
  const detail::ConfigReader reader = detail::config_reader(path);
  if (!reader) {
    throw SetupError(fmt::format(
        "the configuration file '{}' is neither .json nor .toml; give from_file a function that reads it",
        path));
  }
  const auto load = [&](std::string_view text) -> Value {
    Result<Value> value = reader(text, path);
    if (!value)
      throw SetupError(
          fmt::format("the configuration file '{}' cannot be read: {}", path, value.error().message));
    return *std::move(value);
  };
  return from_file(path, load, options);
}

bool Config::from_envvar(const std::string& variable, ConfigFileOptions options) {
  const char* path = std::getenv(variable.c_str());
  if (!path || !*path) {
    if (options.silent) return false;
    throw SetupError(
        fmt::format("The environment variable '{}' is not set and as such configuration could "
                    "not be loaded. Set this variable and make it point to a configuration file",
                    variable));
  }
  return from_file(path, options);
}

void Config::set_nested(std::string_view key, Value value) {
  std::size_t dots = key.find("__");
  if (dots == std::string_view::npos) return set(key, std::move(value));
  const std::string_view top = key.substr(0, dots);
  require_setup(top);
  if (!contains(top)) set(top, Value::dict());
  Value dict = get(top);
  for (key.remove_prefix(dots + 2); dict.is_dict(); key.remove_prefix(dots + 2)) {
    dots = key.find("__");
    if (dots == std::string_view::npos) {
      dict.set(key, std::move(value));
      sources_->by_key.insert_or_assign(std::string(top), sources_->current);
      return;
    }
    const std::string_view part = key.substr(0, dots);
    if (!dict.contains(part)) dict.set(part, Value::dict());
    dict = Value(dict.get(part, Value()));
  }
  throw SetupError(fmt::format("config[\"{}\"] gets an item from: {}, but is not a dict ({}; from: {})", top,
                               sources_->current, get(top).type_name(), source(top)));
}

void Config::from_prefixed_env(std::string_view prefix) {
  std::vector<std::string> found;
  for (char** variable = environ; *variable; ++variable) {
    const std::string_view text = *variable;
    const std::size_t equals = text.find('=');
    if (equals > prefix.size() && equals != std::string_view::npos && text.starts_with(prefix) &&
        text[prefix.size()] == '_')
      found.emplace_back(text);
  }
  std::sort(found.begin(), found.end());
  for (const std::string_view text : found) {
    const std::size_t equals = text.find('=');
    const Origin origin(*this, "environment variable ", text.substr(0, equals));
    const std::string_view raw = text.substr(equals + 1);
    Result<Value> parsed = json::parse(raw);
    set_nested(text.substr(prefix.size() + 1, equals - prefix.size() - 1),
               parsed ? *std::move(parsed) : Value(raw));
  }
}

// For people.

std::string Config::source(std::string_view key) const {
  const auto found = sources_->by_key.find(key);
  return found == sources_->by_key.end() ? std::string() : found->second;
}

bool Config::is_secret(std::string_view key) {
  static constexpr std::array kWhole = {"KEY", "KEYS", "TOKEN", "TOKENS", "DSN", "SALT", "PASSPHRASE"};
  const std::string upper = text::to_upper(key);
  for (const char* part : {"SECRET", "PASSW", "CREDENTIAL", "PRIVATE"}) {
    if (upper.find(part) != std::string::npos) return true;
  }
  std::size_t begin = 0;
  while (begin <= upper.size()) {
    const std::size_t end = std::min(upper.find('_', begin), upper.size());
    const std::string_view word = std::string_view(upper).substr(begin, end - begin);
    if (std::find(kWhole.begin(), kWhole.end(), word) != kWhole.end()) return true;
    begin = end + 1;
  }
  return false;
}

std::string Config::printable(std::string_view key) const { return masked(key, get(key)).repr(); }

std::vector<std::string> Config::keys() const {
  std::vector<std::string> out;
  for (const auto& entry : values_.entries()) out.push_back(entry.key.str());
  std::sort(out.begin(), out.end());
  return out;
}

void Config::freeze() {
  values_.freeze();
  frozen_ = true;
}

}  // namespace retort
