// SPDX-License-Identifier: BSD-3-Clause
#include "retort/value/detail/descent.h"

#include "retort/value/error.h"
#include "retort/value/value.h"

namespace retort::detail {
namespace {

// As much a property of the thread as its stack is.
thread_local constinit int total_depth = 0;

}  // namespace

Descent::Descent(int depth) : added_(depth + 1) {
  if (total_depth + added_ > kMaxValueDepth) throw RecursionError("values are nested too deeply");
  total_depth += added_;
}

Descent::~Descent() { total_depth -= added_; }

bool Descent::under_way() { return total_depth != 0; }

}  // namespace retort::detail
