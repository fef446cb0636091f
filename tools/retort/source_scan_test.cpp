// SPDX-License-Identifier: BSD-3-Clause
#include "tools/retort/source_scan.h"

#include <gtest/gtest.h>

namespace retort::tool {
namespace {

struct Case {
  const char* text;
  bool has_main;
  const char* factory;
};

TEST(SourceScan, FindsMainAndFactories) {
  const Case cases[] = {
      {"App create_app() {\n  App app{\"x\"};\n}", false, "create_app"},
      {"retort::App create_app(std::string_view name = \"dev\") { return make(name); }", false, "create_app"},
      {"App make_app() { }", false, "make_app"},
      {"App make_app() { }\nApp create_app() { }", false, "create_app"},
      {"int main(int argc, char** argv) { return retort::main(create_app, argc, argv); }", true, ""},
      {"App create_app() { }\nint main() { }", true, "create_app"},
      {"auto main() -> int { }", true, ""},
      {"App create_app();", false, ""},
      {"// App create_app() { }\nint x;", false, ""},
      {"/* int main() { } */", false, ""},
      {"const char* text = \"int main() { }\";", false, ""},
      {"const char* text = R\"x(int main() { } )\" )x\"; App create_app() {}", false, "create_app"},
      {"int n = 1'000; App create_app() {}", false, "create_app"},
      {"char c = '\"'; App create_app() {}", false, "create_app"},
      {"App f() { return create_app(); }", false, ""},
      {"int domain() { } int main_page() { }", false, ""},
      {"void f() { retort::main(create_app, 0, nullptr); }", false, ""},
      {"\"unfinished", false, ""},
      {"", false, ""},
  };
  for (const Case& each : cases) {
    const SourceScan scan = scan_source(each.text);
    EXPECT_EQ(scan.has_main, each.has_main) << each.text;
    EXPECT_EQ(scan.factory, each.factory) << each.text;
  }
}

}  // namespace
}  // namespace retort::tool
