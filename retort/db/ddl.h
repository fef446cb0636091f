// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// CREATE and DROP for tables as data, as SQLAlchemy writes them. Pure functions but for
// create_all and drop_all.

#include <string>
#include <string_view>
#include <vector>

#include "retort/db/schema.h"

namespace retort::db {

class Connection;
class Dialect;

/// "name TYPE DEFAULT x NOT NULL". Throws ArgumentError for a type that the dialect has not.
std::string column_sql(const Column& column, const Dialect& dialect);
/// One statement; its enums' types and indexes are statements of their own.
std::string create_table_sql(const Table& table, const Dialect& dialect);
std::string create_index_sql(const Table& table, const Index& index, const Dialect& dialect);
/// "CONSTRAINT name FOREIGN KEY(...) REFERENCES ...", as in CREATE TABLE and ALTER TABLE ADD.
std::string foreign_key_sql(const ForeignKey& key, const Dialect& dialect);
std::string unique_sql(const UniqueConstraint& unique, const Dialect& dialect);
std::string check_sql(const CheckConstraint& check, const Dialect& dialect);
/// "(a, b)"
std::string column_list(const std::vector<std::string>& names, const Dialect& dialect);

/// The statements that make the tables of a bind, in the order of their foreign keys.
std::vector<std::string> create_statements(const MetaData& metadata, const Dialect& dialect,
                                           std::string_view bind_key = "");

/// Makes what is not there. In one transaction.
void create_all(const MetaData& metadata, Connection& connection, std::string_view bind_key = "");
/// Drops what is there. In one transaction. Nothing goes that somebody else made: a view of a
/// table, or a foreign key to it, is an error on PostgreSQL.
void drop_all(const MetaData& metadata, Connection& connection, std::string_view bind_key = "");

/// Whether the database has a table of that name (not a view).
bool has_table(Connection& connection, std::string_view name);

}  // namespace retort::db
