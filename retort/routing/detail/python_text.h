// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Text as Python writes it, where URLs and error messages must be Flask's to the byte.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace retort::routing::detail {

/// repr(float): the shortest digits that read back, an exponent below 1e-4 and from 1e16.
std::string float_repr(double value);
/// f"{value:.06f}" without trailing zeros, as Werkzeug's FloatConverter.to_url.
std::string float_url_text(double value);

/// int(text): spaces around, a sign, digits with single underscores. The digits come
/// without leading zeros, "-" before them if negative.
std::optional<std::string> python_int(std::string_view text);
/// float(text), inf and nan included.
std::optional<double> python_float(std::string_view text);
/// The number that "-" and digits stand for, if it fits.
std::optional<std::int64_t> to_int64(std::string_view digits);
/// Of "digits.digits" with an optional "-", never failing: too large is infinite.
double decimal_to_double(std::string_view text);

/// difflib.SequenceMatcher(None, a, b).ratio()
double similarity(std::string_view a, std::string_view b);

}  // namespace retort::routing::detail
