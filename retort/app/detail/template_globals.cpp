// SPDX-License-Identifier: BSD-3-Clause
// request, session, g, url_for in templates: objects without state that read the context
// which is current when they are used. So one environment serves all requests, imported
// templates see them as well, and a template that does not use them pays nothing.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "retort/app/app.h"
#include "retort/app/detail/app_impl.h"
#include "retort/app/detail/template_request.h"
#include "retort/app/detail/templates.h"
#include "retort/app/flash.h"
#include "retort/app/globals.h"
#include "retort/app/session.h"
#include "retort/app/url_for.h"
#include "retort/jinja/render.h"
#include "retort/value/arguments.h"
#include "retort/value/error.h"
#include "retort/value/iterate.h"

namespace retort::detail {
namespace {

class RequestObject final : public Object {
 public:
  std::string_view type_name() const override { return "Request"; }
  Value attribute(std::string_view name) const override {
    return request_attribute(request_context_or_throw().request(), name);
  }
  bool truthy() const override { return has_request_context(); }
  void append_repr(std::string& out) const override {
    if (!has_request_context()) {
      out += "<LocalProxy unbound>";
      return;
    }
    const Request& request = request_context_or_throw().request();
    out += "<Request " + Value(request.url()).repr() + " [" + std::string(request.method) + "]>";
  }
};

class GlobalsObject final : public Object {
 public:
  std::string_view type_name() const override { return "_AppCtxGlobals"; }
  Value attribute(std::string_view name) const override {
    const AppGlobals& g = app_context_or_throw().g();
    if (g.contains(name)) return g.value(name);
    if (name == "get") {
      return callable_value(name, [](const CallArguments& call) {
        if (call.positional.empty()) throw TypeError("get() missing 1 required positional argument: 'name'");
        const Value found = app_context_or_throw().g().value(call.positional[0].as_string());
        if (!found.is_undefined()) return found;
        return call.positional.size() > 1 ? call.positional[1] : Value(nullptr);
      });
    }
    return {};
  }
  bool contains(const Value& needle, bool& out) const override {
    out = needle.is_string() && app_context_or_throw().g().contains(needle.as_string());
    return true;
  }
  bool truthy() const override { return has_app_context(); }
};

/// url_for(endpoint, **values), with _anchor, _method, _scheme and _external among them.
Value template_url_for(jinja::Render&, const CallArguments& call) {
  std::string_view endpoint;
  if (call.positional.size() == 1) endpoint = call.positional[0].as_string();
  routing::Variables values;
  UrlOptions options;
  for (const Value::Member& member : call.named) {
    if (member.key == "endpoint" && call.positional.empty()) {
      endpoint = member.value.as_string();
    } else if (member.key == "_anchor") {
      if (!member.value.is_none()) options.anchor = member.value.str();
    } else if (member.key == "_method") {
      if (!member.value.is_none()) options.method = member.value.str();
    } else if (member.key == "_scheme") {
      if (!member.value.is_none()) options.scheme = member.value.str();
    } else if (member.key == "_external") {
      options.external = member.value.truthy();
    } else {
      values.set(std::string(member.key), to_variable(member.value));
    }
  }
  if (call.positional.size() > 1) {
    throw TypeError(
        "url_for() takes 1 positional argument (the endpoint); values are named: url_for('post', "
        "id=1)");
  }
  return url_for(endpoint, std::move(values), options);
}

/// get_flashed_messages(with_categories=False, category_filter=[])
Value template_flashed_messages(jinja::Render&, const CallArguments& call) {
  const Arguments args("get_flashed_messages", {"with_categories", "category_filter"}, 0, call);
  FlashedMessagesOptions options;
  options.with_categories = args.truthy(0, false);
  if (args.given(1) && args[1].is_string()) {
    options.category_filter.push_back(args[1].str());
  } else if (args.given(1)) {
    for_each(args[1], args.evaluator(), [&](const Value& category) {
      options.category_filter.emplace_back(category.str());
      return true;
    });
  }
  return get_flashed_messages(options);
}

}  // namespace

void add_template_globals(jinja::Environment& environment) {
  environment.add_global("request", Value::object(std::make_unique<RequestObject>()));
  environment.add_global("session", session_value());
  environment.add_global("g", Value::object(std::make_unique<GlobalsObject>()));
  environment.add_global("get_flashed_messages", jinja::NativeFunction::raw(&template_flashed_messages));
  environment.add_global("url_for", jinja::NativeFunction::raw(&template_url_for));
}

}  // namespace retort::detail
