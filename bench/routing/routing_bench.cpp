// SPDX-License-Identifier: BSD-3-Clause
// Nanoseconds a match, for maps of 10 to 10,000 rules, and next to each its ratio to the
// map of ten. "Few" asks for the same few paths again and again, as most traffic does: what
// they touch stays in the nearest cache, so this shows what the size of the map costs. "All"
// cycles through a path for every rule: with thousands of rules that is bound by the cache, as
// the last column is, which finds the static paths in a std::unordered_map.
// All maps take turns in each round; medians over the rounds are shown, of this thread's
// processor time, so that a busy machine disturbs less.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <ctime>
#include <string>
#include <unordered_map>
#include <vector>

#include "retort/routing/map.h"

namespace {

using retort::routing::Map;
using retort::routing::MatchKind;
using retort::routing::MatchResult;

constexpr std::array kSizes = {10, 100, 1000, 10000};
constexpr int kFew = 5;
constexpr int kRounds = 41;
constexpr int kMatches = 20'000;  // a round, about

double thread_ns() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

// Of one length in every map.
std::string number(int i) {
  char text[8];
  std::snprintf(text, sizeof text, "%04d", i);
  return text;
}

struct Rules {
  Map map;
  std::unordered_map<std::string, MatchKind> static_paths;
};

std::string static_path(int i) { return "/static/section" + number(i) + "/page"; }
std::string two_variables(int i) { return "/resource" + number(i) + "/bob/item/" + number(i % 1000); }
std::string missing(int i) { return "/resource" + number(i) + "/bob/none/" + number(i % 1000); }

// Half of the rules are static, half have two variables.
Rules make_rules(int count) {
  Rules rules;
  for (int i = 0; i < count / 2; ++i) {
    const std::string n = number(i);
    rules.map.add(static_path(i), "static" + n);
    rules.map.add("/resource" + n + "/<name>/item/<int:id>", "item" + n);
    rules.static_paths.emplace(static_path(i), MatchKind::match);
  }
  rules.map.compile();
  return rules;
}

/// One kind of path, asked of one map.
struct Case {
  const Rules* rules;
  std::vector<std::string> paths;
  MatchKind expected;
  bool in_table = false;
  std::vector<double> rounds = {};

  void run() {
    MatchResult result;
    if (in_table)
      return timed([&](const std::string& path) { return rules->static_paths.find(path)->second; });
    timed([&](const std::string& path) {
      rules->map.match("", path, "GET", false, result);
      return result.kind;
    });
  }
  template <class Match>
  void timed(Match match) {
    const int repeats = std::max(1, kMatches / static_cast<int>(paths.size()));
    int right = 0;
    const double start = thread_ns();
    for (int i = 0; i < repeats; ++i) {
      for (const std::string& path : paths) right += match(path) == expected ? 1 : 0;
    }
    const double took = thread_ns() - start;
    const int matches = repeats * static_cast<int>(paths.size());
    if (right != matches) std::printf("  wrong matches!\n");
    rounds.push_back(took / matches);
  }
  double median() {
    std::sort(rounds.begin(), rounds.end());
    return rounds[rounds.size() / 2];
  }
};

// `count` paths, evenly spread over the rules and in no order of theirs.
std::vector<std::string> spread(int count, int half, std::string (*make_path)(int)) {
  constexpr int kStride = 7919;  // a prime, so every one has its turn
  std::vector<std::string> paths;
  for (int i = 0; i < count; ++i) paths.push_back(make_path(i * kStride % count * (half / count)));
  return paths;
}

void measure(const char* title, const std::vector<Rules>& all_rules, bool all) {
  constexpr std::size_t kKinds = 4;
  std::vector<Case> cases;
  for (std::size_t i = 0; i < all_rules.size(); ++i) {
    const int half = kSizes[i] / 2;
    const int count = all ? half : kFew;
    const Rules* rules = &all_rules[i];
    cases.push_back({rules, spread(count, half, static_path), MatchKind::match});
    cases.push_back({rules, spread(count, half, two_variables), MatchKind::match});
    cases.push_back({rules, spread(count, half, missing), MatchKind::not_found});
    cases.push_back({rules, spread(count, half, static_path), MatchKind::match, true});
  }
  for (int round = 0; round < kRounds; ++round) {
    for (Case& each : cases) each.run();
  }
  std::printf("%s\n%8s %16s %16s %16s %16s\n", title, "rules", "static", "two variables", "miss",
              "unordered_map");
  for (std::size_t i = 0; i < all_rules.size(); ++i) {
    std::printf("%8d", kSizes[i]);
    for (std::size_t kind = 0; kind < kKinds; ++kind) {
      const double ns = cases[i * kKinds + kind].median();
      std::printf("  %7.1f (%.2f)", ns, ns / cases[kind].median());
    }
    std::printf("\n");
  }
}

}  // namespace

int main() {
  std::vector<Rules> rules;
  for (const int count : kSizes) rules.push_back(make_rules(count));
  std::printf("ns a match, and the ratio to ten rules\n");
  measure("few: the same five paths", rules, false);
  measure("all: a path of every rule in turn", rules, true);
  return 0;
}
