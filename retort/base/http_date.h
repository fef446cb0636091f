// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The date of HTTP headers (RFC 9110, 5.6.7), which JSON and sessions use as well. Pure.

#include <cstdint>
#include <string>

namespace retort {

/// "Sun, 06 Nov 1994 08:49:37 GMT". Precondition: a year from 0 to 9999.
std::string http_date(std::int64_t unix_seconds);

}  // namespace retort
