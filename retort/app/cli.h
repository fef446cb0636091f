// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Commands of an app's own, beside `run` and `serve` of its binary (Flask: app.cli, Click):
//
//   app.cli.command("greet", "Greet somebody.",
//                   [](const std::string& name, int count) { ... },
//                   cli::argument("name"), cli::option("-c,--count", "How often.", 1));
//
// A command is any function; each parameter is one argument or one option, in the same order,
// and its type says what may be given: text, integers, floating point numbers, bool (an option:
// a flag), std::optional for what may be left out, std::vector<std::string> and the like for
// several. It runs in an app context and returns nothing or the exit code. Set up on one thread.

#include <cstddef>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/app/signature.h"
#include "retort/base/function.h"

namespace retort {

/// What a command throws that was called wrongly: one line on standard error, exit code 2
/// (Click: UsageError).
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

namespace detail {

struct CliGroupData;

/// What was given for one parameter: nothing, a text, or several.
using CliTexts = std::vector<std::string>;

/// How a parameter's type is read; `name` is for messages. They throw UsageError.
bool read_cli_bool(const std::string& text, std::string_view name);
double read_cli_number(const std::string& text, std::string_view name);
long long read_cli_integer(const std::string& text, std::string_view name, long long min, long long max);
unsigned long long read_cli_unsigned(const std::string& text, std::string_view name, unsigned long long max);

template <class T>
struct CliType {
  static_assert(std::is_arithmetic_v<T> || std::is_same_v<T, std::string>,
                "retort: a command's parameter is a std::string, an integer, a floating point number, a "
                "bool, a std::optional or a std::vector of one of these");
  static constexpr bool kOptional = false, kList = false, kFlag = std::is_same_v<T, bool>;
  static constexpr std::string_view kWord = std::is_same_v<T, std::string> ? "TEXT"
                                            : std::is_same_v<T, bool>      ? "BOOLEAN"
                                            : std::is_floating_point_v<T>  ? "FLOAT"
                                                                           : "INTEGER";
  static T read(const CliTexts& texts, std::string_view name) { return read_one(texts.front(), name); }
  static T read_one(const std::string& text, std::string_view name) {
    if constexpr (std::is_same_v<T, std::string>) {
      return text;
    } else if constexpr (std::is_same_v<T, bool>) {
      return read_cli_bool(text, name);
    } else if constexpr (std::is_floating_point_v<T>) {
      return static_cast<T>(read_cli_number(text, name));
    } else if constexpr (std::is_signed_v<T>) {
      using Limits = std::numeric_limits<T>;
      return static_cast<T>(read_cli_integer(text, name, Limits::min(), Limits::max()));
    } else {
      return static_cast<T>(read_cli_unsigned(text, name, std::numeric_limits<T>::max()));
    }
  }
};
template <>
struct CliType<std::string_view> : CliType<std::string> {};
template <class T>
struct CliType<std::optional<T>> : CliType<T> {
  static constexpr bool kOptional = true;
  static std::optional<T> read(const CliTexts& texts, std::string_view name) {
    if (texts.empty()) return std::nullopt;
    return CliType<T>::read_one(texts.front(), name);
  }
};
template <class T>
struct CliType<std::vector<T>> : CliType<T> {
  static constexpr bool kOptional = true, kList = true, kFlag = false;
  static std::vector<T> read(const CliTexts& texts, std::string_view name) {
    std::vector<T> out;
    for (const std::string& text : texts) out.push_back(CliType<T>::read_one(text, name));
    return out;
  }
};

}  // namespace detail

namespace cli {

/// An argument or an option of a command; by argument() and option().
struct Parameter {
  std::string names;  ///< "name"; "-c,--count"; "--shout/--no-shout"
  std::string help;
  std::optional<std::string> otherwise = {};  ///< what counts when nothing was given
  bool is_option = false;
  // What the command's parameter is.
  std::string_view type_word = {};
  bool is_optional = false, is_list = false, is_flag = false;
  void (*check)(const detail::CliTexts& texts, std::string_view name) = nullptr;
};

struct Command;  // retort/app/command.h

/// A value as text, for a parameter's default.
std::string default_text(double value);
inline std::string default_text(bool value) { return value ? "true" : "false"; }
inline std::string default_text(std::string_view value) { return std::string(value); }
inline std::string default_text(const char* value) { return value; }
template <class T, class = std::enable_if_t<std::is_integral_v<T>>>
std::string default_text(T value) {
  return std::to_string(value);
}

/// Given by its place. It must be there unless the parameter is a std::optional or a std::vector,
/// or there is a default.
Parameter argument(std::string_view name, std::string_view help = {});
template <class T>
Parameter argument(std::string_view name, std::string_view help, const T& otherwise) {
  Parameter out = argument(name, help);
  out.otherwise = default_text(otherwise);
  return out;
}
/// Given by its name: "--count", "-c,--count"; of a bool: "--shout", or "--shout/--no-shout". It
/// must be there unless the parameter is a bool, a std::optional or a std::vector, or there is a
/// default.
Parameter option(std::string_view names, std::string_view help = {});
template <class T>
Parameter option(std::string_view names, std::string_view help, const T& otherwise) {
  Parameter out = option(names, help);
  out.otherwise = default_text(otherwise);
  return out;
}

/// Commands under a word (Flask: AppGroup). Refers to what its app or blueprint has: copies are
/// the same group.
class Group {
 public:
  /// Given the texts of each parameter, which have passed their checks; returns the exit code.
  using Run = Function<int(const detail::CliTexts* given)>;

  explicit Group(detail::CliGroupData* data) : data_(data) {}

  /// Adds a command; one of the same name is replaced. Throws SetupError for a name or a
  /// parameter that makes no sense, and when set-up is over.
  template <class F, class... P>
  void command(std::string_view name, std::string_view help, F f, P... parameters) const {
    Parameter described[sizeof...(P) + 1] = {std::move(parameters)...};
    add(name, help, described, sizeof...(P),
        erase<sizeof...(P)>(described, std::move(f), static_cast<detail::Signature<F>*>(nullptr)));
  }
  /// The group of this name within this one: `app.cli.group("db").command(...)`. Made when it is
  /// not there; a help that is given counts.
  Group group(std::string_view name, std::string_view help = {}) const;

  const std::string& name() const;
  const std::string& help() const;
  /// In the order in which they came; valid while nothing is added.
  std::vector<const Command*> commands() const;
  std::vector<Group> groups() const;

 private:
  template <std::size_t count, class F, class R, class... A>
  static Run erase(Parameter* parameters, F f, R (*)(A...)) {
    static_assert(std::is_void_v<R> || std::is_same_v<R, int>,
                  "retort: a command returns nothing, or its exit code, an int");
    static_assert(count == sizeof...(A),
                  "retort: give a cli::argument or a cli::option for each parameter of the command");
    (describe<detail::CliType<std::decay_t<A>>>(*parameters++), ...);
    return call<R, std::decay_t<A>...>(std::move(f), std::index_sequence_for<A...>());
  }
  template <class R, class... T, class F, std::size_t... I>
  static Run call(F f, std::index_sequence<I...>) {
    return [f = std::move(f)](const detail::CliTexts* given) -> int {
      static_cast<void>(given);
      if constexpr (std::is_void_v<R>) {
        f(detail::CliType<T>::read(given[I], {})...);
        return 0;
      } else {
        return f(detail::CliType<T>::read(given[I], {})...);
      }
    };
  }
  template <class Type>
  static void describe(Parameter& parameter) {
    parameter.type_word = Type::kWord;
    parameter.is_optional = Type::kOptional;
    parameter.is_list = Type::kList;
    parameter.is_flag = Type::kFlag;
    parameter.check = [](const detail::CliTexts& texts, std::string_view name) {
      static_cast<void>(Type::read(texts, name));
    };
  }
  void add(std::string_view name, std::string_view help, Parameter* parameters, std::size_t count,
           Run run) const;

  detail::CliGroupData* data_;
};

}  // namespace cli
}  // namespace retort
