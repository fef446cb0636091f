// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Templates in an app (Flask: render_template and its siblings). They are found in the app's
// template folder, then in its blueprints', and see config, request, session, g, url_for,
// get_flashed_messages, what the context processors give, and the context that is passed.
// Called in an app's context; safe from every worker.
//
//   return render_template("blog/index.html", {{"posts", Value::view(posts)}});

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "retort/base/owned.h"
#include "retort/jinja/function.h"
#include "retort/message/response.h"
#include "retort/value/value.h"
#include "retort/value/view.h"

namespace retort {

class App;

namespace jinja {
class Template;
class TemplateModule;
struct EmbeddedTemplate;
}  // namespace jinja

/// A template's name, or several of which the first that exists is taken, or a template.
/// Borrows: for the length of a call.
class TemplateNames {
 public:
  TemplateNames(const char* name) : name_(name) {}         // NOLINT: implicit by design
  TemplateNames(std::string_view name) : name_(name) {}    // NOLINT
  TemplateNames(const std::string& name) : name_(name) {}  // NOLINT
  TemplateNames(std::initializer_list<std::string_view> names) : several_(names) {}  // NOLINT
  TemplateNames(const std::vector<std::string>& names) : list_(&names) {}            // NOLINT
  TemplateNames(const jinja::Template& made) : template_(&made) {}                   // NOLINT

  /// The template. Throws jinja::TemplateNotFound, jinja::TemplateSyntaxError.
  jinja::Template find() const;

 private:
  std::string_view name_;
  std::initializer_list<std::string_view> several_;
  const std::vector<std::string>* list_ = nullptr;
  const jinja::Template* template_ = nullptr;
};

/// A template's text. `context` is a dict, or a view of an aggregate or map; what is in it
/// wins over what the context processors give. Throws jinja::TemplateError.
std::string render_template(TemplateNames names, std::initializer_list<Value::Member> context = {});
template <class V, std::enable_if_t<std::is_same_v<V, Value>, int> = 0>
std::string render_template(TemplateNames names, const V& context);
/// The same for a source that is at hand; it is escaped as HTML.
std::string render_template_string(std::string_view source,
                                   std::initializer_list<Value::Member> context = {});
template <class V, std::enable_if_t<std::is_same_v<V, Value>, int> = 0>
std::string render_template_string(std::string_view source, const V& context);

/// A response's body that is rendered while it is sent. The context is copied, and what is
/// seen through views as well; request and g stay as long as the stream.
Response::Stream stream_template(TemplateNames names, std::initializer_list<Value::Member> context = {});
template <class V, std::enable_if_t<std::is_same_v<V, Value>, int> = 0>
Response::Stream stream_template(TemplateNames names, const V& context);
Response::Stream stream_template_string(std::string_view source,
                                        std::initializer_list<Value::Member> context = {});
template <class V, std::enable_if_t<std::is_same_v<V, Value>, int> = 0>
Response::Stream stream_template_string(std::string_view source, const V& context);

/// A macro or variable that a template exports: `get_template_attribute("_cider.html",
/// "hello")({"World"})`. Belongs to one thread.
class TemplateAttribute {
 public:
  TemplateAttribute(TemplateAttribute&&) noexcept;
  TemplateAttribute& operator=(TemplateAttribute&&) noexcept;
  ~TemplateAttribute();

  /// Calls a macro; what it gives is Markup where the template is escaped.
  Value operator()(std::initializer_list<Value> arguments = {},
                   std::initializer_list<Value::Member> named = {}) const;
  /// A variable's value; good as long as this is.
  Value value() const;

 private:
  friend TemplateAttribute get_template_attribute(TemplateNames names, std::string_view attribute);
  TemplateAttribute(Owned<jinja::TemplateModule> module, std::string_view name);
  Owned<jinja::TemplateModule> module_;
  std::string name_;
};

/// Throws jinja::UndefinedError when the template exports no such name.
TemplateAttribute get_template_attribute(TemplateNames names, std::string_view attribute);

/// For extensions, at set-up: templates of their own, which stay, under names that begin with a word
/// of theirs. The app's folder goes before. Include retort/jinja/loader.h.
void add_templates(App& app, std::string_view owner, const jinja::EmbeddedTemplate* templates,
                   std::size_t count);

namespace detail {
std::string render_with(const TemplateNames& names, const Value& context);
std::string render_string_with(std::string_view source, const Value& context);
Response::Stream stream_with(const TemplateNames& names, const Value& context);
Response::Stream stream_string_with(std::string_view source, const Value& context);
}  // namespace detail

template <class V, std::enable_if_t<std::is_same_v<V, Value>, int>>
std::string render_template(TemplateNames names, const V& context) {
  return detail::render_with(names, context);
}
template <class V, std::enable_if_t<std::is_same_v<V, Value>, int>>
std::string render_template_string(std::string_view source, const V& context) {
  return detail::render_string_with(source, context);
}
template <class V, std::enable_if_t<std::is_same_v<V, Value>, int>>
Response::Stream stream_template(TemplateNames names, const V& context) {
  return detail::stream_with(names, context);
}
template <class V, std::enable_if_t<std::is_same_v<V, Value>, int>>
Response::Stream stream_template_string(std::string_view source, const V& context) {
  return detail::stream_string_with(source, context);
}

}  // namespace retort
