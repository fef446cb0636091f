// SPDX-License-Identifier: BSD-3-Clause
#include "app.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <retort/retort.h>
#include <retort/testing/client.h>

//[db]
#include "models.h"

//[/db]
namespace project_name {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class Site : public ::testing::Test {
 protected:
  //[db]
  void SetUp() override {
    auto context = app.app_context();
    create_tables();
    add_note("a first note");
  }

  //[/db]
  retort::App app = create_app("testing");
  retort::TestClient client = app.test_client();

  retort::TestResponse send_name(const std::string& name) {
    client.session_transaction([](retort::Session& session) { session["csrf_token"] = "token"; });
    return client.post("/account/name",
                       {.form = {{"csrf_token", "token"}, {"name", name}}, .follow_redirects = true});
  }
};

TEST_F(Site, HasPages) {
  EXPECT_THAT(client.get("/").text(), HasSubstr("Hello, stranger!"));
  //[db]
  EXPECT_THAT(client.get("/").text(), HasSubstr("<li>a first note</li>"));
  //[/db]
  EXPECT_EQ(client.get("/about").status_code, 200);
  const auto missing = client.get("/nowhere");
  EXPECT_EQ(missing.status_code, 404);
  EXPECT_THAT(missing.text(), HasSubstr("Back to the start"));
}

TEST_F(Site, RemembersAName) {
  EXPECT_THAT(send_name(" <Ada> ").text(),
              AllOf(HasSubstr("Welcome, &lt;Ada&gt;!"), HasSubstr("Hello, &lt;Ada&gt;!")));
  EXPECT_THAT(client.get("/").text(), HasSubstr("Hello, &lt;Ada&gt;!"));
}

TEST_F(Site, RefusesWhatIsNoName) {
  EXPECT_EQ(send_name("  ").status_code, 422);
  EXPECT_THAT(send_name(std::string(41, 'x')).text(), HasSubstr("too long"));
}

TEST_F(Site, RefusesFormsOfOthers) {
  EXPECT_EQ(client.post("/account/name", {.form = {{"name", "Eve"}}}).status_code, 400);
  EXPECT_EQ(client.post("/account/forget").status_code, 400);
}

}  // namespace
}  // namespace project_name
