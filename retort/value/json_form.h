// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The JSON text of values, as Python's json.dumps writes it. The json room and templates
// (tojson) share it. Pure functions.

#include <string>
#include <string_view>

#include "retort/value/value.h"

namespace retort {

class Evaluator;

/// How JSON is laid out: the arguments of Python's json.dumps.
struct JsonForm {
  bool indents = false;     ///< a line for each item
  std::string_view indent;  ///< what a line begins with for each level
  std::string_view item_separator = ", ";
  std::string_view key_separator = ": ";
  bool sort_keys = false;  ///< in the order of the keys; TypeError where they have none
  bool ensure_ascii = true;
  bool allow_nan = true;   ///< NaN and Infinity instead of a ValueError
  bool skip_keys = false;  ///< leaves entries out whose key is no scalar, instead of a TypeError
};

/// Appends a value. TypeError for what JSON has no words for; RecursionError beyond
/// kMaxValueDepth. Each value is a step, and what is written is charged.
void append_json(std::string& out, const Value& value, const JsonForm& form, Evaluator& evaluator);
/// Appends text in quotes.
void append_json_text(std::string& out, std::string_view text, bool ensure_ascii);
/// Appends a number. ValueError for NaN and infinities that are not allowed.
void append_json_double(std::string& out, double number, bool allow_nan);
/// Makes finished JSON safe inside HTML, in attributes with either quote and in <script>:
/// < > & and ' become \uXXXX (Jinja's htmlsafe_json_dumps). Charges what is added.
std::string html_safe_json(std::string json, Evaluator& evaluator);

}  // namespace retort
