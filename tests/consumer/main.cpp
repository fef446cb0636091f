// SPDX-License-Identifier: BSD-3-Clause
// A program outside of the tree: an app, and a client that asks it.
#include <cstdint>
#include <cstdio>
#include <string>

#include <retort/retort.h>
#include <retort/testing/client.h>

using namespace retort;

App create_app() {
  App app{"consumer"};
  app.get("/", [] { return json({{"message", "Hello, World!"}}); });
  app.get("/square/<int:n>", "square", [](std::int64_t n) { return std::to_string(n * n); });
  app.get("/page", "page", [] { return render_template("page.html", {{"name", "<you>"}}); });
  return app;
}

int main() {
  App app = create_app();
  auto client = app.test_client();
  const auto square = client.get("/square/12");
  if (square.status_code != 200 || square.text() != "144") {
    std::printf("/square/12: %d %s\n", square.status_code, std::string(square.text()).c_str());
    return 1;
  }
  const auto page = client.get("/page");
  if (page.text() != "Hello, &lt;you&gt;!") {
    std::printf("/page: %d %s\n", page.status_code, page.text().c_str());
    return 1;
  }
  return client.get("/nowhere").status_code == 404 ? 0 : 1;
}
