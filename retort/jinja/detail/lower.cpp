// SPDX-License-Identifier: BSD-3-Clause
// Statements; lower_expr.cpp has the expressions.
#include "retort/jinja/detail/lower.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "retort/jinja/detail/rendering.h"
#include "retort/jinja/error.h"
#include "retort/value/escape.h"

namespace retort::jinja::detail {

using namespace nodes;

const Variable* FunctionBuilder::variable(int level, std::uint32_t id, std::string_view name) {
  const std::uint64_t key = (static_cast<std::uint64_t>(static_cast<std::uint32_t>(level)) << 32) | id;
  const auto [found, is_new] = variables_.try_emplace(key, nullptr);
  if (is_new) {
    found->second = arena_.make<Variable>(this, code.slots++, name);
    names_.push_back(name);
  }
  return found->second;
}

void FunctionBuilder::finish() {
  auto* names = static_cast<std::string_view*>(arena_.allocate(names_.size() * sizeof(std::string_view)));
  std::uninitialized_copy(names_.begin(), names_.end(), names);
  code.slot_names = {names, names_.size()};
}

namespace {

template <class T>
Span<const T> constant(Span<T> span) {
  return {span.begin(), span.size()};
}

}  // namespace

Lowering::Lowering(Program& program)
    : program_(program),
      environment_(*program.environment),
      arena_(program.ast.arena()),
      autoescape_(program.autoescape) {}

void Lowering::fail(const std::string& message, int line, int column, const std::string& suggestion) {
  TemplateAssertionError error(message, {program_.name, program_.filename, line, column});
  error.suggest(suggestion);
  error.show_source(program_.ast.source());
  throw error;
}

// Scopes.

Symbols* Lowering::make_symbols(FunctionBuilder& function, const Symbols* parent, int level) {
  return symbols_.emplace_back(std::make_unique<Symbols>(names_, function, parent, level)).get();
}

ScopeInfo Lowering::inner(const ScopeInfo& scope, FunctionBuilder* function, int extra_level) {
  ScopeInfo out;
  out.function = function ? function : scope.function;
  out.symbols = make_symbols(*out.function, scope.symbols, scope.symbols->level() + 1 + extra_level);
  out.require_output_check = scope.require_output_check;
  return out;
}

FunctionCode* Lowering::make_function(FunctionCode::Kind kind, std::string_view name) {
  FunctionCode* code = arena_.make<FunctionCode>();
  code->kind = kind;
  code->name = name;
  code->program = &program_;
  return code;
}

Slot Lowering::reach(const ScopeInfo& scope, const Variable& variable) {
  Slot slot{0, variable.slot};
  for (FunctionBuilder* function = scope.function; function != variable.function;
       function = function->outer()) {
    ++slot.hops;
    function->outer()->code.captured = true;
  }
  return slot;
}

Slot Lowering::slot_of(const ScopeInfo& scope, std::string_view name, int line) {
  const Variable* variable = scope.symbols->find(name);
  if (!variable) fail(fmt::format("the name '{}' is not known here", name), line);
  return reach(scope, *variable);
}

std::uint32_t Lowering::own_slot(const ScopeInfo& scope, std::string_view name, int line) {
  return slot_of(scope, name, line).index;
}

Span<const SlotLoad> Lowering::loads_of(const ScopeInfo& scope) {
  std::vector<SlotLoad> out;
  const Symbols& symbols = *scope.symbols;
  for (std::uint32_t id = 0; id < symbols.size(); ++id) {
    const Symbols::Entry& entry = symbols.entry(id);
    SlotLoad load;
    if (entry.load == Load::none || entry.load == Load::parameter) continue;
    load.index = entry.variable->slot;
    load.name = entry.variable->name;
    if (entry.load == Load::resolve) {
      load.kind = SlotLoad::Kind::resolve;
      resolved_.insert(load.name);
    }
    if (entry.load == Load::alias) {
      load.kind = SlotLoad::Kind::alias;
      load.from = reach(scope, *entry.alias);
    }
    out.push_back(load);
  }
  return constant(keep(out));
}

Span<const NamedSlot> Lowering::stored_names(const ScopeInfo& scope) {
  std::vector<NamedSlot> out;
  for (const auto& [name, variable] : scope.symbols->stored()) out.push_back({name, reach(scope, *variable)});
  return constant(keep(out));
}

// The template.

void Lowering::run() {
  std::vector<const FunctionCode*> blocks;
  std::vector<const Block*> found;
  walk(program_.ast.root(), [&](const Node& node) {
    if (Extends::is(node.kind)) program_.extends = true;
    if (Block::is(node.kind)) found.push_back(&as<Block>(node));
  });
  for (std::size_t i = 0; i < found.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (found[i]->name == found[j]->name)
        fail(fmt::format("block '{}' defined twice", found[i]->name), found[i]->line);
    }
  }
  lower_root();
  for (const Block* block : found) blocks.push_back(lower_block(*block));
  program_.blocks = keep(blocks);
  for (const std::unique_ptr<FunctionBuilder>& builder : builders_) builder->finish();
}

void Lowering::lower_root() {
  const nodes::Template& root = program_.ast.root();
  FunctionCode* code = make_function(FunctionCode::Kind::root, {});
  program_.root = code;
  ScopeInfo scope;
  scope.function = builders_.emplace_back(std::make_unique<FunctionBuilder>(arena_, nullptr, *code)).get();
  scope.symbols = make_symbols(*scope.function, nullptr, 0);
  if (find_undeclared(root.body, {"self"})) code->self = scope.symbols->declare_parameter("self")->slot;
  scope.symbols->analyze(root);
  scope.toplevel = scope.rootlevel = true;
  scope.require_output_check = program_.extends;
  code->body = body(root.body, scope);
  code->loads = loads_of(scope);
}

FunctionCode* Lowering::lower_block(const Block& block) {
  FunctionCode* code = make_function(FunctionCode::Kind::block, block.name);
  code->required = block.required;
  ScopeInfo scope;
  scope.function = builders_.emplace_back(std::make_unique<FunctionBuilder>(arena_, nullptr, *code)).get();
  scope.symbols = make_symbols(*scope.function, nullptr, 0);
  scope.block_frame = true;
  const std::uint32_t undeclared = find_undeclared(block.body, {"self", "super"});
  if (undeclared & 1) code->self = scope.symbols->declare_parameter("self")->slot;
  if (undeclared & 2) code->super = scope.symbols->declare_parameter("super")->slot;
  scope.symbols->analyze(block);
  code->body = body(block.body, scope);
  code->loads = loads_of(scope);
  return code;
}

// Statements.

Body Lowering::body(NodeList list, const ScopeInfo& scope) {
  std::vector<const Stmt*> out;
  lower_statements(list, scope, out);
  return {keep(out)};
}

void Lowering::lower_statements(NodeList list, const ScopeInfo& scope, std::vector<const Stmt*>& out) {
  for (const Node* node : list) {
    if (!lower_statement(*node, scope, out)) return;
  }
}

bool Lowering::lower_statement(const Node& node, const ScopeInfo& scope, std::vector<const Stmt*>& out) {
  switch (node.kind) {
    case NodeKind::Output:
      lower_output(as<Output>(node), scope, out);
      return true;
    case NodeKind::Extends:
      return lower_extends(as<Extends>(node), scope, out);
    case NodeKind::Block:
      lower_block_tag(as<Block>(node), scope, out);
      return true;
    case NodeKind::For:
      out.push_back(lower_for(as<For>(node), scope));
      return true;
    case NodeKind::If:
      out.push_back(lower_if(as<If>(node), scope));
      return true;
    case NodeKind::Macro:
      out.push_back(lower_macro(as<Macro>(node), scope));
      return true;
    case NodeKind::CallBlock:
      out.push_back(lower_call_block(as<CallBlock>(node), scope));
      return true;
    case NodeKind::FilterBlock:
      out.push_back(lower_filter_block(as<FilterBlock>(node), scope));
      return true;
    case NodeKind::With:
      out.push_back(lower_with(as<With>(node), scope));
      return true;
    case NodeKind::Include:
      out.push_back(lower_include(as<Include>(node), scope));
      return true;
    case NodeKind::Import:
      out.push_back(lower_import(as<Import>(node), scope));
      return true;
    case NodeKind::FromImport:
      out.push_back(lower_from_import(as<FromImport>(node), scope));
      return true;
    case NodeKind::ExprStmt:
      out.push_back(&make<DoStmt>(expr(*as<ExprStmt>(node).node, scope), position(node)));
      return true;
    case NodeKind::Assign:
      out.push_back(lower_assign(as<Assign>(node), scope));
      return true;
    case NodeKind::AssignBlock:
      out.push_back(lower_assign_block(as<AssignBlock>(node), scope));
      return true;
    case NodeKind::Continue:
      if (!in_loop_) fail("'continue' not properly in loop", node.line, node.column);
      out.push_back(&make<ContinueStmt>());
      return true;
    case NodeKind::Break:
      if (!in_loop_) fail("'break' outside loop", node.line, node.column);
      out.push_back(&make<BreakStmt>());
      return true;
    case NodeKind::Scope: {
      const ScopeInfo scope_inside = [&] {
        ScopeInfo made = inner(scope);
        made.symbols->analyze(node);
        return made;
      }();
      const Body lowered = body(as<Scope>(node).body, scope_inside);
      out.push_back(&make<ScopeStmt>(loads_of(scope_inside), lowered));
      return true;
    }
    case NodeKind::OverlayScope:
      out.push_back(lower_overlay(as<OverlayScope>(node), scope));
      return true;
    case NodeKind::EvalContextModifier:
      out.push_back(lower_autoescape(as<EvalContextModifier>(node).options, nullptr, scope));
      return true;
    case NodeKind::ScopedEvalContextModifier: {
      const auto& modifier = as<ScopedEvalContextModifier>(node);
      out.push_back(lower_autoescape(modifier.options, &modifier.body, scope));
      return true;
    }
    default:
      fail("this node is no statement", node.line, node.column);
  }
}

// Neighbouring text, and constants that are printed, become one piece.
void Lowering::lower_output(const Output& node, const ScopeInfo& scope, std::vector<const Stmt*>& out) {
  if (scope.require_output_check && has_known_extends_) return;
  std::vector<const Stmt*> pieces;
  std::string text;
  const auto flush = [&] {
    if (text.empty()) return;
    pieces.push_back(&make<TextStmt>(arena_.copy(text)));
    text.clear();
  };
  const bool finalized = static_cast<bool>(environment_.options().finalize);
  const auto known = autoescape_ ? EmitStmt::Escape::yes : EmitStmt::Escape::no;
  for (const Node* child : node.nodes) {
    if (TemplateData::is(child->kind)) {
      text += as<TemplateData>(*child).data;
      continue;
    }
    const Expr* lowered = &expr(*child, scope);
    if (const Value* value = lowered->constant(); value && !finalized) {
      autoescape_ ? append_escaped(text, *value) : value->append_str(text);
      continue;
    }
    flush();
    if (finalized) lowered = &make<FinalizeExpr>(*lowered);
    // Jinja prints constants when it compiles, with the autoescape that it knows then.
    const auto escape = volatile_ && !is_constant_in_jinja(*child) ? EmitStmt::Escape::by_context : known;
    pieces.push_back(&make<EmitStmt>(*lowered, escape, position(*child)));
  }
  flush();
  if (!scope.require_output_check) {
    out.insert(out.end(), pieces.begin(), pieces.end());
  } else if (!pieces.empty()) {
    out.push_back(&make<UnlessExtendedStmt>(Body{keep(pieces)}));
  }
}

const Stmt* Lowering::lower_if(const If& node, const ScopeInfo& scope) {
  ScopeInfo soft = scope;
  soft.rootlevel = false;
  soft.soft = true;
  std::vector<IfStmt::Branch> branches;
  const auto add = [&](const If& branch) {
    const Expr& test = expr(*branch.test, soft);
    branches.push_back({&test, body(branch.body, soft), position(*branch.test)});
  };
  add(node);
  for (const If* elif : node.elif_) add(*elif);
  if (!node.else_.empty()) branches.push_back({nullptr, body(node.else_, soft), {}});
  return &make<IfStmt>(keep(branches));
}

// Loops.

namespace {

bool assigns_loop(const For& node) {
  bool found = false;
  walk(node, [&](const Node& child) {
    found = found || (Name::is(child.kind) && as<Name>(child).ctx == NameContext::store &&
                      as<Name>(child).name == "loop");
  });
  return found;
}

bool has_scoped_block(const For& node) {
  bool found = false;
  walk(node, [&](const Node& child) { found = found || (Block::is(child.kind) && as<Block>(child).scoped); });
  return found;
}

// Whether `loop` is used for more than its counts: then it keeps the items around the turn.
bool uses_items(const For& node) {
  static constexpr std::string_view kCounts[] = {"index", "index0", "revindex", "revindex0", "first",
                                                 "last",  "length", "depth",    "depth0",    "cycle"};
  bool found = false;
  std::size_t names = 0, counts = 0;
  for (const Node* child : node.body) {
    walk(*child, [&](const Node& inside) {
      found = found || Block::is(inside.kind) || Include::is(inside.kind) || Import::is(inside.kind) ||
              FromImport::is(inside.kind);
      if (Name::is(inside.kind)) names += as<Name>(inside).name == "loop";
      if (!Getattr::is(inside.kind)) return;
      const Getattr& attribute = as<Getattr>(inside);
      if (!Name::is(attribute.node->kind) || as<Name>(*attribute.node).name != "loop") return;
      counts += std::find(std::begin(kCounts), std::end(kCounts), attribute.attr) != std::end(kCounts);
    });
  }
  return found || names != counts;
}

// What `for a, b in x.items()` walks, if it is that: x.
const Node* items_of(const For& node) {
  const Tuple* target = Tuple::is(node.target->kind) ? &as<Tuple>(*node.target) : nullptr;
  if (!target || target->items.size() != 2 || !Call::is(node.iter->kind)) return nullptr;
  const Call& call = as<Call>(*node.iter);
  if (!call.args.empty() || !call.kwargs.empty() || call.dyn_args || call.dyn_kwargs) return nullptr;
  if (!Getattr::is(call.node->kind) || as<Getattr>(*call.node).attr != "items") return nullptr;
  return as<Getattr>(*call.node).node;
}

}  // namespace

const Stmt* Lowering::lower_for(const For& node, const ScopeInfo& scope) {
  LoopCode& code = make<LoopCode>();
  code.position = position(node);
  if (assigns_loop(node)) fail("Can't assign to special loop variable in for-loop target", node.line);
  FunctionBuilder* function = nullptr;
  FunctionCode* recursive = nullptr;
  if (node.recursive) {
    recursive = make_function(FunctionCode::Kind::loop, {});
    code.recursive = recursive;
    code.safe = escape_mode();
    function =
        builders_.emplace_back(std::make_unique<FunctionBuilder>(arena_, scope.function, *recursive)).get();
    scope.function->code.captured = true;
  }
  ScopeInfo loop_scope = inner(scope, function);
  loop_scope.loop_frame = true;
  const bool extended = node.recursive || find_undeclared(node.body, {"loop"}) || has_scoped_block(node);
  if (extended) code.loop = loop_scope.symbols->declare_parameter("loop")->slot;
  code.remembers = extended && (node.recursive || uses_items(node));
  const Node* pairs = extended || node.test ? nullptr : items_of(node);
  code.pairs = pairs != nullptr;
  code.iter = &expr(pairs ? *pairs : *node.iter, scope);
  std::vector<std::uint32_t> outer_loops;
  const bool outer_in_loop = in_loop_;
  if (recursive) {
    outer_loops.swap(loop_slots_);
    in_loop_ = false;
  }
  lower_loop(node, scope, loop_scope, code);
  in_loop_ = outer_in_loop;
  if (recursive) {
    outer_loops.swap(loop_slots_);
    recursive->body = {keep(std::vector<const Stmt*>{&make<RecursiveBodyStmt>(code)})};
  }
  if (!assigned_.empty()) {  // what the loop assigns is its own
    std::erase_if(assigned_.back(),
                  [&](std::string_view name) { return loop_scope.symbols->entry(names_.id(name)).stored; });
  }
  return &make<ForStmt>(code);
}

void Lowering::lower_loop(const For& node, const ScopeInfo& scope, const ScopeInfo& loop_scope,
                          LoopCode& code) {
  loop_scope.symbols->analyze(node);
  code.target = target(*node.target, loop_scope);
  if (node.test) {
    // Its variables are others than the body's: it may look ahead while the body runs.
    const ScopeInfo test_scope = inner(scope, loop_scope.function, 0x10000);
    test_scope.symbols->analyze(node, Symbols::Branch::test);
    code.filter_target = target(*node.target, test_scope);
    code.filter = &expr(*node.test, test_scope);
    code.filter_loads = loads_of(test_scope);
  }
  if (code.loop != FunctionCode::kNone) loop_slots_.push_back(code.loop);
  const bool outer_in_loop = std::exchange(in_loop_, true);
  code.body = body(node.body, loop_scope);
  in_loop_ = outer_in_loop;
  if (code.loop != FunctionCode::kNone) loop_slots_.pop_back();
  // A name of the context that the body does not assign is the same at every turn.
  std::vector<SlotLoad> first, each;
  for (const SlotLoad& load : loads_of(loop_scope)) {
    const bool assigned = loop_scope.symbols->entry(names_.id(load.name)).stored;
    (load.kind == SlotLoad::Kind::resolve && !assigned ? first : each).push_back(load);
  }
  code.first_loads = constant(keep(first));
  code.loads = constant(keep(each));
  if (node.else_.empty()) return;
  const ScopeInfo else_scope = inner(scope, loop_scope.function);
  else_scope.symbols->analyze(node, Symbols::Branch::else_);
  code.has_else = true;
  code.else_body = body(node.else_, else_scope);
  code.else_loads = loads_of(else_scope);
}

// Macros.

const Expr* Lowering::lower_macro_body(const Node& node, Span<Name*> args, NodeList defaults,
                                       NodeList body_nodes, std::string_view name, const ScopeInfo& scope) {
  const bool anonymous = CallBlock::is(node.kind);
  FunctionCode* code =
      make_function(anonymous ? FunctionCode::Kind::caller : FunctionCode::Kind::macro, name);
  FunctionBuilder* function =
      builders_.emplace_back(std::make_unique<FunctionBuilder>(arena_, scope.function, *code)).get();
  ScopeInfo inside = inner(scope, function);
  inside.require_output_check = false;
  inside.symbols->analyze(node);
  bool has_kwargs = false, has_varargs = false;
  std::size_t caller = args.size();
  for (std::size_t i = 0; i < args.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (args[j]->name == args[i]->name)
        fail(fmt::format("duplicate argument '{}' in a signature", args[i]->name), node.line);
    }
    if (args[i]->name == "caller") caller = i;
    has_kwargs = has_kwargs || args[i]->name == "kwargs";
    has_varargs = has_varargs || args[i]->name == "varargs";
  }
  code->explicit_caller = caller < args.size();
  const std::uint32_t undeclared = find_undeclared(body_nodes, {"caller", "kwargs", "varargs"});
  if (undeclared & 1) {
    if (!code->explicit_caller) {
      code->caller = inside.symbols->declare_parameter("caller")->slot;
    } else if (caller + defaults.size() < args.size()) {
      fail(
          "When defining macros or call blocks the special \"caller\" argument must be omitted or be given a "
          "default.",
          node.line);
    }
    code->accesses_caller = true;
  }
  if ((undeclared & 2) && !has_kwargs) code->kwargs = inside.symbols->declare_parameter("kwargs")->slot;
  if ((undeclared & 4) && !has_varargs) code->varargs = inside.symbols->declare_parameter("varargs")->slot;
  inside.symbols->analyze(node);
  std::vector<std::uint32_t> outer_loops;
  outer_loops.swap(loop_slots_);
  const bool outer_in_loop = std::exchange(in_loop_, false);
  std::vector<Parameter> parameters;
  for (std::size_t i = 0; i < args.size(); ++i) {
    Parameter parameter{args[i]->name, own_slot(inside, args[i]->name, node.line), nullptr};
    const std::size_t first_default = args.size() - defaults.size();
    if (i >= first_default) parameter.otherwise = &expr(*defaults[i - first_default], inside);
    parameters.push_back(parameter);
  }
  code->parameters = constant(keep(parameters));
  std::vector<const Stmt*> statements;
  if (!parameters.empty()) statements.push_back(&make<DefaultsStmt>(code->parameters));
  lower_statements(body_nodes, inside, statements);
  code->body = {keep(statements)};
  code->loads = loads_of(inside);
  outer_loops.swap(loop_slots_);
  in_loop_ = outer_in_loop;
  return &make<MacroExpr>(*code, anonymous);
}

const Stmt* Lowering::lower_macro(const Macro& node, const ScopeInfo& scope) {
  const Expr* macro = lower_macro_body(node, node.args, node.defaults, node.body, node.name, scope);
  return &make<MacroStmt>(*macro, own_slot(scope, node.name, node.line), node.name, scope.toplevel);
}

const Stmt* Lowering::lower_call_block(const CallBlock& node, const ScopeInfo& scope) {
  const Expr* caller = lower_macro_body(node, node.args, node.defaults, node.body, "caller", scope);
  const Expr& call = lower_call(*node.call, scope, caller);
  return &make<EmitStmt>(call, EmitStmt::Escape::no, position(node));
}

// Captured output.

const Stmt* Lowering::lower_filter_block(const FilterBlock& node, const ScopeInfo& scope) {
  const ScopeInfo inside = inner(scope);
  inside.symbols->analyze(node);
  Capture& capture = make<Capture>();
  capture.body = body(node.body, inside);
  capture.value = &expr(*node.filter, inside);
  capture.loads = loads_of(inside);
  return &make<FilterBlockStmt>(capture, position(node));
}

const Stmt* Lowering::lower_assign_block(const AssignBlock& node, const ScopeInfo& scope) {
  begin_assignment();
  ScopeInfo inside = inner(scope);
  inside.require_output_check = false;
  inside.symbols->analyze(node);
  Capture& capture = make<Capture>();
  capture.body = body(node.body, inside);
  const Target& where = make<Target>(target(*node.target, scope));
  capture.value = node.filter ? &expr(*node.filter, inside) : &make<CapturedExpr>(ConcatExpr::Escape::no);
  capture.loads = loads_of(inside);
  return &make<AssignBlockStmt>(where, capture, end_assignment(scope), position(node));
}

const Stmt* Lowering::lower_with(const With& node, const ScopeInfo& scope) {
  const ScopeInfo inside = inner(scope);
  inside.symbols->analyze(node);
  std::vector<WithStmt::Assignment> assignments;
  for (std::size_t i = 0; i < node.targets.size(); ++i)
    assignments.push_back({target(*node.targets[i], inside), &expr(*node.values[i], scope)});
  const Body lowered = body(node.body, inside);
  return &make<WithStmt>(loads_of(inside), keep(assignments), lowered, position(node));
}

// Inheritance and other templates.

void Lowering::lower_block_tag(const Block& node, const ScopeInfo& scope, std::vector<const Stmt*>& out) {
  if (scope.toplevel && has_known_extends_) return;
  const Stmt* statement =
      &make<BlockStmt>(node.name, node.required, node.scoped,
                       node.scoped ? stored_names(scope) : Span<const NamedSlot>(), position(node));
  if (scope.toplevel && extends_so_far_ > 0) {
    statement = &make<UnlessExtendedStmt>(Body{keep(std::vector<const Stmt*>{statement})});
  }
  out.push_back(statement);
}

bool Lowering::lower_extends(const Extends& node, const ScopeInfo& scope, std::vector<const Stmt*>& out) {
  if (!scope.toplevel) fail("cannot use extend from a non top-level scope", node.line);
  const bool again = extends_so_far_ > 0;
  out.push_back(&make<ExtendsStmt>(expr(*node.template_, scope), again, position(node)));
  if (again && has_known_extends_) return false;
  if (scope.rootlevel) has_known_extends_ = true;
  ++extends_so_far_;
  return true;
}

const Stmt* Lowering::lower_include(const Include& node, const ScopeInfo& scope) {
  const Expr& which = expr(*node.template_, scope);
  return &make<IncludeStmt>(which, node.with_context, node.ignore_missing,
                            node.with_context ? stored_names(scope) : Span<const NamedSlot>(),
                            position(node));
}

ImportCode& Lowering::import_code(const Node& which, bool with_context, const Node& at,
                                  const ScopeInfo& scope) {
  ImportCode& code = make<ImportCode>(expr(which, scope));
  code.with_context = with_context;
  code.toplevel = scope.toplevel;
  if (with_context) code.locals = stored_names(scope);
  code.position = position(at);
  return code;
}

const Stmt* Lowering::lower_import(const Import& node, const ScopeInfo& scope) {
  const ImportCode& code = import_code(*node.template_, node.with_context, node, scope);
  return &make<ImportStmt>(code, own_slot(scope, node.target, node.line), node.target);
}

const Stmt* Lowering::lower_from_import(const FromImport& node, const ScopeInfo& scope) {
  const ImportCode& code = import_code(*node.template_, node.with_context, node, scope);
  std::vector<FromImportStmt::Member> members;
  for (const ImportedMember& member : node.names)
    members.push_back({member.name, member.alias, own_slot(scope, member.alias, node.line)});
  return &make<FromImportStmt>(code, keep(members));
}

// Assignments.

void Lowering::begin_assignment() { assigned_.emplace_back(); }

Span<const NamedSlot> Lowering::end_assignment(const ScopeInfo& scope) {
  const std::vector<std::string_view> names = std::move(assigned_.back());
  assigned_.pop_back();
  if (!scope.toplevel) return {};
  std::vector<NamedSlot> out;
  for (const std::string_view name : names) out.push_back({name, slot_of(scope, name, 0)});
  return constant(keep(out));
}

Target Lowering::target(const Node& node, const ScopeInfo& scope) {
  Target out;
  if (Name::is(node.kind)) {
    out.name = as<Name>(node).name;
    out.index = own_slot(scope, out.name, node.line);
    if (!assigned_.empty() && (scope.toplevel || scope.loop_frame || scope.block_frame))
      assigned_.back().push_back(out.name);
  } else if (NSRef::is(node.kind)) {
    out.kind = Target::Kind::attribute;
    out.name = as<NSRef>(node).attr;
    out.object = slot_of(scope, as<NSRef>(node).name, node.line);
  } else if (Tuple::is(node.kind)) {
    out.kind = Target::Kind::tuple;
    std::vector<Target> items;
    for (const Node* item : as<Tuple>(node).items) items.push_back(target(*item, scope));
    out.items = keep(items);
  } else {
    fail("this cannot be assigned to", node.line, node.column);
  }
  return out;
}

const Stmt* Lowering::lower_assign(const Assign& node, const ScopeInfo& scope) {
  begin_assignment();
  const Target& where = make<Target>(target(*node.target, scope));
  const Expr& value = expr(*node.node, scope);
  return &make<AssignStmt>(where, value, end_assignment(scope), position(node));
}

// Modes.

const Stmt* Lowering::lower_autoescape(Span<Keyword*> options, const NodeList* body_nodes,
                                       const ScopeInfo& scope) {
  const bool outer = autoescape_, outer_volatile = volatile_;
  const Expr* on = nullptr;
  for (const Keyword* option : options) {
    if (option->key != "autoescape") fail("the only option is autoescape", option->line);
    on = &expr(*option->value, scope);
    if (const Value* value = on->constant()) {
      autoescape_ = value->truthy();
    } else {
      volatile_ = true;
    }
  }
  if (!on) on = &make<ConstExpr>(Value(autoescape_));
  if (!body_nodes) return &make<AutoescapeStmt>(*on, Body{}, false);
  const Body lowered = body(*body_nodes, scope);
  autoescape_ = outer;
  volatile_ = outer_volatile;
  return &make<AutoescapeStmt>(*on, lowered, true);
}

const Stmt* Lowering::lower_overlay(const OverlayScope& node, const ScopeInfo& scope) {
  const Expr& names = expr(*node.context, scope);
  ScopeInfo inside;
  inside.function = scope.function;
  inside.symbols = make_symbols(*scope.function, nullptr, scope.symbols->level() + 1);
  inside.symbols->analyze(node);
  const Body lowered = body(node.body, inside);
  return &make<OverlayStmt>(names, stored_names(scope), loads_of(inside), lowered);
}

ConcatExpr::Escape Lowering::escape_mode() const {
  if (volatile_) return ConcatExpr::Escape::by_context;
  return autoescape_ ? ConcatExpr::Escape::yes : ConcatExpr::Escape::no;
}

}  // namespace retort::jinja::detail
