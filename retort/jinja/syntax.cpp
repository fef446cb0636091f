// SPDX-License-Identifier: BSD-3-Clause
#include "retort/jinja/syntax.h"

#include <stdexcept>

namespace retort::jinja {

void Syntax::check() const {
  for (const std::string* delimiter :
       {&block_start, &block_end, &variable_start, &variable_end, &comment_start, &comment_end}) {
    if (delimiter->empty()) throw std::invalid_argument("retort::jinja::Syntax: a delimiter is empty");
  }
  if (block_start == variable_start || block_start == comment_start || variable_start == comment_start) {
    throw std::invalid_argument(
        "retort::jinja::Syntax: block, variable and comment start strings must be different");
  }
  if (newline_sequence != "\n" && newline_sequence != "\r\n" && newline_sequence != "\r") {
    throw std::invalid_argument(R"(retort::jinja::Syntax: newline_sequence must be "\n", "\r\n" or "\r")");
  }
}

}  // namespace retort::jinja
