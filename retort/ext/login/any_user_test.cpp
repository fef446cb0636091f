// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/login/any_user.h"

#include <memory>
#include <optional>

#include <gtest/gtest.h>

#include "retort/value/methods.h"

namespace retort::login {
namespace {

struct Plain {
  std::int64_t id = 7;
  std::string name = "ada";
};

struct Full {
  std::string token;
  bool active = true, authenticated = true;
  std::string get_id() const { return token; }
  bool is_active() const { return active; }
  bool is_authenticated() const { return authenticated; }
  bool is_anonymous() const { return false; }
};

struct Member {
  Uuid id;
  bool is_active = false;
};

struct Counted {
  std::int64_t id = 7;
  int login_generation = 3;
};

struct Guest {
  std::string name = "guest";
};

TEST(AnyUser, IsNobodyByDefault) {
  const AnyUser nobody;
  EXPECT_FALSE(nobody);
  EXPECT_FALSE(nobody.is_authenticated());
  EXPECT_FALSE(nobody.is_active());
  EXPECT_TRUE(nobody.is_anonymous());
  EXPECT_EQ(nobody.get_id(), std::nullopt);
  EXPECT_TRUE(nobody.value().is_undefined());
  EXPECT_FALSE(AnyUser(nullptr));
  EXPECT_FALSE(AnyUser(static_cast<Plain*>(nullptr)));
  EXPECT_FALSE(AnyUser(std::optional<Plain>()));
  EXPECT_FALSE(AnyUser(std::unique_ptr<Plain>()));
}

TEST(AnyUser, HasUserMixinsDefaults) {
  const AnyUser user = Plain{};
  EXPECT_TRUE(user.is_authenticated());
  EXPECT_TRUE(user.is_active());
  EXPECT_FALSE(user.is_anonymous());
  EXPECT_EQ(user.get_id(), "7");
}

TEST(AnyUser, AsksTheStructWhereItAnswers) {
  Full full{"token-1"};
  const AnyUser user = &full;
  EXPECT_EQ(user.get_id(), "token-1");
  EXPECT_TRUE(user.is_authenticated());
  full.authenticated = false;
  EXPECT_FALSE(user.is_authenticated());
  full.active = false;
  EXPECT_FALSE(user.is_active());
}

TEST(AnyUser, IsNotAuthenticatedWhenItIsNotActive) {
  const AnyUser user = Member{};
  EXPECT_FALSE(user.is_active());
  EXPECT_FALSE(user.is_authenticated());
  EXPECT_EQ(user.get_id(), "00000000-0000-0000-0000-000000000000");
}

TEST(AnyUser, GivesItsTypeAndNoOther) {
  const auto shared = std::make_shared<Plain>();
  const AnyUser user = shared;
  EXPECT_EQ(user.get<Plain>(), shared.get());
  EXPECT_EQ(user.get<const Plain>(), shared.get());
  EXPECT_EQ(*user.get<std::shared_ptr<Plain>>(), shared);
  EXPECT_EQ(user.get<Full>(), nullptr);
  const AnyUser constant = std::make_shared<const Plain>();
  EXPECT_EQ(constant.get<Plain>(), nullptr);
  ASSERT_NE(constant.get<const Plain>(), nullptr);
  EXPECT_EQ(constant.get<const Plain>()->name, "ada");
}

TEST(AnyUser, OwnsWhatItWasMadeFrom) {
  AnyUser user = std::make_unique<Plain>();
  const AnyUser copy = user;
  user = nullptr;
  ASSERT_TRUE(copy);
  EXPECT_EQ(copy.get<Plain>()->name, "ada");
}

TEST(AnyUser, IsSeenByTemplates) {
  const AnyUser user = Plain{};
  EXPECT_EQ(get_attribute(user.value(), "name"), Value("ada"));
}

TEST(AnyUser, PutsTheGenerationIntoTheId) {
  Counted counted;
  const AnyUser user = &counted;
  EXPECT_EQ(user.get_id(), "7.3");
  EXPECT_EQ(user.plain_id(), "7");
  EXPECT_TRUE(user.next_generation());
  EXPECT_EQ(counted.login_generation, 4);
  EXPECT_EQ(user.get_id(), "7.4");
  EXPECT_FALSE(AnyUser(Plain{}).next_generation());
}

TEST(AnyUser, IsEqualByIds) {
  EXPECT_TRUE(AnyUser(Plain{1, "a"}) == AnyUser(Plain{1, "b"}));
  EXPECT_FALSE(AnyUser(Plain{1, "a"}) == AnyUser(Plain{2, "a"}));
  EXPECT_FALSE(AnyUser(Plain{1, "a"}) == AnyUser());
  EXPECT_TRUE(AnyUser() == AnyUser());
}

TEST(AnyUser, AnonymousOnesAreNotAuthenticated) {
  const AnyUser guest = AnyUser::anonymous(Guest{});
  EXPECT_TRUE(guest);
  EXPECT_FALSE(guest.is_authenticated());
  EXPECT_FALSE(guest.is_active());
  EXPECT_TRUE(guest.is_anonymous());
  EXPECT_EQ(guest.get_id(), std::nullopt);
  EXPECT_EQ(guest.get<Guest>()->name, "guest");
  EXPECT_FALSE(AnyUser::anonymous(Plain{}).is_authenticated());
}

}  // namespace
}  // namespace retort::login
