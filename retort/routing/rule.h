// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Rule: one URL pattern and what it stands for (Werkzeug's Rule). Rules are made by
// Map::add, live as long as their map and are immutable; threads may share them.

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "retort/base/memory.h"
#include "retort/base/owned.h"
#include "retort/routing/rule_options.h"

namespace retort::routing {

class Map;
namespace detail {
struct RuleData;
}

/// A mistake in setting up a map: names the rule and the place in it.
class RuleError : public std::invalid_argument {
 public:
  RuleError(const std::string& message, std::string rule, std::size_t position = 0)
      : std::invalid_argument(message), rule_(std::move(rule)), position_(position) {}
  const std::string& rule() const { return rule_; }
  /// Byte offset into the rule.
  std::size_t position() const { return position_; }

 private:
  std::string rule_;
  std::size_t position_;
};

/// The rule would match what another one matches (Werkzeug's DuplicateRuleError).
class DuplicateRuleError : public RuleError {
 public:
  using RuleError::RuleError;
};

/// A variable of a rule.
struct RuleVariable {
  std::string name;
  std::string converter;  ///< "default" if the rule names none
  std::string arguments;  ///< as written in the rule
};

class Rule {
 public:
  Rule(const Rule&) = delete;
  Rule& operator=(const Rule&) = delete;
  ~Rule();

  /// The text it was made from.
  std::string_view rule() const;
  std::string_view endpoint() const;
  /// Upper case, sorted, HEAD included where GET is; none: every method.
  const std::optional<std::vector<std::string>>& methods() const;
  /// In the order of captures: the subdomain's or host's first, then the path's.
  const std::vector<RuleVariable>& variables() const;
  const Variables& defaults() const;
  const std::string& subdomain() const;
  const std::optional<std::string>& host() const;
  bool strict_slashes() const;
  bool merge_slashes() const;
  bool build_only() const;
  bool alias() const;
  bool websocket() const;
  bool has_redirect_to() const;
  /// The order of adding: 0, 1, ... An application's key into its own tables.
  std::size_t index() const;
  /// Is `name` a variable or a default of the rule?
  bool expects(std::string_view name) const;

  /// Of the library's own use.
  explicit Rule(std::unique_ptr<detail::RuleData> data);
  const detail::RuleData& data() const { return *data_; }
  detail::RuleData& data() { return *data_; }

 private:
  Owned<detail::RuleData> data_;
};

}  // namespace retort::routing
