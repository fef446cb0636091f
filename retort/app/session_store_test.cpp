// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/session_store.h"

#include "tests/support/session_store_contract.h"

namespace retort::test {
namespace {

struct MakeMemoryStore {
  std::unique_ptr<SessionStore> operator()() const { return std::make_unique<MemorySessionStore>(); }
};
INSTANTIATE_TYPED_TEST_SUITE_P(Memory, SessionStoreContract, MakeMemoryStore);

bool has(MemorySessionStore& store, char digit, std::int64_t now = 100) {
  StoredSession out;
  return store.load(session_key(digit), now, out);
}

TEST(MemorySessionStore, ForgetsTheLongestUnusedOfNobodyFirst) {
  MemorySessionStore store({.max_sessions = 3});
  store.add(session_key('a'), stored_session("x", "7"), 100);
  store.add(session_key('b'), stored_session("x"), 100);
  store.add(session_key('c'), stored_session("x"), 100);
  EXPECT_TRUE(has(store, 'b'));  // c is the longest unused now
  store.add(session_key('d'), stored_session("x"), 100);
  EXPECT_EQ(store.size(), 3u);
  EXPECT_TRUE(has(store, 'a'));
  EXPECT_TRUE(has(store, 'b'));
  EXPECT_FALSE(has(store, 'c'));
  EXPECT_TRUE(has(store, 'd'));
}

TEST(MemorySessionStore, KeepsUsersLoggedInWhileStrangersComeInThousands) {
  MemorySessionStore store({.max_sessions = 10});
  store.add(session_key('a'), stored_session("x", "7"), 100);
  for (int i = 0; i < 5000; ++i) {
    std::string key = std::to_string(i);
    key.insert(0, 64 - key.size(), '0');
    store.add(key, stored_session("x"), 100);
  }
  EXPECT_EQ(store.size(), 10u);
  EXPECT_TRUE(has(store, 'a'));
}

TEST(MemorySessionStore, ForgetsUsersWhereThereIsNobodyElse) {
  MemorySessionStore store({.max_sessions = 2});
  store.add(session_key('a'), stored_session("x", "7"), 100);
  store.add(session_key('b'), stored_session("x", "8"), 100);
  EXPECT_TRUE(has(store, 'a'));
  store.add(session_key('c'), stored_session("x", "9"), 100);
  EXPECT_TRUE(has(store, 'a'));
  EXPECT_FALSE(has(store, 'b'));
  EXPECT_TRUE(store.of_owner("8", 100).empty());
}

TEST(MemorySessionStore, IsBoundedInBytes) {
  MemorySessionStore store({.max_bytes = 10'000});
  for (const char digit : {'a', 'b', 'c', 'd'})
    store.add(session_key(digit), stored_session(std::string(3000, 'x')), 100);
  EXPECT_EQ(store.size(), 2u);
  EXPECT_TRUE(has(store, 'd'));
  EXPECT_THROW(store.add(session_key('e'), stored_session(std::string(10'000, 'x')), 100), std::length_error);
  EXPECT_TRUE(has(store, 'd'));
}

TEST(MemorySessionStore, GivesUpWhatHasExpiredBeforeWhatHasNot) {
  MemorySessionStore store({.max_sessions = 2});
  store.add(session_key('a'), stored_session("x", "7", 100, 150), 100);
  store.add(session_key('b'), stored_session("x"), 100);
  store.add(session_key('c'), stored_session("x"), 200);
  EXPECT_TRUE(has(store, 'b', 200));
  EXPECT_TRUE(has(store, 'c', 200));
}

}  // namespace
}  // namespace retort::test
