// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/path.h"

#include <gtest/gtest.h>

namespace retort::http {
namespace {

TEST(SecureFilename, LeavesALastPartOfAPath) {
  const std::pair<std::string, std::string> kCases[] = {
      {"My cool movie.mov", "My_cool_movie.mov"},
      {"../../../etc/passwd", "etc_passwd"},
      {"i contain cool \xc3\xbcml\xc3\xa4uts.txt", "i_contain_cool_umlauts.txt"},
      {"\xef\xac\x81le.txt", "file.txt"},  // a ligature
      {"..", ""},
      {"", ""},
      {std::string("a\0b", 3), "ab"},
      {"\xff\xfe", ""},
      {" x ", "x"},
  };
  for (const auto& [input, expected] : kCases) EXPECT_EQ(secure_filename(input), expected) << input;
}

TEST(SafeJoin, StaysBelowTheDirectory) {
  EXPECT_EQ(safe_join("/a", {"b", "c/d"}), "/a/b/c/d");
  EXPECT_EQ(safe_join("/a", {"b/../c"}), "/a/c");
  EXPECT_EQ(safe_join("", {"b"}), "./b");
  EXPECT_EQ(safe_join("/", {"b"}), "/b");
  for (const std::string_view part :
       {std::string_view("../b"), std::string_view("/b"), std::string_view("b/../../c"),
        std::string_view(".."), std::string_view("a\0b", 3), std::string_view("//b")}) {
    EXPECT_EQ(safe_join("/a", {part}), std::nullopt) << part;
    EXPECT_EQ(safe_join("/a", {part}, PathRules::posix), std::nullopt) << part;
  }
}

TEST(SafeJoin, PortableRulesKnowBackslashesAndDevices) {
  for (const char* part :
       {"b\\c", "..\\x", "CON", "con.txt", "x/NUL .gz", "com1", "LPT9.a.b", "a/aux/b", "CON:x"}) {
    EXPECT_EQ(safe_join("/a", {part}), std::nullopt) << part;
    EXPECT_NE(safe_join("/a", {part}, PathRules::posix), std::nullopt) << part;
  }
  for (const char* part : {"console", "com", "com10", "nulls.txt"})
    EXPECT_NE(safe_join("/a", {part}), std::nullopt);
}

}  // namespace
}  // namespace retort::http
