// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Checks for the programs that the guides quote: they need no test framework.
#include <cstdio>
#include <string>

namespace guide {

class Checks {
 public:
  template <class A, class B>
  void equal(const A& got, const B& wanted, const char* what) {
    if (got == wanted) return;
    if constexpr (requires { std::string(got); }) {
      std::printf("%s: %s\n", what, std::string(got).c_str());
    } else {
      std::printf("%s: %lld\n", what, static_cast<long long>(got));
    }
    ++failures_;
  }
  int failures() const { return failures_; }

 private:
  int failures_ = 0;
};

}  // namespace guide
