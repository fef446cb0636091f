// SPDX-License-Identifier: BSD-3-Clause
// JSON from outside: what can be read is written and read again to the same value; what
// cannot is refused at a byte of the text.
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string_view>

#include "retort/json/json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace retort;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Result<Value> value = json::parse(text);
  if (!value) {
    const std::size_t at = value.error().position;
    if (at != Error::kNoPosition && at > size) std::abort();
    return 0;
  }
  for (const bool ascii : {false, true}) {
    JsonOptions options;
    options.ensure_ascii = ascii;
    const Result<Value> again = json::parse(json::dump(*value, options));
    if (!again || !(*again == *value)) std::abort();
  }
  return 0;
}
