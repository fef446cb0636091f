// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// A revision and its file: plain text that a reviewer reads and that needs no compiler
// (docs/migrations.md tells its form). What is written reads back the same. Pure functions.

#include <string>
#include <string_view>
#include <vector>

#include "retort/migrate/operation.h"

namespace retort::migrate {

struct Revision {
  std::string id;
  std::vector<std::string> parents = {};  ///< none: a base; several: a merge
  std::string message = {};
  std::string date = {};  ///< "2024-05-06 07:08:09"
  std::vector<Operation> up = {};
  std::vector<Operation> down = {};
  std::string path = {};
  /// Alembic's own file: known by its header, run by `flask db upgrade` alone.
  bool is_alembic = false;
};

/// Throws MigrationError with "path:line: what".
Revision parse_revision(std::string_view text, std::string_view path);
/// Throws MigrationError for what the form has no words for (a line break in a default).
std::string revision_text(const Revision& revision);

/// The header of one of Alembic's Python files: id, parents, message.
Revision parse_alembic_revision(std::string_view text, std::string_view path);

/// What Alembic is shown of a revision that is Retort's, so that its own may come behind: a Python
/// file that fails when it is run, and says what to run instead.
std::string alembic_text(const Revision& revision);

/// "string(120)", "enum(color, red, green)".
std::string type_text(const db::ColumnType& type);

/// 12 hexadecimal digits, as Alembic's.
std::string new_revision_id();

}  // namespace retort::migrate
