// SPDX-License-Identifier: BSD-3-Clause
#include "retort/message/files.h"

#include <string>

#include <gtest/gtest.h>

#include "retort/app/app.h"
#include "retort/http/path.h"
#include "retort/message/request.h"
#include "retort/testing/client.h"

namespace retort::security {
namespace {

TEST(Files, AClientsFileNameIsNeverAPath) {
  App app{"test"};
  app.post("/", [](Request& request) { return http::secure_filename(request.files["f"].filename); });
  for (const char* name :
       {"../../etc/passwd", "/etc/passwd", "..\\..\\x", "C:\\x", "a/../../b", "..", ".htaccess"}) {
    const std::string safe = app.test_client().post("/", {.files = {{"f", name, "x"}}}).data;
    EXPECT_EQ(safe.find('/'), std::string::npos) << safe;
    EXPECT_EQ(safe.find('\\'), std::string::npos) << safe;
    EXPECT_FALSE(safe.starts_with('.')) << safe;
  }
}

TEST(Files, SafeJoinKnowsEveryWayOut) {
  for (const std::string_view part :
       {std::string_view(".."), std::string_view("../x"), std::string_view("a/../../x"),
        std::string_view("/etc/passwd"), std::string_view("//x"), std::string_view("a\\..\\x"),
        std::string_view("CON"), std::string_view("a/nul.txt"), std::string_view("COM1 .x"),
        std::string_view("a\0b", 3), std::string_view("aux:stream")}) {
    EXPECT_EQ(http::safe_join("/srv/files", {part}), std::nullopt) << part;
    EXPECT_EQ(http::safe_join("/srv/files", {"ok", part}), std::nullopt) << part;
  }
  EXPECT_EQ(http::safe_join("/srv/files", {"a", "b.txt"}), "/srv/files/a/b.txt");
}

}  // namespace
}  // namespace retort::security
