// SPDX-License-Identifier: BSD-3-Clause
// Rules, a path and values from outside data: added, compiled, matched and built. The
// input's lines: rules first, then after an empty line a path, then after another
// name=value lines. What was built for a matched rule must not crash when matched again.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "retort/routing/adapter.h"
#include "retort/routing/map.h"
#include "retort/routing/rule_syntax.h"

namespace {

using namespace retort::routing;

std::string_view next_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

void check(bool holds) {
  if (!holds) std::abort();
}

// The pieces cover the rule from its beginning to its end, or to the error.
void check_syntax(std::string_view rule) {
  const RuleSyntax syntax = parse_rule(rule);
  check(syntax.position <= rule.size());
  for (std::size_t i = 0; i < syntax.count; ++i) {
    const RulePiece& piece = syntax.pieces[i];
    const std::size_t end = i + 1 < syntax.count ? syntax.pieces[i + 1].position : rule.size();
    check(piece.position < end);
    if (!piece.is_variable && i + 1 < syntax.count) check(piece.position + piece.text.size() == end);
    if (piece.is_variable) check(!piece.name.empty() && rule[piece.position] == '<');
  }
}

void add_rules(Map& map, std::string_view& text) {
  for (int i = 0; i < 20 && !text.empty(); ++i) {
    const std::string_view line = next_line(text);
    if (line.empty()) return;
    check_syntax(line);
    RuleOptions options;
    if (line.size() % 3 == 0) options.methods = {{"GET"}};
    if (line.size() % 5 == 0) options.strict_slashes = false;
    if (line.size() % 7 == 0) options.merge_slashes = false;
    if (line.size() % 11 == 0) options.websocket = true;
    if (line.size() % 13 == 0) options.alias = true;
    if (line.size() % 17 == 0) options.defaults = {{"a", 1}};
    try {
      map.add(std::string(line), "e" + std::to_string(i % 4), std::move(options));
    } catch (const RuleError&) {
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 4096) return 0;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  Map map({.host_matching = size % 2 == 0, .wide_integers = size % 3 == 0});
  add_rules(map, text);
  map.compile();
  const std::string path(next_line(text));
  Variables values;
  for (std::string_view line; !(line = next_line(text)).empty();) {
    const std::size_t equals = std::min(line.find('='), line.size());
    values.set(std::string(line.substr(0, equals)), Variable(line.substr(std::min(equals + 1, line.size()))));
  }

  const MapAdapter adapter = map.bind({.server_name = "example.org", .script_name = "/app"});
  MatchResult result;
  for (const bool websocket : {false, true}) {
    map.match("", path, "GET", websocket, result);
    adapter.match(result, path, "POST", websocket);
    if (result.kind != MatchKind::match) continue;
    for (std::size_t i = 0; i < result.size(); ++i) {
      const std::string_view piece = result[i].text();
      check(piece.empty() ||
            (piece.data() >= path.data() && piece.data() + piece.size() <= path.data() + path.size()));
    }
    const auto url = adapter.try_build(result.rule->endpoint(), result.values());
    if (url.ok()) adapter.match(result, *url);
  }
  for (const Rule* rule : map.iter_rules()) {
    const auto url = adapter.try_build(rule->endpoint(), values);
    check(url.ok() ? url->front() == '/' || url->find("://") != std::string::npos
                   : !url.error().message.empty());
  }
  return 0;
}
