// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/pagination.h"

#include <limits>

#include <gtest/gtest.h>

namespace retort::db {
namespace {

struct Edges {
  int left_edge = 2, left_current = 2, right_current = 4, right_edge = 2;
};

// Expected: list(pagination.iter_pages(...)) of Flask-SQLAlchemy 3.0.3, 0 for None.
TEST(Pagination, PageNumbersAreFlaskSQLAlchemys) {
  const struct {
    std::int64_t page, pages;
    std::vector<std::int64_t> expected;
    Edges edges = {};
  } cases[] = {
      {7, 20, {1, 2, 0, 5, 6, 7, 8, 9, 10, 11, 0, 19, 20}},
      {10, 20, {1, 2, 0, 8, 9, 10, 11, 12, 13, 14, 0, 19, 20}},
      {1, 0, {}},
      {1, 1, {1}},
      {1, 20, {1, 2, 3, 4, 5, 0, 19, 20}},
      {20, 20, {1, 2, 0, 18, 19, 20}},
      {3, 5, {1, 2, 3, 4, 5}},
      {1, 7, {1, 2, 3, 4, 5, 6, 7}},
      {1, 8, {1, 2, 3, 4, 5, 0, 7, 8}},
      {1, 9, {1, 2, 3, 4, 5, 0, 8, 9}},
      {17, 20, {1, 2, 0, 15, 16, 17, 18, 19, 20}},
      {26, 20, {1, 2, 0}},
      {10, 20, {0, 8, 9, 10, 11, 12, 13, 14, 0}, {.left_edge = 0, .right_edge = 0}},
      {10,
       20,
       {1, 0, 9, 10, 11, 0, 20},
       {.left_edge = 1, .left_current = 1, .right_current = 1, .right_edge = 1}},
      {5, 7, {1, 2, 3, 4, 5, 6, 7}, {.left_edge = 30}},
      {std::numeric_limits<std::int64_t>::max(), 20, {1, 2, 0}},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(detail::page_numbers(c.page, c.pages, c.edges.left_edge, c.edges.left_current,
                                   c.edges.right_current, c.edges.right_edge),
              c.expected)
        << "page " << c.page << " of " << c.pages;
  }
}

}  // namespace
}  // namespace retort::db
