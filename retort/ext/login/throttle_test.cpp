// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/login/throttle.h"

#include <atomic>
#include <limits>
#include <stdexcept>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "retort/http/errors.h"
#include "retort/signing/signer.h"

namespace retort::login {
namespace {

class FakeTime final : public signing::TimeSource {
 public:
  std::int64_t now() const override { return time; }
  std::int64_t time = 1'000'000;
};

/// How long the next attempt has to wait.
std::int64_t wait(LoginThrottle& throttle, std::string_view name, std::string_view address) {
  return throttle.attempt(name, address).retry_after();
}

TEST(LoginThrottle, WaitsTwiceAsLongAfterEachFailureBeyondTheFreeOnes) {
  FakeTime time;
  LoginThrottle throttle({.free_per_name = 3, .longest_wait_seconds = 10, .time = &time});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(wait(throttle, "ada", "10.0.0.1"), 0);
  for (const std::int64_t expected : {1, 2, 4, 8, 10, 10}) {
    EXPECT_EQ(wait(throttle, "ada", "10.0.0.1"), expected);
    time.time += expected - 1;
    EXPECT_EQ(wait(throttle, "ada", "10.0.0.1"), 1);
    time.time += 1;
    EXPECT_EQ(wait(throttle, "ada", "10.0.0.1"), 0);
  }
}

TEST(LoginThrottle, CountsANameFromWhereverItIsTried) {
  FakeTime time;
  LoginThrottle throttle({.free_per_name = 2, .time = &time});
  EXPECT_EQ(wait(throttle, "ada", "10.0.0.1"), 0);
  EXPECT_EQ(wait(throttle, "ADA", "10.0.0.2"), 0);
  EXPECT_EQ(wait(throttle, "Ada", "10.0.0.3"), 1);
  EXPECT_EQ(wait(throttle, "bob", "10.0.0.1"), 0);
}

TEST(LoginThrottle, CountsAnAddressWhicheverNameItTries) {
  FakeTime time;
  LoginThrottle throttle({.free_per_address = 3, .time = &time});
  for (const char* name : {"ada", "bob", "carol"}) EXPECT_EQ(wait(throttle, name, "10.0.0.1"), 0);
  EXPECT_EQ(wait(throttle, "dave", "10.0.0.1"), 1);
  EXPECT_EQ(wait(throttle, "dave", "::ffff:10.0.0.1"), 1);
  EXPECT_EQ(wait(throttle, "dave", "10.0.0.2"), 0);
}

TEST(LoginThrottle, TakesAnIPv6NetworkForOneClient) {
  FakeTime time;
  LoginThrottle throttle({.free_per_address = 2, .time = &time});
  EXPECT_EQ(wait(throttle, "a", "2001:db8:1:2::1"), 0);
  EXPECT_EQ(wait(throttle, "b", "2001:db8:1:2:ffff::9"), 0);
  EXPECT_EQ(wait(throttle, "c", "2001:db8:1:2:3:4:5:6"), 1);
  EXPECT_EQ(wait(throttle, "d", "2001:db8:1:3::1"), 0);
}

TEST(LoginThrottle, ForgetsANamesFailuresAfterSuccess) {
  FakeTime time;
  LoginThrottle throttle({.free_per_name = 2, .time = &time});
  EXPECT_EQ(wait(throttle, "ada", "10.0.0.1"), 0);
  auto attempt = throttle.attempt("ada", "10.0.0.1");
  ASSERT_TRUE(attempt);
  attempt.succeeded();
  EXPECT_EQ(wait(throttle, "ada", "10.0.0.1"), 0);
  EXPECT_EQ(wait(throttle, "ada", "10.0.0.1"), 0);
  EXPECT_EQ(wait(throttle, "ada", "10.0.0.1"), 1);
}

TEST(LoginThrottle, DoesNotLetOnesOwnAccountPayForGuesses) {
  FakeTime time;
  LoginThrottle throttle({.free_per_address = 3, .time = &time});
  int guesses = 0;
  for (int i = 0; i < 100; ++i) {
    auto own = throttle.attempt("mallory", "10.0.0.1");
    if (own) own.succeeded();
    if (throttle.attempt("victim" + std::to_string(i), "10.0.0.1")) ++guesses;
  }
  EXPECT_EQ(guesses, 3);
}

TEST(LoginThrottle, ForgetsFailuresOfLongAgo) {
  FakeTime time;
  LoginThrottle throttle({.free_per_name = 2, .forget_seconds = 100, .time = &time});
  EXPECT_EQ(wait(throttle, "ada", "10.0.0.1"), 0);
  time.time += 100;
  EXPECT_EQ(wait(throttle, "ada", "10.0.0.1"), 0);
  EXPECT_EQ(wait(throttle, "ada", "10.0.0.1"), 0);
  EXPECT_EQ(wait(throttle, "ada", "10.0.0.1"), 1);
}

TEST(LoginThrottle, IsBounded) {
  FakeTime time;
  LoginThrottle throttle({.max_entries = 100, .time = &time});
  for (int i = 0; i < 10'000; ++i)
    static_cast<void>(throttle.attempt("name" + std::to_string(i), "10.0.0." + std::to_string(i % 5)));
  EXPECT_LE(throttle.size(), 100u);
}

TEST(LoginThrottle, LetsNoMoreThroughWhenAllComeAtOnce) {
  FakeTime time;
  LoginThrottle throttle({.free_per_name = 5, .free_per_address = 1000, .time = &time});
  std::atomic<int> allowed = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        if (throttle.attempt("ada", "10.0.0." + std::to_string(t))) ++allowed;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(allowed, 5);
}

TEST(LoginThrottle, SaysWhenToComeAgain) {
  FakeTime time;
  LoginThrottle throttle({.free_per_name = 1, .first_wait_seconds = 30, .time = &time});
  EXPECT_EQ(wait(throttle, "ada", "10.0.0.1"), 0);
  const auto attempt = throttle.attempt("ada", "10.0.0.1");
  ASSERT_FALSE(attempt);
  const Response response = attempt.refusal();
  EXPECT_EQ(response.status_code, 429);
  EXPECT_EQ(response.headers.get("Retry-After", ""), "30");
  EXPECT_THROW(attempt.require(), TooManyRequests);
  throttle.attempt("bob", "10.0.0.1").require();
}

TEST(LoginThrottle, MayWaitForEver) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  LoginThrottle throttle({.free_per_name = 1, .first_wait_seconds = kMost, .longest_wait_seconds = kMost});
  EXPECT_TRUE(throttle.attempt("ada", "1.1.1.1"));
  EXPECT_GT(throttle.attempt("ada", "1.1.1.1").retry_after(), 1'000'000'000);
}

TEST(LoginThrottle, RefusesSettingsThatMakeNoSense) {
  EXPECT_THROW(LoginThrottle({.free_per_name = 0}), std::invalid_argument);
  EXPECT_THROW(LoginThrottle({.first_wait_seconds = 10, .longest_wait_seconds = 5}), std::invalid_argument);
  EXPECT_THROW(LoginThrottle({.max_entries = 0}), std::invalid_argument);
}

}  // namespace
}  // namespace retort::login
