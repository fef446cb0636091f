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

Walk::Outcome Walk::dynamics(const Trie::State& state, std::string_view part, std::string_view rest,
                             bool last, std::size_t captured) {
  const Trie::Dynamic* dynamic = trie_.dynamics(state);
  for (std::uint32_t i = 0; i < state.dynamics; ++i) {
    const RulePart& candidate = *dynamic[i].part;
    bool slash_suffix = false;
    const std::string_view target = candidate.is_final ? rest : part;
    if (!candidate.pattern.match(target, captures_ + captured, slash_suffix)) continue;
    const std::size_t have = captured + candidate.pattern.variables();
    Outcome outcome;
    if (candidate.is_final) {
      const Trie::State& end = trie_.state(dynamic[i].target);
      outcome = slash_suffix ? step(dynamic[i].target, {}, have) : at_end(end);
    } else if (last) {
      outcome = at_end(trie_.state(dynamic[i].target));
    } else {
      outcome = step(dynamic[i].target, rest.substr(part.size() + 1), have);
    }
    if (outcome != Outcome::none) return outcome;
  }
  return Outcome::none;
}

// `rest` holds at least one part, which may be empty. Depth is bounded by a rule's parts.
Walk::Outcome Walk::step(StateId id, std::string_view rest, std::size_t captured) {
  const Trie::State& state = trie_.state(id);
  const std::size_t slash = find_slash(rest);
  const bool last = slash == rest.size();
  const std::string_view part = rest.substr(0, slash);
  if (const StateId next = trie_.step(id, state, part); next != kNoState) {
    const Outcome outcome = last ? at_end(trie_.state(next)) : step(next, rest.substr(slash + 1), captured);
    if (outcome != Outcome::none) return outcome;
  }
  if (state.dynamics != 0) {
    const Outcome outcome = dynamics(state, part, rest, last, captured);
    if (outcome != Outcome::none) return outcome;
  }
  // Only a trailing slash is left: a rule without it matches, unless it is strict.
  if (last && part.empty() && accept(state, true)) return Outcome::rule;
  return Outcome::none;
}

// The host is one part of its own; a variable of it that takes slashes would swallow the
// path and can lead to no rule.
Walk::Outcome Walk::run(std::string_view host, std::string_view path) {
  const Trie::State& root = trie_.state(0);
  if (const StateId next = trie_.step(0, root, host); next != kNoState) {
    const Outcome outcome = step(next, path, 0);
    if (outcome != Outcome::none) return outcome;
  }
  const Trie::Dynamic* dynamic = trie_.dynamics(root);
  for (std::uint32_t i = 0; i < root.dynamics; ++i) {
    const RulePart& candidate = *dynamic[i].part;
    bool slash_suffix = false;
    if (candidate.is_final || !candidate.pattern.match(host, captures_, slash_suffix)) continue;
    const Outcome outcome = step(dynamic[i].target, path, candidate.pattern.variables());
    if (outcome != Outcome::none) return outcome;
  }
  return Outcome::none;
}

}  // namespace retort::routing::detail
