// SPDX-License-Identifier: BSD-3-Clause
#include "blog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <retort/testing/client.h>

namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Blog : public ::testing::Test {
 protected:
  retort::App app = create_app();
  retort::TestClient client = app.test_client();
};

TEST_F(Blog, ListsThePosts) {
  const auto home = client.get("/");
  EXPECT_EQ(home.status_code, 200);
  EXPECT_EQ(home.mimetype(), "text/html");
  EXPECT_THAT(home.text(), HasSubstr("<title>Home - Flask Blog</title>"));
  EXPECT_THAT(home.text(), HasSubstr("<a href=\"/post/1\">Getting Started with Flask</a>"));
  EXPECT_THAT(home.text(), HasSubstr("<a href=\"/post/3\">Flask Routing and URL Building</a>"));
  EXPECT_THAT(home.text(), HasSubstr("href=\"/static/css/blog.css\""));
}

TEST_F(Blog, ShowsAPost) {
  const auto post = client.get("/post/2");
  EXPECT_EQ(post.status_code, 200);
  EXPECT_THAT(post.text(), HasSubstr("<title>Understanding Jinja2 Templates - Flask Blog</title>"));
  EXPECT_THAT(post.text(), HasSubstr("the template engine that powers Flask&#39;s HTML rendering"));
  EXPECT_THAT(post.text(), Not(HasSubstr("Getting Started")));
}

TEST_F(Blog, ShowsWhatItIsAbout) { EXPECT_THAT(client.get("/about").text(), HasSubstr("About This Blog")); }

TEST_F(Blog, HasItsOwnPageForWhatIsNotFound) {
  for (const char* path : {"/post/4", "/post/x", "/nothing"}) {
    const auto missing = client.get(path);
    EXPECT_EQ(missing.status_code, 404) << path;
    EXPECT_THAT(missing.text(), HasSubstr("<a href=\"/\">Go back home</a>")) << path;
  }
}

TEST_F(Blog, ServesItsStyle) {
  const auto css = client.get("/static/css/blog.css");
  EXPECT_EQ(css.status_code, 200);
  EXPECT_EQ(css.mimetype(), "text/css");
  EXPECT_THAT(css.text(), HasSubstr(".nav-brand"));
}

}  // namespace
