// SPDX-License-Identifier: BSD-3-Clause
#include "retort/value/detail/box.h"

#include <algorithm>
#include <atomic>
#include <cassert>
#include <cstring>
#include <new>

#include "retort/value/bounds.h"

#if defined(__SANITIZE_ADDRESS__)
#define RETORT_HAS_LSAN
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define RETORT_HAS_LSAN
#endif
#endif
#if defined(RETORT_HAS_LSAN)
#include <sanitizer/lsan_interface.h>
#endif

namespace retort::detail {
namespace {

static_assert(sizeof(BoxHead) == 8);

/// Numbers threads from 1; what a box's owner is compared with.
std::uint32_t thread_number() {
  static std::atomic<std::uint32_t> next{1};
  thread_local const std::uint32_t mine = next.fetch_add(1, std::memory_order_relaxed);
  return mine;
}

}  // namespace

Box::Box(Value::Kind box_kind) : head{1, thread_number()}, kind(box_kind) {}

void check_owner([[maybe_unused]] const BoxHead& head) {
  assert(head.owner == thread_number() &&
         "a Value that is not frozen was used by another thread than its own");
}

TextBox* TextBox::make(Value::Kind box_kind, std::string_view text) {
  auto* box = ::new (::operator new(sizeof(TextBox) + text.size())) TextBox(box_kind, text.size());
  std::memcpy(box + 1, text.data(), text.size());
  return box;
}

namespace {

// A dead box's head, whose count nobody reads again, links it to the next one.
static_assert(sizeof(BoxHead) == sizeof(Box*));
void set_next(Box* box, Box* next) { std::memcpy(&box->head, &next, sizeof next); }
Box* next_of(const Box* box) {
  Box* next = nullptr;
  std::memcpy(&next, &box->head, sizeof next);
  return next;
}

void drop(Value& value, Box*& pending) {
  Box* last = ValueAccess::drop(value);
  if (!last) return;
  set_next(last, pending);
  pending = last;
}

// Boxes that die while an object is destroyed wait for the loop that destroys it: a chain of
// objects is as long as a template makes it.
class Destruction : Walk {
 public:
  Destruction() { state().destroys = true; }
  ~Destruction() { state().destroys = false; }
  void take_dead(Box*& pending) {
    Box*& dead = state().dead;
    while (dead) {
      Box* next = next_of(dead);
      set_next(dead, pending);
      pending = dead;
      dead = next;
    }
  }
};

void destroy_object(ObjectBox* box, Box*& pending) {
  Destruction destruction;
  delete box;
  destruction.take_dead(pending);
}

}  // namespace

// Values deep inside one another are freed one after another, not one inside the other,
// and without allocating.
void destroy_box(Box* first) {
  auto* walk = static_cast<WalkState*>(execution().walk);
  if (walk && walk->destroys) {
    set_next(first, walk->dead);
    walk->dead = first;
    return;
  }
  Box* pending = first;
  set_next(first, nullptr);
  while (pending) {
    Box* box = pending;
    pending = next_of(box);
    switch (box->kind) {
      case Value::Kind::list:
      case Value::Kind::tuple: {
        auto* items = static_cast<ItemsBox*>(box);
        for (Value& item : items->items) drop(item, pending);
        delete items;
        break;
      }
      case Value::Kind::dict: {
        auto* dict = static_cast<DictBox*>(box);
        for (Value::Entry& entry : dict->entries) {
          drop(entry.key, pending);
          drop(entry.value, pending);
        }
        delete dict;
        break;
      }
      case Value::Kind::object:
      case Value::Kind::undefined:
        destroy_object(static_cast<ObjectBox*>(box), pending);
        break;
      default:
        ::operator delete(box);  // a TextBox, which has nothing to destroy
    }
  }
}

void forget_leak([[maybe_unused]] const Box& box) {
#if defined(RETORT_HAS_LSAN)
  __lsan_ignore_object(&box);
#endif
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
  const auto matches = [&](const Value& k) { return k.is_string() && equal_text(ValueAccess::text(k), key); };
  if (!index.empty()) return probe(hash_bytes(key), matches);
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

// Takes an entry out of the index and closes the gap in its run. An object's hash may throw,
// or differ from what it was: no slot may be left that points behind the entries.
void DictBox::unplace(std::size_t position) {
  const std::size_t mask = index.size() - 1;
  std::size_t gap = entries[position].key.hash() & mask;
  while (index[gap] != position + 1) {
    if (index[gap] == 0) {  // not where its hash says
      gap = static_cast<std::size_t>(std::find(index.begin(), index.end(), position + 1) - index.begin());
      if (gap == index.size()) return;
      break;
    }
    gap = (gap + 1) & mask;
  }
  index[gap] = 0;
  for (std::size_t at = (gap + 1) & mask; index[at] != 0; at = (at + 1) & mask) {
    const std::size_t home = entries[index[at] - 1].key.hash() & mask;
    if (((at - home) & mask) < ((at - gap) & mask)) continue;  // the gap is before its home
    index[gap] = index[at];
    index[at] = 0;
    gap = at;
  }
}

// Hashes the key alone, and those next to it in the index; the rest moves up.
void DictBox::erase(std::size_t position) {
  const bool last = position + 1 == entries.size();
  if (entries.size() <= kLinear + 1) {
    index.clear();
  } else {
    unplace(position);
    if (!last) {
      for (std::uint32_t& slot : index) slot -= slot > position + 1;
    }
  }
  entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(position));
}

}  // namespace retort::detail
