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
  constexpr std::string_view kCases[][3] = {
      {"http://a/b/c/d", "", "http://a/b/c/d"},
      {"http://a/b/c/d", "g", "http://a/b/c/g"},
      {"http://a/b/c/d", "./g", "http://a/b/c/g"},
      {"http://a/b/c/d", "g/", "http://a/b/c/g/"},
      {"http://a/b/c/d", "/g", "http://a/g"},
      {"http://a/b/c/d", "//g", "http://g"},
      {"http://a/b/c/d", "?y", "http://a/b/c/d?y"},
      {"http://a/b/c/d", "g?y", "http://a/b/c/g?y"},
      {"http://a/b/c/d", "#s", "http://a/b/c/d#s"},
      {"http://a/b/c/d", "g#s", "http://a/b/c/g#s"},
      {"http://a/b/c/d", ".", "http://a/b/c/"},
      {"http://a/b/c/d", "./", "http://a/b/c/"},
      {"http://a/b/c/d", "..", "http://a/b/"},
      {"http://a/b/c/d", "../", "http://a/b/"},
      {"http://a/b/c/d", "../g", "http://a/b/g"},
      {"http://a/b/c/d", "../..", "http://a/"},
      {"http://a/b/c/d", "../../../g", "http://a/g"},
      {"http://a/b/c/d", "/./g", "http://a/g"},
      {"http://a/b/c/d", "/../g", "http://a/g"},
      {"http://a/b/c/d", "..g", "http://a/b/c/..g"},
      {"http://a/b/c/d", "./../g", "http://a/b/g"},
      {"http://a/b/c/d", "g/./h", "http://a/b/c/g/h"},
      {"http://a/b/c/d", "g/../h", "http://a/b/c/h"},
      {"http://a/b/c/d", "mailto:x", "mailto:x"},
      {"http://a/b/c/d", "http:g", "http://a/b/c/g"},
      {"http://a/b/c/d", "a:b/c", "a:b/c"},
      {"http://a/b/c/d", "http://x/y", "http://x/y"},
      {"http://a/b/c/d", "g?y/./x", "http://a/b/c/g?y/./x"},
      {"http://a/b/c/d", "x//y", "http://a/b/c/x/y"},
      {"http://a/b/c/d", "/x//y", "http://a/x//y"},
      {"http://a/b/c/d", "//", "http://a/b/c/d"},
      {"http://a/b/c/d", "///x", "http://a/x"},
      {"http://a/b/c/d", "?", "http://a/b/c/d"},
      {"http://a/b/c/d", "#", "http://a/b/c/d"},
      {"http://a/b/c/d", "?#", "http://a/b/c/d"},
      {"http://a/b/c/d", "g?", "http://a/b/c/g"},
      {"http://a/b/c/d", "g#", "http://a/b/c/g"},
      {"http://a/b/c/d", "g?#", "http://a/b/c/g"},
      {"http://a/b/c/d", "HTTP:x", "http://a/b/c/x"},
      {"http://a/b/c/d", "HTTP:", "http://a/b/c/d"},
      {"http://a/b/c/d", "http:", "http://a/b/c/d"},
      {"http://a/b/c/d", "http://", "http://a/b/c/d"},
      {"http://a/b/c/d", "http://x?", "http://x"},
      {"http://a/b/c/d", "HTTP://X/y", "http://X/y"},
      {"http://a/b/c/d", "https:x", "https:x"},
      {"http://a/b/c/d", "ftp:x", "ftp:x"},
      {"http://a/b/c/d", "x/", "http://a/b/c/x/"},
      {"http://a/b/c/d", "x/.", "http://a/b/c/x/"},
      {"http://a/b/c/d", "x/..", "http://a/b/c/"},
      {"http://a/b/c/d", "x//..", "http://a/b/c/"},
      {"http://a/b/c/d", "/..", "http://a/"},
      {"http://a/b/c/d", "a/b//", "http://a/b/c/a/b/"},
      {"http://a/b/c/d", "//g?", "http://g"},
      {"http://a/b/c/d", "//g/..", "http://g/.."},
      {"http://a/b/c/d", "//g/../x", "http://g/../x"},
      {"http://a/b/c/d", "1:x", "http://a/b/c/1:x"},
      {"http://a/b/c/d", ":x", "http://a/b/c/:x"},
      {"http://a/b/c/d", "g;x=1/../y", "http://a/b/c/y"},
      {"http://a/b/c/d", "/", "http://a/"},
      {"http://a/b/c/d", "a//./b", "http://a/b/c/a/b"},
      {"http://a/b/c/d", "..//g", "http://a/b/g"},
      {"http://a/b/c/d", ".//g", "http://a/b/c/g"},
      {"http://a/b/c/d", "x?a#b?c", "http://a/b/c/x?a#b?c"},
      {"http://a/b/c/d", "http:#", "http://a/b/c/d"},
      {"http://a/b/c/d", "http:?a", "http://a/b/c/d?a"},
      {"http://a/b/c/", "", "http://a/b/c/"},
      {"http://a/b/c/", "g", "http://a/b/c/g"},
      {"http://a/b/c/", "..", "http://a/b/"},
      {"http://a/b/c/", "../../g", "http://a/g"},
      {"http://a/b/c/", "/g", "http://a/g"},
      {"http://a/b/c/", "?y", "http://a/b/c/?y"},
      {"http://a/b/c/", "x//y", "http://a/b/c/x/y"},
      {"http://a/b/c/", "//g/../x", "http://g/../x"},
      {"http://a/b/c/", "HTTP:x", "http://a/b/c/x"},
      {"http://a/b/c/", ".", "http://a/b/c/"},
      {"http://a/b/c/", "#s", "http://a/b/c/#s"},
      {"http://a", "", "http://a"},
      {"http://a", "g", "http://a/g"},
      {"http://a", "..", "http://a/"},
      {"http://a", "../../g", "http://a/g"},
      {"http://a", "/g", "http://a/g"},
      {"http://a", "?y", "http://a?y"},
      {"http://a", "x//y", "http://a/x/y"},
      {"http://a", "//g/../x", "http://g/../x"},
      {"http://a", "HTTP:x", "http://a/x"},
      {"http://a", ".", "http://a/"},
      {"http://a", "#s", "http://a#s"},
      {"http://a/", "", "http://a/"},
      {"http://a/", "g", "http://a/g"},
      {"http://a/", "..", "http://a/"},
      {"http://a/", "../../g", "http://a/g"},
      {"http://a/", "/g", "http://a/g"},
      {"http://a/", "?y", "http://a/?y"},
      {"http://a/", "x//y", "http://a/x/y"},
      {"http://a/", "//g/../x", "http://g/../x"},
      {"http://a/", "HTTP:x", "http://a/x"},
      {"http://a/", ".", "http://a/"},
      {"http://a/", "#s", "http://a/#s"},
      {"HTTP://A/b", "", "HTTP://A/b"},
      {"HTTP://A/b", "g", "http://A/g"},
      {"HTTP://A/b", "..", "http://A/"},
      {"HTTP://A/b", "../../g", "http://A/g"},
      {"HTTP://A/b", "/g", "http://A/g"},
      {"HTTP://A/b", "?y", "http://A/b?y"},
      {"HTTP://A/b", "x//y", "http://A/x/y"},
      {"HTTP://A/b", "//g/../x", "http://g/../x"},
      {"HTTP://A/b", "HTTP:x", "http://A/x"},
      {"HTTP://A/b", ".", "http://A/"},
      {"HTTP://A/b", "#s", "http://A/b#s"},
      {"http://h/a/b", "", "http://h/a/b"},
      {"http://h/a/b", "g", "http://h/a/g"},
      {"http://h/a/b", "..", "http://h/"},
      {"http://h/a/b", "../../g", "http://h/g"},
      {"http://h/a/b", "/g", "http://h/g"},
      {"http://h/a/b", "?y", "http://h/a/b?y"},
      {"http://h/a/b", "x//y", "http://h/a/x/y"},
      {"http://h/a/b", "//g/../x", "http://g/../x"},
      {"http://h/a/b", "HTTP:x", "http://h/a/x"},
      {"http://h/a/b", ".", "http://h/a/"},
      {"http://h/a/b", "#s", "http://h/a/b#s"},
      {"http://h//a//b", "", "http://h//a//b"},
      {"http://h//a//b", "g", "http://h/a/g"},
      {"http://h//a//b", "..", "http://h/"},
      {"http://h//a//b", "../../g", "http://h/g"},
      {"http://h//a//b", "/g", "http://h/g"},
      {"http://h//a//b", "?y", "http://h//a//b?y"},
      {"http://h//a//b", "x//y", "http://h/a/x/y"},
      {"http://h//a//b", "//g/../x", "http://g/../x"},
      {"http://h//a//b", "HTTP:x", "http://h/a/x"},
      {"http://h//a//b", ".", "http://h/a/"},
      {"http://h//a//b", "#s", "http://h//a//b#s"},
      {"https://u@h:1/x/y/../z", "", "https://u@h:1/x/y/../z"},
      {"https://u@h:1/x/y/../z", "g", "https://u@h:1/x/g"},
      {"https://u@h:1/x/y/../z", "..", "https://u@h:1/"},
      {"https://u@h:1/x/y/../z", "../../g", "https://u@h:1/g"},
      {"https://u@h:1/x/y/../z", "/g", "https://u@h:1/g"},
      {"https://u@h:1/x/y/../z", "?y", "https://u@h:1/x/y/../z?y"},
      {"https://u@h:1/x/y/../z", "x//y", "https://u@h:1/x/x/y"},
      {"https://u@h:1/x/y/../z", "//g/../x", "https://g/../x"},
      {"https://u@h:1/x/y/../z", "HTTP:x", "HTTP:x"},
      {"https://u@h:1/x/y/../z", ".", "https://u@h:1/x/"},
      {"https://u@h:1/x/y/../z", "#s", "https://u@h:1/x/y/../z#s"},
      {"http://a/b?q", "#s", "http://a/b?q#s"},
      {"http://a/b?q#f", "", "http://a/b?q#f"},
      {"http://a/b?q", "g", "http://a/g"},
      {"http://a/b?q", "?r", "http://a/b?r"},
  };
  for (const auto& [base, reference, expected] : kCases)
    EXPECT_EQ(url_join(base, reference), expected) << base << " and " << reference;
}

}  // namespace
}  // namespace retort::http
