// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Content-Type's finer points. Thread-safe.

#include <string>
#include <string_view>

namespace retort::http {

/// The media type with a charset, if it is one of text (Werkzeug: get_content_type).
std::string get_content_type(std::string_view mimetype, std::string_view charset = "utf-8");

}  // namespace retort::http
