// SPDX-License-Identifier: BSD-3-Clause
// Expected texts are ItsDangerous 2.2's.
#include "retort/signing/serializer.h"

#include <gtest/gtest.h>

namespace retort::signing {
namespace {

class FixedTime : public TimeSource {
 public:
  explicit FixedTime(std::int64_t now) : now_(now) {}
  std::int64_t now() const override { return now_; }

 private:
  std::int64_t now_;
};

const FixedTime kTime(1'700'000'000);

SerializerOptions timed(std::string salt = "itsdangerous") {
  SerializerOptions options;
  options.salt = std::move(salt);
  options.time = &kTime;
  return options;
}

const Value kUser = Value::dict({{"id", 7}, {"n", "\xc3\xbc"}});

TEST(Serializer, WritesJsonWithASignature) {
  const Serializer serializer("secret");
  EXPECT_EQ(serializer.dumps(kUser), "{\"id\": 7, \"n\": \"\\u00fc\"}.dOo77W0iP2DWbHT2xU7Cr6vQTdc");
  EXPECT_EQ(serializer.loads(serializer.dumps(kUser)), kUser);
}

TEST(URLSafeSerializer, CompressesWhatGetsShorter) {
  const URLSafeSerializer serializer("secret");
  EXPECT_EQ(serializer.dumps(kUser), "eyJpZCI6NywibiI6IsO8In0.xXkDWG-SGXlFu4BMqugSc7R5eec");
  EXPECT_EQ(serializer.dumps("bbbbbb"), "ImJiYmJiYiI.38VIFgBKqDnhSF8vvT2nGNhlZKE");
  EXPECT_EQ(serializer.dumps("ab"), "ImFiIg.0Oj_ys4mPxnM5dLfqa7mbZxJKfA");
  EXPECT_EQ(serializer.loads(".eJxTShwmQAkAKU5MDQ.GOS7jZMFs0B0U2_y7RN84XN-P_A"),
            Value(std::string(200, 'a')));
  const std::string text = serializer.dumps(std::string(200, 'a'));
  EXPECT_EQ(text.front(), '.');
  EXPECT_LT(text.size(), 60u);
  EXPECT_EQ(serializer.loads(text), Value(std::string(200, 'a')));
}

TEST(URLSafeTimedSerializer, GivesTheTimeAndEndsAfterMaxAge) {
  const URLSafeTimedSerializer serializer("secret", timed());
  EXPECT_EQ(serializer.dumps(Value::list({1, 2})), "WzEsMl0.ZVPxAA.pnmcWNqSEJVy9hOBldQ4hogxtMI");
  DateTime when;
  const Value value = serializer.loads("WzEsMl0.ZVPxAA.pnmcWNqSEJVy9hOBldQ4hogxtMI",
                                       {.max_age = 0, .return_timestamp = &when});
  EXPECT_EQ(value, Value::list({1, 2}));
  EXPECT_EQ(unix_seconds(when), 1'700'000'000);
  const FixedTime later(1'700'000'011);
  SerializerOptions options;
  options.time = &later;
  const URLSafeTimedSerializer reader("secret", options);
  EXPECT_THROW(reader.loads("WzEsMl0.ZVPxAA.pnmcWNqSEJVy9hOBldQ4hogxtMI", {.max_age = 10}), SignatureExpired);
  Value out;
  EXPECT_FALSE(reader.try_loads("WzEsMl0.ZVPxAA.pnmcWNqSEJVy9hOBldQ4hogxtMI", out, 10));
  EXPECT_TRUE(reader.try_loads("WzEsMl0.ZVPxAA.pnmcWNqSEJVy9hOBldQ4hogxtMI", out, 11));
  EXPECT_EQ(out, value);
}

TEST(Serializer, TheNewestKeySignsAndAllAreRead) {
  const URLSafeTimedSerializer serializer({"old", "new"}, timed("x"));
  EXPECT_EQ(serializer.dumps(1), "MQ.ZVPxAA.XaIAoDbKBNLqeDXpxCencCxZkBQ");
  EXPECT_EQ(serializer.loads("MQ.ZVPxAA.CsrTVa6VgLAcGq-ncl8XAu29K78"), Value(1));  // signed with "old"
  EXPECT_THROW(URLSafeTimedSerializer("new", timed("x")).loads("MQ.ZVPxAA.CsrTVa6VgLAcGq-ncl8XAu29K78"),
               BadTimeSignature);
}

TEST(Serializer, ASaltCanBeGivenForOneCall) {
  const URLSafeSerializer serializer("secret");
  const std::string text = serializer.dumps(1, "reset-password");
  EXPECT_EQ(serializer.loads(text, "reset-password"), Value(1));
  EXPECT_THROW(serializer.loads(text), BadSignature);
  EXPECT_THROW(serializer.loads(serializer.dumps(1), "reset-password"), BadSignature);
}

TEST(Serializer, FallbackSignersReadAndDoNotSign) {
  const Serializer old("secret");
  SerializerOptions options;
  options.digest_method = crypto::Digest::sha256;
  EXPECT_THROW(Serializer("secret", options).loads(old.dumps(1)), BadSignature);
  options.fallback_signers.emplace_back();
  const Serializer serializer("secret", options);
  EXPECT_EQ(serializer.loads(old.dumps(1)), Value(1));
  EXPECT_THROW(old.loads(serializer.dumps(1)), BadSignature);
}

TEST(Serializer, LoadsUnsafeReadsWhatWasSignedWrongly) {
  const URLSafeSerializer serializer("secret");
  UnsafeLoad load = serializer.loads_unsafe("ImFiIg.AAAA");
  EXPECT_FALSE(load.ok);
  EXPECT_EQ(load.payload, Value("ab"));
  load = serializer.loads_unsafe("ImFiIg");  // no signature: nothing is taken for a payload
  EXPECT_FALSE(load.ok);
  EXPECT_TRUE(load.payload.is_none());
  EXPECT_TRUE(serializer.loads_unsafe(serializer.dumps(1)).ok);
}

TEST(Serializer, ASignedTextThatIsNoPayloadIsABadPayload) {
  const URLSafeSerializer serializer("secret");
  SignerOptions options;
  options.salt = "itsdangerous";
  const Signer signer("secret", options);
  for (const char* payload : {"A", "eyJ", ".ImFiIg", ""})
    EXPECT_THROW(serializer.loads(signer.sign(payload)), BadPayload) << payload;
}

TEST(Serializer, MovesWithItsKeys) {
  URLSafeSerializer from("secret");
  const std::string text = from.dumps(1);
  const URLSafeSerializer to = std::move(from);
  EXPECT_EQ(to.loads(text), Value(1));
}

}  // namespace
}  // namespace retort::signing
