// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/multipart.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>
#include <malloc.h>

#include "retort/app/app.h"
#include "retort/http/options.h"
#include "retort/http/range.h"
#include "retort/message/files.h"
#include "retort/message/request.h"
#include "retort/testing/client.h"

namespace retort::security {
namespace {

using namespace std::chrono_literals;

class Multipart : public ::testing::Test {
 protected:
  Multipart() {
    app_.post("/", [](Request& request) {
      return std::to_string(request.form.size()) + " " + std::to_string(request.files->size());
    });
    start_ = std::chrono::steady_clock::now();
  }
  TestResponse post(const std::string& body) {
    return app_.test_client().post("/", {.data = body, .content_type = "multipart/form-data; boundary=foo"});
  }
  void expect_quick() { EXPECT_LT(std::chrono::steady_clock::now() - start_, 10s); }
  static std::string field(const std::string& name, const std::string& data) {
    return "--foo\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + data + "\r\n";
  }

  App app_{"test"};
  std::chrono::steady_clock::time_point start_;
};

TEST_F(Multipart, PartsAreBounded) {
  std::string body;
  for (int i = 0; i < 1001; ++i) body += field("a", "");
  EXPECT_EQ(post(body + "--foo--").status_code, 413);
  EXPECT_EQ(post(body.substr(field("a", "").size()) + "--foo--").data, "1 0");
}

TEST_F(Multipart, MemoryOfFieldsIsBoundedInTotal) {
  std::string body;
  for (int i = 0; i < 10; ++i) body += field("a", std::string(60'000, 'x'));
  EXPECT_EQ(post(body + "--foo--").status_code, 413);
  // Files go to disk.
  EXPECT_EQ(post("--foo\r\nContent-Disposition: form-data; name=f; filename=x\r\n\r\n" +
                 std::string(2'000'000, 'x') + "\r\n--foo--")
                .data,
            "0 1");
}

TEST_F(Multipart, FilesTakeOneDescriptorAndBoundedMemoryInTotal) {
  const auto descriptors = [] {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
  };
  const auto memory = [] {
    const auto use = ::mallinfo2();
    return use.uordblks + use.hblkhd;
  };
  constexpr int kFiles = 40;
  std::ptrdiff_t opened = 0;
  std::size_t grown = 0;
  std::string found;
  app_.post("/files", [&](Request& request) {
    const auto descriptors_before = descriptors();
    const std::size_t before = memory();
    found = std::to_string(request.files->size());
    opened = descriptors() - descriptors_before;
    grown = std::max(memory(), before) - before;
    for (FileStorage& file : *request.files) found += file.read().back();
    return "";
  });
  for (const std::size_t size : {400'000u, 513'000u}) {
    std::string body, expected = std::to_string(kFiles);
    for (int i = 0; i < kFiles; ++i) {
      const char mark = static_cast<char>('A' + i);
      expected += mark;
      body += "--foo\r\nContent-Disposition: form-data; name=f; filename=x\r\n\r\n" +
              std::string(size, mark) + "\r\n";
    }
    app_.test_client().post("/files",
                            {.data = body + "--foo--", .content_type = "multipart/form-data; boundary=foo"});
    EXPECT_EQ(found, expected) << size;
    EXPECT_EQ(opened, 1) << size;
    EXPECT_LT(grown, 2'000'000u) << size;
  }
}

TEST_F(Multipart, HeadersOfAPartAreBounded) {
  EXPECT_EQ(post("--foo\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n\r\n--foo--").status_code, 413);
  EXPECT_EQ(post("--foo\r\nX: " + std::string(2'000'000, 'x')).status_code, 413);
}

TEST_F(Multipart, BoundarySearchIsLinearWhateverTheBodyHolds) {
  const std::string head = "--foo\r\nContent-Disposition: form-data; name=f; filename=x\r\n\r\n";
  for (const std::string& filler :
       {std::string("\r"), std::string("\n"), std::string("\r\n"), std::string("-"), std::string("\r\n--fo"),
        std::string("\r\n--foo"), std::string("\r\n--foo "), std::string("--foo--\r")}) {
    std::string body = head;
    while (body.size() < 4'000'000) body += filler;
    body += "\r\n--foo--";
    (void)post(body);
  }
  expect_quick();
}

TEST_F(Multipart, OptionsAreParsedInLinearTime) {
  (void)http::parse_options_header("x; a=\"" + std::string(4'000'000, '\\'));
  (void)http::parse_options_header("x;" + std::string(4'000'000, ';'));
  (void)http::parse_options_header("x; " + std::string(4'000'000, 'a'));
  std::string starred = "x";
  for (int i = 0; i < 300'000; ++i) starred += "; a*" + std::to_string(i) + "*=utf-8''%41";
  (void)http::parse_options_header(starred);
  expect_quick();
}

TEST_F(Multipart, PreambleAndEpilogueAreSkippedCheaply) {
  const std::string filler(4'000'000, '\n');
  EXPECT_EQ(post(filler + field("a", "1") + "--foo--" + filler).data, "1 0");
  expect_quick();
}

TEST_F(Multipart, RangesAreReadInLinearTimeAndBounded) {
  std::string ranges = "bytes=0-0";
  for (int i = 1; i < 300'000; ++i) ranges += "," + std::to_string(2 * i) + "-" + std::to_string(2 * i);
  EXPECT_FALSE(http::parse_range_header(ranges));
  expect_quick();
}

}  // namespace
}  // namespace retort::security
