// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/wtf/checks.h"

#include <string>

#include <gtest/gtest.h>

namespace retort::wtf {
namespace {

// The tables hold what WTForms 3.0 with email_validator 1.3 says, but of URLs' schemes 3.3.

struct Case {
  const char* text;
  bool valid;
};
struct TwoWays {
  const char* text;
  bool one, other;
};

TEST(Checks, TellEmailAddresses) {
  const Case cases[] = {
      {"a@b.co", true},
      {"a@b", false},
      {"", false},
      {"@b.co", false},
      {"a@@b.co", false},
      {"a.b+c@x.example.com", true},
      {"a..b@x.com", false},
      {".a@x.com", false},
      {"a.@x.com", false},
      {"a b@x.com", false},
      {"\"a\"@x.com", false},
      {"a@-x.com", false},
      {"a@x-.com", false},
      {"a@x_y.com", false},
      {"a@x.c0", false},
      {"a@x.123", false},
      {"a@x.com.", false},
      {"a@.x.com", false},
      {"a@x..com", false},
      {"a@localhost", false},
      {"a@x.local", false},
      {"a@x.test", false},
      {"a@x.invalid", false},
      {"a@example.com", true},
      {"a@xn--bcher-kva.de", true},
      {"a@ab--cd.com", false},
      {"\303\274@x.com", true},
      {"a@b\303\274cher.de", true},
      {"\347\224\250\346\210\267@\344\276\213\343\201\210.jp", true},
      {"a\314\201@x.com", true},
      {"\314\201a@x.com", false},
      {"a\342\200\213b@x.com", false},
      {"a\302\240@x.com", false},
      {"a@x.com\n", false},
      {"A@X.COM", true},
      {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@x.com", true},
      {"a@bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb.com", true},
      {"a@bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb.com", false},
      {"!#$%&'*+-/=?^_`{|}~@x.com", true},
      {"a(b@x.com", false},
      {"a@[127.0.0.1]", false},
      {"a@x.onion", false},
      {"a@x.arpa", false},
      {"a@x\343\200\202com", true},
      {"\303\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251\303"
       "\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251"
       "\303\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251\303"
       "\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251"
       "\303\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251\303"
       "\251\303\251@x.com",
       true},
  };
  for (const Case& c : cases) EXPECT_EQ(is_email(c.text), c.valid) << c.text;
}

TEST(Checks, BoundTheLengthsOfAnAddress) {
  const std::string a64(64, 'a'), a63(63, 'a'), a50(50, 'a');
  EXPECT_TRUE(is_email(a64 + "@x.com"));
  EXPECT_FALSE(is_email(a64 + "a@x.com"));
  EXPECT_TRUE(is_email("a@" + a63 + ".com"));
  EXPECT_FALSE(is_email("a@" + a63 + "a.com"));
  const std::string labels = a50 + "." + a50 + "." + a50 + "." + a50 + ".";
  EXPECT_TRUE(is_email("a@" + labels + std::string(44, 'b') + ".com"));
  EXPECT_FALSE(is_email("a@" + labels + std::string(45, 'b') + ".com")) << "255 bytes";
  EXPECT_FALSE(is_email(std::string("a@x.com\0", 8)));
  EXPECT_FALSE(is_email("a\xff@x.com"));
  EXPECT_FALSE(is_email("a@x\xff.com"));
}

TEST(Checks, FollowTheRulesOfAnAddressThatTheyAreGiven) {
  EXPECT_FALSE(is_email("\303\274@x.com", {.allow_smtputf8 = false}));
  EXPECT_TRUE(is_email("u@x.com", {.allow_smtputf8 = false}));
  EXPECT_TRUE(is_email("@x.com", {.allow_empty_local = true}));
  EXPECT_TRUE(is_email("a@test", {.test_environment = true}));
  EXPECT_TRUE(is_email("a@x.test", {.test_environment = true}));
  EXPECT_FALSE(is_email("a@x.local", {.test_environment = true}));
}

TEST(Checks, TellUrls) {
  const TwoWays cases[] = {
      {"http://foobar.dk", true, true},
      {"http://foobar.dk/", true, true},
      {"http://foobar.museum/foobar", true, true},
      {"http://192.168.0.1/foobar", true, true},
      {"http://192.168.0.1:9000/fake", true, true},
      {"http://\331\205\330\253\330\247\331\204.\330\245\330\256\330\252\330\250\330\247\330\261/foo.com",
       true, true},
      {"http://xn--hgbk6aj7f53bba.xn--kgbechtv/foo", true, true},
      {"http://foobar", false, true},
      {"foobar.dk", false, false},
      {"http://127.0.0/asdf", false, true},
      {"http://foobar.d", false, true},
      {"http://foobar.12", false, true},
      {"http://localhost:abc/a", false, false},
      {"http://localhost/", false, true},
      {"HTTP://A.CO", true, true},
      {"ftp://a.co/x?y", false, false},
      {"http://a.co?x=1", true, true},
      {"http://a.co:80?x", true, true},
      {"http://a.co#x", false, false},
      {"http://u:p@a.co/", false, false},
      {"http://[::1]/", false, false},
      {"http:///x", false, false},
      {"://a.co", false, false},
      {"h1://a.co", false, false},
      {"http://a.co:", false, false},
      {"http://a.co/a b", true, true},
      {"http://-a.co", false, false},
      {"http://a-.co", false, false},
      {"http://a--.co", true, true},
      {"http://a_b.co", true, true},
      {"http://a..co", false, false},
      {"http://a.co.", false, false},
      {"javascript://a.co/%0aalert(1)", false, false},
      {"http://a.xn--", false, true},
      {"http://a.xn--a", true, true},
      {"http://xn-.co", true, true},
      {"http://a.abcdefghijklmnopqrstu", false, true},
      {"http://::1/", false, false},
  };
  for (const TwoWays& c : cases) {
    EXPECT_EQ(is_url(c.text), c.one) << c.text;
    EXPECT_EQ(is_url(c.text, {.require_tld = false}), c.other) << c.text;
  }
  EXPECT_FALSE(is_url("http://127.0.0.1/", {.allow_ip = false}));
  EXPECT_TRUE(is_url("http://a.co/", {.allow_ip = false}));
}

TEST(Checks, BoundTheLengthsOfAHost) {
  const std::string label(63, 'a');
  EXPECT_TRUE(is_hostname(label + ".co"));
  EXPECT_FALSE(is_hostname(label + "a.co"));
  const std::string four = label + "." + label + "." + label + ".";
  EXPECT_TRUE(is_hostname(four + std::string(58, 'b') + ".co"));
  EXPECT_FALSE(is_hostname(four + std::string(59, 'b') + ".co")) << "254 bytes";
  EXPECT_FALSE(is_hostname(std::string(100'000, 'a')));
}

// Unlike Python's $, which leaves room for a line's end: such a text would go on into a header.
TEST(Checks, TakeNoLineEndBehindTheText) {
  EXPECT_FALSE(is_url("http://a.co/\n"));
  EXPECT_FALSE(is_hostname("a.co\n"));
  EXPECT_FALSE(is_mac_address("01:23:45:67:ab:cd\n"));
}

// WTForms allows any scheme up to 3.2.
TEST(Checks, AllowTheSchemesThatAreNamed) {
  const UrlRules files{.schemes = {"ftp", "sftp"}};
  EXPECT_TRUE(is_url("FTP://a.co/x?y", files));
  EXPECT_FALSE(is_url("http://a.co/", files));
  EXPECT_FALSE(is_url("ftps://a.co/", files));
  EXPECT_TRUE(is_url("javascript://a.co/%0aalert(1)", {.schemes = {}}));
}

TEST(Checks, TellAddresses) {
  const TwoWays cases[] = {
      {"127.0.0.1", true, false},
      {"256.0.0.1", false, false},
      {"1.2.3", false, false},
      {"01.2.3.4", false, false},
      {"1.2.3.4.5", false, false},
      {"1.2.3.4 ", false, false},
      {"", false, false},
      {"::1", false, true},
      {"::", false, true},
      {"2001:db8::1", false, true},
      {"1:2:3:4:5:6:7:8", false, true},
      {"1:2:3:4:5:6:7", false, false},
      {"::ffff:1.2.3.4", false, true},
      {"::1.2.3", false, false},
      {"fe80::1%eth0", false, true},
      {"fe80::1%", false, false},
      {"fe80::1%a%b", false, false},
      {"12345::", false, false},
      {"1::2::3", false, false},
      {"abc.0.0.1", false, false},
      {"1271.0.0.1", false, false},
      {"1278.0.0.1", false, false},
      {"\357\274\221.2.3.4", false, false},
      {"::ffff:01.2.3.4", false, false},
      {"1:2:3:4:5:6:7::", false, true},
      {"::2:3:4:5:6:7:8", false, true},
      {"/24", false, false},
      {"1.2.3.4/24", false, false},
      {"::g", false, false},
  };
  for (const TwoWays& c : cases) {
    EXPECT_EQ(is_ipv4(c.text), c.one) << c.text;
    EXPECT_EQ(is_ipv6(c.text), c.other) << c.text;
  }
  EXPECT_FALSE(is_ipv4(std::string_view("1.2.3.4\0", 8)));
}

TEST(Checks, TellMacAddresses) {
  const Case cases[] = {
      {"01:23:45:67:ab:CD", true},
      {"01-23-45-67-ab-cd", false},
      {"0:0:0:0:0:0", false},
      {"01:23:45:67:ab:cg", false},
      {"", false},
      {"01:23:45:67:ab:CD:ef", false},
  };
  for (const Case& c : cases) EXPECT_EQ(is_mac_address(c.text), c.valid) << c.text;
}

TEST(Checks, TellUuids) {
  const Case cases[] = {
      {"2bc1c94f-0deb-43e9-92a1-4775189ec9f8", true},
      {"2bc1c94f0deb43e992a14775189ec9f8", true},
      {"2bc1c94f-deb-43e9-92a1-4775189ec9f8", false},
      {"{2bc1c94f-0deb-43e9-92a1-4775189ec9f8}", true},
      {"urn:uuid:2bc1c94f-0deb-43e9-92a1-4775189ec9f8", true},
      {"2bc1c94f 0deb-43e9-92a1-4775189ec9f8", false},
      {"", false},
      {"gggggggggggggggggggggggggggggggg", false},
      {"{}{2bc1c94f0deb43e992a14775189ec9f8", true},
      {"2b-c1c94f0deb43e992a14775189ec9f8", true},
  };
  for (const Case& c : cases) EXPECT_EQ(is_uuid(c.text), c.valid) << c.text;
}

// Python's int() reads these as hexadecimal; they are no UUIDs for it.
TEST(Checks, TakeNothingButDigitsForAUuid) {
  const std::string ones(30, '1');
  EXPECT_FALSE(is_uuid("0x" + ones));
  EXPECT_FALSE(is_uuid("+1" + ones));
  EXPECT_FALSE(is_uuid("1_" + ones));
  EXPECT_FALSE(is_uuid(" 1" + ones));
}

}  // namespace
}  // namespace retort::wtf
