// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// A strict reading of rendered HTML: what a page's own markup consists of, so that anything that
// got in beside it shows.
#include <string>
#include <string_view>
#include <vector>

namespace retort::forms_security {

/// "" when `html` is text without markup of its own and tags of `allowed` kinds, each attribute a
/// name of small letters, digits and hyphens, whose value has quotes and neither < nor >, and none of
/// them a handler of events; else what is wrong. Text in a script or a comment is none.
inline std::string trespass(std::string_view html, const std::vector<std::string_view>& allowed) {
  const auto is_name = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  std::size_t at = 0;
  const auto around = [&] { return " at: " + std::string(html.substr(at, 40)); };
  const auto word = [&] {
    const std::size_t start = at;
    while (at < html.size() && is_name(html[at])) ++at;
    return html.substr(start, at - start);
  };
  while (at < html.size()) {
    if (html[at] == '>' || html[at] == '"' || html[at] == '\'') return "bare character" + around();
    if (html[at] != '<') {
      ++at;
      continue;
    }
    at += html.substr(at, 2) == "</" ? 2 : 1;
    const std::string_view tag = word();
    bool known = false;
    for (const std::string_view one : allowed) known = known || one == tag;
    if (!known) return "tag <" + std::string(tag) + ">" + around();
    while (at < html.size() && html[at] == ' ') {
      ++at;
      const std::string_view name = word();
      if (name.empty() || name.starts_with("on") || name == "autofocus" || name == "srcdoc")
        return "attribute " + std::string(name) + around();
      if (html.substr(at, 2) != "=\"") continue;
      at += 2;
      while (at < html.size() && html[at] != '"') {
        if (html[at] == '<' || html[at] == '>' || html[at] == '\'') return "value" + around();
        ++at;
      }
      if (at == html.size()) return "value without an end";
      ++at;
    }
    if (at == html.size() || html[at] != '>') return "end of <" + std::string(tag) + ">" + around();
    ++at;
  }
  return {};
}

}  // namespace retort::forms_security
