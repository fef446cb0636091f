// SPDX-License-Identifier: BSD-3-Clause
// Lessons about what an app says of its errors, what it logs and whom it trusts.
#include "retort/app/app.h"

#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/app/globals.h"
#include "retort/app/proxy_fix.h"
#include "retort/testing/client.h"

namespace retort {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string>& log_of(App& app, std::vector<std::string>& lines) {
  app.logger.remove_standard_error();
  app.logger.add_sink(
      [](void* user, LogLevel, std::string_view line) {
        static_cast<std::vector<std::string>*>(user)->emplace_back(line);
      },
      &lines);
  return lines;
}

// cpp-httplib CVE-2026-28434.
TEST(AppSecurity, WhatAnExceptionSaysNeverReachesAClientOutsideOfDebugMode) {
  App app{"errors"};
  std::vector<std::string> lines;
  log_of(app, lines);
  app.get("/view", "view", []() -> std::string { throw std::runtime_error("password=hunter2"); });
  app.get("/text", "text", []() -> std::string { throw "password=hunter2"; });
  app.errorhandler<std::logic_error>([]() -> std::string { throw std::runtime_error("password=hunter2"); });
  app.get("/handler", "handler", []() -> std::string { throw std::logic_error("x"); });
  app.teardown_request([] { throw std::runtime_error("password=hunter2"); });
  for (const char* path : {"/view", "/text", "/handler", "/nowhere"}) {
    const TestResponse response = app.test_client().get(path);
    EXPECT_GE(response.status_code, 404) << path;
    EXPECT_THAT(response.data, Not(HasSubstr("hunter2"))) << path;
    EXPECT_THAT(response.headers.wire(), Not(HasSubstr("hunter2"))) << path;
  }
}

// Flask-CORS CVE-2024-1681.
TEST(AppSecurity, RequestDataIsEscapedBeforeItIsLogged) {
  App app{"log"};
  std::vector<std::string> lines;
  log_of(app, lines);
  app.get("/<path:rest>", "any", [](std::string_view) -> std::string {
    throw std::runtime_error("bad value: " + std::string(request->args["q"]));
  });
  app.test_client().get("/a%1b[31m?q=x%0d%0a[2026-01-01%2000:00:00,000]%20INFO%20forged");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_THAT(lines[0], HasSubstr("\\r\\n[2026"));
  EXPECT_THAT(lines[0], HasSubstr("/a\\x1b[31m"));
  EXPECT_THAT(lines, Each(Not(HasSubstr("\n"))));
}

// cpp-httplib CVE-2026-46527.
TEST(AppSecurity, EmptyListsInForwardedFieldsAreHarmless) {
  App app{"proxied"};
  app.get("/", "index", [] { return std::string(request->remote_addr()); });
  app.wrap<ProxyFix>(ProxyFixOptions{.x_for = 1, .x_proto = 1, .x_host = 1, .x_port = 1, .x_prefix = 1});
  for (const char* value : {"", ",", ",,,,", " , ,", "\"", "\"\"", ", \""}) {
    TestRequest request;
    for (const char* name : {"For", "Proto", "Host", "Port", "Prefix"})
      request.headers.emplace_back(std::string("X-Forwarded-") + name, value);
    const TestResponse response = app.test_client().get("/", request);
    EXPECT_LT(response.status_code, 500) << value;
  }
}

TEST(AppSecurity, AClientCannotSpeakForATrustedProxy) {
  App app{"proxied"};
  app.get("/", "index", [] { return std::string(request->remote_addr()); });
  app.wrap<ProxyFix>(ProxyFixOptions{.x_for = 1});
  TestRequest request;
  request.headers = {{"X-Forwarded-For", "10.0.0.1, 203.0.113.9"}};
  EXPECT_EQ(app.test_client().get("/", request).data, "203.0.113.9");
}

// What stands left of the trusted items is a client's: neither quotes nor empty items there may
// change which of them counts.
TEST(AppSecurity, AClientCannotShiftTheItemsOfTrustedProxies) {
  App app{"proxied"};
  app.get("/", "index", [] { return std::string(request->remote_addr()); });
  app.wrap<ProxyFix>(ProxyFixOptions{.x_for = 2});
  for (const char* sent : {"\"", "\"a", "a\\", "\"a, b", ",", "a,,", "10.0.0.1", ", \""}) {
    for (const bool extends : {true, false}) {
      TestRequest request;
      if (extends) {
        request.headers = {{"X-Forwarded-For", std::string(sent) + ", 203.0.113.9, 10.1.1.1"}};
      } else {
        request.headers = {
            {"X-Forwarded-For", sent}, {"x-forwarded-for", "203.0.113.9"}, {"X-Forwarded-For", "10.1.1.1 "}};
      }
      EXPECT_EQ(app.test_client().get("/", request).data, "203.0.113.9") << sent << extends;
    }
  }
  App prefixed{"prefixed"};
  prefixed.get("/", "index", [] { return "[" + std::string(request->root_path) + "]"; });
  prefixed.wrap<ProxyFix>(ProxyFixOptions{.x_prefix = 2});
  TestRequest request;
  request.headers = {{"X-Forwarded-Prefix", "/evil, , /app"}};
  EXPECT_EQ(prefixed.test_client().get("/", request).data, "[]");
}

}  // namespace
}  // namespace retort
