// SPDX-License-Identifier: BSD-3-Clause
// The tables of the methods of str and Markup, and those methods that look at or change
// each code point on its own.
#include "retort/value/detail/str_methods.h"

#include <iterator>
#include <string>

#include "retort/base/utf8.h"
#include "retort/value/detail/codecs.h"
#include "retort/value/detail/html_unescape.h"
#include "retort/value/detail/method_call.h"
#include "retort/value/escape.h"
#include "retort/value/format.h"
#include "retort/value/methods.h"
#include "retort/value/unicode.h"

namespace retort {
namespace detail {
namespace {

using Form = Signature::Form;

/// A method that maps the case of the whole text.
Value map_case(const char* name, void (*append)(std::string&, std::string_view), const Value& self,
               const CallArguments& arguments) {
  MethodCall call({name, 0, 0}, self, arguments);
  const std::size_t size = call.text().size();
  call.evaluator().charge(size);
  std::string out;
  append(out, call.text());
  if (out.size() > size) call.evaluator().charge(out.size() - size);  // at most three times the text
  return call.like_self(out);
}

Value str_capitalize(const Value& self, const CallArguments& arguments) {
  return map_case("capitalize", unicode::append_capitalized, self, arguments);
}
Value str_casefold(const Value& self, const CallArguments& arguments) {
  return map_case("casefold", unicode::append_casefolded, self, arguments);
}
Value str_lower(const Value& self, const CallArguments& arguments) {
  return map_case("lower", unicode::append_lower, self, arguments);
}
Value str_swapcase(const Value& self, const CallArguments& arguments) {
  return map_case("swapcase", unicode::append_swapped_case, self, arguments);
}
Value str_title(const Value& self, const CallArguments& arguments) {
  return map_case("title", unicode::append_title, self, arguments);
}
Value str_upper(const Value& self, const CallArguments& arguments) {
  return map_case("upper", unicode::append_upper, self, arguments);
}

/// Whether all code points are of a kind; of an empty text, `of_empty`.
template <class Is>
Value all_are(const char* name, bool of_empty, const Value& self, const CallArguments& arguments, Is is) {
  const MethodCall call({name, 0, 0}, self, arguments);
  const std::string_view text = call.text();
  if (text.empty()) return of_empty;
  for (std::size_t at = 0; at < text.size();) {
    if (!is(utf8::decode(text, at))) return false;
  }
  return true;
}

bool is_alphanumeric(char32_t c) {
  return unicode::is_alpha(c) || unicode::is_decimal(c) || unicode::is_digit(c) || unicode::is_numeric(c);
}

Value str_isalnum(const Value& self, const CallArguments& arguments) {
  return all_are("isalnum", false, self, arguments, is_alphanumeric);
}
Value str_isalpha(const Value& self, const CallArguments& arguments) {
  return all_are("isalpha", false, self, arguments, unicode::is_alpha);
}
Value str_isascii(const Value& self, const CallArguments& arguments) {
  return all_are("isascii", true, self, arguments, [](char32_t c) { return c < 0x80; });
}
Value str_isdecimal(const Value& self, const CallArguments& arguments) {
  return all_are("isdecimal", false, self, arguments, unicode::is_decimal);
}
Value str_isdigit(const Value& self, const CallArguments& arguments) {
  return all_are("isdigit", false, self, arguments, unicode::is_digit);
}
Value str_isidentifier(const Value& self, const CallArguments& arguments) {
  bool first = true;
  return all_are("isidentifier", false, self, arguments, [&](char32_t c) {
    const bool fits = first ? unicode::is_id_start(c) : unicode::is_id_continue(c);
    first = false;
    return fits;
  });
}
Value str_isnumeric(const Value& self, const CallArguments& arguments) {
  return all_are("isnumeric", false, self, arguments, unicode::is_numeric);
}
Value str_isprintable(const Value& self, const CallArguments& arguments) {
  return all_are("isprintable", true, self, arguments, unicode::is_printable);
}
Value str_isspace(const Value& self, const CallArguments& arguments) {
  return all_are("isspace", false, self, arguments, unicode::is_space);
}

/// islower and isupper: some cased letter, and none of the other cases.
template <class Own, class Other>
Value is_one_case(const char* name, const Value& self, const CallArguments& arguments, Own own, Other other) {
  bool cased = false;
  const Value all = all_are(name, false, self, arguments, [&](char32_t c) {
    if (own(c)) cased = true;
    return !other(c) && !unicode::is_title(c);
  });
  return all.as_bool() && cased;
}

Value str_islower(const Value& self, const CallArguments& arguments) {
  return is_one_case("islower", self, arguments, unicode::is_lower, unicode::is_upper);
}
Value str_isupper(const Value& self, const CallArguments& arguments) {
  return is_one_case("isupper", self, arguments, unicode::is_upper, unicode::is_lower);
}

Value str_istitle(const Value& self, const CallArguments& arguments) {
  bool cased = false;
  bool in_word = false;
  const Value all = all_are("istitle", false, self, arguments, [&](char32_t c) {
    const bool starts = unicode::is_upper(c) || unicode::is_title(c);
    const bool goes_on = !starts && unicode::is_lower(c);
    if (starts ? in_word : goes_on && !in_word) return false;
    in_word = starts || goes_on;
    cased = cased || in_word;
    return true;
  });
  return all.as_bool() && cased;
}

Value str_encode(const Value& self, const CallArguments& arguments) {
  MethodCall call({"encode", 0, 2, Form::keywords, {"encoding", "errors"}}, self, arguments);
  const std::string_view encoding = call.has(0) ? call.text(0, "encode() argument 'encoding' ") : "utf-8";
  const std::string_view errors = call.has(1) ? call.text(1, "encode() argument 'errors' ") : "strict";
  const std::size_t size = call.text().size();
  call.evaluator().charge(bounded_size(size, errors == "xmlcharrefreplace" ? 5 : 1, 0));
  return Value::bytes(encode(call.text(), encoding, errors));
}

Value str_format(const Value& self, const CallArguments& arguments) {
  Evaluator unbounded;
  return ops::format(self, arguments, arguments.evaluator ? *arguments.evaluator : unbounded);
}

Value str_format_map(const Value& self, const CallArguments& arguments) {
  MethodCall call({"format_map", 1, 1}, self, arguments);
  return ops::format_map(self, call[0], call.evaluator());
}

Value markup_escape(const Value& self, const CallArguments& arguments) {
  MethodCall call({"escape", 1, 1}, self, arguments);
  if (call[0].is_markup()) return call[0];
  if (call[0].is_string()) call.evaluator().charge(bounded_size(call[0].as_string().size(), 2, 0));
  return escape(call[0]);
}

Value markup_striptags(const Value& self, const CallArguments& arguments) {
  MethodCall call({"striptags", 0, 0}, self, arguments);
  call.evaluator().charge(bounded_size(call.text().size(), 2, 0));
  return strip_tags(call.text());
}

Value markup_unescape(const Value& self, const CallArguments& arguments) {
  MethodCall call({"unescape", 0, 0}, self, arguments);
  call.evaluator().charge(bounded_size(call.text().size(), 2, 0));
  return unescape_html(call.text());
}

// In the order of names.
constexpr Method kStrMethods[] = {
    {"capitalize", str_capitalize},
    {"casefold", str_casefold},
    {"center", str_center},
    {"count", str_count},
    {"encode", str_encode},
    {"endswith", str_endswith},
    {"expandtabs", str_expandtabs},
    {"find", str_find},
    {"format", str_format},
    {"format_map", str_format_map},
    {"index", str_index},
    {"isalnum", str_isalnum},
    {"isalpha", str_isalpha},
    {"isascii", str_isascii},
    {"isdecimal", str_isdecimal},
    {"isdigit", str_isdigit},
    {"isidentifier", str_isidentifier},
    {"islower", str_islower},
    {"isnumeric", str_isnumeric},
    {"isprintable", str_isprintable},
    {"isspace", str_isspace},
    {"istitle", str_istitle},
    {"isupper", str_isupper},
    {"join", str_join},
    {"ljust", str_ljust},
    {"lower", str_lower},
    {"lstrip", str_lstrip},
    {"maketrans", str_maketrans},
    {"partition", str_partition},
    {"removeprefix", str_removeprefix},
    {"removesuffix", str_removesuffix},
    {"replace", str_replace},
    {"rfind", str_rfind},
    {"rindex", str_rindex},
    {"rjust", str_rjust},
    {"rpartition", str_rpartition},
    {"rsplit", str_rsplit},
    {"rstrip", str_rstrip},
    {"split", str_split},
    {"splitlines", str_splitlines},
    {"startswith", str_startswith},
    {"strip", str_strip},
    {"swapcase", str_swapcase},
    {"title", str_title},
    {"translate", str_translate},
    {"upper", str_upper},
    {"zfill", str_zfill},
};

constexpr std::size_t kStrCount = std::size(kStrMethods);
constexpr Method kMarkupOwn[] = {
    {"escape", markup_escape},
    {"join", markup_join},
    {"striptags", markup_striptags},
    {"unescape", markup_unescape},
};

struct MarkupTable {
  Method methods[kStrCount + std::size(kMarkupOwn) - 1];  // join is in both
};

constexpr MarkupTable merge() {
  MarkupTable out{};
  std::size_t own = 0;
  std::size_t str = 0;
  for (Method& method : out.methods) {
    const bool take_own =
        own < std::size(kMarkupOwn) && (str == kStrCount || kMarkupOwn[own].name <= kStrMethods[str].name);
    if (take_own && str < kStrCount && kMarkupOwn[own].name == kStrMethods[str].name) ++str;
    method = take_own ? kMarkupOwn[own++] : kStrMethods[str++];
  }
  return out;
}

constexpr MarkupTable kMarkupMethods = merge();

}  // namespace

ValueSpan<Method> str_methods() { return {kStrMethods, kStrCount}; }

ValueSpan<Method> markup_methods() { return {kMarkupMethods.methods, std::size(kMarkupMethods.methods)}; }

}  // namespace detail
}  // namespace retort
