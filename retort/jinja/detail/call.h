// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The arguments of a call in a template, evaluated: in place for the few that calls have.

#include <cstddef>
#include <new>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/jinja/detail/expr.h"
#include "retort/value/object.h"

namespace retort::jinja::detail {

/// A growing array whose first N items need no memory of their own.
template <class T, std::size_t N>
class SmallVector {
 public:
  SmallVector() = default;
  SmallVector(const SmallVector&) = delete;
  SmallVector& operator=(const SmallVector&) = delete;
  ~SmallVector() {
    for (std::size_t i = 0; i < size_; ++i) data_[i].~T();
    if (data_ != local()) ::operator delete(static_cast<void*>(data_));
  }
  T& push_back(T item) {
    if (size_ == capacity_) grow();
    return *new (data_ + size_++) T(std::move(item));
  }
  const T* data() const { return data_; }
  T* begin() { return data_; }
  T* end() { return data_ + size_; }
  std::size_t size() const { return size_; }

 private:
  T* local() { return reinterpret_cast<T*>(storage_); }
  void grow() {
    T* larger = static_cast<T*>(::operator new(2 * capacity_ * sizeof(T)));
    for (std::size_t i = 0; i < size_; ++i) {
      new (larger + i) T(std::move(data_[i]));
      data_[i].~T();
    }
    if (data_ != local()) ::operator delete(static_cast<void*>(data_));
    data_ = larger;
    capacity_ *= 2;
  }

  alignas(T) unsigned char storage_[N * sizeof(T)];
  T* data_ = local();
  std::size_t size_ = 0;
  std::size_t capacity_ = N;
};

class EvaluatedArguments {
 public:
  /// `first` (a filter's value) comes before the list's; null: nothing does.
  EvaluatedArguments(Frame& frame, const ArgumentList& list, const Value* first = nullptr);
  void add_named(std::string_view name, Value value);
  CallArguments arguments(Evaluator& evaluator) const {
    return {{positional_.data(), positional_.size()}, {named_.data(), named_.size()}, &evaluator};
  }

 private:
  void add_positional(const Value& several, Evaluator& evaluator);
  void add_mapping(const Value& mapping, Evaluator& evaluator);

  SmallVector<Value, 4> positional_;
  SmallVector<Value::Member, 2> named_;
  Value held_;  // the mapping whose keys name arguments
};

}  // namespace retort::jinja::detail
