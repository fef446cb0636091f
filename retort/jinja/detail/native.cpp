// SPDX-License-Identifier: BSD-3-Clause
#include "retort/jinja/detail/native.h"

#include <string>
#include <utility>

#include "retort/jinja/detail/literal.h"

namespace retort::jinja::detail {

Value native_result(std::vector<Value> pieces) {
  if (pieces.empty()) return nullptr;
  if (pieces.size() == 1 && !pieces[0].is_string()) return std::move(pieces[0]);
  std::string text;
  for (const Value& piece : pieces) piece.append_str(text);
  Value out;
  if (read_literal(text, out)) return out;
  return text;
}

}  // namespace retort::jinja::detail
