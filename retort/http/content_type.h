// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Content-Type's finer points. Thread-safe.

#include <string>
#include <string_view>

namespace retort::http {

/// The media type with a charset, if it is one of text (Werkzeug: get_content_type).
std::string get_content_type(std::string_view mimetype, std::string_view charset = "utf-8");

/// Bytes in ASCII or ISO 8859-1 ("ascii", "us-ascii", "iso-8859-1"), else UTF-8, as UTF-8.
/// What is not in the charset becomes U+FFFD.
std::string decode_text(std::string_view bytes, std::string_view charset);

}  // namespace retort::http
