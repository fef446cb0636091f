// SPDX-License-Identifier: BSD-3-Clause
// Queries: all values are UTF-8, and encoded again they are read to the same pairs.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/base/utf8.h"
#include "retort/http/url.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace retort;
  const http::MultiDict pairs = http::parse_query({reinterpret_cast<const char*>(data), size});
  std::vector<std::pair<std::string, std::string>> copies;
  for (const auto& [key, value] : pairs.items(true)) {
    if (!utf8::valid(key) || !utf8::valid(value)) std::abort();
    copies.emplace_back(key, value);
  }
  if (!(http::parse_query(http::urlencode(copies)) == pairs)) std::abort();
  return 0;
}
