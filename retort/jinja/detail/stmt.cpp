// SPDX-License-Identifier: BSD-3-Clause
#include "retort/jinja/detail/stmt.h"

#include <memory>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "retort/jinja/detail/builtins.h"
#include "retort/jinja/detail/call.h"
#include "retort/jinja/detail/environment_impl.h"
#include "retort/jinja/detail/objects.h"
#include "retort/jinja/detail/rendering.h"
#include "retort/jinja/error.h"
#include "retort/value/error.h"
#include "retort/value/iterate.h"

namespace retort::jinja::detail {

namespace {

using Locals = std::vector<std::pair<std::string_view, Value>>;

void note(Frame& frame, Position position) { frame.position = position; }

bool missing(const Value& value) { return value.is_undefined() && !value.undefined_info(); }

Locals collect(Frame& frame, Span<const NamedSlot> names) {
  Locals out;
  for (const NamedSlot& name : names) {
    const Value& value = frame.at(name.slot);
    if (!missing(value)) out.emplace_back(name.name, value);
  }
  return out;
}

void publish(Frame& frame, Span<const NamedSlot> names) {
  for (const NamedSlot& name : names) {
    frame.context->set_var(name.name, frame.at(name.slot));
    if (name.name.front() != '_') frame.context->add_export(name.name);
  }
}

/// The frame's output goes elsewhere while this lives.
class Redirected {
 public:
  Redirected(Frame& frame, std::string& out) : frame_(frame), outer_(std::exchange(frame.out, &out)) {}
  Redirected(const Redirected&) = delete;
  Redirected& operator=(const Redirected&) = delete;
  ~Redirected() { frame_.out = outer_; }

 private:
  Frame& frame_;
  std::string* outer_;
};

/// What a Capture's body prints, and then its value.
Value run_capture(Frame& frame, const Capture& capture) {
  Rendering& rendering = frame.rendering;
  rendering.check_stack();
  std::string text;
  const auto print = [&] {
    Redirected redirected(frame, text);
    run_loads(frame, capture.loads);
    capture.body.run(frame);
  };
  Value native;
  if (rendering.native) {
    native = rendering.capture_native(false, text, print);
  } else {
    print();
    rendering.charge(text.size());
  }
  std::string* outer = std::exchange(frame.captured, &text);
  const Value* outer_native = std::exchange(frame.captured_native, rendering.native ? &native : nullptr);
  const auto restore = [&] {
    frame.captured = outer;
    frame.captured_native = outer_native;
  };
  Value scratch;
  Value out;
  try {
    out = capture.value->eval(frame, scratch);
  } catch (...) {
    restore();
    throw;
  }
  restore();
  return out;
}

}  // namespace

Flow Body::run(Frame& frame) const {
  for (const Stmt* statement : statements) {
    const Flow flow = statement->exec(frame);
    if (flow != Flow::next) return flow;
  }
  return Flow::next;
}

void run_loads(Frame& frame, Span<const SlotLoad> loads) {
  for (const SlotLoad& load : loads) {
    Value& slot = frame.slots[load.index];
    switch (load.kind) {
      case SlotLoad::Kind::undefined:
        slot = Value();
        break;
      case SlotLoad::Kind::alias:
        slot = frame.at(load.from);
        break;
      case SlotLoad::Kind::resolve:
        if (!frame.context->lookup(load.name, slot)) slot = Value();
        break;
    }
  }
}

// Assignment.

namespace {

[[noreturn]] void refuse_unpack(std::size_t expected, std::size_t got) {
  if (got > expected) throw ValueError(fmt::format("too many values to unpack (expected {})", expected));
  throw ValueError(fmt::format("not enough values to unpack (expected {}, got {})", expected, got));
}

void unpack(Frame& frame, Span<Target> targets, const Value& value) {
  if (value.is_sequence()) {
    const Value held = value;
    if (held.size() != targets.size()) refuse_unpack(targets.size(), held.size());
    for (std::size_t i = 0; i < targets.size(); ++i) targets[i].assign(frame, held[i]);
    return;
  }
  if (!is_iterable(value) && !value.is_undefined())
    throw TypeError(fmt::format("cannot unpack non-iterable {} object", value.type_name()));
  SmallVector<Value, 4> items;
  for_each(value, frame.rendering, [&](const Value& item) {
    items.push_back(item);
    return items.size() <= targets.size();
  });
  if (items.size() != targets.size()) refuse_unpack(targets.size(), items.size());
  for (std::size_t i = 0; i < targets.size(); ++i) targets[i].assign(frame, items.data()[i]);
}

Object& namespace_of(Frame& frame, Slot slot) {
  Object* object = as_namespace(frame.at(slot));
  if (!object) throw TemplateRuntimeError("cannot assign attribute on non-namespace object");
  return *object;
}

void check_namespaces(Frame& frame, const Target& target) {
  if (target.kind == Target::Kind::attribute) namespace_of(frame, target.object);
  for (const Target& item : target.items) check_namespaces(frame, item);
}

}  // namespace

void Target::assign(Frame& frame, const Value& value) const {
  switch (kind) {
    case Kind::slot:
      frame.slots[index] = value;
      break;
    case Kind::attribute:
      namespace_of(frame, object).set_attribute(name, value);
      break;
    case Kind::tuple:
      unpack(frame, items, value);
      break;
  }
}

Flow AssignStmt::exec(Frame& frame) const {
  note(frame, position_);
  if (target_.kind != Target::Kind::slot) check_namespaces(frame, target_);
  Value scratch;
  const Value& value = value_.eval(frame, scratch);
  target_.assign(frame, value);
  publish(frame, published_);
  return Flow::next;
}

Flow AssignBlockStmt::exec(Frame& frame) const {
  note(frame, position_);
  check_namespaces(frame, target_);
  Value value = run_capture(frame, capture_);
  note(frame, position_);
  if (frame.rendering.autoescape() && !value.is_markup()) value = Value::markup(value.str());
  target_.assign(frame, value);
  publish(frame, published_);
  return Flow::next;
}

Flow WithStmt::exec(Frame& frame) const {
  note(frame, position_);
  run_loads(frame, loads_);
  for (const Assignment& assignment : assignments_) {
    Value scratch;
    const Value value = assignment.value->eval(frame, scratch);
    assignment.target.assign(frame, value);
  }
  return body_.run(frame);
}

Flow DoStmt::exec(Frame& frame) const {
  note(frame, position_);
  Value scratch;
  value_.eval(frame, scratch);
  return Flow::next;
}

// Output.

Flow TextStmt::exec(Frame& frame) const {
  if (frame.rendering.native && frame.out == frame.rendering.native_out) {
    frame.rendering.native->push_back(Value(text_));
    return Flow::next;
  }
  frame.out->append(text_);
  frame.rendering.check_output(*frame.out);
  return Flow::next;
}

Flow EmitStmt::exec(Frame& frame) const {
  note(frame, position_);
  value_.emit(frame, escape_ == Escape::by_context ? frame.rendering.autoescape() : escape_ == Escape::yes);
  frame.rendering.check_output(*frame.out);
  return Flow::next;
}

Flow UnlessExtendedStmt::exec(Frame& frame) const {
  const Frame* root = &frame;
  while (root->code.kind != FunctionCode::Kind::root && root->parent) root = root->parent;
  return root->parent_template ? Flow::next : body_.run(frame);
}

Flow FilterBlockStmt::exec(Frame& frame) const {
  note(frame, position_);
  const Value value = run_capture(frame, capture_);
  emit_value(frame, value, false);
  frame.rendering.check_output(*frame.out);
  return Flow::next;
}

// Control.

Flow IfStmt::exec(Frame& frame) const {
  for (const Branch& branch : branches_) {
    if (branch.test) {
      note(frame, branch.position);
      if (!branch.test->test(frame)) continue;
    }
    return branch.body.run(frame);
  }
  return Flow::next;
}

namespace {

/// A loop's `if`: those items for which it is true.
class Filtered final : public ValueIterator {
 public:
  Filtered(Frame& frame, const LoopCode& code, Owned<ValueIterator> items)
      : frame_(frame), code_(code), items_(std::move(items)) {}
  bool next(Value& out) override {
    if (!begun_) run_loads(frame_, code_.filter_loads);
    begun_ = true;
    while (items_->next(out)) {
      frame_.rendering.step();
      code_.filter_target.assign(frame_, out);
      if (code_.filter->test(frame_)) return true;
    }
    return false;
  }

 private:
  Frame& frame_;
  const LoopCode& code_;
  Owned<ValueIterator> items_;
  bool begun_ = false;
};

/// Runs a loop's turns; `next(item)` gives the items.
template <class Next>
Flow run_turns(Frame& frame, const LoopCode& code, Next&& next) {
  run_loads(frame, code.first_loads);
  bool nothing = true;
  for (;;) {
    if (!next()) break;
    frame.rendering.step();
    run_loads(frame, code.loads);
    const Flow flow = code.body.run(frame);
    if (flow == Flow::break_loop) break;
    if (flow == Flow::next) nothing = false;
  }
  if (!nothing || !code.has_else) return Flow::next;
  run_loads(frame, code.else_loads);
  return code.else_body.run(frame);
}

/// Tells a loop that it is left.
struct Left {
  Loop& loop;
  ~Left() { loop.leave(); }
};

Flow run_loop(Frame& frame, const LoopCode& code, const Value& iterable, std::int64_t depth0) {
  frame.rendering.check_stack();
  if (code.loop == FunctionCode::kNone && !code.filter) {
    if (iterable.is_sequence()) {
      std::size_t i = 0;
      return run_turns(frame, code, [&] {
        if (i >= iterable.items().size()) return false;
        code.target.assign(frame, iterable.items()[i++]);
        return true;
      });
    }
    const Owned<ValueIterator> items = iterate(iterable);
    Value item;
    return run_turns(frame, code, [&] {
      if (!items->next(item)) return false;
      code.target.assign(frame, item);
      return true;
    });
  }
  Owned<ValueIterator> items;
  if (code.filter || !iterable.is_sequence()) items = iterate(iterable);
  if (code.filter) items = std::make_unique<Filtered>(frame, code, std::move(items));
  if (code.loop == FunctionCode::kNone) {
    Value item;
    return run_turns(frame, code, [&] {
      if (!items->next(item)) return false;
      code.target.assign(frame, item);
      return true;
    });
  }
  auto made = std::make_unique<Loop>(frame, code.filter ? Value() : iterable, std::move(items), code, depth0);
  Loop& loop = *made;
  frame.slots[code.loop] = Value::object(std::move(made));
  const Value held = frame.slots[code.loop];
  const Left left{loop};
  return run_turns(frame, code, [&] {
    const Value* item = loop.next();
    if (!item) return false;
    code.target.assign(frame, *item);
    return true;
  });
}

}  // namespace

Flow ForStmt::exec(Frame& frame) const {
  note(frame, code_.position);
  Value scratch;
  const Value iterable = code_.iter->eval(frame, scratch);
  if (code_.pairs && iterable.is_dict()) {
    const Value dict = iterable;
    const std::size_t size = dict.entries().size();
    std::size_t i = 0;
    return run_turns(frame, code_, [&] {
      if (dict.entries().size() != size)
        throw OperationError("RuntimeError", "dictionary changed size during iteration");
      if (i >= size) return false;
      const Value::Entry& entry = dict.entries()[i++];
      const Value key = entry.key, value = entry.value;
      code_.target.items[0].assign(frame, key);
      code_.target.items[1].assign(frame, value);
      return true;
    });
  }
  if (code_.pairs) {
    const Value items = frame.rendering.getattr(iterable, "items");
    const Value pairs = frame.rendering.call(items, {{}, {}, &frame.rendering});
    return run_loop(frame, code_, pairs, 0);
  }
  if (!code_.recursive) return run_loop(frame, code_, iterable, 0);
  run_recursive(frame.rendering, &frame, *frame.context, code_, iterable, 0, *frame.out);
  return Flow::next;
}

void run_recursive(Rendering& rendering, Frame* around, Context& context, const LoopCode& code,
                   const Value& iterable, std::int64_t depth0, std::string& out) {
  rendering.run(*code.recursive, around, context, out, [&](Frame& inner) {
    inner.loop_items = &iterable;
    inner.loop_depth0 = depth0;
  });
}

Flow RecursiveBodyStmt::exec(Frame& frame) const {
  const Value iterable = *frame.loop_items;
  return run_loop(frame, code_, iterable, frame.loop_depth0);
}

// Functions, blocks, templates.

Flow DefaultsStmt::exec(Frame& frame) const {
  for (const Parameter& parameter : parameters_) {
    Value& slot = frame.slots[parameter.index];
    if (!missing(slot)) continue;
    if (parameter.otherwise) {
      Value scratch;
      const Value value = parameter.otherwise->eval(frame, scratch);
      frame.slots[parameter.index] = value;
    } else {
      slot = frame.rendering.undefined(fmt::format("parameter '{}' was not provided", parameter.name),
                                       parameter.name);
    }
  }
  return Flow::next;
}

Flow MacroStmt::exec(Frame& frame) const {
  Value scratch;
  frame.slots[index_] = macro_.eval(frame, scratch);
  if (published_) {
    if (name_.front() != '_') frame.context->add_export(name_);
    frame.context->set_var(name_, frame.slots[index_]);
  }
  return Flow::next;
}

Flow BlockStmt::exec(Frame& frame) const {
  note(frame, position_);
  Rendering& rendering = frame.rendering;
  const FunctionCode* version = frame.context->block(name_);
  if (!version) throw KeyError(fmt::format("'{}'", name_));
  if (required_ && !frame.context->block(name_, 1))
    throw TemplateRuntimeError(fmt::format("Required block '{}' not found", name_));
  if (!scoped_) {
    rendering.run(*version, nullptr, *frame.context, *frame.out);
    return Flow::next;
  }
  const Ref<Context> derived = rendering.derive(*frame.context, collect(frame, locals_));
  rendering.run(*version, nullptr, *derived, *frame.out);
  return Flow::next;
}

const Program& TemplateOperand::load(Frame& frame, const char* tag) const {
  if (const Program* known = known_.load(std::memory_order_acquire)) return *known;
  Value scratch;
  const Value which = which_.eval(frame, scratch);
  const Program& asker = *frame.code.program;
  const Program& program =
      several_ ? frame.rendering.load(which, asker) : frame.rendering.load_one(which, asker, tag);
  const Environment& environment = *asker.environment;
  if (!which_.constant() || !which.is_string() || environment.options().auto_reload) return program;
  const Program& pinned = environment.impl().pin(program);
  known_.store(&pinned, std::memory_order_release);
  return pinned;
}

Flow ExtendsStmt::exec(Frame& frame) const {
  note(frame, position_);
  if (again_ && frame.parent_template) throw TemplateRuntimeError("extended multiple times");
  const Program& program = parent_.load(frame, "extends");
  frame.parent_template = &program;
  frame.context->add_blocks(program);
  return Flow::next;
}

Flow IncludeStmt::exec(Frame& frame) const {
  note(frame, position_);
  Rendering& rendering = frame.rendering;
  const Program* found = nullptr;
  try {
    found = &which_.load(frame, "include");
  } catch (const TemplateNotFound&) {
    if (!ignore_missing_) throw;
    return Flow::next;
  }
  if (with_context_) {
    const Ref<Context> context = rendering.make_context(*found);
    context->parent = Ref<Context>(frame.context);
    context->locals = collect(frame, locals_);
    context->add_blocks(*found);
    rendering.run_root(*found, *context, *frame.out, "include");
  } else {
    const Value module = rendering.default_module(*found, "include");
    *frame.out += object_as<Module>(module)->text();
  }
  rendering.check_output(*frame.out);
  return Flow::next;
}

namespace {

Value import_module(Frame& frame, const ImportCode& code) {
  note(frame, code.position);
  Rendering& rendering = frame.rendering;
  const Program& program = code.which.load(frame, "import");
  if (!code.with_context) return rendering.default_module(program, "import");
  return rendering.make_module(program, frame.context, collect(frame, code.locals));
}

}  // namespace

Flow ImportStmt::exec(Frame& frame) const {
  frame.slots[index_] = import_module(frame, code_);
  if (code_.toplevel) {
    frame.context->set_var(name_, frame.slots[index_]);
    if (name_.front() != '_') frame.context->remove_export(name_);
  }
  return Flow::next;
}

Flow FromImportStmt::exec(Frame& frame) const {
  const Value imported = import_module(frame, code_);
  const Module& module = *object_as<Module>(imported);
  for (const Member& member : members_) {
    Value value = module.attribute(member.name);
    if (missing(value)) {
      const std::string& importer = frame.code.program->name;
      value = frame.rendering.undefined_among(
          fmt::format("the template '{}' (imported on line {}{}) does not export the requested name '{}'",
                      module.template_name(), code_.position.line,
                      importer.empty() ? "" : fmt::format(" in '{}'", importer), member.name),
          member.name, imported);
    }
    frame.slots[member.index] = value;
    if (!code_.toplevel) continue;
    frame.context->set_var(member.alias, value);
    if (member.alias.front() != '_') frame.context->remove_export(member.alias);
  }
  return Flow::next;
}

// Scopes.

Flow ScopeStmt::exec(Frame& frame) const {
  run_loads(frame, loads_);
  return body_.run(frame);
}

namespace {

/// Another context for the frame while this lives.
class ContextChanged {
 public:
  ContextChanged(Frame& frame, Context& context)
      : frame_(frame), outer_(std::exchange(frame.context, &context)) {
    frame.rendering.use(context);
  }
  ContextChanged(const ContextChanged&) = delete;
  ContextChanged& operator=(const ContextChanged&) = delete;
  ~ContextChanged() {
    frame_.context = outer_;
    frame_.rendering.use(*outer_);
  }

 private:
  Frame& frame_;
  Context* outer_;
};

}  // namespace

Flow OverlayStmt::exec(Frame& frame) const {
  Value scratch;
  const Value names = names_.eval(frame, scratch);
  const Ref<Context> outer = frame.rendering.derive(*frame.context, collect(frame, locals_));
  const Ref<Context> derived = frame.rendering.derive(*outer, {});
  derived->arguments = names;
  ContextChanged changed(frame, *derived);
  run_loads(frame, loads_);
  return body_.run(frame);
}

Flow AutoescapeStmt::exec(Frame& frame) const {
  Rendering& rendering = frame.rendering;
  const bool outer = rendering.autoescape();
  Value scratch;
  rendering.set_autoescape(on_.eval(frame, scratch).truthy());
  if (!scoped_) return Flow::next;
  try {
    const Flow flow = body_.run(frame);
    rendering.set_autoescape(outer);
    return flow;
  } catch (...) {
    rendering.set_autoescape(outer);
    throw;
  }
}

}  // namespace retort::jinja::detail
