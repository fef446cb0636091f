// SPDX-License-Identifier: BSD-3-Clause
#include "retort/jinja/render.h"

#include <memory>

#include <fmt/format.h>

#include "retort/jinja/detail/environment_impl.h"
#include "retort/jinja/detail/objects.h"
#include "retort/jinja/detail/suggest.h"
#include "retort/jinja/environment.h"
#include "retort/jinja/error.h"
#include "retort/jinja/undefined.h"
#include "retort/value/error.h"
#include "retort/value/methods.h"
#include "retort/value/operators.h"

namespace retort::jinja {

Render::~Render() {
  for (RenderUser* user = users_; user; user = user->next_) user->render_ = nullptr;
}

RenderUser::RenderUser(Render& render) : render_(&render), next_(render.users_) {
  if (next_) next_->previous_ = this;
  render.users_ = this;
}

RenderUser::~RenderUser() {
  if (!render_) return;
  (previous_ ? previous_->next_ : render_->users_) = next_;
  if (next_) next_->previous_ = previous_;
}

Render& RenderUser::render() const {
  if (!render_) throw RuntimeError("the render that this belongs to is over");
  return *render_;
}

// Undefined values.

namespace {

Value make_undefined(const Environment& environment, UndefinedInfo info) {
  const UndefinedFactory& factory = environment.options().undefined;
  return Value::undefined(factory ? factory(std::move(info)) : std::make_unique<Undefined>(std::move(info)));
}

}  // namespace

Value Render::undefined(std::string_view hint, std::string_view name) const {
  return make_undefined(environment_, {std::string(hint), {}, Value(name)});
}

Value Render::undefined_among(std::string_view hint, std::string_view name, const Value& among) const {
  return make_undefined(environment_, {std::string(hint), {}, Value(name), false, among});
}

Value Render::undefined_name(std::string_view name) const {
  return make_undefined(environment_, {{}, {}, Value(name)});
}

Value Render::undefined_member(const Value& object, const Value& name) const {
  return make_undefined(environment_, {{}, object, name});
}

const Value& Render::policy(std::string_view name) const { return environment_.policy(name); }

// The gate: every way to an attribute or item leads through get(), and every call through
// call().

namespace {

/// Whether the sandbox hides an attribute (Jinja: is_safe_attribute).
bool is_hidden(const Environment& environment, const Value& object, std::string_view name) {
  const Sandbox sandbox = environment.options().sandbox;
  if (sandbox == Sandbox::none) return false;
  if (!name.empty() && name.front() == '_') return true;
  if (sandbox != Sandbox::immutable) return false;
  const Method* method = find_method(object.kind(), name);
  return method && method->mutates;
}

Value hidden(const Environment& environment, const Value& object, std::string_view name) {
  return make_undefined(environment, {fmt::format("access to attribute '{}' of '{}' object is unsafe.", name,
                                                  object.type_name()),
                                      object, Value(name), true});
}

/// Python's dunder names, which its objects all have and values here have not.
bool is_internal(std::string_view name) {
  return name.size() > 4 && name.substr(0, 2) == "__" && name.substr(name.size() - 2) == "__";
}

/// getattr; a plain undefined value when there is none.
Value get(const Environment& environment, const Value& object, std::string_view name) {
  if (object.is_undefined()) {
    if (const retort::Undefined* info = object.undefined_info()) return info->attribute(name);
    fail_undefined(object);
  }
  Value out;
  if (detail::object_as<detail::Loop>(object)) out = detail::Loop::bind_method(object, name);
  if (out.is_undefined()) out = get_attribute(object, name);
  const bool exists = !out.is_undefined() || is_internal(name);
  if (exists && is_hidden(environment, object, name)) return hidden(environment, object, name);
  return out;
}

bool nothing(const Value& value) { return value.is_undefined() && !value.undefined_info(); }

}  // namespace

Value Render::attribute(const Value& object, std::string_view name) {
  return get(environment_, object, name);
}

Value Render::item(const Value& object, const Value& key) { return ops::item(object, key); }

Value Render::field_member(const Value& object, const Value& key, bool is_attribute) {
  if (environment_.options().sandbox == Sandbox::none)
    return Evaluator::field_member(object, key, is_attribute);
  return is_attribute ? getattr(object, key.as_string()) : getitem(object, key);
}

Value Render::own_attribute(const Value& object, std::string_view name) {
  Value out = get(environment_, object, name);
  return nothing(out) ? undefined_member(object, Value(name)) : out;
}

Value Render::getattr(const Value& object, std::string_view name) {
  Value out = get(environment_, object, name);
  if (!nothing(out)) return out;
  if (!object.is_sequence() && !object.is_string()) {
    out = ops::item(object, Value(name));
    if (!nothing(out)) return out;
  }
  return undefined_member(object, Value(name));
}

Value Render::getitem(const Value& object, const Value& key) {
  Value out = ops::item(object, key);
  if (!nothing(out)) return out;
  if (key.is_string()) {
    out = get(environment_, object, key.as_string());
    if (!nothing(out)) return out;
  }
  return undefined_member(object, key);
}

Value Render::call(const Value& callable, const CallArguments& arguments) {
  if (callable.is_object() && environment_.options().sandbox != Sandbox::none &&
      !callable.as_object().is_safe_callable())
    throw SecurityError(fmt::format("{} is not safely callable", callable.repr()));
  return Evaluator::call(callable, arguments);
}

Value Render::call_filter(std::string_view name, const CallArguments& arguments) {
  const detail::Callable function = environment_.impl().filter(name);
  if (!function) {
    TemplateRuntimeError error(fmt::format("No filter named '{}'.", name));
    error.suggest(detail::suggest_filter(environment_, name));
    throw error;
  }
  return function(*this, arguments);
}

bool Render::call_test(std::string_view name, const CallArguments& arguments) {
  const detail::Callable function = environment_.impl().test(name);
  if (!function) {
    TemplateRuntimeError error(fmt::format("No test named '{}'.", name));
    error.suggest(detail::suggest_test(environment_, name));
    throw error;
  }
  return function(*this, arguments).truthy();
}

}  // namespace retort::jinja
