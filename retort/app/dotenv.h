// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// .env files, as python-dotenv 1.2 reads them: KEY=value lines, `export`, quotes with
// escapes and line breaks, comments, ${NAME} and ${NAME:-otherwise}. load_dotenv() puts what
// they say into the environment, below what is there already (Flask: cli.load_dotenv);
// retort::main does it before it makes the app. Parsing is safe anywhere; load_dotenv writes
// the process's environment, so it is for the start, while there is one thread.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/base/function.h"

namespace retort {
namespace dotenv {

/// A piece of the text: a binding, blank lines and comments (no key), or what could not be read.
struct Binding {
  std::optional<std::string> key = {};
  std::optional<std::string> value = {};  ///< nothing for a bare `KEY`
  std::string original = {};
  std::size_t line = 1;  ///< where it begins
  bool error = false;
};

/// The pieces of `text`, which is UTF-8, in order (python-dotenv: parse_stream).
std::vector<Binding> parse(std::string_view text);

using Values = std::vector<std::pair<std::string, std::optional<std::string>>>;
/// Looks a name up in the environment.
using Environment = Function<std::optional<std::string>(std::string_view name)>;
/// Is told the line of each piece that could not be read.
using Complain = Function<void(std::size_t line)>;

/// The process's environment.
std::optional<std::string> from_process(std::string_view name);

struct ValuesOptions {
  bool interpolate = true;
  Complain complain = {};
};
/// The keys with their values, in the order in which they first appear. ${NAME} takes an
/// earlier key of the text, else `environment` (python-dotenv: dotenv_values).
Values values(std::string_view text, const Environment& environment, const ValuesOptions& options = {});

/// The nearest file of this name in `start` (the working directory when empty) or a folder
/// above it; empty when there is none (python-dotenv: find_dotenv).
std::string find(std::string_view filename, std::string_view start = {});

}  // namespace dotenv

struct LoadDotenvOptions {
  std::string path = {};      ///< a file that wins over the default ones
  bool load_defaults = true;  ///< look for .env and .flaskenv from the working directory upwards
  /// Is told of what could not be read: "PATH: line 3 could not be read". Default: nobody.
  Function<void(std::string_view what)> warn = {};
};

/// Sets the variables that `path`, .env and .flaskenv (the first of these that names one
/// decides) give and that the environment lacks. True when a file gave any. Throws
/// std::runtime_error for a file that is no UTF-8.
bool load_dotenv(const LoadDotenvOptions& options = {});

/// Whether FLASK_SKIP_DOTENV leaves .env files to be loaded.
bool wants_dotenv();

}  // namespace retort
