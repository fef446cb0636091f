// SPDX-License-Identifier: BSD-3-Clause
// Templates on fibers: what one render holds while it is parked is none of the others'.
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "retort/fiber/fiber.h"
#include "retort/jinja/environment.h"
#include "retort/jinja/error.h"
#include "retort/value/object.h"

namespace retort::jinja {
namespace {

/// Its str() parks, in the middle of a walk.
class Slow final : public Object {
 public:
  std::string_view type_name() const override { return "Slow"; }
  void append_repr(std::string& out) const override {
    fiber::sleep_for(std::chrono::milliseconds(20));
    out += "slow";
  }
};

/// Its destruction parks.
class SlowToGo final : public Object {
 public:
  std::string_view type_name() const override { return "SlowToGo"; }
  ~SlowToGo() override { fiber::sleep_for(std::chrono::milliseconds(20)); }
};

// Hundreds of walks that are parked at once, each of a modest depth.
TEST(TemplateFibers, ParkedWalksDoNotCountAgainstOthers) {
  Environment environment;
  environment.add_filter("query", [](Render&, int n) {
    fiber::sleep_for(std::chrono::milliseconds(30));
    return n + 1;
  });
  environment.add_global("slow", [] { return Value::object(std::make_unique<Slow>()); });
  environment.add_global("slow_to_go", [] { return Value::object(std::make_unique<SlowToGo>()); });
  environment.freeze();
  const Template parked = environment.from_string("{{ [1, 2]|map('query')|map('query')|list }}");
  const Template text = environment.from_string("{{ [[slow()]]|string }}");
  const Template destroyed = environment.from_string("{% set x = slow_to_go() %}{% set x = 1 %}{{ x }}");
  const Template quick = environment.from_string("{{ [[[n]]]|string|upper }}{{ [n]|map('string')|join }}");
  fiber::run([&] {
    std::vector<fiber::Task<std::string>> tasks;
    for (int i = 0; i < 150; ++i) {
      tasks.push_back(fiber::spawn([&] { return parked.render(); }));
      tasks.push_back(fiber::spawn([&] { return text.render(); }));
      tasks.push_back(fiber::spawn([&] { return destroyed.render(); }));
    }
    for (int i = 0; i < 40; ++i) {
      fiber::sleep_for(std::chrono::milliseconds(3));
      EXPECT_EQ(quick.render({{"n", i}}), "[[[" + std::to_string(i) + "]]]" + std::to_string(i));
    }
    for (std::size_t i = 0; i < tasks.size(); i += 3) {
      EXPECT_EQ(tasks[i].join(), "[3, 4]");
      EXPECT_EQ(tasks[i + 1].join(), "[[slow]]");
      EXPECT_EQ(tasks[i + 2].join(), "1");
    }
  });
}

std::string outcome(const Environment& environment, std::string_view name) {
  try {
    return environment.get_template(name).render();
  } catch (const TemplateError& error) {
    return error.name();
  }
}

// Each render has a recursion limit of its own; the stack is one.
TEST(TemplateFibers, RendersInsideOfRendersEndBeforeTheStackDoes) {
  Options options;
  auto loader = std::make_unique<DictLoader>();
  loader->add("page", "{% for x in [1] %}{% if x %}{{ widget() }}{% endif %}{% endfor %}");
  loader->add("map", "{{ [1]|map('widget')|join }}");
  options.loader = std::move(loader);
  Environment environment(std::move(options));
  environment.add_global("widget", [&environment] { return environment.get_template("page").render(); });
  environment.add_filter("widget", [&environment](int) { return environment.get_template("map").render(); });
  environment.freeze();
  for (const char* name : {"page", "map"}) {
    EXPECT_EQ(outcome(environment, name), "RecursionError") << name;
    EXPECT_EQ(fiber::run([&] { return outcome(environment, name); }), "RecursionError") << name;
  }
}

}  // namespace
}  // namespace retort::jinja
