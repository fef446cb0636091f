// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// How the built-in methods of text and bytes take their arguments. Arguments (arguments.h)
// answers as Python's own functions do; CPython's built-in ones take most parameters by
// position only and have other words for what does not fit. For the length of the call.

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "retort/value/evaluator.h"
#include "retort/value/object.h"
#include "retort/value/value.h"

namespace retort::detail {

/// A method's parameters, and which of CPython's ways to refuse a call is its.
struct Signature {
  enum class Form { plain, parsed, keywords };
  const char* name;
  std::size_t least;
  std::size_t most;
  Form form = Form::plain;
  const char* names[2] = {};  // Form::keywords
};

class MethodCall {
 public:
  static constexpr std::size_t kMax = 3;

  MethodCall(const Signature& signature, const Value& self, const CallArguments& call);

  const Value& self() const { return self_; }
  /// The text or the bytes of self.
  std::string_view text() const { return text_; }
  Evaluator& evaluator() { return *evaluator_; }

  bool has(std::size_t i) const { return values_[i] != nullptr; }
  bool given(std::size_t i) const { return has(i) && !values_[i]->is_none(); }
  const Value& operator[](std::size_t i) const { return *values_[i]; }

  std::int64_t integer(std::size_t i) const;
  std::int64_t integer(std::size_t i, std::int64_t otherwise) const {
    return has(i) ? integer(i) : otherwise;
  }
  /// An index of a slice: none means `otherwise`.
  std::int64_t bound(std::size_t i, std::int64_t otherwise) const;
  /// Text; `what` begins the message: "replace() argument 1 ".
  std::string_view text(std::size_t i, std::string_view what = {}) const;

  /// `result` as the kind of text that self is: str, Markup, bytes.
  Value like_self(std::string_view result) const;

 private:
  void bind_keywords(const Signature& signature, const CallArguments& call);
  void check_count(const Signature& signature, std::size_t count) const;

  const Value& self_;
  std::string_view text_;
  const Value* values_[kMax] = {};
  Evaluator unbounded_;  // of a call from outside of any evaluation
  Evaluator* evaluator_;
};

/// Charges what one operation makes piece by piece, and bounds the whole of it.
class Growth {
 public:
  explicit Growth(Evaluator& evaluator) : evaluator_(evaluator) {}
  void add(std::size_t bytes) {
    if (bytes > kMaxResultBytes - total_) bytes = kMaxResultBytes + 1;  // is refused
    evaluator_.charge(bytes);
    total_ += bytes;
  }
  /// An item of a list with that text.
  void add_item(std::string_view text) { add(sizeof(Value) + (text.size() > 14 ? text.size() + 24 : 0)); }

 private:
  Evaluator& evaluator_;
  std::size_t total_ = 0;
};

/// a * b + c, or what no evaluator grants when that is too much.
std::size_t bounded_size(std::size_t a, std::size_t b, std::size_t c);

}  // namespace retort::detail
