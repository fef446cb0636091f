// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What every SessionStore must do. A store's test gives it what makes one:
//
//   INSTANTIATE_TYPED_TEST_SUITE_P(Redis, SessionStoreContract, MakeRedisStore);
//
// MakeRedisStore()() gives a std::unique_ptr to an empty store.

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "retort/app/session_store.h"
#include "retort/base/memory.h"

namespace retort::test {

inline std::string session_key(char digit) { return std::string(64, digit); }

inline StoredSession stored_session(std::string data, std::string owner = {}, std::int64_t last_seen = 100,
                                    std::int64_t expires = 1000) {
  return {std::move(data), std::move(owner), "10.0.0.1", "Browser/1.0", 50, last_seen, expires};
}

template <class Make>
class SessionStoreContract : public testing::Test {
 protected:
  std::unique_ptr<SessionStore> store = Make()();
};

TYPED_TEST_SUITE_P(SessionStoreContract);

TYPED_TEST_P(SessionStoreContract, GivesBackWhatWasAdded) {
  SessionStore& store = *this->store;
  const std::string data("bytes \0 \xff", 9);
  store.add(session_key('a'), stored_session(data, "7"), 100);
  StoredSession out;
  ASSERT_TRUE(store.load(session_key('a'), 100, out));
  EXPECT_EQ(out.data, data);
  EXPECT_EQ(out.owner, "7");
  EXPECT_EQ(out.remote_addr, "10.0.0.1");
  EXPECT_EQ(out.user_agent, "Browser/1.0");
  EXPECT_EQ(out.created, 50);
  EXPECT_EQ(out.last_seen, 100);
  EXPECT_EQ(out.expires, 1000);
  EXPECT_FALSE(store.load(session_key('b'), 100, out));
}

TYPED_TEST_P(SessionStoreContract, ForgetsWhatHasExpired) {
  SessionStore& store = *this->store;
  store.add(session_key('a'), stored_session("x", "7"), 100);
  StoredSession out;
  EXPECT_TRUE(store.load(session_key('a'), 999, out));
  EXPECT_FALSE(store.load(session_key('a'), 1000, out));
  EXPECT_FALSE(store.replace(session_key('a'), stored_session("y", "7", 1000, 2000), 1000));
  EXPECT_FALSE(store.load(session_key('a'), 1000, out));
  EXPECT_TRUE(store.of_owner("7", 1000).empty());
}

TYPED_TEST_P(SessionStoreContract, ReplacesWhatIsThereAndNothingElse) {
  SessionStore& store = *this->store;
  store.add(session_key('a'), stored_session("x"), 100);
  EXPECT_TRUE(store.replace(session_key('a'), stored_session("y", "7", 200, 2000), 200));
  StoredSession out;
  ASSERT_TRUE(store.load(session_key('a'), 1500, out));
  EXPECT_EQ(out.data, "y");
  EXPECT_EQ(store.of_owner("7", 1500).size(), 1u);
  EXPECT_TRUE(store.remove(session_key('a')));
  EXPECT_FALSE(store.replace(session_key('a'), stored_session("z"), 200));
  EXPECT_FALSE(store.load(session_key('a'), 200, out));
}

TYPED_TEST_P(SessionStoreContract, RemovesOnce) {
  SessionStore& store = *this->store;
  store.add(session_key('a'), stored_session("x", "7"), 100);
  EXPECT_TRUE(store.remove(session_key('a')));
  EXPECT_FALSE(store.remove(session_key('a')));
  EXPECT_TRUE(store.of_owner("7", 100).empty());
}

TYPED_TEST_P(SessionStoreContract, ListsAnOwnersSessionsTheLastSeenFirst) {
  SessionStore& store = *this->store;
  store.add(session_key('a'), stored_session("x", "7", 100), 100);
  store.add(session_key('b'), stored_session("y", "7", 300), 100);
  store.add(session_key('c'), stored_session("z", "8", 200), 100);
  store.add(session_key('d'), stored_session("nobody's"), 100);
  std::vector<std::string> keys;
  for (const auto& [key, session] : store.of_owner("7", 300)) {
    keys.push_back(key);
    EXPECT_EQ(session.owner, "7");
    EXPECT_EQ(session.data, "");
  }
  EXPECT_EQ(keys, (std::vector{session_key('b'), session_key('a')}));
  EXPECT_TRUE(store.replace(session_key('b'), stored_session("y", "8", 300), 300));
  EXPECT_EQ(store.of_owner("7", 300).size(), 1u);
  EXPECT_EQ(store.of_owner("8", 300).size(), 2u);
}

TYPED_TEST_P(SessionStoreContract, EndsASessionForGoodWhileOthersWriteIt) {
  SessionStore& store = *this->store;
  for (int round = 0; round < 50; ++round) {
    store.add(session_key('a'), stored_session("x", "7"), 100);
    std::thread writer([&] {
      for (int i = 0; i < 20; ++i) store.replace(session_key('a'), stored_session("y", "7"), 100);
    });
    store.remove(session_key('a'));
    writer.join();
    StoredSession out;
    ASSERT_FALSE(store.load(session_key('a'), 100, out));
  }
}

REGISTER_TYPED_TEST_SUITE_P(SessionStoreContract, GivesBackWhatWasAdded, ForgetsWhatHasExpired,
                            ReplacesWhatIsThereAndNothingElse, RemovesOnce,
                            ListsAnOwnersSessionsTheLastSeenFirst, EndsASessionForGoodWhileOthersWriteIt);

}  // namespace retort::test
