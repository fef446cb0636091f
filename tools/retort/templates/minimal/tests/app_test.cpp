// SPDX-License-Identifier: BSD-3-Clause
#include "app.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <retort/testing/client.h>

//[db]
#include "models.h"

//[/db]
namespace project_name {
namespace {

using ::testing::HasSubstr;

TEST(App, GreetsItsVisitors) {
  retort::App app = create_app("testing");
  const auto response = app.test_client().get("/");
  EXPECT_EQ(response.status_code, 200);
  EXPECT_THAT(response.text(), HasSubstr("Hello from project_name!"));
}

TEST(App, ServesItsStyle) {
  retort::App app = create_app("testing");
  EXPECT_EQ(app.test_client().get("/static/style.css").mimetype(), "text/css");
  EXPECT_EQ(app.test_client().get("/nowhere").status_code, 404);
}
//[db]

TEST(App, ListsNotes) {
  retort::App app = create_app("testing");
  {
    auto context = app.app_context();
    create_tables();
    add_note("first");
  }
  EXPECT_EQ(app.test_client().get("/notes").text(), "[\"first\"]\n");
}
//[/db]

}  // namespace
}  // namespace project_name
