// SPDX-License-Identifier: BSD-3-Clause
#include "retort/routing/detail/trie.h"

#include <algorithm>

namespace retort::routing::detail {

StateId TrieBuilder::new_state() {
  states_.emplace_back();
  return static_cast<StateId>(states_.size() - 1);
}

StateId TrieBuilder::step(StateId from, const RulePart& part) {
  if (part.is_static) {
    if (const auto found = states_[from].statics.find(part.content); found != states_[from].statics.end()) {
      return found->second;
    }
    const StateId target = new_state();
    states_[from].statics.emplace(part.content, target);
    return target;
  }
  for (const auto& [other, target] : states_[from].dynamics) {
    if (other->same_as(part)) return target;
  }
  const StateId target = new_state();
  states_[from].dynamics.emplace_back(&part, target);
  return target;
}

const Rule* TrieBuilder::add(const Rule& rule) {
  StateId state = 0;
  for (const RulePart& part : rule.data().parts) state = step(state, part);
  for (const Rule* other : states_[state].rules) {
    if (overlaps(rule.data(), other->data())) return other;
  }
  states_[state].rules.push_back(&rule);
  return nullptr;
}

Trie::Trie(TrieBuilder builder) {
  auto& from = builder.states();
  std::size_t steps = 0;
  for (const auto& state : from) steps += state.statics.size();
  std::size_t capacity = 8;
  while (capacity < steps * 2) capacity *= 2;
  slots_.resize(capacity);
  mask_ = capacity - 1;
  states_.resize(from.size());
  for (std::size_t i = 0; i < from.size(); ++i) {
    State& state = states_[i];
    // Stable: of equal weights, the rule that was added first.
    std::stable_sort(from[i].dynamics.begin(), from[i].dynamics.end(),
                     [](const auto& a, const auto& b) { return a.first->weight < b.first->weight; });
    state.first_dynamic = static_cast<std::uint32_t>(dynamics_.size());
    state.dynamics = static_cast<std::uint32_t>(from[i].dynamics.size());
    for (const auto& [part, target] : from[i].dynamics) {
      dynamics_.push_back({&part->pattern, target, static_cast<std::uint16_t>(part->pattern.variables()),
                           part->pattern.shape(), part->is_final});
    }
    state.first_leaf = static_cast<std::uint32_t>(leaves_.size());
    state.leaves = static_cast<std::uint32_t>(from[i].rules.size());
    for (const Rule* rule : from[i].rules) add_leaf(*rule);
    for (const auto& [text, target] : from[i].statics) {
      if (text.empty()) {
        state.empty = target;
      } else {
        ++state.statics;
        insert(slots_, static_cast<StateId>(i), text, target);
      }
    }
  }
  add_exact(builder);
}

// All paths that static steps alone lead to a rule, as long as none has to look at a host.
void Trie::add_exact(const TrieBuilder& builder) {
  const auto& from = builder.states();
  if (!from[0].dynamics.empty() || states_[0].empty == kNoState) return;
  struct Reached {
    StateId state;
    std::string path;
  };
  std::vector<Reached> found, open;
  const StateId start = states_[states_[0].empty].empty;  // behind the first slash's empty part
  if (start != kNoState) open.push_back({start, "/"});
  while (!open.empty()) {
    const Reached reached = std::move(open.back());
    open.pop_back();
    for (const auto& [text, target] : from[reached.state].statics)
      open.push_back({target, reached.path + text + "/"});
    if (reached.state != start && states_[reached.state].leaves != 0) found.push_back(reached);
  }
  std::size_t capacity = 8;
  while (capacity < found.size() * 2) capacity *= 2;
  exact_.resize(capacity);
  exact_mask_ = capacity - 1;
  for (const Reached& reached : found) {
    const std::string_view path = std::string_view(reached.path).substr(0, reached.path.size() - 1);
    insert(exact_, 0, path, states_[reached.state].first_leaf);
  }
}

// `slots` has free ones, and a power of two of them.
void Trie::insert(std::vector<Slot>& slots, StateId from, std::string_view text, StateId target) {
  const SegmentWords words = SegmentReader::words_of(text);
  const std::size_t mask = slots.size() - 1;
  std::size_t i = hash_step(from, text.size(), words) & mask;
  while (slots[i].target != kNoState) i = (i + 1) & mask;
  slots[i] = {words, from, target, static_cast<std::uint32_t>(text.size()),
              static_cast<std::uint32_t>(keys_.size())};
  if (text.size() > 16) keys_.insert(keys_.end(), text.begin(), text.end());
}

void Trie::add_leaf(const Rule& rule) {
  const RuleData& data = rule.data();
  leaves_.push_back({data.methods, &rule, static_cast<std::uint32_t>(conversions_.size()),
                     static_cast<std::uint32_t>(data.variables.size()), data.options.websocket,
                     data.strict_slashes(), data.plain});
  for (std::size_t i = 0; i < data.variables.size(); ++i) {
    const NativeSpec* spec = data.natives[i];
    auto kind = Conversion::Kind::native;
    if (!spec)
      kind = Conversion::Kind::custom;
    else if (spec->is_text())
      kind = Conversion::Kind::text;
    else if (spec->is_plain_integer())
      kind = Conversion::Kind::integer;
    conversions_.push_back({spec, data.converters[i].get(), kind});
  }
}

}  // namespace retort::routing::detail
