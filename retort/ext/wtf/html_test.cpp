// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/wtf/html.h"

#include <gtest/gtest.h>

#include "retort/value/error.h"

namespace retort::wtf {
namespace {

// Expected values: WTForms' html_params.
TEST(HtmlParams, WritesAttributesInTheOrderOfTheirNames) {
  EXPECT_EQ(html_params({{"name", "text1"}, {"id", "f"}, {"class_", "text"}}).view(),
            R"(class="text" id="f" name="text1")");
  EXPECT_EQ(html_params({{"checked", true}, {"readonly", false}, {"name", "text1"}, {"abc", "hello"}}).view(),
            R"(abc="hello" checked name="text1")");
  EXPECT_EQ(html_params({}).view(), "");
}

TEST(HtmlParams, ReadsNamesAsPythonsKeywordArgumentsSpellThem) {
  EXPECT_EQ(html_params({{"class__", "a"}, {"for_", "b"}}).view(), R"(class="a" for="b")");
  EXPECT_EQ(html_params({{"data_a_b", "1"}, {"aria_labelled_by", "2"}, {"x_y", "3"}}).view(),
            R"(aria-labelled-by="2" data-a-b="1" x_y="3")");
}

TEST(HtmlParams, WritesNumbersAndNoneAsPythonDoes) {
  EXPECT_EQ(html_params({{"a", 1}, {"b", 1.5}, {"c", nullptr}, {"d", 1.0}}).view(),
            R"(a="1" b="1.5" c="None" d="1.0")");
}

TEST(HtmlParams, EscapesValuesAndKeepsMarkupButForItsQuotes) {
  EXPECT_EQ(html_params({{"a", "<b>\"&'"}}).view(), R"(a="&lt;b&gt;&#34;&amp;&#39;")");
  EXPECT_EQ(html_params({{"a", Value::markup("<i class=\"x\">&amp;</i>")}}).view(),
            R"(a="<i class=&quot;x&quot;>&amp;</i>")");
}

TEST(HtmlParams, RefusesNamesThatLeaveTheirPlace) {
  for (const char* name :
       {"a b", "a\tb", "a\nb", "a/b", "a>b", "a=b", "a\"b", "a'b", "a<b", "a\x01", "_", ""}) {
    EXPECT_THROW(html_params({{name, "x"}}), ValueError) << name;
  }
  EXPECT_THROW(html_params({{std::string_view("a\0b", 3), "x"}}), ValueError);
  EXPECT_THROW(html_params({{"onload=alert(1) x", true}}), ValueError);
  EXPECT_EQ(html_params({{"a b", false}}).view(), "") << "what is not written needs no name";
  EXPECT_EQ(html_params({{"@click.once", "go"}, {":class", "c"}, {"hx-get", "/"}}).view(),
            R"(:class="c" @click.once="go" hx-get="/")");
}

TEST(Attributes, SetsFindsAndErasesByTheCleanedName) {
  Attributes attributes;
  attributes.set("class_", "a");
  attributes.set("data_x", 1);
  attributes.set_default("class", "b");
  attributes.set_default("data-x", 2);
  attributes.set_default("id", "f");
  EXPECT_TRUE(attributes.contains("class"));
  EXPECT_EQ(*attributes.find("data-x"), Value(1));
  EXPECT_EQ(attributes.find("data_y"), nullptr);
  attributes.set("class", "c");
  EXPECT_TRUE(attributes.erase("id"));
  EXPECT_FALSE(attributes.erase("id"));
  std::string out;
  attributes.append_to(out);
  EXPECT_EQ(out, R"( class="c" data-x="1")");
}

TEST(Attributes, TakesDefaultsFromADict) {
  Attributes attributes;
  attributes.set("rows", 5);
  const Value defaults = Value::dict({{"rows", 9}, {"class_", "wide"}});
  const Value none;
  attributes.set_defaults(defaults);
  attributes.set_defaults(none);
  std::string out;
  attributes.append_to(out);
  EXPECT_EQ(out, R"( class="wide" rows="5")");
}

TEST(Label, LeadsToItsField) {
  const auto label = [](std::string_view id, const Value& text, std::initializer_list<Value::Member> named) {
    std::string out;
    append_label(out, id, text, Attributes({named.begin(), named.size()}));
    return out;
  };
  EXPECT_EQ(label("f", "My <Label>", {}), R"(<label for="f">My &lt;Label&gt;</label>)");
  EXPECT_EQ(label("f", Value::markup("<b>x</b>"), {{"class_", "c"}}),
            R"(<label class="c" for="f"><b>x</b></label>)");
  EXPECT_EQ(label("f", "x", {{"for_", "g"}}), R"(<label for="g">x</label>)");
  EXPECT_EQ(label("", "x", {}), "<label>x</label>");
}

}  // namespace
}  // namespace retort::wtf
