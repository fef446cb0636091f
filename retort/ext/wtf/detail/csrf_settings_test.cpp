// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/wtf/detail/csrf_settings.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/app/app.h"

namespace retort::wtf::detail {
namespace {

using ::testing::ElementsAre;

TEST(CsrfSettings, AreFlaskWtfs) {
  const App app{"defaults"};
  const CsrfSettings settings(app);
  EXPECT_TRUE(settings.enabled && settings.check_default && settings.ssl_strict && settings.cache_private);
  EXPECT_THAT(settings.methods, ElementsAre("POST", "PUT", "PATCH", "DELETE"));
  EXPECT_THAT(settings.headers, ElementsAre("X-CSRFToken", "X-CSRF-Token"));
  EXPECT_EQ(settings.field_name, "csrf_token");
  EXPECT_EQ(settings.meta_name, "csrf-token");
  EXPECT_EQ(*settings.time_limit, 3600);
  EXPECT_FALSE(settings.signer.has_value());
}

TEST(CsrfSettings, NoTimeLimitIsNone) {
  App app{"unlimited"};
  app.config["WTF_CSRF_TIME_LIMIT"] = nullptr;
  EXPECT_FALSE(CsrfSettings(app).time_limit.has_value());
  app.config["WTF_CSRF_TIME_LIMIT"] = 60;
  EXPECT_EQ(*CsrfSettings(app).time_limit, 60);
}

// Which keys an app's settings give, as "what they sign with; what they accept".
std::string keys_of(const App& app) {
  const CsrfSettings settings(app);
  std::string signs;
  std::string accepts;
  for (const char* key : {"app", "app-old", "own", "own-old"}) {
    const CsrfSigner one(key);
    const auto accepted = [](const CsrfSigner& by, const CsrfSigner& made) {
      try {
        by.check("x", made.sign("x"), {});
        return true;
      } catch (const std::exception&) {
        return false;
      }
    };
    if (accepted(one, *settings.signer)) signs += std::string(key) + " ";
    if (accepted(*settings.signer, one)) accepts += " " + std::string(key);
  }
  return signs + "|" + accepts;
}

TEST(CsrfSettings, OnlyTheNewestKeySigns) {
  App app{"keys"};
  app.config["SECRET_KEY"] = "app";
  EXPECT_EQ(keys_of(app), "app | app");
  app.config["SECRET_KEY_FALLBACKS"] = Value::list({"app-old"});
  EXPECT_EQ(keys_of(app), "app | app app-old");
  app.config["WTF_CSRF_SECRET_KEY"] = "own";
  EXPECT_EQ(keys_of(app), "own | own");
  app.config["WTF_CSRF_SECRET_KEY_FALLBACKS"] = Value::list({"own-old"});
  EXPECT_EQ(keys_of(app), "own | own own-old");
  app.config["WTF_CSRF_SECRET_KEY_FALLBACKS"] = nullptr;
  app.config["WTF_CSRF_SECRET_KEY"] = Value::list({"own-old", "own"});
  EXPECT_EQ(keys_of(app), "own | own own-old");
}

TEST(CsrfSettings, RefusesWhatIsNoSetting) {
  const std::pair<const char*, Value> wrong[] = {
      {"WTF_CSRF_SECRET_KEY", Value(7)},      {"WTF_CSRF_SECRET_KEY", Value("")},
      {"WTF_CSRF_METHODS", Value("POST")},    {"WTF_CSRF_HEADERS", Value::list({1, 2})},
      {"WTF_CSRF_TIME_LIMIT", Value("long")}, {"WTF_CSRF_FIELD_NAME", Value("")},
  };
  for (const auto& [key, value] : wrong) {
    App app{"wrong"};
    app.config[key] = value;
    EXPECT_THROW(CsrfSettings{app}, SetupError) << key << " " << value.repr();
  }
}

TEST(CsrfSettings, TheReferrersOriginIsTheHosts) {
  const struct {
    const char* referrer;
    const char* host;
    bool expected;
  } cases[] = {
      {"https://shop.example/", "shop.example", true},
      {"https://shop.example", "shop.example", true},
      {"HTTPS://SHOP.example/a?b#c", "shop.example", true},
      {"https://shop.example?q", "shop.example", true},
      {"https://shop.example#f", "shop.example", true},
      {"https://shop.example:443/", "shop.example", true},
      {"https://shop.example:8443/a", "shop.example:8443", true},
      {"https://[::1]/", "[::1]", true},
      {"https://[::1]:8443/x", "[::1]:8443", true},
      {"http://shop.example/", "shop.example", false},
      {"https://shop.example:8443/", "shop.example", false},
      {"https://shop.example/", "shop.example:8443", false},
      {"https://shop.example.evil.example/", "shop.example", false},
      {"https://evilshop.example/", "shop.example", false},
      {"https://evil.example/https://shop.example/", "shop.example", false},
      {"https://evil.example?https://shop.example/", "shop.example", false},
      {"https://shop.example@evil.example/", "shop.example", false},
      {"https://evil.example@shop.example/", "shop.example", false},
      {"https://evil.example\\@shop.example/", "shop.example", false},
      {"https://evil.example\\.shop.example/", "shop.example", false},
      {"https://%73hop.example/", "shop.example", false},
      {"https://shop.example:44a/", "shop.example", false},
      {"https://[::1/", "[::1]", false},
      {"//shop.example/", "shop.example", false},
      {"https:/shop.example/", "shop.example", false},
      {"shop.example", "shop.example", false},
      {"https://", "shop.example", false},
      {"https:///", "", false},
      {"null", "shop.example", false},
      {"", "shop.example", false},
      {"about:blank", "shop.example", false},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(is_same_origin(c.referrer, c.host), c.expected) << c.referrer << " for " << c.host;
  }
}

}  // namespace
}  // namespace retort::wtf::detail
