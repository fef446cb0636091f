// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <string_view>

#include <retort/app/app.h>

namespace project_name {

/// The application factory. `config_name`: "development", "testing" or "production"; "" is what
/// APP_ENV says, else development (config.h).
retort::App create_app(std::string_view config_name = "");

}  // namespace project_name
