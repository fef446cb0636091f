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

namespace {

Trie::Leaf leaf_of(const RuleData& data, const Rule& rule) {
  Trie::Leaf leaf{};
  leaf.methods = data.methods;
  leaf.rule = &rule;
  leaf.variables = static_cast<std::uint32_t>(data.variables.size());
  leaf.websocket = data.options.websocket;
  leaf.strict_slashes = data.strict_slashes();
  leaf.plain = data.plain;
  return leaf;
}

Trie::Conversion conversion_of(const NativeSpec* spec) {
  if (!spec) return Trie::Conversion::custom;
  if (spec->is_text()) return Trie::Conversion::text;
  return spec->is_plain_integer() ? Trie::Conversion::integer : Trie::Conversion::native;
}

}  // namespace

// States in depth-first order: those of one rule lie next to each other.
Trie::Trie(TrieBuilder builder) {
  auto& from = builder.states();
  struct Open {
    StateId state;  // the builder's
    std::string_view text;
  };
  std::vector<StateId> places(from.size());
  std::vector<Open> open{{0, {}}};
  while (!open.empty()) {
    const Open next = open.back();
    open.pop_back();
    TrieBuilder::State& state = from[next.state];
    // Stable: of equal weights, the rule that was added first.
    std::stable_sort(state.dynamics.begin(), state.dynamics.end(),
                     [](const auto& a, const auto& b) { return a.first->weight < b.first->weight; });
    places[next.state] = add_state(state, next.text);
    for (const auto& [part, target] : state.dynamics) open.push_back({target, {}});
    for (const auto& [text, target] : state.statics) open.push_back({target, text});
  }
  link(builder, places);
  add_exact(builder, places);
}

Trie::Key Trie::add_key(std::string_view text) {
  const Key key{SegmentReader::words_of(text), static_cast<std::uint32_t>(text.size()), records_.end()};
  if (text.size() > 16) records_.append(text.data(), text.size());
  return key;
}

// Its steps still name the builder's states.
StateId Trie::add_state(const TrieBuilder::State& from, std::string_view text) {
  const StateId id = records_.end();
  State state{{}, kNoState, kNoState, kNoState, 0, 0};
  state.dynamics = static_cast<std::uint32_t>(from.dynamics.size());
  state.leaves = static_cast<std::uint32_t>(from.rules.size());
  records_.append(&state, 1);
  for (const auto& [part, target] : from.dynamics) {
    const Dynamic step{&part->pattern, target, static_cast<std::uint16_t>(part->pattern.variables()),
                       part->pattern.shape(), part->is_final};
    records_.append(&step, 1);
  }
  const std::uint32_t leaves = records_.end();
  for (const Rule* rule : from.rules) {
    const Leaf leaf = leaf_of(rule->data(), *rule);
    records_.append(&leaf, 1);
  }
  for (std::size_t i = 0; i < from.rules.size(); ++i) {
    std::vector<Conversion> conversions;
    for (const NativeSpec* spec : from.rules[i]->data().natives) conversions.push_back(conversion_of(spec));
    records_.at<Leaf>(leaves)[i].conversions = records_.end();
    records_.append(conversions.data(), conversions.size());
  }
  const Key key = add_key(text);
  records_.at<State>(id)->key = key;
  return id;
}

// Leads the steps to the records' places, and fills the table.
void Trie::link(const TrieBuilder& builder, const std::vector<StateId>& places) {
  const auto& from = builder.states();
  const auto others_of = [](const TrieBuilder::State& state) {
    return state.statics.size() - state.statics.count("");
  };
  std::size_t in_table = 0;
  for (const auto& state : from) {
    if (others_of(state) > 1) in_table += others_of(state);
  }
  slots_ = make_slots(in_table);
  mask_ = slots_.size() - 1;
  for (std::size_t i = 0; i < from.size(); ++i) {
    const StateId id = places[i];
    State& state = *records_.at<State>(id);
    auto* dynamic = static_cast<Dynamic*>(static_cast<void*>(&state + 1));
    for (const auto& [part, target] : from[i].dynamics) (dynamic++)->target = places[target];
    const std::size_t others = others_of(from[i]);
    for (const auto& [text, target] : from[i].statics) {
      State& to = *records_.at<State>(places[target]);
      to.from = id;
      if (text.empty()) {
        state.empty = places[target];
      } else if (others == 1) {
        state.next = places[target];
      } else {
        state.next = kInTable;
        insert(slots_, id, to.key, places[target]);
      }
    }
  }
}

// All paths that static steps alone lead to a rule, as long as none has to look at a host.
void Trie::add_exact(const TrieBuilder& builder, const std::vector<StateId>& places) {
  const auto& from = builder.states();
  const auto empty_step = [&](std::size_t state) {
    const auto found = from[state].statics.find("");
    return found == from[state].statics.end() ? kNoState : found->second;
  };
  if (!from[0].dynamics.empty() || empty_step(0) == kNoState) return;
  struct Reached {
    StateId state;  // the builder's
    std::string path;
  };
  std::vector<Reached> found, open;
  const StateId start = empty_step(empty_step(0));  // behind the first slash's empty part
  if (start != kNoState) open.push_back({start, "/"});
  while (!open.empty()) {
    const Reached reached = std::move(open.back());
    open.pop_back();
    for (const auto& [text, target] : from[reached.state].statics)
      open.push_back({target, reached.path + text + "/"});
    if (reached.state != start && !from[reached.state].rules.empty()) found.push_back(reached);
  }
  exact_ = make_slots(found.size());
  exact_mask_ = exact_.size() - 1;
  for (const Reached& reached : found) {
    const std::uint32_t place = records_.end();
    const Exact record{{}, *leaves(state(places[reached.state]))};
    records_.append(&record, 1);
    const Key key = add_key(std::string_view(reached.path).substr(0, reached.path.size() - 1));
    records_.at<Exact>(place)->key = key;
    insert(exact_, 0, key, place);
  }
}

// Free ones, a power of two, at least four times as many as keys: looks at a second slot
// are rare, so that the processor predicts that there is none.
std::vector<Trie::Slot> Trie::make_slots(std::size_t keys) {
  return std::vector<Slot>(std::max<std::size_t>(8, std::bit_ceil(keys * 4)));
}

void Trie::insert(std::vector<Slot>& slots, StateId from, const Key& key, std::uint32_t target) {
  const std::uint64_t hash = hash_step(from, key.size, key.words);
  const std::size_t mask = slots.size() - 1;
  std::size_t i = hash & mask;
  while (slots[i].target != kNoState) i = (i + 1) & mask;
  slots[i] = {tag_of(hash), target};
}

}  // namespace retort::routing::detail
