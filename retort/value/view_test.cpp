// SPDX-License-Identifier: BSD-3-Clause
#include "retort/value/view.h"

#include <array>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "retort/base/reflect_many.h"
#include "retort/value/error.h"
#include "retort/value/iterate.h"
#include "retort/value/methods.h"
#include "retort/value/operators.h"

namespace blog {

enum class Color : std::uint8_t { red, green };

struct Address {
  std::string street;
  int number = 0;
};

struct Person {
  std::string name;
  std::optional<Address> address;
  std::vector<std::string> tags;
  Color color = Color::green;
  const Person* boss = nullptr;
};

// A class shows what it lists.
class Post {
 public:
  Post(int id, std::string title) : id_(id), title_(std::move(title)) {}
  std::string url() const { return "/posts/a-rather-long-address/" + std::to_string(id_); }
  const std::string& title() const noexcept { return title_; }
  Address address() const { return {"a street with a long name", id_}; }
  std::string_view slug() const { return title_; }
  const Post* self() const { return this; }

 private:
  static std::size_t size_of(const Post& post) { return post.title_.size(); }
  int id_;
  std::string title_;

 public:
  static constexpr auto template_members =
      retort::members(retort::member<"url">(&Post::url), retort::member<"title">(&Post::title),
                      retort::member<"id">(&Post::id_), retort::member<"size">(&Post::size_of),
                      retort::member<"address">(&Post::address), retort::member<"slug">(&Post::slug),
                      retort::member<"self">(&Post::self));
};

// A struct keeps its members.
struct Rectangle {
  int width = 0, height = 0;
  int area() const { return width * height; }
  std::string height_text() const { return std::to_string(height) + " cm"; }
  static constexpr auto template_members = retort::members(retort::member<"area">(&Rectangle::area),
                                                           retort::member<"height">(&Rectangle::height_text));
};

struct Account {
  std::string email, password_hash;
  std::function<void()> notify;  // not for templates
  static constexpr auto template_members = retort::only_members(retort::member<"email">(&Account::email));
};

// Listed from outside.
class Closed {
 public:
  int answer() const { return 42; }
};
constexpr auto template_members(const Closed*) {
  return retort::members(retort::member<"answer">(&Closed::answer));
}

struct Node {
  int value = 0;
  std::vector<Node> children;
  std::unique_ptr<Node> next;
};

struct Wide {
  int a0 = 0, a1 = 1, a2 = 2, a3 = 3, a4 = 4, a5 = 5, a6 = 6, a7 = 7, a8 = 8, a9 = 9, b0 = 10, b1 = 11,
      b2 = 12, b3 = 13, b4 = 14, b5 = 15, b6 = 16, b7 = 17, b8 = 18, b9 = 19, c0 = 20, c1 = 21, c2 = 22,
      c3 = 23, c4 = 24, c5 = 25, c6 = 26, c7 = 27, c8 = 28, c9 = 29, d0 = 30, d1 = 31, d2 = 32, d3 = 33,
      d4 = 34, d5 = 35, d6 = 36, d7 = 37, d8 = 38, d9 = 39, e0 = 40, e1 = 41, e2 = 42, e3 = 43, e4 = 44,
      e5 = 45, e6 = 46, e7 = 47, e8 = 48, e9 = 49, f0 = 50, f1 = 51, f2 = 52, f3 = 53, f4 = 54, f5 = 55,
      f6 = 56, f7 = 57, f8 = 58, f9 = 59, g0 = 60, g1 = 61, g2 = 62, g3 = 63;
};

struct Empty {};

template <class T>
struct Page {
  std::vector<T> items;
};

}  // namespace blog

namespace retort {
namespace {

using namespace blog;

Value get(const Value& object, const char* name) { return get_attribute(object, name); }

std::string walked(const Value& value) {
  Evaluator evaluator;
  return to_list(value, evaluator).repr();
}

TEST(View, ScalarsAreThemselves) {
  const int number = -7;
  const std::uint8_t small = 200;
  const float real = 1.5f;
  const bool yes = true;
  const Value value = "x";
  const Color color = Color::red, nameless = static_cast<Color>(9);
  Uuid uuid;
  EXPECT_EQ(Value::view(number).repr(), "-7");
  EXPECT_EQ(Value::view(small).repr(), "200");
  EXPECT_EQ(Value::view(real).repr(), "1.5");
  EXPECT_EQ(Value::view(yes).repr(), "True");
  EXPECT_EQ(Value::view(value).repr(), "'x'");
  EXPECT_EQ(Value::view(color).repr(), "'red'");
  EXPECT_EQ(Value::view(nameless).repr(), "9");
  EXPECT_EQ(Value::view(uuid).repr(), "UUID('00000000-0000-0000-0000-000000000000')");
}

TEST(View, TextIsBorrowed) {
  const std::string text = "text that is longer than fourteen bytes";
  const Markup html("<b>markup that is longer than fourteen bytes</b>");
  const std::string_view part = text;
  const char* const literal = text.c_str();
  const char* const none = nullptr;
  EXPECT_EQ(Value::view(text).as_string().data(), text.data());
  EXPECT_EQ(Value::view(part).as_string().data(), text.data());
  EXPECT_EQ(Value::view(literal).as_string().data(), text.data());
  EXPECT_TRUE(Value::view(none).is_none());
  EXPECT_TRUE(Value::view(html).is_markup());
  EXPECT_EQ(Value::view(html).as_string().data(), html.view().data());
  EXPECT_NE(Value::view(text).deep_copy().as_string().data(), text.data());
}

TEST(View, AStructHasItsMembers) {
  const Person boss{"Grace", std::nullopt, {}, Color::red, nullptr};
  const Person ada{"Ada, Countess of Lovelace", Address{"Street", 3}, {"x", "y"}, Color::green, &boss};
  const Value view = Value::view(ada);
  EXPECT_EQ(view.type_name(), "Person");
  EXPECT_EQ(get(view, "name").as_string().data(), ada.name.data());
  EXPECT_EQ(get(get(view, "address"), "number").as_int(), 3);
  EXPECT_EQ(get(view, "tags").size(), 2u);
  EXPECT_EQ(get(view, "color").str(), "green");
  EXPECT_EQ(get(get(view, "boss"), "name").str(), "Grace");
  EXPECT_TRUE(get(get(view, "boss"), "address").is_none());
  EXPECT_TRUE(get(get(view, "boss"), "boss").is_none());
  EXPECT_TRUE(get(view, "nam").is_undefined());
  EXPECT_TRUE(get(view, "").is_undefined());
  EXPECT_TRUE(get(view, "template_members").is_undefined());
  EXPECT_TRUE(view.truthy());
  EXPECT_EQ(Value::view(boss).repr(), "Person(name='Grace', address=None, tags=[], color='red', boss=None)");
  EXPECT_THROW(iterate(view), TypeError);
  EXPECT_THROW((void)view.size(), TypeError);
}

TEST(View, EveryOneOf64MembersIsFound) {
  const Wide wide;
  const Value view = Value::view(wide), copy = view.copy();
  ASSERT_EQ(copy.size(), 64u);
  std::int64_t expected = 0;
  for (const Value::Entry& entry : copy.entries()) {
    EXPECT_EQ(entry.value.as_int(), expected);
    EXPECT_EQ(get_attribute(view, entry.key.as_string()).as_int(), expected++);
  }
  for (const char* name : {"a", "h0", "g4", "A0", "a00", "0", "\xff\xff"})
    EXPECT_TRUE(get(view, name).is_undefined()) << name;
}

TEST(View, StructsWithoutMembersAndTemplatesWork) {
  const Empty empty;
  EXPECT_EQ(Value::view(empty).repr(), "Empty()");
  EXPECT_TRUE(get(Value::view(empty), "x").is_undefined());
  const Page<Address> page{{{"s", 1}}};
  EXPECT_EQ(Value::view(page).repr(), "Page<blog::Address>(items=[Address(street='s', number=1)])");
}

TEST(View, AClassShowsWhatItLists) {
  const Post post(7, "a title of more than fourteen bytes");
  const Value view = Value::view(post);
  EXPECT_EQ(get(view, "url").str(), "/posts/a-rather-long-address/7");
  EXPECT_EQ(get(view, "title").as_string().data(), post.title().data());
  EXPECT_EQ(get(view, "slug").as_string().data(), post.title().data());
  EXPECT_EQ(get(view, "id").as_int(), 7);
  EXPECT_EQ(get(view, "size").as_int(), 35);
  EXPECT_EQ(get(get(view, "self"), "id").as_int(), 7);
  EXPECT_TRUE(get(view, "id_").is_undefined());
  const Closed closed;
  EXPECT_EQ(Value::view(closed).repr(), "Closed(answer=42)");
}

TEST(View, WhatAMethodReturnsByValueIsCopied) {
  const Post post(7, "t");
  const Value address = get(Value::view(post), "address");
  EXPECT_EQ(address.repr(), "{'street': 'a street with a long name', 'number': 7}");
}

TEST(View, AStructKeepsItsMembersBesidesWhatItLists) {
  const Rectangle rectangle{3, 4};
  const Value view = Value::view(rectangle);
  EXPECT_EQ(get(view, "area").as_int(), 12);
  EXPECT_EQ(get(view, "width").as_int(), 3);
  EXPECT_EQ(get(view, "height").str(), "4 cm");
  EXPECT_EQ(view.copy().repr(), "{'width': 3, 'height': 4}");
  const Account account{"a@b.c", "secret", {}};
  EXPECT_EQ(Value::view(account).repr(), "Account(email='a@b.c')");
  EXPECT_TRUE(get(Value::view(account), "password_hash").is_undefined());
}

TEST(View, ContainersAreSequences) {
  const std::vector<int> vector{1, 2, 3};
  const std::array<double, 2> array{1, 2.5};
  const int raw[] = {4, 5};
  const std::set<std::string> set{"b", "a"};
  const std::list<int> list{6, 7};
  const std::deque<std::string> deque{"x"};
  const std::vector<bool> bits{true, false};
  const std::span<const int> span(vector.data(), 2);
  const std::vector<std::vector<int>> nested{{1}, {}, {2, 3}};
  const struct {
    Value view;
    const char* repr;
  } cases[] = {
      {Value::view(vector), "[1, 2, 3]"},
      {Value::view(array), "[1.0, 2.5]"},
      {Value::view(raw), "[4, 5]"},
      {Value::view(set), "['a', 'b']"},
      {Value::view(list), "[6, 7]"},
      {Value::view(deque), "['x']"},
      {Value::view(bits), "[True, False]"},
      {Value::view(span), "[1, 2]"},
      {Value::view(nested), "[[1], [], [2, 3]]"},
  };
  for (const auto& [view, repr] : cases) {
    EXPECT_EQ(view.type_name(), "list") << repr;
    EXPECT_EQ(view.repr(), repr);
    EXPECT_EQ(walked(view), repr);
    EXPECT_EQ(view, view.deep_copy()) << repr;
    const Value copy = view.copy();
    ASSERT_EQ(view.size(), copy.size());
    for (std::size_t i = 0; i < copy.size(); ++i) EXPECT_EQ(ops::item(view, i), copy[i]) << repr;
    EXPECT_EQ(ops::item(view, -1), copy[copy.size() - 1]);
    EXPECT_TRUE(ops::item(view, copy.size()).is_undefined());
    EXPECT_TRUE(ops::item(view, -1 - static_cast<std::int64_t>(copy.size())).is_undefined());
    EXPECT_TRUE(ops::item(view, "x").is_undefined());
  }
  const std::vector<int> nothing;
  EXPECT_FALSE(Value::view(nothing).truthy());
}

TEST(View, PairsAndTuplesAreTuples) {
  const std::pair<int, std::string> pair{1, "a"};
  const std::tuple<int, double, std::string> tuple{1, 2.0, "b"};
  const std::tuple<> none;
  EXPECT_EQ(Value::view(pair).repr(), "(1, 'a')");
  EXPECT_EQ(walked(Value::view(tuple)), "[1, 2.0, 'b']");
  EXPECT_EQ(ops::item(Value::view(tuple), -1).str(), "b");
  EXPECT_EQ(Value::view(pair), Value::tuple({1, "a"}));
  EXPECT_EQ(Value::view(none).repr(), "()");
}

TEST(View, MapsAreMappings) {
  const std::map<std::string, int> text{{"b", 2}, {"a", 1}};
  const std::map<std::string, int, std::less<>> transparent{{"a key of more than fifteen bytes", 1}};
  const std::unordered_map<std::int64_t, std::string> numbers{{-5, "minus five"}};
  const std::map<std::uint8_t, int> small{{1, 2}};
  const std::map<Color, int> colors{{Color::green, 3}};
  const std::map<std::string_view, std::vector<int>> lists{{"k", {1, 2}}};
  EXPECT_EQ(Value::view(text).repr(), "{'a': 1, 'b': 2}");
  EXPECT_EQ(Value::view(text).type_name(), "dict");
  EXPECT_EQ(walked(Value::view(text)), "['a', 'b']");
  EXPECT_EQ(ops::item(Value::view(text), "b").as_int(), 2);
  EXPECT_TRUE(ops::item(Value::view(text), "c").is_undefined());
  EXPECT_TRUE(ops::item(Value::view(text), 1).is_undefined());
  EXPECT_EQ(ops::item(Value::view(transparent), "a key of more than fifteen bytes").as_int(), 1);
  EXPECT_EQ(Value::view(numbers).repr(), "{-5: 'minus five'}");
  EXPECT_EQ(ops::item(Value::view(numbers), -5.0).str(), "minus five");
  EXPECT_TRUE(ops::item(Value::view(numbers), -5.5).is_undefined());
  EXPECT_TRUE(ops::item(Value::view(numbers), 1e300).is_undefined());
  EXPECT_EQ(ops::item(Value::view(small), true).as_int(), 2);
  EXPECT_TRUE(ops::item(Value::view(small), 257).is_undefined());
  EXPECT_EQ(ops::item(Value::view(colors), "green").as_int(), 3);
  EXPECT_EQ(Value::view(colors).repr(), "{'green': 3}");
  EXPECT_EQ(ops::item(Value::view(lists), "k").size(), 2u);
  Evaluator evaluator;
  EXPECT_TRUE(ops::contains(Value::view(text), "a", evaluator));
  EXPECT_FALSE(ops::contains(Value::view(text), "c", evaluator));
}

TEST(View, HoldersAreWhatTheyHold) {
  const std::optional<int> none, one = 1;
  const auto shared = std::make_shared<Address>(Address{"s", 1});
  const std::unique_ptr<Address> null;
  const std::variant<std::monostate, int, Address> nothing, number = 2, address = Address{"t", 3};
  const Address target{"u", 4};
  const auto reference = std::cref(target);
  const std::optional<std::vector<int>> list = std::vector<int>{1};
  EXPECT_TRUE(Value::view(none).is_none());
  EXPECT_EQ(Value::view(one).as_int(), 1);
  EXPECT_EQ(get(Value::view(shared), "number").as_int(), 1);
  EXPECT_TRUE(Value::view(null).is_none());
  EXPECT_TRUE(Value::view(nothing).is_none());
  EXPECT_EQ(Value::view(number).as_int(), 2);
  EXPECT_EQ(get(Value::view(address), "number").as_int(), 3);
  EXPECT_EQ(get(Value::view(reference), "number").as_int(), 4);
  EXPECT_EQ(Value::view(list).repr(), "[1]");
}

TEST(View, TypesMayHoldThemselves) {
  Node node{1, {}, std::make_unique<Node>()};
  node.children.push_back(Node{2, {}, nullptr});
  EXPECT_EQ(Value::view(node).copy().deep_copy().repr(),
            "{'value': 1, 'children': [{'value': 2, 'children': [], 'next': None}], "
            "'next': {'value': 0, 'children': [], 'next': None}}");
}

TEST(View, ACycleIsAnErrorWhereItIsWrittenOut) {
  Person person{"p", std::nullopt, {}, Color::red, nullptr};
  person.boss = &person;
  const Value view = Value::view(person);
  EXPECT_EQ(get(get(get(view, "boss"), "boss"), "name").str(), "p");
  EXPECT_THROW((void)view.repr(), RecursionError);
  EXPECT_THROW((void)view.deep_copy(), RecursionError);
  EXPECT_EQ(view, Value::view(person));
}

TEST(View, ADeepCopyNeedsWhatItWasMadeFromNoMore) {
  Value copy;
  {
    const std::vector<Address> addresses{{"a street with a rather long name", 1}};
    Value holder = Value::dict({{"addresses", Value::view(addresses)}});
    holder.freeze();
    copy = holder.deep_copy();
  }
  EXPECT_EQ(copy.repr(), "{'addresses': [{'street': 'a street with a rather long name', 'number': 1}]}");
}

/// A mapping that nobody may copy.
class Uncopied final : public ViewType {
 public:
  Shape shape() const override { return Shape::mapping; }
  std::string_view type_name() const override { return "dict"; }
  Value copy(const void*) const override { throw RuntimeError("copied"); }
  Value item(const void*, const Value& key) const override { return key == Value("a") ? Value(1) : Value(); }
  bool length(const void*, std::size_t& out) const override {
    out = 1;
    return true;
  }
  Owned<ValueIterator> iterate(const void*) const override { return retort::iterate(Value::list({"a"})); }
};

TEST(View, IsAskedAndWalkedWithoutACopy) {
  static const Uncopied type;
  const Value view = Value::view(type, &type);
  Evaluator evaluator;
  const Value get = get_attribute(view, "get");
  const Value a = "a", b[] = {"b", 7};
  EXPECT_EQ(evaluator.call(get, {{&a, 1}, {}, nullptr}), 1);
  EXPECT_EQ(evaluator.call(get, {{b, 2}, {}, nullptr}), 7);
  EXPECT_TRUE(evaluator.call(get, {{b, 1}, {}, nullptr}).is_none());
  EXPECT_TRUE(ops::contains(view, a, evaluator));
  EXPECT_FALSE(ops::contains(view, b[0], evaluator));
  EXPECT_THROW(ops::contains(view, Value::list(), evaluator), TypeError);
  EXPECT_FALSE(view == a);
  EXPECT_FALSE(Value(1) == view);
}

TEST(View, CopiesAreCharged) {
  const std::map<std::string, int> map = {{"a", 1}, {"b", 2}};
  const std::vector<int> items(100);
  const Value dict = Value::view(map), list = Value::view(items);
  Evaluator evaluator;
  EXPECT_EQ(to_list(evaluator.call(get_attribute(dict, "items"), {}), evaluator).repr(),
            "[('a', 1), ('b', 2)]");
  evaluator.set_limits(50, SIZE_MAX);
  EXPECT_THROW(evaluator.call(get_attribute(dict, "items"), {}), LimitError);
  EXPECT_THROW(ops::slice(list, 0, 1, nullptr, evaluator), LimitError);
  evaluator.set_limits(1 << 20, 50);
  EXPECT_THROW(ops::contains(list, 7, evaluator), LimitError);
}

// As a dataclass in Python: equal by its members, so without a hash.
TEST(View, ARecordHasNoHash) {
  const Address one{"a", 1}, other{"a", 1};
  EXPECT_EQ(Value::view(one), Value::view(other));
  EXPECT_THROW(Value::view(one).hash(), TypeError);
}

}  // namespace
}  // namespace retort
