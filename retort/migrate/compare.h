// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Autogenerate: what must be done to a live schema so that it is what the models say, and what
// undoes it. A pure function.

#include <string>
#include <vector>

#include "retort/db/dialect.h"
#include "retort/db/inspect.h"
#include "retort/migrate/operation.h"

namespace retort::migrate {

struct Comparison {
  std::vector<Operation> up = {};
  std::vector<Operation> down = {};
  /// A sentence for each difference: "added column users.age".
  std::vector<std::string> found = {};
  /// What may be a rename, and how to say so; what is done is drop and add.
  std::vector<std::string> offers = {};
  /// What cannot be seen or is not compared, of the tables at hand.
  std::vector<std::string> unseen = {};
};

/// alembic_version and tables of other binds are left alone; so are all tables without a model
/// when `keep_unknown_tables`.
Comparison compare(const db::MetaData& models, const db::Inspection& live, const db::Dialect& dialect,
                   bool keep_unknown_tables = false);

}  // namespace retort::migrate
