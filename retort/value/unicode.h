// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Unicode's properties and case mappings of code points, as Python's str methods use them.
// Generated tables (scripts/unicode_tables.py); pure functions.

#include <string>
#include <string_view>

namespace retort::unicode {

bool is_alpha(char32_t c);    ///< str.isalpha: categories L*
bool is_decimal(char32_t c);  ///< str.isdecimal
bool is_digit(char32_t c);    ///< str.isdigit
bool is_numeric(char32_t c);  ///< str.isnumeric
bool is_space(char32_t c);    ///< str.isspace
bool is_upper(char32_t c);    ///< property Uppercase
bool is_lower(char32_t c);    ///< property Lowercase
bool is_title(char32_t c);    ///< category Lt
bool is_cased(char32_t c);
bool is_case_ignorable(char32_t c);
bool is_printable(char32_t c);  ///< str.isprintable: what repr shows as it is
bool is_id_start(char32_t c);   ///< str.isidentifier, first code point (XID_Start or '_')
bool is_id_continue(char32_t c);
/// The value of a decimal digit, -1 for others.
int digit_value(char32_t c);

// Whole texts with full mappings ("ß" to "SS", final sigma). Append to `out`.
void append_upper(std::string& out, std::string_view text);
void append_lower(std::string& out, std::string_view text);
void append_title(std::string& out, std::string_view text);
void append_capitalized(std::string& out, std::string_view text);
void append_swapped_case(std::string& out, std::string_view text);
void append_casefolded(std::string& out, std::string_view text);

}  // namespace retort::unicode
