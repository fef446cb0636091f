// SPDX-License-Identifier: BSD-3-Clause
// What docs/debugging.md quotes: a panel of the debug page, and the page as a client gets it.
#include <cstdio>
#include <string>
#include <vector>

#include <retort/app/debug_pages.h>
#include <retort/cli/debugger.h>
#include <retort/retort.h>
#include <retort/testing/client.h>

using namespace retort;

struct Lookup {
  std::string key;
  bool hit = false;
};

static std::vector<Lookup> lookups() { return {{"user:7", true}, {"posts:7", false}}; }

int main() {
  App app{"guide"};
  app.config["DEBUG"] = true;
  app.get("/", "index", []() -> std::string { throw std::runtime_error("nothing works"); });
  add_debug_panel(app, {"Cache", [](Context&) {
                          Value rows = Value::list();
                          for (const Lookup& each : lookups())
                            rows.push_back(Value::dict({{"key", each.key}, {"hit", each.hit}}));
                          return rows;
                        }});
  Debugger debugger;  // what `run --debug` makes
  set_debug_pages(app, &debugger);
  auto client = app.test_client();
  const std::string page = client.get("/").text();
  std::puts(page.c_str());
  return page.find("nothing works") != page.npos && page.find("posts:7") != page.npos ? 0 : 1;
}
