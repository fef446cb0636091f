// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace retort::http {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

TEST(IriToUri, EncodesPathAndHost) {
  const struct {
    std::string_view iri, uri;
  } cases[] = {
      {"http://\xe2\x98\x83.net/", "http://xn--n3h.net/"}, {"/f\xc3\xbc?q=\xc3\xa4#x", "/f%C3%BC?q=%C3%A4#x"},
      {"http://a:80/%20 b", "http://a:80/%20%20b"},        {"//host/x", "//host/x"},
      {"http://[::1]:5000/", "http://[::1]:5000/"},        {"relative", "relative"}};
  for (const auto& c : cases) EXPECT_EQ(iri_to_uri(c.iri), c.uri);
}

TEST(ParseQuery, IsAsLenientAsWerkzeug) {
  const MultiDict pairs = parse_query("a=1&b=%20x+y&a=2&flag&=v&&c=%ff");
  EXPECT_THAT(pairs.items(true), ElementsAre(Pair("a", "1"), Pair("a", "2"), Pair("b", " x y"),
                                             Pair("flag", ""), Pair("", "v"), Pair("c", "%FF")));
  EXPECT_EQ(parse_query("a=1&b=2&c=3", 2).size(), 2u);
  EXPECT_TRUE(parse_query("").empty());
  EXPECT_EQ(parse_query("a=%")["a"], "%");
}

TEST(ValidHost, TakesNamesAndAddressesAlone) {
  for (const std::string_view good : {"localhost", "a.b-c.d:80", "127.0.0.1:5000", "[::1]", "[::1]:80"})
    EXPECT_TRUE(valid_host(good)) << good;
  for (const std::string_view bad :
       {"a b", "a/b", "a@b", "a:b", "[::1", "[x]", "a:123456", "a\"b", "", ":80", "a:", "a_b"})
    EXPECT_FALSE(valid_host(bad)) << bad;
  EXPECT_EQ(without_default_port("a:80", "http"), "a");
  EXPECT_EQ(without_default_port("a:443", "http"), "a:443");
}

TEST(UrlJoin, SeesReferencesAsPythonDoes) {
  constexpr std::string_view kCases[][2] = {
      {"", "http://a/b/c/d"},       {"g", "http://a/b/c/g"},
      {"./g", "http://a/b/c/g"},    {"g/", "http://a/b/c/g/"},
      {"/g", "http://a/g"},         {"//g", "http://g"},
      {"?y", "http://a/b/c/d?y"},   {"g?y", "http://a/b/c/g?y"},
      {"#s", "http://a/b/c/d#s"},   {"g#s", "http://a/b/c/g#s"},
      {".", "http://a/b/c/"},       {"./", "http://a/b/c/"},
      {"..", "http://a/b/"},        {"../", "http://a/b/"},
      {"../g", "http://a/b/g"},     {"../..", "http://a/"},
      {"../../../g", "http://a/g"}, {"/./g", "http://a/g"},
      {"/../g", "http://a/g"},      {"..g", "http://a/b/c/..g"},
      {"./../g", "http://a/b/g"},   {"g/./h", "http://a/b/c/g/h"},
      {"g/../h", "http://a/b/c/h"}, {"mailto:x", "mailto:x"},
      {"http:g", "http://a/b/c/g"}, {"a:b/c", "a:b/c"},
      {"http://x/y", "http://x/y"}, {"g?y/./x", "http://a/b/c/g?y/./x"},
  };
  for (const auto& [reference, expected] : kCases)
    EXPECT_EQ(url_join("http://a/b/c/d", reference), expected) << reference;
  EXPECT_EQ(url_join("http://a", "g"), "http://a/g");
  EXPECT_EQ(url_join("http://a/", "../g"), "http://a/g");
}

}  // namespace
}  // namespace retort::http
