// SPDX-License-Identifier: BSD-3-Clause
#include "retort/routing/detail/map_data.h"

namespace retort::routing::detail {
namespace {

std::size_t find_slash(std::string_view text) {
  const void* found = text.empty() ? nullptr : std::memchr(text.data(), '/', text.size());
  return found ? static_cast<std::size_t>(static_cast<const char*>(found) - text.data()) : text.size();
}

}  // namespace

// The first rule of the state that takes method and protocol; notes those that do not.
bool Walk::accept(const Trie::State& state, bool lenient_only) {
  const Rule* const* rules = trie_.rules(state);
  for (std::uint32_t i = 0; i < state.rules; ++i) {
    const RuleData& rule = rules[i]->data();
    if (lenient_only && rule.strict_slashes()) continue;
    if ((rule.methods & method_) == 0) {
      have_match_for_ |= rule.methods;
    } else if (rule.options.websocket != websocket_) {
      websocket_mismatch_ = true;
    } else {
      rule_ = rules[i];
      return true;
    }
  }
  return false;
}

// No part is left: a rule of this state, or one that a slash more would lead to.
Walk::Outcome Walk::at_end(const Trie::State& state) {
  if (accept(state, false)) return Outcome::rule;
  if (state.empty == kNoState) return Outcome::none;
  const Trie::State& branch = trie_.state(state.empty);
  const Rule* const* rules = trie_.rules(branch);
  for (std::uint32_t i = 0; i < branch.rules; ++i) {
    const RuleData& rule = rules[i]->data();
    if (rule.options.websocket != websocket_ || (rule.methods & method_) == 0) continue;
    if (rule.strict_slashes()) return Outcome::slash;
    rule_ = rules[i];
    return Outcome::rule;
  }
  return Outcome::none;
}

// Does the dynamic step fit the next part, or all the rest? Then `next` is where it leads.
bool Walk::take(const Trie::Dynamic& step, const Place& place, std::string_view part, Place& next) const {
  const RulePart& candidate = *step.part;
  bool slash_suffix = false;
  const std::string_view target = candidate.is_final ? place.rest : part;
  if (!candidate.pattern.match(target, captures_ + place.captured, slash_suffix)) return false;
  next = {step.target, {}, place.captured + candidate.pattern.variables(), false};
  if (candidate.is_final) {
    next.at_end = !slash_suffix;
  } else if (part.size() == place.rest.size()) {
    next.at_end = true;
  } else {
    next.rest = place.rest.substr(part.size() + 1);
  }
  return true;
}

// One choice of several: comes back if it leads nowhere.
Walk::Outcome Walk::tried(const Place& place) {
  if (depth_ == kMaxDepth) return Outcome::none;
  ++depth_;
  const Outcome outcome = from(place);
  --depth_;
  return outcome;
}

// Goes straight on while there is one way only, so that depth is that of real choices.
Walk::Outcome Walk::from(Place place) {
  for (;;) {
    const Trie::State& state = trie_.state(place.state);
    if (place.at_end) return at_end(state);
    const std::size_t slash = find_slash(place.rest);
    const bool last = slash == place.rest.size();
    const std::string_view part = place.rest.substr(0, slash);
    // Only a trailing slash is left: a rule without it matches too, unless it is strict.
    const bool trailing = last && part.empty();

    if (const StateId target = trie_.step(place.state, state, part); target != kNoState) {
      Place next{target, last ? std::string_view() : place.rest.substr(slash + 1), place.captured, last};
      if (state.dynamics == 0 && !trailing) {
        place = next;
        continue;
      }
      const Outcome outcome = tried(next);
      if (outcome != Outcome::none) return outcome;
    }
    const Trie::Dynamic* dynamic = trie_.dynamics(state);
    const Trie::Dynamic* const end = dynamic + state.dynamics;
    bool moved = false;
    for (; dynamic != end && !moved; ++dynamic) {
      Place next;
      if (!take(*dynamic, place, part, next)) continue;
      if (dynamic + 1 == end && !trailing) {
        place = next;
        moved = true;
        continue;
      }
      const Outcome outcome = tried(next);
      if (outcome != Outcome::none) return outcome;
    }
    if (moved) continue;
    return trailing && accept(state, true) ? Outcome::rule : Outcome::none;
  }
}

// The host is one part of its own; a variable of it that takes slashes would swallow the
// path and can lead to no rule.
Walk::Outcome Walk::run(std::string_view host, std::string_view path) {
  const Trie::State& root = trie_.state(0);
  if (const StateId next = trie_.step(0, root, host); next != kNoState) {
    const Outcome outcome = from({next, path, 0, false});
    if (outcome != Outcome::none) return outcome;
  }
  const Trie::Dynamic* dynamic = trie_.dynamics(root);
  for (std::uint32_t i = 0; i < root.dynamics; ++i) {
    const RulePart& candidate = *dynamic[i].part;
    bool slash_suffix = false;
    if (candidate.is_final || !candidate.pattern.match(host, captures_, slash_suffix)) continue;
    const Outcome outcome = from({dynamic[i].target, path, candidate.pattern.variables(), false});
    if (outcome != Outcome::none) return outcome;
  }
  return Outcome::none;
}

}  // namespace retort::routing::detail
