// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>
#include <string_view>

#include "retort/base/text.h"
#include "retort/db/detail/postgresql/interval.h"
#include "retort/db/dialect.h"
#include "retort/db/error.h"

namespace retort::db {
namespace {

// Sorted; the words that PostgreSQL reserves, with those that it will not take as a column's
// or a table's name (SQLAlchemy quotes most of the same).
constexpr std::string_view kReserved[] = {"all",
                                          "analyse",
                                          "analyze",
                                          "and",
                                          "any",
                                          "array",
                                          "as",
                                          "asc",
                                          "asymmetric",
                                          "authorization",
                                          "between",
                                          "binary",
                                          "both",
                                          "case",
                                          "cast",
                                          "check",
                                          "collate",
                                          "collation",
                                          "column",
                                          "concurrently",
                                          "constraint",
                                          "create",
                                          "cross",
                                          "current_catalog",
                                          "current_date",
                                          "current_role",
                                          "current_schema",
                                          "current_time",
                                          "current_timestamp",
                                          "current_user",
                                          "default",
                                          "deferrable",
                                          "desc",
                                          "distinct",
                                          "do",
                                          "else",
                                          "end",
                                          "except",
                                          "false",
                                          "fetch",
                                          "for",
                                          "foreign",
                                          "freeze",
                                          "from",
                                          "full",
                                          "grant",
                                          "group",
                                          "having",
                                          "ilike",
                                          "in",
                                          "initially",
                                          "inner",
                                          "intersect",
                                          "into",
                                          "is",
                                          "isnull",
                                          "join",
                                          "lateral",
                                          "leading",
                                          "left",
                                          "like",
                                          "limit",
                                          "localtime",
                                          "localtimestamp",
                                          "natural",
                                          "new",
                                          "not",
                                          "notnull",
                                          "null",
                                          "of",
                                          "off",
                                          "offset",
                                          "old",
                                          "on",
                                          "only",
                                          "or",
                                          "order",
                                          "outer",
                                          "over",
                                          "overlaps",
                                          "placing",
                                          "primary",
                                          "references",
                                          "returning",
                                          "right",
                                          "select",
                                          "session_user",
                                          "similar",
                                          "some",
                                          "symmetric",
                                          "table",
                                          "tablesample",
                                          "then",
                                          "to",
                                          "trailing",
                                          "true",
                                          "union",
                                          "unique",
                                          "user",
                                          "using",
                                          "variadic",
                                          "verbose",
                                          "when",
                                          "where",
                                          "window",
                                          "with"};

std::string quoted(std::string_view text) {
  if (text.find('\0') != text.npos) throw ArgumentError("a literal holds a NUL: " + text::repr(text));
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') out += '\'';
    out += c;
  }
  return out + "'";
}

std::string bytes_literal(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out = "'\\x";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out + "'::bytea";
}

std::string real_literal(double value) {
  if (std::isnan(value)) return "'NaN'::float8";
  if (std::isinf(value)) return value < 0 ? "'-Infinity'::float8" : "'Infinity'::float8";
  char digits[64];
  const auto end = std::to_chars(digits, digits + sizeof digits, value);
  return {digits, end.ptr};
}

std::string numeric_sql(const ColumnType& type) {
  if (type.precision <= 0) return "NUMERIC";
  std::string out = "NUMERIC(" + std::to_string(type.precision);
  if (type.scale >= 0) out += ", " + std::to_string(type.scale);
  return out + ")";
}

class PostgresqlDialect final : public Dialect {
 public:
  std::string_view name() const override { return "postgresql"; }

  void append_placeholder(std::string& out, std::size_t number) const override {
    out += '$';
    out += std::to_string(number);
  }

  std::string type_sql(const ColumnType& type) const override {
    using Kind = ColumnType::Kind;
    switch (type.kind) {
      case Kind::boolean:
        return "BOOLEAN";
      case Kind::small_integer:
        return "SMALLINT";
      case Kind::integer:
        return "INTEGER";
      case Kind::big_integer:
        return "BIGINT";
      case Kind::real:
        return "FLOAT";
      case Kind::numeric:
        return numeric_sql(type);
      case Kind::string:
        return type.length > 0 ? "VARCHAR(" + std::to_string(type.length) + ")" : "VARCHAR";
      case Kind::text:
        return "TEXT";
      case Kind::large_binary:
        return "BYTEA";
      case Kind::date:
        return "DATE";
      case Kind::time:
        return with_zone("TIME", type);
      case Kind::datetime:
        return with_zone("TIMESTAMP", type);
      case Kind::interval:
        return "INTERVAL";
      case Kind::uuid:
        return "UUID";
      case Kind::json:
        return "JSON";
      case Kind::enumeration:
        if (type.name.empty()) throw ArgumentError("PostgreSQL's enum types need a name");
        return quote(type.name);
      case Kind::array:
        if (type.element.size() != 1) throw ArgumentError("an array type needs one element type");
        return type_sql(type.element[0]) + "[]";
      case Kind::other:
        return type.name;
    }
    throw ArgumentError("a column type that PostgreSQL does not have");
  }

  std::string literal(const Datum& value) const override {
    using Kind = Datum::Kind;
    switch (value.kind) {
      case Kind::null:
        return "NULL";
      case Kind::boolean:
        return value.integer ? "true" : "false";
      case Kind::integer:
        return std::to_string(value.integer);
      case Kind::real:
        return real_literal(value.real);
      case Kind::decimal:
        return quoted(value.text) + "::numeric";
      case Kind::bytes:
        return bytes_literal(value.text);
      case Kind::interval:
        return "'" + detail::postgresql_interval(value.integer) + "'::interval";
      case Kind::text:
      case Kind::date:
      case Kind::time:
      case Kind::datetime:
      case Kind::datetime_tz:
      case Kind::uuid:
      case Kind::json:
      case Kind::enumeration:
      case Kind::array:
        return quoted(value.text);
    }
    return "NULL";
  }

  bool has_transactional_ddl() const override { return true; }
  bool has_ilike() const override { return true; }
  bool has_for_update() const override { return true; }
  bool has_enum_types() const override { return true; }
  bool has_alter_column() const override { return true; }

 protected:
  bool is_reserved(std::string_view lower) const override {
    return std::binary_search(std::begin(kReserved), std::end(kReserved), lower);
  }

 private:
  static std::string with_zone(std::string_view type, const ColumnType& of) {
    return std::string(type) + (of.with_timezone ? " WITH TIME ZONE" : " WITHOUT TIME ZONE");
  }
};

}  // namespace

const Dialect& postgresql_dialect() {
  static const PostgresqlDialect dialect;
  return dialect;
}

}  // namespace retort::db
