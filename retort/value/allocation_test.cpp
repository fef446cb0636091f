// SPDX-License-Identifier: BSD-3-Clause
// What must not allocate, counted.
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "retort/value/iterate.h"
#include "retort/value/methods.h"
#include "retort/value/view.h"

namespace {
std::size_t allocations = 0;  // of this test program; one thread allocates while it is read
}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace retort {
namespace {

template <class F>
std::size_t count(F&& f) {
  const std::size_t before = allocations;
  f();
  return allocations - before;
}

TEST(ValueAllocations, SmallValuesHaveNone) {
  EXPECT_EQ(count([] {
              const Value values[] = {
                  nullptr, true, 42, 1.5, "fourteen bytes", Value::bytes("x"), Value::markup("<b>")};
              for (const Value& value : values) {
                Value copy = value;
                Value moved = std::move(copy);
                ASSERT_EQ(moved, value);
              }
            }),
            0u);
}

TEST(ValueAllocations, LongTextHasOneAndItsCopiesNone) {
  const std::string text(100, 'x');
  EXPECT_EQ(count([&] {
              const Value value(text);
              const Value copy = value;
              ASSERT_EQ(copy, value);
            }),
            1u);
}

TEST(ValueAllocations, LookingUpAndIteratingHaveNone) {
  Value dict = Value::dict();
  for (int i = 0; i < 100; ++i) dict.set("a key of some length " + std::to_string(i), i);
  std::int64_t sum = 0;
  EXPECT_EQ(count([&] {
              sum += dict["a key of some length 77"].as_int();
              for (const Value::Entry& entry : dict.entries()) sum += entry.value.as_int();
            }),
            0u);
  EXPECT_EQ(sum, 77 + 4950);
}

TEST(ValueAllocations, WalkingWithForEachHasNone) {
  Value list = Value::list(), dict = Value::dict();
  for (int i = 0; i < 100; ++i) {
    list.push_back("text that is longer than fourteen bytes");
    dict.set("a key of some length " + std::to_string(i), i);
  }
  const Value text = "text that is longer than fourteen bytes";
  Evaluator evaluator;
  std::size_t items = 0;
  const Value* const walked[] = {&list, &dict, &text};
  EXPECT_EQ(count([&] {
              for (const Value* value : walked) {
                for_each(*value, evaluator, [&](const Value&) {
                  ++items;
                  return true;
                });
              }
            }),
            0u);
  EXPECT_EQ(items, 239u);
}

struct Row {
  std::int64_t id = 0;
  std::string title, author;
  double price = 0;
};

TEST(ValueAllocations, AWalkOverAViewHasOne) {
  const std::vector<Row> rows(
      1000, Row{1234567, "a title of more than fourteen bytes", "an author of more than fifteen", 1.5});
  std::string out;
  out.reserve(1000 * 100);
  EXPECT_EQ(count([&] {
              const auto items = iterate(Value::view(rows));
              for (Value row; items->next(row);) {
                for (const std::string_view name : {"id", "title", "author", "price"})
                  get_attribute(row, name).append_str(out);
              }
            }),
            1u);
  EXPECT_EQ(out.size(), 1000 * (7 + 35 + 30 + 3u));
}

TEST(ValueAllocations, FreeingHasNone) {
  Value nested = Value::list();
  for (int i = 0; i < 1000; ++i) nested = Value::list({nested, "text that is longer than fourteen bytes"});
  EXPECT_EQ(count([&] { nested = nullptr; }), 0u);
}

}  // namespace
}  // namespace retort
