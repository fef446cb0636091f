// SPDX-License-Identifier: BSD-3-Clause
// Posts that another site makes a visitor's browser send, and tokens that are not the visitor's.
#include <cstddef>
#include <cstdint>
#include <string>

#include "tests/security/csrf_shop.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/app/blueprint.h"
#include "retort/base/base64.h"
#include "retort/ext/wtf/detail/csrf_signer.h"
#include "retort/ext/wtf/validation_error.h"

// The linker puts this in front of crypto::constant_time_equal (CMakeLists.txt), to count its calls.
namespace {
int comparisons = 0;
}
bool really_equal(std::string_view a, std::string_view b) asm(
    "__real__ZN6retort6crypto19constant_time_equalESt17basic_string_viewIcSt11char_traitsIcEES4_");
bool counted_equal(std::string_view a, std::string_view b) asm(
    "__wrap__ZN6retort6crypto19constant_time_equalESt17basic_string_viewIcSt11char_traitsIcEES4_");
bool counted_equal(std::string_view a, std::string_view b) {
  ++comparisons;
  return really_equal(a, b);
}

namespace retort {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Csrf, CrossSitePost) {
  CsrfShop shop;
  Visitor victim(shop);
  const std::string token = victim.token();
  // A page of another site can send forms with the victim's cookies, and nothing that it cannot read.
  const TestRequest forged[] = {
      {},
      {.form = {{"amount", "100"}}},
      {.form = {{"amount", "100"}}, .headers = {{"Origin", "https://evil.example"}}},
      {.form = {{"amount", "100"}}, .files = {{.name = "f", .filename = "f", .data = "x"}}},
      {.data = "{\"amount\": 100, \"x\": \"=\"}", .content_type = "text/plain"},
      {.form = {{"csrf_token", ""}}},
      {.form = {{"csrf_token", "null"}}},
      {.form = {{"csrf_token", "undefined"}}},
  };
  for (std::size_t i = 0; i < std::size(forged); ++i) EXPECT_EQ(victim.transfer(forged[i]), 400) << i;
  EXPECT_EQ(shop.transfers, 0);
  EXPECT_EQ(victim.transfer_with(token), 200);
  EXPECT_EQ(shop.transfers, 1);
}

TEST(Csrf, TokenOfAnotherSession) {
  CsrfShop shop;
  Visitor victim(shop);
  Visitor attacker(shop);
  victim.token();
  const std::string stolen = attacker.token();
  EXPECT_EQ(victim.refusal({.form = {{"csrf_token", stolen}}}), "The CSRF tokens do not match.");
  EXPECT_EQ(victim.refusal({.headers = {{"X-CSRFToken", stolen}}}), "The CSRF tokens do not match.");
  EXPECT_EQ(attacker.transfer_with(stolen), 200);
}

TEST(Csrf, LoginAsSomebodyElse) {
  CsrfShop shop;
  Visitor attacker(shop);
  const TestRequest forged{.form = {{"user", "attacker"}, {"csrf_token", attacker.token()}}};
  Visitor fresh(shop);
  EXPECT_EQ(fresh.client.post("/login", forged).status_code, 400);
  Visitor with_session(shop);
  with_session.token();
  EXPECT_EQ(with_session.client.post("/login", forged).status_code, 400);
  for (Visitor* victim : {&fresh, &with_session}) EXPECT_EQ(victim->client.get("/who").data, "nobody");
}

TEST(Csrf, TokenFromBeforeASessionWasEmptied) {
  CsrfShop shop;
  shop.app.get("/logout", [] {
    session.clear();
    return "bye";
  });
  Visitor visitor(shop);
  const std::string old = visitor.token();
  visitor.client.get("/logout");
  EXPECT_EQ(visitor.refusal({.form = {{"csrf_token", old}}}), "The CSRF session token is missing.");
  visitor.token();
  EXPECT_EQ(visitor.refusal({.form = {{"csrf_token", old}}}), "The CSRF tokens do not match.");
}

class HoursAgo : public signing::TimeSource {
 public:
  explicit HoursAgo(std::int64_t seconds) : seconds_(seconds) {}
  std::int64_t now() const override { return TimeSource::now() - seconds_; }

 private:
  std::int64_t seconds_;
};

TEST(Csrf, ExpiredToken) {
  CsrfShop shop;
  Visitor visitor(shop);
  visitor.token();
  std::string remembered;
  visitor.client.session_transaction([&](Session& s) { remembered = s.get("csrf_token", ""); });
  const auto token_of = [&](std::int64_t age) {
    const HoursAgo then(age);
    return wtf::detail::CsrfSigner("dev", &then).sign(remembered);
  };
  EXPECT_EQ(visitor.transfer_with(token_of(3500)), 200);
  EXPECT_EQ(visitor.refusal({.form = {{"csrf_token", token_of(3700)}}}), "The CSRF token has expired.");
  EXPECT_EQ(visitor.refusal({.form = {{"csrf_token", token_of(-3600)}}}), "The CSRF token has expired.");
}

// As Python reads it, which ignores bits that mean nothing.
std::string signature_of(const std::string& token) {
  std::string text = token.substr(token.rfind('.') + 1);
  for (char& c : text) c = c == '-' ? '+' : c == '_' ? '/' : c;
  return base64::decode_lenient(text + "=").value_or("");
}

TEST(Csrf, TokenAlteredBitByBit) {
  CsrfShop shop;
  Visitor visitor(shop);
  const std::string token = visitor.token();
  const std::size_t signature = token.rfind('.') + 1;
  for (std::size_t i = 0; i < token.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string altered = token;
      altered[i] = static_cast<char>(altered[i] ^ (1 << bit));
      // The last digit of base64 has bits that mean nothing: the same signature, written otherwise.
      const bool same = i >= signature && signature_of(altered) == signature_of(token);
      if (same) continue;
      EXPECT_EQ(visitor.transfer_with(altered), 400) << "byte " << i << ", bit " << bit;
    }
  }
  for (const std::string& altered :
       {token + "A", "A" + token, token.substr(1), token.substr(0, token.size() - 1), token + "." + token,
        token.substr(0, signature), token.substr(signature)}) {
    EXPECT_EQ(visitor.transfer_with(altered), 400) << altered;
  }
  EXPECT_EQ(shop.transfers, 0);
}

TEST(Csrf, SessionCookieAltered) {
  CsrfShop shop;
  Visitor visitor(shop);
  const std::string token = visitor.token();
  std::string cookie = visitor.client.get_cookie("session")->value;
  cookie[3] = cookie[3] == 'x' ? 'y' : 'x';
  visitor.client.set_cookie("session", cookie);
  EXPECT_EQ(visitor.refusal({.form = {{"csrf_token", token}}}), "The CSRF session token is missing.");
}

TEST(Csrf, WhatIsSignedForSomethingElseIsNoToken) {
  CsrfShop shop;
  Visitor visitor(shop);
  visitor.token();
  const std::string cookie = visitor.client.get_cookie("session")->value;
  EXPECT_EQ(visitor.refusal({.form = {{"csrf_token", cookie}}}), "The CSRF token is invalid.");
  std::string remembered;
  visitor.client.session_transaction([&](Session& s) { remembered = s.get("csrf_token", ""); });
  EXPECT_EQ(visitor.refusal({.form = {{"csrf_token", remembered}}}), "The CSRF token is invalid.");
}

TEST(Csrf, TokenInTheWrongPlace) {
  CsrfShop shop;
  Visitor visitor(shop);
  const std::string token = visitor.token();
  visitor.client.set_cookie("csrf_token", token);
  visitor.client.set_cookie("X-CSRFToken", token);
  const TestRequest misplaced[] = {
      {},  // in a cookie
      {.query_string = {{"csrf_token", token}}},
      {.query_string = {{"X-CSRFToken", token}}},
      {.json = json({{"csrf_token", token}})},
      {.data = "csrf_token=" + token, .content_type = "text/plain"},
      {.data = "csrf_token=" + token},
      {.form = {{"csrf_token2", token}}},
      {.form = {{"token", token}}},
      {.form = {{"CSRF_TOKEN", token}}},
      {.files = {{.name = "csrf_token", .filename = "t.txt", .data = token}}},
      {.headers = {{"Authorization", "Bearer " + token}}},
      {.headers = {{"X-XSRF-Token", token}}},
      {.headers = {{"X_CSRFToken", token}}},
      {.headers = {{"X_CSRF_Token", token}}},
      {.headers = {{"csrf_token", token}}},
  };
  for (std::size_t i = 0; i < std::size(misplaced); ++i) {
    EXPECT_EQ(visitor.refusal(misplaced[i]), "The CSRF token is missing.") << i;
  }
}

TEST(Csrf, HeaderVariants) {
  CsrfShop shop;
  Visitor visitor(shop);
  const std::string token = visitor.token();
  const std::pair<TestRequest, int> cases[] = {
      {{.headers = {{"X-CSRFTOKEN", token}}}, 200},
      {{.headers = {{"x-csrf-token", token}}}, 200},
      {{.headers = {{"X-CSRFToken", ""}, {"X-CSRF-Token", token}}}, 200},
      {{.headers = {{"X-CSRFToken", "x"}, {"X-CSRF-Token", token}}}, 400},
      {{.headers = {{"X-CSRFToken", "x"}, {"X-CSRFToken", token}}}, 400},
      {{.headers = {{"X-CSRFToken", "\"" + token + "\""}}}, 400},
      {{.headers = {{"X-CSRFToken", token + ", " + token}}}, 400},
  };
  for (std::size_t i = 0; i < std::size(cases); ++i) {
    EXPECT_EQ(visitor.transfer(cases[i].first), cases[i].second) << i;
  }
}

TEST(Csrf, MethodsInDisguise) {
  CsrfShop shop;
  shop.app.post("/only-post", "only_post", [&shop] { return std::to_string(++shop.transfers); });
  Visitor visitor(shop);
  EXPECT_EQ(visitor.client.open("post", "/only-post").status_code, 405);
  EXPECT_EQ(visitor.client.open("Post", "/only-post").status_code, 405);
  EXPECT_EQ(visitor.client.get("/only-post", {.headers = {{"X-HTTP-Method-Override", "POST"}}}).status_code,
            405);
  EXPECT_EQ(visitor.client.get("/only-post?_method=POST").status_code, 405);
  EXPECT_EQ(visitor.transfer({.headers = {{"X-HTTP-Method-Override", "GET"}}}), 400);
  EXPECT_EQ(visitor.transfer({.form = {{"_method", "GET"}}}), 400);
  EXPECT_EQ(shop.transfers, 0);
}

TEST(Csrf, ExemptBlueprintDoesNotLeak) {
  CsrfShop shop;
  const auto ok = [] { return std::string("ok"); };
  Blueprint open{"api"};
  open.post("/post", "post", ok);
  shop.csrf.exempt(open);
  Blueprint inner{"api"};  // another one of the same name, nested elsewhere
  inner.post("/post", "post", ok);
  Blueprint outer{"outer"};
  outer.register_blueprint(inner, {.url_prefix = "/api"});
  Blueprint longer{"api2"};
  longer.post("/post", "post", ok);
  Blueprint below{"below"};  // its URLs lie below the exempt ones
  below.post("/post", "post", ok);
  shop.app.register_blueprint(open, {.url_prefix = "/api"});
  shop.app.register_blueprint(outer, {.url_prefix = "/outer"});
  shop.app.register_blueprint(longer, {.url_prefix = "/api2"});
  shop.app.register_blueprint(below, {.url_prefix = "/api/below"});
  shop.app.post("/api/of-app", "of_app", ok);
  Visitor visitor(shop);
  EXPECT_EQ(visitor.client.post("/api/post").status_code, 200);
  for (const char* path : {"/outer/api/post", "/api2/post", "/api/below/post", "/api/of-app", "/transfer"})
    EXPECT_EQ(visitor.client.post(path).status_code, 400) << path;
}

std::string validate_in_view() {
  try {
    wtf::validate_csrf_field(request->form.get("csrf_token", ""));
  } catch (const wtf::ValidationError& error) {
    return error.message();
  }
  return "valid";
}

TEST(Csrf, ExemptViewsLeaveTheirFormsProtected) {
  CsrfShop shop;
  shop.csrf.exempt<validate_in_view>();
  shop.app.post<validate_in_view>("/form");
  Visitor visitor(shop);
  EXPECT_EQ(visitor.client.post("/form").data, "The CSRF token is missing.");
  EXPECT_EQ(visitor.transfer_with(visitor.token()),
            200);  // what is checked here counts for this request alone
  EXPECT_EQ(visitor.client.post("/form").data, "The CSRF token is missing.");
  EXPECT_EQ(visitor.client.post("/form", {.form = {{"csrf_token", visitor.token()}}}).data, "valid");
}

TEST(Csrf, TokensAreComparedInConstantTime) {
  CsrfShop shop;
  Visitor visitor(shop);
  Visitor other(shop);
  const std::string token = visitor.token();
  const auto comparisons_of = [&](const std::string& text) {
    const int before = comparisons;
    visitor.transfer_with(text);
    return comparisons - before;
  };
  // The cookie's signature, the token's, and what it holds.
  EXPECT_EQ(comparisons_of(""), 0);
  EXPECT_EQ(comparisons_of("a.b." + std::string(27, 'A')), 2);
  EXPECT_EQ(comparisons_of(other.token()), 3);
  EXPECT_EQ(comparisons_of(token), 3);
}

TEST(Csrf, RefusalsSayNothingOfTheRequest) {
  CsrfShop shop;
  Visitor visitor(shop);
  visitor.token();
  const TestResponse answer =
      visitor.client.post("/transfer?<script>1</script>", {.form = {{"csrf_token", "<script>2</script>"}}});
  EXPECT_EQ(answer.status_code, 400);
  EXPECT_THAT(answer.data, Not(HasSubstr("script")));
}

TEST(Csrf, LongTokensAreRefusedCheaply) {
  CsrfShop shop;
  Visitor visitor(shop);
  visitor.token();
  // A compressed payload is not opened before its signature is right.
  const std::string text = "." + std::string(300'000, 'A') + ".arE7gA.GyMZ33S5BKjGxN--n7Chr9Crl8g";
  EXPECT_EQ(visitor.refusal({.form = {{"csrf_token", text}}}), "The CSRF token is invalid.");
  EXPECT_EQ(visitor.refusal({.form = {{"csrf_token", std::string(300'000, '.')}}}),
            "The CSRF token is invalid.");
}

TEST(Csrf, PagesWithATokenAreNotSharedByCaches) {
  CsrfShop shop;
  shop.app.after_request(
      [](Response& response) { response.headers["Cache-Control"] = "public, s-maxage=600"; });
  Visitor visitor(shop);
  const TestResponse page = visitor.client.get("/token");
  EXPECT_EQ(page.headers.get("Cache-Control", ""), "private");
  EXPECT_EQ(page.headers.get("Vary", ""), "Cookie");
}

}  // namespace
}  // namespace retort
