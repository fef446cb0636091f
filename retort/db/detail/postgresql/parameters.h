// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Bound values as libpq takes them.

#include <cstddef>
#include <string>
#include <vector>

#include "retort/db/datum.h"
#include "retort/db/detail/postgresql/libpq.h"

namespace retort::db::detail {

/// The arrays of PQsendQueryPrepared. Text is borrowed from the Parameters that were encoded.
/// Reused from one statement to the next. Integers are int4 where they fit, as literals are,
/// else int8. Text, enumerations, JSON, arrays and NULL leave their type to the server, as
/// literals in quotes do.
class EncodedParameters {
 public:
  /// Throws DataError for what PostgreSQL cannot hold: a NUL in a text, more than 65,535 values.
  static void check(const Parameters& parameters, const std::string& statement);
  /// Precondition: check() let them pass.
  void encode(const Parameters& parameters);

  int count() const { return static_cast<int>(values_.size()); }
  const std::vector<Oid>& types() const { return types_; }
  const char* const* values() const { return values_.data(); }
  const int* lengths() const { return lengths_.data(); }
  const int* formats() const { return formats_.data(); }

 private:
  void binary(std::size_t at, Oid type, std::size_t size);
  void put(std::size_t at, std::size_t offset, std::size_t size, std::uint64_t bits);
  void text(std::size_t at, Oid type, const Datum& datum);
  void encode_one(std::size_t at, const Datum& datum);

  std::vector<Oid> types_;
  std::vector<const char*> values_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
  std::vector<char> numbers_;  // 16 bytes a value
};

}  // namespace retort::db::detail
