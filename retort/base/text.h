// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Small things that text needs all over the tree. ASCII only: what is beyond stays as it
// is. Pure functions.

#include <string>
#include <string_view>

namespace retort::text {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }
constexpr char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c & ~0x20) : c; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string to_lower(std::string_view text);
std::string to_upper(std::string_view text);

/// Without spaces and tabs (HTTP's optional white space) at both ends.
std::string_view trim(std::string_view text);

/// Empties what will be used again; memory above 64 KiB is given back.
inline void clear_for_reuse(std::string& text) {
  constexpr std::size_t kMostKept = 64 * 1024;
  if (text.capacity() > kMostKept) [[unlikely]]
    std::string().swap(text);  // to which a new value assigned would not come
  text.clear();
}

/// Appends `text` with control characters (C0, DEL, C1) as Python writes them (\\n, \\x1b,
/// \\x9b), and bytes that are no UTF-8 so, too; with a `quote` that and backslashes get a
/// backslash, and with `ascii` all bytes beyond are \\xff.
void append_escaped(std::string& out, std::string_view text, char quote = '\0', bool ascii = false);
/// The quote that Python's repr takes: ' unless that is in the text and " is not.
char repr_quote(std::string_view text);
/// What Python's repr of a str is, but that of what is beyond ASCII only C1 is escaped.
std::string repr(std::string_view text);

}  // namespace retort::text
