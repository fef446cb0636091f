// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What a Map holds, and the walk of one match through it.

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "retort/base/memory.h"
#include "retort/routing/detail/rule_data.h"
#include "retort/routing/detail/trie.h"
#include "retort/routing/map.h"

namespace retort::routing::detail {

struct EndpointRules {
  std::string endpoint;
  std::vector<const Rule*> rules;  // after compile(): in order of building
};

struct MapData {
  /// Bit 63 stands for every method that no rule names.
  static constexpr std::size_t kMaxMethods = 63;
  static constexpr std::uint64_t kUnknownMethod = std::uint64_t{1} << 63;

  MapOptions options;
  std::vector<std::unique_ptr<Rule>> rules;
  std::vector<NamedFactory> factories;
  std::vector<std::string> methods;  // the bits' names
  std::vector<EndpointRules> endpoints;
  std::unordered_map<std::string, std::size_t> endpoint_index;
  TrieBuilder builder;  // until compile()
  Trie trie;            // from compile() on
  std::size_t most_variables = 0;
  bool compiled = false;

  std::uint64_t method_bit(std::string_view method) const {
    if (method == "GET") return 1;  // always the first
    for (std::size_t i = 0; i < methods.size(); ++i) {
      if (methods[i] == method) return std::uint64_t{1} << i;
    }
    return kUnknownMethod;
  }
  const EndpointRules* find_endpoint(std::string_view endpoint) const;
  void require_compiled() const {
    if (!compiled) refuse();
  }
  [[noreturn]] void refuse() const;
};

/// One walk (Werkzeug's StateMachineMatcher.match and its inner _match). Lives on the stack
/// of Map::match. May not allocate, lock or throw.
class Walk {
 public:
  enum class Outcome : unsigned char { none, rule, slash };

  Walk(const Trie& trie, std::uint64_t method, bool websocket, std::string_view* captures)
      : trie_(trie), reader_({}), captures_(captures), method_(method), websocket_(websocket) {}

  Outcome run(std::string_view host, std::string_view path) {
    if (path.empty()) path = std::string_view("", 0);  // never a null pointer
    reader_ = SegmentReader(path);
    const Trie::State& root = trie_.state(0);
    if (!host.empty() || root.dynamics != 0 || root.empty == kNoState) return run_host(host, path);
    return from_host(root.empty, path, 0);
  }

  const Trie::Leaf* leaf() const { return leaf_; }
  std::uint64_t have_match_for() const { return have_match_for_; }
  bool websocket_mismatch() const { return websocket_mismatch_; }

 private:
  // Nested choices (a part that several steps fit) beyond which a path is not found.
  static constexpr int kMaxDepth = 200;

  // A step to take: the state, the part that begins there (null: there is none; an empty
  // one is one), and how many variables have their text.
  struct Step {
    StateId state;
    const char* at;
    std::size_t captured;
  };

  Outcome run_host(std::string_view host, std::string_view path);
  // Every rule's path begins with an empty part.
  Outcome from_host(StateId id, std::string_view path, std::size_t captured) {
    if (path.empty()) return from(id, reader_.end(), captured);
    const StateId next = path[0] == '/' ? trie_.state(id).empty : kNoState;
    return next == kNoState ? Outcome::none : from(next, path.data() + 1, captured);
  }
  Outcome from(StateId id, const char* at, std::size_t captured);
  bool choose(const Trie::State& state, StateId target, const char* part_end, bool trailing, Step& to,
              Outcome& outcome);
  bool take(const Trie::Dynamic& step, const char* at, const char* part_end, std::size_t captured,
            const char*& next) const;
  Outcome tried(const Step& step);
  bool at_first_leaf(const Trie::State& state);
  Outcome at_end(const Trie::State& state);
  Outcome at_end_slow(const Trie::State& state);
  bool accept(const Trie::State& state, bool lenient_only);

  const Trie& trie_;
  SegmentReader reader_;  // of the path
  std::string_view* captures_;
  std::uint64_t method_;
  std::uint64_t have_match_for_ = 0;
  const Trie::Leaf* leaf_ = nullptr;
  int depth_ = 0;
  bool websocket_;
  bool websocket_mismatch_ = false;
};

}  // namespace retort::routing::detail
