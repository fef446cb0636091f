// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Definition<D>: what a field is made with and does not change from request to request. A copy
// of a form's prototype, which lives for ever, borrows it; any other copy has its own. So a
// request's form costs no allocation for its labels and validators, and workers share nothing
// that is counted.

#include <utility>

namespace retort::wtf::detail {

template <class D>
class Definition {
 public:
  Definition() : node_(new Node) {}
  explicit Definition(D value) : node_(new Node{std::move(value)}) {}
  Definition(const Definition& o) : node_(o.node_->immortal ? o.node_ : new Node{o.node_->value}) {}
  Definition(Definition&& o) noexcept : node_(o.node_) { o.node_ = nullptr; }
  Definition& operator=(Definition o) noexcept {
    std::swap(node_, o.node_);
    return *this;
  }
  ~Definition() {
    if (node_ && !node_->immortal) delete node_;
  }

  const D* operator->() const { return &node_->value; }
  const D& operator*() const { return node_->value; }
  /// To change it: the field's own from now on.
  D& own() {
    if (node_->immortal) node_ = new Node{node_->value};
    return node_->value;
  }
  /// The field that holds it will never go: copies borrow from here.
  void make_immortal() { node_->immortal = true; }

 private:
  struct Node {
    D value{};
    bool immortal = false;
  };
  Node* node_;
};

}  // namespace retort::wtf::detail
