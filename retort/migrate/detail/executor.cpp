// SPDX-License-Identifier: BSD-3-Clause
#include "retort/migrate/detail/executor.h"

#include "retort/base/text.h"
#include "retort/db/ddl.h"
#include "retort/migrate/error.h"

namespace retort::migrate::detail {
namespace {

using Kind = Operation::Kind;

std::string alter(const Executor& executor, const std::string& table) {
  return "ALTER TABLE " + executor.dialect().quote(table) + " ";
}

void alter_column(Executor& executor, const Operation& op) {
  const db::Dialect& dialect = executor.dialect();
  const std::string column = alter(executor, op.table) + "ALTER COLUMN " + dialect.quote(op.name) + " ";
  // A default of the old type may not fit the new one.
  if (op.type && op.server_default) executor.run(column + "DROP DEFAULT");
  if (op.type)
    executor.run(column + "TYPE " + dialect.type_sql(*op.type) +
                 (op.using_.empty() ? "" : " USING " + op.using_));
  if (op.server_default && !op.server_default->empty())
    executor.run(column + "SET DEFAULT " + *op.server_default);
  if (op.server_default && op.server_default->empty() && !op.type) executor.run(column + "DROP DEFAULT");
  if (op.nullable) executor.run(column + (*op.nullable ? "DROP NOT NULL" : "SET NOT NULL"));
  if (!op.new_name.empty())
    executor.run(alter(executor, op.table) + "RENAME COLUMN " + dialect.quote(op.name) + " TO " +
                 dialect.quote(op.new_name));
}

// A constant that ALTER TABLE ADD COLUMN of SQLite takes.
bool is_constant(const std::string& sql) {
  const std::string upper = text::to_upper(sql);
  return sql.find('(') == sql.npos && !upper.starts_with("CURRENT_");
}

bool sqlite_can_add(const db::Column& column) {
  if (column.primary_key) return false;
  if (!column.nullable && (column.server_default.empty() || text::to_upper(column.server_default) == "NULL"))
    return false;
  return column.server_default.empty() || is_constant(column.server_default);
}

// Constraints without a name have the one that PostgreSQL gives them.
std::string constraint_name(const Operation& op) {
  if (!op.name.empty()) return op.name;
  std::string name = op.table;
  const bool unique = !op.unique.columns.empty();
  for (const std::string& column : unique ? op.unique.columns : op.foreign_key.columns) name += "_" + column;
  return name + (unique ? "_key" : "_fkey");
}

std::string create_enum(const db::Dialect& dialect, const db::ColumnType& type) {
  std::string sql = "CREATE TYPE " + dialect.quote(type.name) + " AS ENUM (";
  for (std::size_t i = 0; i < type.labels.size(); ++i)
    sql += (i ? ", " : "") + dialect.literal(db::Datum::of_text(type.labels[i]));
  return sql + ")";
}

// What is the same for both databases, or a matter of one spelling.
void run_plain(Executor& executor, const Operation& op) {
  const db::Dialect& dialect = executor.dialect();
  switch (op.kind) {
    case Kind::create_table:
      executor.run(db::create_table_sql(op.definition, dialect));
      for (const db::Index& index : op.definition.indexes)
        executor.run(db::create_index_sql(op.definition, index, dialect));
      return;
    case Kind::drop_table:
      return executor.run("DROP TABLE " + dialect.quote(op.table));
    case Kind::rename_table:
      return executor.run(alter(executor, op.table) + "RENAME TO " + dialect.quote(op.new_name));
    case Kind::add_column:
      return executor.run(alter(executor, op.table) + "ADD COLUMN " + db::column_sql(op.column, dialect));
    case Kind::drop_column:
      return executor.run(alter(executor, op.table) + "DROP COLUMN " + dialect.quote(op.name));
    case Kind::alter_column:
      return alter_column(executor, op);
    case Kind::create_index: {
      db::Table table;
      table.name = op.table;
      return executor.run(db::create_index_sql(table, op.index, dialect));
    }
    case Kind::drop_index:
      return executor.run("DROP INDEX " + dialect.quote(op.name));
    case Kind::create_unique:
      return executor.run(alter(executor, op.table) + "ADD " + db::unique_sql(op.unique, dialect));
    case Kind::create_foreign_key:
      return executor.run(alter(executor, op.table) + "ADD " + db::foreign_key_sql(op.foreign_key, dialect));
    case Kind::create_check:
      return executor.run(alter(executor, op.table) + "ADD " + db::check_sql(op.check, dialect));
    case Kind::drop_constraint:
      return executor.run(alter(executor, op.table) + "DROP CONSTRAINT " +
                          dialect.quote(constraint_name(op)));
    case Kind::create_enum:
      return executor.run(create_enum(dialect, *op.type));
    case Kind::drop_enum:
      return executor.run("DROP TYPE " + dialect.quote(op.name));
    case Kind::add_enum_value:
      return executor.run("ALTER TYPE " + dialect.quote(op.name) + " ADD VALUE " +
                          dialect.literal(db::Datum::of_text(op.new_name)));
    case Kind::execute:
      if (op.dialect.empty() || op.dialect == dialect.name()) executor.run(op.sql);
      return;
  }
}

bool needs_rebuild(const Operation& op) {
  switch (op.kind) {
    case Kind::add_column:
      return !sqlite_can_add(op.column);
    case Kind::alter_column:
      return op.type || op.nullable || op.server_default;
    case Kind::drop_column:
    case Kind::create_unique:
    case Kind::create_foreign_key:
    case Kind::create_check:
    case Kind::drop_constraint:
      return true;
    default:
      return false;
  }
}

}  // namespace

void Executor::run(const std::string& sql) {
  print(sql);
  if (connection_) connection_->execute_script(sql);
}

void run_operation(Executor& executor, const Operation& op) {
  if (!executor.is_sqlite()) return run_plain(executor, op);
  if (needs_rebuild(op)) return rebuild_table(executor, op);
  if (op.kind == Kind::create_enum || op.kind == Kind::drop_enum || op.kind == Kind::add_enum_value)
    return;  // SQLite keeps the names as text
  if (op.kind == Kind::alter_column)
    return executor.run(alter(executor, op.table) + "RENAME COLUMN " + executor.dialect().quote(op.name) +
                        " TO " + executor.dialect().quote(op.new_name));
  run_plain(executor, op);
}

}  // namespace retort::migrate::detail
