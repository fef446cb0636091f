// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Environment: the settings, filters, tests and globals that templates share, and the way
// to templates (Jinja's Environment). Set up by one thread; from the first template on it
// is shared by all and not changed any more, but for its cache of templates.

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "retort/base/function.h"
#include "retort/base/memory.h"
#include "retort/jinja/function.h"
#include "retort/jinja/loader.h"
#include "retort/jinja/syntax.h"
#include "retort/jinja/template.h"
#include "retort/jinja/undefined.h"
#include "retort/value/value.h"

namespace retort::jinja {

class Extension;
class Render;

/// Whether a template's output is escaped; by its name, which is empty for a template from
/// a string.
using AutoescapeRule = Function<bool(std::string_view name)>;

/// Escapes what ends in one of the enabled extensions, ignoring case (Jinja:
/// select_autoescape). Extensions are written without their dot.
struct SelectAutoescape {
  std::vector<std::string> enabled_extensions = {"html", "htm", "xml"};
  std::vector<std::string> disabled_extensions = {};
  bool default_for_string = true;
  bool otherwise = false;
  bool operator()(std::string_view name) const;
};

/// What a sandbox forbids.
enum class Sandbox : unsigned char {
  none,
  safe,       ///< private attributes, unsafe callables, long ranges (SandboxedEnvironment)
  immutable,  ///< and methods that change lists and dicts (ImmutableSandboxedEnvironment)
};

/// What one render may use; beyond it is a LimitError (as TemplateRuntimeError).
struct RenderLimits {
  std::uint64_t steps = UINT64_MAX;     ///< turns of loops, calls of macros, includes
  std::size_t output_bytes = SIZE_MAX;  ///< of the finished text
  std::size_t memory_bytes = SIZE_MAX;  ///< of texts and lists that expressions make, in all
  std::size_t recursion = 100;          ///< templates, macros and loops inside one another
  /// Of the stack, where templates, macros, loops and filters begin inside one another; of
  /// renders inside of renders together, and on a fiber no more than two thirds of its stack.
  std::size_t stack_bytes = 128 * 1024;
};

struct Options {
  Options();
  Options(Options&&) noexcept;
  Options& operator=(Options&&) noexcept;
  ~Options();

  Syntax syntax;
  AutoescapeRule autoescape;   ///< none: nothing is escaped
  UndefinedFactory undefined;  ///< none: Undefined
  /// Applied to each printed value before it becomes text.
  Function<Value(Render& render, const Value& value)> finalize;
  std::unique_ptr<Loader> loader;
  /// Asks the loader at each get_template whether the source has changed.
  bool auto_reload = true;
  /// Tells way_of() (error.h) of exceptions that are not the templates' own; for debugging.
  bool trace_exceptions = false;
  /// How many templates stay compiled. One more, and all are forgotten, and compiled anew when
  /// they are asked for; without auto_reload the first so many stay, and those that others name.
  std::size_t cache_size = 4096;
  Sandbox sandbox = Sandbox::none;
  RenderLimits limits;
  std::vector<std::unique_ptr<Extension>> extensions;
};

/// Autoescape for HTML and XML files and for strings: what Flask's templates have.
AutoescapeRule select_autoescape(SelectAutoescape rule = {});

class Environment {
 public:
  Environment();
  explicit Environment(Options options);
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  ~Environment();

  // Set-up: before the first template. A filter, test or global is a plain function; see
  // function.h for what it may take.

  void add_filter(std::string name, NativeFunction filter);
  void add_test(std::string name, NativeFunction test);
  void add_global(std::string name, Value value);
  void add_global(std::string name, NativeFunction function);
  /// Changes a policy ("truncate.leeway", "json.dumps_kwargs").
  void set_policy(std::string_view name, Value value);
  /// Options::trace_exceptions, where it is known only now.
  void set_trace_exceptions(bool trace);
  /// Options::auto_reload, where it is known only now.
  void set_auto_reload(bool reload);
  /// Ends set-up: nothing can be added any more, and another thread than the one that made it
  /// may use and free it.
  void freeze();
  /// An environment that shares this one's filters, tests, globals, policies and loader,
  /// with other options (Jinja: overlay). This one must outlive it.
  std::unique_ptr<Environment> overlay(Options options) const;

  const Options& options() const;
  const Value& policy(std::string_view name) const;
  /// A global; undefined when there is none.
  const Value& global(std::string_view name) const;
  bool is_autoescaped(std::string_view name) const;
  bool has_filter(std::string_view name) const;
  bool has_test(std::string_view name) const;

  // Templates. All throw TemplateError: TemplateNotFound, TemplateSyntaxError.

  /// `parent` is the template that asks: see join_path.
  Template get_template(std::string_view name, std::string_view parent = {}) const;
  /// The first that exists. TemplatesNotFound.
  Template select_template(const std::vector<std::string>& names, std::string_view parent = {}) const;
  /// A template value, a name, or a list of them.
  Template get_or_select_template(const Value& name_or_names, std::string_view parent = {}) const;
  Template from_string(std::string_view source) const;
  Expression compile_expression(std::string_view source, bool undefined_to_none = true) const;
  std::vector<std::string> list_templates() const;
  /// How a template's name is understood inside `parent`; by default as it is.
  using JoinPath = Function<std::string(std::string_view name, std::string_view parent)>;
  void set_join_path(JoinPath join);

  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace retort::jinja
