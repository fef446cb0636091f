// SPDX-License-Identifier: BSD-3-Clause
#include "retort/value/bounds.h"

#include <algorithm>

#include "retort/value/error.h"
#include "retort/value/evaluator.h"

namespace retort {
namespace {

detail::WalkState* under_way() { return static_cast<detail::WalkState*>(execution().walk); }

}  // namespace

void count_walk(std::size_t items) {
  std::size_t& values = under_way()->values;
  values += items + 1;
  if (values > kMaxResultBytes / sizeof(Value))
    throw LimitError("values inside one another are too many to walk");
}

TextLimit::TextLimit(const std::string& out, std::size_t most) : outer_(state().limit), text_(&out) {
  if (outer_ && outer_->text_ == &out) {
    most_ = outer_->most_;
    end_ = outer_->end_;
  } else {
    most_ = std::min(most, outer_ ? outer_->most_ : kMaxResultBytes);
    end_ = out.size() + most_;
  }
  state().limit = this;
}

TextLimit::~TextLimit() { state().limit = outer_; }

void TextLimit::check(const std::string& out) {
  if (out.size() > under_way()->limit->end_) throw LimitError("the text of a value is too long");
}

}  // namespace retort
