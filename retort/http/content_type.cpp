// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/content_type.h"

#include <algorithm>

#include "retort/base/text.h"
#include "retort/base/utf8.h"

namespace retort::http {
namespace {

constexpr std::string_view kTextTypes[] = {
    "application/ecmascript", "application/javascript", "application/sql",
    "application/xml",        "application/xml-dtd",    "application/xml-external-parsed-entity",
};

}  // namespace

std::string get_content_type(std::string_view mimetype, std::string_view charset) {
  std::string out(mimetype);
  const bool text = mimetype.starts_with("text/") || mimetype.ends_with("+xml") ||
                    std::find(std::begin(kTextTypes), std::end(kTextTypes), mimetype) != std::end(kTextTypes);
  if (text) {
    out += "; charset=";
    out += charset;
  }
  return out;
}

std::string decode_text(std::string_view bytes, std::string_view charset) {
  const std::string name = text::to_lower(charset);
  const bool latin = name == "iso-8859-1";
  if (!latin && name != "ascii" && name != "us-ascii") return utf8::replace_invalid(bytes);
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    utf8::append(out, byte < 0x80 || latin ? char32_t{byte} : U'\uFFFD');
  }
  return out;
}

}  // namespace retort::http
