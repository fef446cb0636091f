// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/urlencoded.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "retort/app/app.h"
#include "retort/http/errors.h"
#include "retort/message/request.h"
#include "retort/testing/client.h"

namespace retort::security {
namespace {

using namespace std::chrono_literals;
using Event = http::UrlencodedDecoder::Event;

// A client that never stops sending.
class Endless final : public Transport {
 public:
  explicit Endless(std::string piece) : piece_(std::move(piece)) {}
  std::size_t read_body(char* out, std::size_t size) override {
    const std::size_t n = std::min(size, piece_.size());
    std::memcpy(out, piece_.data(), n);
    sent += n;
    return n;
  }
  std::string_view remote_addr() const override { return "127.0.0.1"; }
  std::uint16_t remote_port() const override { return 1; }
  std::string_view server_addr() const override { return "127.0.0.1"; }
  std::uint16_t server_port() const override { return 80; }
  bool secure() const override { return false; }

  std::uint64_t sent = 0;

 private:
  std::string piece_;
};

class Urlencoded : public ::testing::Test {
 protected:
  Urlencoded() {
    app_.post("/", [](Request& request) { return std::to_string(request.form.size()); });
  }
  TestResponse post(const std::string& body) {
    return app_.test_client().post("/", {.data = body, .content_type = "application/x-www-form-urlencoded"});
  }
  // What was read of an endless chunked body, a piece after another, until it was refused.
  static std::uint64_t read_of_endless(const std::string& piece) {
    const http::HeaderField type{"Content-Type", "application/x-www-form-urlencoded"};
    http::RequestHead head;
    head.method = "POST";
    head.target = "/";
    head.framing = http::Framing::chunked;
    head.fields = &type;
    head.field_count = 1;
    Endless transport(piece);
    Request request;
    request.reset(head, {}, false, transport);
    EXPECT_THROW((void)request.form["a"], RequestEntityTooLarge);
    EXPECT_THROW((void)request.form.size(), RequestEntityTooLarge);  // once more
    return transport.sent;
  }
  void expect_quick() const { EXPECT_LT(std::chrono::steady_clock::now() - start_, 10s); }

  App app_{"test"};
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

TEST_F(Urlencoded, FieldsAreBounded) {
  std::string body;
  for (int i = 0; i < 10'000; ++i) body += "a&";
  EXPECT_EQ(post(body).data, "1");
  EXPECT_EQ(post(body + "&&").data, "1");
  EXPECT_EQ(post(body + "a").status_code, 413);
}

TEST_F(Urlencoded, MaxFormPartsOnlyRaisesTheBoundOfFields) {
  std::string body = "a";
  for (int i = 0; i < 10'000; ++i) body += "&a";
  app_.config["MAX_FORM_PARTS"] = 10'001;
  EXPECT_EQ(post(body).data, "1");
  EXPECT_EQ(post(body + "&a").status_code, 413);
}

TEST_F(Urlencoded, MaxFormPartsDoesNotLowerTheBoundOfFields) {
  app_.config["MAX_FORM_PARTS"] = 1;  // as in Werkzeug
  EXPECT_EQ(post("a&b").data, "2");
}

TEST_F(Urlencoded, MemoryOfFieldsIsBoundedInTotal) {
  EXPECT_EQ(post("a=" + std::string(499'998, 'x')).data, "1");
  EXPECT_EQ(post("a=" + std::string(499'999, 'x')).status_code, 413);
  std::string body;
  for (int i = 0; i < 10; ++i) body += "a=" + std::string(60'000, 'x') + '&';
  EXPECT_EQ(post(body).status_code, 413);
}

TEST_F(Urlencoded, AnEndlessBodyIsRefusedAtTheLimit) {
  for (const std::string& piece : {std::string("x"), std::string("&"), std::string("%"),
                                   std::string(5000, 'x'), std::string(100'000, '&')})
    EXPECT_LE(read_of_endless(piece), 500'000u + 64 * 1024) << piece[0] << " times " << piece.size();
  // The fields run out first.
  EXPECT_LE(read_of_endless("a&"), 20'000u + 64 * 1024);
}

TEST_F(Urlencoded, DecodingIsLinearWhateverTheBodyAndItsPieces) {
  for (const std::string& filler : {std::string("x"), std::string("%"), std::string("%4"), std::string("%ff"),
                                    std::string("="), std::string("&"), std::string("\xe2\x82")}) {
    std::string body;
    while (body.size() < 100'000) body += filler;
    http::UrlencodedDecoder decoder;
    for (const char& c : body) {
      while (decoder.next() == Event::field) continue;
      decoder.feed({&c, 1});
    }
    while (decoder.next() == Event::field) continue;
    decoder.finish();
    while (decoder.next() == Event::field) continue;
    EXPECT_EQ(decoder.next(), Event::end);
  }
  expect_quick();
}

TEST_F(Urlencoded, ADecoderNeverReadsPastItsEnd) {
  for (const std::string_view text :
       {"a=%", "a=%4", "a=%41", "%", "=", "&", "a", "a=%zz%", "%%%", "\xe2\x82"}) {
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
      // In memory of exactly their size, so that a sanitizer sees a byte too many.
      const std::vector<char> first(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(cut));
      const std::vector<char> second(text.begin() + static_cast<std::ptrdiff_t>(cut), text.end());
      http::UrlencodedDecoder decoder;
      for (const std::vector<char>* piece : {&first, &second}) {
        decoder.feed({piece->data(), piece->size()});
        while (decoder.next() == Event::field) continue;
      }
      decoder.finish();
      while (decoder.next() == Event::field) continue;
      EXPECT_EQ(decoder.next(), Event::end);
    }
  }
}

}  // namespace
}  // namespace retort::security
