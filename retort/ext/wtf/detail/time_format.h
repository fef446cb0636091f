// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Dates and times by a format as Python's strptime reads and strftime writes them, in English:
// %Y %y %m %d %j %H %I %p %M %S %f %a %A %b %B %w %u %U %W %G %V %z %%, written with "-" behind the % without
// leading zeros. Pure functions.

#include <optional>
#include <string>
#include <string_view>

namespace retort {
struct DateTime;
}

namespace retort::wtf::detail {

/// Whether it has nothing but directives that are known.
bool is_time_format(std::string_view format);
/// Nothing for text that is not of the format, or no date and time.
std::optional<DateTime> read_time(std::string_view text, std::string_view format);
std::string write_time(const DateTime& time, std::string_view format);

}  // namespace retort::wtf::detail
