// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The trie of all rules' parts. TrieBuilder takes rules one by one; Trie is what it
// becomes: one block of records, each state followed by what a walk reads next, and one hash
// table for the static steps of states that have several, so that a step costs the same
// whatever the number of rules and touches few cache lines. The table's keys come from the
// application only, so outside text cannot make its chains longer.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "retort/routing/detail/rule_data.h"

namespace retort::routing::detail {

using StateId = std::uint32_t;
inline constexpr StateId kNoState = 0xffffffff;

inline std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

/// A path's segment as two words: the first eight bytes (zeros after a shorter one), and
/// the last eight if it has more. Of one longer than 16 bytes they are a hash.
struct SegmentWords {
  std::uint64_t a = 0, b = 0;
};

/// Cuts a text at its slashes. Never reads outside the text.
class SegmentReader {
 public:
  explicit SegmentReader(std::string_view text)
      : end_(text.data() + text.size()), has_eight_(text.size() >= 8) {}

  const char* end() const { return end_; }

  /// The segment that begins at `from`, in the text or at its end. Sets `words`.
  const char* segment_end(const char* from, SegmentWords& words) const {
    const std::uint64_t head = load_padded(from);
    const std::uint64_t hits = slashes(head);
    if (hits != 0) {
      const int bits = std::countr_zero(hits) & ~7;
      words = {head & ((std::uint64_t{1} << bits) - 1), 0};
      return from + bits / 8;
    }
    const std::size_t left = static_cast<std::size_t>(end_ - from);
    if (left <= 8) {
      words = {head, 0};
      return end_;
    }
    const char* end = from + 8;
    for (;;) {
      const std::uint64_t found = slashes(load_padded(end));
      if (found != 0) {
        end += std::countr_zero(found) / 8;
        break;
      }
      if (end_ - end <= 8) {
        end = end_;
        break;
      }
      end += 8;
    }
    words = long_words(from, static_cast<std::size_t>(end - from), head);
    return end;
  }

  /// Of a text that is one segment, whatever is in it.
  static SegmentWords words_of(std::string_view text) {
    const SegmentReader reader(text);
    const std::uint64_t head = reader.load_padded(text.data());
    return text.size() <= 8 ? SegmentWords{head, 0} : long_words(text.data(), text.size(), head);
  }

 private:
  static std::uint64_t load(const char* p) {
    std::uint64_t word;
    std::memcpy(&word, p, 8);
    if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
    return word;
  }

  // Eight bytes from p, zeros beyond the end.
  std::uint64_t load_padded(const char* p) const {
    const std::size_t left = static_cast<std::size_t>(end_ - p);
    if (left >= 8) return load(p);
    if (left == 0) return 0;
    if (has_eight_) return load(end_ - 8) >> (64 - 8 * left);
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < left; ++i) {
      word |= static_cast<std::uint64_t>(static_cast<unsigned char>(p[i])) << (8 * i);
    }
    return word;
  }

  // The lowest bit set marks the first slash.
  static std::uint64_t slashes(std::uint64_t word) {
    constexpr std::uint64_t kOnes = 0x0101010101010101, kHighs = 0x8080808080808080;
    word ^= kOnes * '/';
    return (word - kOnes) & ~word & kHighs;
  }

  // Precondition: eight bytes or more, of which `head` are the first.
  static SegmentWords long_words(const char* p, std::size_t n, std::uint64_t head) {
    if (n == 8) return {head, 0};
    if (n <= 16) return {head, load(p + n - 8)};
    std::uint64_t h = n;
    for (; n > 16; p += 16, n -= 16) h = mix(load(p) ^ 0x9e3779b97f4a7c15, load(p + 8) ^ h);
    // The last 16 bytes, some of them once more.
    return {mix(h, load(p + n - 16) ^ 0xe7037ed1a0b428db), mix(h ^ 0x9e3779b97f4a7c15, load(p + n - 8))};
  }

  const char* end_;
  bool has_eight_;
};

inline std::uint64_t hash_step(StateId state, std::size_t size, SegmentWords words) {
  return mix(words.a ^ 0xe7037ed1a0b428db,
             words.b ^ ((state + std::uint64_t{1}) * 0x9e3779b97f4a7c15) ^ size);
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
  const std::vector<State>& states() const { return states_; }

 private:
  StateId step(StateId from, const RulePart& part);
  StateId new_state();

  std::vector<State> states_;
};

/// Records of several types, one behind the other, each at a multiple of eight bytes.
class RecordBlock {
 public:
  static constexpr std::size_t kUnit = 8;

  template <class T>
  const T* at(std::uint32_t place) const {
    return static_cast<const T*>(static_cast<const void*>(bytes_.data() + place * kUnit));
  }
  template <class T>
  T* at(std::uint32_t place) {
    return static_cast<T*>(static_cast<void*>(bytes_.data() + place * kUnit));
  }
  /// Where the next record will be.
  std::uint32_t end() const { return static_cast<std::uint32_t>(bytes_.size() / kUnit); }
  template <class T>
  void append(const T* items, std::size_t count) {
    static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= kUnit);
    if (count == 0) return;
    const std::size_t from = bytes_.size();
    bytes_.resize(from + (count * sizeof(T) + kUnit - 1) / kUnit * kUnit);
    std::memcpy(bytes_.data() + from, items, count * sizeof(T));
  }

 private:
  std::vector<std::byte> bytes_;
};

/// The compiled rules. A StateId is the place of a State in the block.
class Trie {
 public:
  /// A step that a part of a rule takes: Pattern::match, without its indirection where
  /// the pattern is a frequent one.
  struct Dynamic {
    const Pattern* pattern;
    StateId target;
    std::uint16_t variables;
    Pattern::Shape shape;
    bool is_final;

    bool match(std::string_view text, std::string_view* captures, bool& slash_suffix) const {
      if (shape == Pattern::Shape::plain_string) {
        *captures = text;
        return !text.empty();
      }
      if (shape == Pattern::Shape::integer) {
        *captures = text;
        return Pattern::is_digits(text);
      }
      return pattern->match(text, captures, slash_suffix);
    }
  };
  /// How a captured text becomes a value. integer: unsigned, of any size.
  enum class Conversion : unsigned char { text, integer, native, custom };
  /// A rule that ends in a state.
  struct Leaf {
    std::uint64_t methods;
    const Rule* rule;
    std::uint32_t conversions;  // their place
    std::uint32_t variables;
    bool websocket;
    bool strict_slashes;
    bool plain;  // RuleData::plain
  };
  /// A text of the rules, to compare others with.
  struct Key {
    SegmentWords words;
    std::uint32_t size;
    std::uint32_t text;  // its place, if it is longer than 16 bytes
  };
  /// Its dynamics and its leaves follow it, then their conversions.
  struct State {
    Key key;        // of the static step that leads here
    StateId from;   // where that begins; kNoState: the step is a dynamic one
    StateId empty;  // the static step "": a trailing slash
    StateId next;   // the only other static step; kNoState: there is none; kInTable: several
    std::uint32_t dynamics;
    std::uint32_t leaves;
  };

  Trie() = default;
  explicit Trie(TrieBuilder builder);

  const State& state(StateId id) const { return *records_.at<State>(id); }
  const Dynamic* dynamics(const State& s) const {
    return static_cast<const Dynamic*>(static_cast<const void*>(&s + 1));
  }
  const Leaf* leaves(const State& s) const {
    return static_cast<const Leaf*>(static_cast<const void*>(dynamics(s) + s.dynamics));
  }
  const Conversion* conversions(const Leaf& leaf) const { return records_.at<Conversion>(leaf.conversions); }

  /// The first rule of a path without variables, in a map without hosts: what a walk would
  /// look at first. Null when there is none.
  const Leaf* exact(std::string_view path) const {
    if (exact_.empty() || path.empty()) return nullptr;
    const SegmentWords words = SegmentReader::words_of(path);
    const std::uint64_t hash = hash_step(0, path.size(), words);
    for (std::size_t i = hash & exact_mask_;; i = (i + 1) & exact_mask_) {
      const Slot slot = exact_[i];
      if (slot.target == kNoState) return nullptr;
      if (slot.tag != tag_of(hash)) continue;
      const Exact& found = *records_.at<Exact>(slot.target);
      if (equals(found.key, path, words)) return &found.leaf;
    }
  }

  /// The static step from a state, or kNoState.
  StateId step(StateId id, const State& s, std::string_view text, SegmentWords words) const {
    if (text.empty()) return s.empty;
    if (s.next == kNoState) return kNoState;
    if (s.next != kInTable) return equals(state(s.next).key, text, words) ? s.next : kNoState;
    const std::uint64_t hash = hash_step(id, text.size(), words);
    for (std::size_t i = hash & mask_;; i = (i + 1) & mask_) {
      const Slot slot = slots_[i];
      if (slot.target == kNoState) return kNoState;
      if (slot.tag != tag_of(hash)) continue;
      const State& target = state(slot.target);
      if (target.from == id && equals(target.key, text, words)) return slot.target;
    }
  }

 private:
  static constexpr StateId kInTable = kNoState - 1;

  /// A rule by its whole path.
  struct Exact {
    Key key;
    Leaf leaf;
  };
  /// What `target` names holds the key itself.
  struct Slot {
    std::uint32_t tag = 0;
    std::uint32_t target = kNoState;  // kNoState: the slot is free
  };
  static std::uint32_t tag_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }

  bool equals(const Key& key, std::string_view text, SegmentWords words) const {
    return key.words.a == words.a && key.words.b == words.b && key.size == text.size() &&
           (text.size() <= 16 || std::memcmp(records_.at<char>(key.text), text.data(), text.size()) == 0);
  }

  StateId add_state(const TrieBuilder::State& from, std::string_view text);
  Key add_key(std::string_view text);
  static std::vector<Slot> make_slots(std::size_t keys);
  static void insert(std::vector<Slot>& slots, StateId from, const Key& key, std::uint32_t target);
  void link(const TrieBuilder& builder, const std::vector<StateId>& places);
  void add_exact(const TrieBuilder& builder, const std::vector<StateId>& places);

  RecordBlock records_;
  std::vector<Slot> slots_;
  std::size_t mask_ = 0;
  std::vector<Slot> exact_;
  std::size_t exact_mask_ = 0;
};

}  // namespace retort::routing::detail
