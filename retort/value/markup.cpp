// SPDX-License-Identifier: BSD-3-Clause
#include "retort/value/markup.h"

namespace retort {

Markup::Markup(std::string_view html) : html_(html) {}
Markup::Markup(const char* html) : html_(html) {}

Markup& Markup::operator+=(const Markup& other) {
  html_ += other.html_;
  return *this;
}

void append_escaped(std::string& out, std::string_view text) {
  for (;;) {
    const std::size_t special = text.find_first_of("&<>\"'");
    out += text.substr(0, special);
    if (special == std::string_view::npos) return;
    switch (text[special]) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&#34;";
        break;
      default:
        out += "&#39;";
    }
    text.remove_prefix(special + 1);
  }
}

Markup Markup::escape(std::string_view text) {
  std::string out;
  append_escaped(out, text);
  return Markup(std::move(out));
}

}  // namespace retort
