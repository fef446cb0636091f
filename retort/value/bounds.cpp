// SPDX-License-Identifier: BSD-3-Clause
#include "retort/value/bounds.h"

#include "retort/value/detail/descent.h"
#include "retort/value/error.h"
#include "retort/value/evaluator.h"

namespace retort {
namespace {

// Of the thread, as the walks are: none of them parks.
thread_local constinit std::size_t total_walked = 0;
thread_local constinit const std::string* limited_text = nullptr;
thread_local constinit std::size_t limited_end = 0;
thread_local constinit std::size_t limited_most = kMaxResultBytes;

}  // namespace

void count_walk(int depth, std::size_t items) {
  if (depth == 0 && !detail::Descent::under_way()) total_walked = 0;
  total_walked += items + 1;
  if (total_walked > kMaxResultBytes / sizeof(Value))
    throw LimitError("values inside one another are too many to walk");
}

std::size_t walked_values() { return total_walked; }

TextLimit::TextLimit(const std::string& out, std::size_t most)
    : outer_(limited_text), outer_end_(limited_end), outer_most_(limited_most) {
  if (limited_text == &out) return;
  if (most < limited_most) limited_most = most;
  limited_text = &out;
  limited_end = out.size() + limited_most;
}

TextLimit::~TextLimit() {
  limited_text = outer_;
  limited_end = outer_end_;
  limited_most = outer_most_;
}

void TextLimit::check(const std::string& out) {
  if (out.size() > limited_end) throw LimitError("the text of a value is too long");
}

}  // namespace retort
