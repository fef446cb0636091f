// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// A model's objects as Values, for templates and JSON:
//
//   Value user = handle;                    // holds the object: may outlive the handle
//   Value posts = Value::view(handles);     // looks at a std::vector<Handle<Post>>, which must stay
//   Value page = query.paginate();          // a Pagination: items, pages, has_next, iter_pages(), ...
//
// Either shows columns and relationships as attributes (`post.author.name`), without copies;
// relationships load as in C++, so the session must be open. What is copied, printed or written
// as JSON are the columns alone. The models that a relationship leads to must be complete types.

#include "retort/db/pagination.h"
#include "retort/db/session.h"
#include "retort/value/view.h"

namespace retort::db {

namespace detail {
Value object_value(EntityBase& entity, const ViewType& type);

/// A Pagination without its type.
struct PageNumbers {
  std::int64_t page, per_page, pages, first, last;
  std::optional<std::int64_t> total;
};
Value page_value(const PageNumbers& numbers, Value items);
}  // namespace detail

template <class T>
Handle<T>::operator Value() const {
  if (!entity_) return Value(nullptr);
  return detail::object_value(*entity_, retort::detail::kRecordView<T>);
}

template <class T>
Pagination<T>::operator Value() const {
  Value objects = Value::list();
  for (const Handle<T>& item : items) objects.push_back(item);
  return detail::page_value({page, per_page, pages(), first(), last(), total}, std::move(objects));
}

}  // namespace retort::db
