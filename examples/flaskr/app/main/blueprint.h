// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <retort/app/blueprint.h>

namespace flaskr {

/// The pages: posts, dashboard, profiles.
retort::Blueprint main_blueprint();

}  // namespace flaskr
