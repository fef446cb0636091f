// SPDX-License-Identifier: BSD-3-Clause
#include "retort/jinja/detail/objects.h"

#include <memory>
#include <typeinfo>
#include <utility>

#include <fmt/format.h>

#include "retort/jinja/detail/call.h"
#include "retort/jinja/detail/environment_impl.h"
#include "retort/jinja/detail/suggest.h"
#include "retort/jinja/error.h"
#include "retort/value/error.h"
#include "retort/value/escape.h"
#include "retort/value/iterate.h"
#include "retort/value/methods.h"

namespace retort::jinja::detail {

namespace {

Rendering& running(const Ref<Context>& context) {
  if (!context->rendering) throw OperationError("RuntimeError", "the render that this belongs to is over");
  return *context->rendering;
}

}  // namespace

// Macros.

Macro::Macro(const FunctionCode& code, bool anonymous, Frame& frame)
    : code_(code),
      anonymous_(anonymous),
      frame_(frame.code.captured ? &frame : nullptr),
      context_(frame.context) {}

Value Macro::attribute(std::string_view name) const {
  if (name == "name") return anonymous_ ? Value(nullptr) : Value(code_.name);
  if (name == "arguments") {
    Value names = Value::list();
    for (const Parameter& parameter : code_.parameters) names.push_back(parameter.name);
    return Value::tuple(names.items());
  }
  if (name == "catch_kwargs") return code_.kwargs != FunctionCode::kNone;
  if (name == "catch_varargs") return code_.varargs != FunctionCode::kNone;
  if (name == "caller") return code_.accesses_caller;
  return {};
}

void Macro::append_repr(std::string& out) const {
  out += anonymous_ ? "<Macro anonymous>" : fmt::format("<Macro '{}'>", code_.name);
}

void Macro::refuse_keyword(std::string_view name) const {
  if (name == "caller") {
    throw TypeError(fmt::format(
        "macro '{}' was invoked with two values for the special caller argument. This is most likely a bug.",
        code_.name));
  }
  OperationError error("TypeError",
                       fmt::format("macro '{}' takes no keyword argument '{}'", code_.name, name));
  Suggestion suggestion(name);
  for (const Parameter& parameter : code_.parameters) suggestion.offer(parameter.name);
  error.suggest(suggestion.best());
  throw error;
}

// Binds as Jinja's Macro.__call__ does: positional, then by name; then caller, what is left
// of the keywords, what is left of the positional ones.
void Macro::bind(Frame& frame, const CallArguments& arguments) const {
  const std::size_t count = code_.parameters.size();
  const std::size_t given = std::min(arguments.positional.size(), count);
  SmallVector<bool, 8> used;
  for (std::size_t i = 0; i < arguments.named.size(); ++i) used.push_back(false);
  const auto take = [&](std::string_view name) -> const Value* {
    for (std::size_t i = 0; i < arguments.named.size(); ++i) {
      if (used.begin()[i] || arguments.named[i].key != name) continue;
      used.begin()[i] = true;
      return &arguments.named[i].value;
    }
    return nullptr;
  };
  bool found_caller = given == count && code_.explicit_caller;
  for (std::size_t i = 0; i < given; ++i) frame.slots[code_.parameters[i].index] = arguments.positional[i];
  for (std::size_t i = given; i < count; ++i) {
    const Parameter& parameter = code_.parameters[i];
    if (parameter.name == "caller") found_caller = true;
    if (const Value* value = take(parameter.name)) frame.slots[parameter.index] = *value;
  }
  if (code_.accesses_caller && !found_caller) {
    const Value* caller = take("caller");
    frame.slots[code_.caller] =
        caller && !caller->is_none() ? *caller : frame.rendering.undefined("No caller defined", "caller");
  }
  Value rest = code_.kwargs != FunctionCode::kNone ? Value::dict() : Value();
  for (std::size_t i = 0; i < arguments.named.size(); ++i) {
    if (used.begin()[i]) continue;
    const Value::Member& member = arguments.named[i];
    if (!rest.is_dict()) {
      for (std::size_t j = i; j < arguments.named.size(); ++j) {
        if (!used.begin()[j] && arguments.named[j].key == "caller") refuse_keyword("caller");
      }
      refuse_keyword(member.key);
    }
    rest.set(member.key, member.value);
  }
  if (rest.is_dict()) frame.slots[code_.kwargs] = rest;
  if (code_.varargs != FunctionCode::kNone) {
    frame.slots[code_.varargs] =
        Value::tuple(Value::Items(arguments.positional.begin() + given, arguments.positional.size() - given));
  } else if (arguments.positional.size() > count) {
    throw TypeError(fmt::format("macro '{}' takes not more than {} argument(s)",
                                anonymous_ ? "None" : std::string(code_.name), count));
  }
}

void Macro::invoke(const CallArguments& arguments, std::string& out) const {
  Rendering& rendering = running(context_);
  rendering.step();
  rendering.run(code_, frame_.get(), *context_, out, [&](Frame& frame) { bind(frame, arguments); });
}

Value Macro::call(const CallArguments& arguments) const {
  Rendering& rendering = running(context_);
  return rendering.capture(rendering.autoescape(), [&](std::string& out) { invoke(arguments, out); });
}

// Loops.

Loop::Loop(Frame& frame, Value iterable, Owned<ValueIterator> items, const LoopCode& code,
           std::int64_t depth0)
    : user_(frame.rendering),
      frame_(frame.parent),
      frame_held_(frame.parent && frame.parent->code.captured ? frame.parent : nullptr),
      context_(frame.context),
      code_(code),
      iterable_(std::move(iterable)),
      items_(std::move(items)),
      depth0_(depth0) {}

const Value* Loop::next() {
  if (!items_ && !code_.remembers) {
    if (next_position_ >= iterable_.items().size()) return nullptr;
    ++index0_;
    return &iterable_.items()[next_position_++];
  }
  before_ = std::move(current_);
  if (peeked_) {
    current_ = std::move(after_);
    peeked_ = false;
  } else if (ended_ || !advance(current_)) {
    ended_ = true;
    return nullptr;
  }
  ++index0_;
  return &current_;
}

bool Loop::walk(Value& item) {
  user_.render();
  if (walking_) throw ValueError("generator already executing");
  walking_ = true;
  try {
    const bool more = items_->next(item);
    walking_ = false;
    return more;
  } catch (...) {
    walking_ = false;
    throw;
  }
}

// A loop's `if` runs in the frame of the loop, which ends.
void Loop::leave() {
  frame_ = frame_held_.get();
  lost_ = code_.filter && count_ < 0;
  if (lost_) items_ = nullptr;
}

bool Loop::advance(Value& item) {
  if (lost_) throw RuntimeError("the loop that this belongs to is over");
  if (items_) return walk(item);
  if (next_position_ >= iterable_.items().size()) return false;
  item = iterable_.items()[next_position_++];
  return true;
}

bool Loop::peek() {
  if (peeked_) return true;
  if (ended_) return false;
  if (!items_ && !code_.remembers) return next_position_ < iterable_.items().size();
  peeked_ = advance(after_);
  ended_ = !peeked_;
  return peeked_;
}

namespace {

/// Walks what was collected.
class Collected final : public ValueIterator {
 public:
  explicit Collected(std::vector<Value> items) : items_(std::move(items)) {}
  bool next(Value& out) override {
    if (at_ == items_.size()) return false;
    out = std::move(items_[at_++]);
    return true;
  }

 private:
  std::vector<Value> items_;
  std::size_t at_ = 0;
};

bool has_size(const Value& value) {
  if (value.is_undefined()) return value.undefined_info() != nullptr;
  if (!value.is_object()) return !value.is_none() && !value.is_number() && !value.is_bool();
  std::size_t size = 0;
  return value.as_object().length(size);
}

}  // namespace

std::int64_t Loop::count() {
  if (count_ >= 0) return count_;
  if (has_size(iterable_)) {
    count_ = static_cast<std::int64_t>(iterable_.size());
  } else {
    std::vector<Value> rest;
    Value item;
    while (!ended_ && advance(item)) {
      user_.render().step();
      user_.render().charge(sizeof(Value));
      rest.push_back(item);
    }
    count_ = static_cast<std::int64_t>(rest.size()) + index0_ + 1 + (peeked_ ? 1 : 0);
    items_ = std::make_unique<Collected>(std::move(rest));
    ended_ = false;
  }
  return count_;
}

Value Loop::cycle(const CallArguments& arguments) const {
  if (arguments.positional.empty()) throw TypeError("no items for cycling given");
  return arguments.positional[static_cast<std::size_t>(index0_) % arguments.positional.size()];
}

Value Loop::changed(const CallArguments& arguments) {
  Value now = Value::tuple(arguments.positional);
  if (last_changed_.is_tuple() && last_changed_ == now) return false;
  last_changed_ = std::move(now);
  return true;
}

Value Loop::attribute(std::string_view name) const {
  Loop& self = const_cast<Loop&>(*this);  // looking ahead changes nothing that can be seen
  if (name == "index") return index0_ + 1;
  if (name == "index0") return index0_;
  if (name == "first") return index0_ == 0;
  if (name == "last") return self.last();
  if (name == "length") return self.count();
  if (name == "revindex") return self.count() - index0_;
  if (name == "revindex0") return self.count() - index0_ - 1;
  if (name == "depth") return depth0_ + 1;
  if (name == "depth0") return depth0_;
  if (name == "previtem")
    return index0_ == 0 ? user_.render().undefined("there is no previous item") : before_;
  if (name == "nextitem") return self.peek() ? after_ : user_.render().undefined("there is no next item");
  return {};
}

namespace {

/// loop.cycle and loop.changed.
class LoopMethod final : public Object {
 public:
  LoopMethod(Value loop, bool cycle) : loop_(std::move(loop)), cycle_(cycle) {}
  std::string_view type_name() const override { return "method"; }
  bool is_callable() const override { return true; }
  Value call(const CallArguments& arguments) const override {
    Loop& loop = *object_as<Loop>(loop_);
    return cycle_ ? loop.cycle(arguments) : loop.changed(arguments);
  }

 private:
  Value loop_;
  bool cycle_;
};

}  // namespace

Value Loop::bind_method(const Value& loop, std::string_view name) {
  if (name != "cycle" && name != "changed") return {};
  return Value::object(std::make_unique<LoopMethod>(loop, name == "cycle"));
}

bool Loop::length(std::size_t& out) const {
  out = static_cast<std::size_t>(const_cast<Loop&>(*this).count());
  return true;
}

Value Loop::call(const CallArguments& arguments) const {
  Rendering& rendering = running(context_);
  if (!code_.recursive)
    throw TypeError("The loop must have the 'recursive' marker to be called recursively.");
  if (arguments.positional.size() != 1 || !arguments.named.empty())
    throw TypeError("loop() takes 1 positional argument");
  rendering.step();
  const bool safe = code_.safe == ConcatExpr::Escape::by_context ? rendering.autoescape()
                                                                 : code_.safe == ConcatExpr::Escape::yes;
  return rendering.capture(safe, [&](std::string& out) {
    run_recursive(rendering, frame_, *context_, code_, arguments.positional[0], depth0_ + 1, out);
  });
}

Owned<ValueIterator> Loop::iterate() const { return nullptr; }

void Loop::append_repr(std::string& out) const {
  out += fmt::format("<LoopContext {}/{}>", index0_ + 1, const_cast<Loop&>(*this).count());
}

// Blocks.

Value TemplateReference::item(const Value& key) const {
  if (!key.is_string()) return {};
  const FunctionCode* block = context_->block(key.as_string());
  if (!block) return {};
  return Value::object(std::make_unique<BlockReference>(*context_, block->name, 0));
}

Value TemplateReference::attribute_names() const {
  Value names = Value::list();
  for (const FunctionCode* block : context_->blocks) names.push_back(block->name);
  return names;
}

void TemplateReference::append_repr(std::string& out) const {
  const std::string& name = context_->program->name;
  out += name.empty() ? "<TemplateReference None>" : fmt::format("<TemplateReference '{}'>", name);
}

namespace {

Value no_parent_block(Context& context, std::string_view name) {
  return context.rendering->undefined(fmt::format("there is no parent block called '{}'.", name), "super");
}

}  // namespace

Value make_super(Context& context, const FunctionCode& current) {
  std::size_t depth = 0;
  while (const FunctionCode* version = context.block(current.name, depth)) {
    ++depth;
    if (version == &current && context.block(current.name, depth))
      return Value::object(std::make_unique<BlockReference>(context, current.name, depth));
  }
  return no_parent_block(context, current.name);
}

Value BlockReference::attribute(std::string_view name) const {
  if (name == "name") return name_;
  if (name != "super") return {};
  running(context_);
  if (!context_->block(name_, depth_ + 1)) return no_parent_block(*context_, name_);
  return Value::object(std::make_unique<BlockReference>(*context_, name_, depth_ + 1));
}

void BlockReference::invoke(std::string& out) const {
  Rendering& rendering = running(context_);
  rendering.step();
  rendering.run(*context_->block(name_, depth_), nullptr, *context_, out);
}

Value BlockReference::call(const CallArguments&) const {
  return running(context_).capture(context_->autoescape, [&](std::string& out) { invoke(out); });
}

void BlockReference::append_repr(std::string& out) const {
  out += fmt::format("<BlockReference '{}'>", name_);
}

// Modules, templates, contexts.

Value Module::attribute(std::string_view name) const {
  for (const auto& [key, value] : exported) {
    if (key == name) return value;
  }
  return {};
}

Value Module::attribute_names() const {
  Value names = Value::list();
  for (const auto& [name, value] : exported) names.push_back(name);
  return names;
}

void Module::append_repr(std::string& out) const {
  const std::string_view name = template_name();
  out += name.empty() ? "<TemplateModule None>" : fmt::format("<TemplateModule '{}'>", name);
}

bool Module::append_html(std::string& out) const {
  out += text_;
  return true;
}

Value TemplateObject::attribute(std::string_view name) const {
  if (name == "name") return wrapped_.name().empty() ? Value(nullptr) : Value(wrapped_.name());
  return {};
}

void TemplateObject::append_repr(std::string& out) const {
  out += wrapped_.name().empty() ? "<Template memory>" : fmt::format("<Template '{}'>", wrapped_.name());
}

Value ContextObject::item(const Value& key) const {
  Value out;
  if (key.is_string()) context_->lookup(key.as_string(), out);
  return out;
}

namespace {

void add_globals(const Environment& environment, Value& out) {
  const Environment::Impl& impl = environment.impl();
  if (impl.base) add_globals(*impl.base, out);
  for (const Value::Entry& entry : impl.globals.entries()) out.set(entry.key, entry.value);
}

}  // namespace

Value ContextObject::all() const {
  Value out = Value::dict();
  std::vector<const Context*> chain;
  for (const Context* context = context_.get(); context; context = context->parent.get())
    chain.push_back(context);
  add_globals(*context_->program->environment, out);
  for (auto context = chain.rbegin(); context != chain.rend(); ++context) {
    const Value arguments =
        (*context)->arguments.is_view() ? (*context)->arguments.copy() : (*context)->arguments;
    if (arguments.is_dict()) {
      for (const Value::Entry& entry : arguments.entries()) out.set(entry.key, entry.value);
    }
    for (const auto& [name, value] : (*context)->locals) out.set(name, value);
    for (const auto& [name, value] : (*context)->vars) out.set(name, value);
  }
  return out;
}

Value ContextObject::attribute(std::string_view name) const {
  if (name == "name")
    return context_->program->name.empty() ? Value(nullptr) : Value(context_->program->name);
  if (name == "exported_vars") {
    Value out = Value::list();
    for (const std::string_view exported : context_->exported) out.push_back(exported);
    return out;
  }
  if (name == "vars" || name == "parent") return all();
  const Method* method = find_method(Value::Kind::dict, name);
  return method && !method->mutates ? bind_method(all(), *method) : Value();
}

}  // namespace retort::jinja::detail
