// SPDX-License-Identifier: BSD-3-Clause
// Reads a SQLite table by its pragmas, and by its CREATE TABLE for what they do not tell.
#include <algorithm>
#include <charconv>

#include "retort/base/text.h"
#include "retort/db/detail/inspect.h"
#include "retort/db/detail/table_sql.h"

namespace retort::db::detail {
namespace {

using Kind = ColumnType::Kind;
using Rows = std::vector<std::vector<std::string>>;

struct KnownType {
  std::string_view name;
  Kind kind;
};
constexpr KnownType kTypes[] = {
    {"BIGINT", Kind::big_integer},
    {"BLOB", Kind::large_binary},
    {"BOOL", Kind::boolean},
    {"BOOLEAN", Kind::boolean},
    {"DATE", Kind::date},
    {"DATETIME", Kind::datetime},
    {"DECIMAL", Kind::numeric},
    {"DOUBLE", Kind::real},
    {"DOUBLE PRECISION", Kind::real},
    {"FLOAT", Kind::real},
    {"INT", Kind::integer},
    {"INTEGER", Kind::integer},
    {"JSON", Kind::json},
    {"NUMERIC", Kind::numeric},
    {"REAL", Kind::real},
    {"SMALLINT", Kind::small_integer},
    {"TEXT", Kind::text},
    {"TIME", Kind::time},
    {"TIMESTAMP", Kind::datetime},
    {"VARCHAR", Kind::string},
};

int number_of(std::string_view text, int otherwise) {
  int value = otherwise;
  text = text::trim(text);
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string action(const std::string& text) { return text == "NO ACTION" ? std::string() : text; }

Parameters named(std::string_view name) { return {Datum::of_text(std::string(name))}; }

bool same_names(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const std::string& x, const std::string& y) {
    return text::to_lower(x) == text::to_lower(y);
  });
}

void read_columns(Connection& connection, Table& table, InspectOptions options) {
  const Rows rows = text_rows(connection,
                              "SELECT name, type, \"notnull\", dflt_value, pk FROM pragma_table_xinfo(?1) "
                              "WHERE hidden IN (0, 2, 3) ORDER BY cid",
                              named(table.name));
  const auto keys = std::count_if(rows.begin(), rows.end(), [](const auto& row) { return row[4] != "0"; });
  for (const auto& row : rows) {
    Column column;
    column.name = row[0];
    column.type = sqlite_type(row[1]);
    column.primary_key = row[4] != "0";
    column.nullable = row[2] == "0" && !column.primary_key;
    column.autoincrement = column.primary_key && keys == 1 && text::to_upper(row[1]) == "INTEGER";
    column.server_default = row[3];
    if (options.declared_types) {
      column.type = ColumnType{};
      column.type.kind = Kind::other;
      column.type.name = row[1];
    }
    table.columns.push_back(std::move(column));
  }
}

// "CREATE INDEX ... WHERE condition": what is behind the WHERE that no bracket holds.
std::string condition_of(std::string_view sql) {
  int depth = 0;
  for (std::size_t i = 0; i < sql.size(); ++i) {
    const char c = sql[i];
    if (c == '\'' || c == '"' || c == '`') {
      const std::size_t end = sql.find(c, i + 1);
      if (end == sql.npos) break;
      i = end;
    } else if (c == '(') {
      ++depth;
    } else if (c == ')') {
      --depth;
    } else if (depth == 0 && i > 0 && text::to_upper(sql.substr(i, 5)) == "WHERE" &&
               (static_cast<unsigned char>(sql[i - 1]) <= ' ' || sql[i - 1] == ')')) {
      std::string_view rest = sql.substr(i + 5);
      while (!rest.empty() && static_cast<unsigned char>(rest.front()) <= ' ') rest.remove_prefix(1);
      return std::string(rest);
    }
  }
  return {};
}

void read_indexes(Connection& connection, Table& table, const TableSql& sql,
                  std::vector<std::string>& unseen) {
  const Rows list =
      text_rows(connection,
                "SELECT l.name, l.\"unique\", l.origin, m.sql FROM pragma_index_list(?1) l "
                "LEFT JOIN sqlite_master m ON m.type = 'index' AND m.name = l.name ORDER BY l.name",
                named(table.name));
  for (const auto& row : list) {
    if (row[2] == "pk") continue;
    std::vector<std::string> columns;
    bool plain = true;
    for (const auto& part : text_rows(connection,
                                      "SELECT cid, name, \"desc\", coll FROM pragma_index_xinfo(?1) "
                                      "WHERE key = 1 ORDER BY seqno",
                                      named(row[0]))) {
      if (part[0] == "-2" || part[2] == "1") plain = false;
      columns.push_back(part[1]);
    }
    if (!plain) {
      unseen.push_back("table " + table.name + ": the index " + row[0] + " is on an expression or descends");
    } else if (row[2] == "u") {
      const auto known = std::find_if(sql.uniques.begin(), sql.uniques.end(), [&](const UniqueConstraint& u) {
        return same_names(u.columns, columns);
      });
      table.unique_constraints.push_back({known == sql.uniques.end() ? std::string() : known->name, columns});
    } else {
      table.indexes.push_back({row[0], columns, row[1] == "1", condition_of(row[3])});
    }
  }
  // In the order of CREATE TABLE.
  const auto place = [&](const UniqueConstraint& unique) {
    return std::find_if(sql.uniques.begin(), sql.uniques.end(),
                        [&](const UniqueConstraint& u) { return same_names(u.columns, unique.columns); });
  };
  std::stable_sort(table.unique_constraints.begin(), table.unique_constraints.end(),
                   [&](const auto& a, const auto& b) { return place(a) < place(b); });
}

void read_foreign_keys(Connection& connection, Table& table, const TableSql& sql) {
  const Rows rows = text_rows(connection,
                              "SELECT id, \"table\", \"from\", \"to\", on_update, on_delete "
                              "FROM pragma_foreign_key_list(?1) ORDER BY id DESC, seq",
                              named(table.name));
  std::string id;
  for (const auto& row : rows) {
    if (table.foreign_keys.empty() || row[0] != id) {
      table.foreign_keys.push_back({{}, {}, row[1], {}, action(row[5]), action(row[4])});
      id = row[0];
    }
    table.foreign_keys.back().columns.push_back(row[2]);
    if (!row[3].empty()) table.foreign_keys.back().referred.push_back(row[3]);
  }
  for (ForeignKey& key : table.foreign_keys) {
    for (const ForeignKey& known : sql.foreign_keys) {
      if (same_names(known.columns, key.columns) && text::to_lower(known.table) == text::to_lower(key.table))
        key.name = known.name;
    }
    if (!key.referred.empty()) continue;  // the other table's primary key
    for (const auto& row : text_rows(
             connection, "SELECT name FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk", named(key.table)))
      key.referred.push_back(row[0]);
  }
}

}  // namespace

ColumnType sqlite_type(std::string_view declared) {
  ColumnType type;
  const std::string upper = text::to_upper(declared);
  const std::size_t open = upper.find('(');
  const std::string name(text::trim(std::string_view(upper).substr(0, open)));
  const std::string_view arguments =
      open == upper.npos ? std::string_view() : std::string_view(upper).substr(open + 1);
  const auto known =
      std::find_if(std::begin(kTypes), std::end(kTypes), [&](const KnownType& t) { return t.name == name; });
  if (upper == "CHAR(32)") {
    type.kind = Kind::uuid;
  } else if (known != std::end(kTypes)) {
    type.kind = known->kind;
    if (type.kind == Kind::string) type.length = number_of(arguments, 0);
    if (type.kind == Kind::numeric && open != upper.npos) {
      type.precision = number_of(arguments, 0);
      const std::size_t comma = arguments.find(',');
      if (comma != arguments.npos) type.scale = number_of(arguments.substr(comma + 1), -1);
    }
  } else {
    type.kind = Kind::other;
    type.name = std::string(declared);
  }
  return type;
}

Table inspect_sqlite_table(Connection& connection, std::string_view name, InspectOptions options,
                           std::vector<std::string>& unseen) {
  Table table;
  table.name = std::string(name);
  const Rows found =
      text_rows(connection, "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?1", named(name));
  const TableSql sql = read_table_sql(found.empty() ? std::string_view() : std::string_view(found[0][0]));
  read_columns(connection, table, options);
  read_indexes(connection, table, sql, unseen);
  read_foreign_keys(connection, table, sql);
  table.primary_key_name = sql.primary_key_name;
  table.check_constraints = sql.checks;
  for (const std::string& mark : sql.marks) unseen.push_back("table " + table.name + ": " + mark);
  return table;
}

std::vector<ColumnType> inspect_enums(Connection& connection) {
  std::vector<ColumnType> enums;
  for (auto& row :
       text_rows(connection,
                 "SELECT t.typname::text, e.enumlabel::text FROM pg_type t "
                 "JOIN pg_namespace n ON n.oid = t.typnamespace JOIN pg_enum e ON e.enumtypid = t.oid "
                 "WHERE n.nspname = current_schema() "
                 "ORDER BY t.typname COLLATE \"C\", e.enumsortorder",
                 {})) {
    if (enums.empty() || enums.back().name != row[0]) {
      ColumnType& type = enums.emplace_back();
      type.kind = Kind::enumeration;
      type.name = row[0];
    }
    enums.back().labels.push_back(row[1]);
  }
  return enums;
}

}  // namespace retort::db::detail
