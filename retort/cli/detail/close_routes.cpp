// SPDX-License-Identifier: BSD-3-Clause
#include "retort/cli/detail/close_routes.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "retort/routing/map.h"
#include "retort/routing/rule.h"

namespace retort::detail {
namespace {

constexpr std::size_t kShown = 5;
constexpr double kFarthest = 1.0;  // one part of the path

std::vector<std::string_view> parts_of(std::string_view path) {
  std::vector<std::string_view> out;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    if (end) out.push_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return out;
}

/// The least cost of turning one sequence into another (Levenshtein).
template <class T, class Cost>
double edit_distance(const T& a, const T& b, Cost replace) {
  std::vector<double> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = static_cast<double>(j);
  for (std::size_t i = 0; i < a.size(); ++i) {
    double diagonal = std::exchange(row[0], static_cast<double>(i + 1));
    for (std::size_t j = 0; j < b.size(); ++j) {
      const double replaced = diagonal + replace(a[i], b[j]);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

double part_distance(std::string_view part, std::string_view of_rule) {
  if (part == of_rule) return 0;
  if (of_rule.find('<') != of_rule.npos) return 0.2;  // a literal that is equal is nearer
  const double letters = edit_distance(part, of_rule, [](char a, char b) { return a == b ? 0.0 : 1.0; });
  return std::min(1.0, letters / static_cast<double>(std::max(part.size(), of_rule.size())));
}

Value route_value(const routing::Rule& rule) {
  std::string methods;
  if (rule.methods()) {
    std::vector<std::string> names = *rule.methods();
    // As `routes` has it: without those that come by themselves.
    std::erase_if(names, [](const std::string& name) { return name == "HEAD" || name == "OPTIONS"; });
    std::sort(names.begin(), names.end());
    methods = fmt::format("{}", fmt::join(names, ", "));
  }
  return Value::dict(
      {{"rule", std::string(rule.rule())}, {"methods", methods}, {"endpoint", std::string(rule.endpoint())}});
}

}  // namespace

double distance(std::string_view path, std::string_view rule) {
  return edit_distance(parts_of(path), parts_of(rule), &part_distance);
}

Value routes_near(const routing::Map& map, std::string_view path) {
  std::vector<std::pair<double, const routing::Rule*>> close;
  Value routes = Value::list();
  for (const routing::Rule* rule : map.iter_rules()) {
    if (rule->build_only()) continue;
    routes.push_back(route_value(*rule));
    const double far = distance(path.substr(0, 1024), rule->rule());
    if (far <= kFarthest) close.emplace_back(far, rule);
  }
  std::stable_sort(close.begin(), close.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  if (close.size() > kShown) close.resize(kShown);
  Value near = Value::list();
  for (const auto& [far, rule] : close) near.push_back(route_value(*rule));
  return Value::dict({{"close", near}, {"routes", routes}});
}

}  // namespace retort::detail
