// SPDX-License-Identifier: BSD-3-Clause
#include "retort/jinja/detail/expr.h"

#include <charconv>
#include <memory>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "retort/jinja/detail/call.h"
#include "retort/jinja/detail/objects.h"
#include "retort/jinja/detail/rendering.h"
#include "retort/jinja/detail/suggest.h"
#include "retort/jinja/error.h"
#include "retort/jinja/extension.h"
#include "retort/value/bounds.h"
#include "retort/value/error.h"
#include "retort/value/escape.h"
#include "retort/value/iterate.h"
#include "retort/value/operators.h"
#include "retort/value/undefined.h"
#include "retort/value/view_type.h"

namespace retort::jinja::detail {

namespace {

// Apart from the hot path, whose frame it would make larger.
[[gnu::noinline]] void emit_other(Rendering& rendering, std::string& out, const Value& value, bool escaped) {
  const TextLimit limit(out, rendering.environment().options().limits.output_bytes);
  if (escaped) {
    append_escaped(out, value);
  } else {
    value.append_str(out);
  }
}

}  // namespace

void emit_value(Frame& frame, const Value& value, bool escaped) {
  std::string& out = *frame.out;
  Rendering& rendering = frame.rendering;
  if (rendering.native && &out == rendering.native_out) [[unlikely]] {
    rendering.native->push_back(value);
    return;
  }
  if (value.is_string()) {
    const std::string_view text = value.as_string();
    if (escaped && !value.is_markup()) {
      append_escaped(out, text);
    } else {
      out.append(text);
    }
  } else if (value.is_int()) {
    char buffer[24];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value.as_int()).ptr;
    out.append(buffer, static_cast<std::size_t>(end - buffer));
  } else {
    emit_other(rendering, out, value, escaped);
  }
}

bool Expr::test(Frame& frame) const {
  Value scratch;
  return eval(frame, scratch).truthy();
}

void Expr::emit(Frame& frame, bool escaped) const {
  Value scratch;
  emit_value(frame, eval(frame, scratch), escaped);
}

namespace {

bool missing(const Value& value) { return value.is_undefined() && !value.undefined_info(); }

/// An operand, copied where evaluating the ones after it might change what it borrows from.
class Operand {
 public:
  Operand(Frame& frame, const Expr& expr, bool others_call) : value_(&expr.eval(frame, scratch_)) {
    if (others_call && value_ != &scratch_) {
      scratch_ = *value_;
      value_ = &scratch_;
    }
  }
  const Value& operator*() const { return *value_; }

 private:
  Value scratch_;
  const Value* value_;
};

}  // namespace

// Variables.

const Value& LocalExpr::eval(Frame& frame, Value& scratch) const {
  const Value& value = frame.slots[index_];
  if (!value.is_undefined() || !missing(value)) return value;
  scratch = frame.rendering.undefined_name(name_);
  return scratch;
}

bool LocalExpr::test(Frame& frame) const {
  const Value& value = frame.slots[index_];
  return missing(value) ? Expr::test(frame) : value.truthy();
}

void LocalExpr::emit(Frame& frame, bool escaped) const {
  const Value& value = frame.slots[index_];
  if (missing(value)) return Expr::emit(frame, escaped);
  emit_value(frame, value, escaped);
}

const Value& OuterExpr::eval(Frame& frame, Value& scratch) const {
  const Value& value = frame.at(slot_);
  if (!missing(value)) return value;
  scratch = frame.rendering.undefined_name(name_);
  return scratch;
}

// Attributes and items.

AttributeExpr::AttributeExpr(const Expr& object, std::string_view name, bool sandboxed)
    : object_(object), name_(name) {
  calls = object.calls;
  public_ = !(sandboxed && !name.empty() && name.front() == '_');
  direct_ = public_ && !find_method(Value::Kind::dict, name);
}

const Value& AttributeExpr::eval(Frame& frame, Value& scratch) const {
  Value held;
  const Value& object = object_.eval(frame, held);
  if (direct_ && object.is_dict()) {
    const std::uint32_t known = hint_.load(std::memory_order_relaxed);
    std::uint32_t hint = known;
    const Value* found = object.find(name_, hint);
    if (hint != known) hint_.store(hint, std::memory_order_relaxed);
    if (found) {
      if (&object != &held) return *found;
      scratch = *found;
      return scratch;
    }
  }
  if (public_ && object.is_view()) {
    scratch = object.view_type().attribute(object.view_target(), name_);
    if (!scratch.is_undefined()) return scratch;
  }
  scratch = frame.rendering.getattr(object, name_);
  return scratch;
}

const Value& LoopAttributeExpr::eval(Frame& frame, Value& scratch) const {
  const Value& loop = frame.slots[slot_];
  const Loop* object = object_as<Loop>(loop);
  if (!object) return general_.eval(frame, scratch);
  scratch = object->attribute(general_.name());
  if (scratch.is_undefined() && !scratch.undefined_info()) return general_.eval(frame, scratch);
  return scratch;
}

const Value& ItemExpr::eval(Frame& frame, Value& scratch) const {
  Value held;
  const Value* object = &object_.eval(frame, held);
  if (key_.calls && object != &held) {
    held = *object;
    object = &held;
  }
  Value key_scratch;
  const Value& key = key_.eval(frame, key_scratch);
  scratch = frame.rendering.getitem(*object, key);
  return scratch;
}

SliceExpr::SliceExpr(const Expr& object, const Expr* start, const Expr* stop, const Expr* step)
    : object_(object), parts_{start, stop, step} {
  calls = object.calls;
  for (const Expr* part : parts_) calls = calls || (part && part->calls);
}

const Value& SliceExpr::eval(Frame& frame, Value& scratch) const {
  Value object_scratch;
  const Value object = object_.eval(frame, object_scratch);
  Value parts[3];
  for (int i = 0; i < 3; ++i) {
    parts[i] = nullptr;
    if (!parts_[i]) continue;
    Value part;
    parts[i] = parts_[i]->eval(frame, part);
  }
  scratch = ops::slice(object, parts[0], parts[1], parts[2], frame.rendering);
  return scratch;
}

// Containers.

SequenceExpr::SequenceExpr(Value::Kind kind, Span<const Expr*> items) : kind_(kind), items_(items) {
  for (const Expr* item : items) calls = calls || item->calls;
}

const Value& SequenceExpr::eval(Frame& frame, Value& scratch) const {
  frame.rendering.charge(items_.size() * sizeof(Value));
  Value list = Value::list();
  list.reserve(items_.size());
  for (const Expr* item : items_) {
    Value held;
    list.push_back(item->eval(frame, held));
  }
  scratch = kind_ == Value::Kind::list ? std::move(list) : Value::tuple(list.items());
  return scratch;
}

DictExpr::DictExpr(Span<PairExpr> items) : items_(items) {
  for (const PairExpr& item : items) calls = calls || item.key->calls || item.value->calls;
}

const Value& DictExpr::eval(Frame& frame, Value& scratch) const {
  frame.rendering.charge(items_.size() * sizeof(Value::Entry));
  Value dict = Value::dict();
  for (const PairExpr& item : items_) {
    Value key_scratch, value_scratch;
    const Value key = item.key->eval(frame, key_scratch);
    dict.set(key, item.value->eval(frame, value_scratch));
  }
  scratch = std::move(dict);
  return scratch;
}

ConcatExpr::ConcatExpr(Span<const Expr*> parts, Escape escape) : parts_(parts), escape_(escape) {
  for (const Expr* part : parts) calls = calls || part->calls;
}

const Value& ConcatExpr::eval(Frame& frame, Value& scratch) const {
  SmallVector<Value, 6> parts;
  for (const Expr* part : parts_) {
    Value held;
    parts.push_back(part->eval(frame, held));
  }
  const bool escape = escape_ == Escape::by_context ? frame.rendering.autoescape() : escape_ == Escape::yes;
  scratch = ops::concatenate({parts.data(), parts.size()}, escape, frame.rendering);
  return scratch;
}

// Operators.

const Value& BinaryExpr::eval(Frame& frame, Value& scratch) const {
  const Operand left(frame, left_, right_.calls);
  const Operand right(frame, right_, false);
  scratch = operation_(*left, *right, frame.rendering);
  return scratch;
}

const Value& SignExpr::eval(Frame& frame, Value& scratch) const {
  const Operand operand(frame, operand_, false);
  scratch = operation_(*operand);
  return scratch;
}

const Value& NotExpr::eval(Frame& frame, Value& scratch) const {
  scratch = Value(!operand_.test(frame));
  return scratch;
}

const Value& AndExpr::eval(Frame& frame, Value& scratch) const {
  const Value& left = left_.eval(frame, scratch);
  return left.truthy() ? right_.eval(frame, scratch) : left;
}

const Value& OrExpr::eval(Frame& frame, Value& scratch) const {
  const Value& left = left_.eval(frame, scratch);
  return left.truthy() ? left : right_.eval(frame, scratch);
}

CompareExpr::CompareExpr(const Expr& first, Span<Comparison> rest) : first_(first), rest_(rest) {
  calls = first.calls;
  for (const Comparison& comparison : rest) calls = calls || comparison.operand->calls;
}

namespace {

bool compare_integers(nodes::CompareOp op, std::int64_t a, std::int64_t b) {
  using nodes::CompareOp;
  switch (op) {
    case CompareOp::eq:
      return a == b;
    case CompareOp::ne:
      return a != b;
    case CompareOp::gt:
      return a > b;
    case CompareOp::gteq:
      return a >= b;
    case CompareOp::lt:
      return a < b;
    default:
      return a <= b;
  }
}

bool compare(nodes::CompareOp op, const Value& a, const Value& b, Evaluator& evaluator) {
  using nodes::CompareOp;
  if (a.is_int() && b.is_int() && op < CompareOp::in) return compare_integers(op, a.as_int(), b.as_int());
  switch (op) {
    case CompareOp::eq:
      return ops::equal(a, b, evaluator);
    case CompareOp::ne:
      return !ops::equal(a, b, evaluator);
    case CompareOp::gt:
      return ops::less(b, a, ">");
    case CompareOp::gteq:
      return ops::less_equal(b, a, ">=");
    case CompareOp::lt:
      return ops::less(a, b);
    case CompareOp::lteq:
      return ops::less_equal(a, b);
    case CompareOp::in:
      return ops::contains(b, a, evaluator);
    case CompareOp::notin:
      return !ops::contains(b, a, evaluator);
  }
  return false;
}

}  // namespace

bool CompareExpr::test(Frame& frame) const {
  if (rest_.size() == 1) {
    const Operand left(frame, first_, rest_[0].operand->calls);
    const Operand right(frame, *rest_[0].operand, false);
    return compare(rest_[0].op, *left, *right, frame.rendering);
  }
  Value scratch;
  Value left = first_.eval(frame, scratch);
  for (const Comparison& comparison : rest_) {
    Value held;
    Value right = comparison.operand->eval(frame, held);
    if (!compare(comparison.op, left, right, frame.rendering)) return false;
    left = std::move(right);
  }
  return true;
}

const Value& CompareExpr::eval(Frame& frame, Value& scratch) const {
  scratch = Value(test(frame));
  return scratch;
}

ConditionExpr::ConditionExpr(const Expr& test, const Expr& then, const Expr& otherwise)
    : test_(test), then_(then), otherwise_(otherwise) {
  calls = test.calls || then.calls || otherwise.calls;
}

const Value& ConditionExpr::eval(Frame& frame, Value& scratch) const {
  return (test_.test(frame) ? then_ : otherwise_).eval(frame, scratch);
}
bool ConditionExpr::test(Frame& frame) const { return (test_.test(frame) ? then_ : otherwise_).test(frame); }
void ConditionExpr::emit(Frame& frame, bool escaped) const {
  (test_.test(frame) ? then_ : otherwise_).emit(frame, escaped);
}

const Value& UndefinedExpr::eval(Frame&, Value& scratch) const {
  scratch = Value::undefined(std::make_unique<Undefined>(UndefinedInfo{std::string(hint_), {}, {}, false}));
  return scratch;
}

// Filters and tests.

FilterExpr::FilterExpr(Callable function, const Expr& value, const ArgumentList& arguments)
    : function_(function), value_(value), arguments_(arguments) {
  calls = true;
}

const Value& FilterExpr::eval(Frame& frame, Value& scratch) const {
  frame.rendering.check_stack();
  Value held;
  const Value& value = value_.eval(frame, held);
  Rendering& rendering = frame.rendering;
  if (arguments_.empty()) {
    Value kept = value;  // the filter may change where it lies
    scratch = function_(rendering, {{&kept, 1}, {}, &rendering});
  } else {
    const EvaluatedArguments arguments(frame, arguments_, &value);
    scratch = function_(rendering, arguments.arguments(rendering));
  }
  return scratch;
}

TestExpr::TestExpr(Callable function, const Expr& value, const ArgumentList& arguments)
    : function_(function), value_(value), arguments_(arguments) {
  calls = true;
}

bool TestExpr::test(Frame& frame) const {
  Value held;
  const Value& value = value_.eval(frame, held);
  Rendering& rendering = frame.rendering;
  if (arguments_.empty()) {
    Value kept = value;
    return function_(rendering, {{&kept, 1}, {}, &rendering}).truthy();
  }
  const EvaluatedArguments arguments(frame, arguments_, &value);
  return function_(rendering, arguments.arguments(rendering)).truthy();
}

const Value& TestExpr::eval(Frame& frame, Value& scratch) const {
  scratch = Value(test(frame));
  return scratch;
}

bool DefinedExpr::test(Frame& frame) const {
  Value scratch;
  return value_.eval(frame, scratch).is_undefined() != defined_;
}

const Value& DefinedExpr::eval(Frame& frame, Value& scratch) const {
  scratch = Value(test(frame));
  return scratch;
}

const Value& MissingExpr::eval(Frame& frame, Value&) const {
  const Environment& environment = frame.rendering.environment();
  TemplateRuntimeError error(fmt::format("No {} named '{}' found.", filter_ ? "filter" : "test", name_));
  error.suggest(filter_ ? suggest_filter(environment, name_) : suggest_test(environment, name_));
  throw error;
}

// Calls.

EvaluatedArguments::EvaluatedArguments(Frame& frame, const ArgumentList& list, const Value* first) {
  if (first) positional_.push_back(*first);
  for (const Expr* argument : list.positional) {
    Value scratch;
    positional_.push_back(argument->eval(frame, scratch));
  }
  if (list.dyn_args) {
    Value scratch;
    const Value several = list.dyn_args->eval(frame, scratch);
    add_positional(several, frame.rendering);
  }
  for (const KeywordExpr& keyword : list.named) {
    Value scratch;
    named_.push_back({keyword.name, keyword.value->eval(frame, scratch)});
  }
  if (list.dyn_kwargs) {
    Value scratch;
    const Value mapping = list.dyn_kwargs->eval(frame, scratch);
    add_mapping(mapping, frame.rendering);
  }
}

void EvaluatedArguments::add_named(std::string_view name, Value value) {
  for (const Value::Member& member : named_) {
    if (member.key == name)
      throw TypeError(fmt::format("got multiple values for keyword argument '{}'", name));
  }
  named_.push_back({name, std::move(value)});
}

void EvaluatedArguments::add_positional(const Value& several, Evaluator& evaluator) {
  if (!is_iterable(several) && !several.is_undefined())
    throw TypeError(fmt::format("Value after * must be an iterable, not {}", several.type_name()));
  for_each(several, evaluator, [&](const Value& item) {
    evaluator.charge(sizeof(Value));
    positional_.push_back(item);
    return true;
  });
}

void EvaluatedArguments::add_mapping(const Value& mapping, Evaluator& evaluator) {
  if (mapping.is_undefined()) fail_undefined(mapping);
  held_ = mapping.is_view() ? mapping.copy() : mapping;
  if (!held_.is_dict())
    throw TypeError(fmt::format("argument after ** must be a mapping, not {}", mapping.type_name()));
  evaluator.charge(held_.size() * sizeof(Value::Member));
  held_ = held_.copy();
  for (const Value::Entry& entry : held_.entries()) {
    if (!entry.key.is_string()) throw TypeError("keywords must be strings");
    add_named(entry.key.as_string(), entry.value);
  }
}

CallExpr::CallExpr(const Expr& callee, const AttributeExpr* method, const ArgumentList& arguments,
                   const Expr* caller)
    : callee_(callee), method_(method), arguments_(arguments), caller_(caller) {
  calls = true;
}

const Value& CallExpr::eval(Frame& frame, Value& scratch) const {
  frame.rendering.check_stack();
  if (method_) {
    Value held;
    const Value object = method_->object().eval(frame, held);
    const Method* method = caller_ ? nullptr : find_method(object.kind(), method_->name());
    if (method) {
      const EvaluatedArguments arguments(frame, arguments_);
      scratch = method->function(object, arguments.arguments(frame.rendering));
    } else if (Loop* loop = object_as<Loop>(object); loop && method_->name() == "changed") {
      const EvaluatedArguments arguments(frame, arguments_);
      scratch = loop->changed(arguments.arguments(frame.rendering));
    } else {
      scratch = call(frame, frame.rendering.getattr(object, method_->name()));
    }
    return scratch;
  }
  Value held;
  const Value callee = callee_.eval(frame, held);
  scratch = call(frame, callee);
  return scratch;
}

Value CallExpr::call(Frame& frame, const Value& callee) const {
  EvaluatedArguments arguments(frame, arguments_);
  add_caller(frame, arguments);
  return frame.rendering.call(callee, arguments.arguments(frame.rendering));
}

void CallExpr::add_caller(Frame& frame, EvaluatedArguments& arguments) const {
  if (!caller_) return;
  Value scratch;
  arguments.add_named("caller", caller_->eval(frame, scratch));
}

const Value& LoopCycleExpr::eval(Frame& frame, Value& scratch) const {
  const Loop* loop = object_as<Loop>(frame.slots[slot_]);
  if (!loop) return general_.eval(frame, scratch);
  return choices_[static_cast<std::size_t>(loop->index0()) % choices_.size()]->eval(frame, scratch);
}

// A macro or block that is called to be printed prints straight into the output.
void CallExpr::emit(Frame& frame, bool escaped) const {
  Rendering& rendering = frame.rendering;
  const bool as_is = caller_ || escaped == rendering.autoescape();
  if (method_ || !as_is || rendering.native) return Expr::emit(frame, escaped);
  Value held;
  const Value callee = callee_.eval(frame, held);
  if (const Macro* macro = object_as<Macro>(callee)) {
    EvaluatedArguments arguments(frame, arguments_);
    add_caller(frame, arguments);
    return macro->invoke(arguments.arguments(rendering), *frame.out);
  }
  const BlockReference* block = object_as<BlockReference>(callee);
  if (block && arguments_.empty() && !caller_) return block->invoke(*frame.out);
  emit_value(frame, call(frame, callee), escaped);
}

// The engine's own.

const Value& MarkSafeExpr::eval(Frame& frame, Value& scratch) const {
  const Value& value = value_.eval(frame, scratch);
  if (!always_ && !frame.rendering.autoescape()) return value;
  if (value.is_markup()) return value;
  scratch = Value::markup(value.str());
  return scratch;
}

const Value& FinalizeExpr::eval(Frame& frame, Value& scratch) const {
  Value held;
  const Value value = value_.eval(frame, held);
  scratch = frame.rendering.environment().options().finalize(frame.rendering, value);
  return scratch;
}

const Value& CapturedExpr::eval(Frame& frame, Value& scratch) const {
  const bool safe = escape_ == ConcatExpr::Escape::by_context ? frame.rendering.autoescape()
                                                              : escape_ == ConcatExpr::Escape::yes;
  if (frame.captured_native) {
    scratch = safe ? Value::markup(frame.captured_native->str()) : *frame.captured_native;
  } else {
    scratch = safe ? Value::markup(*frame.captured) : Value(*frame.captured);
  }
  return scratch;
}

const Value& ContextExpr::eval(Frame& frame, Value& scratch) const {
  std::vector<std::pair<std::string_view, Value>> locals;
  for (const NamedSlot& local : locals_) {
    const Value& value = frame.at(local.slot);
    if (!missing(value)) locals.emplace_back(local.name, value);
  }
  scratch = Value::object(std::make_unique<ContextObject>(
      locals.empty() ? Ref<Context>(frame.context)
                     : frame.rendering.derive(*frame.context, std::move(locals))));
  return scratch;
}

const Value& ExtensionAttributeExpr::eval(Frame&, Value& scratch) const {
  scratch = extension_.attribute(name_);
  return scratch;
}

const Value& MacroExpr::eval(Frame& frame, Value& scratch) const {
  scratch = Value::object(std::make_unique<Macro>(code_, anonymous_, frame));
  return scratch;
}

}  // namespace retort::jinja::detail
