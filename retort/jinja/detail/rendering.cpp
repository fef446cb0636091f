// SPDX-License-Identifier: BSD-3-Clause
#include "retort/jinja/detail/rendering.h"

#include <algorithm>
#include <new>
#include <utility>

#include <fmt/format.h>

#include "retort/base/execution.h"
#include "retort/jinja/detail/environment_impl.h"
#include "retort/jinja/detail/native.h"
#include "retort/jinja/detail/objects.h"
#include "retort/jinja/detail/stmt.h"
#include "retort/jinja/detail/suggest.h"
#include "retort/jinja/detail/symbols.h"
#include "retort/jinja/detail/way.h"
#include "retort/jinja/error.h"
#include "retort/value/error.h"
#include "retort/value/undefined.h"
#include "retort/value/view_type.h"

namespace retort::jinja::detail {

// Contexts.

Context::Context(Rendering& owner, const Program& of)
    : rendering(&owner), program(&of), autoescape(of.autoescape), next(owner.contexts_) {
  if (next) next->previous = this;
  owner.contexts_ = this;
}

Context::~Context() {
  if (!rendering) return;
  if (next) next->previous = previous;
  (previous ? previous->next : rendering->contexts_) = next;
}

namespace {

using Names = std::vector<std::pair<std::string_view, Value>>;

const Value* find(const Names& names, std::string_view name) {
  for (const auto& [key, value] : names) {
    if (key == name) return &value;
  }
  return nullptr;
}

}  // namespace

bool Context::lookup(std::string_view name, Value& out) const {
  for (const Context* here = this; here; here = here->parent.get()) {
    const Value* found = find(here->vars, name);
    if (!found) found = find(here->locals, name);
    if (!found) found = here->arguments.find(name);
    if (found) {
      out = *found;
      return true;
    }
    if (here->arguments.is_view()) {
      const ViewType& type = here->arguments.view_type();
      const void* target = here->arguments.view_target();
      out = type.shape() == ViewType::Shape::record ? type.attribute(target, name) : type.item(target, name);
      if (!out.is_undefined()) return true;
    }
  }
  const Value& global = program->environment->global(name);
  if (global.is_undefined()) return false;
  out = global;
  return true;
}

void Context::set_var(std::string_view name, const Value& value) {
  for (auto& [key, old] : vars) {
    if (key == name) {
      old = value;
      return;
    }
  }
  vars.emplace_back(name, value);
}

void Context::add_export(std::string_view name) {
  if (std::find(exported.begin(), exported.end(), name) == exported.end()) exported.push_back(name);
}

void Context::remove_export(std::string_view name) {
  exported.erase(std::remove(exported.begin(), exported.end(), name), exported.end());
}

const FunctionCode* Context::block(std::string_view name, std::size_t depth) const {
  for (const FunctionCode* code : blocks) {
    if (code->name == name && depth-- == 0) return code;
  }
  return nullptr;
}

void Context::add_blocks(const Program& of) {
  if (blocks.empty()) blocks.reserve(2 * of.blocks.size() + 4);
  blocks.insert(blocks.end(), of.blocks.begin(), of.blocks.end());
}

// Frames.

void Frame::release_last() {
  if (slots) {  // else its render is over
    auto& frames = rendering.heap_frames_;
    frames.back()->heap_index = heap_index;
    frames[heap_index] = frames.back();
    frames.pop_back();
    free_slots();
  }
  delete this;
}

void Frame::free_slots() {
  for (std::uint32_t i = 0; i < code.slots; ++i) slots[i].~Value();
  ::operator delete(static_cast<void*>(slots));
}

Rendering::Running::Running(Rendering& rendering, const FunctionCode& code, Frame* parent, Context& context,
                            std::string& out)
    : outer_context_(rendering.context_),
      local_{rendering, code, parent, &context, nullptr, &out},
      frame_(&local_) {
  if (rendering.depth_ >= rendering.environment().options().limits.recursion) throw_too_deep();
  if (rendering.depth_ == 0) {
    rendering.enter_stack();
  } else {
    rendering.check_stack();
  }
  ++rendering.depth_;
  if (code.captured) {
    frame_ = new Frame(local_);
    frame_->slots = static_cast<Value*>(::operator new(code.slots * sizeof(Value)));
    frame_->references = 1;
    frame_->context_held = Ref<Context>(&context);
    if (parent && parent->code.captured) frame_->parent_held = Ref<Frame>(parent);
    frame_->heap_index = rendering.heap_frames_.size();
    rendering.heap_frames_.push_back(frame_);
  } else {
    frame_->slots = rendering.push_slots(code.slots);
  }
  std::uninitialized_default_construct_n(frame_->slots, code.slots);
  rendering.context_ = &context;
  rendering.autoescape_ = context.autoescape;
}

Rendering::Running::~Running() {
  Rendering& rendering = local_.rendering;
  if (--rendering.depth_ == 0) rendering.leave_stack();
  rendering.context_ = outer_context_;
  if (outer_context_) rendering.autoescape_ = outer_context_->autoescape;
  if (frame_ == &local_) {
    for (std::uint32_t i = 0; i < local_.code.slots; ++i) local_.slots[i].~Value();
    rendering.pop_slots(local_.slots);
    return;
  }
  // Macros in the frame's own variables hold the frame, which holds them. When nobody else
  // has one of them, they go together.
  std::uint32_t own = 1;
  for (std::uint32_t i = 0; i < frame_->code.slots; ++i) {
    const Value& value = frame_->slots[i];
    const Macro* macro = object_as<Macro>(value);
    own += macro && value.is_unique() && macro->belongs_to(*frame_);
  }
  if (own == frame_->references) {
    for (std::uint32_t i = 0; i < frame_->code.slots; ++i) frame_->slots[i] = Value();
  }
  if (--frame_->references == 0) frame_->release_last();
}

Value* Rendering::push_slots(std::uint32_t count) {
  if (count > static_cast<std::size_t>(slots_end_ - slots_next_)) {
    slot_chunks_.emplace_back(slots_next_, slots_end_);
    const std::size_t size = std::max<std::size_t>(count, 4 * kFirstSlots);
    slots_next_ = static_cast<Value*>(::operator new(size * sizeof(Value)));
    slots_end_ = slots_next_ + size;
    slot_bases_.push_back(slots_next_);
  }
  Value* out = slots_next_;
  slots_next_ += count;
  return out;
}

void Rendering::pop_slots(Value* slots) {
  slots_next_ = slots;
  if (slot_bases_.empty() || slots != slot_bases_.back()) return;
  ::operator delete(static_cast<void*>(slots));
  slot_bases_.pop_back();
  slots_next_ = slot_chunks_.back().first;
  slots_end_ = slot_chunks_.back().second;
  slot_chunks_.pop_back();
}

// Rendering.

Rendering::Rendering(const Environment& environment)
    : Render(environment),
      slots_next_(reinterpret_cast<Value*>(first_slots_)),
      slots_end_(slots_next_ + kFirstSlots) {
  const RenderLimits& limits = environment.options().limits;
  set_limits(limits.memory_bytes, limits.steps);
  output_check_ = limits.output_bytes;
}

// A render inside of a render has no more stack than there is. Where nobody knows how much that
// is, the outermost one's bound is that of all.
void Rendering::enter_stack() {
  const auto* here = static_cast<const char*>(__builtin_frame_address(0));
  const auto below = reinterpret_cast<std::uintptr_t>(here);
  const char* own = here - std::min<std::size_t>(environment_.options().limits.stack_bytes, below);
  const char*& known = execution().stack_end;
  if (here < known) throw_too_deep();
  bounds_stack_ = !known;
  if (!known) known = own;
  stack_end_ = std::max(own, static_cast<const char*>(known));
}

void Rendering::leave_stack() {
  if (std::exchange(bounds_stack_, false)) execution().stack_end = nullptr;
}

void Rendering::throw_too_deep() { throw RecursionError("maximum recursion depth exceeded"); }

Rendering::~Rendering() {
  leave_stack();  // a run that did not begin
  clear();
}

namespace {

Template share(const Program& program) {
  retain(&program);
  return TemplateAccess::adopt(&program);
}

}  // namespace

void Rendering::clear() {
  std::vector<Ref<Frame>> frames;
  for (Frame* frame : heap_frames_) frames.emplace_back(frame);
  std::vector<Ref<Context>> contexts;
  for (Context* context = contexts_; context; context = context->next) contexts.emplace_back(context);
  modules_.clear();
  for (const Ref<Frame>& frame : frames) {
    for (std::uint32_t i = 0; i < frame->code.slots; ++i) frame->slots[i] = Value();
  }
  for (const Ref<Context>& context : contexts) {
    context->vars.clear();
    context->locals.clear();
    context->arguments = Value();
    context->parent = {};
  }
  // Frames and contexts may be held from outside: they do not look back.
  for (const Ref<Frame>& frame : frames) {
    frame->free_slots();
    frame->slots = nullptr;
    frame->context_held = {};
    frame->parent_held = {};
  }
  heap_frames_.clear();
  frames.clear();
  std::shared_ptr<std::vector<Template>> kept;
  for (const Ref<Context>& context : contexts) {
    context->rendering = nullptr;
    if (context->references == 1) continue;
    if (!kept) kept = std::make_shared<std::vector<Template>>(std::move(held_));
    kept->push_back(share(*context->program));
    context->kept = kept;
  }
  contexts.clear();
  contexts_ = nullptr;
}

std::string_view Rendering::template_name() const {
  return context_ ? std::string_view(context_->program->name) : std::string_view();
}

Value Rendering::resolve(std::string_view name) {
  Value out;
  if (!context_ || !context_->lookup(name, out)) return undefined_name(name);
  return out;
}

Ref<Context> Rendering::derive(Context& from, std::vector<std::pair<std::string_view, Value>> locals) {
  Ref<Context> out = make_context(*from.program);
  out->parent = Ref<Context>(&from);
  out->locals = std::move(locals);
  out->blocks = from.blocks;
  out->autoescape = from.autoescape;
  return out;
}

void Rendering::execute(Frame& frame) {
  const FunctionCode& code = frame.code;
  try {
    if (code.self != FunctionCode::kNone)
      frame.slots[code.self] = Value::object(std::make_unique<TemplateReference>(*frame.context));
    if (code.super != FunctionCode::kNone) frame.slots[code.super] = make_super(*frame.context, code);
    run_loads(frame, code.loads);
    code.body.run(frame);
  } catch (...) {
    fail(frame);
  }
}

namespace {

/// Where a template says what it extends.
int extends_line(const Program& program) {
  int line = 0;
  walk(program.ast.root(), [&](const nodes::Node& node) {
    if (line == 0 && nodes::Extends::is(node.kind)) line = node.line;
  });
  return line;
}

}  // namespace

void Rendering::run_chain(const Program& program, Context& context, std::string& out,
                          std::vector<const Program*>& children) {
  const Program* now = &program;
  try {
    for (;;) {
      step();
      if (depth_ + children.size() >= environment_.options().limits.recursion) throw_too_deep();
      Running running(*this, *now->root, nullptr, context, out);
      execute(running.frame());
      const Program* parent = running.frame().parent_template;
      if (!parent) return;
      children.push_back(now);
      now = parent;
    }
  } catch (const EvaluationError& error) {  // of no frame
    OperationError located(error.name(), error.what());
    if (!depth_) located.locate({now->name, now->filename, 1, 0});
    throw located;
  }
}

void Rendering::run_root(const Program& program, Context& context, std::string& out, const char* entered) {
  std::vector<const Program*> children;
  try {
    run_chain(program, context, out, children);
  } catch (TemplateError& error) {
    for (auto child = children.rbegin(); child != children.rend(); ++child)
      error.add_frame({(*child)->name, "extends", extends_line(**child)});
    entered_ = entered;
    throw;
  } catch (...) {
    if (TemplateError* const way = foreign_way()) {
      for (auto child = children.rbegin(); child != children.rend(); ++child)
        way->add_frame({(*child)->name, "extends", extends_line(**child)});
      entered_ = entered;
    }
    throw;
  }
}

TemplateError* Rendering::foreign_way() const {
  if (!environment_.options().trace_exceptions) return nullptr;
  return &make_way(std::current_exception());
}

namespace {

std::string describe(const FunctionCode& code) {
  switch (code.kind) {
    case FunctionCode::Kind::root:
      return "template";
    case FunctionCode::Kind::block:
      return fmt::format("block '{}'", code.name);
    case FunctionCode::Kind::macro:
      return fmt::format("macro '{}'", code.name);
    case FunctionCode::Kind::caller:
      return "call block";
    case FunctionCode::Kind::loop:
      return "recursive loop";
  }
  return "";
}

void locate(TemplateError& error, const Frame& frame) {
  const Program& program = *frame.code.program;
  error.locate({program.name, program.filename, frame.position.line, frame.position.column});
  error.show_source(program.ast.source());
}

/// The place of a new error; of one that comes from further inside, how that was entered.
void add_place(TemplateError& error, const Frame& frame, const std::string& left) {
  if (!error.located()) return locate(error, frame);
  error.add_frame(
      {frame.code.program->name, left.empty() ? describe(frame.code) : left, frame.position.line});
}

}  // namespace

void Rendering::fail(const Frame& frame) {
  const std::string left = std::exchange(entered_, describe(frame.code));
  try {
    throw;
  } catch (TemplateNotFound& error) {
    if (!error.located())
      error.suggest(suggest_template(*frame.code.program->environment, error.templates()));
    add_place(error, frame, left);
    throw;
  } catch (TemplateError& error) {
    add_place(error, frame, left);
    throw;
  } catch (const UndefinedUse& use) {
    jinja::UndefinedError error(use.what());
    error.suggest(suggest_for(use.info(), frame));
    locate(error, frame);
    throw error;
  } catch (const retort::UndefinedError& undefined) {
    jinja::UndefinedError error(undefined.what());
    locate(error, frame);
    throw error;
  } catch (const EvaluationError& failed) {
    OperationError error(failed.name(), failed.what());
    locate(error, frame);
    throw error;
  } catch (...) {
    if (TemplateError* const way = foreign_way()) add_place(*way, frame, left);
    throw;
  }
}

// Templates that templates use.

const Program& Rendering::hold(Template loaded) {
  const Program& program = TemplateAccess::program(loaded);
  for (const Template& held : held_) {
    if (&TemplateAccess::program(held) == &program) return program;
  }
  held_.push_back(std::move(loaded));
  return program;
}

namespace {

/// The template that a tag asks for. Whoever does not find it suggests others, if it is an
/// error at all.
template <class Load>
Template load_template(std::string& entered, const char* tag, const Load& load) {
  try {
    return load();
  } catch (const TemplateError&) {
    entered = tag;  // of a fault in its source
    throw;
  }
}

}  // namespace

const Program& Rendering::load(const Value& name_or_template, const Program& asker) {
  const Environment& environment = *asker.environment;
  return hold(load_template(entered_, "include", [&] {
    return environment.impl().get_or_select(environment, name_or_template, asker.name);
  }));
}

const Program& Rendering::load_one(const Value& name_or_template, const Program& asker, const char* tag) {
  if (const TemplateObject* object = object_as<TemplateObject>(name_or_template))
    return hold(object->wrapped());
  if (name_or_template.is_undefined()) fail_undefined(name_or_template);
  if (!name_or_template.is_string())
    throw TypeError(fmt::format("a template's name is no {}", name_or_template.type_name()));
  const Environment& environment = *asker.environment;
  return hold(load_template(entered_, tag, [&] {
    return environment.impl().get(environment, name_or_template.as_string(), asker.name);
  }));
}

Value Rendering::make_module(const Program& program, Context* with,
                             std::vector<std::pair<std::string_view, Value>> locals, const char* entered) {
  Ref<Context> context = make_context(program);
  if (with) {
    // Its macros see the names as they are now, not those that `with` assigns later.
    Ref<Context> now = derive(*with, with->locals);
    now->arguments = with->arguments;
    now->vars = with->vars;
    now->parent = with->parent;
    context->parent = std::move(now);
  }
  context->locals = std::move(locals);
  context->add_blocks(program);
  std::string text;
  run_root(program, *context, text, entered);
  auto module = std::make_unique<Module>(share(program), std::move(text));
  for (const std::string_view name : context->exported) {
    Value value;
    for (const auto& [key, assigned] : context->vars) {
      if (key == name) value = assigned;
    }
    module->exported.emplace_back(name, std::move(value));
  }
  return Value::object(std::move(module));
}

Value Rendering::default_module(const Program& program, const char* entered) {
  for (const ImportedModule& imported : modules_) {
    if (imported.program == &program) return imported.module;
  }
  Value module = make_module(program, nullptr, {}, entered);
  modules_.push_back({&program, module});
  return module;
}

// Output.

Value Rendering::capture_native(bool safe, const std::string& out, const Function<void()>& print) {
  std::vector<Value> pieces;
  const auto outer = std::exchange(native, &pieces);
  const auto outer_out = std::exchange(native_out, &out);
  try {
    print();
  } catch (...) {
    native = outer;
    native_out = outer_out;
    throw;
  }
  native = outer;
  native_out = outer_out;
  Value result = native_result(std::move(pieces));
  return safe ? Value::markup(result.str()) : result;
}

void Rendering::set_sink(const Template::Sink* sink, std::string* out, std::size_t piece_bytes) {
  sink_ = sink;
  sink_out_ = out;
  piece_bytes_ = piece_bytes;
  output_check_ = std::min(output_check_, piece_bytes);
}

void Rendering::flush() {
  if (!sink_ || sink_out_->empty()) return;
  output_flushed_ += sink_out_->size();
  (*sink_)(*sink_out_);
  sink_out_->clear();
}

void Rendering::set_output(const std::string& out) {
  began_out_ = &out;
  began_bytes_ = out.size();
}

void Rendering::output_reached(std::string& out) {
  const std::size_t limit = environment_.options().limits.output_bytes;
  const std::size_t total =
      out.size() + (&out == sink_out_ ? output_flushed_ : 0) - (&out == began_out_ ? began_bytes_ : 0);
  if (total > limit) throw LimitError("the limit of output is used up");
  if (&out == sink_out_ && out.size() >= piece_bytes_) flush();
  output_check_ = std::min(piece_bytes_, limit - std::min(limit, output_flushed_) + 1);
}

}  // namespace retort::jinja::detail
