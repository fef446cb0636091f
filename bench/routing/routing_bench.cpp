// SPDX-License-Identifier: BSD-3-Clause
// Nanoseconds a match, for maps of 10 to 10,000 rules. Each figure is the best of several
// rounds over different paths, so that neither caches nor predictors know the answer.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "retort/routing/map.h"

namespace {

using retort::routing::Map;
using retort::routing::MatchKind;
using retort::routing::MatchResult;

constexpr int kPaths = 256;
constexpr int kRounds = 7;
constexpr int kRepeats = 400;

// Half of the rules are static, half have two variables.
Map make_map(int rules) {
  Map map;
  for (int i = 0; i < rules / 2; ++i) {
    const std::string n = std::to_string(i);
    map.add("/static/section" + n + "/page", "static" + n);
    map.add("/resource" + n + "/<name>/item/<int:id>", "item" + n);
  }
  map.compile();
  return map;
}

template <class MakePath>
double measure(const Map& map, MatchKind expected, MakePath make_path) {
  std::vector<std::string> paths;
  for (int i = 0; i < kPaths; ++i) paths.push_back(make_path(static_cast<unsigned>(i) * 2654435761U));
  MatchResult result;
  double best = 1e9;
  std::uint64_t sum = 0;
  for (int round = 0; round < kRounds; ++round) {
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < kRepeats; ++i) {
      for (const std::string& path : paths) {
        map.match("", path, "GET", false, result);
        sum += result.kind == expected ? 1 : 0;
      }
    }
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - start;
    best = std::min(best, took.count() / (double{kRepeats} * kPaths));
  }
  if (sum != std::uint64_t{kRounds} * kRepeats * kPaths) std::printf("  wrong matches!\n");
  return best;
}

}  // namespace

int main() {
  std::printf("%8s %14s %14s %14s   (ns a match)\n", "rules", "static", "two variables", "miss");
  for (const int rules : {10, 100, 1000, 10000}) {
    const Map map = make_map(rules);
    const unsigned half = static_cast<unsigned>(rules / 2);
    const double fixed = measure(map, MatchKind::match, [&](unsigned seed) {
      return "/static/section" + std::to_string(seed % half) + "/page";
    });
    const double two = measure(map, MatchKind::match, [&](unsigned seed) {
      return "/resource" + std::to_string(seed % half) + "/bob/item/" + std::to_string(seed % 1000);
    });
    const double miss = measure(map, MatchKind::not_found, [&](unsigned seed) {
      return "/resource" + std::to_string(seed % half) + "/bob/none/" + std::to_string(seed % 1000);
    });
    std::printf("%8d %14.1f %14.1f %14.1f\n", rules, fixed, two, miss);
  }
  return 0;
}
