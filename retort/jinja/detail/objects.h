// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What a running template hands around as values: macros, loops, blocks, modules,
// templates. They hold what they need of the rendering; when that is over, calling them is
// an error.

#include <cstdint>
#include <string>
#include <string_view>
#include <typeinfo>
#include <utility>
#include <vector>

#include "retort/jinja/detail/rendering.h"
#include "retort/jinja/detail/stmt.h"
#include "retort/value/object.h"

namespace retort::jinja::detail {

/// The object behind a value when it is a T exactly; null otherwise. T is final.
template <class T>
T* object_as(const Value& value) {
  if (!value.is_object()) return nullptr;
  const Object& object = value.as_object();
  return typeid(object) == typeid(T) ? const_cast<T*>(static_cast<const T*>(&object)) : nullptr;
}

/// `{% macro %}`, and the body of `{% call %}`.
class Macro final : public Object {
 public:
  Macro(const FunctionCode& code, bool anonymous, Frame& frame);

  std::string_view type_name() const override { return "Macro"; }
  Value attribute(std::string_view name) const override;
  bool is_callable() const override { return true; }
  Value call(const CallArguments& arguments) const override;
  void append_repr(std::string& out) const override;

  /// Runs it; what it prints goes to `out`.
  void invoke(const CallArguments& arguments, std::string& out) const;
  bool belongs_to(const Frame& frame) const { return frame_.get() == &frame; }

 private:
  void bind(Frame& frame, const CallArguments& arguments) const;
  [[noreturn]] void refuse_keyword(std::string_view name) const;

  const FunctionCode& code_;
  bool anonymous_;
  Ref<Frame> frame_;  // around it; none when it reads nothing of that
  Ref<Context> context_;
};

/// `loop`: where a loop is.
class Loop final : public Object {
 public:
  /// `items` walks `iterable`.
  Loop(Frame& frame, Value iterable, Owned<ValueIterator> items, const LoopCode& code, std::int64_t depth0);

  /// Goes on to the next item, which is valid until the next call; null at the end.
  const Value* next();
  /// The loop is left: who still has it can ask where it was, and what its own iterable tells.
  void leave();

  std::string_view type_name() const override { return "LoopContext"; }
  Value attribute(std::string_view name) const override;
  bool length(std::size_t& out) const override;
  bool is_callable() const override { return true; }
  Value call(const CallArguments& arguments) const override;
  Owned<ValueIterator> iterate() const override;
  void append_repr(std::string& out) const override;

  std::int64_t index0() const { return index0_; }
  bool last() { return !peek(); }
  /// The whole number of items; walks to the end where only that tells.
  std::int64_t count();
  Value cycle(const CallArguments& arguments) const;
  Value changed(const CallArguments& arguments);
  /// `loop.cycle` and `loop.changed` as values that can be called; undefined for other names.
  static Value bind_method(const Value& loop, std::string_view name);

 private:
  bool peek();
  bool advance(Value& item);
  /// The next of items_, which may run code of the template that has this loop.
  bool walk(Value& item);

  RenderUser user_;
  Frame* frame_;  // around it; null once it is left, where nothing holds that
  Ref<Frame> frame_held_;
  Ref<Context> context_;
  const LoopCode& code_;
  Value iterable_;
  Owned<ValueIterator> items_;
  std::int64_t index0_ = -1;
  std::int64_t depth0_;
  std::int64_t count_ = -1;
  std::size_t next_position_ = 0;  // where iterable_ is a list or tuple: no items_
  bool peeked_ = false;
  bool ended_ = false;
  bool walking_ = false;
  bool lost_ = false;  // items_ ended with the loop
  Value after_;
  Value current_;
  Value before_;
  Value last_changed_;
};

/// `self`
class TemplateReference final : public Object {
 public:
  explicit TemplateReference(Context& context) : context_(&context) {}
  std::string_view type_name() const override { return "TemplateReference"; }
  Value item(const Value& key) const override;
  Value attribute_names() const override;
  void append_repr(std::string& out) const override;

 private:
  Ref<Context> context_;
};

/// `super` and `self.name`: a version of a block.
class BlockReference final : public Object {
 public:
  BlockReference(Context& context, std::string_view name, std::size_t depth)
      : context_(&context), name_(name), depth_(depth) {}
  std::string_view type_name() const override { return "BlockReference"; }
  Value attribute(std::string_view name) const override;
  bool is_callable() const override { return true; }
  Value call(const CallArguments& arguments) const override;
  void append_repr(std::string& out) const override;
  /// Runs it; what it prints goes to `out`.
  void invoke(std::string& out) const;

 private:
  Ref<Context> context_;
  std::string_view name_;
  std::size_t depth_;
};

/// `super` in the version `current` of a block; undefined when it is the last.
Value make_super(Context& context, const FunctionCode& current);

/// What `import` gives: a template's exported names.
class Module final : public Object {
 public:
  Module(Template source, std::string text) : source_(std::move(source)), text_(std::move(text)) {}
  std::string_view type_name() const override { return "TemplateModule"; }
  Value attribute(std::string_view name) const override;
  Value attribute_names() const override;
  void append_str(std::string& out) const override { out += text_; }
  void append_repr(std::string& out) const override;
  bool append_html(std::string& out) const override;

  std::string_view template_name() const { return source_.name(); }
  const std::string& text() const { return text_; }
  std::vector<std::pair<std::string_view, Value>> exported;

 private:
  Template source_;  // whose texts the names are
  std::string text_;
};

/// A Template as a value.
class TemplateObject final : public Object {
 public:
  explicit TemplateObject(Template wrapped) : wrapped_(std::move(wrapped)) {}
  std::string_view type_name() const override { return "Template"; }
  Value attribute(std::string_view name) const override;
  void append_repr(std::string& out) const override;
  const Template& wrapped() const { return wrapped_; }

 private:
  Template wrapped_;
};

/// The context as a value: its names by item and by get().
class ContextObject final : public Object {
 public:
  explicit ContextObject(Ref<Context> context) : context_(std::move(context)) {}
  std::string_view type_name() const override { return "Context"; }
  Value attribute(std::string_view name) const override;
  Value item(const Value& key) const override;
  /// All names, the inner ones first, each once.
  Value all() const;

 private:
  Ref<Context> context_;
};

}  // namespace retort::jinja::detail
