// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The formats of config files, as Values.

#include <string>
#include <string_view>

#include "retort/base/result.h"
#include "retort/value/value.h"

namespace retort::detail {

/// A TOML document as a dict. Dates and times become their text.
Result<Value> parse_toml(std::string_view text, const std::string& name);

/// The reader for a file by its ending; null for an ending that none knows.
using ConfigReader = Result<Value> (*)(std::string_view text, const std::string& name);
ConfigReader config_reader(std::string_view path);

}  // namespace retort::detail
