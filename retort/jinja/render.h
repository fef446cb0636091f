// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Render: one rendering of a template, as filters, tests and global functions see it: the
// variables, the environment, whether output is escaped, and the way to attributes, items
// and calls that the environment allows. What Jinja passes to functions that are marked
// with pass_context, pass_eval_context and pass_environment. Belongs to one thread; valid
// during the call.

#include <string>
#include <string_view>

#include "retort/value/evaluator.h"
#include "retort/value/object.h"
#include "retort/value/value.h"

namespace retort::jinja {

class Environment;
class RenderUser;

class Render : public Evaluator {
 public:
  ~Render() override;
  const Environment& environment() const { return environment_; }

  /// Whether what is printed here is escaped (Jinja: eval_ctx.autoescape).
  bool autoescape() const { return autoescape_; }
  /// The name of the template that is being rendered; empty for one from a string.
  virtual std::string_view template_name() const = 0;
  /// A variable of the context (Jinja: context.resolve); undefined, with its name, when
  /// there is none.
  virtual Value resolve(std::string_view name) = 0;

  // Evaluator's: through the sandbox. Plain undefined when there is nothing, but for what
  // str.format reaches in a sandbox: that is as in a template (Jinja: SandboxedFormatter).
  Value attribute(const Value& object, std::string_view name) override;
  Value item(const Value& object, const Value& key) override;
  Value field_member(const Value& object, const Value& key, bool is_attribute) override;
  Value call(const Value& callable, const CallArguments& arguments) override;

  /// `object|attr(name)`: the attribute alone, through the sandbox.
  Value own_attribute(const Value& object, std::string_view name);
  /// `object.name` in a template: attribute, then item (Jinja: environment.getattr).
  Value getattr(const Value& object, std::string_view name);
  /// `object[key]` in a template: item, then attribute (Jinja: environment.getitem).
  Value getitem(const Value& object, const Value& key);

  /// Undefined values of the environment's class, by what their message says: the hint;
  /// "'name' is undefined"; "'dict object' has no attribute 'name'".
  Value undefined(std::string_view hint, std::string_view name = {}) const;
  Value undefined_name(std::string_view name) const;
  /// With a hint, and a value whose names might have been meant.
  Value undefined_among(std::string_view hint, std::string_view name, const Value& among) const;
  Value undefined_member(const Value& object, const Value& name) const;

  /// Calls a filter or test by name, as the filters map, select and their like do.
  /// `arguments` begin with the value. TemplateRuntimeError ("No filter named 'x'.").
  Value call_filter(std::string_view name, const CallArguments& arguments);
  bool call_test(std::string_view name, const CallArguments& arguments);

  /// An environment's policy ("truncate.leeway"); undefined when there is none.
  const Value& policy(std::string_view name) const;

 protected:
  explicit Render(const Environment& environment) : environment_(environment) {}

  const Environment& environment_;
  bool autoescape_ = false;

 private:
  friend class RenderUser;
  RenderUser* users_ = nullptr;  // a list through themselves
};

/// A render for what may be used after the call that made it, and may outlive the render: a
/// generator that a filter returns. Belongs to the render's thread.
class RenderUser {
 public:
  explicit RenderUser(Render& render);
  RenderUser(const RenderUser&) = delete;
  RenderUser& operator=(const RenderUser&) = delete;
  ~RenderUser();
  /// RuntimeError once the render is over.
  Render& render() const;

 private:
  friend class Render;
  Render* render_;
  RenderUser* previous_ = nullptr;
  RenderUser* next_;
};

}  // namespace retort::jinja
