// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>

#include <fmt/format.h>

#include "retort/value/detail/box.h"
#include "retort/value/detail/builtin_call.h"
#include "retort/value/error.h"
#include "retort/value/iterate.h"
#include "retort/value/methods.h"
#include "retort/value/undefined.h"

namespace retort {
namespace {

__extension__ using Wide = __int128;  // what positions and bounds are computed in

constexpr Wide kMax = std::numeric_limits<std::int64_t>::max();
constexpr Wide kMin = std::numeric_limits<std::int64_t>::min();

std::int64_t narrow(Wide number) {
  if (number < kMin || number > kMax) throw OverflowError("range() bound does not fit 64 bits");
  return static_cast<std::int64_t>(number);
}

// The bound of a slice of `length` items, brought into them as Python does.
Wide slice_bound(const Value& bound, Wide length, bool backwards, Wide otherwise) {
  if (bound.is_none()) return otherwise;
  if (bound.is_undefined()) fail_undefined(bound);
  if (!bound.is_int() && !bound.is_bool())
    throw TypeError("slice indices must be integers or None or have an __index__ method");
  Wide at = detail::to_index(bound);
  if (at < 0) at += length;
  if (at < 0) return backwards ? -1 : 0;
  if (at >= length) return backwards ? length - 1 : length;
  return at;
}

class RangeIterator final : public ValueIterator {
 public:
  RangeIterator(std::int64_t first, std::int64_t step, std::uint64_t count)
      : next_(static_cast<std::uint64_t>(first)), step_(static_cast<std::uint64_t>(step)), left_(count) {}
  bool next(Value& out) override {
    if (left_ == 0) return false;
    --left_;
    out = static_cast<std::int64_t>(next_);
    next_ += step_;  // unsigned: past the last item it may wrap round
    return true;
  }

 private:
  std::uint64_t next_;
  std::uint64_t step_;
  std::uint64_t left_;
};

class Range final : public Object {
 public:
  Range(std::int64_t start, std::int64_t stop, std::int64_t step) : start_(start), stop_(stop), step_(step) {
    const auto from = static_cast<std::uint64_t>(start), to = static_cast<std::uint64_t>(stop);
    const auto stride = static_cast<std::uint64_t>(step);
    if (step > 0 && start < stop) count_ = (to - from - 1) / stride + 1;
    if (step < 0 && start > stop) count_ = (from - to - 1) / (0 - stride) + 1;
  }

  std::string_view type_name() const override { return "range"; }
  Value attribute(std::string_view name) const override;
  Value item(const Value& key) const override;
  Value slice(const Value& start, const Value& stop, const Value& step) const override;
  bool contains(const Value& needle, bool& out) const override {
    std::uint64_t position = 0;
    out = find(needle, position);
    return true;
  }
  Owned<ValueIterator> iterate() const override {
    return std::make_unique<RangeIterator>(start_, step_, count_);
  }
  Owned<ValueIterator> iterate_reversed() const override {
    if (count_ == 0) return iterate();
    // Unsigned, for the step of INT64_MIN, which has no negative.
    const auto back = static_cast<std::int64_t>(0 - static_cast<std::uint64_t>(step_));
    return std::make_unique<RangeIterator>(at(count_ - 1), back, count_);
  }
  bool length(std::size_t& out) const override {
    if (count_ > static_cast<std::uint64_t>(kMax))
      throw OverflowError("Python int too large to convert to C ssize_t");
    out = count_;
    return true;
  }
  bool truthy() const override { return count_ != 0; }
  void append_repr(std::string& out) const override {
    out += fmt::format("range({}, {}", start_, stop_);
    if (step_ != 1) out += fmt::format(", {}", step_);
    out += ')';
  }
  // Ranges are equal that have the same items.
  bool equals(const Object& other) const override {
    const auto* range = dynamic_cast<const Range*>(&other);
    if (!range || count_ != range->count_) return false;
    return count_ == 0 || (start_ == range->start_ && (count_ == 1 || step_ == range->step_));
  }
  std::size_t hash() const override {
    std::size_t out = detail::hash_number(count_);
    if (count_ > 0) out = out * 1000003u ^ detail::hash_number(static_cast<std::uint64_t>(start_));
    if (count_ > 1) out = out * 1000003u ^ detail::hash_number(static_cast<std::uint64_t>(step_));
    return out;
  }

  /// The position of an item that equals `needle`; false when there is none.
  bool find(const Value& needle, std::uint64_t& position) const;

 private:
  // Precondition: i < count_.
  std::int64_t at(std::uint64_t i) const {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(start_) +
                                     i * static_cast<std::uint64_t>(step_));
  }

  std::int64_t start_;
  std::int64_t stop_;
  std::int64_t step_;
  std::uint64_t count_ = 0;
};

const Range& range_in(const Value& self) { return static_cast<const Range&>(self.as_object()); }

Value range_count(const Value& self, const CallArguments& arguments) {
  const detail::BuiltinCall call("range.count", 1, 1, arguments);
  std::uint64_t position = 0;
  return range_in(self).find(call[0], position) ? 1 : 0;
}

Value range_index(const Value& self, const CallArguments& arguments) {
  const detail::BuiltinCall call("range.index", 1, 1, arguments);
  std::uint64_t position = 0;
  if (range_in(self).find(call[0], position)) return position;
  if (call[0].is_int() || call[0].is_bool())
    throw ValueError(fmt::format("{} is not in range", call[0].repr()));
  throw ValueError("sequence.index(x): x not in sequence");
}

Value Range::attribute(std::string_view name) const {
  if (name == "start") return start_;
  if (name == "stop") return stop_;
  if (name == "step") return step_;
  if (name == "count") return bind_method(make_range(start_, stop_, step_), {"count", range_count});
  if (name == "index") return bind_method(make_range(start_, stop_, step_), {"index", range_index});
  return {};
}

Value Range::item(const Value& key) const {
  if (!key.is_int() && !key.is_bool()) return {};
  const std::int64_t i = detail::to_index(key);
  if (i >= 0)
    return static_cast<std::uint64_t>(i) < count_ ? Value(at(static_cast<std::uint64_t>(i))) : Value();
  const std::uint64_t back = 0 - static_cast<std::uint64_t>(i);
  return back <= count_ ? Value(at(count_ - back)) : Value();
}

Value Range::slice(const Value& start, const Value& stop, const Value& step) const {
  const std::int64_t stride = step.is_none() ? 1 : detail::to_index(step);
  if (stride == 0) throw ValueError("slice step cannot be zero");
  const Wide length = static_cast<Wide>(count_);
  const bool backwards = stride < 0;
  const Wide from = slice_bound(start, length, backwards, backwards ? length - 1 : 0);
  const Wide to = slice_bound(stop, length, backwards, backwards ? -1 : length);
  return make_range(narrow(start_ + from * step_), narrow(start_ + to * step_), narrow(Wide{stride} * step_));
}

bool Range::find(const Value& needle, std::uint64_t& position) const {
  std::int64_t number = 0;
  if (needle.is_int() || needle.is_bool()) {
    number = detail::to_index(needle);
  } else if (needle.is_double()) {
    const double real = needle.as_double();
    if (!(real >= -9223372036854775808.0 && real < 9223372036854775808.0) || real != std::floor(real))
      return false;
    number = static_cast<std::int64_t>(real);
  } else {
    return false;
  }
  const Wide distance = Wide{number} - start_;
  if (distance % step_ != 0) return false;
  const Wide i = distance / step_;
  if (i < 0 || i >= static_cast<Wide>(count_)) return false;
  position = static_cast<std::uint64_t>(i);
  return true;
}

}  // namespace

Value make_range(std::int64_t start, std::int64_t stop, std::int64_t step) {
  if (step == 0) throw ValueError("range() arg 3 must not be zero");
  return Value::object(std::make_unique<Range>(start, stop, step));
}

Value range_of(const CallArguments& arguments) {
  const detail::BuiltinCall call("range", 1, 3, arguments);
  if (call.size() == 1) return make_range(0, call.integer(0), 1);
  const std::int64_t start = call.integer(0), stop = call.integer(1);
  return make_range(start, stop, call.size() == 3 ? call.integer(2) : 1);
}

}  // namespace retort
