// SPDX-License-Identifier: BSD-3-Clause
#include "retort/value/view.h"

#include "retort/value/detail/box.h"
#include "retort/value/detail/operands.h"

namespace retort::detail {
namespace {

class PositionIterator final : public ValueIterator {
 public:
  PositionIterator(const void* target, SequenceView::Size size, SequenceView::At at)
      : target_(target), size_(size), at_(at) {}
  bool next(Value& out) override {
    if (next_ >= size_(target_)) return false;
    out = at_(target_, next_++);
    return true;
  }

 private:
  const void* target_;
  SequenceView::Size size_;
  SequenceView::At at_;
  std::size_t next_ = 0;
};

}  // namespace

// Records.

ViewType::Shape RecordView::shape() const { return Shape::record; }

Value RecordView::copy(const void* target) const {
  Value out = Value::dict();
  out.reserve(shown_.end - shown_.begin);
  for (std::size_t i = shown_.begin; i < shown_.end; ++i) {
    if (((hidden_ >> (i - shown_.begin)) & 1) == 0) out.set(names_[i], field_(target, i));
  }
  return out;
}

// Hot path: must not allocate.
Value RecordView::attribute(const void* target, std::string_view name) const {
  const std::size_t mask = (std::size_t{1} << (32 - shift_)) - 1;
  for (std::size_t at = name_slot(name, shift_); slots_[at]; at = (at + 1) & mask) {
    const std::size_t i = slots_[at] - 1u;
    if (names_[i] == name) return field_(target, i);
  }
  return {};
}

// Sequences.

ViewType::Shape SequenceView::shape() const { return Shape::sequence; }

std::string_view SequenceView::type_name() const { return tuple_ ? "tuple" : "list"; }

Value SequenceView::copy(const void* target) const {
  Value out = Value::list();
  out.reserve(size_(target));
  const auto items = iterate(target);
  for (Value item; items->next(item);) out.push_back(item);
  return tuple_ ? Value::tuple(out.items()) : out;
}

Value SequenceView::item(const void* target, const Value& key) const {
  if (!is_integral(key)) return {};
  const auto size = static_cast<std::int64_t>(size_(target));
  std::int64_t i = integer_of(key);
  if (i < 0) i += size;
  return i >= 0 && i < size ? at_(target, static_cast<std::size_t>(i)) : Value();
}

bool SequenceView::length(const void* target, std::size_t& out) const {
  out = size_(target);
  return true;
}

Owned<ValueIterator> SequenceView::iterate(const void* target) const {
  if (walk_) return walk_(target);
  return std::make_unique<PositionIterator>(target, size_, at_);
}

// Maps.

ViewType::Shape MappingView::shape() const { return Shape::mapping; }

std::string_view MappingView::type_name() const { return "dict"; }

bool MappingView::length(const void* target, std::size_t& out) const {
  out = size_(target);
  return true;
}

Value borrow_markup(const Markup& html) { return ValueAccess::as_markup(Value::borrow(html.view())); }

bool integer_key(const Value& key, std::int64_t& out) {
  if (is_integral(key)) {
    out = integer_of(key);
    return true;
  }
  if (!key.is_double() || !(key.as_double() >= -0x1p63 && key.as_double() < 0x1p63)) return false;
  out = static_cast<std::int64_t>(key.as_double());
  return static_cast<double>(out) == key.as_double();
}

}  // namespace retort::detail
