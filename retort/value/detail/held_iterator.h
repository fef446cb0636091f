// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// A walk that keeps the value alive whose items it walks.

#include <utility>

#include "retort/value/object.h"
#include "retort/value/value.h"

namespace retort::detail {

class HeldIterator final : public ValueIterator {
 public:
  HeldIterator(const Value& holder, Owned<ValueIterator> items) : holder_(holder), items_(std::move(items)) {}
  bool next(Value& out) override { return items_->next(out); }

 private:
  Value holder_;
  Owned<ValueIterator> items_;  // goes first
};

}  // namespace retort::detail
