// SPDX-License-Identifier: BSD-3-Clause
// Whether requests reach each rule: example URLs of it are made and matched. One that matches the rule
// where it is alone, and another one in the app's map, shows who is in its way.
#include <algorithm>
#include <cctype>
#include <exception>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "retort/app/app.h"
#include "retort/app/inspect.h"
#include "retort/cli/detail/check.h"
#include "retort/routing/map.h"
#include "retort/routing/match.h"
#include "retort/routing/rule.h"

namespace retort::detail {
namespace {

constexpr std::size_t kMostExamples = 256;

std::vector<std::size_t> numbers_in(std::string_view text) {
  std::vector<std::size_t> out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!std::isdigit(static_cast<unsigned char>(text[at]))) continue;
    std::size_t number = 0;
    for (; at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])); ++at)
      number = std::min<std::size_t>(number * 10 + static_cast<std::size_t>(text[at] - '0'), 1'000'000'000);
    out.push_back(number);
  }
  return out;
}

/// The items of `any('a', b)`.
std::vector<std::string> items_of(std::string_view arguments) {
  std::vector<std::string> out;
  while (!arguments.empty()) {
    const std::size_t comma = std::min(arguments.find(','), arguments.size());
    std::string_view item = arguments.substr(0, comma);
    while (!item.empty() && std::string_view(" '\"").find(item.front()) != std::string_view::npos)
      item.remove_prefix(1);
    while (!item.empty() && std::string_view(" '\"").find(item.back()) != std::string_view::npos)
      item.remove_suffix(1);
    if (!item.empty()) out.emplace_back(item);
    arguments.remove_prefix(std::min(comma + 1, arguments.size()));
  }
  return out;
}

/// Texts that the variable may stand for, such as no other rule names. Some may not fit: they are tried.
std::vector<std::string> examples_of(const routing::RuleVariable& variable) {
  const std::string& kind = variable.converter;
  std::vector<std::string> out;
  if (kind == "any") return items_of(variable.arguments);
  if (kind == "uuid") return {"9f4b1c52-6d0e-4a7b-8c31-5e2f7a90d6b4"};
  if (kind == "path") return {"zqx", "zqx/wj.y", "Zq-7/wj/k"};
  if (kind == "int" || kind == "float") {
    const char* const end = kind == "float" ? ".25" : "";
    for (const char* digits : {"7", "4711", "0", "-7"}) out.push_back(std::string(digits) + end);
    for (const std::size_t number : numbers_in(variable.arguments)) {
      out.push_back(std::to_string(number) + end);
      if (number > 0 && number < 32) out.push_back(std::string(number, '4') + end);  // fixed_digits
    }
    return out;
  }
  out = {"zqx", "Zq-7_wj", "z", "7"};
  for (const std::size_t number : numbers_in(variable.arguments)) {
    if (number > 0 && number < 256) out.emplace_back(number, 'z');
  }
  return out;
}

/// The text between a rule's variables: one piece more than there are variables.
std::vector<std::string> literals_of(std::string_view rule) {
  std::vector<std::string> out(1);
  for (std::size_t at = 0; at < rule.size(); ++at) {
    if (rule[at] != '<') {
      out.back() += rule[at];
      continue;
    }
    for (char quote = 0; ++at < rule.size() && (quote || rule[at] != '>');) {
      if (quote) {
        quote = rule[at] == quote ? '\0' : quote;
      } else if (rule[at] == '"' || rule[at] == '\'') {
        quote = rule[at];
      }
    }
    out.emplace_back();
  }
  return out;
}

struct Example {
  std::string host, path;
};

std::string filled(const std::vector<std::string>& literals, const std::string* values) {
  std::string out = literals[0];
  for (std::size_t i = 1; i < literals.size(); ++i) out += values[i - 1] + literals[i];
  return out;
}

std::vector<Example> examples_of(const routing::Rule& rule, bool by_host) {
  const std::vector<std::string> host = literals_of(by_host ? rule.host().value_or("") : rule.subdomain());
  const std::vector<std::string> path = literals_of(rule.rule());
  const std::size_t count = host.size() + path.size() - 2;
  if (count != rule.variables().size()) return {};
  std::vector<std::vector<std::string>> choices;
  for (const routing::RuleVariable& variable : rule.variables()) choices.push_back(examples_of(variable));
  std::vector<Example> out;
  std::vector<std::size_t> chosen(count, 0);
  for (bool more = true; more && out.size() < kMostExamples;) {
    std::vector<std::string> values;
    for (std::size_t i = 0; i < count; ++i) {
      if (choices[i].empty()) return {};
      values.push_back(choices[i][chosen[i]]);
    }
    out.push_back({filled(host, values.data()), filled(path, values.data() + (host.size() - 1))});
    more = false;
    for (std::size_t i = 0; i < count && !more; ++i) {
      chosen[i] = (chosen[i] + 1) % choices[i].size();
      more = chosen[i] != 0;
    }
  }
  return out;
}

/// The rule in a map of its own; none where converters of the app's own are needed for that.
std::optional<routing::Map> alone(const routing::Map& map, const routing::Rule& rule) {
  routing::Map out(map.options());
  for (const routing::RuleVariable& variable : rule.variables()) {
    if (!out.has_converter(variable.converter)) return std::nullopt;
  }
  routing::RuleOptions options;
  options.methods = rule.methods();
  options.defaults = rule.defaults();
  options.subdomain = rule.subdomain();
  options.host = rule.host();
  options.strict_slashes = rule.strict_slashes();
  options.merge_slashes = rule.merge_slashes();
  options.websocket = rule.websocket();
  try {
    out.add(std::string(rule.rule()), std::string(rule.endpoint()), std::move(options));
    out.compile();
  } catch (const std::exception&) {
    return std::nullopt;  // a converter of the app's own that has the name of one that is built in
  }
  return out;
}

/// Who answers in place of the rule, with this method; null where it is reached, or that is not known.
const routing::Rule* in_the_way(const routing::Map& map, const routing::Map& only, const routing::Rule& rule,
                                const std::vector<Example>& examples, std::string_view method) {
  const routing::Rule* other = nullptr;
  routing::MatchResult result;
  for (const Example& example : examples) {
    only.match(example.host, example.path, method, rule.websocket(), result);
    if (result.kind != routing::MatchKind::match) continue;
    map.match(example.host, example.path, method, rule.websocket(), result);
    if (!result.rule || result.rule == &rule) return nullptr;
    other = result.rule;
  }
  return other;
}

std::vector<std::string> methods_of(const routing::Rule& rule) {
  if (!rule.methods()) return {"GET"};
  std::vector<std::string> out;
  for (const std::string& method : *rule.methods()) {
    if (method != "HEAD" && method != "OPTIONS") out.push_back(method);
  }
  return out.empty() ? *rule.methods() : out;
}

void check_rule(const App& app, const routing::Rule& rule, Findings& out) {
  const routing::Map& map = app.url_map();
  if (rule.build_only()) return;
  const std::optional<routing::Map> only = alone(map, rule);
  if (!only) return;
  const std::vector<Example> examples = examples_of(rule, map.options().host_matching);
  std::string hidden;  // methods
  std::size_t count = 0;
  const routing::Rule* other = nullptr;
  const std::vector<std::string> methods = methods_of(rule);
  for (const std::string& method : methods) {
    const routing::Rule* const found = in_the_way(map, *only, rule, examples, method);
    if (!found) continue;
    other = found;
    ++count;
    hidden += (hidden.empty() ? "" : ", ") + method;
  }
  if (!other) return;
  const std::string place = place_of(app, rule), others = place_of(app, *other);
  const std::string who = fmt::format("'{}' (endpoint '{}'{}{})", other->rule(), other->endpoint(),
                                      others.empty() ? "" : ", ", others);
  if (count == methods.size()) {
    out.push_back({true, place,
                   fmt::format("the rule '{}' (endpoint '{}') is never reached: {} answers in its place",
                               rule.rule(), rule.endpoint(), who)});
  } else {
    out.push_back(
        {false, place,
         fmt::format("the rule '{}' (endpoint '{}') is not reached with {}: {} answers in its place",
                     rule.rule(), rule.endpoint(), hidden, who)});
  }
}

}  // namespace

void check_rules(App& app, Findings& out) {
  const routing::Map& map = app.url_map();
  for (std::size_t i = 0; i < map.size(); ++i) check_rule(app, map[i], out);
  for (const std::string& endpoint : endpoints_without_rule(app))
    out.push_back({false, "", fmt::format("the view of the endpoint '{}' has no rule", endpoint)});
}

}  // namespace retort::detail
