// SPDX-License-Identifier: BSD-3-Clause
#include "retort/value/detail/box.h"

#include <atomic>
#include <cassert>
#include <random>

#include <sys/random.h>

namespace retort::detail {
namespace {

static_assert(sizeof(BoxHead) == 8);

/// Numbers threads from 1; what a box's owner is compared with.
std::uint32_t thread_number() {
  static std::atomic<std::uint32_t> next{1};
  thread_local const std::uint32_t mine = next.fetch_add(1, std::memory_order_relaxed);
  return mine;
}

std::uint64_t make_seed() {
  std::uint64_t seed = 0;
  if (getrandom(&seed, sizeof seed, 0) != static_cast<ssize_t>(sizeof seed)) seed = std::random_device{}();
  return seed;
}

}  // namespace

Box::Box(Value::Kind box_kind) : head{1, thread_number()}, kind(box_kind) {}

void check_owner([[maybe_unused]] const BoxHead& head) {
  assert(head.owner == thread_number() &&
         "a Value that is not frozen was used by another thread than its own");
}

// Values deep inside one another are freed one after another, not one inside the other.
void destroy_box(Box* first) {
  std::vector<Box*> pending{first};
  const auto drop = [&](Value& value) {
    if (Box* last = ValueAccess::drop(value)) pending.push_back(last);
  };
  while (!pending.empty()) {
    Box* box = pending.back();
    pending.pop_back();
    switch (box->kind) {
      case Value::Kind::list:
      case Value::Kind::tuple: {
        auto* items = static_cast<ItemsBox*>(box);
        for (Value& item : items->items) drop(item);
        delete items;
        break;
      }
      case Value::Kind::dict: {
        auto* dict = static_cast<DictBox*>(box);
        for (Value::Entry& entry : dict->entries) {
          drop(entry.key);
          drop(entry.value);
        }
        delete dict;
        break;
      }
      case Value::Kind::object:
        delete static_cast<ObjectBox*>(box);
        break;
      default:
        delete static_cast<TextBox*>(box);
    }
  }
}

std::size_t hash_text(std::string_view text) {
  static const std::uint64_t seed = make_seed();  // so that whoever chooses keys cannot choose buckets
  std::uint64_t hash = seed ^ text.size();
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x9e3779b97f4a7c15u;
    hash ^= hash >> 32;
  }
  return hash ^ (seed >> 7);
}

template <class Matches>
std::size_t DictBox::probe(std::size_t hash, Matches matches) const {
  const std::size_t mask = index.size() - 1;
  for (std::size_t at = hash & mask; index[at] != 0; at = (at + 1) & mask) {
    if (matches(entries[index[at] - 1].key)) return index[at] - 1;
  }
  return kNone;
}

std::size_t DictBox::find(std::string_view key) const {
  const auto matches = [&](const Value& k) { return k.is_string() && ValueAccess::text(k) == key; };
  if (!index.empty()) return probe(hash_text(key), matches);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (matches(entries[i].key)) return i;
  }
  return kNone;
}

std::size_t DictBox::find(const Value& key) const {
  if (key.is_string()) return find(ValueAccess::text(key));
  if (!index.empty()) return probe(key.hash(), [&](const Value& k) { return k == key; });
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].key == key) return i;
  }
  return kNone;
}

void DictBox::place(std::size_t position) {
  const std::size_t mask = index.size() - 1;
  std::size_t at = entries[position].key.hash() & mask;
  while (index[at] != 0) at = (at + 1) & mask;
  index[at] = static_cast<std::uint32_t>(position + 1);
}

void DictBox::append(Value key, Value value) {
  entries.push_back({std::move(key), std::move(value)});
  if (entries.size() <= kLinear) return;
  if (entries.size() * 2 > index.size()) {
    rebuild();
  } else {
    place(entries.size() - 1);
  }
}

void DictBox::rebuild() {
  index.clear();
  if (entries.size() <= kLinear) return;
  std::size_t size = 32;
  while (size < entries.size() * 4) size *= 2;
  index.assign(size, 0);
  for (std::size_t i = 0; i < entries.size(); ++i) place(i);
}

void DictBox::erase(std::size_t position) {
  entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(position));
  rebuild();
}

}  // namespace retort::detail
