// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <retort/app/blueprint.h>

namespace project_name {

retort::Blueprint notes_blueprint();  ///< /api/notes

}  // namespace project_name
