// SPDX-License-Identifier: BSD-3-Clause
// Expected texts are ItsDangerous 2.2's.
#include "retort/signing/signer.h"

#include <stdexcept>

#include <gtest/gtest.h>
#include <time.h>

namespace retort::signing {
namespace {

using crypto::Digest;

class FixedTime : public TimeSource {
 public:
  explicit FixedTime(std::int64_t now) : now_(now) {}
  std::int64_t now() const override { return now_; }

 private:
  std::int64_t now_;
};

const FixedTime kTime(1'700'000'000);

SignerOptions timed(std::int64_t later, const FixedTime& time) {
  EXPECT_EQ(time.now(), 1'700'000'000 + later);
  SignerOptions options;
  options.time = &time;
  return options;
}

struct Signed {
  KeyDerivation key_derivation;
  Digest digest_method;
  const char* text;
};

TEST(Signer, SignsWithEveryDerivationAndDigestAsItsDangerousDoes) {
  const Signed cases[] = {
      {KeyDerivation::concat, Digest::md5, "value.xa8Vp_BgOPNZs7mUY7p7CQ"},
      {KeyDerivation::concat, Digest::sha1, "value.JALIqqa-rhsDJVPuNXMRPN_SvJM"},
      {KeyDerivation::django_concat, Digest::sha1, "value.YzT6a_u1Rm-zrsMp878Mfeit-1k"},
      {KeyDerivation::django_concat, Digest::sha384,
       "value.n6j9iiYiW44O_Fyp_1QCgOM_Y8ar7k_7SuF7ifFW6kMCK46NpJXGr6HNvK9epFl2"},
      {KeyDerivation::hmac, Digest::sha256, "value.9t8Ejzy0onpeBBiRBoutc3pVVoXE_S7CHlgyZJJpzVQ"},
      {KeyDerivation::hmac, Digest::sha512,
       "value.guJtWuTKrnQKn6BTbXBBKgzCiNEjxNaDUAWErOUpX7F0PoKs0Qqiayq2S4-O0Ayxj2ynxjCRQtm__JGue5w7uQ"},
      {KeyDerivation::none, Digest::sha1, "value.Mwty04TfQa30QOHYrrVDq3Puy4o"},
  };
  for (const Signed& c : cases) {
    SignerOptions options;
    options.salt = "s";
    options.key_derivation = c.key_derivation;
    options.digest_method = c.digest_method;
    const Signer signer("secret", options);
    EXPECT_EQ(signer.sign("value"), c.text);
    EXPECT_EQ(signer.unsign(c.text), "value") << c.text;
  }
}

TEST(Signer, SplitsAtTheLastSeparator) {
  SignerOptions options;
  options.sep = "::";
  const Signer signer("secret", options);
  EXPECT_EQ(signer.sign("a::b"), "a::b::_tfbgzZhy09WAsph2SGlO3bRNuA");
  EXPECT_EQ(signer.unsign("a::b::_tfbgzZhy09WAsph2SGlO3bRNuA"), "a::b");
}

TEST(Signer, RefusesASeparatorThatASignatureCanHold) {
  for (const char* sep : {"", "-", "a", "_", "=", "89"}) {
    SignerOptions options;
    options.sep = sep;
    EXPECT_THROW(Signer("secret", options), std::invalid_argument) << sep;
  }
  EXPECT_THROW(Signer(std::vector<std::string>()), std::invalid_argument);
}

TEST(Signer, SaysWhatFailedAndWithWhichPayload) {
  const Signer signer("secret");
  try {
    signer.unsign("value.YzT6a_u1");
    FAIL();
  } catch (const BadSignature& e) {
    EXPECT_STREQ(e.what(), "Signature b'YzT6a_u1' does not match");
    EXPECT_EQ(e.payload, "value");
  }
  try {
    signer.unsign("value");
    FAIL();
  } catch (const BadSignature& e) {
    EXPECT_STREQ(e.what(), "No b'.' found in value");
    EXPECT_FALSE(e.payload);
  }
  EXPECT_FALSE(signer.validate("value.YzT6a_u1"));
  EXPECT_TRUE(signer.validate(signer.sign("value")));
}

TEST(Signer, AnotherSaltDoesNotAcceptIt) {
  SignerOptions other;
  other.salt = "other";
  EXPECT_FALSE(Signer("secret", other).validate(Signer("secret").sign("value")));
}

TEST(Signer, TheNewestKeySignsAndAllVerify) {
  const Signer before("old"), after({"old", "new"}), gone("new");
  EXPECT_TRUE(after.validate(before.sign("value")));
  EXPECT_EQ(after.sign("value"), gone.sign("value"));
  EXPECT_FALSE(gone.validate(before.sign("value")));
  EXPECT_FALSE(before.validate(after.sign("value")));
}

TEST(Signer, TakesAnAlgorithm) {
  const NoneAlgorithm none;
  SignerOptions options;
  options.algorithm = &none;
  const Signer signer("secret", options);
  EXPECT_EQ(signer.sign("value"), "value.");
  EXPECT_EQ(signer.unsign("value."), "value");
  EXPECT_FALSE(signer.validate("value.AAAA"));
}

TEST(TimestampSigner, SignsTheTime) {
  SignerOptions options;
  options.time = &kTime;
  const TimestampSigner signer("secret", options);
  EXPECT_EQ(signer.sign("value"), "value.ZVPxAA._xuRd4giNYkrNtBKEhLvirQ0MgI");
  DateTime when;
  EXPECT_EQ(signer.unsign("value.ZVPxAA._xuRd4giNYkrNtBKEhLvirQ0MgI", {.return_timestamp = &when}), "value");
  EXPECT_EQ(unix_seconds(when), 1'700'000'000);
  const FixedTime epoch(0);
  options.time = &epoch;
  EXPECT_EQ(TimestampSigner("secret", options).sign("v").substr(0, 3), "v..");
}

TEST(TimestampSigner, EndsAfterMaxAge) {
  SignerOptions options;
  options.time = &kTime;
  const std::string text = TimestampSigner("secret", options).sign("value");
  const FixedTime in_time(1'700'000'060), late(1'700'000'061), early(1'699'999'999);
  EXPECT_TRUE(TimestampSigner("secret", timed(60, in_time)).validate(text, 60));
  EXPECT_TRUE(TimestampSigner("secret", timed(61, late)).validate(text));
  EXPECT_FALSE(TimestampSigner("secret", timed(-1, early)).validate(text, 60));
  try {
    TimestampSigner("secret", timed(61, late)).unsign(text, {.max_age = 60});
    FAIL();
  } catch (const SignatureExpired& e) {
    EXPECT_STREQ(e.what(), "Signature age 61 > 60 seconds");
    EXPECT_EQ(e.payload, "value");
    ASSERT_TRUE(e.date_signed);
    EXPECT_EQ(unix_seconds(*e.date_signed), 1'700'000'000);
  }
}

TEST(TimestampSigner, RefusesWhatHoldsNoTime) {
  const TimestampSigner signer("secret");
  const Signer plain("secret");
  EXPECT_THROW(signer.unsign("value"), BadSignature);
  EXPECT_THROW(signer.unsign(plain.sign("value")), BadTimeSignature);               // none at all
  EXPECT_THROW(signer.unsign(plain.sign("value.AAAAAAAAAAAA")), BadTimeSignature);  // 9 bytes
  EXPECT_THROW(signer.unsign(plain.sign("value.__________8")), BadTimeSignature);   // beyond the year 9999
  EXPECT_THROW(signer.unsign(plain.sign("value.A")), BadTimeSignature);             // no base64
}

// Where another process signs in a second's first moment, this one must be in that second, too.
TEST(TimestampSigner, IsNotBehindTheClockAtTheTurnOfASecond) {
  const TimeSource time;
  timespec begin{}, now{};
  ::clock_gettime(CLOCK_REALTIME, &begin);
  do {
    ::clock_gettime(CLOCK_REALTIME, &now);
    ASSERT_GE(time.now(), now.tv_sec);
  } while (now.tv_sec - begin.tv_sec < 2);
}

}  // namespace
}  // namespace retort::signing
