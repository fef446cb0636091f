// SPDX-License-Identifier: BSD-3-Clause
#include "retort/jinja/gettext.h"

#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "retort/jinja/environment.h"
#include "retort/jinja/error.h"
#include "retort/jinja/i18n.h"

namespace retort::jinja {
namespace {

/// Each translation tells what was asked for.
Translations telling() {
  Translations out;
  out.gettext = [](Render& render, std::string_view message) {
    const Value language = render.resolve("lang");
    return (language.is_string() ? language.str() : std::string("en")) + ":" + std::string(message);
  };
  out.ngettext = [](Render&, std::string_view singular, std::string_view plural, std::int64_t count) {
    return "n:" + std::string(count == 1 ? singular : plural);
  };
  out.pgettext = [](Render&, std::string_view context, std::string_view message) {
    return "p:" + std::string(context) + ":" + std::string(message);
  };
  out.npgettext = [](Render&, std::string_view context, std::string_view singular, std::string_view plural,
                     std::int64_t count) {
    return "np:" + std::string(context) + ":" + std::string(count == 1 ? singular : plural);
  };
  return out;
}

std::string render(bool newstyle, bool autoescape, Translations translations, std::string_view source) {
  Options options;
  options.extensions.push_back(i18n_extension({newstyle, false}));
  options.autoescape = [autoescape](std::string_view) { return autoescape; };
  Environment environment(std::move(options));
  install_gettext(environment, std::move(translations), newstyle);
  try {
    return environment.from_string(source).render({{"user", "<Ada>"}, {"n", 2}, {"lang", "de"}});
  } catch (const TemplateError& error) {
    return std::string(error.name()) + ": " + error.message();
  }
}

TEST(Gettext, TagsAndFunctionsAskTheTranslations) {
  const std::pair<const char*, const char*> cases[] = {
      {"{% trans %}Hello{% endtrans %}", "de:Hello"},
      {"{{ _('Hello') }} {{ gettext('Bye') }}", "de:Hello de:Bye"},
      {"{% trans %}Hello {{ user }}{% endtrans %}", "de:Hello <Ada>"},
      {"{% trans count=n %}one{% pluralize %}{{ count }} many{% endtrans %}", "n:2 many"},
      {"{% trans count=1 %}one{% pluralize %}{{ count }} many{% endtrans %}", "n:one"},
      {"{% trans 'menu' %}File{% endtrans %}", "p:menu:File"},
      {"{% trans 'menu' count=n %}File{% pluralize %}Files{% endtrans %}", "np:menu:Files"},
      {"{{ ngettext('a', 'b', 1) }} {{ pgettext('c', 'm') }} {{ npgettext('c', 'a', 'b', 2) }}",
       "n:a p:c:m np:c:b"},
  };
  for (const auto& [source, expected] : cases) {
    EXPECT_EQ(render(false, false, telling(), source), expected) << source;
    EXPECT_EQ(render(true, false, telling(), source), expected) << source;
  }
}

TEST(Gettext, NewstyleFillsInItself) {
  EXPECT_EQ(render(true, false, telling(), "{{ gettext('Hi %(name)s', name=user) }}"), "de:Hi <Ada>");
  EXPECT_EQ(render(true, true, telling(), "{{ gettext('<b>%(name)s</b>', name=user) }}"),
            "de:<b>&lt;Ada&gt;</b>");
  EXPECT_EQ(render(true, false, telling(), "{{ ngettext('%(num)s x', '%(num)s xs', n) }}"), "n:2 xs");
  EXPECT_EQ(render(true, true, telling(), "{% trans %}<b>{{ user }}</b>{% endtrans %}"),
            "de:<b>&lt;Ada&gt;</b>");
  EXPECT_EQ(render(false, true, telling(), "{% trans %}<b>{{ user }}</b>{% endtrans %}"),
            "de:<b>&lt;Ada&gt;</b>");
  EXPECT_EQ(render(false, true, telling(), "{{ gettext('<b>') }}"), "de:&lt;b&gt;");
}

TEST(Gettext, WithoutTranslationsMessagesStay) {
  EXPECT_EQ(render(true, false, {}, "{% trans count=n %}one{% pluralize %}{{ count }} many{% endtrans %}"),
            "2 many");
  EXPECT_EQ(render(false, false, {}, "{{ _('a') }}{{ pgettext('c', 'b') }}{{ npgettext('c', 'd', 'e', 1) }}"),
            "abd");
}

TEST(Gettext, WrongArgumentsAreErrors) {
  const std::pair<const char*, const char*> cases[] = {
      {"{{ gettext() }}", "TypeError: gettext() takes 1 positional argument but 0 were given"},
      {"{{ ngettext('a', 'b') }}", "TypeError: ngettext() takes 3 positional arguments but 2 were given"},
      {"{{ gettext(1) }}", "TypeError: a message is text, not int"},
      {"{{ gettext('a', x=1) }}", "TypeError: gettext() takes no keyword arguments"},
  };
  for (const auto& [source, expected] : cases)
    EXPECT_EQ(render(false, false, telling(), source), expected) << source;
}

}  // namespace
}  // namespace retort::jinja
