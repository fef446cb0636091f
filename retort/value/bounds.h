// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What one walk through values may take in all. Lists that share lists are walked as often
// as they are shared, which doubles with each level: depth alone bounds nothing. A walk that
// calls an object's function, which may park, belongs to its own stack (base/execution.h).

#include <cstddef>
#include <new>
#include <string>

#include "retort/base/execution.h"

namespace retort {

class TextLimit;
namespace detail {
struct Box;

/// What the walks that are under way on one stack share; lies where the outermost begins.
struct WalkState {
  std::size_t values = 0;            // entered so far
  const TextLimit* limit = nullptr;  // the innermost
  Box* dead = nullptr;               // waits until the object is destroyed (box.cpp)
  int depth = 0;                     // of objects whose functions walk on
  bool destroys = false;             // an object's destructor runs
};
}  // namespace detail

/// A walk (equality, hash, copy, repr), or one inside of another, which it goes on with.
class Walk {
 public:
  Walk() : state_(static_cast<detail::WalkState*>(execution().walk)) {
    if (!state_) execution().walk = state_ = ::new (static_cast<void*>(own_)) detail::WalkState;
    before_ = state_->values;
  }
  ~Walk() {
    if (static_cast<void*>(state_) == own_) execution().walk = nullptr;
  }
  Walk(const Walk&) = delete;
  Walk& operator=(const Walk&) = delete;

  /// How many values it has entered.
  std::size_t values() const { return state_->values - before_; }

 protected:
  detail::WalkState& state() const { return *state_; }

 private:
  detail::WalkState* state_;
  std::size_t before_;
  alignas(detail::WalkState) unsigned char own_[sizeof(detail::WalkState)];
};

/// To be called, inside a Walk, for each container that it enters. LimitError when it has
/// entered more values than a container can have.
void count_walk(std::size_t items);

/// While one lives, no repr makes `out` more than `most` bytes longer: LimitError. One inside
/// of another allows no more than that; about the same text it changes nothing.
class TextLimit : Walk {
 public:
  TextLimit(const std::string& out, std::size_t most);
  ~TextLimit();
  static void check(const std::string& out);

 private:
  const TextLimit* outer_;
  const std::string* text_;
  std::size_t most_;
  std::size_t end_;
};

}  // namespace retort
