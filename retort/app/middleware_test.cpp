// SPDX-License-Identifier: BSD-3-Clause
// Expected values are Werkzeug 3.1's.
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/client.h"
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "retort/app/app.h"
#include "retort/app/dispatcher_middleware.h"
#include "retort/app/globals.h"
#include "retort/app/proxy_fix.h"
#include "retort/app/shared_data_middleware.h"
#include "retort/app/url_for.h"

namespace retort {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

std::string where() {
  std::string out(request->remote_addr());
  return out + " " + std::string(request->url()) + " " + std::string(request->root_path) + " " +
         url_for("where");
}

App make_app(const char* name) {
  App app{name};
  app.get<where>("/where");
  app.get("/", "index", [] {
    return current_app->name() + "|" + std::string(request->root_path) + "|" + std::string(request->path);
  });
  return app;
}

using Fields = std::vector<std::pair<std::string, std::string>>;

TEST(ProxyFix, TakesWhatAsManyProxiesSet) {
  struct Case {
    ProxyFixOptions options;
    Fields fields;
    const char* expected;
  };
  const std::vector<Case> cases = {
      {{}, {}, "127.0.0.1 http://localhost/where  /where"},
      {{},
       {{"X-Forwarded-For", "192.168.0.1"}, {"X-Forwarded-Proto", "https"}},
       "192.168.0.1 https://localhost/where  /where"},
      {{.x_for = 2},
       {{"X-Forwarded-For", "192.168.0.1, 192.168.0.2"}},
       "192.168.0.1 http://localhost/where  /where"},
      {{.x_for = 3},
       {{"X-Forwarded-For", "192.168.0.1, 192.168.0.2"}},
       "127.0.0.1 http://localhost/where  /where"},
      {{.x_for = 1},
       {{"X-Forwarded-For", "evil, 192.168.0.2"}},
       "192.168.0.2 http://localhost/where  /where"},
      {{.x_for = 2},
       {{"X-Forwarded-For", "10.0.0.1"}, {"X-Forwarded-For", "10.0.0.2"}},
       "10.0.0.1 http://localhost/where  /where"},
      {{.x_for = 0, .x_proto = 0},
       {{"X-Forwarded-For", "192.168.0.1"}, {"X-Forwarded-Proto", "https"}},
       "127.0.0.1 http://localhost/where  /where"},
      {{.x_host = 1}, {{"X-Forwarded-Host", "example.com"}}, "127.0.0.1 http://example.com/where  /where"},
      {{.x_host = 1, .x_port = 1},
       {{"X-Forwarded-Host", "example.com:90"}, {"X-Forwarded-Port", "8080"}},
       "127.0.0.1 http://example.com:8080/where  /where"},
      {{.x_port = 1}, {{"X-Forwarded-Port", "8080"}}, "127.0.0.1 http://localhost:8080/where  /where"},
      {{.x_host = 1, .x_port = 1},
       {{"X-Forwarded-Host", "[2001:db8::a]"}, {"X-Forwarded-Port", "8080"}},
       "127.0.0.1 http://[2001:db8::a]:8080/where  /where"},
      {{.x_proto = 1, .x_host = 1},
       {{"X-Forwarded-Proto", "https"}, {"X-Forwarded-Host", "example.com:443"}},
       "127.0.0.1 https://example.com/where  /where"},
      {{.x_prefix = 1},
       {{"X-Forwarded-Prefix", "/base"}},
       "127.0.0.1 http://localhost/base/where /base /base/where"},
      {{.x_prefix = 1},
       {{"X-Forwarded-Prefix", "/base/"}},
       "127.0.0.1 http://localhost/base/where /base /base/where"},
      {{.x_prefix = 2}, {{"X-Forwarded-Prefix", "/a, /b"}}, "127.0.0.1 http://localhost/a/where /a /a/where"},
  };
  for (const Case& c : cases) {
    App app = make_app("proxied");
    app.wrap<ProxyFix>(c.options);
    TestRequest request;
    request.headers = c.fields;
    EXPECT_EQ(app.test_client().get("/where", request).data, c.expected)
        << ::testing::PrintToString(c.fields);
  }
}

TEST(ProxyFix, LeavesEmptySegmentsAndNonsenseAlone) {
  for (const char* value : {",", "", " , ", ",,,"}) {
    App app = make_app("empty");
    app.wrap<ProxyFix>(ProxyFixOptions{.x_for = 2, .x_proto = 2, .x_host = 2, .x_port = 2, .x_prefix = 2});
    TestRequest request;
    for (const char* name : {"For", "Proto", "Host", "Port", "Prefix"})
      request.headers.emplace_back(std::string("X-Forwarded-") + name, value);
    EXPECT_EQ(app.test_client().get("/where", request).data, "127.0.0.1 http://localhost/where  /where")
        << value;
  }
  App app = make_app("nonsense");
  app.wrap<ProxyFix>(ProxyFixOptions{.x_proto = 1, .x_host = 1, .x_prefix = 1});
  TestRequest scheme;
  scheme.headers = {{"X-Forwarded-Proto", "javascript:alert(1)//"}, {"X-Forwarded-Prefix", "//evil.example"}};
  EXPECT_EQ(app.test_client().get("/where", scheme).data,
            "127.0.0.1 http://localhost/evil.example/where /evil.example /evil.example/where");
  TestRequest host;
  host.headers = {{"X-Forwarded-Host", "bad host"}};
  EXPECT_EQ(app.test_client().get("/where", host).status_code, 400);
}

TEST(ProxyFix, OfOneRequestDoesNotReachTheNext) {
  App app = make_app("next");
  app.wrap<ProxyFix>(ProxyFixOptions{.x_host = 1, .x_prefix = 1});
  TestClient client = app.test_client();
  TestRequest first;
  first.headers = {{"X-Forwarded-For", "10.1.1.1"}, {"X-Forwarded-Prefix", "/base"}};
  EXPECT_THAT(client.get("/where", first).data, HasSubstr("10.1.1.1"));
  EXPECT_EQ(client.get("/where").data, "127.0.0.1 http://localhost/where  /where");
}

TEST(DispatcherMiddleware, MountsAppsUnderPrefixes) {
  App root = make_app("root");
  App api = make_app("api");
  App inner = make_app("inner");
  root.wrap<DispatcherMiddleware>(Mounts{{"/api", &api}, {"/api/v2", &inner}});
  TestClient client = root.test_client();
  EXPECT_EQ(client.get("/").data, "root||/");
  EXPECT_EQ(client.get("/api").data, "api|/api|/");
  EXPECT_EQ(client.get("/api/").data, "api|/api|/");
  EXPECT_EQ(client.get("/api/where").data, "127.0.0.1 http://localhost/api/where /api /api/where");
  EXPECT_EQ(client.get("/api/v2/where").data,
            "127.0.0.1 http://localhost/api/v2/where /api/v2 /api/v2/where");
  EXPECT_EQ(client.get("/apis").status_code, 404);
  EXPECT_EQ(client.get("/api/none").status_code, 404);
}

TEST(DispatcherMiddleware, NestsBehindAProxy) {
  App root = make_app("root");
  App outer = make_app("outer");
  App inner = make_app("inner");
  outer.wrap<DispatcherMiddleware>(Mounts{{"/inner", &inner}});
  root.wrap<DispatcherMiddleware>(Mounts{{"/outer", &outer}});
  root.wrap<ProxyFix>(ProxyFixOptions{.x_prefix = 1});
  TestRequest request;
  request.headers = {{"X-Forwarded-Prefix", "/base"}};
  EXPECT_EQ(root.test_client().get("/outer/inner/where", request).data,
            "127.0.0.1 http://localhost/base/outer/inner/where /base/outer/inner /base/outer/inner/where");
}

TEST(DispatcherMiddleware, RefusesPrefixesThatNeverMatch) {
  App app = make_app("bad");
  App other = make_app("other");
  EXPECT_THROW(app.wrap<DispatcherMiddleware>(Mounts{{"api", &other}}), std::invalid_argument);
  EXPECT_THROW(app.wrap<DispatcherMiddleware>(Mounts{{"/api/", &other}}), std::invalid_argument);
  EXPECT_THROW(app.wrap<DispatcherMiddleware>(Mounts{{"/api", nullptr}}), std::invalid_argument);
}

class SharedData : public ::testing::Test {
 protected:
  SharedData() {
    std::string name = (fs::temp_directory_path() / "retort-shared-XXXXXX").string();
    if (!mkdtemp(name.data())) throw std::runtime_error("mkdtemp");
    folder_ = name;
    fs::create_directory(folder_ / "css");
    std::ofstream(folder_ / "css" / "a.css") << "body{}";
    std::ofstream(folder_ / "data.unknowntype") << "x";
    std::ofstream(folder_ / "secret.py") << "x";
  }
  ~SharedData() override { fs::remove_all(folder_); }

  fs::path folder_;
};

TEST_F(SharedData, ServesFilesBeforeTheApp) {
  App app = make_app("shared");
  SharedDataOptions options;
  options.is_allowed = [](std::string_view name) { return !name.ends_with(".py"); };
  app.wrap<SharedDataMiddleware>(
      Exports{{"/shared", folder_.string()}, {"/one", (folder_ / "css" / "a.css").string()}},
      std::move(options));
  TestClient client = app.test_client();
  const TestResponse response = client.get("/shared/css/a.css");
  EXPECT_EQ(response.data, "body{}");
  EXPECT_EQ(response.headers["Content-Type"], "text/css; charset=utf-8");
  EXPECT_EQ(response.headers["Cache-Control"], "max-age=43200, public");
  EXPECT_THAT(response.headers["ETag"], HasSubstr("wzsdm-"));
  EXPECT_THAT(response.headers["ETag"], HasSubstr("-6-"));
  TestRequest again;
  again.headers = {{"If-None-Match", std::string(response.headers["ETag"])}};
  EXPECT_EQ(client.get("/shared/css/a.css", again).status_code, 304);
  EXPECT_EQ(client.get("/one").data, "body{}");
  EXPECT_EQ(client.get("/shared/data.unknowntype").headers["Content-Type"], "application/octet-stream");
  EXPECT_EQ(client.get("/").data, "shared||/");
  for (const char* path :
       {"/shared/secret.py", "/shared/none", "/shared", "/shared/", "/shared/css", "/sharedx/css/a.css",
        "/shared/../secret.py", "/shared/%2e%2e/x", "/shared//etc/passwd"}) {
    EXPECT_EQ(client.get(path).status_code, 404) << path;
  }
}

TEST_F(SharedData, ETagsAreWerkzeugsAlsoBelowAMicrosecond) {
  App app = make_app("shared");
  app.wrap<SharedDataMiddleware>(Exports{{"/shared", folder_.string()}});
  const std::pair<timespec, const char*> times[] = {
      {{784111777, 250'000'000}, "784111777.25"}, {{1700000000, 123'456'789}, "1700000000.123457"},
      {{1700000000, 0}, "1700000000.0"},          {{1700000000, 999'999'999}, "1700000001.0"},
      {{1699999999, 500}, "1699999999.0"},
  };
  for (const auto& [time, expected] : times) {
    const timespec both[2] = {time, time};
    ASSERT_EQ(::utimensat(AT_FDCWD, (folder_ / "css" / "a.css").c_str(), both, 0), 0);
    EXPECT_EQ(app.test_client().get("/shared/css/a.css").headers["ETag"],
              "\"wzsdm-" + std::string(expected) + "-6-86245849\"");
  }
}

TEST_F(SharedData, WithoutCachingSendsNoETag) {
  App app = make_app("shared");
  SharedDataOptions options;
  options.cache = false;
  app.wrap<SharedDataMiddleware>(Exports{{"/shared/", folder_.string()}}, std::move(options));
  const TestResponse response = app.test_client().get("/shared/css/a.css");
  EXPECT_EQ(response.data, "body{}");
  EXPECT_EQ(response.headers["Cache-Control"], "public");
  EXPECT_FALSE(response.headers.contains("ETag"));
}

}  // namespace
}  // namespace retort
