// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What the parser's sources share: lists under construction, the count of nesting.

#include <vector>

#include "retort/jinja/detail/parser.h"

namespace retort::jinja {

/// Guards every recursion of the parser.
class Parser::Nesting {
 public:
  explicit Nesting(Parser& parser) : parser_(parser) {
    if (++parser_.nesting_ > kMaxNesting) parser_.fail_nesting();
  }
  Nesting(const Nesting&) = delete;
  Nesting& operator=(const Nesting&) = delete;
  ~Nesting() { --parser_.nesting_; }

 private:
  Parser& parser_;
};

/// A list that grows on top of the parser's stack of lists: the last begun is the first done.
template <class T>
class Parser::ListBuilder {
 public:
  explicit ListBuilder(Parser& parser) : parser_(parser), begin_(parser.scratch_.size()) {}

  /// Begins anew on top of what has been added meanwhile to the list below. Precondition: empty().
  void restart() { begin_ = parser_.scratch_.size(); }
  void add(T* node) { parser_.scratch_.push_back(node); }
  bool empty() const { return parser_.scratch_.size() == begin_; }
  std::size_t size() const { return parser_.scratch_.size() - begin_; }
  T* front() const { return static_cast<T*>(parser_.scratch_[begin_]); }

  /// The list, in the arena; this one is empty again.
  Span<T*> take() {
    const std::size_t count = size();
    if (count == 0) return {};
    T** const items = static_cast<T**>(parser_.arena().allocate(count * sizeof(T*)));
    for (std::size_t i = 0; i < count; ++i) items[i] = static_cast<T*>(parser_.scratch_[begin_ + i]);
    parser_.scratch_.resize(begin_);
    return {items, count};
  }

 private:
  Parser& parser_;
  std::size_t begin_;
};

/// Python's repr of a text, as its messages quote it.
std::string quoted(std::string_view text);

}  // namespace retort::jinja
