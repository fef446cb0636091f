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

TEST(ContentDisposition, NamesTheFileForOldAndNewBrowsers) {
  constexpr std::string_view kCases[][2] = {
      {"a.csv", "inline; filename=a.csv"},
      {"a b.csv", "inline; filename=\"a b.csv\""},
      {"a\"b.txt", "inline; filename=\"a\\\"b.txt\""},
      {"it's.txt", "inline; filename=it's.txt"},
      {"\u00e4\"b.csv", "inline; filename=\"a\\\"b.csv\"; filename*=UTF-8''%C3%A4%22b.csv"},
      {"na\u00efve;file.txt", "inline; filename=\"naive;file.txt\"; filename*=UTF-8''na%C3%AFve%3Bfile.txt"},
      {"\u65e5\u672c.txt", "inline; filename=.txt; filename*=UTF-8''%E6%97%A5%E6%9C%AC.txt"},
  };
  for (const auto& [name, expected] : kCases)
    EXPECT_EQ(content_disposition("inline", name), expected) << name;
  EXPECT_EQ(content_disposition("attachment", "x"), "attachment; filename=x");
}

}  // namespace
}  // namespace retort::http
