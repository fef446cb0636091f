// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The table alembic_version.

#include <string>
#include <vector>

#include "retort/migrate/detail/executor.h"

namespace retort::migrate::detail {

/// Makes the table when it is not there. `known`: whether it is, when nothing can be asked.
void ensure_versions(Executor& executor, bool known);
/// Changes the rows `from` into `to` with Alembic's statements.
void write_versions(Executor& executor, const std::vector<std::string>& from,
                    const std::vector<std::string>& to);

}  // namespace retort::migrate::detail
