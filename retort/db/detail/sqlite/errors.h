// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What SQLite's result codes mean as exceptions.

#include <string>

namespace retort::db::detail {

/// "SQLITE_CONSTRAINT_UNIQUE"
std::string sqlite_code_name(int extended_code);

/// Throws the class that the code stands for, with table, column and constraint where the
/// message names them.
[[noreturn]] void throw_sqlite_error(int extended_code, std::string message, const std::string& statement);

/// Whether a connection that said so should not be used again.
bool is_sqlite_connection_lost(int extended_code);

}  // namespace retort::db::detail
