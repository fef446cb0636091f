// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What one walk through values may take in all. Lists that share lists are walked as often
// as they are shared, which doubles with each level: depth alone bounds nothing. Of the
// thread that walks.

#include <cstddef>
#include <string>

namespace retort {

/// To be called for each container that a walk (equality, hash, copy) enters, `depth` levels
/// down. LimitError when the walk has entered more values than a container can have.
void count_walk(int depth, std::size_t items);
/// How many values the last walk of this thread has entered.
std::size_t walked_values();

/// While one lives, no repr makes `out` more than `most` bytes longer: LimitError. One inside
/// of another allows no more than that; about the same text it changes nothing.
class TextLimit {
 public:
  TextLimit(const std::string& out, std::size_t most);
  ~TextLimit();
  TextLimit(const TextLimit&) = delete;
  TextLimit& operator=(const TextLimit&) = delete;
  static void check(const std::string& out);

 private:
  const std::string* outer_;
  std::size_t outer_end_;
  std::size_t outer_most_;
};

}  // namespace retort
