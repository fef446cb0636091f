// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The lexer's readers of single tokens' texts, and of white space as Python's regular
// expressions see it. Pure functions.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "retort/jinja/detail/arena.h"
#include "retort/jinja/detail/lexer.h"

namespace retort::jinja {

/// The bytes of the white space character (\s) at a place; 0 when there is none.
std::size_t space_at(std::string_view text, std::size_t at);
/// Whether the character before a place is white space. Precondition: at > 0.
bool space_ends_at(std::string_view text, std::size_t at);
/// The first place from `at` on where there is no white space.
std::size_t skip_space(std::string_view text, std::size_t at);
/// The size of the text without white space at its end.
std::size_t rstrip_size(std::string_view text);

inline bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}
/// Whether Jinja reads the character as part of a name.
bool is_name_character(char32_t c);
/// str.isidentifier.
bool is_identifier(std::string_view name);
/// The bytes of the character at a place.
std::string_view first_character(std::string_view text, std::size_t at);

/// The end of the float literal at a place; the place itself when there is none.
std::size_t float_end(std::string_view text, std::size_t at);
/// False for digits that are not ASCII.
bool read_float(std::string_view literal, double& value);
/// Reads the integer at a digit: its end. Of a number beyond 64 bits `fits` is false.
std::size_t read_integer(std::string_view text, std::size_t at, std::int64_t& value, bool& fits);
/// The size of the operator at a place; 0 when there is none.
std::size_t read_operator(std::string_view text, std::size_t at, TokenType& type);

/// The text with each \n as `newline`; the text itself where they are the same.
std::string_view with_newlines(std::string_view text, std::string_view newline, Arena& arena);
/// What is between a string's quotes, decoded as Python's "unicode-escape" does; on a fault
/// `message` is Python's. \N{...} is not known.
std::string_view unescape(std::string_view text, Arena& arena, const char*& message);

}  // namespace retort::jinja
