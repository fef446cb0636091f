// SPDX-License-Identifier: BSD-3-Clause
// CSRFProtect costs requests that ask for no token, and need none, no allocation.
#include "retort/ext/wtf/csrf.h"

#include <cstddef>
#include <string>

#include "tests/allocation/counting.h"
#include <gtest/gtest.h>

#include "retort/app/app.h"
#include "retort/testing/client.h"

namespace retort {
namespace {

/// Of ten requests, after five to warm up; those of the test client included.
std::size_t allocations_of(App& app, std::string_view path) {
  TestClient client(app);
  for (int i = 0; i < 5; ++i) client.get(path);
  const std::size_t before = test::allocations_so_far();
  for (int i = 0; i < 10; ++i) client.get(path);
  return test::allocations_so_far() - before;
}

App make_app() {
  App app{"counted"};
  app.config["SECRET_KEY"] = "dev";
  app.get("/", [] { return "Hello, World!"; });
  app.get("/token", [] { return wtf::generate_csrf(); });
  return app;
}

TEST(CsrfAllocations, OfRequestsWithoutATokenAreNone) {
  test::count_allocations(true);
  App plain = make_app();
  App protected_app = make_app();
  const wtf::CSRFProtect csrf(protected_app);
  EXPECT_EQ(allocations_of(protected_app, "/"), allocations_of(plain, "/"));
  EXPECT_GT(allocations_of(protected_app, "/token"), allocations_of(plain, "/"));
}

}  // namespace
}  // namespace retort
