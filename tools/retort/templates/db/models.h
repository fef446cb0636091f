// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What the app keeps.
#include <cstdint>
#include <string>
#include <vector>

#include <retort/base/civil_time.h>
#include <retort/ext/sqlalchemy/database.h>

namespace project_name {

using namespace retort;

/// `db.session()`, `db.query<Note>()`.
extern db::Database db;

struct Note {
  std::int64_t id = 0;
  std::string body;
  DateTime created_at = utcnow();
};

inline const auto notes_table = db::table<Note>("notes", db::column<&Note::body>(db::length(280)));

/// The newest first.
std::vector<db::Handle<Note>> all_notes();
db::Handle<Note> add_note(const std::string& body);

/// For tests; elsewhere `db upgrade` makes the tables.
void create_tables();

}  // namespace project_name
