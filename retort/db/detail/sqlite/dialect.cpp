// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/dialect.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "retort/db/detail/sqlite/values.h"
#include "retort/db/error.h"

namespace retort::db {
namespace {

// Sorted: what SQLAlchemy quotes, and what SQLite takes for its own besides.
constexpr std::string_view kReserved[] = {
    "add",          "after",
    "all",          "alter",
    "analyze",      "and",
    "as",           "asc",
    "attach",       "autoincrement",
    "before",       "begin",
    "between",      "by",
    "cascade",      "case",
    "cast",         "check",
    "collate",      "column",
    "commit",       "conflict",
    "constraint",   "create",
    "cross",        "current_date",
    "current_time", "current_timestamp",
    "database",     "default",
    "deferrable",   "deferred",
    "delete",       "desc",
    "detach",       "distinct",
    "drop",         "each",
    "else",         "end",
    "escape",       "except",
    "exclusive",    "exists",
    "explain",      "fail",
    "false",        "for",
    "foreign",      "from",
    "full",         "glob",
    "group",        "having",
    "if",           "ignore",
    "immediate",    "in",
    "index",        "indexed",
    "initially",    "inner",
    "insert",       "instead",
    "intersect",    "into",
    "is",           "isnull",
    "join",         "key",
    "left",         "like",
    "limit",        "match",
    "natural",      "not",
    "nothing",      "notnull",
    "null",         "of",
    "offset",       "on",
    "or",           "order",
    "outer",        "plan",
    "pragma",       "primary",
    "query",        "raise",
    "references",   "reindex",
    "rename",       "replace",
    "restrict",     "returning",
    "right",        "rollback",
    "row",          "select",
    "set",          "table",
    "temp",         "temporary",
    "then",         "to",
    "transaction",  "trigger",
    "true",         "union",
    "unique",       "update",
    "using",        "vacuum",
    "values",       "view",
    "virtual",      "when",
    "where",
};

std::string hexadecimal(std::string_view bytes) {
  std::string out = "X'";
  for (const char c : bytes) out += fmt::format("{:02X}", static_cast<unsigned char>(c));
  return out + "'";
}

std::string quoted_text(std::string_view text) {
  if (text.find('\0') != text.npos) return "CAST(" + hexadecimal(text) + " AS TEXT)";  // SQL ends at a NUL
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') out += '\'';
    out += c;
  }
  return out + "'";
}

// As Python writes it, so that it stays a REAL.
std::string real_literal(double number) {
  if (std::isinf(number)) return number > 0 ? "9e999" : "-9e999";
  std::string out = fmt::format("{}", number);
  if (out.find_first_of(".e") == out.npos) out += ".0";
  return out;
}

// In characters, as a VARCHAR's length is.
std::size_t length_of(std::string_view label) {
  return static_cast<std::size_t>(
      std::count_if(label.begin(), label.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

class SqliteDialect final : public Dialect {
 public:
  std::string_view name() const override { return "sqlite"; }
  void append_placeholder(std::string& out, std::size_t number) const override {
    out += '?';
    out += std::to_string(number);
  }
  std::string type_sql(const ColumnType& type) const override;
  std::string literal(const Datum& value) const override;
  bool has_transactional_ddl() const override { return true; }
  bool has_ilike() const override { return false; }
  bool has_for_update() const override { return false; }
  bool has_enum_types() const override { return false; }
  bool has_alter_column() const override { return false; }

 protected:
  bool is_reserved(std::string_view lower) const override {
    return std::binary_search(std::begin(kReserved), std::end(kReserved), lower);
  }
};

// As SQLAlchemy's SQLite dialect spells them.
std::string SqliteDialect::type_sql(const ColumnType& type) const {
  switch (type.kind) {
    case ColumnType::Kind::boolean:
      return "BOOLEAN";
    case ColumnType::Kind::small_integer:
      return "SMALLINT";
    case ColumnType::Kind::integer:
      return "INTEGER";
    case ColumnType::Kind::big_integer:
      return "BIGINT";
    case ColumnType::Kind::real:
      return "FLOAT";
    case ColumnType::Kind::numeric:
      if (type.precision == 0) return "NUMERIC";
      return type.scale < 0 ? fmt::format("NUMERIC({})", type.precision)
                            : fmt::format("NUMERIC({}, {})", type.precision, type.scale);
    case ColumnType::Kind::string:
      return type.length > 0 ? fmt::format("VARCHAR({})", type.length) : "VARCHAR";
    case ColumnType::Kind::text:
      return "TEXT";
    case ColumnType::Kind::large_binary:
      return "BLOB";
    case ColumnType::Kind::date:
      return "DATE";
    case ColumnType::Kind::time:
      return "TIME";
    case ColumnType::Kind::datetime:
    case ColumnType::Kind::interval:
      return "DATETIME";
    case ColumnType::Kind::uuid:
      return "CHAR(32)";
    case ColumnType::Kind::json:
      return "JSON";
    case ColumnType::Kind::enumeration: {
      std::size_t longest = 0;
      for (const std::string& label : type.labels) longest = std::max(longest, length_of(label));
      return fmt::format("VARCHAR({})", longest);
    }
    case ColumnType::Kind::array:
      throw ArgumentError("SQLite has no arrays: use a db::Json column");
    case ColumnType::Kind::other:
      return type.name;
  }
  return "TEXT";
}

std::string SqliteDialect::literal(const Datum& value) const {
  const Datum stored = detail::stored_by_sqlite(value);
  switch (stored.kind) {
    case Datum::Kind::null:
      return "NULL";
    case Datum::Kind::integer:
      return std::to_string(stored.integer);
    case Datum::Kind::real:
      return real_literal(stored.real);
    case Datum::Kind::bytes:
      return hexadecimal(stored.text);
    default:
      return quoted_text(stored.text);
  }
}

}  // namespace

const Dialect& sqlite_dialect() {
  static const SqliteDialect dialect;
  return dialect;
}

}  // namespace retort::db
