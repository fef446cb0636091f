// SPDX-License-Identifier: BSD-3-Clause
// The expected tokens are ItsDangerous'.
#include "retort/ext/wtf/detail/csrf_signer.h"

#include <string>

#include <gtest/gtest.h>

#include "retort/ext/wtf/validation_error.h"

namespace retort::wtf::detail {
namespace {

constexpr std::int64_t kNow = 1790000000;
const std::string kSession = "5d41402abc4b2a76b9719d911017c592ae8f1b30";
const std::string kPayload = "IjVkNDE0MDJhYmM0YjJhNzZiOTcxOWQ5MTEwMTdjNTkyYWU4ZjFiMzAi";
const std::string kToken = kPayload + ".arE7gA.GyMZ33S5BKjGxN--n7Chr9Crl8g";

class TimeAt : public signing::TimeSource {
 public:
  explicit TimeAt(std::int64_t now) : now_(now) {}
  std::int64_t now() const override { return now_; }

 private:
  std::int64_t now_;
};

/// What check says; "" for a good token.
std::string verdict(const CsrfSigner& signer, const Value& session_token, std::string_view data,
                    OptionalSeconds time_limit = 3600) {
  try {
    signer.check(session_token, data, time_limit);
  } catch (const ValidationError& error) {
    return error.message();
  }
  return "";
}

TEST(CsrfSigner, SignsAsFlaskWtf) {
  const TimeAt time(kNow);
  EXPECT_EQ(CsrfSigner("a secret", &time).sign(kSession), kToken);
  EXPECT_EQ(CsrfSigner({"old", "new"}, &time).sign(kSession),
            kPayload + ".arE7gA.vNLDA0r1UPd3PRofylZvyqUYgF8");
}

TEST(CsrfSigner, AcceptsWhatFallbackKeysSigned) {
  const TimeAt time(kNow);
  const std::string by_old = kPayload + ".arE7gA.chsUVFb5HQ91jIzt76hfcjs22tg";
  EXPECT_EQ(verdict(CsrfSigner({"old", "new"}, &time), kSession, by_old), "");
  EXPECT_EQ(verdict(CsrfSigner("new", &time), kSession, by_old), "The CSRF token is invalid.");
}

TEST(CsrfSigner, SaysWhyATokenDoesNotCount) {
  const TimeAt time(kNow + 10);
  const CsrfSigner signer("a secret", &time);
  const struct {
    const char* what;
    Value session_token;
    std::string data;
    const char* message;
  } cases[] = {
      {"good", kSession, kToken, ""},
      {"none", kSession, "", "The CSRF token is missing."},
      {"neither", Value(), "", "The CSRF token is missing."},
      {"no session's", Value(), kToken, "The CSRF session token is missing."},
      {"no session's, and altered", Value(), kToken + "x", "The CSRF session token is missing."},
      {"another session's", std::string(40, '0'), kToken, "The CSRF tokens do not match."},
      {"a longer session's", kSession + "0", kToken, "The CSRF tokens do not match."},
      {"a session's of another kind", Value(7), kToken, "The CSRF tokens do not match."},
      {"a number", Value(7), "Nw.arE7gA.H6CAyq39vSQnjy8zPLJiahXk0L0", "The CSRF tokens do not match."},
      {"none, signed", kSession, "bnVsbA.arE7gA._Gn8NKNXMb34yIeV0U06uYNmdKg",
       "The CSRF tokens do not match."},
      {"another salt's", kSession, kPayload + ".arE7gA.y1kOUBk2GaMFWuxIZ4Bu2TmJzA4",
       "The CSRF token is invalid."},
      {"without a time", kSession, kPayload + ".9FutH9fJI7CzKqlhRLR90Wyi7NY", "The CSRF token is invalid."},
      {"from the future", kSession, kPayload + ".dzWUAA.w8pCQ1EAIQGeWOy5bfYS_7yufLU",
       "The CSRF token has expired."},
      {"the session's own text", kSession, kSession, "The CSRF token is invalid."},
      {"dots", kSession, "..", "The CSRF token is invalid."},
      {"a NUL", kSession, std::string("\0", 1), "The CSRF token is invalid."},
      {"compressed", std::string(60, 'z'), ".eJxTqqIAKAEAjX0c3Q.arE7gA.lac50XaihO5EjtYWpvsvKq5qNmo", ""},
  };
  for (const auto& c : cases) EXPECT_EQ(verdict(signer, c.session_token, c.data), c.message) << c.what;
}

TEST(CsrfSigner, LimitsTheAge) {
  const auto at = [](std::int64_t age, OptionalSeconds limit) {
    const TimeAt time(kNow + age);
    return verdict(CsrfSigner("a secret", &time), kSession, kToken, limit);
  };
  EXPECT_EQ(at(3600, 3600), "");
  EXPECT_EQ(at(3601, 3600), "The CSRF token has expired.");
  EXPECT_EQ(at(100 * 365 * 86400LL, {}), "");
  EXPECT_EQ(at(1, 0), "The CSRF token has expired.");
}

TEST(CsrfSigner, NewSessionTokensAreRandomDigests) {
  const std::string one = new_session_token();
  EXPECT_EQ(one.size(), 40U);
  EXPECT_EQ(one.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_NE(one, new_session_token());
}

}  // namespace
}  // namespace retort::wtf::detail
