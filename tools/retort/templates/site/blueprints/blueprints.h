// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <retort/app/blueprint.h>

namespace project_name {

retort::Blueprint main_blueprint();     ///< the pages
retort::Blueprint account_blueprint();  ///< /account: who one is, kept in the session

}  // namespace project_name
