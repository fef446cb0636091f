// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <retort/app/blueprint.h>

namespace flaskr {

/// /auth: register, log in, log out, change the password.
retort::Blueprint auth_blueprint();

}  // namespace flaskr
