// SPDX-License-Identifier: BSD-3-Clause
// What a session keeps of a user, and who that is at the next request: ids, other ids, generations.
#include "tests/ext/login_site.h"
#include <gtest/gtest.h>

namespace retort::test {
namespace {

struct Tokened {
  std::int64_t id = 7;
  std::string token = "token.7";
  int login_generation = 3;
};

/// An app with one user; `set_up` says how that one is found.
struct TokenSite {
  Tokened user;
  LoginManager manager;
  App app{"site"};
  template <class F>
  explicit TokenSite(F set_up) {
    app.config["SECRET_KEY"] = "dev";
    set_up(*this);
    manager.init_app(app);
    app.get("/in", "in", [this] { return login_user(&user) ? "in" : "refused"; });
    app.get("/who", "who", [] { return current_user<Tokened>() ? "user" : "nobody"; });
    app.get("/everywhere", "everywhere", [] { return log_out_everywhere(current_user()) ? "done" : "no"; });
  }
};

/// That a login lasts, and ends with its generation.
void expect_logins_last(TokenSite& site, const char* kept) {
  TestClient client(site.app), phone(site.app);
  client.get("/in");
  phone.get("/in");
  client.session_transaction([&](Session& s) { EXPECT_EQ(s.get("_user_id"), Value(kept)); });
  EXPECT_EQ(client.get("/who").text(), "user");
  EXPECT_EQ(client.get("/everywhere").text(), "done");
  EXPECT_EQ(client.get("/who").text(), "user");
  EXPECT_EQ(phone.get("/who").text(), "nobody");
}

TEST(LoginIds, OfAnotherMemberHaveTheGenerationAsWell) {
  TokenSite site([](TokenSite& s) {
    s.manager.id_attribute<&Tokened::token>();
    s.manager.user_loader(
        [&s](const std::string& token) { return token == s.user.token ? &s.user : nullptr; });
  });
  expect_logins_last(site, "token.7.3");
}

TEST(LoginIds, AreReadForLoadersOfAnyUser) {
  TokenSite site([](TokenSite& s) {
    s.manager.user_loader([&s](std::int64_t id) { return id == 7 ? AnyUser(&s.user) : AnyUser(); });
  });
  expect_logins_last(site, "7.3");
  TestClient client(site.app);
  for (const char* id : {"7", "7.3", "7.", "07.4", "7.4.4"}) {
    client.session_transaction([&](Session& s) { s["_user_id"] = id; });
    EXPECT_EQ(client.get("/who").text(), "nobody") << id;
  }
}

struct Guest {};

TEST(LoginIds, AreThereOrTheLoginIsAMistake) {
  TokenSite site([](TokenSite& s) {
    s.manager.id_attribute<&Tokened::token>();
    s.manager.user_loader([&s](const std::string&) { return &s.user; });
  });
  const TestRequestContext context(site.app);
  EXPECT_THROW(login_user(AnyUser::anonymous(Guest{}), {.force = true}), std::invalid_argument);
}

}  // namespace
}  // namespace retort::test
