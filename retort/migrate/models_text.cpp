// SPDX-License-Identifier: BSD-3-Clause
// `db reflect`: a schema as C++ that a person then reads and keeps.
#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "retort/base/text.h"
#include "retort/migrate/commands.h"

namespace retort::migrate {
namespace {

using Kind = db::ColumnType::Kind;

constexpr std::string_view kKeywords[] = {
    "and",    "auto",   "bool", "case",    "char",     "class",  "const", "default", "delete",
    "double", "else",   "enum", "export",  "float",    "for",    "if",    "int",     "long",
    "new",    "not",    "or",   "private", "public",   "return", "short", "signed",  "static",
    "struct", "switch", "this", "union",   "unsigned", "using",  "void",  "while"};

std::string member_name(const std::string& name) {
  std::string out;
  for (const char c : name) out += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  if (out.empty() || text::is_digit(out[0])) out.insert(out.begin(), '_');
  if (std::find(std::begin(kKeywords), std::end(kKeywords), out) != std::end(kKeywords)) out += '_';
  return out;
}

// user_accounts: UserAccount; also of an enum's name.
std::string class_name(std::string name, bool singular) {
  if (singular && name.size() > 3 && name.ends_with("ies"))
    name.replace(name.size() - 3, 3, "y");
  else if (singular && name.size() > 2 && name.ends_with("s") && !name.ends_with("ss"))
    name.pop_back();
  std::string out;
  bool upper = true;
  for (const char c : member_name(name)) {
    if (c == '_') {
      upper = true;
      continue;
    }
    out += upper ? text::upper(c) : c;
    upper = false;
  }
  return out.empty() ? "Model" : out;
}

std::string literal(std::string_view text) {
  std::string out = "\"";
  text::append_escaped(out, text, '"');
  return out + "\"";
}

std::string cpp_type(const db::ColumnType& type) {
  switch (type.kind) {
    case Kind::boolean:
      return "bool";
    case Kind::small_integer:
      return "std::int16_t";
    case Kind::integer:
      return "std::int32_t";
    case Kind::big_integer:
      return "std::int64_t";
    case Kind::real:
      return "double";
    case Kind::numeric:
      return "Decimal";
    case Kind::large_binary:
      return "Bytes";
    case Kind::date:
      return "Date";
    case Kind::time:
      return "Time";
    case Kind::datetime:
      return "DateTime";
    case Kind::interval:
      return "TimeDelta";
    case Kind::uuid:
      return "Uuid";
    case Kind::json:
      return "Value";
    case Kind::enumeration:
      return class_name(type.name, false);
    case Kind::array:
      return "std::vector<" +
             (type.element.empty() ? std::string("std::string") : cpp_type(type.element[0])) + ">";
    default:
      return "std::string";
  }
}

std::string initializer(const db::Column& column) {
  if (!column.nullable && (column.type.kind == Kind::boolean)) return " = false";
  const bool number = column.type.kind == Kind::small_integer || column.type.kind == Kind::integer ||
                      column.type.kind == Kind::big_integer || column.type.kind == Kind::real;
  return !column.nullable && number ? " = 0" : "";
}

std::string members(const std::string& model, const std::vector<std::string>& columns) {
  std::string out;
  for (const std::string& column : columns)
    out += fmt::format("{}&{}::{}", out.empty() ? "" : ", ", model, member_name(column));
  return out;
}

std::string references(const db::ForeignKey& key) {
  std::string out = fmt::format("db::references<{}>()", members(class_name(key.table, true), key.referred));
  if (!key.on_delete.empty()) out += fmt::format(".on_delete({})", literal(key.on_delete));
  if (!key.on_update.empty()) out += fmt::format(".on_update({})", literal(key.on_update));
  if (!key.name.empty()) out += fmt::format(".name({})", literal(key.name));
  return out;
}

std::string column_options(const db::Column& column) {
  std::vector<std::string> options;
  if (member_name(column.name) != column.name)
    options.push_back(fmt::format("db::named({})", literal(column.name)));
  if (column.type.kind == Kind::string && column.type.length > 0)
    options.push_back(fmt::format("db::length({})", column.type.length));
  if (column.type.kind == Kind::text) options.push_back("db::as_text");
  if (column.type.kind == Kind::numeric && column.type.precision > 0)
    options.push_back(
        fmt::format("db::numeric({}, {})", column.type.precision, std::max(column.type.scale, 0)));
  if (column.type.with_timezone) options.push_back("db::with_timezone");
  if (!column.server_default.empty())
    options.push_back(fmt::format("db::server_default({})", literal(column.server_default)));
  return fmt::format("{}", fmt::join(options, ", "));
}

std::string table_text(const db::Table& table) {
  const std::string model = class_name(table.name, true);
  std::string out = fmt::format("struct {} {{\n", model);
  for (const db::Column& column : table.columns) {
    const std::string type = cpp_type(column.type);
    out += fmt::format("  {} {}{};", column.nullable ? "std::optional<" + type + ">" : type,
                       member_name(column.name), initializer(column));
    out += column.type.kind == Kind::other ? fmt::format("  // {}\n", column.type.name) : "\n";
  }
  out += fmt::format("}};\ninline const auto {} = db::table<{}>({}", member_name(table.name), model,
                     literal(table.name));
  const auto add = [&](const std::string& line) { out += ",\n    " + line; };
  if (const auto key = table.primary_key(); !key.empty())
    add(fmt::format("db::primary_key<{}>()", members(model, key)));
  for (const db::Column& column : table.columns) {
    if (const std::string options = column_options(column); !options.empty())
      add(fmt::format("db::column<{}>({})", members(model, {column.name}), options));
  }
  for (const auto& key : table.foreign_keys)
    add(fmt::format("db::foreign_key<{}>({})", members(model, key.columns), references(key)));
  for (const auto& u : table.unique_constraints)
    add(fmt::format("db::unique_constraint<{}>({})", members(model, u.columns),
                    u.name.empty() ? "" : literal(u.name)));
  for (const auto& index : table.indexes) {
    std::string options = ".name = " + literal(index.name);
    if (index.unique) options += ", .unique = true";
    if (!index.where.empty()) options += ", .where = " + literal(index.where);
    add(fmt::format("db::index<{}>({{{}}})", members(model, index.columns), options));
  }
  for (const auto& check : table.check_constraints)
    add(fmt::format("db::check({}{})", literal(check.sql),
                    check.name.empty() ? "" : ", " + literal(check.name)));
  return out + ");\n";
}

}  // namespace

std::string models_text(const db::MetaData& metadata) {
  std::string out;
  std::vector<std::string> enums;
  for (const db::Table& table : metadata.tables()) {
    for (const db::Column& column : table.columns) {
      const db::ColumnType& type = column.type;
      if (type.kind != Kind::enumeration || std::find(enums.begin(), enums.end(), type.name) != enums.end())
        continue;
      enums.push_back(type.name);
      std::vector<std::string> labels;
      for (const std::string& label : type.labels) labels.push_back(member_name(label));
      out +=
          fmt::format("enum class {} {{ {} }};\n\n", class_name(type.name, false), fmt::join(labels, ", "));
    }
  }
  for (const db::Table* table : metadata.sorted_tables()) {
    if (table->name == "alembic_version") continue;
    if (!out.empty() && !out.ends_with("\n\n")) out += "\n";
    out += table_text(*table);
  }
  return out;
}

}  // namespace retort::migrate
