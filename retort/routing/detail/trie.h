// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The trie of all rules' parts. TrieBuilder takes rules one by one; Trie is what it
// becomes: flat arrays and one hash table for all static steps, so that a step costs the
// same whatever the number of rules. The table's keys come from the application only, so
// outside text cannot make its chains longer.

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "retort/routing/detail/rule_data.h"

namespace retort::routing::detail {

using StateId = std::uint32_t;
inline constexpr StateId kNoState = 0xffffffff;

/// A hash of a path's segment and the state it leaves. Reads within the text only.
inline std::uint64_t hash_step(StateId state, std::string_view text) {
  constexpr std::uint64_t kA = 0x9e3779b97f4a7c15, kB = 0xe7037ed1a0b428db;
  const auto mix = [](std::uint64_t a, std::uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  };
  const auto load8 = [](const char* p) {
    std::uint64_t v;
    std::memcpy(&v, p, 8);
    return v;
  };
  const auto load4 = [](const char* p) {
    std::uint32_t v;
    std::memcpy(&v, p, 4);
    return static_cast<std::uint64_t>(v);
  };
  const char* p = text.data();
  std::size_t n = text.size();
  std::uint64_t h = (state + 1) * kA ^ n;
  for (; n > 16; p += 16, n -= 16) h = mix(load8(p) ^ kA, load8(p + 8) ^ h);
  std::uint64_t a = 0, b = 0;
  if (n >= 8) {
    a = load8(p);
    b = load8(p + n - 8);
  } else if (n >= 4) {
    a = load4(p);
    b = load4(p + n - 4);
  } else if (n > 0) {
    const auto byte = [p](std::size_t i) {
      return static_cast<std::uint64_t>(static_cast<unsigned char>(p[i]));
    };
    a = byte(0) << 16 | byte(n / 2) << 8 | byte(n - 1);
  }
  return mix(a ^ kB, b ^ h);
}

class TrieBuilder {
 public:
  struct State {
    std::unordered_map<std::string, StateId> statics;
    std::vector<std::pair<const RulePart*, StateId>> dynamics;
    std::vector<const Rule*> rules;
  };

  TrieBuilder() : states_(1) {}
  /// Null, or the rule that already matches what this one would; then nothing is added.
  const Rule* add(const Rule& rule);
  std::vector<State>& states() { return states_; }

 private:
  StateId step(StateId from, const RulePart& part);
  StateId new_state();

  std::vector<State> states_;
};

class Trie {
 public:
  struct Dynamic {
    const RulePart* part;
    StateId target;
  };
  struct State {
    StateId empty = kNoState;  // the static step "": a trailing slash
    std::uint32_t static_count = 0;
    std::uint32_t first_dynamic = 0, dynamics = 0;
    std::uint32_t first_rule = 0, rules = 0;
  };

  Trie() = default;
  explicit Trie(TrieBuilder builder);

  const State& state(StateId id) const { return states_[id]; }
  const Dynamic* dynamics(const State& s) const { return dynamics_.data() + s.first_dynamic; }
  const Rule* const* rules(const State& s) const { return rules_.data() + s.first_rule; }

  /// The static step from a state, or kNoState.
  StateId step(StateId id, const State& s, std::string_view text) const {
    if (text.empty()) return s.empty;
    if (s.static_count == 0) return kNoState;
    const std::uint64_t hash = hash_step(id, text);
    for (std::size_t i = hash & mask_;; i = (i + 1) & mask_) {
      const Slot& slot = slots_[i];
      if (slot.target == kNoState) return kNoState;
      if (slot.hash == static_cast<std::uint32_t>(hash >> 32) && slot.from == id &&
          slot.size == text.size() && std::memcmp(slot.text, text.data(), text.size()) == 0) {
        return slot.target;
      }
    }
  }

 private:
  struct Slot {
    const char* text = nullptr;  // into keys_
    std::uint32_t size = 0;
    std::uint32_t hash = 0;
    StateId from = kNoState;
    StateId target = kNoState;  // kNoState: the slot is free
  };
  void insert(StateId from, std::string_view text, StateId target);

  std::vector<State> states_;
  std::vector<Dynamic> dynamics_;
  std::vector<const Rule*> rules_;
  std::vector<Slot> slots_;
  std::size_t mask_ = 0;
  std::vector<char> keys_;  // no string: a short one's text would move with it
};

}  // namespace retort::routing::detail
