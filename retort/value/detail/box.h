// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The heap side of a Value: counted boxes of text, items, entries or an object.

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "retort/value/object.h"
#include "retort/value/value.h"

namespace retort {
namespace detail {

struct Box {
  explicit Box(Value::Kind box_kind);
  BoxHead head;
  Value::Kind kind;
};

/// The bytes follow the box in the same allocation.
struct TextBox : Box {
  static TextBox* make(Value::Kind box_kind, std::string_view text);
  std::string_view text() const { return {reinterpret_cast<const char*>(this + 1), size}; }
  std::size_t size;

 private:
  TextBox(Value::Kind box_kind, std::size_t text_size) : Box(box_kind), size(text_size) {}
};

struct ItemsBox : Box {  // list and tuple
  using Box::Box;
  std::vector<Value> items;
};

struct DictBox : Box {
  DictBox() : Box(Value::Kind::dict) {}

  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  static constexpr std::size_t kLinear = 8;
  std::size_t find(std::string_view key) const;
  std::size_t find(const Value& key) const;
  void append(Value key, Value value);
  void erase(std::size_t position);
  void rebuild();

  std::vector<Value::Entry> entries;
  // Open addressing over positions + 1, at most half full; empty up to kLinear entries.
  std::vector<std::uint32_t> index;

 private:
  template <class Matches>
  std::size_t probe(std::size_t hash, Matches matches) const;
  void place(std::size_t position);
  void unplace(std::size_t position);
};

struct ObjectBox : Box {
  explicit ObjectBox(std::unique_ptr<Object> owned, Value::Kind box_kind = Value::Kind::object)
      : Box(box_kind), object(std::move(owned)) {}
  std::unique_ptr<Object> object;
};

/// Seeded for this process, so that whoever chooses a dict's keys cannot choose where they fall.
std::size_t hash_bytes(std::string_view bytes);
std::size_t hash_number(std::uint64_t number);
/// Takes a frozen box off the leak checker's list: it is never freed.
void forget_leak(const Box& box);

}  // namespace detail

/// Equality of short texts, such as keys, without a call: what a template's attributes cost.
inline bool equal_text(std::string_view a, std::string_view b) {
  const std::size_t size = a.size();
  if (size != b.size()) return false;
  if (size > 16) return __builtin_memcmp(a.data(), b.data(), size) == 0;
  const auto differs = [&]<class Word>(Word, std::size_t at) {
    Word x, y;
    __builtin_memcpy(&x, a.data() + at, sizeof x);
    __builtin_memcpy(&y, b.data() + at, sizeof y);
    return x ^ y;
  };
  // The first and the last word, which may overlap.
  if (size >= 8) return (differs(std::uint64_t{}, 0) | differs(std::uint64_t{}, size - 8)) == 0;
  if (size >= 4) return (differs(std::uint32_t{}, 0) | differs(std::uint32_t{}, size - 4)) == 0;
  for (std::size_t i = 0; i < size; ++i) {
    if (a[i] != b[i]) return false;
  }
  return true;
}

struct ValueAccess {
  static Value from(detail::Box* box) {
    Value out;
    out.payload_.box = &box->head;
    out.size_ = Value::kBoxed;
    out.kind_ = box->kind;
    return out;
  }
  static bool boxed(const Value& value) { return value.is_boxed(); }
  static detail::Box& box(const Value& value) { return *reinterpret_cast<detail::Box*>(value.payload_.box); }
  static detail::ItemsBox& items(const Value& value) { return static_cast<detail::ItemsBox&>(box(value)); }
  static detail::DictBox& dict(const Value& value) { return static_cast<detail::DictBox&>(box(value)); }
  /// Borrowed or short text, as markup.
  static Value as_markup(Value text) {
    text.kind_ = Value::Kind::markup;
    return text;
  }
  static std::string_view text(const Value& value) { return value.text(); }
  static bool immortal(const Value& value) { return value.head().count == detail::kImmortal; }
  /// Gives up the value's reference without counting; the box if that was the last.
  static detail::Box* drop(Value& value) {
    if (!value.is_boxed()) return nullptr;
    detail::BoxHead& head = value.head();
    detail::Box* last = nullptr;
    if (head.count != detail::kImmortal && --head.count == 0) last = &box(value);
    value.size_ = 0;
    value.kind_ = Value::Kind::undefined;
    return last;
  }
};

}  // namespace retort
