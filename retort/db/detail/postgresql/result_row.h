// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// A row of a PGresult in text format.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "retort/db/connection.h"
#include "retort/db/detail/postgresql/libpq.h"

namespace retort::db::detail {

class ResultRow final : public Row {
 public:
  explicit ResultRow(const PGresult* result)
      : result_(result), columns_(static_cast<std::size_t>(PQnfields(result))) {}

  void move_to(int row) { row_ = row; }
  std::size_t size() const override { return columns_; }
  std::string_view name(std::size_t column) const override {
    return PQfname(result_, static_cast<int>(column));
  }
  Cell cell(std::size_t column) const override;

 private:
  const PGresult* result_;
  std::size_t columns_;
  int row_ = 0;
  mutable std::vector<std::string> bytes_;  // of bytea columns, once one is asked for
};

/// Gives the rows to `sink` until it has enough; what the statement's ExecuteResult is.
ExecuteResult give_rows(const PGresult* result, const RowSink& sink);

}  // namespace retort::db::detail
