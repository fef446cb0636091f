// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// HTTP's dates (RFC 9110, 5.6.7). Pure functions.

#include <cstdint>
#include <string>

namespace retort::http {

/// "Sun, 06 Nov 1994 08:49:37 GMT" (werkzeug.http.http_date) of seconds since 1970.
std::string http_date(std::int64_t unix_seconds);

}  // namespace retort::http
