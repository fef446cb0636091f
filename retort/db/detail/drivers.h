// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The two drivers.

#include "retort/base/owned.h"
#include "retort/db/connection.h"
#include "retort/db/engine.h"
#include "retort/db/url.h"

namespace retort::db::detail {

/// Throws OperationalError when the file cannot be opened.
Owned<Connection> open_sqlite(const Url& url, const EngineOptions& options);

}  // namespace retort::db::detail
