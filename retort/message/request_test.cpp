// SPDX-License-Identifier: BSD-3-Clause
#include "retort/message/request.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include <gtest/gtest.h>

#include "retort/http/errors.h"

namespace retort {
namespace {

class FakeTransport : public Transport {
 public:
  std::string rest;  // of the body
  std::size_t read_body(char* out, std::size_t size) override {
    const std::size_t n = std::min({size, rest.size(), std::size_t{3}});
    std::memcpy(out, rest.data(), n);
    rest.erase(0, n);
    return n;
  }
  std::string_view remote_addr() const override { return "10.0.0.7"; }
  std::uint16_t remote_port() const override { return 4711; }
  std::string_view server_addr() const override { return "127.0.0.1"; }
  std::uint16_t server_port() const override { return 5000; }
  bool secure() const override { return false; }
};

struct Sent {
  std::string target = "/";
  std::vector<http::HeaderField> fields = {};
  std::string here = {}, later = {};
  http::Framing framing = http::Framing::none;
};

class RequestTest : public ::testing::Test {
 protected:
  Request& send(const Sent& sent) {
    sent_ = sent;
    head_ = {};
    head_.method = "GET";
    head_.target = sent_.target;
    head_.fields = sent_.fields.data();
    head_.field_count = sent_.fields.size();
    head_.host = "example.com:5000";
    head_.framing = sent_.framing;
    head_.content_length = sent_.here.size() + sent_.later.size();
    transport_.rest = sent_.later;
    request_.finish();
    request_.reset(head_, sent_.here, sent_.later.empty(), transport_);
    return request_;
  }
  Sent sent_;
  http::RequestHead head_;
  FakeTransport transport_;
  Request request_;
};

TEST_F(RequestTest, DecodesPathAndQuery) {
  Request& request = send({.target = "/f%C3%BC%20x?q=a+b&page=3&bad=%ff"});
  EXPECT_EQ(request.path, "/f\xc3\xbc x");
  EXPECT_EQ(request.query_string, "q=a+b&page=3&bad=%ff");
  EXPECT_EQ(request.args.get("q", ""), "a b");
  EXPECT_EQ(request.args.get<int>("page", 1), 3);
  EXPECT_EQ(request.args["bad"], "%FF");
  EXPECT_THROW((void)request.args["none"], BadRequestKeyError);
}

TEST_F(RequestTest, NothingOfTheLastRequestIsLeft) {
  send({.target = "/a%41?x=1", .fields = {{"Cookie", "a=b"}}}).args.get("x", "");
  EXPECT_EQ(request_.cookies["a"], "b");
  Request& next = send({.target = "/b"});
  EXPECT_EQ(next.path, "/b");
  EXPECT_TRUE(next.args.empty());
  EXPECT_TRUE(next.cookies.empty());
}

TEST_F(RequestTest, KnowsItsUrls) {
  Request& request = send({.target = "/x?y=1"});
  EXPECT_EQ(request.host, "example.com:5000");
  EXPECT_EQ(request.url, "http://example.com:5000/x?y=1");
  EXPECT_EQ(request.base_url, "http://example.com:5000/x");
  EXPECT_EQ(request.root_url, "http://example.com:5000/");
  EXPECT_EQ(request.full_path, "/x?y=1");
  EXPECT_EQ(request.remote_addr, "10.0.0.7");
  EXPECT_FALSE(request.is_secure());
  Request& absolute = send({.target = "http://other/z?q"});
  EXPECT_EQ(absolute.path, "/z");
  EXPECT_EQ(absolute.query_string, "q");
}

TEST_F(RequestTest, BodiesAreReadWholeOrInPieces) {
  Request& request = send({.here = "abc", .later = "defghij", .framing = http::Framing::chunked});
  EXPECT_EQ(request.get_data(), "abcdefghij");
  EXPECT_EQ(request.get_data(), "abcdefghij");
  Request& streamed = send({.here = "ab", .later = "cd", .framing = http::Framing::chunked});
  char buffer[10];
  std::string all;
  while (const std::size_t n = streamed.read(buffer, sizeof buffer)) all.append(buffer, n);
  EXPECT_EQ(all, "abcd");
}

TEST_F(RequestTest, BodiesAboveTheLimitAre413) {
  Request& known = send({.here = "abcdef", .framing = http::Framing::content_length});
  known.max_content_length = 5;
  EXPECT_THROW(known.get_data(), RequestEntityTooLarge);
  Request& chunked = send({.here = "abc", .later = "defghij", .framing = http::Framing::chunked});
  chunked.max_content_length = 5;
  EXPECT_THROW(chunked.get_data(), RequestEntityTooLarge);
}

TEST_F(RequestTest, JsonNeedsItsTypeAndForm) {
  const std::vector<http::HeaderField> json = {{"Content-Type", "application/json; charset=utf-8"}};
  EXPECT_EQ(send({.fields = json, .here = "{\"a\":1}"}).json()["a"].as_int(), 1);
  EXPECT_THROW(send({.fields = json, .here = "{"}).json(), BadRequest);
  EXPECT_THROW(send({.here = "{}"}).json(), UnsupportedMediaType);
  EXPECT_TRUE(send({.here = "{}"}).get_json({.silent = true}).is_none());
  EXPECT_TRUE(send({.here = "{}"}).get_json({.force = true}).is_dict());
}

TEST_F(RequestTest, FormsAreReadAndBounded) {
  const std::vector<http::HeaderField> form = {{"content-type", "application/x-www-form-urlencoded"}};
  EXPECT_EQ(send({.fields = form, .here = "user=a%20b&x=1"}).form["user"], "a b");
  Request& request = send({.fields = form, .here = "a=12345"});
  request.max_form_memory_size = 5;
  EXPECT_THROW((void)request.form["a"], RequestEntityTooLarge);
  EXPECT_TRUE(send({.here = "a=1"}).form.empty());
}

TEST_F(RequestTest, UrlencodedFormsAreReadAsTheyCome) {
  const std::vector<http::HeaderField> form = {{"content-type", "application/x-www-form-urlencoded"}};
  const std::string body = "user=%C3%A4+b&x=1&x=%4";
  for (std::size_t here = 0; here <= body.size(); ++here) {
    Request& request = send({.fields = form,
                             .here = body.substr(0, here),
                             .later = body.substr(here),
                             .framing = http::Framing::chunked});
    request.max_form_memory_size = body.size();
    EXPECT_EQ(request.form["user"], "\xc3\xa4 b") << here;
    EXPECT_EQ(request.form->getlist("x"), (std::vector<std::string_view>{"1", "%4"})) << here;
    EXPECT_EQ(request.get_data(), "");
    EXPECT_TRUE(request.body_consumed());
    Request& bounded = send(sent_);
    bounded.max_form_memory_size = body.size() - 1;
    EXPECT_THROW((void)bounded.form["user"], RequestEntityTooLarge) << here;
  }
  // Held by get_data() first.
  Request& held = send({.fields = form, .here = "a=", .later = "1&b=2", .framing = http::Framing::chunked});
  EXPECT_EQ(held.get_data(), "a=1&b=2");
  EXPECT_EQ(held.form["b"], "2");
  EXPECT_EQ(held.get_data(), "");
}

TEST_F(RequestTest, AMalformedHostIs400) {
  Request& request = send({});
  head_.host = "a b";
  EXPECT_THROW((void)request.host(), SecurityError);
}

}  // namespace
}  // namespace retort
