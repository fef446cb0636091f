// SPDX-License-Identifier: BSD-3-Clause
#include "retort/migrate/detail/lexer.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "retort/base/text.h"
#include "retort/migrate/error.h"

namespace retort::migrate::detail {
namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || text::is_digit(c) || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

void Line::fail(const std::string& what) const {
  throw MigrationError(fmt::format("{}:{}: {}", path_, number_, what));
}

void Line::skip() { rest_ = text::trim(rest_); }

bool Line::done() {
  skip();
  return rest_.empty();
}

std::string Line::name(std::string_view what) {
  skip();
  std::string out;
  if (!rest_.empty() && rest_[0] == '"') {
    std::size_t i = 1;
    for (; i < rest_.size(); ++i) {
      if (rest_[i] == '"' && (i + 1 == rest_.size() || rest_[i + 1] != '"')) break;
      if (rest_[i] == '"') ++i;
      out += rest_[i];
    }
    if (i >= rest_.size()) fail("a \" is not closed");
    rest_.remove_prefix(i + 1);
    return out;
  }
  const auto end = std::find_if_not(rest_.begin(), rest_.end(), is_word);
  out.assign(rest_.begin(), end);
  if (out.empty())
    fail(rest_.empty() ? fmt::format("{} is missing", what)
                       : fmt::format("expected {} instead of \"{}\"", what, rest_));
  rest_.remove_prefix(out.size());
  return out;
}

bool Line::accept(std::string_view word) {
  skip();
  if (!rest_.starts_with(word) || (rest_.size() > word.size() && is_word(rest_[word.size()]))) return false;
  rest_.remove_prefix(word.size());
  return true;
}

bool Line::accept(char c) {
  skip();
  if (rest_.empty() || rest_[0] != c) return false;
  rest_.remove_prefix(1);
  return true;
}

void Line::expect(char c) {
  if (!accept(c)) fail(fmt::format("expected \"{}\" instead of \"{}\"", c, rest_));
}

int Line::integer(std::string_view what) {
  skip();
  int value = 0;
  const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
  if (error != std::errc{}) fail(fmt::format("expected {} (a number) instead of \"{}\"", what, rest_));
  rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
  return value;
}

std::vector<std::string> Line::names() {
  std::vector<std::string> out;
  expect('(');
  do out.push_back(name("a column's name"));
  while (accept(','));
  expect(')');
  return out;
}

std::string Line::sql() {
  expect(':');
  skip();
  if (rest_.empty()) fail("SQL is missing behind \":\"");
  const std::string out(rest_);
  rest_ = {};
  return out;
}

void Line::finish() {
  if (!done()) fail(fmt::format("\"{}\" does not belong here", rest_));
}

std::string quoted_name(std::string_view name) {
  if (!name.empty() && std::all_of(name.begin(), name.end(), is_word)) return std::string(name);
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

}  // namespace retort::migrate::detail
