// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What goes wrong with migrations: a file, the graph of revisions, a database that is elsewhere.

#include "retort/db/error.h"

namespace retort::migrate {

/// what() names file and line, or the revisions, and the command that mends it.
class MigrationError : public db::Error {
 public:
  using db::Error::Error;
};

}  // namespace retort::migrate
