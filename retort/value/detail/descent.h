// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Descent: the depth of a walk through nested values, carried on through objects, whose
// functions start a walk of their own. Without it a dict that holds its own values() would
// be walked until the stack ends.

namespace retort::detail {

class Descent {
 public:
  /// Of a walk that calls an object `depth` levels down. RecursionError beyond
  /// kMaxValueDepth, all walks of this thread that are under way together.
  explicit Descent(int depth);
  ~Descent();
  Descent(const Descent&) = delete;
  Descent& operator=(const Descent&) = delete;
  /// Whether a walk of this thread is inside of an object.
  static bool under_way();

 private:
  int added_;
};

}  // namespace retort::detail
