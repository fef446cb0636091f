// SPDX-License-Identifier: BSD-3-Clause
// Flask-Security CVE-2021-32618, CVE-2023-49438: `next` after a login leads to another site.
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "retort/app/app.h"
#include "retort/app/globals.h"
#include "retort/app/redirect.h"
#include "retort/base/percent.h"
#include "retort/ext/login/login.h"
#include "retort/testing/client.h"

namespace retort {
namespace {

using namespace std::string_view_literals;

struct RedirectSite {
  App app{"site"};
  RedirectSite() {
    app.get("/go", "go", [] { return redirect(safe_next(request->args.get("next"), "/home")); });
  }
  /// Where a client is sent for this `next`, as it came.
  std::string go(std::string_view next, const char* host = "http://shop.example") {
    TestClient client(app, {.base_url = host});
    return std::string(client.get("/go?next=" + percent::encode(next, "")).location());
  }
};

TEST(LoginRedirects, LeadNowhereElse) {
  RedirectSite site;
  const std::string_view targets[] = {
      "", " ", "\t", "evil.example", "http://evil.example", "https://evil.example/", "HTTP://EVIL.EXAMPLE",
      "//evil.example", "///evil.example", "////evil.example", "//evil.example/%2f..", "/\\evil.example",
      "\\\\evil.example", "\\/evil.example", "/\\/evil.example", "/\\\\evil.example", "\\evil.example",
      // What browsers take out.
      "/\t/evil.example", "/\n/evil.example", "/\r/evil.example", "\t//evil.example", " //evil.example",
      "/\t\\evil.example", "\x01//evil.example", "\x1f/\t/evil.example", "//\tevil.example",
      "/\r\n/evil.example", "\0//evil.example"sv, "/\0/evil.example"sv, "http\t://evil.example",
      "ht\ntp://evil.example",
      // Control characters in the middle, a header's end among them.
      "/a\0b"sv,
      "/a\x01"
      "b",
      "/a\x7f",
      // Other schemes.
      "javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)",
      "data:text/html,x", "vbscript:x", "mailto:a@evil.example", "ftp://evil.example", "blob:x",
      "http:evil.example", "http:/evil.example", "http:///evil.example", "https:evil.example", "//",
      // Hosts that begin or end like this one, and users before the host.
      "http://shop.example.evil.example/", "http://shop.example@evil.example/",
      "http://shop.example:80@evil.example", "http://evil.example/http://shop.example/",
      "http://shop.exampleevil.example", "http://evil.example#shop.example", "http://shop.example:8080/",
      "https://shop.example/", "//shop.example/", "http://shop.example\\@evil.example.",
      "http://user:secret@shop.example/", "http://shop.example//evil.example",
      "http://shop.example/\\evil.example", "http://shop.example/./\\evil.example",
      // Dots that something on the way takes out.
      "/.//evil.example", "/..//evil.example", "/./.././/evil.example", "/%2e//evil.example",
      "/%2E%2e//evil.example", "/.%2e/\\evil.example", "/a/..//evil.example", "/a/%2e.//evil.example",
      "/a/b/../.././/evil.example", "/a//../..//evil.example",
      // Relative ones, which mean another page where the login page is.
      "evil", "./evil", "../evil", "?x=1", "#x", "@evil.example", ":evil.example", ";//evil.example",
      // What only looks like slashes, at the front.
      "\xef\xbc\x8f\xef\xbc\x8f"
      "evil.example",
      "\xe3\x80\x82//evil.example"};
  for (const std::string_view target : targets) {
    const std::string where = site.go(target);
    EXPECT_EQ(where, "/home") << target;
  }
}

TEST(LoginRedirects, LeadToPagesOfThisSite) {
  RedirectSite site;
  const std::pair<std::string_view, std::string_view> pages[] = {
      {"/", "/"},
      {"/posts?page=2&sort=new#top", "/posts?page=2&sort=new#top"},
      {" /posts ", "/posts"},
      {"/posts\x01", "/posts"},
      {"/a\tb", "/ab"},
      {"/users/@ada", "/users/@ada"},
      {"/search?q=http://evil.example//x", "/search?q=http://evil.example//x"},
      {"/search?q=\\\\x", "/search?q=%5C%5Cx"},
      {"/a//b", "/a//b"},
      {"/.well-known/x", "/.well-known/x"},
      {"/..a//b", "/..a//b"},
      {"/a/..", "/a/.."},
      {"/a/../b?from=/..//x", "/a/../b?from=/..//x"},
      {"/a/b/..//c", "/a/b/..//c"},
      {"/...//b", "/...//b"},
      {"/%2fevil.example", "/%2fevil.example"},
      {"http://shop.example/posts", "/posts"},
      {"http://shop.example", "/"},
      {"http://shop.example?x=1", "/?x=1"},
  };
  for (const auto& [target, expected] : pages) EXPECT_EQ(site.go(target), expected) << target;
  EXPECT_EQ(site.go("https://shop.example:8443/posts", "https://shop.example:8443"), "/posts");
}

TEST(LoginRedirects, GoHomeWithoutATarget) {
  RedirectSite site;
  TestClient client(site.app);
  EXPECT_EQ(client.get("/go").location(), "/home");
}

}  // namespace
}  // namespace retort
