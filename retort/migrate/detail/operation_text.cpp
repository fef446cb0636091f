// SPDX-License-Identifier: BSD-3-Clause
#include "retort/migrate/detail/operation_text.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "retort/base/text.h"
#include "retort/migrate/detail/lexer.h"
#include "retort/migrate/detail/types.h"
#include "retort/migrate/error.h"
#include "retort/migrate/revision.h"

namespace retort::migrate::detail {
namespace {

using Kind = Operation::Kind;

struct Verb {
  std::string_view name;
  Kind kind;
};
constexpr Verb kVerbs[] = {
    {"create_table", Kind::create_table},     {"drop_table", Kind::drop_table},
    {"rename_table", Kind::rename_table},     {"add_column", Kind::add_column},
    {"drop_column", Kind::drop_column},       {"alter_column", Kind::alter_column},
    {"create_index", Kind::create_index},     {"drop_index", Kind::drop_index},
    {"create_unique", Kind::create_unique},   {"create_foreign_key", Kind::create_foreign_key},
    {"create_check", Kind::create_check},     {"drop_constraint", Kind::drop_constraint},
    {"create_enum", Kind::create_enum},       {"drop_enum", Kind::drop_enum},
    {"add_enum_value", Kind::add_enum_value}, {"execute", Kind::execute},
};

// "name type [primary_key] [autoincrement] [not_null] [default: sql]"
db::Column read_column(Line& line) {
  db::Column column;
  column.name = line.name("the column's name");
  column.type = read_type(line);
  for (;;) {
    if (line.accept("primary_key")) {
      column.primary_key = true;
      column.nullable = false;
    } else if (line.accept("autoincrement")) {
      column.autoincrement = true;
    } else if (line.accept("not_null")) {
      column.nullable = false;
    } else {
      break;
    }
  }
  if (line.accept("default")) column.server_default = line.sql();
  line.finish();
  return column;
}

// What constraints may do without: their names.
std::string optional_name(Line& line) {
  if (line.accept('-')) return {};
  return line.name("the constraint's name, or -");
}

std::string read_action(Line& line) {
  if (line.accept("CASCADE")) return "CASCADE";
  if (line.accept("RESTRICT")) return "RESTRICT";
  if (line.accept("SET")) {
    if (line.accept("NULL")) return "SET NULL";
    if (line.accept("DEFAULT")) return "SET DEFAULT";
  }
  line.fail("expected CASCADE, SET NULL, SET DEFAULT or RESTRICT");
}

// "name (columns) references table (columns) [on_delete X] [on_update X]"
db::ForeignKey read_foreign_key(Line& line, db::ForeignKey key) {
  key.columns = line.names();
  if (!line.accept("references")) line.fail("expected: references table (columns)");
  key.table = line.name("the table that is referred to");
  key.referred = line.names();
  if (key.referred.size() != key.columns.size()) line.fail("a foreign key has as many columns on both sides");
  if (line.accept("on_delete")) key.on_delete = read_action(line);
  if (line.accept("on_update")) key.on_update = read_action(line);
  line.finish();
  return key;
}

// "(columns) [unique] [where: sql]"
db::Index read_index(Line& line, std::string name) {
  db::Index index{std::move(name), line.names()};
  index.unique = line.accept("unique");
  if (line.accept("where")) index.where = line.sql();
  line.finish();
  return index;
}

void read_table_line(Line& line, db::Table& table) {
  if (line.accept("column")) {
    table.columns.push_back(read_column(line));
    for (std::size_t i = 0; i + 1 < table.columns.size(); ++i) {
      if (table.columns[i].name == table.columns.back().name)
        line.fail(fmt::format("the table has a column {} already", table.columns[i].name));
    }
  } else if (line.accept("primary_key_name")) {
    table.primary_key_name = line.name("the name");
  } else if (line.accept("unique")) {
    std::string name = optional_name(line);
    table.unique_constraints.push_back({std::move(name), line.names()});
  } else if (line.accept("check")) {
    std::string name = optional_name(line);
    table.check_constraints.push_back({std::move(name), line.sql()});
  } else if (line.accept("foreign_key")) {
    db::ForeignKey key;
    key.name = optional_name(line);
    table.foreign_keys.push_back(read_foreign_key(line, std::move(key)));
  } else if (line.accept("index")) {
    std::string name = line.name("the index's name");
    table.indexes.push_back(read_index(line, std::move(name)));
  } else {
    line.fail("expected column, primary_key_name, unique, check, foreign_key or index");
  }
  line.finish();
}

void read_alter_line(Line& line, Operation& op) {
  if (line.accept("type")) {
    op.type = read_type(line);
    if (line.accept("using")) op.using_ = line.sql();
  } else if (line.accept("not_null")) {
    op.nullable = false;
  } else if (line.accept("nullable")) {
    op.nullable = true;
  } else if (line.accept("default")) {
    op.server_default = line.sql();
  } else if (line.accept("drop_default")) {
    op.server_default = "";
  } else if (line.accept("rename")) {
    op.new_name = line.name("the new name");
  } else {
    line.fail("expected type, not_null, nullable, default, drop_default or rename");
  }
  line.finish();
}

bool has_body(Kind kind) {
  return kind == Kind::create_table || kind == Kind::alter_column || kind == Kind::execute;
}

void read_names(Line& line, Operation& op) {
  switch (op.kind) {
    case Kind::create_enum:
      op.type = read_type(line);
      if (op.type->kind != db::ColumnType::Kind::enumeration) line.fail("expected enum(name, label, ...)");
      op.name = op.type->name;
      return;
    case Kind::drop_enum:
      op.name = line.name("the enum's name");
      return;
    case Kind::add_enum_value:
      op.name = line.name("the enum's name");
      op.new_name = line.name("the new label");
      return;
    case Kind::execute:
      if (!line.done()) op.dialect = line.name("a dialect");
      if (!op.dialect.empty() && op.dialect != "sqlite" && op.dialect != "postgresql")
        line.fail(fmt::format("there is no dialect {}: sqlite or postgresql, or none for both", op.dialect));
      return;
    default:
      op.table = line.name("the table's name");
  }
}

void read_rest(Line& line, Operation& op) {
  switch (op.kind) {
    case Kind::create_table:
      op.definition.name = op.table;
      return;
    case Kind::rename_table:
      op.new_name = line.name("the new name");
      return;
    case Kind::add_column:
      op.column = read_column(line);
      return;
    case Kind::drop_column:
    case Kind::alter_column:
      op.name = line.name("the column's name");
      return;
    case Kind::drop_index:
      op.name = line.name("the index's name");
      return;
    case Kind::drop_constraint:
      if (line.accept('-')) {  // one without a name, by its columns
        if (line.accept("unique")) {
          op.unique.columns = line.names();
        } else if (line.accept("foreign_key")) {
          op.foreign_key.columns = line.names();
        } else {
          line.fail("expected unique (columns) or foreign_key (columns)");
        }
        return;
      }
      op.name = line.name("the constraint's name");
      return;
    case Kind::create_index: {
      std::string name = line.name("the index's name");
      op.index = read_index(line, std::move(name));
      return;
    }
    case Kind::create_unique: {
      std::string name = optional_name(line);
      op.unique = {std::move(name), line.names()};
      return;
    }
    case Kind::create_foreign_key: {
      db::ForeignKey key;
      key.name = optional_name(line);
      op.foreign_key = read_foreign_key(line, std::move(key));
      return;
    }
    case Kind::create_check: {
      std::string name = optional_name(line);
      op.check = {std::move(name), line.sql()};
      return;
    }
    default:
      return;
  }
}

void check_complete(const Operation& op, const Line& head) {
  if (op.kind == Kind::create_table && op.definition.columns.empty()) head.fail("a table needs columns");
  if (op.kind == Kind::execute && op.sql.empty())
    head.fail("execute needs SQL on the lines below, indented by four");
  if (op.kind == Kind::alter_column && !op.type && !op.nullable && !op.server_default && op.new_name.empty())
    head.fail("alter_column needs what changes on the lines below, indented by four");
}

// --- writing ---

// SQL that stands on one line: line breaks outside of quotes are spaces.
std::string one_line(std::string_view sql) {
  std::string out;
  char quote = '\0';
  for (const char c : sql) {
    if (quote == '\0' && (c == '\'' || c == '"')) {
      quote = c;
    } else if (c == quote) {
      quote = '\0';
    }
    if (c == '\n' || c == '\r') {
      if (quote != '\0')
        throw MigrationError("a line break in a literal of " + text::repr(sql) +
                             " has no place in a revision file: use execute");
      if (!out.empty() && out.back() != ' ') out += ' ';
    } else {
      out += c;
    }
  }
  return std::string(text::trim(out));
}

std::string list(const std::vector<std::string>& names) {
  std::string out = "(";
  for (const std::string& name : names) out += (out.size() > 1 ? ", " : "") + quoted_name(name);
  return out + ")";
}

std::string name_or_dash(const std::string& name) { return name.empty() ? "-" : quoted_name(name); }

std::string column_text(const db::Column& column) {
  std::string out = quoted_name(column.name) + " " + type_text(column.type);
  if (column.primary_key) out += " primary_key";
  if (column.autoincrement) out += " autoincrement";
  if (!column.nullable && !column.primary_key) out += " not_null";
  if (!column.server_default.empty()) out += " default: " + one_line(column.server_default);
  return out;
}

std::string foreign_key_text(const db::ForeignKey& key) {
  std::string out = name_or_dash(key.name) + " " + list(key.columns) + " references " +
                    quoted_name(key.table) + " " + list(key.referred);
  if (!key.on_delete.empty()) out += " on_delete " + key.on_delete;
  if (!key.on_update.empty()) out += " on_update " + key.on_update;
  return out;
}

std::string index_text(const db::Index& index) {
  std::string out = quoted_name(index.name) + " " + list(index.columns);
  if (index.unique) out += " unique";
  if (!index.where.empty()) out += " where: " + one_line(index.where);
  return out;
}

void append_table(std::string& out, const db::Table& table) {
  for (const db::Column& column : table.columns) out += "    column " + column_text(column) + "\n";
  if (!table.primary_key_name.empty())
    out += "    primary_key_name " + quoted_name(table.primary_key_name) + "\n";
  for (const auto& u : table.unique_constraints)
    out += "    unique " + name_or_dash(u.name) + " " + list(u.columns) + "\n";
  for (const auto& c : table.check_constraints)
    out += "    check " + name_or_dash(c.name) + ": " + one_line(c.sql) + "\n";
  for (const auto& key : table.foreign_keys) out += "    foreign_key " + foreign_key_text(key) + "\n";
  for (const auto& index : table.indexes) out += "    index " + index_text(index) + "\n";
}

void append_alter(std::string& out, const Operation& op) {
  if (op.type) {
    out += "    type " + type_text(*op.type);
    if (!op.using_.empty()) out += " using: " + one_line(op.using_);
    out += "\n";
  }
  if (op.nullable) out += *op.nullable ? "    nullable\n" : "    not_null\n";
  if (op.server_default)
    out += op.server_default->empty() ? "    drop_default\n"
                                      : "    default: " + one_line(*op.server_default) + "\n";
  if (!op.new_name.empty()) out += "    rename " + quoted_name(op.new_name) + "\n";
}

void append_script(std::string& out, std::string_view sql) {
  while (!sql.empty()) {
    const std::size_t end = std::min(sql.find('\n'), sql.size());
    const std::string_view line = sql.substr(0, end);
    out += (line.empty() ? "" : "    ") + std::string(line) + "\n";
    sql.remove_prefix(std::min(end + 1, sql.size()));
  }
}

std::string rest_text(const Operation& op) {
  switch (op.kind) {
    case Kind::rename_table:
      return quoted_name(op.new_name);
    case Kind::add_column:
      return column_text(op.column);
    case Kind::drop_column:
    case Kind::alter_column:
    case Kind::drop_index:
      return quoted_name(op.name);
    case Kind::drop_constraint:
      if (!op.name.empty()) return quoted_name(op.name);
      return op.unique.columns.empty() ? "- foreign_key " + list(op.foreign_key.columns)
                                       : "- unique " + list(op.unique.columns);
    case Kind::create_index:
      return index_text(op.index);
    case Kind::create_unique:
      return name_or_dash(op.unique.name) + " " + list(op.unique.columns);
    case Kind::create_foreign_key:
      return foreign_key_text(op.foreign_key);
    case Kind::create_check:
      return name_or_dash(op.check.name) + ": " + one_line(op.check.sql);
    default:
      return {};
  }
}

}  // namespace

Operation read_operation(const std::vector<SourceLine>& lines, std::size_t& at, std::string_view path) {
  const SourceLine& first = lines[at++];
  Line head(first.text, path, first.number);
  if (first.indent != 2) head.fail("an operation is indented by two spaces");
  const auto verb =
      std::find_if(std::begin(kVerbs), std::end(kVerbs), [&](const Verb& v) { return head.accept(v.name); });
  if (verb == std::end(kVerbs)) {
    std::string known;
    for (const Verb& v : kVerbs) known += fmt::format("{}{}", known.empty() ? "" : ", ", v.name);
    head.fail(fmt::format("there is no operation \"{}\"; there are {}", first.text, known));
  }
  Operation op;
  op.kind = verb->kind;
  op.line = first.number;
  read_names(head, op);
  read_rest(head, op);
  head.finish();
  int blank = 0;
  for (; at < lines.size() && (lines[at].indent >= 4 || lines[at].text.empty()); ++at) {
    const SourceLine& source = lines[at];
    Line line(source.text, path, source.number);
    if (op.kind == Kind::execute) {
      if (source.text.empty()) {
        ++blank;
        continue;
      }
      if (!op.sql.empty()) op.sql.append(static_cast<std::size_t>(std::exchange(blank, 0)) + 1, '\n');
      op.sql.append(source.indent - 4, ' ');
      op.sql += source.text;
      continue;
    }
    if (source.text.empty()) continue;
    if (!has_body(op.kind)) line.fail(fmt::format("{} has no lines of its own", verb->name));
    if (source.indent != 4) line.fail("what belongs to an operation is indented by four spaces");
    op.kind == Kind::create_table ? read_table_line(line, op.definition) : read_alter_line(line, op);
  }
  check_complete(op, head);
  return op;
}

void append_operation(std::string& out, const Operation& op) {
  const auto verb =
      std::find_if(std::begin(kVerbs), std::end(kVerbs), [&](const Verb& v) { return v.kind == op.kind; });
  out += "  " + std::string(verb->name);
  switch (op.kind) {
    case Kind::create_enum:
      out += " " + type_text(*op.type);
      break;
    case Kind::drop_enum:
      out += " " + quoted_name(op.name);
      break;
    case Kind::add_enum_value:
      out += " " + quoted_name(op.name) + " " + quoted_name(op.new_name);
      break;
    case Kind::execute:
      if (!op.dialect.empty()) out += " " + op.dialect;
      break;
    default:
      out += " " + quoted_name(op.kind == Kind::create_table ? op.definition.name : op.table);
  }
  if (const std::string rest = rest_text(op); !rest.empty()) out += " " + rest;
  out += "\n";
  if (op.kind == Kind::create_table) append_table(out, op.definition);
  if (op.kind == Kind::alter_column) append_alter(out, op);
  if (op.kind == Kind::execute) append_script(out, op.sql);
}

}  // namespace retort::migrate::detail
