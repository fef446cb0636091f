// SPDX-License-Identifier: BSD-3-Clause
#include "retort/jinja/detail/symbols.h"

#include <algorithm>

#include "retort/jinja/detail/lower.h"

namespace retort::jinja::detail {

using namespace nodes;

std::uint32_t NameTable::id(std::string_view name) {
  const auto [found, is_new] = ids_.try_emplace(name, static_cast<std::uint32_t>(names_.size()));
  if (is_new) names_.push_back(name);
  return found->second;
}

const Symbols::Entry Symbols::kNoEntry;

Symbols::Entry& Symbols::at(std::uint32_t id) {
  if (id >= entries_.size()) entries_.resize(id + 1);
  return entries_[id];
}

const Variable* Symbols::find(std::uint32_t id) const {
  for (const Symbols* scope = this; scope; scope = scope->parent_) {
    if (const Variable* variable = scope->entry(id).variable) return variable;
  }
  return nullptr;
}

void Symbols::define(std::uint32_t id, Load load, const Variable* alias) {
  Entry& entry = at(id);
  entry.variable = function_->variable(level_, id, names_->name(id));
  entry.load = load;
  entry.alias = alias;
}

void Symbols::store(std::string_view name) {
  const std::uint32_t id = names_->id(name);
  at(id).stored = true;
  if (entries_[id].variable) return;
  const Variable* outer = parent_ ? parent_->find(id) : nullptr;
  define(id, outer ? Load::alias : Load::undefined, outer);
}

void Symbols::load(std::string_view name) {
  const std::uint32_t id = names_->id(name);
  if (!find(id)) define(id, Load::resolve);
}

const Variable* Symbols::declare_parameter(std::string_view name) {
  const std::uint32_t id = names_->id(name);
  define(id, Load::parameter);
  entries_[id].stored = true;
  return entries_[id].variable;
}

// A name that a branch assigns keeps what it is outside of the `if` where no branch does.
void Symbols::merge(const std::vector<Symbols>& branches) {
  const auto known = static_cast<std::uint32_t>(names_->size());
  for (std::uint32_t id = 0; id < known; ++id) {
    bool storing = false;
    const bool stored_before = entry(id).stored;
    for (const Symbols& branch : branches) {
      const Entry& theirs = branch.entry(id);
      if (!theirs.variable) continue;
      storing = storing || (theirs.stored && !stored_before);
      Entry& mine = at(id);
      const bool stored = mine.stored || theirs.stored;
      mine = theirs;
      mine.stored = stored;
    }
    if (!storing) continue;
    const Variable* outer = parent_ ? parent_->find(id) : nullptr;
    Entry& mine = at(id);
    mine.load = outer ? Load::alias : Load::resolve;
    mine.alias = outer;
  }
}

std::vector<std::pair<std::string_view, const Variable*>> Symbols::stored() const {
  std::vector<std::pair<std::string_view, const Variable*>> out;
  std::vector<bool> seen(names_->size());
  for (const Symbols* scope = this; scope; scope = scope->parent_) {
    for (std::uint32_t id = 0; id < scope->entries_.size(); ++id) {
      if (!scope->entries_[id].stored || seen[id]) continue;
      seen[id] = true;
      out.emplace_back(names_->name(id), find(id));
    }
  }
  return out;
}

// What Jinja's FrameSymbolVisitor does: enters the names of one scope, and of the scopes
// inside only what they do to this one.
class Symbols::Visitor {
 public:
  explicit Visitor(Symbols& symbols) : symbols_(&symbols) {}

  void visit_all(NodeList list) {
    for (const Node* node : list) visit(*node);
  }
  void visit_target(const Node& target) {  // names in it are parameters
    if (Name::is(target.kind)) {
      symbols_->declare_parameter(as<Name>(target).name);
    } else if (NSRef::is(target.kind)) {
      symbols_->load(as<NSRef>(target).name);
    } else {
      for_each_child(target, [this](const Node& child) { visit_target(child); });
    }
  }
  void visit(const Node& node);

 private:
  void visit_children(const Node& node) {
    for_each_child(node, [this](const Node& child) { visit(child); });
  }
  void visit_name(const Name& name) {
    if (name.ctx == NameContext::param) {
      symbols_->declare_parameter(name.name);
    } else if (name.ctx == NameContext::store) {
      symbols_->store(name.name);
    } else {
      symbols_->load(name.name);
    }
  }
  template <class Visit>
  Symbols branch(const Visit& visit_branch) {
    Symbols copy = *symbols_;
    Symbols* outer = std::exchange(symbols_, &copy);
    visit_branch();
    symbols_ = outer;
    return copy;
  }
  void visit_if(const If& node) {
    visit(*node.test);
    std::vector<Symbols> branches;
    branches.push_back(branch([&] { visit_all(node.body); }));
    branches.push_back(branch([&] {
      for (const If* elif : node.elif_) visit(*elif);
    }));
    branches.push_back(branch([&] { visit_all(node.else_); }));
    symbols_->merge(branches);
  }

  Symbols* symbols_;
};

void Symbols::Visitor::visit(const Node& node) {
  switch (node.kind) {
    case NodeKind::Name:
      return visit_name(as<Name>(node));
    case NodeKind::NSRef:
      return symbols_->load(as<NSRef>(node).name);
    case NodeKind::InternalName:
      return symbols_->load(as<InternalName>(node).name);
    case NodeKind::If:
      return visit_if(as<If>(node));
    case NodeKind::Macro:
      return symbols_->store(as<Macro>(node).name);
    case NodeKind::Import:
      visit_children(node);
      return symbols_->store(as<Import>(node).target);
    case NodeKind::FromImport:
      visit_children(node);
      for (const ImportedMember& member : as<FromImport>(node).names) symbols_->store(member.alias);
      return;
    case NodeKind::Assign:
      visit(*as<Assign>(node).node);
      return visit(*as<Assign>(node).target);
    case NodeKind::For:
      return visit(*as<For>(node).iter);
    case NodeKind::CallBlock:
      return visit(*as<CallBlock>(node).call);
    case NodeKind::FilterBlock:
      return visit(*as<FilterBlock>(node).filter);
    case NodeKind::With:
      return visit_all(as<With>(node).values);
    case NodeKind::AssignBlock:
      return visit(*as<AssignBlock>(node).target);
    case NodeKind::Scope:
    case NodeKind::Block:
    case NodeKind::OverlayScope:
      return;
    default:
      return visit_children(node);
  }
}

void Symbols::analyze(const Node& scope, Branch branch) {
  Visitor visitor(*this);
  switch (scope.kind) {
    case NodeKind::For: {
      const For& loop = as<For>(scope);
      if (branch == Branch::else_) return visitor.visit_all(loop.else_);
      visitor.visit_target(*loop.target);
      if (branch == Branch::test) {
        if (loop.test) visitor.visit(*loop.test);
      } else {
        visitor.visit_all(loop.body);
      }
      return;
    }
    case NodeKind::AssignBlock: {
      const AssignBlock& set = as<AssignBlock>(scope);
      visitor.visit_all(set.body);
      if (set.filter) visitor.visit(*set.filter);
      return;
    }
    case NodeKind::OverlayScope:
      return visitor.visit_all(as<OverlayScope>(scope).body);
    case NodeKind::With:
      for (const Node* target : as<With>(scope).targets) visitor.visit_target(*target);
      return visitor.visit_all(as<With>(scope).body);
    case NodeKind::CallBlock: {
      const CallBlock& call = as<CallBlock>(scope);
      for (const Name* arg : call.args) visitor.visit(*arg);
      visitor.visit_all(call.defaults);
      return visitor.visit_all(call.body);
    }
    case NodeKind::FilterBlock:
      visitor.visit_all(as<FilterBlock>(scope).body);
      return visitor.visit(*as<FilterBlock>(scope).filter);
    default:
      for_each_child(scope, [&](const Node& child) { visitor.visit(child); });
  }
}

namespace {

using Visit = Function<void(const Node&)>;

void visit_one(const Node* node, const Visit& visit) {
  if (node) visit(*node);
}

template <class T>
void visit_list(Span<T*> list, const Visit& visit) {
  for (const T* node : list) visit(*node);
}

void visit_arguments(const Arguments& arguments, const Visit& visit) {
  visit_list(arguments.args, visit);
  visit_list(arguments.kwargs, visit);
  visit_one(arguments.dyn_args, visit);
  visit_one(arguments.dyn_kwargs, visit);
}

void visit_expression_children(const Node& node, const Visit& visit) {
  switch (node.kind) {
    case NodeKind::Pair:
      visit_one(as<Pair>(node).key, visit);
      return visit_one(as<Pair>(node).value, visit);
    case NodeKind::Keyword:
      return visit_one(as<Keyword>(node).value, visit);
    case NodeKind::Operand:
      return visit_one(as<Operand>(node).expr, visit);
    case NodeKind::Tuple:
      return visit_list(as<Tuple>(node).items, visit);
    case NodeKind::List:
      return visit_list(as<List>(node).items, visit);
    case NodeKind::Dict:
      return visit_list(as<Dict>(node).items, visit);
    case NodeKind::CondExpr:
      visit_one(as<CondExpr>(node).test, visit);
      visit_one(as<CondExpr>(node).expr1, visit);
      return visit_one(as<CondExpr>(node).expr2, visit);
    case NodeKind::Filter:
      visit_one(as<Filter>(node).node, visit);
      return visit_arguments(as<Filter>(node), visit);
    case NodeKind::Test:
      visit_one(as<Test>(node).node, visit);
      return visit_arguments(as<Test>(node), visit);
    case NodeKind::Call:
      visit_one(as<Call>(node).node, visit);
      return visit_arguments(as<Call>(node), visit);
    case NodeKind::Getitem:
      visit_one(as<Getitem>(node).node, visit);
      return visit_one(as<Getitem>(node).arg, visit);
    case NodeKind::Getattr:
      return visit_one(as<Getattr>(node).node, visit);
    case NodeKind::Slice:
      visit_one(as<Slice>(node).start, visit);
      visit_one(as<Slice>(node).stop, visit);
      return visit_one(as<Slice>(node).step, visit);
    case NodeKind::Concat:
      return visit_list(as<Concat>(node).nodes, visit);
    case NodeKind::Compare:
      visit_one(as<Compare>(node).expr, visit);
      return visit_list(as<Compare>(node).ops, visit);
    case NodeKind::MarkSafe:
      return visit_one(as<MarkSafe>(node).expr, visit);
    case NodeKind::MarkSafeIfAutoescape:
      return visit_one(as<MarkSafeIfAutoescape>(node).expr, visit);
    default:
      if (BinExpr::is(node.kind)) {
        visit_one(as<BinExpr>(node).left, visit);
        visit_one(as<BinExpr>(node).right, visit);
      } else if (UnaryExpr::is(node.kind)) {
        visit_one(as<UnaryExpr>(node).node, visit);
      }
  }
}

}  // namespace

void for_each_child(const Node& node, const Visit& visit) {
  switch (node.kind) {
    case NodeKind::Template:
      return visit_list(as<Template>(node).body, visit);
    case NodeKind::Output:
      return visit_list(as<Output>(node).nodes, visit);
    case NodeKind::Extends:
      return visit_one(as<Extends>(node).template_, visit);
    case NodeKind::For:
      visit_one(as<For>(node).target, visit);
      visit_one(as<For>(node).iter, visit);
      visit_list(as<For>(node).body, visit);
      visit_list(as<For>(node).else_, visit);
      return visit_one(as<For>(node).test, visit);
    case NodeKind::If:
      visit_one(as<If>(node).test, visit);
      visit_list(as<If>(node).body, visit);
      visit_list(as<If>(node).elif_, visit);
      return visit_list(as<If>(node).else_, visit);
    case NodeKind::Macro:
      visit_list(as<Macro>(node).args, visit);
      visit_list(as<Macro>(node).defaults, visit);
      return visit_list(as<Macro>(node).body, visit);
    case NodeKind::CallBlock:
      visit_one(as<CallBlock>(node).call, visit);
      visit_list(as<CallBlock>(node).args, visit);
      visit_list(as<CallBlock>(node).defaults, visit);
      return visit_list(as<CallBlock>(node).body, visit);
    case NodeKind::FilterBlock:
      visit_list(as<FilterBlock>(node).body, visit);
      return visit_one(as<FilterBlock>(node).filter, visit);
    case NodeKind::With:
      visit_list(as<With>(node).targets, visit);
      visit_list(as<With>(node).values, visit);
      return visit_list(as<With>(node).body, visit);
    case NodeKind::Block:
      return visit_list(as<Block>(node).body, visit);
    case NodeKind::Include:
      return visit_one(as<Include>(node).template_, visit);
    case NodeKind::Import:
      return visit_one(as<Import>(node).template_, visit);
    case NodeKind::FromImport:
      return visit_one(as<FromImport>(node).template_, visit);
    case NodeKind::ExprStmt:
      return visit_one(as<ExprStmt>(node).node, visit);
    case NodeKind::Assign:
      visit_one(as<Assign>(node).target, visit);
      return visit_one(as<Assign>(node).node, visit);
    case NodeKind::AssignBlock:
      visit_one(as<AssignBlock>(node).target, visit);
      visit_one(as<AssignBlock>(node).filter, visit);
      return visit_list(as<AssignBlock>(node).body, visit);
    case NodeKind::Scope:
      return visit_list(as<Scope>(node).body, visit);
    case NodeKind::OverlayScope:
      visit_one(as<OverlayScope>(node).context, visit);
      return visit_list(as<OverlayScope>(node).body, visit);
    case NodeKind::EvalContextModifier:
      return visit_list(as<EvalContextModifier>(node).options, visit);
    case NodeKind::ScopedEvalContextModifier:
      visit_list(as<ScopedEvalContextModifier>(node).options, visit);
      return visit_list(as<ScopedEvalContextModifier>(node).body, visit);
    default:
      visit_expression_children(node, visit);
  }
}

void walk(const Node& node, const Visit& visit) {
  visit(node);
  for_each_child(node, [&](const Node& child) { walk(child, visit); });
}

namespace {

struct UndeclaredVisitor {
  const std::vector<std::string_view>& names;
  std::uint32_t wanted;
  std::uint32_t found = 0;

  void visit(const Node& node) {
    if (Block::is(node.kind)) return;
    if (!Name::is(node.kind)) return for_each_child(node, [this](const Node& child) { visit(child); });
    const Name& name = as<Name>(node);
    for (std::uint32_t i = 0; i < names.size(); ++i) {
      const std::uint32_t bit = 1u << i;
      if (names[i] != name.name || !(wanted & bit)) continue;
      if (name.ctx == NameContext::load) {
        found |= bit;
      } else {
        wanted &= ~bit;
      }
    }
  }
};

}  // namespace

std::uint32_t find_undeclared(NodeList body, std::initializer_list<std::string_view> names) {
  const std::vector<std::string_view> list(names);
  UndeclaredVisitor visitor{list, (1u << list.size()) - 1};
  for (const Node* node : body) visitor.visit(*node);
  return visitor.found;
}

}  // namespace retort::jinja::detail
