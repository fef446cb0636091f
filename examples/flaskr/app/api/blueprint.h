// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <retort/app/blueprint.h>

namespace flaskr {

/// /api/v1: posts and users as JSON.
retort::Blueprint api_blueprint();

}  // namespace flaskr
