// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What open_connection chooses from; PostgreSQL's is PostgresqlConnection::open.

#include "retort/base/owned.h"
#include "retort/db/connection.h"
#include "retort/db/engine.h"
#include "retort/db/url.h"

namespace retort::db::detail {

/// Opens the URL's file, makes it if need be. Throws ArgumentError for options that SQLite has
/// not, OperationalError when the file cannot be opened.
Owned<Connection> open_sqlite(const Url& url, const EngineOptions& options);

/// Whether the URL means a database that its one connection has for itself, and that ends with it.
bool is_sqlite_memory(const Url& url);

}  // namespace retort::db::detail
