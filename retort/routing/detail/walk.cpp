// SPDX-License-Identifier: BSD-3-Clause
#include "retort/routing/detail/map_data.h"

namespace retort::routing::detail {
// The first rule of the state that takes method and protocol; notes those that do not.
bool Walk::accept(const Trie::State& state, bool lenient_only) {
  const Trie::Leaf* leaf = trie_.leaves(state);
  for (const Trie::Leaf* const end = leaf + state.leaves; leaf != end; ++leaf) {
    if (lenient_only && leaf->strict_slashes) continue;
    if ((leaf->methods & method_) == 0) {
      have_match_for_ |= leaf->methods;
    } else if (leaf->websocket != websocket_) {
      websocket_mismatch_ = true;
    } else {
      leaf_ = leaf;
      return true;
    }
  }
  return false;
}

// Most often the first rule of a state will do.
inline bool Walk::at_first_leaf(const Trie::State& state) {
  if (state.leaves == 0) return false;
  const Trie::Leaf& first = *trie_.leaves(state);
  if ((first.methods & method_) == 0 || first.websocket != websocket_) return false;
  leaf_ = &first;
  return true;
}

// No part is left: a rule of this state, or one that a slash more would lead to.
Walk::Outcome Walk::at_end(const Trie::State& state) {
  return at_first_leaf(state) ? Outcome::rule : at_end_slow(state);
}

Walk::Outcome Walk::at_end_slow(const Trie::State& state) {
  if (accept(state, false)) return Outcome::rule;
  if (state.empty == kNoState) return Outcome::none;
  const Trie::State& branch = trie_.state(state.empty);
  const Trie::Leaf* leaf = trie_.leaves(branch);
  for (const Trie::Leaf* const end = leaf + branch.leaves; leaf != end; ++leaf) {
    if (leaf->websocket != websocket_ || (leaf->methods & method_) == 0) continue;
    if (leaf->strict_slashes) return Outcome::slash;
    leaf_ = leaf;
    return Outcome::rule;
  }
  return Outcome::none;
}

// Does the dynamic step fit the part [at, part_end), or all the rest? Then `next` is the
// part after it, or null at the end.
inline bool Walk::take(const Trie::Dynamic& step, const char* at, const char* part_end, std::size_t captured,
                       const char*& next) const {
  const char* const end = reader_.end();
  const char* const target_end = step.is_final ? end : part_end;
  const std::string_view target(at, static_cast<std::size_t>(target_end - at));
  bool slash_suffix = false;
  if (!step.match(target, captures_ + captured, slash_suffix)) return false;
  next = part_end == end ? nullptr : part_end + 1;
  if (step.is_final) next = slash_suffix ? end : nullptr;  // after the slash an empty part is left
  return true;
}

// One choice of several: comes back if it leads nowhere.
Walk::Outcome Walk::tried(const Step& step) {
  if (depth_ == kMaxDepth) return Outcome::none;
  ++depth_;
  const Outcome outcome = from(step.state, step.at, step.captured);
  --depth_;
  return outcome;
}

// A state with several ways on, or where a trailing slash is left. Tries all but the last;
// true if that is left to go, `to` being where it leads. Else `outcome` is the answer.
bool Walk::choose(const Trie::State& state, StateId target, const char* part_end, bool trailing, Step& to,
                  Outcome& outcome) {
  const Step from_here = to;
  if (target != kNoState) {
    outcome = tried({target, part_end == reader_.end() ? nullptr : part_end + 1, from_here.captured});
    if (outcome != Outcome::none) return false;
  }
  const Trie::Dynamic* dynamic = trie_.dynamics(state);
  for (const Trie::Dynamic* const end = dynamic + state.dynamics; dynamic != end; ++dynamic) {
    const char* next = nullptr;
    if (!take(*dynamic, from_here.at, part_end, from_here.captured, next)) continue;
    to = {dynamic->target, next, from_here.captured + dynamic->variables};
    if (dynamic + 1 == end && !trailing) return true;
    outcome = tried(to);
    if (outcome != Outcome::none) return false;
  }
  outcome = trailing && accept(state, true) ? Outcome::rule : Outcome::none;
  return false;
}

// Goes straight on while there is one way only, so that depth is that of real choices.
Walk::Outcome Walk::from(StateId id, const char* at, std::size_t captured) {
  while (at) {
    const Trie::State& state = trie_.state(id);
    SegmentWords words;
    const char* const part_end = reader_.segment_end(at, words);
    const std::string_view part(at, static_cast<std::size_t>(part_end - at));
    const bool last = part_end == reader_.end();
    // Only a trailing slash is left: a rule without it matches too, unless it is strict.
    const bool trailing = last && part_end == at;
    const StateId target = trie_.step(id, state, part, words);
    if (!trailing && state.dynamics == 0) {
      if (target == kNoState) return Outcome::none;
      id = target;
      at = last ? nullptr : part_end + 1;
      continue;
    }
    if (!trailing && state.dynamics == 1 && target == kNoState) {
      const Trie::Dynamic& only = *trie_.dynamics(state);
      if (!take(only, at, part_end, captured, at)) return Outcome::none;
      id = only.target;
      captured += only.variables;
      continue;
    }
    if (trailing && state.dynamics == 0 && target != kNoState && at_first_leaf(trie_.state(target)))
      return Outcome::rule;
    Step to{id, at, captured};
    Outcome outcome = Outcome::none;
    if (!choose(state, target, part_end, trailing, to, outcome)) return outcome;
    id = to.state;
    at = to.at;
    captured = to.captured;
  }
  return at_end(trie_.state(id));
}

// The host is one part of its own; a variable of it that takes slashes would swallow the
// path and can lead to no rule.
Walk::Outcome Walk::run_host(std::string_view host, std::string_view path) {
  const Trie::State& root = trie_.state(0);
  const SegmentWords words = host.empty() ? SegmentWords() : SegmentReader::words_of(host);
  if (const StateId next = trie_.step(0, root, host, words); next != kNoState) {
    const Outcome outcome = from_host(next, path, 0);
    if (outcome != Outcome::none) return outcome;
  }
  const Trie::Dynamic* dynamic = trie_.dynamics(root);
  for (const Trie::Dynamic* const end = dynamic + root.dynamics; dynamic != end; ++dynamic) {
    bool slash_suffix = false;
    if (dynamic->is_final || !dynamic->match(host, captures_, slash_suffix)) continue;
    const Outcome outcome = from_host(dynamic->target, path, dynamic->variables);
    if (outcome != Outcome::none) return outcome;
  }
  return Outcome::none;
}

}  // namespace retort::routing::detail
