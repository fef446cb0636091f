// SPDX-License-Identifier: BSD-3-Clause
// A merge sort over the runs that the items come with (Tim Peters's timsort, without its
// galloping). A comparison may throw or contradict itself (NaN): every step is bounded by
// positions alone. Lists of less than 64 items are compared pair by pair as CPython does, so
// that even contradictory ones end in its order.
#include "retort/value/detail/sort.h"

#include <algorithm>

#include "retort/value/operators.h"

namespace retort::detail {
namespace {

class Sorter {
 public:
  Sorter(const Value* keys, std::vector<std::size_t>& order) : keys_(keys), order_(order) {}

  void run() {
    const std::size_t size = order_.size();
    const std::size_t shortest = shortest_run(size);
    for (std::size_t begin = 0; begin < size;) {
      std::size_t end = take_run(begin);
      if (end - begin < shortest) {
        const std::size_t sorted_to = end;
        end = std::min(size, begin + shortest);
        insert(begin, sorted_to, end);
      }
      runs_.push_back({begin, end});
      while (must_merge()) merge_top();
      begin = end;
    }
    while (runs_.size() > 1) merge_last(runs_.size() - 2);
  }

 private:
  struct Run {
    std::size_t begin, end;
    std::size_t size() const { return end - begin; }
  };

  bool less(std::size_t a, std::size_t b) const { return ops::less(keys_[a], keys_[b]); }

  // Such that the runs' number is a power of two, or a little less.
  static std::size_t shortest_run(std::size_t size) {
    std::size_t rest = 0;
    for (; size >= 64; size >>= 1) rest |= size & 1;
    return size + rest;
  }

  // The end of the ascending run at `begin`; a strictly descending one is turned round.
  std::size_t take_run(std::size_t begin) {
    std::size_t end = begin + 1;
    if (end == order_.size()) return end;
    const bool descending = less(order_[end], order_[begin]);
    do {
      ++end;
    } while (end < order_.size() && less(order_[end], order_[end - 1]) == descending);
    const auto at = [&](std::size_t i) { return order_.begin() + static_cast<std::ptrdiff_t>(i); };
    if (descending) std::reverse(at(begin), at(end));
    return end;
  }

  // Sorts [begin, end), of which [begin, from) is sorted, by binary insertion.
  void insert(std::size_t begin, std::size_t from, std::size_t end) {
    const auto at = [&](std::size_t i) { return order_.begin() + static_cast<std::ptrdiff_t>(i); };
    for (; from < end; ++from) {
      std::size_t low = begin, high = from;
      while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        if (less(order_[from], order_[middle])) {
          high = middle;
        } else {
          low = middle + 1;
        }
      }
      std::rotate(at(low), at(from), at(from + 1));
    }
  }

  // Each run is longer than the next two together, which keeps their number logarithmic.
  bool must_merge() const {
    const std::size_t n = runs_.size();
    const auto short_at = [&](std::size_t i) {  // i, i + 1, i + 2 from the bottom
      return runs_[i].size() <= runs_[i + 1].size() + runs_[i + 2].size();
    };
    if (n >= 3 && short_at(n - 3)) return true;
    if (n >= 4 && short_at(n - 4)) return true;
    return n >= 2 && runs_[n - 2].size() <= runs_[n - 1].size();
  }

  void merge_top() {
    const std::size_t n = runs_.size();
    const bool lower = n >= 3 && runs_[n - 3].size() < runs_[n - 1].size();
    merge_last(lower ? n - 3 : n - 2);
  }

  // Merges run i with the next one.
  void merge_last(std::size_t i) {
    const Run left = runs_[i], right = runs_[i + 1];
    const auto at = [&](std::size_t k) { return order_.begin() + static_cast<std::ptrdiff_t>(k); };
    spare_.assign(at(left.begin), at(left.end));
    std::size_t to = left.begin, from_left = 0, from_right = right.begin;
    while (from_left < spare_.size() && from_right < right.end) {
      const bool take_right = less(order_[from_right], spare_[from_left]);
      order_[to++] = take_right ? order_[from_right++] : spare_[from_left++];
    }
    while (from_left < spare_.size()) order_[to++] = spare_[from_left++];
    runs_[i].end = right.end;
    runs_.erase(runs_.begin() + static_cast<std::ptrdiff_t>(i) + 1);
  }

  const Value* keys_;
  std::vector<std::size_t>& order_;
  std::vector<std::size_t> spare_;
  std::vector<Run> runs_;
};

}  // namespace

std::vector<std::size_t> sorted_order(Value::Items items, const Function<Value(const Value&)>& key,
                                      bool reverse, Evaluator& evaluator) {
  evaluator.step(items.size());
  evaluator.charge(items.size() * (sizeof(Value) + sizeof(std::size_t)));
  std::vector<Value> keys;
  if (key) {
    keys.reserve(items.size());
    for (const Value& item : items) keys.push_back(key(item));
  }
  std::vector<std::size_t> order(items.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = reverse ? order.size() - 1 - i : i;
  Sorter(key ? keys.data() : items.begin(), order).run();
  if (reverse) std::reverse(order.begin(), order.end());
  return order;
}

}  // namespace retort::detail
