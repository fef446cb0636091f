// SPDX-License-Identifier: BSD-3-Clause
// A template and its context from anywhere: it is rendered within its limits or refused with
// a TemplateError. The first two bytes choose the environment, the byte 0xff ends the source
// and begins the context, a JSON object.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "retort/jinja/environment.h"
#include "retort/jinja/error.h"
#include "retort/jinja/extension.h"
#include "retort/jinja/gettext.h"
#include "retort/jinja/i18n.h"
#include "retort/json/json.h"

namespace {

using namespace retort;

constexpr std::string_view kBase =
    "{% macro row(x, n=1) %}<{{ x }}:{{ n }}{{ caller(x) if caller }}>{% endmacro %}"
    "{% set title = 'base' %}[{% block body scoped %}{{ self.foot() }}{% endblock %}"
    "{% block foot %}{{ title }}{% endblock %}]";
constexpr std::string_view kPart =
    "{% for k in x|default([]) recursive %}{{ loop.index }}{{ loop(k) if k is iterable and k is not "
    "string }}{% else %}-{% endfor %}{% include again ignore missing %}";

jinja::UndefinedFactory choose_undefined(unsigned choice) {
  switch (choice & 3) {
    case 1:
      return jinja::undefined_of<jinja::ChainableUndefined>();
    case 2:
      return jinja::undefined_of<jinja::DebugUndefined>();
    case 3:
      return jinja::undefined_of<jinja::StrictUndefined>();
    default:
      return {};
  }
}

jinja::Options choose_options(unsigned first, unsigned second) {
  jinja::Options options;
  options.limits = {100'000, std::size_t{1} << 20, std::size_t{16} << 20, 50, std::size_t{1} << 20};
  options.loader =
      std::make_unique<jinja::DictLoader>(std::initializer_list<std::pair<std::string, std::string>>{
          {"base", std::string(kBase)}, {"part", std::string(kPart)}});
  if (first & 1) options.autoescape = [](std::string_view) { return true; };
  options.undefined = choose_undefined(first >> 1);
  options.sandbox = static_cast<jinja::Sandbox>((first >> 3) % 3);
  if (first & 32) options.syntax.line_statement_prefix = "%";
  if (first & 32) options.syntax.line_comment_prefix = "##";
  options.syntax.trim_blocks = options.syntax.lstrip_blocks = (first & 64) != 0;
  options.extensions.push_back(jinja::do_extension());
  options.extensions.push_back(jinja::loop_controls_extension());
  options.extensions.push_back(jinja::debug_extension());
  options.extensions.push_back(jinja::i18n_extension({(second & 1) != 0, (second & 2) != 0}));
  if (second & 4)
    options.finalize = [](jinja::Render&, const Value& value) { return value.is_none() ? Value("") : value; };
  return options;
}

void render(const jinja::Environment& environment, std::string_view source, const Value& context,
            bool native) {
  const jinja::Template page = environment.from_string(source);
  if (!native) {
    page.render(context);
    return;
  }
  // What a render leaves behind is used when it is over.
  const Value result = page.render_native(context);
  result.str();
  result.truthy();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::size_t end = rest.find('\xff');
  Value context = Value::dict();
  if (end != rest.npos) {
    if (const auto parsed = json::parse(rest.substr(end + 1)); parsed && parsed->is_dict()) context = *parsed;
  }
  jinja::Environment environment(choose_options(data[0], data[1]));
  jinja::install_gettext(environment, {}, (data[1] & 1) != 0);
  try {
    render(environment, rest.substr(0, end), context, (data[1] & 8) != 0);
  } catch (const jinja::TemplateError&) {
    // what a bad template may do
  } catch (const EvaluationError&) {
    // of a native result that is used after its render
  }
  return 0;
}
