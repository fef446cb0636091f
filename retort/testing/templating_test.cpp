// SPDX-License-Identifier: BSD-3-Clause
// Templates as an app renders them. Expected texts are what Flask 3.1 prints for the same
// templates.
#include "retort/app/templating.h"

#include <gtest/gtest.h>

#include "retort/retort.h"
#include "retort/testing/client.h"

using namespace retort;

namespace {

struct Case {
  const char* source;
  const char* expected;
};

TEST(Templating, SeesWhatBelongsToTheRequest) {
  static constexpr Case kCases[] = {
      {"{{ request.method }} {{ request.path }}", "GET /x"},
      {"{{ request.args.get('q', '') }}|{{ request.args['q'] }}|{{ request.args.q }}", "a b|a b|a b"},
      {"{{ request.args.getlist('n')|join(',') }}", "1,2"},
      {"{{ request.args.get('none') }}", "None"},
      {"{{ request.args.get('none', 'x') }}", "x"},
      {"{% for k, v in request.args.items() %}{{ k }}={{ v }};{% endfor %}", "q=a b;n=1;"},
      {"{{ 'q' in request.args }} {{ request.args|length }}", "True 2"},
      {"{{ request.endpoint }} {{ request.blueprint }}", "show None"},
      {"{{ request.view_args.name }}", "x"},
      {"{{ request.url_rule }}", "/&lt;name&gt;"},
      {"{{ request.headers.get('X-Token') }} {{ request.headers['x-token'] }}", "t t"},
      {"{{ request.nothing is defined }}", "False"},
      {"{{ g.user }} {{ g.get('other', 'd') }} {{ 'user' in g }} {{ g.none is defined }}",
       "ada d True False"},
      {"{{ config.DEBUG }} {{ config['APPLICATION_ROOT'] }}", "False /"},
      {"{{ url_for('show', name='y z') }}", "/y%20z"},
      {"{{ url_for('show', name='y', q=[1, 2], _anchor='a') }}", "/y?q=1&amp;q=2#a"},
      {"{{ url_for('show', name='y', _external=True) }}", "http://localhost/y"},
      {"{{ '<b>' }}", "&lt;b&gt;"},
      {"{{ 'on' if request else 'off' }}", "on"},
  };
  App app{"t"};
  app.get("/<name>", "show", [](const std::string&) {
    g["user"] = "ada";
    return render_template_string(request->headers["X-Source"]);
  });
  auto client = app.test_client();
  for (const Case& c : kCases) {
    const auto response =
        client.get("/x?q=a+b&n=1&n=2", {.headers = {{"X-Source", c.source}, {"X-Token", "t"}}});
    EXPECT_EQ(response.text(), c.expected) << c.source;
  }
}

}  // namespace
