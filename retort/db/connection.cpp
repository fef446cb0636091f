// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/connection.h"

#include "retort/db/dialect.h"

namespace retort::db {

void Connection::execute_batch(std::vector<BatchItem>& items) {
  for (BatchItem& item : items) item.result = execute(item.sql, item.parameters, item.sink);
}

void Connection::savepoint(std::string_view name) { execute_script("SAVEPOINT " + dialect().quote(name)); }

void Connection::release_savepoint(std::string_view name) {
  execute_script("RELEASE SAVEPOINT " + dialect().quote(name));
}

void Connection::rollback_to_savepoint(std::string_view name) {
  execute_script("ROLLBACK TO SAVEPOINT " + dialect().quote(name));
}

}  // namespace retort::db
