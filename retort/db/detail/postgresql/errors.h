// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// From libpq's errors to DB-API's classes.

#include <string>
#include <string_view>

#include "retort/db/detail/postgresql/libpq.h"
#include "retort/db/error.h"

namespace retort::db::detail {

/// What an error result tells. Without an SQLSTATE libpq itself made it: the connection is lost.
Failure failure_of(const PGresult* result, const std::string& statement);

/// Throws the class that belongs to the SQLSTATE in `failure.code`; DisconnectionError for "".
[[noreturn]] void throw_failure(Failure failure);

/// "08", "57P01", ...: after these the connection is of no more use.
bool is_disconnection(std::string_view sqlstate);

/// `message` without the line's end.
std::string trimmed(const char* message);

}  // namespace retort::db::detail
