// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/templating.h"

#include <utility>

#include <fmt/format.h>

#include "retort/app/app.h"
#include "retort/app/detail/app_impl.h"
#include "retort/app/globals.h"
#include "retort/app/kept_context.h"
#include "retort/app/signals.h"
#include "retort/jinja/environment.h"
#include "retort/jinja/error.h"
#include "retort/jinja/loader.h"

namespace retort {
namespace {

jinja::Environment& environment() {
  return detail::app_context_or_throw().app().impl().templates.environment();
}

/// Runs f; what is said of a template that is missing names the folders.
template <class F>
auto explained(F f) {
  try {
    return f();
  } catch (jinja::TemplateNotFound& error) {
    detail::app_context_or_throw().app().impl().templates.explain(error);
    throw;
  }
}

std::string render(const jinja::Template& made, const Value& passed) {
  Context& context = detail::app_context_or_throw();
  App& app = context.app();
  Value variables = detail::template_context(context, passed);
  // Receivers may change the context, the caller's values stay as they are.
  if (before_render_template.has_receivers_for(app) || template_rendered.has_receivers_for(app))
    variables = variables.copy();
  before_render_template.send(app, made.name(), variables);
  std::string out = explained([&] { return made.render(variables); });
  template_rendered.send(app, made.name(), variables);
  return out;
}

// What the context borrows is gone when the body is written: it is copied all the way down.
Response::Stream stream(jinja::Template made, const Value& passed) {
  Context& context = detail::app_context_or_throw();
  Value variables = detail::template_context(context, passed).deep_copy();
  before_render_template.send(context.app(), made.name(), variables);
  return stream_with_context(
      [made = std::move(made), variables = std::move(variables)](BodyWriter& body) mutable {
        explained([&] {
          made.generate(variables, [&body](std::string_view piece) {
            body.write(piece);
            body.flush();
          });
        });
        template_rendered.send(detail::app_context_or_throw().app(), made.name(), variables);
      });
}

}  // namespace

jinja::Template TemplateNames::find() const {
  if (template_) return *template_;
  return explained([this] {
    const jinja::Environment& from = environment();
    if (list_) return from.select_template(*list_);
    if (several_.size() == 0) return from.get_template(name_);
    return from.select_template(std::vector<std::string>(several_.begin(), several_.end()));
  });
}

std::string render_template(TemplateNames names, std::initializer_list<Value::Member> context) {
  return detail::render_with(names, Value::dict(context));
}

Response::Stream stream_template(TemplateNames names, std::initializer_list<Value::Member> context) {
  return detail::stream_with(names, Value::dict(context));
}

Response::Stream stream_template_string(std::string_view source,
                                        std::initializer_list<Value::Member> context) {
  return detail::stream_string_with(source, Value::dict(context));
}

std::string render_template_string(std::string_view source, std::initializer_list<Value::Member> context) {
  return detail::render_string_with(source, Value::dict(context));
}

namespace detail {

std::string render_with(const TemplateNames& names, const Value& context) {
  return render(names.find(), context);
}

std::string render_string_with(std::string_view source, const Value& context) {
  return render(environment().from_string(source), context);
}

Response::Stream stream_with(const TemplateNames& names, const Value& context) {
  return stream(names.find(), context);
}

Response::Stream stream_string_with(std::string_view source, const Value& context) {
  return stream(environment().from_string(source), context);
}

}  // namespace detail

TemplateAttribute::TemplateAttribute(Owned<jinja::TemplateModule> module, std::string_view name)
    : module_(std::move(module)), name_(name) {}
TemplateAttribute::TemplateAttribute(TemplateAttribute&&) noexcept = default;
TemplateAttribute& TemplateAttribute::operator=(TemplateAttribute&&) noexcept = default;
TemplateAttribute::~TemplateAttribute() = default;

Value TemplateAttribute::operator()(std::initializer_list<Value> arguments,
                                    std::initializer_list<Value::Member> named) const {
  return module_->call(name_, arguments, named);
}

Value TemplateAttribute::value() const { return module_->get(name_); }

TemplateAttribute get_template_attribute(TemplateNames names, std::string_view attribute) {
  const jinja::Template from = names.find();
  Owned<jinja::TemplateModule> module(new jinja::TemplateModule(from.make_module()));
  if (module->get(attribute).is_undefined()) {
    throw jinja::UndefinedError(
        fmt::format("the template '{}' does not export '{}'", from.name(), attribute));
  }
  return {std::move(module), attribute};
}

void add_templates(App& app, std::string_view owner, const jinja::EmbeddedTemplate* templates,
                   std::size_t count) {
  app.impl().templates.folders().add(std::string(owner), "",
                                     std::make_unique<jinja::EmbeddedLoader>(templates, count));
}

}  // namespace retort
