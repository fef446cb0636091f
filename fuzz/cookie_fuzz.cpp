// SPDX-License-Identifier: BSD-3-Clause
// Cookies: names are not empty, and what is written is read back.
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

#include "retort/base/utf8.h"
#include "retort/http/cookie.h"
#include "retort/http/headers.h"
#include "retort/http/multidict.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace retort;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const http::MultiDict cookies = http::parse_cookie(text);
  for (const auto& [name, value] : cookies.items(true)) {
    if (name.empty() || !utf8::valid(name) || !utf8::valid(value)) std::abort();
  }
  const std::string line = http::dump_cookie("a", text, {.path = text});
  if (!http::is_header_value(line)) std::abort();
  const std::string pair = line.substr(0, line.find("; Path="));
  if (utf8::valid(text) && http::parse_cookie(pair)["a"] != text) std::abort();
  try {
    (void)http::dump_cookie(text, "x", {.domain = text});
  } catch (const std::invalid_argument&) {
  }
  return 0;
}
