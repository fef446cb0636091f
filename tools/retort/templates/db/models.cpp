// SPDX-License-Identifier: BSD-3-Clause
#include "models.h"

namespace project_name {

db::Database db;

std::vector<db::Handle<Note>> all_notes() {
  return db.query<Note>().order_by(db::desc<&Note::created_at>, db::desc<&Note::id>).limit(100).all();
}

db::Handle<Note> add_note(const std::string& body) {
  auto note = db.session().add(Note{.body = body});
  db.session().commit();
  return note;
}

void create_tables() { db.create_all(); }

}  // namespace project_name
