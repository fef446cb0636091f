// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// HTML's character references as characters, and markup without its tags. Pure functions.

#include <string>
#include <string_view>

namespace retort::detail {

/// Python's html.unescape. Makes at most twice the text, in bytes.
std::string unescape_html(std::string_view html);
/// MarkupSafe's striptags: without comments and tags, white space collapsed, unescaped.
std::string strip_tags(std::string_view html);

/// The characters of "amp;" or "amp"; null when there is no such name (html_entities.cpp).
const char* find_entity(std::string_view name);

}  // namespace retort::detail
