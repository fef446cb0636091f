// SPDX-License-Identifier: BSD-3-Clause
// Ops "render" and "expression": an environment, its templates, a context.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/conformance/driver.h"
#include "tests/conformance/tags.h"

#include "retort/jinja/environment.h"
#include "retort/jinja/error.h"
#include "retort/jinja/extension.h"
#include "retort/jinja/gettext.h"
#include "retort/jinja/i18n.h"
#include "retort/value/error.h"
#include "retort/value/object.h"

namespace retort::conformance {
namespace {

using namespace retort::jinja;

/// An integer beyond 64 bits: it can be passed through and printed.
class BigInteger final : public Object {
 public:
  explicit BigInteger(std::string digits) : digits_(std::move(digits)) {}
  std::string_view type_name() const override { return "int"; }
  void append_repr(std::string& out) const override { out += digits_; }
  Value to_json() const override { return tag("__int__", digits_); }

 private:
  std::string digits_;
};

Value with_big_integers(const Value& value) {
  if (const Value* digits = untag(value, "__int__"))
    return Value::object(std::make_unique<BigInteger>(std::string(digits->as_string())));
  if (value.is_list()) {
    Value out = Value::list();
    for (const Value& item : value.items()) out.push_back(with_big_integers(item));
    return out;
  }
  if (!value.is_dict()) return value;
  Value out = Value::dict();
  for (const Value::Entry& entry : value.entries()) out.set(entry.key, with_big_integers(entry.value));
  return out;
}

void set_text(const Value& env, std::string_view name, std::string& out) {
  if (has(env, name)) out = env[name].as_string();
}

Syntax read_syntax(const Value& env) {
  Syntax out;
  set_text(env, "block_start_string", out.block_start);
  set_text(env, "block_end_string", out.block_end);
  set_text(env, "variable_start_string", out.variable_start);
  set_text(env, "variable_end_string", out.variable_end);
  set_text(env, "comment_start_string", out.comment_start);
  set_text(env, "comment_end_string", out.comment_end);
  set_text(env, "line_statement_prefix", out.line_statement_prefix);
  set_text(env, "line_comment_prefix", out.line_comment_prefix);
  set_text(env, "newline_sequence", out.newline_sequence);
  out.trim_blocks = env["trim_blocks"].truthy();
  out.lstrip_blocks = env["lstrip_blocks"].truthy();
  out.keep_trailing_newline = env["keep_trailing_newline"].truthy();
  return out;
}

std::vector<std::string> texts(const Value& list) {
  std::vector<std::string> out;
  for (const Value& item : list.items()) out.emplace_back(item.as_string());
  return out;
}

AutoescapeRule read_autoescape(const Value& setting) {
  if (setting.is_bool()) {
    const bool on = setting.as_bool();
    return [on](std::string_view) { return on; };
  }
  SelectAutoescape rule;
  if (setting.is_dict()) {
    const Value& select = setting["select"];
    if (has(select, "enabled_extensions")) rule.enabled_extensions = texts(select["enabled_extensions"]);
    if (has(select, "disabled_extensions")) rule.disabled_extensions = texts(select["disabled_extensions"]);
    if (has(select, "default_for_string")) rule.default_for_string = select["default_for_string"].as_bool();
    if (has(select, "default")) rule.otherwise = select["default"].as_bool();
  }
  return select_autoescape(std::move(rule));
}

UndefinedFactory read_undefined(const Value& name) {
  if (!name.is_string()) return nullptr;
  if (name.as_string() == "StrictUndefined") return undefined_of<StrictUndefined>();
  if (name.as_string() == "ChainableUndefined") return undefined_of<ChainableUndefined>();
  if (name.as_string() == "DebugUndefined") return undefined_of<DebugUndefined>();
  return nullptr;
}

std::vector<std::unique_ptr<Extension>> read_extensions(const Value& env) {
  std::vector<std::unique_ptr<Extension>> out;
  if (!has(env, "extensions")) return out;
  for (const std::string& name : texts(env["extensions"])) {
    if (name == "do") out.push_back(do_extension());
    if (name == "loopcontrols") out.push_back(loop_controls_extension());
    if (name == "debug") out.push_back(debug_extension());
    if (name == "i18n") {
      I18nOptions options;
      options.newstyle = env["i18n"]["newstyle"].truthy();
      options.trimmed = env["policies"]["ext.i18n.trimmed"].truthy();
      out.push_back(i18n_extension(options));
    }
  }
  return out;
}

/// The translation of (context, message) in the template's language.
std::string look(Render& render, const Value& languages, const Value& context, std::string_view message) {
  const Value language = render.resolve("LANGUAGE");
  const Value& messages = languages[language.is_string() ? language.as_string() : "en"];
  if (messages.is_list()) {
    for (const Value& entry : messages.items()) {
      if (entry[0] == context && entry[1] == Value(message)) return entry[2].str();
    }
  }
  return std::string(message);
}

Translations read_translations(Value languages) {
  languages.freeze();
  Translations out;
  out.gettext = [languages](Render& render, std::string_view message) {
    return look(render, languages, nullptr, message);
  };
  out.pgettext = [languages](Render& render, std::string_view context, std::string_view message) {
    return look(render, languages, context, message);
  };
  out.ngettext = [languages](Render& render, std::string_view singular, std::string_view plural,
                             std::int64_t count) {
    return look(render, languages, nullptr, count == 1 ? singular : plural);
  };
  out.npgettext = [languages](Render& render, std::string_view context, std::string_view singular,
                              std::string_view plural, std::int64_t count) {
    return look(render, languages, context, count == 1 ? singular : plural);
  };
  return out;
}

std::unique_ptr<Environment> read_environment(const Value& test_case) {
  const Value& env = test_case["env"];
  Options options;
  options.syntax = read_syntax(env);
  if (has(env, "autoescape")) options.autoescape = read_autoescape(env["autoescape"]);
  options.undefined = read_undefined(env["undefined"]);
  options.extensions = read_extensions(env);
  if (has(env, "sandboxed"))
    options.sandbox = env["sandboxed"].is_string() ? Sandbox::immutable
                      : env["sandboxed"].truthy()  ? Sandbox::safe
                                                   : Sandbox::none;
  auto loader = std::make_unique<DictLoader>();
  if (has(test_case, "templates")) {
    for (const Value::Entry& entry : test_case["templates"].entries())
      loader->add(std::string(entry.key.as_string()), std::string(entry.value.as_string()));
  }
  options.loader = std::move(loader);
  auto out = std::make_unique<Environment>(std::move(options));
  if (has(env, "policies")) {
    for (const Value::Entry& entry : env["policies"].entries())
      out->set_policy(entry.key.as_string(), entry.value.deep_copy());
  }
  if (has(env, "globals")) {
    for (const Value::Entry& entry : env["globals"].entries())
      out->add_global(std::string(entry.key.as_string()), entry.value.deep_copy());
  }
  if (has(env, "i18n"))
    install_gettext(*out, read_translations(env["i18n"]["languages"].deep_copy()),
                    env["i18n"]["newstyle"].truthy());
  return out;
}

Failure failure_of(const TemplateError& error) {
  Failure out{error.name(), error.message()};
  if (error.located()) out.members.set("lineno", error.line());
  return out;
}

Value render_op(const Value& test_case) {
  try {
    const std::unique_ptr<Environment> environment = read_environment(test_case);
    const Template loaded = has(test_case, "source") ? environment->from_string(text(test_case, "source"))
                                                     : environment->get_template(text(test_case, "template"));
    const Value context = with_big_integers(test_case["context"]);
    return Value::dict({{"output", loaded.render(context)}});
  } catch (const TemplateError& error) {
    throw failure_of(error);
  } catch (const EvaluationError& error) {
    throw Failure{error.name(), error.what()};
  }
}

Value expression_op(const Value& test_case) {
  try {
    const std::unique_ptr<Environment> environment = read_environment(test_case);
    const Expression expression = environment->compile_expression(text(test_case, "expression"),
                                                                  test_case["undefined_to_none"].truthy());
    const Value value = expression(with_big_integers(test_case["context"]));
    return result(value.is_object() ? value.as_object().to_json() : value);
  } catch (const TemplateError& error) {
    throw failure_of(error);
  } catch (const EvaluationError& error) {
    throw Failure{error.name(), error.what()};
  }
}

}  // namespace

void add_jinja_ops(Table& table) {
  table.add("render", render_op);
  table.add("expression", expression_op);
}

}  // namespace retort::conformance
