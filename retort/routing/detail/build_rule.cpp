// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "retort/routing/detail/rule_data.h"
#include "retort/routing/detail/url_text.h"

namespace retort::routing::detail {
namespace {

// Appends the pieces to `out`; false and `built` told if a value has no text.
bool append_pieces(const RuleData& rule, const std::vector<TracePiece>& pieces, const ValueLookup& values,
                   std::string& out, BuiltRule& built) {
  for (const TracePiece& piece : pieces) {
    if (piece.variable == TracePiece::kText) {
      out += piece.text;
      continue;
    }
    const Variable* value = values.find(piece.text);
    if (!value) {
      built.skipped = true;
      return false;
    }
    const UrlText url = rule.converters[piece.variable]->to_url(*value);
    if (!url.ok()) {
      built.error = url.error;
      built.skipped = url.skip_rule;
      return false;
    }
    out += url.text;
  }
  return true;
}

}  // namespace

ValueLookup::ValueLookup(const Variables& values) : values_(&values) {
  if (values.size() <= kManyNames) return;
  for (const Variables::Item& item : values) sorted_.push_back(&item);
  std::sort(sorted_.begin(), sorted_.end(), [](const auto* a, const auto* b) { return a->first < b->first; });
}

const Variable* ValueLookup::find(std::string_view name) const {
  if (sorted_.empty()) return values_->find(name);
  const auto found = std::lower_bound(sorted_.begin(), sorted_.end(), name,
                                      [](const auto* item, std::string_view n) { return item->first < n; });
  return found != sorted_.end() && (*found)->first == name ? &(*found)->second : nullptr;
}

std::size_t RuleData::variable_index(std::string_view name) const {
  if (!by_name.empty()) {
    const auto found =
        std::lower_bound(by_name.begin(), by_name.end(), name,
                         [&](std::uint32_t i, std::string_view n) { return variables[i].name < n; });
    return found != by_name.end() && variables[*found].name == name ? *found : TracePiece::kText;
  }
  for (std::size_t i = 0; i < variables.size(); ++i) {
    if (variables[i].name == name) return i;
  }
  return TracePiece::kText;
}

bool RuleData::expects(std::string_view name) const {
  return options.defaults.contains(name) || variable_index(name) != TracePiece::kText;
}

std::size_t RuleData::argument_count() const {
  std::size_t count = variables.size();
  for (const auto& [name, value] : options.defaults) count += variable_index(name) == TracePiece::kText;
  return count;
}

bool RuleData::same_arguments(const RuleData& other) const {
  if (argument_count() != other.argument_count()) return false;
  const auto expected = [&](std::string_view name) { return other.expects(name); };
  return std::all_of(variables.begin(), variables.end(), [&](const auto& v) { return expected(v.name); }) &&
         std::all_of(options.defaults.begin(), options.defaults.end(),
                     [&](const auto& d) { return expected(d.first); });
}

bool RuleData::takes_method(std::string_view method) const {
  return !options.methods ||
         std::find(options.methods->begin(), options.methods->end(), method) != options.methods->end();
}

bool overlaps(const RuleData& rule, const RuleData& other) {
  if (rule.options.websocket != other.options.websocket) return false;
  const auto& a = rule.options.methods;
  const auto& b = other.options.methods;
  if (!a || !b || *a == *b) return true;
  // HEAD comes with every GET and an application may add OPTIONS everywhere.
  return std::any_of(a->begin(), a->end(), [&](const std::string& method) {
    return method != "HEAD" && method != "OPTIONS" && other.takes_method(method);
  });
}

bool provides_defaults_for(const RuleData& rule, const RuleData& other) {
  const bool same_rule = rule.host_trace == other.host_trace && rule.path_trace == other.path_trace;
  return !rule.options.build_only && !rule.options.defaults.empty() && rule.endpoint == other.endpoint &&
         !same_rule && rule.same_arguments(other);
}

bool suitable_for(const RuleData& rule, const ValueLookup& values, std::optional<std::string_view> method) {
  if (method && !rule.takes_method(*method)) return false;
  for (const RuleVariable& variable : rule.variables) {
    if (!rule.options.defaults.contains(variable.name) && !values.contains(variable.name)) return false;
  }
  for (const auto& [name, value] : rule.options.defaults) {
    const Variable* given = values.find(name);
    if (given && !(*given == value)) return false;
  }
  return true;
}

BuiltRule build_rule(const RuleData& rule, const ValueLookup& values, bool append_unknown,
                     bool sort_parameters) {
  BuiltRule built;
  built.error = rule.build_failure;
  built.skipped = rule.build_skips;
  if (!built.ok()) return built;
  if (!append_pieces(rule, rule.host_build, values, built.host, built)) return built;
  if (!append_pieces(rule, rule.path_build, values, built.path, built)) return built;
  if (!append_unknown) return built;
  Variables unknown;
  for (const auto& [name, value] : values.values()) {
    if (!rule.expects(name)) unknown.append(name, value);
  }
  if (unknown.empty()) return built;
  const std::string query = encode_query(unknown, sort_parameters);
  if (!query.empty()) built.path += "?" + query;
  return built;
}

UrlText fill_redirect(const RuleData& rule, const Variables& values) {
  const std::string& target = rule.options.redirect_to;
  UrlText result;
  std::size_t at = 0;
  while (at < target.size()) {
    const std::size_t open = target.find('<', at);
    const std::size_t close = open == std::string::npos ? open : target.find('>', open);
    if (close == std::string::npos) break;
    result.text.append(target, at, open - at);
    const std::string name = target.substr(open + 1, close - open - 1);
    at = close + 1;
    const std::size_t index = rule.variable_index(name);
    const Variable* value = values.find(name);
    if (index == TracePiece::kText || !value) {  // "<>" stands for itself
      result.text.append(target, open, close + 1 - open);
      continue;
    }
    UrlText url = rule.converters[index]->to_url(*value);
    if (!url.ok()) return url;
    result.text += url.text;
  }
  result.text.append(target, at);
  return result;
}

}  // namespace retort::routing::detail
