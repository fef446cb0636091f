// SPDX-License-Identifier: BSD-3-Clause
#include "api.h"

#include <gtest/gtest.h>
#include <retort/testing/client.h>

namespace {

using retort::json;
using retort::Value;

class Api : public ::testing::Test {
 protected:
  retort::App app = create_app();
  retort::TestClient client = app.test_client();

  retort::TestResponse add(std::string_view name, std::string_view email) {
    return client.post("/api/users", {.json = json({{"name", name}, {"email", email}})});
  }
};

TEST_F(Api, IsHealthy) {
  const auto response = client.get("/api/health");
  EXPECT_EQ(response.status_code, 200);
  EXPECT_EQ(response.text(), "{\"status\":\"ok\"}\n");
  EXPECT_EQ(response.mimetype(), "application/json");
}

TEST_F(Api, CreatesListsAndShowsUsers) {
  EXPECT_EQ(client.get("/api/users").text(), "[]\n");
  const auto created = add("Ada", "ada@example.com");
  EXPECT_EQ(created.status_code, 201);
  EXPECT_EQ(created.location(), "/api/users/1");
  EXPECT_EQ(created.text(), "{\"email\":\"ada@example.com\",\"id\":1,\"name\":\"Ada\"}\n");
  add("Bob", "bob@example.com");
  EXPECT_EQ(client.get("/api/users").json().size(), 2u);
  EXPECT_EQ(client.get("/api/users/2").json()["name"], Value("Bob"));
}

TEST_F(Api, RefusesWhatIsNoUser) {
  EXPECT_EQ(client.post("/api/users", {.data = "{", .content_type = "application/json"}).status_code, 400);
  EXPECT_EQ(client.post("/api/users", {.data = "x", .content_type = "text/plain"}).status_code, 415);
  const auto missing = client.post("/api/users", {.json = json({{"name", 7}})});
  EXPECT_EQ(missing.status_code, 422);
  EXPECT_EQ(
      missing.text(),
      "{\"errors\":{\"email\":[\"Missing data for required field.\"],\"name\":[\"Not a valid string.\"]}}\n");
  EXPECT_EQ(add("", "nowhere").json()["errors"].size(), 2u);
}

TEST_F(Api, AnEmailBelongsToOneUser) {
  add("Ada", "ada@example.com");
  const auto again = add("Eve", "ada@example.com");
  EXPECT_EQ(again.status_code, 409);
  EXPECT_EQ(again.text(), "{\"error\":\"Email already exists\"}\n");
  add("Bob", "bob@example.com");
  EXPECT_EQ(client.put("/api/users/2", {.json = json({{"email", "ada@example.com"}})}).status_code, 409);
}

TEST_F(Api, ChangesAndDeletesUsers) {
  add("Ada", "ada@example.com");
  const auto changed = client.put("/api/users/1", {.json = json({{"name", "Countess"}})});
  EXPECT_EQ(changed.text(), "{\"email\":\"ada@example.com\",\"id\":1,\"name\":\"Countess\"}\n");
  EXPECT_EQ(client.delete_("/api/users/1").status_code, 204);
  EXPECT_EQ(client.delete_("/api/users/1").status_code, 404);
  EXPECT_EQ(client.get("/api/users/1").text(), "{\"error\":\"Not found\"}\n");
}

TEST_F(Api, AnswersErrorsAsJson) {
  EXPECT_EQ(client.get("/nowhere").text(), "{\"error\":\"Not found\"}\n");
  const auto response = client.delete_("/api/users");
  EXPECT_EQ(response.status_code, 405);
  EXPECT_EQ(response.headers["Allow"], "GET, HEAD, OPTIONS, POST");
  EXPECT_EQ(client.get("/api/users/99999999999999999999").status_code, 404);
}

}  // namespace
