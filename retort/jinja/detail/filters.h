// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The built-in filters (jinja2.filters) that the table in builtins.cpp names.

#include <string>

#include "retort/jinja/render.h"
#include "retort/value/object.h"
#include "retort/value/value.h"

namespace retort::jinja::detail {

using BuiltinSignature = Value(Render& render, const CallArguments& call);

// filters_text.cpp, filters_words.cpp
BuiltinSignature filter_capitalize, filter_center, filter_filesizeformat, filter_format, filter_indent,
    filter_lower, filter_replace, filter_string, filter_title, filter_trim, filter_truncate, filter_upper,
    filter_wordcount, filter_wordwrap;
// filters_html.cpp, urlize.cpp, tojson.cpp, pprint.cpp
BuiltinSignature filter_escape, filter_forceescape, filter_pprint, filter_safe, filter_striptags,
    filter_tojson, filter_urlencode, filter_urlize, filter_xmlattr;
/// pprint.pformat(value, depth=depth, compact=compact); a depth of 0 is none.
std::string pretty_text(Render& render, const Value& value, int depth, bool compact);
// filters_sequence.cpp
BuiltinSignature filter_attr, filter_dictsort, filter_first, filter_groupby, filter_join, filter_last,
    filter_length, filter_list, filter_max, filter_min, filter_random, filter_reverse, filter_sort,
    filter_sum;
// filters_lazy.cpp
BuiltinSignature filter_batch, filter_items, filter_map, filter_reject, filter_rejectattr, filter_select,
    filter_selectattr, filter_slice, filter_unique;
// filters_number.cpp
BuiltinSignature filter_abs, filter_default, filter_float, filter_int, filter_round;

}  // namespace retort::jinja::detail
