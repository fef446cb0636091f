// SPDX-License-Identifier: BSD-3-Clause
#include "retort/jinja/template.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "retort/jinja/detail/environment_impl.h"
#include "retort/jinja/detail/native.h"
#include "retort/jinja/detail/objects.h"
#include "retort/jinja/detail/rendering.h"
#include "retort/jinja/detail/suggest.h"
#include "retort/jinja/environment.h"
#include "retort/jinja/error.h"
#include "retort/value/error.h"
#include "retort/value/iterate.h"

namespace retort::jinja {

using detail::Context;
using detail::Ref;
using detail::Rendering;

namespace detail {

void retain(const Program* program) noexcept { program->references.fetch_add(1, std::memory_order_relaxed); }

void release(const Program* program) noexcept {
  if (program->references.fetch_sub(1, std::memory_order_acq_rel) == 1) delete program;
}

const FunctionCode* Program::block(std::string_view block_name) const {
  for (const FunctionCode* code : blocks) {
    if (code->name == block_name) return code;
  }
  return nullptr;
}

}  // namespace detail

Template::Template(const detail::Program* program, bool counted) noexcept
    : program_(program), counted_(counted) {}
Template::Template(const Template& other) noexcept : program_(other.program_), counted_(other.counted_) {
  if (program_ && counted_) detail::retain(program_);
}
Template::Template(Template&& other) noexcept
    : program_(std::exchange(other.program_, nullptr)), counted_(other.counted_) {}
Template& Template::operator=(Template other) noexcept {
  std::swap(program_, other.program_);
  std::swap(counted_, other.counted_);
  return *this;
}
Template::~Template() {
  if (program_ && counted_) detail::release(program_);
}

std::string_view Template::name() const { return program_->name; }
std::string_view Template::filename() const { return program_->filename; }
const Environment& Template::environment() const { return *program_->environment; }

bool Template::is_up_to_date() const {
  const Loader* loader = environment().impl().loader();
  return program_->name.empty() || !loader || loader->is_current(program_->name, program_->version);
}

namespace {

Ref<Context> root_context(Rendering& rendering, const detail::Program& program, const Value& arguments) {
  Ref<Context> context = rendering.make_context(program);
  context->arguments = arguments;
  context->add_blocks(program);
  return context;
}

Value to_dict(std::initializer_list<Value::Member> context) { return Value::dict(context); }

}  // namespace

void Template::render_to(std::string& out, const Value& context) const {
  const std::size_t before = out.size();
  Rendering rendering(environment());
  if (before != 0) rendering.set_output(out);
  const Ref<Context> root = root_context(rendering, *program_, context);
  try {
    rendering.run_root(*program_, *root, out);
  } catch (...) {
    out.resize(before);
    throw;
  }
}

std::string Template::render() const { return render_value(Value::dict()); }

std::string Template::render_value(const Value& context) const {
  const std::size_t usual = program_->usual_size.load(std::memory_order_relaxed);
  std::string out;
  out.reserve(usual + usual / 8);
  render_to(out, context);
  if (out.size() > usual || out.size() < usual / 2) {
    const std::size_t known = std::min<std::size_t>(out.size(), std::size_t{1} << 24);
    program_->usual_size.store(static_cast<std::uint32_t>(known), std::memory_order_relaxed);
  }
  return out;
}

std::string Template::render(std::initializer_list<Value::Member> context) const {
  return render_value(to_dict(context));
}

void Template::generate_value(const Value& context, const Sink& sink, std::size_t piece_bytes) const {
  std::string out;
  Rendering rendering(environment());
  rendering.set_sink(&sink, &out, piece_bytes);
  const Ref<Context> root = root_context(rendering, *program_, context);
  rendering.run_root(*program_, *root, out);
  rendering.flush();
}

void Template::generate(std::initializer_list<Value::Member> context, const Sink& sink,
                        std::size_t piece_bytes) const {
  generate_value(to_dict(context), sink, piece_bytes);
}

Value Template::render_native(std::initializer_list<Value::Member> context) const {
  return native_value(to_dict(context));
}

Value Template::native_value(const Value& context) const {
  std::string out;
  std::vector<Value> pieces;
  Rendering rendering(environment());
  rendering.native = &pieces;
  rendering.native_out = &out;
  const Ref<Context> root = root_context(rendering, *program_, context);
  rendering.run_root(*program_, *root, out);
  return detail::native_result(std::move(pieces)).deep_copy();
}

// Modules.

struct TemplateModule::State {
  State(const Template& of) : source(of), rendering(of.environment()) {}
  Template source;
  Rendering rendering;
  Value module;
};

TemplateModule::TemplateModule(std::unique_ptr<State> state) : state_(std::move(state)) {}
TemplateModule::TemplateModule(TemplateModule&&) noexcept = default;
TemplateModule& TemplateModule::operator=(TemplateModule&&) noexcept = default;
TemplateModule::~TemplateModule() {
  if (!state_) return;
  state_->module = Value();
  state_->rendering.clear();
}

TemplateModule Template::make_module(std::initializer_list<Value::Member> context) const {
  return module_of(to_dict(context));
}

TemplateModule Template::module_of(const Value& context) const {
  auto state = std::make_unique<TemplateModule::State>(*this);
  const Ref<Context> outer = state->rendering.make_context(*program_);
  outer->arguments = context;
  state->module = state->rendering.make_module(*program_, outer.get(), {});
  return TemplateModule(std::move(state));
}

Value TemplateModule::get(std::string_view name) const {
  return detail::object_as<detail::Module>(state_->module)->attribute(name);
}

Value TemplateModule::call(std::string_view macro, std::initializer_list<Value> arguments,
                           std::initializer_list<Value::Member> named) const {
  const Value callee = get(macro);
  if (callee.is_undefined()) {
    UndefinedError error("the template does not export '" + std::string(macro) + "'");
    detail::Suggestion suggestion(macro);
    suggestion.offer_all(names());
    error.suggest(suggestion.best());
    throw error;
  }
  Rendering& rendering = state_->rendering;
  try {
    return rendering.call(callee,
                          {{arguments.begin(), arguments.size()}, {named.begin(), named.size()}, &rendering});
  } catch (const EvaluationError& error) {
    throw OperationError(error.name(), error.what());
  }
}

std::vector<std::string> TemplateModule::names() const {
  std::vector<std::string> out;
  for (const auto& [name, value] : detail::object_as<detail::Module>(state_->module)->exported)
    out.emplace_back(name);
  return out;
}

const std::string& TemplateModule::text() const {
  return detail::object_as<detail::Module>(state_->module)->text();
}

// Templates as values.

Value Template::as_value() const { return Value::object(std::make_unique<detail::TemplateObject>(*this)); }

const Template* Template::from_value(const Value& value) {
  const auto* object = detail::object_as<detail::TemplateObject>(value);
  return object ? &object->wrapped() : nullptr;
}

// Expressions.

Value Expression::operator()() const { return evaluate(Value::dict()); }

Value Expression::evaluate(const Value& context) const {
  const detail::Program& program = detail::TemplateAccess::program(program_);
  std::string out;
  Rendering rendering(program_.environment());
  const Ref<Context> root = root_context(rendering, program, context);
  rendering.run_root(program, *root, out);
  Value result;
  root->lookup("result", result);
  if (result.is_undefined()) return undefined_to_none_ ? Value(nullptr) : result;
  return result.deep_copy();
}

Value Expression::operator()(std::initializer_list<Value::Member> context) const {
  return evaluate(to_dict(context));
}

}  // namespace retort::jinja
