// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Pagination: a page of a query's objects, and what links to the other pages need
// (Flask-SQLAlchemy's). With "retort/db/view.h" it is a Value for templates, which
// "retort/pagination.html" turns into links.
//
//   const auto posts = db.query<Post>().order_by(desc<&Post::id>).paginate({.per_page = 20});
//   return render_template("index.html", {{"posts", posts}});

#include <cstdint>
#include <optional>
#include <source_location>
#include <utility>
#include <vector>

#include "retort/db/session.h"

namespace retort::db {

namespace detail {
/// 0 where some are left out.
std::vector<std::int64_t> page_numbers(std::int64_t page, std::int64_t pages, int left_edge, int left_current,
                                       int right_current, int right_edge);
/// How many rows lie before a page; an absurd number where that is more.
std::int64_t rows_before(std::int64_t page, std::int64_t per_page);
}  // namespace detail

/// Made by Query::paginate.
template <class T>
class Pagination {
 public:
  explicit Pagination(Query<T> query) : query_(std::move(query)) {}

  std::vector<Handle<T>> items = {};
  std::int64_t page = 1;
  std::int64_t per_page = 20;
  /// Of all pages; empty when they were not counted.
  std::optional<std::int64_t> total = {};

  std::int64_t pages() const {
    return per_page > 0 ? total.value_or(0) / per_page + (total.value_or(0) % per_page != 0) : 0;
  }
  bool has_prev() const { return page > 1; }
  bool has_next() const { return page < pages(); }
  std::optional<std::int64_t> prev_num() const { return has_prev() ? std::optional(page - 1) : std::nullopt; }
  std::optional<std::int64_t> next_num() const { return has_next() ? std::optional(page + 1) : std::nullopt; }
  /// The numbers of the first and the last item, counted from 1; 0 when there are none.
  std::int64_t first() const { return items.empty() ? 0 : detail::rows_before(page, per_page) + 1; }
  std::int64_t last() const {
    return items.empty() ? 0 : detail::rows_before(page, per_page) + static_cast<std::int64_t>(items.size());
  }
  /// Page numbers for links, 0 where some are left out (in templates none).
  std::vector<std::int64_t> iter_pages(int left_edge = 2, int left_current = 2, int right_current = 4,
                                       int right_edge = 2) const {
    return detail::page_numbers(page, pages(), left_edge, left_current, right_current, right_edge);
  }
  /// The pages beside this one, by another query; `total` is this one's.
  Pagination prev(bool error_out = false) const { return beside(page - 1, error_out); }
  Pagination next(bool error_out = false) const { return beside(page + 1, error_out); }

  auto begin() const { return items.begin(); }
  auto end() const { return items.end(); }
  /// For templates; holds the items. Defined in "retort/db/view.h".
  operator Value() const;  // NOLINT: implicit

 private:
  Pagination beside(std::int64_t number, bool error_out) const {
    Pagination other = query_.paginate({.page = number,
                                        .per_page = per_page,
                                        .max_per_page = std::nullopt,
                                        .error_out = error_out,
                                        .count = false});
    other.total = total;
    return other;
  }

  Query<T> query_;
};

template <class T>
Pagination<T> Query<T>::paginate(PageOptions options, std::source_location where) const {
  session_->prepare_page(options);
  Pagination<T> page(*this);
  page.page = *options.page;
  page.per_page = *options.per_page;
  page.items = this->at_most(page.per_page, detail::rows_before(page.page, page.per_page)).all(where);
  if (page.items.empty() && page.page != 1 && options.error_out) session_->not_found();
  if (options.count) page.total = count();
  return page;
}

}  // namespace retort::db
