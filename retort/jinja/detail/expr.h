// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The expressions of a lowered template. Those for single cases (a variable, an attribute of
// one, a filter without arguments) are what templates are made of: they copy nothing.

#include <atomic>
#include <cstdint>
#include <string_view>

#include "retort/jinja/detail/builtins.h"
#include "retort/jinja/detail/program.h"
#include "retort/jinja/function.h"
#include "retort/value/methods.h"
#include "retort/value/value.h"

namespace retort::jinja::detail {

/// Appends a value to the frame's output, as HTML when escaped.
void emit_value(Frame& frame, const Value& value, bool escaped);

class EvaluatedArguments;

/// A filter or test: a built-in, or a program's own.
struct Callable {
  BuiltinFunction builtin = nullptr;
  const NativeFunction::Call* native = nullptr;
  Value operator()(Render& render, const CallArguments& arguments) const {
    return builtin ? builtin(render, arguments) : (*native)(render, arguments);
  }
  explicit operator bool() const { return builtin || native; }
};

struct KeywordExpr {
  std::string_view name;
  const Expr* value = nullptr;
};

/// What stands between the parentheses of a call.
struct ArgumentList {
  Span<const Expr*> positional;
  Span<KeywordExpr> named;
  const Expr* dyn_args = nullptr;
  const Expr* dyn_kwargs = nullptr;
  bool empty() const { return positional.empty() && named.empty() && !dyn_args && !dyn_kwargs; }
};

class ConstExpr final : public Expr {
 public:
  explicit ConstExpr(Value value) : value_(static_cast<Value&&>(value)) {}
  const Value& eval(Frame&, Value&) const override { return value_; }
  const Value* constant() const override { return &value_; }

 private:
  Value value_;
};

/// A variable of the function itself.
class LocalExpr final : public Expr {
 public:
  LocalExpr(std::uint32_t index, std::string_view name) : index_(index), name_(name) {}
  const Value& eval(Frame& frame, Value& scratch) const override;
  bool test(Frame& frame) const override;
  void emit(Frame& frame, bool escaped) const override;

 private:
  std::uint32_t index_;
  std::string_view name_;
};

/// A variable of a function around.
class OuterExpr final : public Expr {
 public:
  OuterExpr(Slot slot, std::string_view name) : slot_(slot), name_(name) {}
  const Value& eval(Frame& frame, Value& scratch) const override;

 private:
  Slot slot_;
  std::string_view name_;
};

/// `object.name`
class AttributeExpr final : public Expr {
 public:
  AttributeExpr(const Expr& object, std::string_view name, bool sandboxed);
  const Value& eval(Frame& frame, Value& scratch) const override;
  const Expr& object() const { return object_; }
  std::string_view name() const { return name_; }

 private:
  const Expr& object_;
  std::string_view name_;
  mutable std::atomic<std::uint32_t> hint_{0};  // where dicts have had the key
  bool public_;                                 // no sandbox hides it
  bool direct_;  // and no dict has a method of that name: a key of a dict is it
};

/// `loop.name` of a loop around, in the same function.
class LoopAttributeExpr final : public Expr {
 public:
  LoopAttributeExpr(const AttributeExpr& general, std::uint32_t loop_slot)
      : general_(general), slot_(loop_slot) {}
  const Value& eval(Frame& frame, Value& scratch) const override;

 private:
  const AttributeExpr& general_;
  std::uint32_t slot_;
};

/// `object[key]`
class ItemExpr final : public Expr {
 public:
  ItemExpr(const Expr& object, const Expr& key) : object_(object), key_(key) {
    calls = object.calls || key.calls;
  }
  const Value& eval(Frame& frame, Value& scratch) const override;

 private:
  const Expr& object_;
  const Expr& key_;
};

/// `object[start:stop:step]`; parts may be null.
class SliceExpr final : public Expr {
 public:
  SliceExpr(const Expr& object, const Expr* start, const Expr* stop, const Expr* step);
  const Value& eval(Frame& frame, Value& scratch) const override;

 private:
  const Expr& object_;
  const Expr* parts_[3];
};

class SequenceExpr final : public Expr {  // list and tuple
 public:
  SequenceExpr(Value::Kind kind, Span<const Expr*> items);
  const Value& eval(Frame& frame, Value& scratch) const override;
  Span<const Expr*> items() const { return items_; }

 private:
  Value::Kind kind_;
  Span<const Expr*> items_;
};

struct PairExpr {
  const Expr* key = nullptr;
  const Expr* value = nullptr;
};

class DictExpr final : public Expr {
 public:
  explicit DictExpr(Span<PairExpr> items);
  const Value& eval(Frame& frame, Value& scratch) const override;

 private:
  Span<PairExpr> items_;
};

/// `a ~ b ~ c`
class ConcatExpr final : public Expr {
 public:
  enum class Escape : std::uint8_t { no, yes, by_context };
  ConcatExpr(Span<const Expr*> parts, Escape escape);
  const Value& eval(Frame& frame, Value& scratch) const override;

 private:
  Span<const Expr*> parts_;
  Escape escape_;
};

/// `a + b` and its like.
class BinaryExpr final : public Expr {
 public:
  using Operation = Value (*)(const Value& a, const Value& b, Evaluator& evaluator);
  BinaryExpr(Operation operation, const Expr& left, const Expr& right)
      : operation_(operation), left_(left), right_(right) {
    calls = left.calls || right.calls;
  }
  const Value& eval(Frame& frame, Value& scratch) const override;

 private:
  Operation operation_;
  const Expr& left_;
  const Expr& right_;
};

class SignExpr final : public Expr {  // - and +
 public:
  using Operation = Value (*)(const Value& a);
  SignExpr(Operation operation, const Expr& operand) : operation_(operation), operand_(operand) {
    calls = operand.calls;
  }
  const Value& eval(Frame& frame, Value& scratch) const override;

 private:
  Operation operation_;
  const Expr& operand_;
};

class NotExpr final : public Expr {
 public:
  explicit NotExpr(const Expr& operand) : operand_(operand) { calls = operand.calls; }
  const Value& eval(Frame& frame, Value& scratch) const override;
  bool test(Frame& frame) const override { return !operand_.test(frame); }

 private:
  const Expr& operand_;
};

class AndExpr final : public Expr {
 public:
  AndExpr(const Expr& left, const Expr& right) : left_(left), right_(right) {
    calls = left.calls || right.calls;
  }
  const Value& eval(Frame& frame, Value& scratch) const override;
  bool test(Frame& frame) const override { return left_.test(frame) && right_.test(frame); }

 private:
  const Expr& left_;
  const Expr& right_;
};

class OrExpr final : public Expr {
 public:
  OrExpr(const Expr& left, const Expr& right) : left_(left), right_(right) {
    calls = left.calls || right.calls;
  }
  const Value& eval(Frame& frame, Value& scratch) const override;
  bool test(Frame& frame) const override { return left_.test(frame) || right_.test(frame); }

 private:
  const Expr& left_;
  const Expr& right_;
};

struct Comparison {
  nodes::CompareOp op = nodes::CompareOp::eq;
  const Expr* operand = nullptr;
};

/// `a < b <= c`
class CompareExpr final : public Expr {
 public:
  CompareExpr(const Expr& first, Span<Comparison> rest);
  const Value& eval(Frame& frame, Value& scratch) const override;
  bool test(Frame& frame) const override;

 private:
  const Expr& first_;
  Span<Comparison> rest_;
};

/// `a if test else b`; `b` is never null: without else it is an UndefinedExpr.
class ConditionExpr final : public Expr {
 public:
  ConditionExpr(const Expr& test, const Expr& then, const Expr& otherwise);
  const Value& eval(Frame& frame, Value& scratch) const override;
  bool test(Frame& frame) const override;
  void emit(Frame& frame, bool escaped) const override;

 private:
  const Expr& test_;
  const Expr& then_;
  const Expr& otherwise_;
};

/// What a condition without else is: Jinja's own Undefined, whatever the environment's is.
class UndefinedExpr final : public Expr {
 public:
  explicit UndefinedExpr(std::string_view hint) : hint_(hint) {}
  const Value& eval(Frame& frame, Value& scratch) const override;

 private:
  std::string_view hint_;
};

/// `value | filter(...)`, `value is test(...)`
class FilterExpr final : public Expr {
 public:
  FilterExpr(Callable function, const Expr& value, const ArgumentList& arguments);
  const Value& eval(Frame& frame, Value& scratch) const override;

 private:
  Callable function_;
  const Expr& value_;
  ArgumentList arguments_;
};

class TestExpr final : public Expr {
 public:
  TestExpr(Callable function, const Expr& value, const ArgumentList& arguments);
  const Value& eval(Frame& frame, Value& scratch) const override;
  bool test(Frame& frame) const override;

 private:
  Callable function_;
  const Expr& value_;
  ArgumentList arguments_;
};

/// `value is defined` and its opposite.
class DefinedExpr final : public Expr {
 public:
  DefinedExpr(const Expr& value, bool defined) : value_(value), defined_(defined) { calls = value.calls; }
  const Value& eval(Frame& frame, Value& scratch) const override;
  bool test(Frame& frame) const override;

 private:
  const Expr& value_;
  bool defined_;
};

/// A filter or test that does not exist, where that is told only when it is reached.
class MissingExpr final : public Expr {
 public:
  MissingExpr(std::string_view name, bool filter) : name_(name), filter_(filter) { calls = true; }
  const Value& eval(Frame& frame, Value& scratch) const override;

 private:
  std::string_view name_;
  bool filter_;
};

/// `callee(...)`
class CallExpr final : public Expr {
 public:
  /// `method` is the callee where it is `object.name` and may be called without looks of a
  /// sandbox, else null; `caller` is what a call block passes: a macro; null elsewhere.
  CallExpr(const Expr& callee, const AttributeExpr* method, const ArgumentList& arguments,
           const Expr* caller = nullptr);
  const Value& eval(Frame& frame, Value& scratch) const override;
  void emit(Frame& frame, bool escaped) const override;

 private:
  Value call(Frame& frame, const Value& callee) const;
  void add_caller(Frame& frame, EvaluatedArguments& arguments) const;

  const Expr& callee_;
  const AttributeExpr* method_;
  ArgumentList arguments_;
  const Expr* caller_;
};

/// `loop.cycle(a, b, ...)` of the loop around, where evaluating one of them is enough.
class LoopCycleExpr final : public Expr {
 public:
  LoopCycleExpr(const Expr& general, std::uint32_t loop_slot, Span<const Expr*> choices)
      : general_(general), slot_(loop_slot), choices_(choices) {}
  const Value& eval(Frame& frame, Value& scratch) const override;

 private:
  const Expr& general_;
  std::uint32_t slot_;
  Span<const Expr*> choices_;
};

/// Markup of a value (always, or where output is escaped).
class MarkSafeExpr final : public Expr {
 public:
  MarkSafeExpr(const Expr& value, bool always) : value_(value), always_(always) { calls = value.calls; }
  const Value& eval(Frame& frame, Value& scratch) const override;

 private:
  const Expr& value_;
  bool always_;
};

/// The environment's finalize, applied to what is printed.
class FinalizeExpr final : public Expr {
 public:
  explicit FinalizeExpr(const Expr& value) : value_(value) { calls = true; }
  const Value& eval(Frame& frame, Value& scratch) const override;

 private:
  const Expr& value_;
};

/// The text that a filter block or block set has captured.
class CapturedExpr final : public Expr {
 public:
  explicit CapturedExpr(ConcatExpr::Escape escape) : escape_(escape) {}
  const Value& eval(Frame& frame, Value& scratch) const override;

 private:
  ConcatExpr::Escape escape_;
};

/// The context as a value: a call of an extension passes it on.
class ContextExpr final : public Expr {
 public:
  explicit ContextExpr(Span<const NamedSlot> locals) : locals_(locals) { calls = true; }
  const Value& eval(Frame& frame, Value& scratch) const override;

 private:
  Span<const NamedSlot> locals_;
};

/// An attribute of an extension.
class ExtensionAttributeExpr final : public Expr {
 public:
  ExtensionAttributeExpr(const Extension& extension, std::string_view name)
      : extension_(extension), name_(name) {}
  const Value& eval(Frame& frame, Value& scratch) const override;

 private:
  const Extension& extension_;
  std::string_view name_;
};

/// A macro or a call block's body as a value that can be called.
class MacroExpr final : public Expr {
 public:
  MacroExpr(const FunctionCode& code, bool anonymous) : code_(code), anonymous_(anonymous) {}
  const Value& eval(Frame& frame, Value& scratch) const override;

 private:
  const FunctionCode& code_;
  bool anonymous_;
};

}  // namespace retort::jinja::detail
