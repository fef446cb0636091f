// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Map: all the rules of an application (Werkzeug's Map). Add rules, compile(), then share
// it among threads without locks: everything const is thread-safe. Matching walks a trie
// whose cost does not grow with the number of rules, and allocates nothing for a match.
//
//   Map map;
//   map.add("/post/<int:id>", "post");
//   map.compile();
//   MatchResult result;
//   map.match("", "/post/7", "GET", false, result);

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retort/base/owned.h"
#include "retort/routing/converter.h"
#include "retort/routing/match.h"
#include "retort/routing/rule.h"

namespace retort::routing {

class RuleFactory;
class MapAdapter;
struct BindOptions;
namespace detail {
struct MapData;
}

/// The defaults are Werkzeug's.
struct MapOptions {
  std::string default_subdomain = {};
  bool strict_slashes = true;
  bool merge_slashes = true;
  bool redirect_defaults = true;
  bool sort_parameters = false;
  bool host_matching = false;
  bool subdomain_matching = true;  ///< has no effect with host_matching
  /// `int` also matches what does not fit 64 bits, as a WideInteger. By default such a
  /// number is not found.
  bool wide_integers = false;
};

class Map {
 public:
  explicit Map(MapOptions options = {});
  ~Map();
  Map(Map&&) noexcept;
  Map& operator=(Map&&) noexcept;

  /// Adds a rule. Throws RuleError for a malformed one, an unknown converter, arguments
  /// it does not take, a variable used twice, or a rule that matches what another does.
  /// Not after compile().
  Rule& add(std::string rule, std::string endpoint, RuleOptions options = {});
  /// Adds all rules of a factory (Submount and friends).
  void add(const RuleFactory& factory);
  /// A converter under a name; it replaces one of that name for the rules to come.
  void add_converter(std::string name, ConverterFactory factory);
  bool has_converter(std::string_view name) const;

  /// Freezes the map and prepares it for matching. Matching, building and iterating need
  /// it; MapAdapter's constructor and match() throw std::logic_error without it. Calling
  /// it again does nothing.
  void compile();
  bool compiled() const;

  /// Matches a decoded path, which begins with "/" (or is empty). `host` is the
  /// subdomain, or the whole host with host_matching; empty if neither is used. Methods
  /// are upper case. Never throws for whatever path; never allocates for a match with up
  /// to MatchResult::kInline variables of built-in converters.
  void match(std::string_view host, std::string_view path, std::string_view method, bool websocket,
             MatchResult& out) const;

  /// All rules: grouped by endpoint in order of first adding, in an endpoint's order of
  /// building (rules with more arguments first).
  std::vector<const Rule*> iter_rules() const;
  /// The endpoint's rules in that order; none if there is no such endpoint.
  std::vector<const Rule*> iter_rules(std::string_view endpoint) const;
  std::size_t size() const;
  /// In order of adding.
  const Rule& operator[](std::size_t index) const;
  /// Does a rule of the endpoint take all these arguments?
  bool is_endpoint_expecting(std::string_view endpoint, const std::vector<std::string_view>& arguments) const;

  /// An adapter for a request's host and scheme. See adapter.h.
  MapAdapter bind(BindOptions options) const;

  const MapOptions& options() const;
  /// Of the library's own use.
  const detail::MapData& data() const { return *data_; }

 private:
  friend class MatchResult;
  Owned<detail::MapData> data_;
};

}  // namespace retort::routing
