// SPDX-License-Identifier: BSD-3-Clause
#include "retort/message/request.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include <gtest/gtest.h>

#include "retort/base/civil_time.h"
#include "retort/http/accept.h"
#include "retort/http/auth.h"
#include "retort/http/cache_control.h"
#include "retort/http/errors.h"
#include "retort/http/etag.h"
#include "retort/http/options.h"
#include "retort/http/range.h"
#include "retort/message/files.h"

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
  while (const std::size_t n = streamed.stream.read(buffer, sizeof buffer)) all.append(buffer, n);
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
  EXPECT_EQ(held.get_data(), "a=1&b=2");
}

TEST_F(RequestTest, AMalformedHostIs400) {
  Request& request = send({});
  head_.host = "a b";
  EXPECT_THROW((void)request.host(), SecurityError);
}

TEST_F(RequestTest, ReadsWhatTheClientAccepts) {
  Request& request = send({.fields = {{"Accept", "text/html;q=0.5"},
                                      {"Accept", "application/json"},
                                      {"Accept-Language", "da, en-GB;q=0.8"},
                                      {"Accept-Encoding", "gzip, br;q=0.1"},
                                      {"Accept-Charset", "utf-8"}}});
  EXPECT_EQ(request.accept_mimetypes->best_match({"text/html", "application/json"}), "application/json");
  EXPECT_EQ(request.accept_mimetypes->quality("text/html"), 0.5);
  EXPECT_EQ(request.accept_languages->best_match({"en", "da"}), "da");
  EXPECT_EQ(request.accept_encodings->best(), "gzip");
  EXPECT_TRUE(request.accept_charsets->contains("UTF8"));
  EXPECT_FALSE(send({}).accept_mimetypes->provided());
}

TEST_F(RequestTest, ReadsConditionsAndRanges) {
  Request& request = send({.fields = {{"If-Match", "\"a\", W/\"b\""},
                                      {"If-None-Match", "*"},
                                      {"If-Modified-Since", "Sun, 06 Nov 1994 08:49:37 GMT"},
                                      {"If-Range", "\"abc\""},
                                      {"Range", "bytes=0-9"},
                                      {"Date", "no date"},
                                      {"Cache-Control", "no-cache, max-age=3"},
                                      {"Pragma", "no-cache"}}});
  EXPECT_TRUE(request.if_match->contains("a"));
  EXPECT_TRUE(request.if_match->is_weak("b"));
  EXPECT_TRUE(request.if_none_match->star());
  ASSERT_TRUE(request.if_modified_since);
  EXPECT_EQ(unix_seconds(*request.if_modified_since), 784111777);
  EXPECT_FALSE(request.if_unmodified_since);
  EXPECT_EQ(request.if_range->etag, "abc");
  ASSERT_TRUE(request.range);
  EXPECT_EQ(request.range->ranges[0].stop, 10);
  EXPECT_FALSE(request.date);
  EXPECT_EQ(request.cache_control->max_age(), 3);
  EXPECT_TRUE(request.cache_control->no_cache());
  EXPECT_TRUE(request.pragma->contains("No-Cache"));
  Request& next = send({});
  EXPECT_FALSE(next.range);
  EXPECT_TRUE(next.if_match->empty());
}

TEST_F(RequestTest, ReadsWhoAsksAndFromWhere) {
  Request& request = send({.fields = {{"Authorization", "Basic dTpw"},
                                      {"X-Forwarded-For", "10.0.0.1, 10.0.0.2"},
                                      {"Max-Forwards", "3"},
                                      {"Origin", "https://a.example"},
                                      {"Content-Type", "text/plain; charset=Latin-1"},
                                      {"Content-Encoding", "gzip"},
                                      {"Access-Control-Request-Method", "PUT"},
                                      {"Access-Control-Request-Headers", "X-A, x-b"}}});
  ASSERT_TRUE(request.authorization);
  EXPECT_EQ(request.authorization->username(), "u");
  EXPECT_EQ(request.access_route(), (std::vector<std::string>{"10.0.0.1", "10.0.0.2"}));
  EXPECT_EQ(request.max_forwards(), 3);
  EXPECT_EQ(request.origin, "https://a.example");
  EXPECT_EQ(request.mimetype_params->get("charset", ""), "Latin-1");
  EXPECT_EQ(request.content_encoding, "gzip");
  EXPECT_EQ(request.access_control_request_method, "PUT");
  EXPECT_TRUE(request.access_control_request_headers->contains("x-B"));
  EXPECT_TRUE(request.want_form_data_parsed());
  Request& next = send({.fields = {{"X-Forwarded-For", ","}, {"Max-Forwards", "x"}}});
  EXPECT_FALSE(next.authorization);
  EXPECT_TRUE(next.access_route().empty());
  EXPECT_EQ(next.max_forwards(), std::nullopt);
  EXPECT_EQ(send({}).access_route(), std::vector<std::string>{"10.0.0.7"});
}

TEST_F(RequestTest, BlueprintsAreNamedInnermostFirst) {
  Request& request = send({});
  EXPECT_TRUE(request.blueprints().empty());
  request.blueprint = "a.b.c";
  EXPECT_EQ(request.blueprints(), (std::vector<std::string_view>{"a.b.c", "a.b", "a"}));
}

TEST_F(RequestTest, UrlsAreIris) {
  constexpr std::string_view kCases[][3] = {
      {"/a%20b", "http://example.com:5000/a%20b", "/a b?"},
      {"/f%C3%BC", "http://example.com:5000/f\u00fc", "/f\u00fc?"},
      {"/a%23b%3F", "http://example.com:5000/a%23b%3F", "/a#b??"},
      {"/a?x=1", "http://example.com:5000/a?x=1", "/a?x=1"},
  };
  for (const auto& [target, url, full_path] : kCases) {
    Request& request = send({.target = std::string(target)});
    EXPECT_EQ(request.url, url);
    EXPECT_EQ(request.full_path, full_path);
  }
}

TEST_F(RequestTest, ValuesAreArgsAndThenForm) {
  const std::vector<http::HeaderField> form = {{"content-type", "application/x-www-form-urlencoded"}};
  const Sent sent{.target = "/?a=1&b=2", .fields = form, .here = "a=3&c=4"};
  EXPECT_EQ(send(sent).values->getlist("a"), std::vector<std::string_view>{"1"});  // of a GET: args alone
  send(sent);
  request_.method = "POST";
  EXPECT_EQ(request_.values.getlist("a"), (std::vector<std::string_view>{"1", "3"}));
  EXPECT_EQ(request_.values["c"], "4");
  EXPECT_EQ(request_.values.get<int>("b", 0), 2);
  EXPECT_EQ(request_.values.keys(), (std::vector<std::string_view>{"a", "b", "c"}));
}

TEST_F(RequestTest, GetDataIsCachedTextOrAForm) {
  const std::vector<http::HeaderField> form = {{"content-type", "application/x-www-form-urlencoded"}};
  Request& cached = send({.fields = form, .here = "a=1"});
  EXPECT_EQ(cached.get_data(), "a=1");
  EXPECT_EQ(cached.form["a"], "1");  // out of the cache
  EXPECT_EQ(cached.data(), "a=1");
  EXPECT_EQ(send({.fields = form, .here = "a=1"}).data(), "");
  EXPECT_EQ(request_.form["a"], "1");
  Request& uncached = send({.here = "x", .later = "yz", .framing = http::Framing::chunked});
  EXPECT_EQ(uncached.get_data({.cache = false}), "xyz");
  EXPECT_EQ(uncached.get_data(), "");
  Request& text = send({.here = "a\xff"});
  EXPECT_EQ(text.get_data({.as_text = true}), "a\ufffd");
  EXPECT_EQ(text.get_data(), "a\xff");
  Request& rest = send({.here = "abc", .later = "def", .framing = http::Framing::content_length});
  char one;
  EXPECT_EQ(rest.stream.read(&one, 1), 1u);
  EXPECT_EQ(rest.stream.read(), "bcdef");
  EXPECT_EQ(rest.stream.read(), "");
}

TEST_F(RequestTest, JsonIsCachedAndItsFailureIsTheApplications) {
  const std::vector<http::HeaderField> json = {{"Content-Type", "application/vnd.x+json"}};
  Request& request = send({.fields = json, .here = "[1]"});
  EXPECT_EQ(&request.get_json(), &request.json());
  EXPECT_EQ(request.get_json({.cache = false}).str(), "[1]");
  Request& bad = send({.fields = json, .here = "{"});
  EXPECT_TRUE(bad.get_json({.silent = true}).is_none());
  EXPECT_THROW((void)bad.get_json(), BadRequest);
  bad.on_json_loading_failed = [](const Request&, const std::string* error) {
    return Value(error ? "bad" : "type");
  };
  EXPECT_EQ(bad.get_json().str(), "bad");
  Request& other = send({.here = "{}"});
  EXPECT_THROW((void)other.get_json(), UnsupportedMediaType);  // reset() forgot the function
}

TEST_F(RequestTest, AFormAboveItsLimitsStays413) {
  const std::vector<http::HeaderField> multipart = {{"Content-Type", "multipart/form-data; boundary=x"}};
  Request& request = send({.fields = multipart,
                           .here = "--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--x\r\n"
                                   "Content-Disposition: form-data; name=b\r\n\r\n2\r\n--x--"});
  request.max_form_parts = 1;
  for (int i = 0; i < 3; ++i) EXPECT_THROW((void)request.form.size(), RequestEntityTooLarge);
  EXPECT_THROW((void)request.files->size(), RequestEntityTooLarge);
}

TEST_F(RequestTest, OnlyTrustedHostsAreHosts) {
  const std::vector<std::string> trusted = {".example.com"};
  Request& request = send({});
  request.trusted_hosts = &trusted;
  EXPECT_EQ(request.host, "example.com:5000");
  send({});
  head_.host = "evil.com";
  request_.trusted_hosts = &trusted;
  EXPECT_THROW((void)request_.url(), SecurityError);
}

TEST_F(RequestTest, AFormThatCannotBeReadFailsEachTimeForValuesToo) {
  const std::vector<http::HeaderField> form = {{"Content-Type", "application/x-www-form-urlencoded"}};
  Request& request = send({.target = "/?q=1", .fields = form, .here = "a=12345"});
  request.method = "POST";
  request.max_form_memory_size = 5;
  for (int i = 0; i < 2; ++i) EXPECT_THROW((void)request.values.size(), RequestEntityTooLarge) << i;
}

TEST_F(RequestTest, AFormThatFailsHalfwayIsNotReadFromTheMiddle) {
  struct Full {};
  class Breaking final : public FakeTransport {
   public:
    std::size_t read_body(char* out, std::size_t size) override {
      if (rest.size() < 10 && !broken) {
        broken = true;
        throw Full();
      }
      return FakeTransport::read_body(out, size);
    }
    bool broken = false;
  } transport;
  send(
      {.fields = {{"Content-Type", "application/x-www-form-urlencoded"}}, .framing = http::Framing::chunked});
  transport.rest = "admin=0&x=1&admin=1&y=2";
  request_.reset(head_, {}, false, transport);
  for (int i = 0; i < 2; ++i) EXPECT_THROW((void)request_.form.size(), Full) << i;
}

TEST_F(RequestTest, WhatReadsJsonBelongsToOneRequest) {
  const auto loads = [](const void*, std::string_view) -> Result<Value> { return Value("own"); };
  const std::vector<http::HeaderField> json = {{"Content-Type", "application/json"}};
  Request& request = send({.fields = json, .here = "1"});
  request.set_json_loads(loads, nullptr);
  request.keep_context = &request;
  EXPECT_EQ(request.json().as_string(), "own");
  EXPECT_EQ(send({.fields = json, .here = "1"}).json().as_int(), 1);
  EXPECT_EQ(request.keep_context, nullptr);
}

TEST_F(RequestTest, FieldsThatCameTwiceAreOneList) {
  Request& request = send({.fields = {{"Cookie", "a=1"},
                                      {"If-None-Match", "\"x\""},
                                      {"cookie", "b=2; c=3"},
                                      {"if-none-match", "\"y\""}}});
  EXPECT_EQ(request.cookies.size(), 3u);
  EXPECT_EQ(request.cookies["c"], "3");
  EXPECT_TRUE(request.if_none_match->contains("y"));
}

}  // namespace
}  // namespace retort
