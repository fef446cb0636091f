// SPDX-License-Identifier: BSD-3-Clause
// Cells as a database may give them: each type reads one or throws DataError, and what it has
// read goes in again as what comes out the same.
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retort/db/types.h"
#include "retort/value/value.h"

namespace {

using namespace retort;  // NOLINT: a program of one page

db::Cell text(std::string_view data) { return {db::Cell::Kind::text, 0, 0, data}; }

void check(bool holds) {
  if (!holds) std::abort();
}

// The text of what is bound is itself a cell of PostgreSQL's.
template <class T>
void round(std::string_view data) {
  T value{};
  db::Datum datum;
  try {
    value = db::from_cell<T>(text(data));
    datum = db::to_datum(value);
  } catch (const db::DataError&) {
    return;
  }
  if (datum.is_null()) return;
  check(db::from_cell<T>(text(datum.text)) == value);
}

// What is bound as a number: a list of one has it as text.
template <class T>
void round_in_list(std::string_view data) {
  try {
    const std::vector<T> list{db::from_cell<T>(text(data))};
    check(db::from_cell<std::vector<T>>(text(db::to_datum(list).text)) == list);
  } catch (const db::DataError&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  round<Decimal>(all);
  round<Date>(all);
  round<Time>(all);
  round<DateTime>(all);
  round<Uuid>(all);
  round<Bytes>(all);
  round<Value>(all);
  round<std::vector<std::optional<std::string>>>(all);
  round<std::vector<std::vector<std::optional<std::string>>>>(all);
  round<std::vector<std::optional<Bytes>>>(all);
  round<std::vector<DateTime>>(all);
  round<std::vector<Value>>(all);
  round_in_list<TimeDelta>(all);
  round_in_list<std::int64_t>(all);
  round_in_list<std::string>(all);
  return 0;
}
