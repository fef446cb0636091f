// SPDX-License-Identifier: BSD-3-Clause
#include "retort/jinja/gettext.h"

#include <initializer_list>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "retort/jinja/environment.h"
#include "retort/jinja/render.h"
#include "retort/value/error.h"
#include "retort/value/format.h"
#include "retort/value/operators.h"

namespace retort::jinja {

namespace {

std::string_view text_argument(const CallArguments& arguments, std::size_t i) {
  const Value& value = arguments.positional[i];
  if (!value.is_string()) throw TypeError(fmt::format("a message is text, not {}", value.type_name()));
  return value.as_string();
}

std::int64_t count_argument(const CallArguments& arguments, std::size_t i) {
  return ops::to_integer(arguments.positional[i]).as_int();
}

void check_count(const CallArguments& arguments, std::string_view function, std::size_t count,
                 bool newstyle) {
  if (arguments.positional.size() != count)
    throw TypeError(fmt::format("{}() takes {} positional argument{} but {} were given", function, count,
                                count == 1 ? "" : "s", arguments.positional.size()));
  if (!newstyle && !arguments.named.empty())
    throw TypeError(fmt::format("{}() takes no keyword arguments", function));
}

/// The translation with the keyword arguments put in, and those of `defaults` that they leave out.
Value finish(Render& render, const std::string& text, const CallArguments& arguments, bool newstyle,
             std::initializer_list<Value::Member> defaults = {}) {
  if (!newstyle) return text;
  Value variables = Value::dict();
  for (const Value::Member& member : arguments.named) variables.set(member.key, member.value);
  for (const Value::Member& member : defaults) {
    if (!variables.contains(member.key)) variables.set(member.key, member.value);
  }
  return ops::percent_format(render.autoescape() ? Value::markup(text) : Value(text), variables, render);
}

using Shared = std::shared_ptr<Translations>;

NativeFunction make_gettext(Shared translations, bool newstyle) {
  return NativeFunction::raw([translations, newstyle](Render& render, const CallArguments& arguments) {
    check_count(arguments, "gettext", 1, newstyle);
    const std::string_view message = text_argument(arguments, 0);
    return finish(render,
                  translations->gettext ? translations->gettext(render, message) : std::string(message),
                  arguments, newstyle);
  });
}

NativeFunction make_ngettext(Shared translations, bool newstyle) {
  return NativeFunction::raw([translations, newstyle](Render& render, const CallArguments& arguments) {
    check_count(arguments, "ngettext", 3, newstyle);
    const std::string_view singular = text_argument(arguments, 0), plural = text_argument(arguments, 1);
    const std::int64_t count = count_argument(arguments, 2);
    const std::string text = translations->ngettext ? translations->ngettext(render, singular, plural, count)
                                                    : std::string(count == 1 ? singular : plural);
    return finish(render, text, arguments, newstyle, {{"num", arguments.positional[2]}});
  });
}

NativeFunction make_pgettext(Shared translations, bool newstyle) {
  return NativeFunction::raw([translations, newstyle](Render& render, const CallArguments& arguments) {
    check_count(arguments, "pgettext", 2, newstyle);
    const std::string_view context = text_argument(arguments, 0), message = text_argument(arguments, 1);
    const std::string text =
        translations->pgettext ? translations->pgettext(render, context, message) : std::string(message);
    return finish(render, text, arguments, newstyle, {{"context", arguments.positional[0]}});
  });
}

NativeFunction make_npgettext(Shared translations, bool newstyle) {
  return NativeFunction::raw([translations, newstyle](Render& render, const CallArguments& arguments) {
    check_count(arguments, "npgettext", 4, newstyle);
    const std::string_view context = text_argument(arguments, 0), singular = text_argument(arguments, 1),
                           plural = text_argument(arguments, 2);
    const std::int64_t count = count_argument(arguments, 3);
    const std::string text = translations->npgettext
                                 ? translations->npgettext(render, context, singular, plural, count)
                                 : std::string(count == 1 ? singular : plural);
    return finish(render, text, arguments, newstyle,
                  {{"context", arguments.positional[0]}, {"num", arguments.positional[3]}});
  });
}

}  // namespace

void install_gettext(Environment& environment, Translations translations, bool newstyle) {
  const Shared shared = std::make_shared<Translations>(std::move(translations));
  environment.add_global("gettext", make_gettext(shared, newstyle));
  environment.add_global("_", make_gettext(shared, newstyle));
  environment.add_global("ngettext", make_ngettext(shared, newstyle));
  environment.add_global("pgettext", make_pgettext(shared, newstyle));
  environment.add_global("npgettext", make_npgettext(shared, newstyle));
}

}  // namespace retort::jinja
