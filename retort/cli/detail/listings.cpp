// SPDX-License-Identifier: BSD-3-Clause
#include "retort/cli/detail/listings.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "retort/app/app.h"
#include "retort/base/log.h"
#include "retort/routing/map.h"

namespace retort::detail {
namespace {

using Row = std::vector<std::string>;

/// How many columns of a terminal a text takes, by its code points.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

/// The headings, a line under them, the rows; each column as wide as its widest text.
std::string table(const Row& headings, const std::vector<Row>& rows) {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < headings.size(); ++i) {
    widths.push_back(width_of(headings[i]));
    for (const Row& row : rows) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  std::string out;
  const auto add = [&](const Row& row) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) line += "  ";
      line += row[i];
      line.append(widths[i] - width_of(row[i]), ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  };
  add(headings);
  Row dashes;
  for (const std::size_t width : widths) dashes.emplace_back(width, '-');
  add(dashes);
  for (const Row& row : rows) add(row);
  return out;
}

std::string methods_of(const routing::Rule& rule, bool all) {
  std::string out;
  if (!rule.methods()) return out;
  std::vector<std::string> names = *rule.methods();
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    if (!all && (name == "HEAD" || name == "OPTIONS")) continue;
    out += (out.empty() ? "" : ", ") + name;
  }
  return out;
}

}  // namespace

std::string routes_table(App& app, std::string_view sort, bool all_methods) {
  routing::Map& map = app.url_map();
  map.compile();
  const std::vector<const routing::Rule*> rules = map.iter_rules();
  if (rules.empty()) return "No routes were registered.\n";
  const bool by_host = map.options().host_matching;
  const auto domain_of = [by_host](const routing::Rule& rule) {
    return by_host ? rule.host().value_or("") : rule.subdomain();
  };
  const bool has_domain =
      std::any_of(rules.begin(), rules.end(), [&](const auto* rule) { return !domain_of(*rule).empty(); });

  Row headings{"Endpoint", "Methods"};
  std::vector<std::string_view> keys{"endpoint", "methods"};
  if (has_domain) {
    headings.push_back(by_host ? "Host" : "Subdomain");
    keys.push_back("domain");
  }
  headings.push_back("Rule");
  keys.push_back("rule");
  std::vector<Row> rows;
  for (const routing::Rule* rule : rules) {
    Row& row = rows.emplace_back(Row{std::string(rule->endpoint()), methods_of(*rule, all_methods)});
    if (has_domain) row.push_back(domain_of(*rule));
    row.emplace_back(rule->rule());
  }
  const auto key = std::find(keys.begin(), keys.end(), sort);
  if (key != keys.end()) {
    const auto column = static_cast<std::size_t>(key - keys.begin());
    std::stable_sort(rows.begin(), rows.end(),
                     [column](const Row& a, const Row& b) { return a[column] < b[column]; });
  }
  return table(headings, rows);
}

std::string config_table(const App& app) {
  std::vector<Row> rows;
  for (const std::string& key : app.config.keys())
    rows.push_back({escape_control(key), escape_control(app.config.printable(key)),
                    escape_control(app.config.source(key))});
  return table({"Key", "Value", "From"}, rows);
}

}  // namespace retort::detail
