// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Descent: the depth of a walk through nested values, carried on through objects, whose
// functions start a walk of their own. Without it a dict that holds its own values() would
// be walked until the stack ends.

#include "retort/value/bounds.h"
#include "retort/value/value.h"

namespace retort::detail {

class Descent : Walk {
 public:
  /// Of a walk that calls an object `depth` levels down. RecursionError beyond
  /// kMaxValueDepth, all walks of this stack that are under way together.
  explicit Descent(int depth) : added_(depth + 1) {
    if (state().depth + added_ > kMaxValueDepth) throw_too_deep();
    state().depth += added_;
  }
  ~Descent() { state().depth -= added_; }

 private:
  [[noreturn]] static void throw_too_deep();

  int added_;
};

}  // namespace retort::detail
