// SPDX-License-Identifier: BSD-3-Clause
// What all forms of a type share, used by several threads and fibers at once. Debug builds check that no
// Value is counted by another thread than its own; the thread sanitizer sees the rest.
#include <barrier>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "retort/base/decimal.h"
#include "retort/ext/wtf/fields.h"
#include "retort/ext/wtf/form.h"
#include "retort/ext/wtf/validators.h"
#include "retort/ext/wtf/widgets.h"
#include "retort/fiber/task.h"
#include "retort/value/value.h"

namespace retort::wtf {
namespace {

const std::string kLong = "a text that is too long to lie in the value itself";

Value attributes() { return Value::dict({{"title", kLong}}); }

struct Part {
  StringField name{"Name", {length(1, 10)}, {.default_ = kLong, .render_kw = attributes()}};
  DecimalField price{"Price", {number_range(Decimal("0.123456789012345"), Decimal("10.5"))}};
};

struct Everything {
  // Two validators that set the same flag: the field has but the second's.
  StringField code{"Code",
                   {regexp("a", RegexpOptions{.html_pattern = kLong}),
                    regexp("b", RegexpOptions{.html_pattern = kLong + "!"})}};
  DecimalField price{"Price", {number_range(Decimal("0.1"), {}), number_range(Decimal("0.2"), {})}};
  SelectField written{"Written", {}, {.choices = {{"a", "A", attributes()}}}};
  SelectField made{"Made", {}, {.choices = [] {
                     return std::vector<Choice<std::string>>{{"a", "A", attributes()}};
                   }}};
  RadioField radio{"Radio", {}, {.choices = {{"a", "A", attributes()}, {"b", "B"}}}};
  IntegerField stepped{"Stepped", {}, {.widget = NumberInput({.step = kLong})}};
  FormField<Part> part{"Part", {.default_ = Value::dict({{"name", kLong}})}};
  FieldList<FormField<Part>> parts{
      FormField<Part>(), "Parts", {}, {.min_entries = 2, .default_ = Value::list({attributes()})}};
};

void use_a_form() {
  const auto form = wtf::form<Everything>();
  form.validate();
  for (Field& field : form) {
    EXPECT_FALSE(field().view().empty());
    field.set_label("changed for this form alone");
    EXPECT_FALSE(field({{"class_", "x"}}).view().empty());
    (void)field.flags()["pattern"];
  }
  form->written.choices = {{"b", "B", attributes()}};
  form->parts.append_entry();
  EXPECT_FALSE(form->written().view().empty());
  EXPECT_EQ(form.data().size(), 8u);
  EXPECT_TRUE(form.errors().truthy());
}

TEST(FormThreads, ShareWhatAFormIsMadeWith) {
  constexpr int kThreads = 4;
  std::barrier together(kThreads);
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&together] {
      together.arrive_and_wait();  // who comes first makes the type's prototype
      for (int n = 0; n < 50; ++n) use_a_form();
    });
  }
  for (std::thread& thread : threads) thread.join();
}

// Made by the main thread; copied by the one that makes the first form.
const Validator kPrice = number_range(Decimal("0.2"), Decimal("9.5"));
const Validator kCode = regexp("a+", RegexpOptions{.html_pattern = kLong});

TEST(FormThreads, CopyValidatorsThatAreGlobals) {
  struct Priced {
    DecimalField price{"Price", {kPrice}};
    StringField code{"Code", {kCode}};
  };
  std::string html;
  std::thread([&html] { html = wtf::form<Priced>()->price().view(); }).join();
  EXPECT_EQ(html, R"(<input id="price" max="9.5" min="0.2" name="price" step="any" type="number" value="">)");
}

std::string loaded() {
  fiber::sleep_for(std::chrono::milliseconds(2));  // as a question to a database does
  return "loaded";
}

struct Slow {
  StringField name{"Name", {}, {.default_ = loaded()}};
};

// Behind a lock the second fiber would stop their thread, and with it the first one.
TEST(FormThreads, MayWaitWhileTheirTypeIsMade) {
  fiber::run([] {
    std::vector<fiber::Task<std::string>> tasks;
    for (int i = 0; i < 3; ++i) tasks.push_back(fiber::spawn([] { return wtf::form<Slow>()->name.data; }));
    for (fiber::Task<std::string>& task : tasks) EXPECT_EQ(task.join(), "loaded");
  });
}

}  // namespace
}  // namespace retort::wtf
