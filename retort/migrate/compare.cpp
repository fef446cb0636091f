// SPDX-License-Identifier: BSD-3-Clause
#include "retort/migrate/compare.h"

#include <algorithm>

#include <fmt/format.h>

#include "retort/base/text.h"

namespace retort::migrate {
namespace {

using Kind = Operation::Kind;
using db::Column;
using db::ColumnType;
using db::Table;

Operation on_table(Kind kind, const std::string& table, std::string name = {}) {
  Operation op;
  op.kind = kind;
  op.table = table;
  op.name = std::move(name);
  return op;
}

// Without the brackets and casts that a database puts around what it was given.
std::string normal_sql(std::string_view sql) {
  std::string out;
  char quote = '\0';
  for (std::size_t i = 0; i < sql.size(); ++i) {
    const char c = sql[i];
    if (quote == '\0' && sql.substr(i, 2) == "::") {  // 'x'::character varying(3)
      i += 2;
      while (i < sql.size() && (std::isalnum(static_cast<unsigned char>(sql[i])) || sql[i] == ' ' ||
                                sql[i] == '_' || sql[i] == '"' || sql[i] == '[' || sql[i] == ']'))
        ++i;
      --i;
      continue;
    }
    if (quote == '\0' && (c == '\'' || c == '"'))
      quote = c;
    else if (c == quote)
      quote = '\0';
    if (quote == '\0' && (c == ' ' || c == '\n' || c == '\t' || c == '(' || c == ')')) continue;
    out += quote == '\0' ? text::lower(c) : c;
  }
  if (out == "now") return "current_timestamp";
  return out;
}

std::string normal_type(const ColumnType& type, const db::Dialect& dialect) {
  ColumnType t = type;
  if (t.kind == ColumnType::Kind::numeric && t.precision > 0 && t.scale < 0) t.scale = 0;
  if (t.kind == ColumnType::Kind::other) return text::to_upper(t.name);
  return dialect.type_sql(t);
}

const ColumnType* enum_of(const ColumnType& type) {
  if (type.kind == ColumnType::Kind::enumeration) return &type;
  return type.kind == ColumnType::Kind::array && !type.element.empty() ? enum_of(type.element[0]) : nullptr;
}

bool same_columns(const std::vector<std::string>& a, const std::vector<std::string>& b) { return a == b; }

class Comparer {
 public:
  Comparer(const db::MetaData& models, const db::Inspection& live, const db::Dialect& dialect)
      : models_(models), live_(live), dialect_(dialect) {}

  Comparison run(bool keep_unknown_tables) {
    enums();
    for (const Table* table : models_.sorted_tables()) {
      if (!table->bind_key.empty()) continue;
      const Table* there = live_.metadata.find(table->name);
      there ? tables(*table, *there) : added(*table);
    }
    for (Operation& op : keys_later_) out_.up.push_back(std::move(op));
    if (!keep_unknown_tables) dropped();
    std::reverse(undo_.begin(), undo_.end());
    for (auto& group : undo_) out_.down.insert(out_.down.end(), group.begin(), group.end());
    notes();
    return std::move(out_);
  }

 private:
  void found(std::string what) { out_.found.push_back(std::move(what)); }
  void step(Operation up, std::vector<Operation> down) {
    out_.up.push_back(std::move(up));
    undo_.push_back(std::move(down));
  }

  void enums() {
    if (!dialect_.has_enum_types()) return;
    std::vector<std::string> seen;
    for (const Table& table : models_.tables()) {
      if (!table.bind_key.empty()) continue;
      for (const Column& column : table.columns) {
        const ColumnType* type = enum_of(column.type);
        if (!type || std::find(seen.begin(), seen.end(), type->name) != seen.end()) continue;
        seen.push_back(type->name);
        one_enum(*type);
      }
    }
  }

  void one_enum(const ColumnType& type) {
    const auto there = std::find_if(live_.enums.begin(), live_.enums.end(),
                                    [&](const ColumnType& t) { return t.name == type.name; });
    if (there == live_.enums.end()) {
      Operation op = on_table(Kind::create_enum, {}, type.name);
      op.type = type;
      found("added enum " + type.name);
      step(std::move(op), {on_table(Kind::drop_enum, {}, type.name)});
      return;
    }
    for (const std::string& label : type.labels) {
      if (std::find(there->labels.begin(), there->labels.end(), label) != there->labels.end()) continue;
      Operation op = on_table(Kind::add_enum_value, {}, type.name);
      op.new_name = label;
      found("added value " + label + " of enum " + type.name);
      step(std::move(op), {});
      out_.unseen.push_back("PostgreSQL takes no value out of an enum: downgrade leaves " + label + " in " +
                            type.name);
    }
    for (const std::string& label : there->labels) {
      if (std::find(type.labels.begin(), type.labels.end(), label) == type.labels.end())
        out_.unseen.push_back("the enum " + type.name + " has the value " + label +
                              " in the database, not in the models: PostgreSQL cannot drop it");
    }
  }

  void added(const Table& table) {
    Operation op = on_table(Kind::create_table, table.name);
    op.definition = table;
    // Keys to tables that come later, in a circle, follow when these are there.
    std::erase_if(op.definition.foreign_keys, [&](const db::ForeignKey& key) {
      if (!comes_later(table, key.table)) return false;
      Operation later = on_table(Kind::create_foreign_key, table.name);
      later.foreign_key = key;
      keys_later_.push_back(std::move(later));
      return true;
    });
    made_.push_back(table.name);
    found("added table " + table.name);
    step(std::move(op), {on_table(Kind::drop_table, table.name)});
  }

  bool comes_later(const Table& table, const std::string& other) const {
    return other != table.name && models_.find(other) && !live_.metadata.find(other) &&
           std::find(made_.begin(), made_.end(), other) == made_.end();
  }

  void dropped() {
    std::vector<const Table*> gone = live_.metadata.sorted_tables();
    std::reverse(gone.begin(), gone.end());
    for (const Table* table : gone) {
      if (table->name == "alembic_version" || models_.find(table->name)) continue;
      Operation undo = on_table(Kind::create_table, table->name);
      undo.definition = *table;
      found("removed table " + table->name);
      step(on_table(Kind::drop_table, table->name), {std::move(undo)});
    }
  }

  void tables(const Table& model, const Table& live) {
    made_.push_back(model.name);
    removed_constraints(model, live);
    columns(model, live);
    added_constraints(model, live);
    if (model.primary_key() != live.primary_key())
      out_.unseen.push_back("table " + model.name + ": the primary key differs; that is not migrated");
  }

  void columns(const Table& model, const Table& live) {
    std::vector<const Column*> added, gone;
    for (const Column& column : model.columns) {
      const Column* there = live.find(column.name);
      there ? column_pair(model, column, *there) : added.push_back(&column);
    }
    for (const Column& column : live.columns) {
      if (!model.find(column.name)) gone.push_back(&column);
    }
    for (const Column* column : added) {
      Operation op = on_table(Kind::add_column, model.name);
      op.column = *column;
      found("added column " + model.name + "." + column->name);
      if (!column->nullable && column->server_default.empty())
        out_.unseen.push_back(fmt::format(
            "{}.{} is not null and has no server default: the migration fails when the table has rows",
            model.name, column->name));
      step(std::move(op), {on_table(Kind::drop_column, model.name, column->name)});
    }
    for (const Column* column : gone) {
      Operation undo = on_table(Kind::add_column, model.name);
      undo.column = *column;
      found("removed column " + model.name + "." + column->name);
      step(on_table(Kind::drop_column, model.name, column->name), {std::move(undo)});
      for (const Column* other : added) {
        if (normal_type(other->type, dialect_) == normal_type(column->type, dialect_))
          out_.offers.push_back(fmt::format(
              "if {0}.{1} is now {2}, edit the revision: instead of add_column and drop_column write\n"
              "  alter_column {0} {1}\n    rename {2}",
              model.name, column->name, other->name));
      }
    }
  }

  void column_pair(const Table& table, const Column& model, const Column& live) {
    Operation up = on_table(Kind::alter_column, table.name, model.name), down = up;
    std::vector<std::string> what;
    // SQLite numbers the rows of an INTEGER key alone, whatever the model's integer is.
    const bool is_rowid = dialect_.name() == "sqlite" && model.autoincrement && live.autoincrement;
    if (!is_rowid && normal_type(model.type, dialect_) != normal_type(live.type, dialect_)) {
      up.type = model.type;
      down.type = live.type;
      what.push_back(
          fmt::format("type {} to {}", dialect_.type_sql(live.type), dialect_.type_sql(model.type)));
    }
    if (!model.primary_key && model.nullable != live.nullable) {
      up.nullable = model.nullable;
      down.nullable = live.nullable;
      what.push_back(model.nullable ? "not null to nullable" : "nullable to not null");
    }
    if (normal_sql(model.server_default) != normal_sql(live.server_default)) {
      up.server_default = model.server_default;
      down.server_default = live.server_default;
      what.push_back(fmt::format("server default {} to {}",
                                 live.server_default.empty() ? "none" : live.server_default,
                                 model.server_default.empty() ? "none" : model.server_default));
    }
    if (what.empty()) return;
    found(fmt::format("changed column {}.{}: {}", table.name, model.name, fmt::join(what, ", ")));
    step(std::move(up), {std::move(down)});
  }

  static bool same(const db::Index& a, const db::Index& b) {
    return a.name == b.name && same_columns(a.columns, b.columns) && a.unique == b.unique &&
           normal_sql(a.where) == normal_sql(b.where);
  }
  static bool same(const db::UniqueConstraint& a, const db::UniqueConstraint& b) {
    return same_columns(a.columns, b.columns) && (a.name.empty() || b.name.empty() || a.name == b.name);
  }
  static bool same(const db::ForeignKey& a, const db::ForeignKey& b) {
    return a.columns == b.columns && a.table == b.table && a.referred == b.referred &&
           a.on_delete == b.on_delete && a.on_update == b.on_update;
  }
  template <class T>
  static bool has(const std::vector<T>& list, const T& one) {
    return std::any_of(list.begin(), list.end(), [&](const T& other) { return same(other, one); });
  }

  static Operation create(const Table& t, const db::Index& index) {
    Operation op = on_table(Kind::create_index, t.name);
    op.index = index;
    return op;
  }
  static Operation create(const Table& t, const db::UniqueConstraint& unique) {
    Operation op = on_table(Kind::create_unique, t.name);
    op.unique = unique;
    return op;
  }
  static Operation create(const Table& t, const db::ForeignKey& key) {
    Operation op = on_table(Kind::create_foreign_key, t.name);
    op.foreign_key = key;
    return op;
  }
  static Operation drop(const Table& t, const db::Index& index) {
    return on_table(Kind::drop_index, t.name, index.name);
  }
  static Operation drop(const Table& t, const db::UniqueConstraint& unique) {
    Operation op = on_table(Kind::drop_constraint, t.name, unique.name);
    if (unique.name.empty()) op.unique.columns = unique.columns;
    return op;
  }
  static Operation drop(const Table& t, const db::ForeignKey& key) {
    Operation op = on_table(Kind::drop_constraint, t.name, key.name);
    if (key.name.empty()) op.foreign_key.columns = key.columns;
    return op;
  }
  static std::string told(const db::Index& index) { return "index " + index.name; }
  static std::string told(const db::UniqueConstraint& unique) {
    return fmt::format("unique constraint {}({})", unique.name, fmt::join(unique.columns, ", "));
  }
  static std::string told(const db::ForeignKey& key) {
    return fmt::format("foreign key {}({}) to {}", key.name, fmt::join(key.columns, ", "), key.table);
  }

  // What goes before the columns do, and what comes when they are there.
  template <class T>
  void removed(const Table& table, const std::vector<T>& model, const std::vector<T>& live) {
    for (const T& one : live) {
      if (has(model, one)) continue;
      found("removed " + told(one) + " of " + table.name);
      step(drop(table, one), {create(table, one)});
    }
  }
  template <class T>
  void appeared(const Table& table, const std::vector<T>& model, const std::vector<T>& live) {
    for (const T& one : model) {
      if (has(live, one)) continue;
      found("added " + told(one) + " of " + table.name);
      step(create(table, one), {drop(table, one)});
    }
  }
  void removed_constraints(const Table& model, const Table& live) {
    removed(model, model.foreign_keys, live.foreign_keys);
    removed(model, model.indexes, live.indexes);
    removed(model, model.unique_constraints, live.unique_constraints);
  }
  void added_constraints(const Table& model, const Table& live) {
    appeared(model, model.unique_constraints, live.unique_constraints);
    appeared(model, model.indexes, live.indexes);
    for (const db::ForeignKey& key : model.foreign_keys) {
      if (has(live.foreign_keys, key)) continue;
      found("added " + told(key) + " of " + model.name);
      if (comes_later(model, key.table)) {  // the table that it names is made first
        keys_later_.push_back(create(model, key));
        undo_.push_back({drop(model, key)});
      } else {
        step(create(model, key), {drop(model, key)});
      }
    }
  }

  void notes() {
    for (const std::string& what : live_.unseen) out_.unseen.push_back(what);
    for (const Table& table : models_.tables()) {
      const Table* there = table.bind_key.empty() ? live_.metadata.find(table.name) : nullptr;
      if (there && (!table.check_constraints.empty() || !there->check_constraints.empty()))
        out_.unseen.push_back("table " + table.name + ": check constraints are not compared");
    }
  }

  const db::MetaData& models_;
  const db::Inspection& live_;
  const db::Dialect& dialect_;
  Comparison out_;
  std::vector<std::vector<Operation>> undo_;
  std::vector<Operation> keys_later_;
  std::vector<std::string> made_;
};

}  // namespace

Comparison compare(const db::MetaData& models, const db::Inspection& live, const db::Dialect& dialect,
                   bool keep_unknown_tables) {
  return Comparer(models, live, dialect).run(keep_unknown_tables);
}

}  // namespace retort::migrate
