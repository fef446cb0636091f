// SPDX-License-Identifier: BSD-3-Clause
#include "retort/jinja/environment.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include <fmt/format.h>

#include "retort/jinja/detail/builtins.h"
#include "retort/jinja/detail/environment_impl.h"
#include "retort/jinja/detail/lower.h"
#include "retort/jinja/detail/objects.h"
#include "retort/jinja/detail/rendering.h"
#include "retort/jinja/detail/suggest.h"
#include "retort/jinja/error.h"
#include "retort/value/error.h"
#include "retort/value/iterate.h"

namespace retort::jinja {

namespace {

char lower_ascii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool ends_with_extension(std::string_view name, const std::string& extension) {
  if (name.size() <= extension.size()) return false;
  const std::string_view tail = name.substr(name.size() - extension.size());
  if (name[name.size() - extension.size() - 1] != '.') return false;
  return std::equal(tail.begin(), tail.end(), extension.begin(),
                    [](char a, char b) { return lower_ascii(a) == lower_ascii(b); });
}

bool ends_with_any(std::string_view name, const std::vector<std::string>& extensions) {
  return std::any_of(extensions.begin(), extensions.end(),
                     [&](const std::string& extension) { return ends_with_extension(name, extension); });
}

/// A function as a global's value.
class FunctionObject final : public Object {
 public:
  explicit FunctionObject(NativeFunction function) : function_(std::move(function)) {}
  std::string_view type_name() const override { return "function"; }
  bool is_callable() const override { return true; }
  bool is_safe_callable() const override { return !function_.is_unsafe(); }
  Value call(const CallArguments& arguments) const override {
    auto* render = dynamic_cast<Render*>(arguments.evaluator);
    if (!render) throw TypeError("a template's function is called outside of a template");
    return function_.call()(*render, arguments);
  }

 private:
  NativeFunction function_;
};

template <class Map>
detail::Callable find_native(const Map& functions, std::string_view name) {
  const auto found = functions.find(name);
  return found == functions.end() ? detail::Callable{} : detail::Callable{nullptr, &found->second.call()};
}

detail::Callable find_builtin(ValueSpan<detail::Builtin> table, std::string_view name) {
  const auto* found =
      std::lower_bound(table.begin(), table.end(), name,
                       [](const detail::Builtin& a, std::string_view b) { return a.name < b; });
  if (found == table.end() || found->name != name) return {};
  return {found->function, nullptr};
}

}  // namespace

Options::Options() = default;
Options::Options(Options&&) noexcept = default;
Options& Options::operator=(Options&&) noexcept = default;
Options::~Options() = default;

bool SelectAutoescape::operator()(std::string_view name) const {
  if (name.empty()) return default_for_string;
  if (ends_with_any(name, enabled_extensions)) return true;
  if (ends_with_any(name, disabled_extensions)) return false;
  return otherwise;
}

AutoescapeRule select_autoescape(SelectAutoescape rule) { return AutoescapeRule(std::move(rule)); }

detail::Callable Environment::Impl::filter(std::string_view name) const {
  if (const detail::Callable own = find_native(filters, name)) return own;
  return base ? base->impl().filter(name) : find_builtin(detail::builtin_filters(), name);
}

detail::Callable Environment::Impl::test(std::string_view name) const {
  if (const detail::Callable own = find_native(tests, name)) return own;
  return base ? base->impl().test(name) : find_builtin(detail::builtin_tests(), name);
}

const Loader* Environment::Impl::loader() const {
  if (options.loader) return options.loader.get();
  return base ? base->impl().loader() : nullptr;
}

Environment::Environment() : Environment(Options{}) {}

Environment::Environment(Options options) : impl_(std::make_unique<Impl>()) {
  options.syntax.check();
  impl_->options = std::move(options);
  impl_->globals = detail::builtin_globals();
  impl_->policies = detail::default_policies();
  for (const std::unique_ptr<Extension>& extension : impl_->options.extensions)
    impl_->extensions.push_back(extension.get());
  std::stable_sort(impl_->extensions.begin(), impl_->extensions.end(),
                   [](const Extension* a, const Extension* b) { return a->priority() < b->priority(); });
}

Environment::~Environment() = default;

std::unique_ptr<Environment> Environment::overlay(Options options) const {
  auto out = std::make_unique<Environment>(std::move(options));
  out->impl_->base = this;
  out->impl_->globals = Value::dict();
  out->impl_->policies = Value::dict();
  return out;
}

void Environment::add_filter(std::string name, NativeFunction filter) {
  filter.set_name(name);
  impl_->filters.insert_or_assign(std::move(name), std::move(filter));
}

void Environment::add_test(std::string name, NativeFunction test) {
  test.set_name(name);
  impl_->tests.insert_or_assign(std::move(name), std::move(test));
}

void Environment::add_global(std::string name, Value value) {
  value.freeze();
  impl_->globals.set(name, std::move(value));
}

void Environment::add_global(std::string name, NativeFunction function) {
  function.set_name(name);
  add_global(std::move(name), Value::object(std::make_unique<FunctionObject>(std::move(function))));
}

void Environment::set_policy(std::string_view name, Value value) {
  value.freeze();
  impl_->policies.set(name, std::move(value));
}

void Environment::set_trace_exceptions(bool trace) { impl_->options.trace_exceptions = trace; }
void Environment::set_auto_reload(bool reload) { impl_->options.auto_reload = reload; }

void Environment::freeze() {
  impl_->globals.freeze();
  impl_->policies.freeze();
}

void Environment::set_join_path(JoinPath join) { impl_->join_path = std::move(join); }

const Options& Environment::options() const { return impl_->options; }

const Value& Environment::policy(std::string_view name) const {
  const Value* found = impl_->policies.find(name);
  if (found) return *found;
  return impl_->base ? impl_->base->policy(name) : Value::undefined();
}

const Value& Environment::global(std::string_view name) const {
  const Value* found = impl_->globals.find(name);
  if (found) return *found;
  return impl_->base ? impl_->base->global(name) : Value::undefined();
}

bool Environment::is_autoescaped(std::string_view name) const {
  return impl_->options.autoescape && impl_->options.autoescape(name);
}

bool Environment::has_filter(std::string_view name) const { return static_cast<bool>(impl_->filter(name)); }
bool Environment::has_test(std::string_view name) const { return static_cast<bool>(impl_->test(name)); }

// Templates.

namespace detail {

Template compile(const Environment& environment, std::string_view source, std::string_view name,
                 std::string_view filename, std::uint64_t version, bool expression) {
  auto program = std::make_unique<Program>();
  program->environment = &environment;
  program->name = name;
  program->filename = filename;
  program->version = version;
  program->autoescape = environment.is_autoescaped(name);
  ParseOptions options;
  options.syntax = &environment.options().syntax;
  options.extensions = &environment.impl().extensions;
  options.name = program->name;
  options.filename = program->filename;
  program->ast = expression ? parse_expression(source, options) : parse(source, options);
  Lowering(*program).run();
  return TemplateAccess::adopt(program.release());
}

}  // namespace detail

Template Environment::from_string(std::string_view source) const {
  return detail::compile(*this, source, {}, {}, 0);
}

Expression Environment::compile_expression(std::string_view source, bool undefined_to_none) const {
  return Expression(detail::compile(*this, source, {}, {}, 0, true), undefined_to_none);
}

std::string Environment::Impl::join(std::string_view name, std::string_view parent) const {
  if (parent.empty()) return std::string(name);
  if (join_path) return join_path(name, parent);
  return base ? base->impl().join(name, parent) : std::string(name);
}

namespace detail {

Published::~Published() {
  for (std::atomic<Entry*>& bucket : buckets_) {
    for (Entry* entry = bucket.load(std::memory_order_relaxed); entry;) {
      delete std::exchange(entry, entry->next);
    }
  }
}

const Program* Published::find(std::string_view name) const {
  const std::size_t hash = std::hash<std::string_view>{}(name);
  const Entry* entry = buckets_[hash % kBuckets].load(std::memory_order_acquire);
  while (entry && (entry->hash != hash || entry->held.name() != name)) entry = entry->next;
  return entry ? &TemplateAccess::program(entry->held) : nullptr;
}

void Published::add(Template compiled) {
  const std::size_t hash = std::hash<std::string_view>{}(compiled.name());
  std::atomic<Entry*>& bucket = buckets_[hash % kBuckets];
  Entry* next = bucket.load(std::memory_order_relaxed);
  bucket.store(new Entry{std::move(compiled), hash, next}, std::memory_order_release);
  ++size_;
}

}  // namespace detail

// The lock is never held while the loader is asked, nor while a template is freed.
std::optional<Template> Environment::Impl::find_cached(std::string_view name) const {
  std::optional<Template> found;
  {
    std::shared_lock lock(mutex);
    auto entry = pinned.find(name);
    if (entry == pinned.end()) {
      entry = templates.find(name);
      if (entry == templates.end()) return std::nullopt;
    }
    found = entry->second;
  }
  if (options.auto_reload && !found->is_up_to_date()) return std::nullopt;
  return found;
}

// Of two threads that compiled the same source at once, both get the template of the first.
// Where their sources differ, the later one stays: whoever asks next sees whether it is old.
Template Environment::Impl::keep(Template compiled) const {
  std::optional<Template> replaced;
  std::map<std::string, Template, std::less<>> forgotten;
  std::unique_lock lock(mutex);
  const auto found = templates.find(compiled.name());
  if (!options.auto_reload) {
    if (const detail::Program* first = published.find(compiled.name()))
      return detail::TemplateAccess::borrow(first);
    if (found == templates.end() && published.size() < options.cache_size) {
      published.add(compiled);
      return compiled;
    }
  }
  if (found != templates.end()) {
    const auto version = [](const Template& of) { return detail::TemplateAccess::program(of).version; };
    if (!options.auto_reload || version(found->second) == version(compiled)) return found->second;
    replaced = std::exchange(found->second, compiled);
  } else if (options.cache_size > 0) {
    if (templates.size() >= options.cache_size) forgotten.swap(templates);
    templates.emplace(compiled.name(), compiled);
  }
  lock.unlock();
  return compiled;
}

const detail::Program& Environment::Impl::pin(const detail::Program& program) const {
  detail::retain(&program);
  Template handle = detail::TemplateAccess::adopt(&program);
  std::unique_lock lock(mutex);
  if (published.find(program.name) == &program) return program;
  return detail::TemplateAccess::program(pinned.emplace(program.name, std::move(handle)).first->second);
}

Template Environment::Impl::get(const Environment& environment, std::string_view asked,
                                std::string_view parent) const {
  std::string joined;
  if (!parent.empty()) joined = join(asked, parent);
  const std::string_view name = parent.empty() ? asked : joined;
  if (!options.auto_reload) {
    if (const detail::Program* found = published.find(name)) return detail::TemplateAccess::borrow(found);
  }
  const Loader* from = loader();
  if (!from) throw TemplateNotFound(std::string(name), "no loader for this environment specified");
  if (std::optional<Template> cached = find_cached(name)) return *std::move(cached);
  const std::optional<TemplateSource> source = from->load(name);
  if (!source) throw TemplateNotFound(std::string(name));
  return keep(detail::compile(environment, source->text, name, source->filename, source->version));
}

Template Environment::Impl::select(const Environment& environment, const std::vector<std::string>& names,
                                   std::string_view parent) const {
  if (names.empty()) throw TemplatesNotFound({}, "Tried to select from an empty list of templates.");
  for (const std::string& name : names) {
    try {
      return get(environment, name, parent);
    } catch (const TemplateNotFound&) {
      continue;  // the next may be there
    }
  }
  throw TemplatesNotFound(names);
}

Template Environment::Impl::get_or_select(const Environment& environment, const Value& which,
                                          std::string_view parent) const {
  if (const Template* object = Template::from_value(which)) return *object;
  if (which.is_string()) return get(environment, which.as_string(), parent);
  if (which.is_undefined()) fail_undefined(which);
  if (!which.truthy()) throw TemplatesNotFound({}, "Tried to select from an empty list of templates.");
  const Owned<ValueIterator> items = iterate(which);
  std::vector<std::string> names;
  Value item;
  while (items->next(item)) {
    if (const Template* object = Template::from_value(item)) return *object;
    if (item.is_undefined()) fail_undefined(item);
    try {
      return get(environment, item.str(), parent);
    } catch (const TemplateNotFound&) {
      names.push_back(item.str());
    }
  }
  if (names.empty()) throw TemplatesNotFound({}, "Tried to select from an empty list of templates.");
  throw TemplatesNotFound(std::move(names));
}

namespace {

template <class Find>
Template or_suggest(const Environment& environment, const Find& find) {
  try {
    return find();
  } catch (TemplateNotFound& error) {
    error.suggest(detail::suggest_template(environment, error.templates()));
    throw;
  }
}

}  // namespace

Template Environment::get_template(std::string_view name, std::string_view parent) const {
  return or_suggest(*this, [&] { return impl_->get(*this, name, parent); });
}

Template Environment::select_template(const std::vector<std::string>& names, std::string_view parent) const {
  return or_suggest(*this, [&] { return impl_->select(*this, names, parent); });
}

Template Environment::get_or_select_template(const Value& which, std::string_view parent) const {
  return or_suggest(*this, [&] { return impl_->get_or_select(*this, which, parent); });
}

std::vector<std::string> Environment::list_templates() const {
  const Loader* loader = impl_->loader();
  if (!loader) throw TypeError("this environment has no loader");
  return loader->list_templates();
}

}  // namespace retort::jinja
