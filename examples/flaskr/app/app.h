// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <string_view>

#include <retort/app/app.h>

namespace flaskr {

/// The application factory. `config_name`: "development", "testing", "testing-csrf" or "production"
/// (config.h); "" is what FLASK_ENV says, else development.
retort::App create_app(std::string_view config_name = "");

}  // namespace flaskr
