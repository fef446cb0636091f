// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/content_type.h"

#include <algorithm>

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

}  // namespace retort::http
