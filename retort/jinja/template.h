// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Template: a compiled template, ready to be rendered by any number of threads at once. A
// cheap handle; its environment must outlive it.

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "retort/base/function.h"
#include "retort/base/memory.h"
#include "retort/value/value.h"

namespace retort::jinja {

class Environment;
namespace detail {
struct Program;
struct TemplateAccess;
void retain(const Program* program) noexcept;
void release(const Program* program) noexcept;
}  // namespace detail

/// A template's top-level variables and macros after it has run (Jinja's template modules).
class TemplateModule {
 public:
  TemplateModule(TemplateModule&&) noexcept;
  TemplateModule& operator=(TemplateModule&&) noexcept;
  ~TemplateModule();

  /// An exported variable or macro; undefined when there is none.
  Value get(std::string_view name) const;
  /// Calls an exported macro: `module.call("input", {"user", "text"})`.
  Value call(std::string_view macro, std::initializer_list<Value> arguments,
             std::initializer_list<Value::Member> named = {}) const;
  std::vector<std::string> names() const;
  /// What the template printed.
  const std::string& text() const;

 private:
  friend class Template;
  struct State;
  explicit TemplateModule(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

class Template {
 public:
  /// Takes a piece of output; may park the fiber that renders.
  using Sink = Function<void(std::string_view piece)>;

  Template(const Template& other) noexcept;
  Template(Template&& other) noexcept;
  Template& operator=(Template other) noexcept;
  ~Template();

  /// Empty for a template from a string.
  std::string_view name() const;
  std::string_view filename() const;
  const Environment& environment() const;
  /// False when the loader has a newer source.
  bool is_up_to_date() const;

  // Rendering. `context` is a dict (or a view of an aggregate or map) of the variables. All
  // throw TemplateError.

  std::string render() const;
  /// A Value as it is: `{{"name", 1}}` is a context of members, nothing else.
  template <class V, std::enable_if_t<std::is_same_v<V, Value>, int> = 0>
  std::string render(const V& context) const {
    return render_value(context);
  }
  std::string render(std::initializer_list<Value::Member> context) const;
  /// Appends to `out`; after an error `out` is as it was.
  void render_to(std::string& out, const Value& context) const;
  /// In pieces of about `piece_bytes`, as soon as they are ready (Jinja: generate, stream).
  template <class V, std::enable_if_t<std::is_same_v<V, Value>, int> = 0>
  void generate(const V& context, const Sink& sink, std::size_t piece_bytes = 16 * 1024) const {
    generate_value(context, sink, piece_bytes);
  }
  void generate(std::initializer_list<Value::Member> context, const Sink& sink,
                std::size_t piece_bytes = 16 * 1024) const;
  /// The value of the template's expressions instead of text (Jinja's native environment).
  /// Objects that the template made (a cycler, a namespace) look into its text: keep it as
  /// long. What needs the render itself (a macro, a loop, a generator) fails after it.
  template <class V, std::enable_if_t<std::is_same_v<V, Value>, int> = 0>
  Value render_native(const V& context) const {
    return native_value(context);
  }
  Value render_native(std::initializer_list<Value::Member> context = {}) const;
  template <class V, std::enable_if_t<std::is_same_v<V, Value>, int> = 0>
  TemplateModule make_module(const V& context) const {
    return module_of(context);
  }
  TemplateModule make_module(std::initializer_list<Value::Member> context = {}) const;

  /// As a value: what `{% extends layout %}` and `{% include part %}` take.
  Value as_value() const;
  /// The template behind such a value; null for others.
  static const Template* from_value(const Value& value);

 private:
  friend struct detail::TemplateAccess;
  // Takes over a reference, if it is counted.
  explicit Template(const detail::Program* program, bool counted = true) noexcept;
  std::string render_value(const Value& context) const;
  void generate_value(const Value& context, const Sink& sink, std::size_t piece_bytes) const;
  Value native_value(const Value& context) const;
  TemplateModule module_of(const Value& context) const;
  const detail::Program* program_;
  bool counted_ = true;  // else its environment keeps it
};

/// A compiled expression (Jinja: Environment.compile_expression).
class Expression {
 public:
  /// Its value; an undefined one as none unless the expression was compiled otherwise.
  Value operator()() const;
  template <class V, std::enable_if_t<std::is_same_v<V, Value>, int> = 0>
  Value operator()(const V& context) const {
    return evaluate(context);
  }
  Value operator()(std::initializer_list<Value::Member> context) const;

 private:
  Value evaluate(const Value& context) const;
  friend class Environment;
  Expression(Template program, bool undefined_to_none)
      : program_(std::move(program)), undefined_to_none_(undefined_to_none) {}
  Template program_;
  bool undefined_to_none_;
};

}  // namespace retort::jinja
