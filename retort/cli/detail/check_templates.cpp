// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <exception>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "retort/app/app.h"
#include "retort/app/inspect.h"
#include "retort/cli/detail/check.h"
#include "retort/jinja/environment.h"
#include "retort/jinja/error.h"
#include "retort/jinja/meta.h"
#include "retort/routing/map.h"
#include "retort/routing/rule.h"

namespace retort::detail {
namespace {

using Call = jinja::FunctionCall;

/// What a call of url_for says.
struct UrlCall {
  std::string endpoint;
  std::optional<std::string> method;
  std::vector<Value::Member> literals;  // names into the call
  std::vector<std::string_view> names;  // all that are given
  bool all_literal = true;
};

class TemplateCheck {
 public:
  TemplateCheck(App& app, Findings& out) : app_(app), map_(app.url_map()), out_(out) {}

  void check(const TemplateFile& file);

 private:
  void add(const TemplateFile& file, int line, std::string text, bool is_error = true);
  void check_reference(const TemplateFile& file, const jinja::TemplateReference& reference);
  void check_url(const TemplateFile& file, const Call& call);
  void check_relative(const TemplateFile& file, const Call& call, const UrlCall& url);
  void check_values(const TemplateFile& file, const Call& call, const UrlCall& url);
  bool exists(const std::string& name, const std::string& parent) const;
  bool is_endpoint(std::string_view name) const { return !map_.iter_rules(name).empty(); }

  App& app_;
  const routing::Map& map_;
  Findings& out_;
};

void TemplateCheck::add(const TemplateFile& file, int line, std::string text, bool is_error) {
  std::string place = file.filename.empty() ? file.name : file.filename;
  if (line > 0) place += fmt::format(":{}", line);
  out_.push_back({is_error, std::move(place), std::move(text)});
}

void TemplateCheck::check(const TemplateFile& file) {
  const jinja::Environment& environment = template_environment(app_);
  try {
    jinja::find_undeclared_variables(environment, file.text);  // compiles it
    for (const auto& reference : jinja::find_references(environment, file.text))
      check_reference(file, reference);
    for (const Call& call : jinja::find_calls(environment, file.text, "url_for")) check_url(file, call);
  } catch (const jinja::TemplateError& e) {
    std::string text = e.message();
    if (!e.suggestion().empty()) text += fmt::format(" Did you mean '{}'?", e.suggestion());
    add(file, e.line(), std::move(text));
  } catch (const std::exception& e) {  // bytes that are no text
    add(file, 0, e.what());
  }
}

bool TemplateCheck::exists(const std::string& name, const std::string& parent) const {
  try {
    template_environment(app_).get_template(name, parent);
  } catch (const jinja::TemplateNotFound& e) {
    return false;
  } catch (const jinja::TemplateError&) {
    // It is there; what is wrong with it is its own finding.
  }
  return true;
}

void TemplateCheck::check_reference(const TemplateFile& file, const jinja::TemplateReference& reference) {
  if (reference.ignore_missing || reference.names.empty()) return;
  std::string names;
  for (const std::optional<std::string>& name : reference.names) {
    if (!name || exists(*name, file.name)) return;
    names += fmt::format("{}'{}'", names.empty() ? "" : ", ", *name);
  }
  add(file, reference.line,
      reference.names.size() == 1 ? fmt::format("there is no template {}", names)
                                  : fmt::format("there is none of the templates {}", names));
}

void TemplateCheck::check_url(const TemplateFile& file, const Call& call) {
  const Call::Argument* named = nullptr;
  UrlCall url;
  for (std::size_t i = 0; i < call.arguments.size(); ++i) {
    const Call::Argument& argument = call.arguments[i];
    if ((i == 0 && argument.name.empty()) || argument.name == "endpoint") {
      named = &argument;
    } else if (argument.name == "_method") {
      if (argument.value && argument.value->is_string())
        url.method = std::string(argument.value->as_string());
    } else if (argument.name.empty() || argument.name == "_anchor" || argument.name == "_external" ||
               argument.name == "_scheme") {
      continue;
    } else {
      url.names.push_back(argument.name);
      if (argument.value) {
        url.literals.push_back({argument.name, *argument.value});
      } else {
        url.all_literal = false;
      }
    }
  }
  if (!named || !named->value || !named->value->is_string()) return;
  url.endpoint = std::string(named->value->as_string());
  if (url.endpoint.starts_with('.')) return check_relative(file, call, url);
  check_values(file, call, url);
}

// Which blueprint a relative endpoint belongs to, the view decides that renders the template: that of
// the blueprint whose folder it is from, as a rule.
void TemplateCheck::check_relative(const TemplateFile& file, const Call& call, const UrlCall& url) {
  const std::string bare = url.endpoint.substr(1);
  UrlCall resolved = url;
  if (!file.blueprint.empty()) {
    resolved.endpoint = file.blueprint + url.endpoint;
    if (is_endpoint(resolved.endpoint)) return check_values(file, call, resolved);
  }
  const std::vector<const routing::Rule*> rules = map_.iter_rules();
  const bool elsewhere = std::any_of(rules.begin(), rules.end(), [&](const routing::Rule* rule) {
    return rule->endpoint() == bare || rule->endpoint().ends_with(url.endpoint);
  });
  if (!elsewhere) {
    add(file, call.line, fmt::format("url_for('{}'): no blueprint has an endpoint '{}'", url.endpoint, bare));
  } else if (!file.blueprint.empty()) {
    add(file, call.line,
        fmt::format("url_for('{}'): the blueprint '{}', whose template this is, has no endpoint '{}'",
                    url.endpoint, file.blueprint, bare),
        false);
  }
}

void TemplateCheck::check_values(const TemplateFile& file, const Call& call, const UrlCall& url) {
  const std::vector<const routing::Rule*> rules = map_.iter_rules(url.endpoint);
  const bool is_certain = !has_url_build_error_handlers(app_);  // they may give a URL in its place
  if (rules.empty()) {
    const std::string why = url_for_error(app_, url.endpoint, {}).value_or("");
    const std::size_t hint = why.find("Did you mean");
    return add(file, call.line,
               fmt::format("url_for('{}'): there is no such endpoint.{}", url.endpoint,
                           hint == std::string::npos ? "" : " " + why.substr(hint)),
               is_certain);
  }
  if (call.has_more || has_url_defaults(app_, url.endpoint)) return;  // other values come as well
  const routing::Rule* nearest = nullptr;
  std::vector<std::string> missing;
  bool method_fits = false;
  for (const routing::Rule* rule : rules) {
    if (url.method && rule->methods() &&
        std::find(rule->methods()->begin(), rule->methods()->end(), *url.method) == rule->methods()->end())
      continue;
    method_fits = true;
    std::vector<std::string> lacking;
    for (const routing::RuleVariable& variable : rule->variables()) {
      const bool given = std::find(url.names.begin(), url.names.end(), variable.name) != url.names.end();
      if (!given && !rule->defaults().contains(variable.name)) lacking.push_back(variable.name);
    }
    if (!nearest || lacking.size() < missing.size()) {
      nearest = rule;
      missing = std::move(lacking);
    }
  }
  if (!method_fits)
    return add(file, call.line,
               fmt::format("url_for('{}', _method='{}'): no rule of it takes this method", url.endpoint,
                           *url.method),
               is_certain);
  if (!missing.empty()) {
    std::string names;
    for (const std::string& name : missing) names += fmt::format("{}'{}'", names.empty() ? "" : ", ", name);
    return add(file, call.line,
               fmt::format("url_for('{}'): {} {} missing for the rule '{}'", url.endpoint, names,
                           missing.size() == 1 ? "is" : "are", nearest->rule()),
               is_certain);
  }
  if (!url.all_literal) return;
  if (const std::optional<std::string> why = url_for_error(app_, url.endpoint, url.literals))
    add(file, call.line, fmt::format("url_for('{}'): {}", url.endpoint, *why), is_certain);
}

/// What editors and desktops leave in folders.
bool is_litter(std::string_view name) {
  const std::size_t slash = name.rfind('/');
  const std::string_view base = slash == std::string_view::npos ? name : name.substr(slash + 1);
  return base.starts_with('.') || base.ends_with('~') || base.ends_with(".swp") || base.ends_with(".orig");
}

}  // namespace

void check_templates(App& app, Findings& out) {
  for (const TemplateFolder& missing : missing_template_folders(app)) {
    if (missing.is_blueprints)
      out.push_back(
          {false, "",
           fmt::format("the template folder {} of {} is not there", missing.folder, missing.owner)});
  }
  TemplateCheck checks(app, out);
  for (const TemplateFile& file : template_files(app)) {
    if (!is_litter(file.name)) checks.check(file);
  }
}

}  // namespace retort::detail
