// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/signals.h"

#include <atomic>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/client.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/app/app.h"

namespace retort {
namespace {

using ::testing::ElementsAre;

struct Post {
  int id;
};

constexpr Namespace kBlog{"blog"};
constexpr auto kSaved = kBlog.signal<const Post&, std::string_view>("post-saved");

TEST(Signals, CarryTheirArgumentsToReceiversInOrder) {
  App app{"signals"};
  std::vector<std::string> heard;
  kSaved.connect(app, [&](App& sender, const Post& post, std::string_view by) {
    heard.push_back(sender.name() + " " + std::to_string(post.id) + " " + std::string(by));
  });
  kSaved.connect(app, [&](App& sender) { heard.push_back("app " + sender.name()); });
  kSaved.connect(app, [&] { heard.push_back("bare"); });
  kSaved.send(app, Post{7}, "ada");
  EXPECT_THAT(heard, ElementsAre("signals 7 ada", "app signals", "bare"));
}

TEST(Signals, OfOneAppAreNotHeardInAnother) {
  App one{"one"};
  App two{"two"};
  int heard = 0;
  kSaved.connect(one, [&] { ++heard; });
  kSaved.send(two, Post{1}, "");
  EXPECT_EQ(heard, 0);
  EXPECT_TRUE(kSaved.has_receivers_for(one));
  EXPECT_FALSE(kSaved.has_receivers_for(two));
  kSaved.send(one, Post{1}, "");
  EXPECT_EQ(heard, 1);
}

TEST(Signals, MayBeForOneSender) {
  App app{"senders"};
  const Post one{1};
  const Post two{2};
  int all = 0;
  int first = 0;
  kSaved.connect(app, [&] { ++all; });
  kSaved.connect_via(app, &one, [&] { ++first; });
  EXPECT_EQ(kSaved.receivers_for(app), 1U);
  EXPECT_EQ(kSaved.receivers_for(app, &one), 2U);
  kSaved.send_from(app, &one, one, "");
  kSaved.send_from(app, &two, two, "");
  kSaved.send(app, two, "");
  EXPECT_EQ(all, 3);
  EXPECT_EQ(first, 1);
}

TEST(Signals, DisconnectById) {
  App app{"disconnect"};
  int heard = 0;
  const ReceiverId id = kSaved.connect(app, [&] { ++heard; });
  kSaved.disconnect(app, id);
  kSaved.disconnect(app, id);
  kSaved.send(app, Post{1}, "");
  EXPECT_EQ(heard, 0);
  EXPECT_FALSE(kSaved.has_receivers_for(app));
}

TEST(Signals, AConnectionEndsWithItsOwner) {
  App app{"owner"};
  struct Owner {
    explicit Owner(App& app) : listening(kSaved.connected_to(app, [this] { ++heard; })) {}
    int heard = 0;
    Connection listening;
  };
  {
    const Owner owner(app);
    kSaved.send(app, Post{1}, "");
    EXPECT_EQ(owner.heard, 1);
  }
  EXPECT_FALSE(kSaved.has_receivers_for(app));
}

TEST(Signals, AConnectionMovesAndMayOutliveTheApp) {
  Connection kept;
  {
    App app{"short"};
    Connection made = kSaved.connected_to(app, [] {});
    kept = std::move(made);
    EXPECT_TRUE(kSaved.has_receivers_for(app));
    EXPECT_TRUE(kept.connected());
  }
  kept.disconnect();
  EXPECT_FALSE(kept.connected());
}

TEST(Signals, StayConnectedWhenTheAppMoves) {
  App app{"moved"};
  int heard = 0;
  kSaved.connect(app, [&] { ++heard; });
  App moved = std::move(app);
  kSaved.send(moved, Post{1}, "");
  EXPECT_EQ(heard, 1);
}

TEST(Signals, WithTwoSignaturesUnderOneNameAreAnError) {
  App app{"signatures"};
  kSaved.connect(app, [] {});
  const auto other = kBlog.signal<int>("post-saved");
  EXPECT_THROW(other.connect(app, [] {}), SetupError);
  EXPECT_THROW(other.send(app, 1), SetupError);
  EXPECT_NO_THROW(Namespace("shop").signal<int>("post-saved").connect(app, [] {}));
}

TEST(Signals, WhatAReceiverThrowsReachesTheSender) {
  App app{"throws"};
  kSaved.connect(app, [] { throw std::runtime_error("no"); });
  EXPECT_THROW(kSaved.send(app, Post{1}, ""), std::runtime_error);
}

TEST(Signals, AReceiverMayDisconnectItselfAndConnectOthers) {
  App app{"within"};
  int heard = 0;
  Connection once;
  once = kSaved.connected_to(app, [&] {
    ++heard;
    once.disconnect();
    kSaved.connect(app, [&] { heard += 10; });
  });
  kSaved.send(app, Post{1}, "");
  EXPECT_EQ(heard, 1);
  kSaved.send(app, Post{1}, "");
  EXPECT_EQ(heard, 11);
}

TEST(Signals, AreSafeToUseFromManyThreads) {
  App app{"threads"};
  std::atomic<int> heard{0};
  kSaved.connect(app, [&] { heard.fetch_add(1); });
  std::atomic<bool> stop{false};
  std::thread other([&] {
    while (!stop) {
      const Connection listening = kSaved.connected_to(app, [&] { heard.fetch_add(0); });
    }
  });
  std::vector<std::thread> senders;
  for (int i = 0; i < 3; ++i) {
    senders.emplace_back([&] {
      for (int n = 0; n < 200; ++n) kSaved.send(app, Post{n}, "");
    });
  }
  for (auto& sender : senders) sender.join();
  stop = true;
  other.join();
  EXPECT_EQ(heard.load(), 600);
}

// The order is that of Flask 3.1.
TEST(Signals, OfARequestComeInFlasksOrder) {
  App app{"order"};
  std::vector<std::string> events;
  const auto note = [&](const char* what) { return [&events, what] { events.emplace_back(what); }; };
  appcontext_pushed.connect(app, note("appcontext-pushed"));
  request_started.connect(app, note("request-started"));
  request_finished.connect(app, [&](App&, Response& response) {
    response.headers.set("X-Seen", "yes");
    events.push_back("request-finished " + response.status());
  });
  request_tearing_down.connect(app, note("request-tearing-down"));
  appcontext_tearing_down.connect(app, note("appcontext-tearing-down"));
  appcontext_popped.connect(app, note("appcontext-popped"));
  app.before_request(note("before"));
  app.after_request([&](Response&) { events.emplace_back("after"); });
  app.teardown_request([&] { events.emplace_back("teardown"); });
  app.teardown_appcontext([&] { events.emplace_back("teardown_appcontext"); });
  app.get("/", [] { return "x"; });
  EXPECT_EQ(app.test_client().get("/").headers["X-Seen"], "yes");
  EXPECT_THAT(events, ElementsAre("appcontext-pushed", "request-started", "before", "after",
                                  "request-finished 200 OK", "teardown", "request-tearing-down",
                                  "teardown_appcontext", "appcontext-tearing-down", "appcontext-popped"));
}

TEST(Signals, TellOfExceptions) {
  App app{"exceptions"};
  std::vector<std::string> events;
  const auto note = [&](App&, const std::exception_ptr& error) {
    try {
      if (error) std::rethrow_exception(error);
      events.emplace_back("none");
    } catch (const std::exception& e) {
      events.emplace_back(e.what());
    }
  };
  got_request_exception.connect(app, note);
  request_tearing_down.connect(app, note);
  request_finished.connect(app, [&](App&, Response& response) { events.push_back(response.status()); });
  app.get("/", []() -> std::string { throw std::runtime_error("boom"); });
  app.get("/gone", []() -> std::string { abort(410); });
  app.logger.remove_standard_error();
  EXPECT_EQ(app.test_client().get("/").status_code, 500);
  EXPECT_THAT(events, ElementsAre("boom", "500 INTERNAL SERVER ERROR", "boom"));
  events.clear();
  EXPECT_EQ(app.test_client().get("/gone").status_code, 410);
  EXPECT_THAT(events, ElementsAre("410 GONE", "none"));
}

TEST(Signals, FailingAtTheEndOfAContextAreLoggedAndLeaveTheRest) {
  App app{"ending"};
  std::vector<std::string> logged;
  app.logger.remove_standard_error();
  app.logger.add_sink(
      [](void* user, LogLevel, std::string_view line) {
        static_cast<std::vector<std::string>*>(user)->emplace_back(line);
      },
      &logged);
  int popped = 0;
  request_tearing_down.connect(app, [] { throw std::runtime_error("late"); });
  appcontext_popped.connect(app, [&] { ++popped; });
  app.get("/", [] { return "x"; });
  EXPECT_EQ(app.test_client().get("/").status_code, 200);
  EXPECT_EQ(popped, 1);
  EXPECT_THAT(logged, ElementsAre("a receiver of the signal 'request-tearing-down' failed: "
                                  "std::runtime_error: late"));
}

TEST(Signals, LetGoOfAReceiverThatIsDisconnected) {
  App app{"t"};
  auto held = std::make_shared<int>(1);
  Connection listening = request_started.connected_to(app, [held] { ++*held; });
  listening.disconnect();
  EXPECT_EQ(held.use_count(), 1);
}

TEST(Signals, AreSentWhileReceiversComeAndGo) {
  App app{"t"};
  std::atomic<bool> done{false};
  std::atomic<int> heard{0}, lasting{0};
  constexpr Namespace own{"own"};
  constexpr auto saved = own.signal<int>("saved");
  saved.connect(app, [&] { ++lasting; });
  const auto sending = [&] {
    while (!done) {
      request_started.send(app);
      saved.send(app, 1);
    }
  };
  std::thread first(sending), second(sending);
  for (int i = 0; i < 2000 || lasting == 0; ++i) {
    auto text = std::make_shared<std::string>(100, 'x');
    const Connection a = request_started.connected_to(app, [&heard, text] { heard += text->size() == 100; });
    const Connection b = saved.connected_to(app, [&heard, text] { heard += text->size() == 100; });
  }
  done = true;
  first.join();
  second.join();
  EXPECT_EQ(saved.receivers_for(app), 1U);
  EXPECT_EQ(request_started.receivers_for(app), 0U);
}

}  // namespace
}  // namespace retort
