// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/detail/postgresql/result_row.h"

#include <charconv>

#include "retort/db/detail/postgresql/oids.h"

namespace retort::db::detail {
namespace {

int digit(char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; }

// "\x6162" (bytea_output's default, which the driver asks for), or the older escaped form.
void decode_bytea(std::string_view text, std::string& out) {
  out.clear();
  if (text.starts_with("\\x")) {
    out.resize(text.size() / 2 - 1);
    for (std::size_t i = 0; i < out.size(); ++i)
      out[i] = static_cast<char>(digit(text[2 + 2 * i]) << 4 | digit(text[3 + 2 * i]));
    return;
  }
  std::size_t size = 0;
  unsigned char* bytes = PQunescapeBytea(reinterpret_cast<const unsigned char*>(text.data()), &size);
  if (!bytes) return;
  out.assign(reinterpret_cast<const char*>(bytes), size);
  PQfreemem(bytes);
}

Cell integer_cell(std::int64_t value) { return {Cell::Kind::integer, value, 0, {}}; }

Cell real_cell(std::string_view text) {
  Cell cell{Cell::Kind::real, 0, 0, {}};
  std::from_chars(text.data(), text.data() + text.size(), cell.real);  // takes NaN and Infinity too
  return cell;
}

}  // namespace

Cell ResultRow::cell(std::size_t column) const {
  const int at = static_cast<int>(column);
  if (PQgetisnull(result_, row_, at)) return {};
  const std::string_view text(PQgetvalue(result_, row_, at),
                              static_cast<std::size_t>(PQgetlength(result_, row_, at)));
  switch (PQftype(result_, at)) {
    case oid::kInt2:
    case oid::kInt4:
    case oid::kInt8:
    case oid::kOid: {
      std::int64_t value = 0;
      std::from_chars(text.data(), text.data() + text.size(), value);
      return integer_cell(value);
    }
    case oid::kBool:
      return integer_cell(text == "t");
    case oid::kFloat4:
    case oid::kFloat8:
      return real_cell(text);
    case oid::kBytea:
      if (bytes_.empty()) bytes_.resize(columns_);
      decode_bytea(text, bytes_[column]);
      return {Cell::Kind::bytes, 0, 0, bytes_[column]};
    default:
      return {Cell::Kind::text, 0, 0, text};
  }
}

ExecuteResult give_rows(const PGresult* result, const RowSink& sink) {
  ExecuteResult out;
  const std::string_view changed = PQcmdTuples(const_cast<PGresult*>(result));
  std::from_chars(changed.data(), changed.data() + changed.size(), out.rows);
  if (!sink || PQresultStatus(result) != PGRES_TUPLES_OK) return out;
  const std::string_view tag = PQcmdStatus(const_cast<PGresult*>(result));
  const bool changes = tag.starts_with("INSERT") || tag.starts_with("UPDATE") || tag.starts_with("DELETE");
  const int rows = PQntuples(result);
  ResultRow row(result);
  int given = 0;
  while (given < rows) {
    row.move_to(given++);
    if (!sink(row)) break;
  }
  if (!changes) out.rows = given;
  return out;
}

}  // namespace retort::db::detail
