// SPDX-License-Identifier: BSD-3-Clause
// Templates from outside: bounds of what one render may take, and what a sandbox hides.
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <pthread.h>

#include "retort/jinja/environment.h"
#include "retort/jinja/error.h"
#include "retort/jinja/extension.h"
#include "retort/value/object.h"

namespace retort::jinja {
namespace {

Options bounded(Sandbox sandbox = Sandbox::none) {
  Options options;
  options.limits = {100'000, std::size_t{1} << 20, std::size_t{16} << 20, 50, 128 * 1024};
  options.sandbox = sandbox;
  options.extensions.push_back(do_extension());
  options.extensions.push_back(loop_controls_extension());
  auto loader = std::make_unique<DictLoader>();
  loader->add("include", "{% include 'include' %}");
  loader->add("extends", "{% extends 'extends' %}");
  loader->add("import", "{% import 'import' as x %}");
  loader->add("ping", "{% extends 'pong' %}");
  loader->add("pong", "{% extends 'ping' %}");
  options.loader = std::move(loader);
  return options;
}

/// A list inside of itself, which nobody frees: cut when it is over.
class Knot {
 public:
  Knot() { list_.push_back(list_); }
  Knot(const Knot&) = delete;
  Knot& operator=(const Knot&) = delete;
  ~Knot() { list_.clear(); }
  const Value& list() const { return list_; }

 private:
  Value list_ = Value::list();
};

/// The error's name, or the output.
std::string outcome(const Environment& environment, std::string_view source,
                    const Value& context = Value::dict()) {
  try {
    return environment.from_string(source).render(context);
  } catch (const TemplateError& error) {
    EXPECT_TRUE(error.located()) << source;
    return error.name();
  }
}

std::string message(const Environment& environment, std::string_view source,
                    const Value& context = Value::dict()) {
  try {
    return environment.from_string(source).render(context);
  } catch (const TemplateError& error) {
    return std::string(error.name()) + ": " + error.message();
  }
}

constexpr std::string_view kShared =
    "{% macro bomb(x) %}{% set ns = namespace(x=x) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}"
    "{% endfor %}{% do out.append(ns.x) %}{% endmacro %}{% set out = [] %}{{ bomb(1) }}{{ bomb(1) }}";

TEST(TemplateLimits, StopWhateverMakesTooMuch) {
  for (const bool limits : {true, false}) {
    Options options = bounded();
    if (!limits) options.limits = {};
    const Environment environment(std::move(options));
    for (const std::string_view source : {
             "{{ 'x' * 10**9 }}",
             "{{ 10**9 * 'x' }}",
             "{{ [1] * 10**10 }}",
             "{{ range(10**12)|list }}",
             "{{ range(10**12)|sort }}",
             "{{ '%999999999d' % 1 }}",
             "{{ '%.999999999f' % 1.0 }}",
             "{{ '%*d' % (10**9, 1) }}",
             "{{ '{:{w}}'.format(1, w=10**9) }}",
             "{{ '{:.{w}f}'.format(1.0, w=10**9) }}",
             "{{ 'x'.center(10**9) }}",
             "{{ 'x'|center(10**9) }}",
             "{{ 'x'.ljust(10**9) }}",
             "{{ 'x'.rjust(10**9) }}",
             "{{ 'x'.zfill(10**9) }}",
             "{{ '\t'.expandtabs(10**9) }}",
             "{{ 'x\nx'|indent(10**9) }}",
             "{{ ('a' * 10000).replace('', 'b' * 100000) }}",
             "{{ ('a' * 10000)|replace('a', 'b' * 100000) }}",
             "{{ [1]|batch(10**10, 1)|list }}",
             "{{ [1, 2]|tojson(10**9) }}",
         }) {
      const std::string name = outcome(environment, source);
      EXPECT_TRUE(name == "LimitError" || name == "OverflowError" || name == "ValueError")
          << source << ": " << name.substr(0, 100);
    }
  }
}

TEST(TemplateLimits, StopWhatGrowsStepByStep) {
  const Environment environment(bounded());
  for (
      const std::string_view source : {
          "{% set ns = namespace(s='xx') %}{% for i in range(100) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
          "{% set ns = namespace(s='xx') %}{% for i in range(100) %}{% set ns.s %}{{ ns.s }}{{ ns.s }}"
          "{% endset %}{% endfor %}",
          "{% set ns = namespace(s=[1]) %}{% for i in range(100) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
          "{% macro m(x) %}{{ x }}{{ x }}{% endmacro %}{% set ns = namespace(s='xx') %}"
          "{% for i in range(100) %}{% set ns.s = m(ns.s) %}{% endfor %}",
          "{% set ns = namespace(s='xx') %}{% for i in range(100) %}{% set ns.s = ns.s|replace('x', 'xx') %}"
          "{% endfor %}",
          "{% set ns = namespace(s='xx') %}{% for i in range(100) %}{% set ns.s = '%s%s' % (ns.s, ns.s) %}"
          "{% endfor %}",
          "{% set ns = namespace(s='xx') %}{% for i in range(100) %}{% set ns.s = '{0}{0}'.format(ns.s) %}"
          "{% endfor %}",
          "{% set ns = namespace(s='xx') %}{% for i in range(100) %}{% set ns.s = [ns.s, ns.s]|join %}"
          "{% endfor %}",
          "{% set ns = namespace(s='<') %}{% for i in range(100) %}{% set ns.s = ns.s|string|forceescape "
          "%}{{ ns.s }}{{ ns.s * 100 }}{% endfor %}",
          "{{ ('a' * 3000).translate({97: 'x' * 100000}) }}",
          "{{ ('a ' * 10000)|wordwrap(1, true, 'x' * 100000) }}",
          "{{ lipsum(1, false, 10**9, 10**9 + 1) }}",
          "{{ (['a'] * 100000)|join('x' * 10000) }}",
          "{% for i in range(10**12) %}{% endfor %}",
          "{% for i in range(10**12) if false %}{% endfor %}",
          "{% for i in range(10**6) %}xxxxxxxxxxxxxxxxxxxxx{% endfor %}",
          "{% set l = [1] %}{% for x in l %}{% do l.append(1) %}{% endfor %}",
          "{% set l = [1] %}{{ l.extend(l|map('string')) }}{% for x in l|map('string') %}{% do l.append(x) %}"
          "{% endfor %}",
          "{{ range(10**12)|sum }}",
          "{{ range(10**12)|map('string')|select('none')|list }}",
          "{{ 'a' in range(10**12)|map('string') }}",
      }) {
    EXPECT_EQ(outcome(environment, source).substr(0, 100), "LimitError") << source;
  }
}

TEST(TemplateLimits, StopRecursion) {
  for (const bool limits : {true, false}) {
    Options options = bounded();
    if (!limits) options.limits = {};
    const Environment environment(std::move(options));
    for (const std::string_view source : {
             "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
             "{% macro m() %}{{ caller }}{% call m() %}{% endcall %}{% endmacro %}{{ m() }}",
             "{% macro m() %}{{ caller() }}{% endmacro %}{% macro n() %}{% call m() %}{{ n() }}{% endcall %}"
             "{% endmacro %}{{ n() }}",
             "{% include 'include' %}",
             "{% extends 'extends' %}",
             "{% extends 'ping' %}",
             "{% import 'import' as x %}",
             "{% block a %}{{ self.a() }}{% endblock %}",
             "{% block a %}{% set x %}{{ self.a() }}{% endset %}{% endblock %}",
             "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}",
             "{% for x in l recursive %}{{ loop(x) }}{% endfor %}",
             "{{ l }}",
             "{{ l|tojson }}",
             "{{ l|pprint }}",
             "{{ l == m }}",
             "{% set ns = namespace(x=[]) %}{% for i in range(5000) %}{% set ns.x = [ns.x] %}{% endfor %}"
             "{{ ns.x }}",
             "{% set ns = namespace(x='a') %}{% for i in range(5000) %}{% set ns.x = ns.x|map('upper') %}"
             "{% endfor %}{{ ns.x|list }}",
         }) {
      const Knot l, m;
      const Value context = Value::dict({{"l", l.list()}, {"m", m.list()}});
      EXPECT_EQ(outcome(environment, source, context).substr(0, 100), "RecursionError") << source;
    }
  }
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
// A fiber has 256 KiB.
TEST(TemplateLimits, AFibersStackIsEnough) {
  const auto repeat = [](std::string_view text, int count) {
    std::string out;
    for (int i = 0; i < count; ++i) out += text;
    return out;
  };
  std::vector<std::string> sources = {
      "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
      "{% block a %}{{ self.a() }}{% endblock %}",
      "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}",
      "{% macro m() %}{% filter upper %}{{ '%s' % m() }}{% endfilter %}{% endmacro %}{{ m() }}",
      "{% macro m() %}{% call n() %}{{ m() }}{% endcall %}{% endmacro %}{% macro n() %}{{ caller() }}"
      "{% endmacro %}{{ m() }}",
  };
  const auto inside = [&](const std::string& open, const std::string& inner, const std::string& close) {
    for (const int count : {10, 50, 95}) {
      sources.push_back("{% macro m() %}" + repeat(open, count) + inner + repeat(close, count) +
                        "{% endmacro %}{{ m() }}");
    }
  };
  inside("{% for x in [1] %}", "{{ m() }}", "{% endfor %}");
  inside("{% if 1 %}", "{{ m() }}", "{% endif %}");
  inside("{% set x %}", "{{ m() }}", "{% endset %}");
  inside("{% filter upper %}", "{{ m() }}", "{% endfilter %}");
  for (const int count : {10, 50, 95}) {
    const std::string n = repeat("(", count);
    sources.push_back("{% macro m() %}{{ " + n + "m()" + repeat("|upper)", count) +
                      " }}{% endmacro %}{{ m() }}");
    sources.push_back("{% macro m() %}{{ " + repeat("(0 or ", count) + "m()" + repeat(")", count) +
                      " }}{% endmacro %}{{ m() }}");
    sources.push_back("{% macro m() %}{{ " + repeat("(1 + ", count) + "m()" + repeat(")", count) +
                      " }}{% endmacro %}{{ m() }}");
  }
  const Environment environment;
  for (const std::string& source : sources) {
    std::string result;
    const auto render = [&] { result = outcome(environment, source); };
    using Render = decltype(render);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 256 * 1024);
    pthread_t thread;
    const auto run = [](void* f) -> void* {
      (*static_cast<const Render*>(f))();
      return nullptr;
    };
    ASSERT_EQ(pthread_create(&thread, &attributes, run, const_cast<void*>(static_cast<const void*>(&render))),
              0);
    pthread_join(thread, nullptr);
    pthread_attr_destroy(&attributes);
    EXPECT_EQ(result, "RecursionError") << source;
  }
}
#endif

TEST(TemplateLimits, RefuseDeepSource) {
  const Environment environment(bounded());
  for (const std::string_view part : {"(", "[", "-", "not ", "{% if x %}", "{{ a[", "{% for a in b %}"}) {
    std::string source = part.front() == '{' ? "" : "{{ ";
    for (int i = 0; i < 100'000; ++i) source += part;
    EXPECT_EQ(outcome(environment, source), "TemplateSyntaxError") << part;
  }
  for (const std::string_view part : {"+1", ".a", "[0]", "|e", " is odd", " and 1", " if 1 else 1", "()"}) {
    std::string source = "{{ 1";
    for (int i = 0; i < 100'000; ++i) source += part;
    const std::string out = outcome(environment, source + " }}");
    EXPECT_LT(out.size(), 100u) << part;
  }
}

TEST(TemplateLimits, CountEachWayToAListThatIsShared) {
  Options options = bounded();
  options.limits.memory_bytes = options.limits.output_bytes = 100'000;
  const Environment environment(std::move(options));
  for (const std::string_view use :
       {"{{ out[0] }}", "{{ out[0]|string|length }}", "{{ out[0]|e }}", "{{ out[0] == out[1] }}",
        "{{ out[0] in [out[1]] }}", "{{ '%s' % (out[0],) }}", "{{ '{}'.format(out[0]) }}",
        "{{ out[0] ~ '' }}", "{{ [out[0]]|join }}", "{{ out[0]|tojson }}", "{{ out[0]|pprint }}",
        "{{ out[0] < out[1] }}", "{{ namespace(x=out[0]) }}"}) {
    EXPECT_EQ(outcome(environment, std::string(kShared) + std::string(use)).substr(0, 100), "LimitError")
        << use;
  }
}

// Each would take hours where the work grows with the square of the size.
TEST(TemplateLimits, FiltersAreLinear) {
  Options options = bounded();
  options.limits = {};
  const Environment environment(std::move(options));
  for (const std::string_view source : {
           "{{ ('a ' * 1000000)|wordwrap(79)|length }}",
           "{{ ('a' * 2000000)|wordwrap(1)|length }}",
           "{{ ('<' * 2000000)|striptags|length }}",
           "{{ ('<!--' * 500000)|striptags|length }}",
           "{{ ('<!-- -->' * 300000)|striptags|length }}",
           "{{ ('http://a.b/' ~ '(' * 1000000)|urlize|length }}",
           "{{ ('http://a.b/' ~ ').>' * 500000)|urlize|length }}",
           "{{ ('@' * 2000000)|urlize|length }}",
           "{{ ('a@' * 1000000)|urlize|length }}",
           "{{ ('www.' * 500000)|urlize|length }}",
           "{{ ('&lt;' * 500000)|urlize|length }}",
           "{{ ('a.' * 500000 ~ '@')|urlize|length }}",
           "{{ ('-a' * 1000000)|title|length }}",
           "{{ (' ' * 2000000)|truncate(1000000)|length }}",
           "{{ ('\\n' * 1000000)|indent(1, true, true)|length }}",
           "{{ ('ab' * 1000000)|replace('a', 'c')|length }}",
           "{{ ('a' * 1000000)|replace('a' * 500000 ~ 'b', 'c')|length }}",
           "{{ ('a' * 1000000).count('b' ~ 'a' * 500000) }}",
           "{{ ('a' * 1000000).rfind('b' ~ 'a' * 500000) }}",
           "{{ ('{}' * 200000).format(*range(200000))|length }}",
           "{{ ('%s' * 200000) % range(200000)|list if 0 }}",
           "{{ range(100000)|unique|list|length }}",
           "{{ range(100000)|groupby('real')|length }}",
           "{{ range(100000)|sort(reverse=true)|length }}",
           "{{ {'a' * 1000000: 'b' * 1000000}|xmlattr|length }}",
       }) {
    const std::string out = outcome(environment, source);
    EXPECT_TRUE(out.empty() || (out[0] >= '0' && out[0] <= '9') || out[0] == '-') << source << ": " << out;
  }
}

TEST(TemplateSandbox, EveryWayToAnAttributeIsOne) {
  class Secret final : public Object {
   public:
    std::string_view type_name() const override { return "Secret"; }
    Value attribute(std::string_view name) const override {
      return name == "_key" ? Value("leaked") : name == "open" ? Value("open") : Value();
    }
  };
  const Environment environment(bounded(Sandbox::safe));
  for (const std::string_view source : {
           "{{ x._key }}",
           "{{ x['_key'] }}",
           "{{ x['_' ~ 'key'] }}",
           "{{ x|attr('_key') }}",
           "{{ [x]|map(attribute='_key')|list }}",
           "{{ [x]|map(attribute='_key')|join }}",
           "{{ [x]|map('attr', '_key')|join }}",
           "{{ [x]|sum('_key') }}",
           "{{ [x]|join(attribute='_key') }}",
           "{{ [x, x]|sort(attribute='_key') }}",
           "{{ [x]|groupby('_key')|first|first }}",
           "{{ [x]|unique(attribute='_key')|list }}",
           "{{ [x, x]|min(attribute='_key') }}",
           "{{ [x]|selectattr('_key')|list }}",
           "{{ [x]|selectattr('_key', 'eq', 'leaked')|list }}",
           "{{ '{0._key}'.format(x) }}",
           "{{ '{0[_key]}'.format(x) }}",
           "{{ '{:{0._key}}'.format(x) }}",
           "{{ '{a._key}'.format_map({'a': x}) }}",
           "{{ ('{0._key}'|safe).format(x) }}",
           "{{ ('{0._key}'|attr('format'))(x) }}",
           "{{ ['{0._key}']|map('attr', 'format')|first }}{{ (['{0._key}']|map('attr', 'format')|first)(x) "
           "}}",
           "{% set f = '{0._key}'.format %}{{ f(x) }}",
           "{% set f = '{a._key}'.format_map %}{{ f({'a': x}) }}",
           "{{ {}['__class__'].__mro__ }}",
           "{{ x.__class__ }}",
           "{{ (1).__class__ }}",
           "{{ ''.__class__.__mro__ }}",
       }) {
    const std::string out =
        message(environment, source, Value::dict({{"x", Value::object(std::make_unique<Secret>())}}));
    EXPECT_EQ(out.find("leaked"), out.npos) << source << ": " << out;
  }
  EXPECT_EQ(
      message(environment, "{{ x._key.x }}", Value::dict({{"x", Value::object(std::make_unique<Secret>())}})),
      "SecurityError: access to attribute '_key' of 'Secret' object is unsafe.");
  EXPECT_EQ(outcome(environment, "{{ x.open }}{{ '{0.open}'.format(x) }}",
                    Value::dict({{"x", Value::object(std::make_unique<Secret>())}})),
            "openopen");
}

TEST(TemplateSandbox, ImmutableOneKeepsListsAndDicts) {
  const Environment environment(bounded(Sandbox::immutable));
  for (const std::string_view source : {
           "{{ l.append(1) }}",
           "{{ l['append'](1) }}",
           "{{ (l|attr('append'))(1) }}",
           "{{ (([l]|map('attr', 'append'))|first)(1) }}",
           "{{ (([l]|map(attribute='append'))|first)(1) }}",
           "{% set f = l.append %}{{ f(1) }}",
           "{% do l.clear() %}",
           "{% do l.pop() %}",
           "{% do l.insert(0, 1) %}",
           "{% do l.extend([1]) %}",
           "{% do l.reverse() %}",
           "{% do l.sort() %}",
           "{% do l.remove(7) %}",
           "{% do d.update({'b': 1}) %}",
           "{% do d.pop('a') %}",
           "{% do d.popitem() %}",
           "{% do d.clear() %}",
           "{% do d.setdefault('c', 1) %}",
       }) {
    Value list = Value::list({7});
    Value dict = Value::dict({{"a", 1}});
    EXPECT_EQ(outcome(environment, source, Value::dict({{"l", list}, {"d", dict}})), "SecurityError")
        << source;
    EXPECT_EQ(list.size(), 1u) << source;
    EXPECT_EQ(dict.size(), 1u) << source;
  }
  EXPECT_EQ(outcome(environment, "{{ d.get('a') }}{{ l.index(7) }}{{ '{0[0]}'.format(l) }}",
                    Value::dict({{"l", Value::list({7})}, {"d", Value::dict({{"a", 1}})}})),
            "107");
}

TEST(TemplateSandbox, RangesAreShort) {
  const Environment environment(bounded(Sandbox::safe));
  EXPECT_EQ(message(environment, "{{ range(100001) }}"),
            "OverflowError: Range too big. The sandbox blocks ranges larger than MAX_RANGE (100000).");
  EXPECT_EQ(message(environment, "{{ range(0, 10**12, 10**8)|length }}"), "10000");
  EXPECT_EQ(message(environment, "{{ range(100000)|length }}"), "100000");
}

TEST(TemplateSandbox, FunctionsThatAreMarkedAreNotCalled) {
  class Deleter final : public Object {
   public:
    std::string_view type_name() const override { return "Deleter"; }
    bool is_callable() const override { return true; }
    bool is_safe_callable() const override { return false; }
    Value call(const CallArguments&) const override { return "called"; }
  };
  for (const Sandbox sandbox : {Sandbox::none, Sandbox::safe, Sandbox::immutable}) {
    Environment environment(bounded(sandbox));
    environment.add_global("wipe", std::move(NativeFunction([] { return 1; }).set_unsafe()));
    const Value context = Value::dict({{"x", Value::object(std::make_unique<Deleter>())}});
    const bool allowed = sandbox == Sandbox::none;
    for (const std::string_view source : {"{{ x() }}", "{% call x() %}{% endcall %}", "{{ [x][0]() }}"}) {
      EXPECT_EQ(message(environment, source, context),
                allowed ? "called" : "SecurityError: <Deleter object> is not safely callable")
          << source;
    }
    EXPECT_EQ(outcome(environment, "{{ wipe() }}"), allowed ? "1" : "SecurityError");
  }
}

TEST(TemplateLifetime, WhatIsKeptWorksOrFails) {
  const Environment environment(bounded());
  struct Case {
    std::string_view source;
    std::string_view expected;
  };
  for (const Case& c : std::vector<Case>{
           {"{% macro o(ns) %}{% for x in [1, 2, 3] if x %}{% set ns.l = loop %}{% break %}{% endfor %}"
            "{% endmacro %}{% set ns = namespace() %}{{ o(ns) }}{{ ns.l.index }}{{ ns.l.nextitem }}",
            "RuntimeError"},
           {"{% macro o(ns) %}{% for x in [1, 2, 3] %}{% set ns.l = loop %}{% break %}{% endfor %}"
            "{% endmacro %}{% set ns = namespace() %}{{ o(ns) }}{{ ns.l.index }}{{ ns.l.length }}{{ "
            "ns.l.last }}",
            "13False"},
           {"{% macro o(ns) %}{% for x in [1, 2] recursive %}{{ x }}{% set ns.l = loop %}{% endfor %}"
            "{% endmacro %}{% set ns = namespace() %}{{ o(ns) }}{{ ns.l([3]) }}",
            "123"},
           {"{% macro o(ns, y) %}{% for x in [1, 2] recursive %}{{ x }}{{ y }}{% set ns.l = loop %}{% endfor "
            "%}"
            "{% endmacro %}{% set ns = namespace() %}{{ o(ns, 'y') }}{{ ns.l([3]) }}",
            "1y2y3y"},
           {"{% set ns = namespace(l=none) %}{% macro f(x) %}{{ ns.l.length if ns.l }}{% endmacro %}"
            "{% for x in [1, 2] if f(x) or true %}{% set ns.l = loop %}{{ loop.length }}{% endfor %}",
            "ValueError"},
           {"{% set ms = [] %}{% macro o(x) %}{% macro i() %}{{ x }}{% endmacro %}{% do ms.append(i) %}"
            "{% endmacro %}{{ o(1) }}{{ o(2) }}{% for m in ms %}{{ m() }}{% endfor %}",
            "12"},
           {"{% set l = [] %}{% block a %}x{% if not l %}{% endif %}{% endblock %}{% do l.append(self.a) "
            "%}{{ l[0]() }}",
            "xx"},
           {"{% set l = [1, 2, 3] %}{% for x in l|map('string') %}{% do l.clear() %}{{ x }}{% endfor %}",
            "1"},
           {"{% set l = [3, 1, 2] %}{% for x in l|sort %}{% do l.clear() %}{{ x }}{% endfor %}", "123"},
           {"{% set l = [1, 2, 3] %}{% for x in l %}{% do l.pop() %}{{ x }}{% endfor %}", "12"},
           {"{% set l = [1, 2, 3] %}{% for x in l %}{{ loop.nextitem }}{% do l.clear() %}{% endfor %}", "2"},
           {"{% set l = [1] %}{% set g = l|map('string') %}{% do l.append(g) %}{{ g|join|length > 3 }}",
            "True"},
           {"{% set l = [[1]] %}{% set g = l|map('list') %}{% do l.append(g) %}{{ g|list }}", "ValueError"},
           {"{% set d = {'a': 1} %}{% for k, v in d.items() %}{% do d.update({k ~ 'x': 1}) %}{% endfor %}",
            "RuntimeError"},
       }) {
    const std::string out = outcome(environment, c.source);
    EXPECT_EQ(out, c.expected) << c.source;
  }
}

TEST(TemplateLifetime, NativeResultsOutliveTheirRender) {
  const Environment environment(bounded());
  for (const std::string_view source : {
           "{% macro m() %}x{% endmacro %}{{ m }}",
           "{% for x in [1, 2, 3] if x %}{{ loop }}{% break %}{% endfor %}",
           "{% for x in [1, 2, 3]|map('string') %}{{ loop }}{% break %}{% endfor %}",
           "{% for x in [1, 2, 3] recursive %}{{ loop }}{% break %}{% endfor %}",
           "{{ self.a }}{% if 0 %}{% block a %}{% endblock %}{% endif %}",
           "{{ [1, 2]|map('string') }}",
           "{{ [1, 2]|select }}",
           "{{ missing }}",
           "{{ namespace(a=1) }}",
           "{{ cycler(1, 2) }}",
       }) {
    const Template page = environment.from_string(source);
    const Value result = page.render_native();
    const auto attempt = [](auto use) {
      try {
        use();
      } catch (const EvaluationError&) {
      } catch (const TemplateError&) {
      }
    };
    attempt([&] { result.str(); });
    attempt([&] { result.size(); });
    if (!result.is_object()) continue;
    const Object& object = result.as_object();
    attempt([&] { object.call({}); });
    for (const char* name : {"nextitem", "last", "length", "name", "super", "arguments", "previtem"})
      attempt([&] { object.attribute(name); });
    attempt([&] {
      Value item;
      if (const auto items = object.iterate()) {
        while (items->next(item)) continue;
      }
    });
  }
}

// Loaders: nothing outside of their folders.
TEST(TemplateLoader, NamesStayInside) {
  const auto folder = std::filesystem::path(::testing::TempDir()) / "templates_test";
  std::filesystem::create_directories(folder);
  Options options = bounded();
  options.loader = std::make_unique<FileSystemLoader>(folder.string());
  const Environment environment(std::move(options));
  for (const std::string& name :
       {std::string("../../etc/passwd"), std::string("/etc/passwd"), std::string("..\\..\\etc\\passwd"),
        std::string("x/../../../etc/passwd"), std::string("./../../etc/passwd"), std::string("..%2fetc"),
        std::string("../../etc/passwd\0.html", 22), std::string(""), std::string("."), std::string("..")}) {
    const Value context = Value::dict({{"name", name}});
    EXPECT_EQ(outcome(environment, "{% include name %}", context), "TemplateNotFound") << name;
    EXPECT_EQ(outcome(environment, "{% extends name %}", context), "TemplateNotFound") << name;
    EXPECT_EQ(outcome(environment, "{% import name as x %}", context), "TemplateNotFound") << name;
  }
}

}  // namespace
}  // namespace retort::jinja
