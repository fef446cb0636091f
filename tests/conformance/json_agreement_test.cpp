// SPDX-License-Identifier: BSD-3-Clause
// The json room and templates write the same JSON, byte for byte.
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "retort/jinja/environment.h"
#include "retort/jinja/extension.h"
#include "retort/jinja/template.h"
#include "retort/json/json.h"
#include "retort/value/view.h"

namespace retort {
namespace {

struct Row {
  int id = 0;
  std::string title;
  std::vector<double> numbers;
};

// What fails fails in the same words.
template <class F>
std::string outcome(F&& write) {
  try {
    return write();
  } catch (const std::exception& error) {
    const std::string_view what = error.what();
    return "error: " + std::string(what.substr(0, what.find('\n')));
  }
}

TEST(JsonAgreement, TemplatesAndTheJsonRoomWriteTheSame) {
  const std::vector<Row> rows{{1, "<&>'\"\x7f\u00e4\U0001f600", {1e16, -0.0, 0.1}}, {2, "", {}}};
  const double infinity = std::numeric_limits<double>::infinity();
  Value keys = Value::dict();
  for (const int key : {10, 9}) keys.set(Value(key), Value::list());
  keys.set(Value(2.5), Value::tuple({Value::dict(), infinity}));
  Value mixed = keys.deep_copy();
  mixed.set("a", 1);
  const Value cases[] = {Value::view(rows),
                         Value::view(rows[0]),
                         keys,
                         mixed,
                         nullptr,
                         Value::markup("<b>'&'</b>"),
                         Value::bytes("x"),
                         Value::dict({{"</script>", "\n\t\b\f\r\\/\x01"}})};
  const jinja::Environment environment;
  const jinja::Template page = environment.from_string("{{ value|tojson(indent) }}");
  for (const Value& value : cases) {
    for (const int indent : {-1, 0, 2}) {
      JsonOptions options = JsonOptions::python(indent);
      options.sort_keys = true;  // as the policy json.dumps_kwargs has it
      const Value context =
          Value::dict({{"value", value}, {"indent", indent < 0 ? Value(nullptr) : Value(indent)}});
      const std::string expected = outcome([&] { return htmlsafe_json_dumps(value, options).str(); });
      const std::string rendered = outcome([&] { return page.render(context); });
      if (expected.starts_with("error: ")) {
        EXPECT_NE(rendered.find(expected.substr(7)), std::string::npos) << rendered;
      } else {
        EXPECT_EQ(rendered, expected);
      }
    }
  }
}

}  // namespace
}  // namespace retort
