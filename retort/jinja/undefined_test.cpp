// SPDX-License-Identifier: BSD-3-Clause
#include "retort/jinja/undefined.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "retort/jinja/environment.h"
#include "retort/jinja/error.h"

namespace retort::jinja {
namespace {

std::string render(UndefinedFactory factory, std::string_view source) {
  Options options;
  options.undefined = std::move(factory);
  const Environment environment(std::move(options));
  const Value context =
      Value::dict({{"d", Value::dict({{"a", 1}})}, {"n", nullptr}, {"l", Value::list({1})}});
  try {
    return environment.from_string(source).render(context);
  } catch (const TemplateError& error) {
    return std::string(error.name()) + ": " + error.message();
  }
}

// What Jinja answers for each class.
const struct {
  const char* source;
  const char* usual;
  const char* chainable;
  const char* debug;
  const char* strict;
} kCases[] = {
    {"[{{ x }}]", "[]", "[]", "[{{ x }}]", "UndefinedError: 'x' is undefined"},
    {"{{ x.y }}", "UndefinedError: 'x' is undefined", "", "UndefinedError: 'x' is undefined",
     "UndefinedError: 'x' is undefined"},
    {"{{ x.y.z }}", "UndefinedError: 'x' is undefined", "", "UndefinedError: 'x' is undefined",
     "UndefinedError: 'x' is undefined"},
    {"{{ x['y'] }}", "UndefinedError: 'x' is undefined", "", "UndefinedError: 'x' is undefined",
     "UndefinedError: 'x' is undefined"},
    {"{{ x[1] }}", "UndefinedError: 'x' is undefined", "", "UndefinedError: 'x' is undefined",
     "UndefinedError: 'x' is undefined"},
    {"{{ d.b }}", "", "", "{{ no such element: dict object['b'] }}",
     "UndefinedError: 'dict object' has no attribute 'b'"},
    {"{{ d['b'] }}", "", "", "{{ no such element: dict object['b'] }}",
     "UndefinedError: 'dict object' has no attribute 'b'"},
    {"{{ d[1] }}", "", "", "{{ no such element: dict object[1] }}",
     "UndefinedError: dict object has no element 1"},
    {"{{ l[5] }}", "", "", "{{ no such element: list object[5] }}",
     "UndefinedError: list object has no element 5"},
    {"{{ n.b }}", "", "", "{{ no such element: None['b'] }}", "UndefinedError: 'None' has no attribute 'b'"},
    {"{{ x() }}", "UndefinedError: 'x' is undefined", "UndefinedError: 'x' is undefined",
     "UndefinedError: 'x' is undefined", "UndefinedError: 'x' is undefined"},
    {"{{ x + 1 }}", "UndefinedError: 'x' is undefined", "UndefinedError: 'x' is undefined",
     "UndefinedError: 'x' is undefined", "UndefinedError: 'x' is undefined"},
    {"{{ 1 + x }}", "UndefinedError: 'x' is undefined", "UndefinedError: 'x' is undefined",
     "UndefinedError: 'x' is undefined", "UndefinedError: 'x' is undefined"},
    {"{{ -x }}", "UndefinedError: 'x' is undefined", "UndefinedError: 'x' is undefined",
     "UndefinedError: 'x' is undefined", "UndefinedError: 'x' is undefined"},
    {"{{ x < 1 }}", "UndefinedError: 'x' is undefined", "UndefinedError: 'x' is undefined",
     "UndefinedError: 'x' is undefined", "UndefinedError: 'x' is undefined"},
    {"{{ x == y }}", "True", "True", "True", "UndefinedError: 'x' is undefined"},
    {"{{ x == 1 }}", "False", "False", "False", "UndefinedError: 'x' is undefined"},
    {"{{ x != 1 }}", "True", "True", "True", "UndefinedError: 'x' is undefined"},
    {"{{ x|length }}", "0", "0", "0", "UndefinedError: 'x' is undefined"},
    {"{{ x|int }}", "UndefinedError: 'x' is undefined", "UndefinedError: 'x' is undefined",
     "UndefinedError: 'x' is undefined", "UndefinedError: 'x' is undefined"},
    {"{{ x|list }}", "[]", "[]", "[]", "UndefinedError: 'x' is undefined"},
    {"{% for i in x %}{{ i }}{% else %}none{% endfor %}", "none", "none", "none",
     "UndefinedError: 'x' is undefined"},
    {"{% if x %}1{% else %}2{% endif %}", "2", "2", "2", "UndefinedError: 'x' is undefined"},
    {"{{ not x }}", "True", "True", "True", "UndefinedError: 'x' is undefined"},
    {"{{ x is defined }}", "False", "False", "False", "False"},
    {"{{ x is undefined }}", "True", "True", "True", "True"},
    {"{{ x|default('d') }}", "d", "d", "d", "d"},
    {"{{ x.y|default('d') }}", "UndefinedError: 'x' is undefined", "d", "UndefinedError: 'x' is undefined",
     "UndefinedError: 'x' is undefined"},
    {"{{ x or 'o' }}", "o", "o", "o", "UndefinedError: 'x' is undefined"},
    {"{{ x ~ 'a' }}", "a", "a", "{{ x }}a", "UndefinedError: 'x' is undefined"},
    {"{{ 1 in x }}", "False", "False", "False", "UndefinedError: 'x' is undefined"},
    {"{{ x in [1] }}", "False", "False", "False", "UndefinedError: 'x' is undefined"},
    {"{{ {x: 1} }}", "{Undefined: 1}", "{Undefined: 1}", "{Undefined: 1}",
     "UndefinedError: 'x' is undefined"},
    {"{{ [x] }}", "[Undefined]", "[Undefined]", "[Undefined]", "[Undefined]"},
    {"{{ 'a' if x is none else 'b' }}", "b", "b", "b", "b"},
    {"{{ x|upper }}", "", "", "{{ X }}", "UndefinedError: 'x' is undefined"},
    {"{{ x|join }}", "", "", "", "UndefinedError: 'x' is undefined"},
    {"{{ d|attr('b') }}", "", "", "{{ no such element: dict object['b'] }}",
     "UndefinedError: 'dict object' has no attribute 'b'"},
    {"{{ (1 if false) }}", "", "", "", ""},
    {"{{ (1 if false).a }}",
     "UndefinedError: the inline if-expression on line 1 evaluated to false and no else section was defined.",
     "UndefinedError: the inline if-expression on line 1 evaluated to false and no else section was defined.",
     "UndefinedError: the inline if-expression on line 1 evaluated to false and no else section was defined.",
     "UndefinedError: the inline if-expression on line 1 evaluated to false and no else section was "
     "defined."},
    {"{{ x if x is defined }}", "", "", "", ""},
    {"{{ [1]|first|attr('z') }}", "", "", "{{ no such element: int object['z'] }}",
     "UndefinedError: 'int object' has no attribute 'z'"},
    {"{{ []|first }}", "", "", "{{ undefined value printed: No first item, sequence was empty. }}",
     "UndefinedError: No first item, sequence was empty."},
    {"{% set a, b = x %}", "ValueError: not enough values to unpack (expected 2, got 0)",
     "ValueError: not enough values to unpack (expected 2, got 0)",
     "ValueError: not enough values to unpack (expected 2, got 0)", "UndefinedError: 'x' is undefined"},
    {"{{ x.y.z is defined }}", "UndefinedError: 'x' is undefined", "False",
     "UndefinedError: 'x' is undefined", "UndefinedError: 'x' is undefined"},
};

TEST(Undefined, AnswersAsJinjasClassesDo) {
  for (const auto& [source, usual, chainable, debug, strict] : kCases) {
    EXPECT_EQ(render(nullptr, source), usual) << source;
    EXPECT_EQ(render(undefined_of<Undefined>(), source), usual) << source;
    EXPECT_EQ(render(undefined_of<ChainableUndefined>(), source), chainable) << source;
    EXPECT_EQ(render(undefined_of<DebugUndefined>(), source), debug) << source;
    EXPECT_EQ(render(undefined_of<StrictUndefined>(), source), strict) << source;
  }
}

TEST(Undefined, LoggingTellsOfEachUse) {
  std::vector<std::string> log;
  const auto make = [&] {
    return make_logging_undefined(
        [&](bool error, const std::string& message) { log.push_back((error ? "E " : "W ") + message); });
  };
  EXPECT_EQ(
      render(make(), "[{{ x }}]{% if y %}{% endif %}{% for i in z %}{% endfor %}{{ d.b }}{{ w is defined }}"),
      "[]False");
  EXPECT_EQ(log,
            (std::vector<std::string>{"W Template variable warning: 'x' is undefined",
                                      "W Template variable warning: 'y' is undefined",
                                      "W Template variable warning: 'z' is undefined",
                                      "W Template variable warning: 'dict object' has no attribute 'b'"}));
  log.clear();
  EXPECT_EQ(render(make(), "{{ x.y }}"), "UndefinedError: 'x' is undefined");
  EXPECT_EQ(log, (std::vector<std::string>{"E Template variable error: 'x' is undefined"}));
}

/// Prints where it stands, and forgives attributes.
class Marked : public Undefined {
 public:
  using Undefined::Undefined;
  std::string_view type_name() const override { return "Marked"; }
  std::string message() const override { return "<missing " + info_.name.str() + ">"; }
  void append_str(std::string& out) const override { out += message(); }
  Value attribute(std::string_view name) const override {
    if (name == "fine") return Value("fine");
    return Undefined::attribute(name);
  }
};

TEST(Undefined, AnOwnClass) {
  EXPECT_EQ(render(undefined_of<Marked>(), "{{ x }} {{ d.b }} {{ x.fine }} {{ x|default('y') }}"),
            "<missing x> <missing b> fine y");
  EXPECT_EQ(render(undefined_of<Marked>(), "{{ x.other }}"), "UndefinedError: <missing x>");
}

/// One that knows nothing of Jinja's.
class Foreign : public retort::Undefined {
 public:
  explicit Foreign(UndefinedInfo) {}
  std::string message() const override { return "foreign"; }
};

TEST(Undefined, AClassOfAnotherKind) {
  EXPECT_EQ(render(undefined_of<Foreign>(), "[{{ x }}]"), "[]");
  EXPECT_EQ(render(undefined_of<Foreign>(), "{{ x.y }}"), "UndefinedError: foreign");
}

TEST(Undefined, HiddenBySandboxIsASecurityError) {
  for (int i = 0; i < 3; ++i) {
    Options options;
    if (i == 1) options.undefined = undefined_of<ChainableUndefined>();
    if (i == 2) options.undefined = undefined_of<StrictUndefined>();
    options.sandbox = Sandbox::safe;
    const Environment environment(std::move(options));
    EXPECT_THROW(environment.from_string("{{ ''.__class__() }}").render(), SecurityError) << i;
  }
}

}  // namespace
}  // namespace retort::jinja
