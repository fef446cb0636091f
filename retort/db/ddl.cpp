// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/ddl.h"

#include <algorithm>

#include "retort/db/connection.h"
#include "retort/db/dialect.h"

namespace retort::db {
namespace {

std::string named(std::string_view name, const Dialect& dialect) {
  return name.empty() ? std::string() : "CONSTRAINT " + dialect.quote(name) + " ";
}

bool is_sqlite(const Dialect& dialect) { return dialect.name() == "sqlite"; }

// The type of a key that the database numbers: SQLite does so in INTEGER keys alone.
std::string_view serial_type(const Column& column, const Dialect& dialect) {
  if (is_sqlite(dialect)) return "INTEGER";
  switch (column.type.kind) {
    case ColumnType::Kind::small_integer:
      return "SMALLSERIAL";
    case ColumnType::Kind::integer:
      return "SERIAL";
    default:
      return "BIGSERIAL";
  }
}

bool refers_ahead(const Table& table, const ForeignKey& key, const std::vector<const Table*>& before) {
  return key.table != table.name &&
         std::none_of(before.begin(), before.end(), [&](const Table* t) { return t->name == key.table; });
}

std::vector<const Table*> tables_of(const MetaData& metadata, std::string_view bind_key) {
  std::vector<const Table*> tables = metadata.sorted_tables();
  std::erase_if(tables, [&](const Table* table) { return table->bind_key != bind_key; });
  return tables;
}

const ColumnType& enum_type_of(const Column& column) {
  return column.type.kind == ColumnType::Kind::array && !column.type.element.empty() ? column.type.element[0]
                                                                                     : column.type;
}

std::string create_enum_sql(const ColumnType& type, const Dialect& dialect) {
  std::string sql = "CREATE TYPE " + dialect.quote(type.name) + " AS ENUM (";
  for (const std::string& label : type.labels) {
    if (&label != &type.labels.front()) sql += ", ";
    sql += dialect.literal(Datum::of_text(label));
  }
  return sql + ")";
}

// `tables` are those to make, `known` those that are there.
std::vector<std::string> statements_for(const std::vector<const Table*>& tables,
                                        std::vector<const Table*> known, const Dialect& dialect) {
  std::vector<std::string> out, later;
  std::vector<std::string> enums;
  for (const Table* table : tables) {
    for (const Column& column : table->columns) {
      const ColumnType& type = enum_type_of(column);
      if (type.kind != ColumnType::Kind::enumeration || !dialect.has_enum_types()) continue;
      if (std::find(enums.begin(), enums.end(), type.name) != enums.end()) continue;
      enums.push_back(type.name);
      out.push_back(create_enum_sql(type, dialect));
    }
  }
  for (const Table* table : tables) {
    Table now = *table;
    if (dialect.has_alter_column()) {  // a circle is closed when both tables are there
      std::erase_if(now.foreign_keys, [&](const ForeignKey& key) {
        if (!refers_ahead(*table, key, known)) return false;
        later.push_back("ALTER TABLE " + dialect.quote(table->name) + " ADD " +
                        foreign_key_sql(key, dialect));
        return true;
      });
    }
    out.push_back(create_table_sql(now, dialect));
    for (const Index& index : table->indexes) out.push_back(create_index_sql(*table, index, dialect));
    known.push_back(table);
  }
  out.insert(out.end(), later.begin(), later.end());
  return out;
}

bool has_enum(Connection& connection, std::string_view name) {
  bool found = false;
  connection.execute(
      "SELECT 1 FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace "
      "WHERE t.typtype = 'e' AND t.typname = $1 AND n.nspname = current_schema()",
      {Datum::of_text(std::string(name))}, [&](const Row&) { return found = true; });
  return found;
}

// The foreign keys that stand in the way of dropping the tables in that order, which a circle has.
void add_drops_of_keys(Connection& connection, const std::vector<const Table*>& tables,
                       std::vector<std::string>& out) {
  const Dialect& dialect = connection.dialect();
  const auto place = [&](std::string_view name) {
    return std::find_if(tables.begin(), tables.end(),
                        [&](const Table* table) { return table->name == name; });
  };
  connection.execute(
      "SELECT c.conname, a.relname, b.relname FROM pg_constraint c JOIN pg_class a ON a.oid = c.conrelid "
      "JOIN pg_class b ON b.oid = c.confrelid JOIN pg_namespace n ON n.oid = a.relnamespace "
      "WHERE c.contype = 'f' AND n.nspname = current_schema() AND b.relnamespace = a.relnamespace "
      "ORDER BY 2, 1",
      {}, [&](const Row& row) {
        const auto from = place(row.cell(1).text), to = place(row.cell(2).text);
        if (from != tables.end() && to < from)
          out.push_back("ALTER TABLE " + dialect.quote(row.cell(1).text) + " DROP CONSTRAINT " +
                        dialect.quote(row.cell(0).text));
        return true;
      });
}

// Runs the statements as one transaction, or as part of the one that is open.
void run_all(Connection& connection, const std::vector<std::string>& statements) {
  const bool own = !connection.in_transaction();
  if (own) connection.begin();
  try {
    for (const std::string& sql : statements) connection.execute_script(sql);
    if (own) connection.commit();
  } catch (...) {
    if (own && connection.usable()) connection.rollback();
    throw;
  }
}

}  // namespace

std::string column_list(const std::vector<std::string>& names, const Dialect& dialect) {
  std::string sql = "(";
  for (const std::string& name : names) {
    if (sql.size() > 1) sql += ", ";
    dialect.append_quoted(sql, name);
  }
  return sql + ")";
}

std::string column_sql(const Column& column, const Dialect& dialect) {
  std::string sql = dialect.quote(column.name) + " ";
  const bool serial = column.autoincrement && column.server_default.empty();
  sql += serial ? std::string(serial_type(column, dialect)) : dialect.type_sql(column.type);
  if (!column.server_default.empty()) sql += " DEFAULT " + column.server_default;
  if (!column.nullable) sql += " NOT NULL";
  return sql;
}

std::string foreign_key_sql(const ForeignKey& key, const Dialect& dialect) {
  std::string sql = named(key.name, dialect) + "FOREIGN KEY" + column_list(key.columns, dialect) +
                    " REFERENCES " + dialect.quote(key.table) + " " + column_list(key.referred, dialect);
  if (!key.on_delete.empty()) sql += " ON DELETE " + key.on_delete;
  if (!key.on_update.empty()) sql += " ON UPDATE " + key.on_update;
  return sql;
}

std::string unique_sql(const UniqueConstraint& unique, const Dialect& dialect) {
  return named(unique.name, dialect) + "UNIQUE " + column_list(unique.columns, dialect);
}

std::string check_sql(const CheckConstraint& check, const Dialect& dialect) {
  return named(check.name, dialect) + "CHECK (" + check.sql + ")";
}

std::string create_table_sql(const Table& table, const Dialect& dialect) {
  std::string sql = "CREATE TABLE " + dialect.quote(table.name) + " (";
  const char* separator = "\n\t";
  const auto add = [&](const std::string& line) {
    sql += separator;
    sql += line;
    separator = ",\n\t";
  };
  for (const Column& column : table.columns) add(column_sql(column, dialect));
  if (const auto key = table.primary_key(); !key.empty())
    add(named(table.primary_key_name, dialect) + "PRIMARY KEY " + column_list(key, dialect));
  for (const UniqueConstraint& unique : table.unique_constraints) add(unique_sql(unique, dialect));
  for (const CheckConstraint& check : table.check_constraints) add(check_sql(check, dialect));
  for (const ForeignKey& key : table.foreign_keys) add(foreign_key_sql(key, dialect));
  return sql + "\n)";
}

std::string create_index_sql(const Table& table, const Index& index, const Dialect& dialect) {
  std::string sql = index.unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ";
  sql += dialect.quote(index.name) + " ON " + dialect.quote(table.name) + " " +
         column_list(index.columns, dialect);
  if (!index.where.empty()) sql += " WHERE " + index.where;
  return sql;
}

std::vector<std::string> create_statements(const MetaData& metadata, const Dialect& dialect,
                                           std::string_view bind_key) {
  return statements_for(tables_of(metadata, bind_key), {}, dialect);
}

bool has_table(Connection& connection, std::string_view name) {
  const char* sql = is_sqlite(connection.dialect())
                        ? "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?1"
                        : "SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                          "WHERE c.relkind IN ('r', 'p') AND c.relname = $1 AND n.nspname = current_schema()";
  bool found = false;
  connection.execute(sql, {Datum::of_text(std::string(name))}, [&](const Row&) { return found = true; });
  return found;
}

void create_all(const MetaData& metadata, Connection& connection, std::string_view bind_key) {
  const Dialect& dialect = connection.dialect();
  std::vector<const Table*> missing, known;
  for (const Table* table : tables_of(metadata, bind_key))
    (has_table(connection, table->name) ? known : missing).push_back(table);
  std::vector<std::string> statements = statements_for(missing, known, dialect);
  std::erase_if(statements, [&](const std::string& sql) {
    if (!sql.starts_with("CREATE TYPE ")) return false;
    for (const Table* table : missing) {
      for (const Column& column : table->columns) {
        const ColumnType& type = enum_type_of(column);
        if (type.kind == ColumnType::Kind::enumeration && create_enum_sql(type, dialect) == sql)
          return has_enum(connection, type.name);
      }
    }
    return false;
  });
  run_all(connection, statements);
}

void drop_all(const MetaData& metadata, Connection& connection, std::string_view bind_key) {
  const Dialect& dialect = connection.dialect();
  std::vector<const Table*> tables = tables_of(metadata, bind_key);
  std::reverse(tables.begin(), tables.end());
  std::erase_if(tables, [&](const Table* table) { return !has_table(connection, table->name); });
  std::vector<std::string> statements;
  if (dialect.has_alter_column()) add_drops_of_keys(connection, tables, statements);
  for (const Table* table : tables) statements.push_back("DROP TABLE " + dialect.quote(table->name));
  if (dialect.has_enum_types()) {
    std::vector<std::string> enums;
    for (const Table* table : tables) {
      for (const Column& column : table->columns) {
        const ColumnType& type = enum_type_of(column);
        if (type.kind != ColumnType::Kind::enumeration ||
            std::find(enums.begin(), enums.end(), type.name) != enums.end())
          continue;
        enums.push_back(type.name);
        statements.push_back("DROP TYPE IF EXISTS " + dialect.quote(type.name));
      }
    }
  }
  run_all(connection, statements);
}

}  // namespace retort::db
