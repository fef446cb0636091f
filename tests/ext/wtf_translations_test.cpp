// SPDX-License-Identifier: BSD-3-Clause
#include <memory>

#include <gtest/gtest.h>

#include "retort/app/app.h"
#include "retort/app/globals.h"
#include "retort/ext/wtf/translations.h"
#include "retort/testing/client.h"

namespace retort::wtf {
namespace {

class Shouting final : public Translations {
 public:
  std::string gettext(std::string_view message) const override { return std::string(message) + "!"; }
  std::string ngettext(std::string_view singular, std::string_view plural, std::int64_t n) const override {
    return gettext(n == 1 ? singular : plural);
  }
};

std::string greet() {
  const Translations* const language = current_translations();
  return gettext(language, "Hello") + " " + ngettext(language, "day", "days", 2);
}

TEST(Translations, AreEnglishWithoutAny) {
  EXPECT_EQ(current_translations(), nullptr);
  EXPECT_EQ(gettext(nullptr, "Hello"), "Hello");
  EXPECT_EQ(ngettext(nullptr, "day", "days", 1), "day");
  EXPECT_EQ(ngettext(nullptr, "day", "days", 0), "days");
  App app{"english"};
  app.get<greet>("/");
  EXPECT_EQ(app.test_client().get("/").text(), "Hello days");
}

TEST(Translations, AreOneLanguageForAnApp) {
  App app{"loud"};
  translations(app, std::make_unique<Shouting>());
  app.get<greet>("/");
  EXPECT_EQ(app.test_client().get("/").text(), "Hello! days!");
}

TEST(Translations, AreChosenForEachRequest) {
  static const Shouting shouting;
  App app{"both"};
  translations(app, []() -> const Translations* {
    return request->args.get("loud", "") == "1" ? &shouting : nullptr;
  });
  app.get<greet>("/");
  EXPECT_EQ(app.test_client().get("/?loud=1").text(), "Hello! days!");
  EXPECT_EQ(app.test_client().get("/").text(), "Hello days");
}

}  // namespace
}  // namespace retort::wtf
