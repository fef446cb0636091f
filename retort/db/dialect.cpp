// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/dialect.h"

#include <algorithm>

#include "retort/base/text.h"
#include "retort/db/error.h"

namespace retort::db {
namespace {

bool is_plain(std::string_view identifier) {
  if (identifier[0] == '$' || (identifier[0] >= '0' && identifier[0] <= '9')) return false;
  return std::all_of(identifier.begin(), identifier.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '$';
  });
}

}  // namespace

void Dialect::append_quoted(std::string& out, std::string_view identifier) const {
  if (identifier.empty()) throw ArgumentError("an identifier is empty");
  if (identifier.find('\0') != identifier.npos)
    throw ArgumentError("an identifier holds a NUL: " + text::repr(identifier));
  if (is_plain(identifier) && !is_reserved(identifier)) {
    out += identifier;
    return;
  }
  out += '"';
  for (const char c : identifier) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

std::string Dialect::quote(std::string_view identifier) const {
  std::string out;
  append_quoted(out, identifier);
  return out;
}

std::string escape_like(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '%' || c == '_') out += '\\';
    out += c;
  }
  return out;
}

}  // namespace retort::db
