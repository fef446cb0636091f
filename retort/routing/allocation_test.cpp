// SPDX-License-Identifier: BSD-3-Clause
// Counts what a match allocates: nothing.
#include <cstdlib>
#include <new>
#include <string>

#include <gtest/gtest.h>

#include "retort/routing/map.h"

namespace {
thread_local std::size_t allocations = 0;
}  // namespace

// Not inlined: GCC would see free() meet another's new.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size == 0 ? 1 : size);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace retort::routing {
namespace {

TEST(MatchAllocations, AreNoneForBuiltInConvertersUpToSixteenVariables) {
  Map map;
  map.add("/static/page", "static");
  map.add("/user/<name>/post/<int:id>", "two");
  map.add("/f/<float:x>/<uuid:u>/<any(a,b):l>/<string(length=2):s>", "kinds");
  map.add("/m/<a>-<int:b>.<c>x<d>", "mixed");
  map.add("/files/<path:p>/edit", "path");
  map.add("/all/", "all", {.defaults = {{"page", "first"}}});
  map.add("/all/<page>", "all");
  std::string rule = "/s", path = "/s";
  for (int i = 0; i < 16; ++i) {
    rule += "/<v" + std::to_string(i) + ">";
    path += "/value" + std::to_string(i);
  }
  map.add(rule, "sixteen");
  map.compile();
  const std::string paths[] = {"/static/page",
                               "/user/a-rather-long-name-of-a-user/post/123456",
                               "/f/1.25/a8098c1a-f86e-11da-bd1a-00112444be1e/b/xy",
                               "/m/some-long-text-7.somethingxother",
                               "/files/a/b/c/d/e/f/g/h/i/j/k/l/m/n/edit",
                               "/all/a-page-that-is-not-the-default",
                               path};
  MatchResult result;
  for (const std::string& each : paths) {
    const std::size_t before = allocations;
    map.match("", each, "GET", false, result);
    EXPECT_EQ(allocations, before) << each;
    EXPECT_EQ(result.kind, MatchKind::match) << each;
  }
  const std::string missing = "/user/x/none/of/these/at/all";
  const std::size_t before = allocations;
  map.match("", missing, "GET", false, result);
  EXPECT_EQ(allocations, before);
  EXPECT_EQ(result.kind, MatchKind::not_found);
}

}  // namespace
}  // namespace retort::routing
