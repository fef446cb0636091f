// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What the tests share: an app with an empty database in memory, and people who use it.
#include <string>
#include <string_view>

#include "app/app.h"
#include "app/models/models.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <retort/retort.h>
#include <retort/testing/client.h>

namespace flaskr {

inline constexpr const char* kPassword = "testpass123";

class Flaskr : public ::testing::Test {
 protected:
  explicit Flaskr(std::string_view config_name = "testing") : app(create_app(config_name)) {
    const auto context = app.app_context();
    db.create_all();
  }

  /// Puts somebody into the database, without the pages.
  void register_user(const std::string& name) {
    const auto context = app.app_context();
    User user{.username = name, .email = name + "@example.com"};
    user.set_password(kPassword);
    db.session().add(std::move(user));
    db.session().commit();
  }

  static TestResponse log_in(TestClient& client, const std::string& name, bool remember = false) {
    TestRequest request{.form = {{"email", name + "@example.com"}, {"password", kPassword}}};
    if (remember) request.form.add("remember", "y");
    return client.post("/auth/login", request);
  }

  static TestResponse write(TestClient& client, const std::string& title,
                            const std::string& body = "A text.") {
    return client.post("/post", {.form = {{"title", title}, {"body", body}}, .follow_redirects = true});
  }

  App app;
  TestClient client = app.test_client();
};

}  // namespace flaskr
