// SPDX-License-Identifier: BSD-3-Clause
// app.json. Expected texts are what Flask 3.1 writes.
#include "retort/app/json_provider.h"

#include <memory>

#include <gtest/gtest.h>

#include "retort/app/app.h"
#include "retort/app/templating.h"
#include "retort/message/request.h"
#include "retort/testing/client.h"

using namespace retort;

namespace {

struct Point {
  int y = 2, x = 1;
};

class Html : public Object {
 public:
  std::string_view type_name() const override { return "Html"; }
  bool append_html(std::string& out) const override {
    out += "<em>x</em>";
    return true;
  }
};

TEST(JSONProvider, WritesAsFlaskDoes) {
  const AppJSON provider;
  const struct {
    Value value;
    const char* dumps;
    const char* response;
  } kCases[] = {
      {Value::dict({{"b", 1}, {"a", Value::list({1, 2.5, nullptr, true})}}),
       R"({"a": [1, 2.5, null, true], "b": 1})", "{\"a\":[1,2.5,null,true],\"b\":1}\n"},
      {"é", R"("\u00e9")", "\"\\u00e9\"\n"},
      {to_value(Point{}), R"({"x": 1, "y": 2})", "{\"x\":1,\"y\":2}\n"},
      {Value::object(std::make_unique<Html>()), R"("<em>x</em>")", "\"<em>x</em>\"\n"},
      {std::numeric_limits<double>::quiet_NaN(), "NaN", "NaN\n"},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(provider.dumps(c.value), c.dumps);
    const Response response = provider.response(c.value);
    EXPECT_EQ(response.data(), c.response);
    EXPECT_EQ(response.content_type(), "application/json");
  }
}

TEST(JSONProvider, HasSettingsThatResponsesFollow) {
  App app{"t"};
  app.json.sort_keys = false;
  app.json.ensure_ascii = false;
  app.json.compact = false;
  app.json.mimetype = "application/vnd.api+json";
  app.get("/json", "json", [] { return json({{"b", "é"}, {"a", 1}}); });
  app.get("/struct", "struct", [] { return Point{}; });
  app.get("/jsonify", "jsonify", [] { return jsonify({{"b", "é"}, {"a", 1}}); });
  app.get("/filter", "filter", [] { return render_template_string("{{ {'b': 'é', 'a': 1}|tojson }}"); });
  auto client = app.test_client();
  for (const char* path : {"/json", "/jsonify"}) {
    const auto response = client.get(path);
    EXPECT_EQ(response.text(), "{\n  \"b\": \"é\",\n  \"a\": 1\n}\n") << path;
    EXPECT_EQ(response.headers.get("Content-Type", ""), "application/vnd.api+json") << path;
  }
  EXPECT_EQ(client.get("/struct").text(), "{\n  \"y\": 2,\n  \"x\": 1\n}\n");
  EXPECT_EQ(client.get("/filter").text(), "{\"a\": 1, \"b\": \"é\"}");  // Jinja's policy sorts
}

TEST(JSONProvider, IndentsInDebugMode) {
  App app{"t"};
  app.config["DEBUG"] = true;
  app.get("/", "index", [] { return jsonify({{"a", 1}}); });
  EXPECT_EQ(app.test_client().get("/").text(), "{\n  \"a\": 1\n}\n");
}

class Shouting : public JSONProvider {
 public:
  std::string dumps(const Value& value) const override { return "shout(" + json::dump(value) + ")"; }
  Result<Value> loads(std::string_view text) const override { return Value(text); }
};

TEST(JSONProvider, MayBeReplaced) {
  App app{"t"};
  app.json = std::make_unique<Shouting>();
  app.get("/json", "json", [] { return json({{"a", 1}}); });
  app.get("/struct", "struct", [] { return Point{}; });
  app.get("/value", "value", [] { return Value::list({1}); });
  app.get("/filter", "filter", [] { return render_template_string("{{ [1]|tojson }}"); });
  app.post("/loads", "loads", [](Request& request) { return request.json().str(); });
  auto client = app.test_client();
  EXPECT_EQ(client.post("/loads", {.data = "not json", .content_type = "application/json"}).text(),
            "not json");
  EXPECT_EQ(client.get("/json").text(), R"(shout({"a":1}))");
  EXPECT_EQ(client.get("/struct").text(), R"(shout({"y":2,"x":1}))");
  EXPECT_EQ(client.get("/value").text(), "shout([1])");
  EXPECT_EQ(client.get("/filter").text(), "shout([1])");
  EXPECT_EQ(client.get("/json").mimetype(), "application/json");
}

TEST(JSONProvider, JsonifyTakesWhatFlasksTakes) {
  App app{"t"};
  app.get("/<which>", "show", [](const std::string& which) {
    if (which == "none") return jsonify();
    if (which == "several") return jsonify(1, "b", nullptr);
    if (which == "list") return jsonify(std::vector<int>{1, 2});
    return jsonify({{"which", which}});
  });
  auto client = app.test_client();
  EXPECT_EQ(client.get("/none").text(), "null\n");
  EXPECT_EQ(client.get("/several").text(), "[1,\"b\",null]\n");
  EXPECT_EQ(client.get("/list").text(), "[1,2]\n");
  EXPECT_EQ(client.get("/x").text(), "{\"which\":\"x\"}\n");
}

}  // namespace
