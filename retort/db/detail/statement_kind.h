// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Where a statement goes: which database, and whether it needs a transaction. Pure functions.

#include <string>
#include <string_view>

namespace retort::db::detail {

struct SelectData;

/// The database that the statement's tables are in. Throws ArgumentError for more than one.
const std::string& bind_of(const SelectData& data);
/// Whether SQL text does nothing but read. What may write, or lock, does not.
bool only_reads(std::string_view sql);

}  // namespace retort::db::detail
