// SPDX-License-Identifier: BSD-3-Clause
// Connections that break off, pipelines whose requests wait, exceptions: everything is let
// go of, nobody gets another one's bytes.
#include "tests/security/server_fixture.h"

#include "retort/app/app.h"
#include "retort/app/redirect.h"
#include "retort/testing/client.h"

namespace retort::security {
namespace {

class HttpLifetime : public Attack {};

TEST_F(HttpLifetime, AResponseNeverCarriesANeighboursBytes) {
  serve();
  std::vector<RawClient> clients;
  for (int c = 0; c < 20; ++c) {
    std::string pipeline;
    for (int i = 0; i < 10; ++i) pipeline += get("/park?" + std::to_string(c) + "-" + std::to_string(i), "");
    clients.emplace_back(server_->port()).send(pipeline + get("/done"));
  }
  for (int c = 0; c < 20; ++c) {
    const std::string answer = clients[static_cast<std::size_t>(c)].read_to_end();
    std::size_t at = 0;
    for (int i = 0; i < 10; ++i) {
      const std::string expected = "parked:" + std::to_string(c) + "-" + std::to_string(i);
      const std::size_t found = answer.find("parked:", at);
      ASSERT_NE(found, std::string::npos);
      EXPECT_EQ(answer.substr(found, expected.size()), expected);
      at = found + expected.size();
    }
    EXPECT_THAT(answer, EndsWith("asked:/done"));
  }
}

TEST_F(HttpLifetime, WhatAnExceptionSaysStaysInside) {
  serve();
  const std::string answer = ask(get("/throw"));
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 500"));
  EXPECT_THAT(answer, Not(HasSubstr("secret")));

  App app{"test"};
  app.get("/", []() -> std::string { throw std::runtime_error("secret detail"); });
  const TestResponse page = app.test_client().get("/");
  EXPECT_EQ(page.status_code, 500);
  EXPECT_THAT(page.data, Not(HasSubstr("secret")));
  for (const auto& [name, value] : page.headers) EXPECT_THAT(std::string(value), Not(HasSubstr("secret")));
}

TEST_F(HttpLifetime, AnExceptionIsThatRequests500AndNotTheProcesssEnd) {
  serve();
  const std::string answer = ask(get("/throw", "") + get("/after"));
  EXPECT_EQ(answers(answer), 2u);
  EXPECT_THAT(answer, EndsWith("asked:/after"));
}

TEST_F(HttpLifetime, HalfClosedClientsGetTheirAnswer) {
  serve();
  for (const std::string path : {"/x", "/park?1"}) {
    RawClient client(server_->port());
    client.send(get(path, ""));
    client.shutdown_write();
    EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 200")) << path;
  }
}

TEST_F(HttpLifetime, ResetConnectionsFreeEverything) {
  serve();
  for (const std::string& bytes :
       {std::string(), std::string("GET / HT"), get("/park?1", ""), get("/big"), get("/stream"),
        get("/forever"), std::string("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc"),
        std::string("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab")}) {
    for (int i = 0; i < 5; ++i) {
      RawClient client(server_->port());
      client.send(bytes);
      if (i % 2) std::this_thread::sleep_for(5ms);
      client.reset();
    }
  }
  wait_until_free();
}

TEST_F(HttpLifetime, ClosedConnectionsFreeEverything) {
  serve();
  for (const std::string& bytes :
       {std::string(), std::string("GET / HT"), get("/park?1", ""), get("/stream"),
        std::string("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")}) {
    for (int i = 0; i < 5; ++i) RawClient(server_->port()).send(bytes);
  }
  wait_until_free();
}

// Header injection on output.

class Injection : public ::testing::TestWithParam<std::string> {};

TEST_P(Injection, IsRefusedInHeadersCookiesAndRedirects) {
  const std::string evil = GetParam();
  Response response;
  EXPECT_THROW(response.headers.set("X", evil), std::invalid_argument);
  EXPECT_THROW(response.headers.add("X", evil), std::invalid_argument);
  EXPECT_THROW(response.headers.add(evil, "x"), std::invalid_argument);
  EXPECT_THROW(response.headers["X"] = evil, std::invalid_argument);
  EXPECT_THROW(response.headers.setlist("X", {"a", evil}), std::invalid_argument);
  EXPECT_THROW((void)response.headers.setdefault("X", evil), std::invalid_argument);
  EXPECT_THROW(response.headers.update({{"X", evil}}), std::invalid_argument);
  EXPECT_THROW(response.headers.extend({{"X", evil}}), std::invalid_argument);
  EXPECT_THROW(response.headers.add("X", "v", {{"o", evil}}), std::invalid_argument);
  EXPECT_THROW(response.set_content_type(evil), std::invalid_argument);
  EXPECT_THROW(response.set_cookie(evil, "x"), std::invalid_argument);
  EXPECT_THROW(response.set_cookie("a", "x", {.domain = evil}), std::invalid_argument);
  EXPECT_TRUE(response.headers.empty() || response.headers.wire().find("evil") == std::string_view::npos);
  // A value is quoted, a path escaped: nothing of it can end the line.
  response.set_cookie("a", evil);
  response.set_cookie("a", "x", {.path = evil});
  for (const auto& [name, value] : response.headers)
    EXPECT_EQ(value.find_first_of(std::string_view("\r\n\0", 3)), std::string_view::npos);
}

TEST_P(Injection, IsRefusedInRedirectsFromAView) {
  const std::string evil = GetParam();
  App app{"test"};
  app.get("/", [evil] { return redirect("/x" + evil); });
  const TestResponse response = app.test_client().get("/");
  for (const auto& [name, value] : response.headers) {
    EXPECT_EQ(value.find_first_of(std::string_view("\r\n\0", 3)), std::string_view::npos);
    EXPECT_NE(name, "Evil");
  }
}

INSTANTIATE_TEST_SUITE_P(Lessons, Injection,
                         ::testing::Values(std::string("a\r\nEvil: 1"), std::string("a\nEvil: 1"),
                                           std::string("a\rb"), std::string("a\0b", 3),
                                           std::string("\r\n\r\n<html>")));

}  // namespace
}  // namespace retort::security
