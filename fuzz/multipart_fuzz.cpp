// SPDX-License-Identifier: BSD-3-Clause
// Multipart bodies: whole and in random pieces they decode to the same. The first byte
// seeds the pieces; the boundary is "b".
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "retort/http/multipart.h"

namespace {

using retort::http::MultipartDecoder;
using Event = MultipartDecoder::Event;

// In one piece when `seed` is 0.
std::string decode(std::string_view body, std::uint64_t seed) {
  MultipartDecoder decoder("b", {.max_parts = 20, .max_head_bytes = 500});
  std::string out;
  for (std::size_t at = 0;;) {
    switch (decoder.next()) {
      case Event::need_data:
        if (at < body.size()) {
          std::size_t n = body.size();
          if (seed != 0) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            n = 1 + (seed >> 40) % 20;
          }
          const std::string piece(body.substr(at, n));  // of its own, so that a view into it would show
          decoder.feed(piece);
          at += piece.size();
        } else {
          decoder.finish();
        }
        break;
      case Event::part:
        out += "<" + decoder.name().value_or("?") + "|" + decoder.filename().value_or("?") + ">";
        break;
      case Event::data:
        if (decoder.data().empty()) std::abort();
        out += decoder.data();
        break;
      case Event::part_end:
        out += "<end>";
        break;
      case Event::end:
        return out;
      case Event::malformed:
        return out + "malformed";
      case Event::too_large:
        return out + "too large";
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > 20'000) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data + 1), size - 1);
  const std::string whole = decode(body, 0);
  if (decode(body, std::uint64_t{data[0]} + 1) != whole) std::abort();
  return 0;
}
