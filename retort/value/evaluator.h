// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Evaluator: what operations on values need of whoever evaluates them: the way to
// attributes and items (the one gate that a sandbox guards), calls, and a budget for what
// they create. A template's render is one; on its own it answers as Python does, with
// bounds that keep one operation from taking the machine. Belongs to one thread.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "retort/value/object.h"
#include "retort/value/value.h"

namespace retort {

/// No single operation makes a text or container of more bytes than this.
inline constexpr std::size_t kMaxResultBytes = std::size_t{256} << 20;

class Evaluator {
 public:
  Evaluator() = default;
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;
  virtual ~Evaluator() = default;

  /// `object.name` (Python's getattr): a method of a built-in kind, or what the object
  /// answers; undefined when there is none.
  virtual Value attribute(const Value& object, std::string_view name);
  /// `object[key]`; undefined when there is none.
  virtual Value item(const Value& object, const Value& key);
  /// What a field of a format names, `{0.name}` or `{0[key]}`; undefined is an error.
  virtual Value field_member(const Value& object, const Value& key, bool is_attribute);
  /// `callable(...)`. TypeError when it is not callable.
  virtual Value call(const Value& callable, const CallArguments& arguments);

  /// To be called before `bytes` of new text or items are made: LimitError beyond
  /// kMaxResultBytes at once, or beyond what is left of memory_limit in all.
  void charge(std::size_t bytes) {
    if (bytes > kMaxResultBytes || bytes > bytes_left_) refuse(bytes);
    bytes_left_ -= bytes;
  }
  /// To be called for each turn of a loop whose length a template chooses.
  void step(std::uint64_t count = 1) {
    if (count > steps_left_) refuse_steps();
    steps_left_ -= count;
  }
  std::size_t bytes_left() const { return bytes_left_; }
  /// Bytes that may be made from now on, and steps that may be taken.
  void set_limits(std::size_t bytes, std::uint64_t steps) {
    bytes_left_ = bytes;
    steps_left_ = steps;
  }

 private:
  [[noreturn]] static void refuse(std::size_t bytes);
  [[noreturn]] static void refuse_steps();

  std::size_t bytes_left_ = SIZE_MAX;
  std::uint64_t steps_left_ = UINT64_MAX;
};

}  // namespace retort
