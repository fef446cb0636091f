// SPDX-License-Identifier: BSD-3-Clause
// Reads a PostgreSQL table by pg_catalog.
#include <algorithm>
#include <charconv>

#include "retort/base/text.h"
#include "retort/db/detail/inspect.h"

namespace retort::db::detail {
namespace {

using Kind = ColumnType::Kind;
using Rows = std::vector<std::vector<std::string>>;

struct KnownType {
  std::string_view name;
  Kind kind;
};
// By format_type's names.
constexpr KnownType kTypes[] = {
    {"boolean", Kind::boolean},
    {"smallint", Kind::small_integer},
    {"integer", Kind::integer},
    {"bigint", Kind::big_integer},
    {"double precision", Kind::real},
    {"numeric", Kind::numeric},
    {"character varying", Kind::string},
    {"text", Kind::text},
    {"bytea", Kind::large_binary},
    {"date", Kind::date},
    {"time without time zone", Kind::time},
    {"time with time zone", Kind::time},
    {"timestamp without time zone", Kind::datetime},
    {"timestamp with time zone", Kind::datetime},
    {"interval", Kind::interval},
    {"uuid", Kind::uuid},
    {"json", Kind::json},
};

int number_of(std::string_view text, int otherwise) {
  int value = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// `formatted` is format_type's text: "character varying(120)", "numeric(10,2)", "integer[]".
ColumnType type_of(std::string_view formatted, const std::vector<ColumnType>& enums,
                   std::string_view enum_name) {
  ColumnType type;
  if (formatted.ends_with("[]")) {
    formatted.remove_suffix(2);
    type.kind = Kind::array;
    type.element.push_back(type_of(formatted, enums, enum_name));
    return type;
  }
  const auto enumeration =
      std::find_if(enums.begin(), enums.end(), [&](const ColumnType& e) { return e.name == enum_name; });
  if (!enum_name.empty() && enumeration != enums.end()) return *enumeration;
  const std::size_t open = formatted.find('(');
  const std::string_view arguments = open == formatted.npos ? std::string_view() : formatted.substr(open + 1);
  const std::string_view name = formatted.substr(0, open);
  const auto known =
      std::find_if(std::begin(kTypes), std::end(kTypes), [&](const KnownType& t) { return t.name == name; });
  const bool takes_arguments =
      known != std::end(kTypes) && (known->kind == Kind::string || known->kind == Kind::numeric);
  if (known == std::end(kTypes) || (open != formatted.npos && !takes_arguments)) {
    type.kind = Kind::other;
    type.name = std::string(formatted);
    return type;
  }
  type.kind = known->kind;
  type.with_timezone = name.ends_with("with time zone");
  if (type.kind == Kind::string) type.length = number_of(arguments, 0);
  if (type.kind == Kind::numeric && open != formatted.npos) {
    type.precision = number_of(arguments, 0);
    const std::size_t comma = arguments.find(',');
    if (comma != arguments.npos) type.scale = number_of(arguments.substr(comma + 1), -1);
  }
  return type;
}

Parameters named(std::string_view name) { return {Datum::of_text(std::string(name))}; }

// The table's oid, in each query below.
#define RETORT_TABLE                                                             \
  "(SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace " \
  "WHERE c.relname = $1 AND n.nspname = current_schema() AND c.relkind IN ('r', 'p') LIMIT 1)"

void read_columns(Connection& connection, Table& table, InspectOptions options,
                  const std::vector<ColumnType>& enums, std::vector<std::string>& unseen) {
  const Rows rows = text_rows(
      connection,
      "SELECT a.attname::text, format_type(a.atttypid, a.atttypmod), a.attnotnull::int::text, "
      "COALESCE(pg_get_expr(d.adbin, d.adrelid), ''), a.attidentity::text, a.attgenerated::text, "
      "CASE WHEN t.typtype = 'e' THEN t.typname WHEN e.typtype = 'e' THEN e.typname ELSE '' END::text, "
      "EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = a.attrelid AND i.indisprimary "
      "AND a.attnum = ANY(i.indkey))::int::text "
      "FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type e ON e.oid = t.typelem "
      "LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum "
      "WHERE a.attrelid = " RETORT_TABLE " AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
      named(table.name));
  for (const auto& row : rows) {
    Column column;
    column.name = row[0];
    column.type = type_of(row[1], enums, row[6]);
    if (options.declared_types) {
      column.type = ColumnType{};
      column.type.kind = Kind::other;
      column.type.name = row[1];
    }
    column.nullable = row[2] == "0";
    column.primary_key = row[7] == "1";
    column.server_default = row[3];
    const bool serial = row[3].starts_with("nextval(");
    if (!row[5].empty()) {
      unseen.push_back("table " + table.name + ": the column " + row[0] + " is generated");
      column.server_default.clear();
    } else if (!row[4].empty() || (serial && column.primary_key)) {
      column.autoincrement = true;
      column.server_default.clear();
    }
    table.columns.push_back(std::move(column));
  }
}

std::string action(std::string_view letter) {
  if (letter == "c") return "CASCADE";
  if (letter == "n") return "SET NULL";
  if (letter == "d") return "SET DEFAULT";
  if (letter == "r") return "RESTRICT";
  return {};
}

// The names of the columns whose numbers are in an array, in its order.
#define RETORT_NAMES(table, numbers)                                                \
  "(SELECT string_agg(a.attname::text, chr(1) ORDER BY k.ord) FROM unnest(" numbers \
  ") WITH ORDINALITY k(num, ord) JOIN pg_attribute a ON a.attrelid = " table " AND a.attnum = k.num)"

std::vector<std::string> split(std::string_view joined) {
  std::vector<std::string> out;
  while (!joined.empty()) {
    const std::size_t end = std::min(joined.find('\1'), joined.size());
    out.emplace_back(joined.substr(0, end));
    joined.remove_prefix(std::min(end + 1, joined.size()));
  }
  return out;
}

// "CHECK ((age > 0))" without what is around the expression.
std::string condition(std::string_view definition, std::vector<std::string>& unseen,
                      const std::string& table) {
  for (const std::string_view suffix : {" NOT VALID", " NO INHERIT"}) {
    if (!definition.ends_with(suffix)) continue;
    definition.remove_suffix(suffix.size());
    unseen.push_back("table " + table + ": a check is" + text::to_lower(suffix));
  }
  if (definition.starts_with("CHECK (")) definition.remove_prefix(7);
  if (definition.ends_with(")")) definition.remove_suffix(1);
  return std::string(definition);
}

void read_constraints(Connection& connection, Table& table, std::vector<std::string>& unseen) {
  for (const auto& row :
       text_rows(connection,
                 "SELECT c.contype::text, c.conname::text, COALESCE(" RETORT_NAMES(
                     "c.conrelid",
                     "c.conkey") ", ''), "
                                 "COALESCE(f.relname, '')::text, COALESCE(" RETORT_NAMES(
                                     "c.confrelid",
                                     "c.confkey") ", ''), "
                                                  "c.confdeltype::text, c.confupdtype::text, "
                                                  "pg_get_constraintdef(c.oid), c.condeferrable::int::text "
                                                  "FROM pg_constraint c LEFT JOIN pg_class f ON f.oid = "
                                                  "c.confrelid "
                                                  "WHERE c.conrelid = " RETORT_TABLE
                                                  " ORDER BY c.conname COLLATE \"C\"",
                 named(table.name))) {
    if (row[8] == "1")
      unseen.push_back("table " + table.name + ": the constraint " + row[1] + " is deferrable");
    if (row[0] == "p") {
      table.primary_key_name = row[1];
    } else if (row[0] == "u") {
      table.unique_constraints.push_back({row[1], split(row[2])});
    } else if (row[0] == "c") {
      table.check_constraints.push_back({row[1], condition(row[7], unseen, table.name)});
    } else if (row[0] == "f") {
      table.foreign_keys.push_back(
          {row[1], split(row[2]), row[3], split(row[4]), action(row[5]), action(row[6])});
    } else {
      unseen.push_back("table " + table.name + ": the constraint " + row[1]);
    }
  }
}

void read_indexes(Connection& connection, Table& table, std::vector<std::string>& unseen) {
  for (const auto& row :
       text_rows(connection,
                 "SELECT r.relname::text, i.indisunique::int::text, "
                 "COALESCE(" RETORT_NAMES(
                     "i.indrelid", "i.indkey::int2[]") ", ''), "
                                                       "COALESCE(pg_get_expr(i.indpred, i.indrelid), ''), "
                                                       "(i.indexprs IS NOT NULL OR m.amname <> 'btree' OR "
                                                       "i.indnkeyatts <> i.indnatts "
                                                       "OR EXISTS (SELECT 1 FROM unnest(i.indoption::int2[]) "
                                                       "o WHERE o <> 0))::int::text "
                                                       "FROM pg_index i JOIN pg_class r ON r.oid = "
                                                       "i.indexrelid JOIN pg_am m ON m.oid = r.relam "
                                                       "WHERE i.indrelid = " RETORT_TABLE
                                                       " AND NOT i.indisprimary AND NOT EXISTS "
                                                       "(SELECT 1 FROM pg_constraint c WHERE c.conindid = "
                                                       "i.indexrelid AND c.contype IN ('p', 'u', 'x')) "
                                                       "ORDER BY r.relname COLLATE \"C\"",
                 named(table.name))) {
    if (row[4] == "1") {
      unseen.push_back("table " + table.name + ": the index " + row[0] +
                       " is on an expression, descends, includes columns, or is no btree");
      continue;
    }
    std::string where = row[3];
    if (where.starts_with("(") && where.ends_with(")")) where = where.substr(1, where.size() - 2);
    table.indexes.push_back({row[0], split(row[2]), row[1] == "1", where});
  }
}

#undef RETORT_NAMES
#undef RETORT_TABLE

}  // namespace

Table inspect_postgresql_table(Connection& connection, std::string_view name, InspectOptions options,
                               std::vector<std::string>& unseen) {
  Table table;
  table.name = std::string(name);
  read_columns(connection, table, options, inspect_enums(connection), unseen);
  read_constraints(connection, table, unseen);
  read_indexes(connection, table, unseen);
  return table;
}

}  // namespace retort::db::detail
