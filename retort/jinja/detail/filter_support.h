// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What the built-in filters share: text as Jinja takes it, attributes by path, generators.
// Belongs to a render's thread.

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "retort/base/memory.h"
#include "retort/jinja/render.h"
#include "retort/value/object.h"
#include "retort/value/value.h"

namespace retort::jinja::detail {

/// Text, or Markup.
Value make_text(std::string_view text, bool markup);
/// str(value): no Markup any more.
Value to_str(Render& render, const Value& value);
/// The value if it is text, Markup or not; else its str() (MarkupSafe: soft_str).
Value soft_str(Render& render, const Value& value);
/// A value's own HTML (Python's __html__) as Markup; otherwise the value itself.
Value own_html(Render& render, const Value& value);
/// escape(value), charged.
Value escaped(Render& render, const Value& value);

/// `self.name(...)` of a built-in kind. AttributeError when it has no such method; an
/// undefined self fails.
Value call_method(Render& render, const Value& self, std::string_view name,
                  std::initializer_list<Value> arguments = {});
/// AttributeError ("'int' object has no attribute 'items'"); an undefined value fails.
[[noreturn]] void fail_attribute(const Value& value, std::string_view name);

/// The line at `at`, which moves past it (str.splitlines). Precondition: at < text.size().
std::string_view next_line(std::string_view text, std::size_t& at, bool keep_end = false);
/// \w of Python's regular expressions.
bool is_word(char32_t c);

/// Appends to a list: charged, and within what one operation may make.
void push(Render& render, Value& list, const Value& item);

/// A growing text: what is appended is charged first, and the whole stays within what one
/// operation may make.
class TextOut {
 public:
  explicit TextOut(Evaluator& evaluator) : evaluator_(evaluator) {}
  void append(std::string_view more) {
    reserve(more.size());
    text_ += more;
  }
  void append(std::size_t count, char c) {
    reserve(count);
    text_.append(count, c);
  }
  const std::string& text() const { return text_; }

 private:
  void reserve(std::size_t more) {
    if (more > kMaxResultBytes - text_.size()) evaluator_.charge(kMaxResultBytes + 1);
    evaluator_.charge(more);
  }

  Evaluator& evaluator_;
  std::string text_;
};

/// Whether a value is a mapping (Python: isinstance(value, abc.Mapping)).
bool is_mapping(const Value& value);
/// value.items(): something that iterates as pairs. AttributeError for what has none.
Value items_of(Render& render, const Value& value);
/// Two items out of a pair, as `for key, value in` takes them apart.
void unpack_pair(const Value& pair, Value& first, Value& second);

/// Text in lower case, all else as it is: what comparisons that ignore case compare.
Value ignore_case(Render& render, const Value& value);

/// Looks up "address.city" or "lines.0" or 3 as templates look things up (Jinja:
/// make_attrgetter). None is the item itself.
class AttributeGetter {
 public:
  /// `fallback` stands for what is undefined on the way; none: nothing does.
  AttributeGetter(Render& render, const Value& attribute, bool fold_case = false, Value fallback = nullptr);
  Value operator()(const Value& item) const;

 private:
  Render& render_;
  std::vector<Value> parts_;
  Value fallback_;
  bool fold_case_;
};

/// A call's arguments, kept for many calls with another first argument each.
class KeptCall {
 public:
  /// Without the first `skip` positional arguments.
  KeptCall(const CallArguments& call, std::size_t skip);
  KeptCall(const KeptCall&) = delete;
  KeptCall& operator=(const KeptCall&) = delete;
  std::size_t size() const { return positional_.size() - 1; }
  const Value& operator[](std::size_t i) const { return positional_[i + 1]; }
  ValueSpan<Value::Member> named() const { return {named_.data(), named_.size()}; }
  /// Drops the first argument.
  void pop_front();
  /// The call with `first` before the rest; valid until the next one.
  CallArguments with(Value first, Render& render);

 private:
  std::vector<Value> positional_;  // [0] is the place of the first
  std::vector<Value> keys_;
  std::vector<Value::Member> named_;
};

/// What a generator function of Python's is: runs when it is walked, once. After the end of
/// its render it fails.
class LazyItems : public ValueIterator {
 public:
  LazyItems(Render& render, Value source);
  bool next(Value& out) final;

 protected:
  /// Runs before the first item; false: there are none.
  virtual bool begin() { return true; }
  virtual bool produce(Value& out) = 0;
  /// The next item of the source.
  bool next_source(Value& out);

  Render& render_;
  Value source_;

 private:
  enum class State : unsigned char { fresh, waiting, running, done };
  RenderUser user_;
  Owned<ValueIterator> items_;
  State state_ = State::fresh;
};

}  // namespace retort::jinja::detail
