// SPDX-License-Identifier: BSD-3-Clause
#include "tests/conformance/driver.h"

#include <sstream>

#include "tests/conformance/tags.h"
#include <gtest/gtest.h>

#include "retort/json/json.h"

namespace retort::conformance {
namespace {

Table table() {
  Table out;
  out.add("echo", [](const Value& test_case) { return result(args(test_case)); });
  out.add("kind", [](const Value& test_case) { return result(Value(args(test_case).type_name())); });
  out.add("fail", [](const Value&) -> Value {
    throw Failure{"NotFound", "gone", Value::dict({{"code", 404}})};
  });
  out.add("crash", [](const Value& test_case) { return result(args(test_case).as_int()); });
  out.add("later", [](const Value&) -> Value { throw Unsupported{"not yet"}; });
  return out;
}

std::string echo(const std::string& args) {
  return answer(table(), R"({"id":"x","op":"echo","args":)" + args + "}");
}

TEST(ConformanceDriver, AnswersCarryTheId) {
  EXPECT_EQ(echo("1"), R"({"got":{"value":1},"id":"x"})");
  EXPECT_EQ(answer(table(), R"({"id":"x","op":"fail"})"),
            R"({"got":{"error":{"type":"NotFound","message":"gone","code":404}},"id":"x"})");
  EXPECT_EQ(answer(table(), R"({"id":"x","op":"later"})"), R"({"unsupported":"not yet","id":"x"})");
  EXPECT_EQ(answer(table(), R"({"id":"x","op":"none"})"), R"({"unsupported":"no such operation","id":"x"})");
}

TEST(ConformanceDriver, AnyExceptionIsAnErrorAnswer) {
  const std::string line = answer(table(), R"({"id":"x","op":"crash","args":"a"})");
  EXPECT_EQ(json::parse(line)->get("got")["error"]["type"], Value("RuntimeError"));
}

TEST(ConformanceDriver, AnswersALineWithALine) {
  std::istringstream in(
      "{\"id\":1,\"op\":\"echo\",\"args\":1}\n\n{\"id\":2,\"op\":\"echo\",\"args\":\"\\n\"}\n");
  std::ostringstream out;
  run(table(), in, out);
  EXPECT_EQ(out.str(), "{\"got\":{\"value\":1},\"id\":1}\n{\"got\":{\"value\":\"\\n\"},\"id\":2}\n");
}

TEST(ConformanceDriver, TagsGoInAndOut) {
  for (const std::string args :
       {R"({"__bytes__":"aGk="})", R"({"__bytes__":"aA=="})", R"({"__bytes__":""})",
        R"({"__tuple__":[1,2.0]})", R"({"__markup__":"<b>"})",
        R"({"__uuid__":"a8098c1a-f86e-11da-bd1a-00112444be1e"})",
        R"({"__datetime__":"2024-05-06T07:08:09+00:00"})", R"({"__int__":"100000000000000000000"})",
        R"({"__float__":"-inf"})", R"({"__float__":"nan"})", R"({"__dict__":[[1,2],["a",{"__tuple__":[]}]]})",
        R"({"__dict__":[["__bytes__",1]]})", R"({"z":1,"a":[{"b":null}]})", R"({"__bytes__":1,"x":2})",
        R"("\ud83d\ude00 \u00e4")", "1.0", "1e+300", "-9223372036854775808"})
    EXPECT_EQ(echo(args), R"({"got":{"value":)" + args + R"(},"id":"x"})");
}

TEST(ConformanceDriver, TagsAreWhatTheyStandFor) {
  const std::pair<std::string_view, std::string_view> cases[] = {{R"({"__bytes__":"aGk="})", "bytes"},
                                                                 {R"({"__tuple__":[]})", "tuple"},
                                                                 {R"({"__markup__":""})", "Markup"},
                                                                 {R"({"__dict__":[]})", "dict"},
                                                                 {R"({"__float__":"inf"})", "float"}};
  for (const auto& [args, name] : cases) EXPECT_EQ(decode_tags(*json::parse(args)).type_name(), name);
  EXPECT_EQ(*untag(*json::parse(R"({"__date__":"2024-05-06"})"), "__date__"), Value("2024-05-06"));
  EXPECT_EQ(untag(Value(1), "__date__"), nullptr);
}

}  // namespace
}  // namespace retort::conformance
