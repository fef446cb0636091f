// SPDX-License-Identifier: BSD-3-Clause
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "retort/http/errors.h"
#include "retort/message/request.h"
#include "retort/message/response.h"

namespace retort {
namespace {

class NoTransport : public Transport {
 public:
  std::size_t read_body(char*, std::size_t) override { return 0; }
  std::string_view remote_addr() const override { return {}; }
  std::uint16_t remote_port() const override { return 0; }
  std::string_view server_addr() const override { return "localhost"; }
  std::uint16_t server_port() const override { return 0; }
  bool secure() const override { return false; }
};

class Conditional : public ::testing::Test {
 protected:
  const Request& ask(std::vector<http::HeaderField> fields, std::string_view method = "GET") {
    fields_ = std::move(fields);
    head_ = {};
    head_.method = method;
    head_.target = "/a/b?q";
    head_.host = "example.com";
    head_.fields = fields_.data();
    head_.field_count = fields_.size();
    request_.finish();
    request_.reset(head_, {}, true, transport_);
    return request_;
  }
  static Response tagged(std::string body) {
    Response response(std::move(body));
    response.set_etag("tag");
    response.headers.set("Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT");
    return response;
  }

  std::vector<http::HeaderField> fields_;
  http::RequestHead head_;
  NoTransport transport_;
  Request request_;
};

constexpr std::string_view kThen = "Sun, 06 Nov 1994 08:49:37 GMT", kBefore = "Sat, 05 Nov 1994 08:49:37 GMT";

struct Case {
  std::vector<http::HeaderField> fields;
  int status;
  std::string_view body;
  std::string_view content_range;
};

// As Werkzeug's make_conditional(accept_ranges=True, complete_length=10).
const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      {{}, 200, "0123456789", ""},
      {{{"Range", "bytes=0-3"}}, 206, "0123", "bytes 0-3/10"},
      {{{"Range", "bytes=-2"}}, 206, "89", "bytes 8-9/10"},
      {{{"Range", "bytes=5-"}}, 206, "56789", "bytes 5-9/10"},
      {{{"Range", "bytes=0-99"}}, 206, "0123456789", "bytes 0-9/10"},
      {{{"Range", "bytes=0-1,3-4"}}, 416, "", "bytes */10"},
      {{{"Range", "bytes=20-"}}, 416, "", "bytes */10"},
      {{{"Range", "bytes=3-1"}}, 416, "", "bytes */10"},
      {{{"Range", "lines=0-1"}}, 416, "", "bytes */10"},
      {{{"Range", "x"}}, 416, "", "bytes */10"},
      {{{"Range", "bytes=0-3"}, {"If-Range", "\"tag\""}}, 206, "0123", "bytes 0-3/10"},
      {{{"Range", "bytes=0-3"}, {"If-Range", "\"other\""}}, 200, "0123456789", ""},
      {{{"Range", "bytes=0-3"}, {"If-Range", kThen}}, 206, "0123", "bytes 0-3/10"},
      {{{"Range", "bytes=0-3"}, {"If-Range", kBefore}}, 200, "0123456789", ""},
      {{{"If-None-Match", "\"tag\""}}, 304, "", ""},
      {{{"If-None-Match", "W/\"tag\""}}, 304, "", ""},
      {{{"If-None-Match", "*"}}, 304, "", ""},
      {{{"If-None-Match", "\"x\""}}, 200, "0123456789", ""},
      {{{"If-Match", "\"x\""}}, 412, "0123456789", ""},
      {{{"If-Match", "\"tag\""}}, 200, "0123456789", ""},
      {{{"If-Modified-Since", kThen}}, 304, "", ""},
      {{{"If-Modified-Since", kBefore}}, 200, "0123456789", ""},
      {{{"If-None-Match", "\"x\""}, {"If-Modified-Since", kThen}}, 200, "0123456789", ""},
      {{{"Range", "bytes=0-3"}, {"If-None-Match", "\"tag\""}}, 206, "0123", "bytes 0-3/10"},
  };
  return all;
}

TEST_F(Conditional, AnswersAsWerkzeug) {
  for (std::size_t i = 0; i < cases().size(); ++i) {
    const Case& test = cases()[i];
    Response response = tagged("0123456789");
    try {
      response.make_conditional(ask(test.fields), {.accept_ranges = true, .complete_length = 10});
      EXPECT_EQ(response.status_code, test.status) << i;
      if (test.status != 304) {
        EXPECT_EQ(response.data(), test.body) << i;
      }
      EXPECT_EQ(response.headers["Content-Range"], test.content_range) << i;
      EXPECT_EQ(response.accept_ranges(), "bytes") << i;
    } catch (const RequestedRangeNotSatisfiable& e) {
      EXPECT_EQ(test.status, 416) << i;
      EXPECT_EQ(e.get_headers()["Content-Range"], test.content_range) << i;
    }
  }
}

TEST_F(Conditional, OnlyGetAndHeadAreConditional) {
  Response response = tagged("0123456789");
  response.make_conditional(ask({{"Range", "bytes=0-3"}, {"If-None-Match", "\"tag\""}}, "POST"),
                            {.accept_ranges = true, .complete_length = 10});
  EXPECT_EQ(response.status_code, 200);
  EXPECT_EQ(response.accept_ranges(), "");
  response.make_conditional(ask({{"Range", "bytes=0-3"}}, "HEAD"),
                            {.accept_ranges = true, .complete_length = 10});
  EXPECT_EQ(response.status_code, 206);
}

TEST_F(Conditional, EveryKindOfBodyIsCut) {
  const Request& request = ask({{"Range", "bytes=2-5"}});
  const ConditionalOptions options{.accept_ranges = true, .complete_length = 10};
  Response lent;
  lent.lend_data("0123456789");
  lent.make_conditional(request, options);
  EXPECT_EQ(lent.data(), "2345");
  Response streamed;
  streamed.set_stream([](BodyWriter& out) {
    for (const std::string_view piece : {"0", "123", "", "456789"}) out.write(piece);
  });
  streamed.make_conditional(request, options);
  EXPECT_TRUE(streamed.is_streamed());
  EXPECT_EQ(streamed.content_length(), 4u);
  EXPECT_EQ(streamed.get_data(), "2345");
  const int fd = ::open(::testing::TempDir().c_str(), O_TMPFILE | O_RDWR, 0600);
  ASSERT_GE(fd, 0);
  ASSERT_EQ(::write(fd, "0123456789", 10), 10);
  Response file;
  file.set_file(fd, 0, 10);
  file.make_conditional(request, options);
  EXPECT_TRUE(file.direct_passthrough());
  EXPECT_EQ(file.content_length(), 4u);
  EXPECT_EQ(file.data(), "");
  EXPECT_EQ(file.get_data(), "2345");
  EXPECT_EQ(::close(fd), -1) << "get_data has closed the file";
}

TEST_F(Conditional, AFileBelongsToItsResponse) {
  int fds[2];
  ASSERT_EQ(::pipe(fds), 0);
  {
    Response first;
    first.set_file(fds[0], 0, 1);
    Response second(std::move(first));
    second.reset();
    EXPECT_EQ(::close(fds[0]), -1);
    second.set_file(fds[1], 0, 1);
  }
  EXPECT_EQ(::close(fds[1]), -1);
}

TEST_F(Conditional, FinalizeKeepsWhatA304May) {
  const Request& request = ask({});
  Response response = tagged("x");
  response.status_code = 304;
  response.headers.set("Expires", "x");
  response.headers.set("Content-Location", "/\u00e4");
  response.finalize(request);
  EXPECT_EQ(response.headers.wire(), "ETag: \"tag\"\r\nExpires: x\r\nContent-Location: /%C3%A4\r\n");
  Response empty("", 204);
  empty.set_content_length(0);
  empty.finalize(request);
  EXPECT_FALSE(empty.headers.contains("Content-Length"));
}

TEST_F(Conditional, LocationsAreUris) {
  const Request& request = ask({});
  Response response;
  response.headers["Location"] = "/\u00e4?q=\u00fc#f";
  response.headers["X"] = "y";
  response.finalize(request);
  EXPECT_EQ(response.location(), "/%C3%A4?q=%C3%BC#f");
  response.set_location("c");
  response.autocorrect_location_header = true;
  response.finalize(request);
  EXPECT_EQ(response.location(), "http://example.com/a/c");
}

TEST_F(Conditional, AStreamIsStoppedAfterItsRange) {
  struct Counting final : BodyWriter {
    void write(std::string_view piece) override {
      if (piece.empty()) ++looks;
      text += piece;
    }
    void flush() override {}
    std::string text;
    int looks = 0;
  };
  int written = 0;
  Response response;
  response.set_stream([&written](BodyWriter& out) {
    for (; written < 1000; ++written) out.write(std::string(1024, static_cast<char>('a' + written % 26)));
  });
  response.make_conditional(ask({{"Range", "bytes=1023-1025"}}),
                            {.accept_ranges = true, .complete_length = 1024 * 1000});
  Counting out;
  response.write_to(out);
  EXPECT_EQ(out.text, "abb");
  EXPECT_EQ(written, 1);

  written = 0;
  Response far;
  far.set_stream([&written](BodyWriter& body) {
    for (; written < 1000; ++written) body.write(std::string(1024, 'x'));
  });
  far.make_conditional(ask({{"Range", "bytes=1000000-1000001"}}),
                       {.accept_ranges = true, .complete_length = 1024 * 1000});
  Counting last;
  far.write_to(last);
  EXPECT_EQ(last.text, "xx");
  EXPECT_EQ(last.looks, 3);  // at the client, while a million bytes are skipped
}

TEST_F(Conditional, FieldsThatCameTwiceAreOneList) {
  const auto status = [&](std::string_view name, std::string_view one, std::string_view two) {
    Response response = tagged("body");
    response.make_conditional(ask({{name, one}, {name, two}}));
    return response.status_code;
  };
  EXPECT_EQ(status("If-None-Match", "\"other\"", "\"tag\""), 304);
  EXPECT_EQ(status("If-None-Match", "\"tag\"", "\"other\""), 304);
  EXPECT_EQ(status("If-Match", "\"other\"", "\"tag\""), 200);
  EXPECT_EQ(status("If-Match", "", "\"other\""), 412);
}

TEST_F(Conditional, ALoneLocationIsMadeAUri) {
  for (const char* name : {"Location", "location", "Content-Location"}) {
    Response response;
    response.headers.set(name, "/\xc3\xbc x");
    response.finalize(ask({}));
    EXPECT_EQ(response.headers[name], "/%C3%BC%20x") << name;
  }
  Response joined;
  joined.autocorrect_location_header = true;
  joined.headers.set("Location", "c");
  joined.finalize(ask({}));
  EXPECT_EQ(joined.headers["Location"], "http://example.com/a/c");
}

}  // namespace
}  // namespace retort
