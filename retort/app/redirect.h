// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// redirect() and other small makers of responses (Flask's helpers).

#include <string_view>

#include "retort/message/response.h"

namespace retort {

/// A response that sends the client to `location` (Werkzeug: redirect). Codes 301, 302,
/// 303, 305, 307, 308; another is std::invalid_argument. The location becomes an
/// ASCII URI; CR, LF or NUL in it are std::invalid_argument.
Response redirect(std::string_view location, int code = 302);

/// A response whose body `write` sends piece by piece while it runs.
Response stream(Response::Stream write, std::string_view content_type = Response::kHtml);

}  // namespace retort
