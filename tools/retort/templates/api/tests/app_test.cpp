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

using retort::json;
using ::testing::HasSubstr;

class Api : public ::testing::Test {
 protected:
  //[db]
  void SetUp() override {
    auto context = app.app_context();
    create_tables();
  }

  //[/db]
  retort::App app = create_app("testing");
  retort::TestClient client = app.test_client();
};

TEST_F(Api, IsHealthy) { EXPECT_EQ(client.get("/health").text(), "{\"status\":\"ok\"}\n"); }

TEST_F(Api, KeepsNotes) {
  EXPECT_EQ(client.get("/api/notes").text(), "[]\n");
  const auto created = client.post("/api/notes", {.json = json({{"body", "first"}})});
  EXPECT_EQ(created.status_code, 201);
  EXPECT_EQ(created.location(), "/api/notes/1");
  EXPECT_EQ(client.get("/api/notes/1").text(), "{\"body\":\"first\",\"id\":1}\n");
  EXPECT_EQ(client.get("/api/notes").json().size(), 1u);
}

TEST_F(Api, RefusesWhatIsNoNote) {
  EXPECT_EQ(client.post("/api/notes", {.json = json({{"body", 7}})}).status_code, 422);
  EXPECT_EQ(client.post("/api/notes", {.json = json({{"body", ""}})}).status_code, 422);
  EXPECT_EQ(client.post("/api/notes", {.data = "{", .content_type = "application/json"}).status_code, 400);
}

TEST_F(Api, SaysItsErrorsAsJson) {
  const auto missing = client.get("/api/notes/7");
  EXPECT_EQ(missing.status_code, 404);
  EXPECT_THAT(missing.text(), HasSubstr("\"error\":\"Not Found\""));
  EXPECT_EQ(client.delete_("/api/notes").status_code, 405);
}

}  // namespace
}  // namespace project_name
