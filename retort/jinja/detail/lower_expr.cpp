// SPDX-License-Identifier: BSD-3-Clause
// Lowering's expressions.
#include <fmt/format.h>

#include "retort/jinja/detail/environment_impl.h"
#include "retort/jinja/detail/lower.h"
#include "retort/jinja/detail/rendering.h"
#include "retort/jinja/detail/suggest.h"
#include "retort/jinja/error.h"
#include "retort/value/operators.h"

namespace retort::jinja::detail {

using namespace nodes;

Span<const Expr*> Lowering::expr_list(NodeList list, const ScopeInfo& scope) {
  std::vector<const Expr*> out;
  for (const Node* node : list) out.push_back(&expr(*node, scope));
  return keep(out);
}

const Expr* Lowering::expr_or_null(const Node* node, const ScopeInfo& scope) {
  return node ? &expr(*node, scope) : nullptr;
}

// Only results that own nothing become constants: they are shared by threads. Long texts are
// made, and charged, where they are rendered.
const Expr& Lowering::fold(const Expr& lowered, std::initializer_list<const Expr*> operands) {
  for (const Expr* operand : operands) {
    if (!operand->constant()) return lowered;
  }
  Rendering rendering(environment_);
  rendering.set_limits(128, 1 << 16);
  FunctionCode code;
  code.program = &program_;
  Frame frame{rendering, code, nullptr, nullptr, nullptr, nullptr};
  Value scratch;
  const Value* value = nullptr;
  try {
    value = &lowered.eval(frame, scratch);
  } catch (const EvaluationError&) {
    return lowered;  // it fails where it runs, if it runs
  }
  switch (value->kind()) {
    case Value::Kind::none:
    case Value::Kind::boolean:
    case Value::Kind::integer:
    case Value::Kind::real:
      return make<ConstExpr>(*value);
    case Value::Kind::string:
      return make<ConstExpr>(Value::borrow(arena_.copy(value->as_string())));
    default:
      return lowered;
  }
}

bool Lowering::is_constant_in_jinja(const Node& node) const {
  using Kind = NodeKind;
  constexpr std::string_view kOfContext[] = {"map",    "random",    "reject", "rejectattr",
                                             "select", "selectattr"};  // filters that take the context
  if (node.kind < Kind::Pair || node.kind > Kind::Pos) return false;
  if (Name::is(node.kind) || NSRef::is(node.kind) || node.kind == Kind::Call) return false;
  if (node.kind == Kind::Getattr && environment_.options().sandbox != Sandbox::none) return false;
  if ((node.kind == Kind::Filter || node.kind == Kind::Test) && volatile_) return false;
  if (node.kind == Kind::Filter) {
    const auto& filter = as<Filter>(node);
    if (!filter.node) return false;
    for (const std::string_view name : kOfContext) {
      if (name == filter.name) return false;
    }
  }
  bool constant = true;
  for_each_child(node, [&](const Node& child) { constant = constant && is_constant_in_jinja(child); });
  return constant;
}

const Expr& Lowering::expr(const Node& node, const ScopeInfo& scope) {
  switch (node.kind) {
    case NodeKind::Name:
      return lower_name(as<Name>(node).name, scope, node.line);
    case NodeKind::InternalName:
      return lower_name(as<InternalName>(node).name, scope, node.line);
    case NodeKind::Const: {
      Value value = as<Const>(node).value;
      if (!value.is_frozen()) value.freeze();
      return make<ConstExpr>(std::move(value));
    }
    case NodeKind::TemplateData: {
      const Expr& text = make<ConstExpr>(Value::borrow(as<TemplateData>(node).data));
      return make<MarkSafeExpr>(text, autoescape_ && !volatile_);
    }
    case NodeKind::Tuple:
      return make<SequenceExpr>(Value::Kind::tuple, expr_list(as<Tuple>(node).items, scope));
    case NodeKind::List:
      return make<SequenceExpr>(Value::Kind::list, expr_list(as<List>(node).items, scope));
    case NodeKind::Dict: {
      std::vector<PairExpr> pairs;
      for (const Pair* pair : as<Dict>(node).items)
        pairs.push_back({&expr(*pair->key, scope), &expr(*pair->value, scope)});
      return make<DictExpr>(keep(pairs));
    }
    case NodeKind::CondExpr:
      return lower_condition(as<CondExpr>(node), scope);
    case NodeKind::Filter:
      return lower_filter(as<Filter>(node), scope);
    case NodeKind::Test:
      return lower_test(as<Test>(node), scope);
    case NodeKind::Call:
      return lower_call(as<Call>(node), scope, nullptr);
    case NodeKind::Getattr:
      return lower_attribute(as<Getattr>(node), scope);
    case NodeKind::Getitem:
      return lower_item(as<Getitem>(node), scope);
    case NodeKind::Concat: {
      // Jinja joins plain text where autoescape is known at run time only, and of constants.
      const bool plain = volatile_ || is_constant_in_jinja(node);
      return make<ConcatExpr>(expr_list(as<Concat>(node).nodes, scope),
                              plain ? ConcatExpr::Escape::no : escape_mode());
    }
    case NodeKind::Compare:
      return lower_compare(as<Compare>(node), scope);
    case NodeKind::Not: {
      const Expr& operand = expr(*as<UnaryExpr>(node).node, scope);
      return fold(make<NotExpr>(operand), {&operand});
    }
    case NodeKind::Neg:
    case NodeKind::Pos: {
      const Expr& operand = expr(*as<UnaryExpr>(node).node, scope);
      const auto operation = node.kind == NodeKind::Neg ? &ops::negative : &ops::positive;
      return fold(make<SignExpr>(operation, operand), {&operand});
    }
    case NodeKind::MarkSafe:
      return make<MarkSafeExpr>(expr(*as<MarkSafe>(node).expr, scope), true);
    case NodeKind::MarkSafeIfAutoescape:
      return make<MarkSafeExpr>(expr(*as<MarkSafeIfAutoescape>(node).expr, scope), false);
    case NodeKind::ExtensionAttribute:
      return make<ExtensionAttributeExpr>(*as<ExtensionAttribute>(node).extension,
                                          as<ExtensionAttribute>(node).name);
    case NodeKind::ContextReference:
      return make<ContextExpr>(Span<const NamedSlot>());
    case NodeKind::DerivedContextReference:
      return make<ContextExpr>(stored_names(scope));
    default:
      if (BinExpr::is(node.kind)) return lower_binary(as<BinExpr>(node), scope);
      fail(fmt::format("{} cannot be evaluated", kind_name(node.kind)), node.line, node.column);
  }
}

const Expr& Lowering::lower_name(std::string_view name, const ScopeInfo& scope, int line) {
  const Slot slot = slot_of(scope, name, line);
  if (slot.hops == 0) return make<LocalExpr>(slot.index, name);
  return make<OuterExpr>(slot, name);
}

const Expr& Lowering::lower_attribute(const Getattr& node, const ScopeInfo& scope) {
  const Expr& object = expr(*node.node, scope);
  const bool sandboxed = environment_.options().sandbox != Sandbox::none;
  const AttributeExpr& general = make<AttributeExpr>(object, node.attr, sandboxed);
  if (!Name::is(node.node->kind) || !is_loop(as<Name>(*node.node), scope)) return general;
  if (node.attr == "cycle" || node.attr == "changed") return general;  // called, not read
  return make<LoopAttributeExpr>(general, loop_slots_.back());
}

// Whether a name is the variable `loop` of the innermost loop.
bool Lowering::is_loop(const Name& name, const ScopeInfo& scope) {
  if (loop_slots_.empty()) return false;
  const Slot slot = slot_of(scope, name.name, name.line);
  return slot.hops == 0 && slot.index == loop_slots_.back();
}

const Expr& Lowering::lower_item(const Getitem& node, const ScopeInfo& scope) {
  const Expr& object = expr(*node.node, scope);
  if (!Slice::is(node.arg->kind)) return make<ItemExpr>(object, expr(*node.arg, scope));
  const Slice& slice = as<Slice>(*node.arg);
  const Expr* start = expr_or_null(slice.start, scope);
  const Expr* stop = expr_or_null(slice.stop, scope);
  const Expr* step = expr_or_null(slice.step, scope);
  return make<SliceExpr>(object, start, stop, step);
}

const Expr& Lowering::lower_binary(const BinExpr& node, const ScopeInfo& scope) {
  const Expr& left = expr(*node.left, scope);
  const Expr& right = expr(*node.right, scope);
  BinaryExpr::Operation operation = nullptr;
  switch (node.kind) {
    case NodeKind::And:
      return make<AndExpr>(left, right);
    case NodeKind::Or:
      return make<OrExpr>(left, right);
    case NodeKind::Add:
      operation = &ops::add;
      break;
    case NodeKind::Sub:
      operation = &ops::subtract;
      break;
    case NodeKind::Mul:
      operation = &ops::multiply;
      break;
    case NodeKind::Div:
      operation = &ops::divide;
      break;
    case NodeKind::FloorDiv:
      operation = &ops::floor_divide;
      break;
    case NodeKind::Mod:
      operation = &ops::modulo;
      break;
    default:
      operation = &ops::power;
  }
  return fold(make<BinaryExpr>(operation, left, right), {&left, &right});
}

const Expr& Lowering::lower_compare(const Compare& node, const ScopeInfo& scope) {
  const Expr& first = expr(*node.expr, scope);
  std::vector<Comparison> rest;
  for (const Operand* operand : node.ops) rest.push_back({operand->op, &expr(*operand->expr, scope)});
  return make<CompareExpr>(first, keep(rest));
}

const Expr& Lowering::lower_condition(const CondExpr& node, const ScopeInfo& scope) {
  ScopeInfo soft = scope;
  soft.rootlevel = false;
  soft.soft = true;
  const Expr& test = expr(*node.test, soft);
  const Expr& then = expr(*node.expr1, soft);
  const Expr* otherwise = expr_or_null(node.expr2, soft);
  if (!otherwise) {
    const std::string in = program_.name.empty() ? "" : fmt::format(" in '{}'", program_.name);
    otherwise = &make<UndefinedExpr>(arena_.copy(
        fmt::format("the inline if-expression on line {}{} evaluated to false and no else section "
                    "was defined.",
                    node.line, in)));
  }
  return make<ConditionExpr>(test, then, *otherwise);
}

ArgumentList Lowering::arguments(const nodes::Arguments& node, const ScopeInfo& scope, int line) {
  ArgumentList out;
  out.positional = expr_list(node.args, scope);
  std::vector<KeywordExpr> named;
  for (const Keyword* keyword : node.kwargs) {
    for (const KeywordExpr& other : named) {
      if (other.name == keyword->key) fail(fmt::format("keyword argument repeated: {}", keyword->key), line);
    }
    named.push_back({keyword->key, &expr(*keyword->value, scope)});
  }
  out.named = keep(named);
  out.dyn_args = expr_or_null(node.dyn_args, scope);
  out.dyn_kwargs = expr_or_null(node.dyn_kwargs, scope);
  return out;
}

const Expr& Lowering::lower_filter(const Filter& node, const ScopeInfo& scope) {
  const Callable function = environment_.impl().filter(node.name);
  if (!function && !scope.soft)
    fail(fmt::format("No filter named '{}'.", node.name), node.line, node.column,
         suggest_filter(environment_, node.name));
  const Expr& value = node.node ? expr(*node.node, scope) : make<CapturedExpr>(escape_mode());
  const ArgumentList list = arguments(node, scope, node.line);
  if (!function) return make<MissingExpr>(node.name, true);
  return make<FilterExpr>(function, value, list);
}

const Expr& Lowering::lower_test(const Test& node, const ScopeInfo& scope) {
  const Callable function = environment_.impl().test(node.name);
  if (!function && !scope.soft)
    fail(fmt::format("No test named '{}'.", node.name), node.line, node.column,
         suggest_test(environment_, node.name));
  const Expr& value = expr(*node.node, scope);
  const ArgumentList list = arguments(node, scope, node.line);
  if (!function) return make<MissingExpr>(node.name, false);
  if (function.builtin && list.empty()) {
    if (node.name == "defined") return make<DefinedExpr>(value, true);
    if (node.name == "undefined") return make<DefinedExpr>(value, false);
  }
  return make<TestExpr>(function, value, list);
}

const Expr& Lowering::lower_call(const Call& node, const ScopeInfo& scope, const Expr* caller) {
  const Expr& callee = expr(*node.node, scope);
  const AttributeExpr* method = nullptr;
  const bool sandboxed = environment_.options().sandbox != Sandbox::none;
  if (Getattr::is(node.node->kind) && !sandboxed) method = dynamic_cast<const AttributeExpr*>(&callee);
  const ArgumentList list = arguments(node, scope, node.line);
  const Expr& call = make<CallExpr>(callee, method, list, caller);
  if (!method || method->name() != "cycle" || list.positional.empty() || !list.named.empty() ||
      list.dyn_args || list.dyn_kwargs || caller)
    return call;
  const Node& object = *as<Getattr>(*node.node).node;
  if (!Name::is(object.kind) || !is_loop(as<Name>(object), scope)) return call;
  for (const Expr* choice : list.positional) {
    if (choice->calls) return call;
  }
  return make<LoopCycleExpr>(call, loop_slots_.back(), list.positional);
}

}  // namespace retort::jinja::detail
