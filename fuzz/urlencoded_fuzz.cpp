// SPDX-License-Identifier: BSD-3-Clause
// Urlencoded forms: in random pieces they decode to what parse_query reads from the whole,
// field by field to what each is alone, and limits fall at the same place. The first byte
// seeds the pieces and the limits.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/http/url.h"
#include "retort/http/urlencoded.h"

namespace {

using namespace retort::http;
using Event = UrlencodedDecoder::Event;

struct Decoded {
  std::vector<std::pair<std::string, std::string>> fields;
  Event end = Event::end;
  bool operator==(const Decoded&) const = default;
};

// In one piece when `seed` is 0.
Decoded decode(std::string_view text, std::uint64_t seed, const UrlencodedLimits& limits) {
  UrlencodedDecoder decoder(limits);
  Decoded out;
  std::vector<char> piece;  // of its own, so that a view into an old one would show
  for (std::size_t at = 0;;) {
    switch (const Event event = decoder.next()) {
      case Event::need_data:
        if (at < text.size()) {
          std::size_t n = text.size() - at;
          if (seed != 0) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            n = std::min<std::size_t>(n, (seed >> 40) % 8);
          }
          std::vector<char>(text.begin() + static_cast<std::ptrdiff_t>(at),
                            text.begin() + static_cast<std::ptrdiff_t>(at + n))
              .swap(piece);
          decoder.feed({piece.data(), piece.size()});
          at += n;
        } else {
          decoder.finish();
        }
        break;
      case Event::field:
        out.fields.emplace_back(std::move(decoder.name()), std::move(decoder.value()));
        break;
      case Event::end:
      case Event::too_large:
        out.end = event;
        return out;
    }
  }
}

void expect(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > 20'000) return 0;
  const std::uint64_t seed = std::uint64_t{data[0]} + 1;
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();
  const Decoded pieces = decode(text, seed, {.max_fields = kAll, .max_bytes = text.size()});
  expect(pieces.end == Event::end);

  MultiDict dict;
  for (const auto& [name, value] : pieces.fields) dict.add(name, value);
  expect(dict == parse_query(text, kAll));

  // Each field alone.
  auto field = pieces.fields.begin();
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view one = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(one.size() + 1, rest.size()));
    if (one.empty()) continue;
    expect(field != pieces.fields.end());
    const MultiDict alone = parse_query(one);
    expect(alone.size() == 1 && alone[field->first] == field->second);
    ++field;
  }
  expect(field == pieces.fields.end());

  const UrlencodedLimits limits{.max_fields = seed % 5, .max_bytes = seed % 37};
  const Decoded limited = decode(text, seed, limits);
  expect(limited == decode(text, 0, limits));
  expect(limited.fields.size() <= limits.max_fields);
  expect(std::equal(limited.fields.begin(), limited.fields.end(), pieces.fields.begin()));
  if (limited.end == Event::end) expect(limited.fields == pieces.fields && text.size() <= limits.max_bytes);
  return 0;
}
