// SPDX-License-Identifier: BSD-3-Clause
#include "tools/retort/source_scan.h"

#include <algorithm>
#include <cctype>
#include <vector>

namespace retort::tool {
namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

/// Where what begins at `at` ends, when it is a comment or a literal; else `at`.
std::size_t end_of_skipped(std::string_view text, std::size_t at) {
  const auto after = [&](std::string_view mark, std::size_t from) {
    const std::size_t found = text.find(mark, from);
    return found == text.npos ? text.size() : found + mark.size();
  };
  const std::string_view rest = text.substr(at);
  if (rest.starts_with("//")) return std::min(text.find('\n', at), text.size());
  if (rest.starts_with("/*")) return after("*/", at + 2);
  if (rest.starts_with("R\"")) {
    const std::size_t open = std::min(text.find('(', at), text.size());
    return after(")" + std::string(text.substr(at + 2, open - at - 2)) + "\"", open);
  }
  if (rest.empty() || (rest[0] != '"' && rest[0] != '\'')) return at;
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == rest[0]) {
      return i + 1;
    }
  }
  return text.size();
}

/// Words and single marks, in order; white space, comments and literals are left out.
std::vector<std::string_view> tokens(std::string_view text) {
  std::vector<std::string_view> out;
  for (std::size_t at = 0; at < text.size();) {
    if (const std::size_t end = end_of_skipped(text, at); end != at) {
      at = end;
    } else if (is_word(text[at])) {
      std::size_t stop = at;
      // 1'000 is one number.
      while (
          stop < text.size() &&
          (is_word(text[stop]) || (text[stop] == '\'' && std::isdigit(static_cast<unsigned char>(text[at])))))
        ++stop;
      out.push_back(text.substr(at, stop - at));
      at = stop;
    } else {
      if (!std::isspace(static_cast<unsigned char>(text[at]))) out.push_back(text.substr(at, 1));
      ++at;
    }
  }
  return out;
}

/// Whether a definition of `name` begins at `at`: a type before it, a parenthesis, and a body.
bool is_definition(const std::vector<std::string_view>& words, std::size_t at, std::string_view name) {
  if (words[at] != name || at == 0 || at + 1 >= words.size() || words[at + 1] != "(") return false;
  const std::string_view before = words[at - 1];
  if (before == "return" || !(is_word(before.back()) || before == ">" || before == "*" || before == "&"))
    return false;
  int depth = 0;
  for (std::size_t i = at + 1; i < words.size(); ++i) {
    if (words[i] == "(") ++depth;
    if (words[i] == ")") --depth;
    if (depth == 0 && words[i] == "{") return true;
    if (depth == 0 && words[i] == ";") return false;
  }
  return false;
}

}  // namespace

SourceScan scan_source(std::string_view text) {
  const std::vector<std::string_view> words = tokens(text);
  const auto defines = [&](std::string_view name) {
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (is_definition(words, i, name)) return true;
    }
    return false;
  };
  SourceScan out;
  out.has_main = defines("main");
  for (const char* name : {"create_app", "make_app"}) {
    if (out.factory.empty() && defines(name)) out.factory = name;
  }
  return out;
}

}  // namespace retort::tool
