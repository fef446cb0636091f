// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/pagination.h"

#include <algorithm>
#include <limits>

#include "retort/db/detail/session_state.h"

namespace retort::db {
namespace detail {

// Flask-SQLAlchemy's Pagination.iter_pages.
std::vector<std::int64_t> page_numbers(std::int64_t page, std::int64_t pages, int left_edge, int left_current,
                                       int right_current, int right_edge) {
  std::vector<std::int64_t> out;
  const std::int64_t end = pages + 1;
  const auto add = [&](std::int64_t from, std::int64_t to) {
    for (; from < to; ++from) out.push_back(from);
  };
  if (pages <= 0) return out;
  const std::int64_t left_end = std::min<std::int64_t>(1 + std::int64_t{left_edge}, end);
  add(1, left_end);
  if (left_end == end) return out;
  const std::int64_t middle = std::max(left_end, page - left_current);
  const std::int64_t middle_end = page >= end ? end : std::min(page + right_current + 1, end);
  if (middle > left_end) out.push_back(0);
  add(middle, middle_end);
  if (middle_end == end) return out;
  const std::int64_t right = std::max(middle_end, end - right_edge);
  if (right > middle_end) out.push_back(0);
  add(right, end);
  return out;
}

std::int64_t rows_before(std::int64_t page, std::int64_t per_page) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max() / 2;  // a query may add its own
  return page - 1 > kMost / per_page ? kMost : (page - 1) * per_page;
}

}  // namespace detail

// Flask-SQLAlchemy's Pagination._prepare_page_args.
void Session::prepare_page(PageOptions& options) {
  const auto prepare = [&](std::optional<std::int64_t>& number, std::string_view name,
                           std::int64_t otherwise) {
    if (!number && state_->page_argument) number = state_->page_argument(name);
    if (!number) number = otherwise;
  };
  prepare(options.page, "page", 1);
  prepare(options.per_page, "per_page", 20);
  if (options.max_per_page) options.per_page = std::min(*options.per_page, *options.max_per_page);
  if (options.error_out && (*options.page < 1 || *options.per_page < 1)) not_found();
  if (*options.page < 1) options.page = 1;
  if (*options.per_page < 1) options.per_page = 20;
}

}  // namespace retort::db
