// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Converters decide what a rule's variable matches, what value the view gets, and how a
// value becomes part of a URL again. Those of Werkzeug are built in: default/string, any,
// path, int, float, uuid. An application adds its own with Map::add_converter. A converter
// is immutable once made and is used by all workers at once.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retort/base/function.h"
#include "retort/base/memory.h"
#include "retort/base/result.h"
#include "retort/routing/variable.h"

namespace retort::routing {

/// The arguments of a converter in a rule: <name(1, "x", key=True):variable>.
/// Values are null, boolean, integer, real or string (Werkzeug's parse_converter_args).
struct ConverterArguments {
  std::vector<Variable> positional;
  Variables named;

  /// The argument of that name, or at that place; null if neither is given.
  const Variable* get(std::string_view name, std::size_t place) const;
};

/// What `to_url` gives instead of text. `skip_rule` tries the endpoint's next rule
/// (Werkzeug's ValidationError); otherwise building fails with the message.
struct UrlText {
  std::string text;
  std::string error;
  bool skip_rule = false;
  bool ok() const { return error.empty() && !skip_rule; }
};

class Converter {
 public:
  virtual ~Converter() = default;

  /// What the variable matches, in RE2's syntax (Perl's without look-around and
  /// back-references). The default is "[^/]+".
  virtual std::string regex() const { return "[^/]+"; }
  /// Light parts of rules are tried before heavy ones. int and float 50, path 200.
  virtual int weight() const { return 100; }
  /// False if the text may hold slashes. By default: does regex() hold one outside "[^/]"?
  virtual bool part_isolating() const;

  /// The value of a matched text; nullopt: the URL is not found.
  virtual std::optional<Variable> to_value(std::string_view text) const { return Variable(text); }
  /// The text for the URL, quoted. The default quotes value.str() as a path segment.
  virtual UrlText to_url(const Variable& value) const;
};

/// Makes a converter for one use in a rule. Throws std::invalid_argument (or returns null)
/// for arguments it does not take; the map adds the rule and the position.
using ConverterFactory = Function<std::unique_ptr<Converter>(const ConverterArguments&)>;

/// Reads "1, 'x', key=True". An Error tells the argument that cannot be read.
Result<ConverterArguments> parse_converter_arguments(std::string_view text);

/// Percent-encodes everything but RFC 3986's pchar and "/" (safe=!$&'()*+,/:;=@).
std::string quote_path(std::string_view text);

}  // namespace retort::routing
