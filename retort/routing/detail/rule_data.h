// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What a Rule is made of once its map has taken it in, and how it is taken apart.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/base/memory.h"
#include "retort/routing/converter.h"
#include "retort/routing/detail/builtin.h"
#include "retort/routing/detail/pattern.h"
#include "retort/routing/map.h"
#include "retort/routing/rule.h"

namespace retort::routing::detail {

/// Werkzeug's Weighting: sorts the dynamic parts of one state, light ones first.
struct Weight {
  int static_pieces = 0;                     // negative count
  std::vector<std::pair<int, int>> statics;  // (place, negative length)
  int arguments = 0;                         // negative count
  std::vector<int> argument_weights;

  friend auto operator<=>(const Weight&, const Weight&) = default;
};

/// What stands between two slashes of a rule; a final one holds all that is left.
struct RulePart {
  std::string content;  // the text of a static part, else the regex: two parts are one if it is
  bool is_final = false;
  bool is_static = true;
  bool is_suffixed = false;
  Weight weight;
  Pattern pattern;

  /// Werkzeug's RulePart.__eq__.
  bool same_as(const RulePart& other) const {
    return is_final == other.is_final && is_static == other.is_static && is_suffixed == other.is_suffixed &&
           content == other.content && weight == other.weight;
  }
};

/// A piece of what the rule builds, and of its text (Werkzeug's _trace).
struct TracePiece {
  static constexpr std::size_t kText = static_cast<std::size_t>(-1);
  std::size_t variable = kText;
  std::string text;  // of a variable: its name

  friend bool operator==(const TracePiece&, const TracePiece&) = default;
};

/// Values to build from. Finds quickly among thousands, too; the values must outlive it.
class ValueLookup {
 public:
  explicit ValueLookup(const Variables& values);
  const Variable* find(std::string_view name) const;
  bool contains(std::string_view name) const { return find(name) != nullptr; }
  const Variables& values() const { return *values_; }

 private:
  const Variables* values_;
  std::vector<const Variables::Item*> sorted_;  // by name, if they are many
};

/// From how many names on a scan is too slow.
inline constexpr std::size_t kManyNames = 16;

struct RuleData {
  std::string rule;
  std::string endpoint;
  RuleOptions options;  // methods, subdomain, slashes resolved
  std::size_t index = 0;
  std::uint64_t methods = ~std::uint64_t{0};  // bits of the map's method names
  std::vector<RuleVariable> variables;
  std::vector<std::uint32_t> by_name;                  // the variables in order of name, if they are many
  std::vector<std::unique_ptr<Converter>> converters;  // of the variables
  std::vector<const NativeSpec*> natives;              // of the converters; null: an application's
  std::vector<RulePart> parts;
  std::vector<TracePiece> host_trace, path_trace;
  std::vector<TracePiece> host_build, path_build;  // quoted, defaults filled in, text merged
  std::string build_failure;                       // why it never builds: a default has no text
  bool build_skips = false;                        // likewise, silently
  std::vector<const Rule*> default_rules;          // those it may redirect to; set by compile()
  bool plain = true;                               // no redirect of its own; set by compile()

  bool strict_slashes() const { return *options.strict_slashes; }
  bool merge_slashes() const { return *options.merge_slashes; }
  std::size_t variable_index(std::string_view name) const;
  bool expects(std::string_view name) const;
  std::size_t argument_count() const;
  bool same_arguments(const RuleData& other) const;
  bool has_redirect_to() const { return !options.redirect_to.empty() || options.redirect_function; }
  bool takes_method(std::string_view method) const;
};

/// A map's converters by name.
struct NamedFactory {
  std::string name;
  ConverterFactory factory;
};

/// Takes a rule apart. Throws RuleError.
std::unique_ptr<RuleData> make_rule(std::string rule, std::string endpoint, RuleOptions options,
                                    const MapOptions& map, const std::vector<NamedFactory>& factories);

/// Would `rule` match what `other` does? (Werkzeug's Rule.is_duplicate, without the parts.)
bool overlaps(const RuleData& rule, const RuleData& other);

/// Does `rule` give the defaults of `other`? (Rule.provides_defaults_for)
bool provides_defaults_for(const RuleData& rule, const RuleData& other);
/// Are the values enough for it, and equal to its defaults? (Rule.suitable_for)
bool suitable_for(const RuleData& rule, const ValueLookup& values, std::optional<std::string_view> method);

/// The host and the path of a rule with values. `skipped` means: try the next rule.
struct BuiltRule {
  std::string host;
  std::string path;
  std::string error;
  bool skipped = false;
  bool ok() const { return error.empty() && !skipped; }
};
BuiltRule build_rule(const RuleData& rule, const ValueLookup& values, bool append_unknown,
                     bool sort_parameters);

/// redirect_to with its <variables> filled in from the values.
UrlText fill_redirect(const RuleData& rule, const Variables& values);

}  // namespace retort::routing::detail
