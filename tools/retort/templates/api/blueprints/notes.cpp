// SPDX-License-Identifier: BSD-3-Clause
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "blueprints/blueprints.h"
//[db]
#include "models.h"
//[/db]
#include <retort/fiber/sync.h>
#include <retort/retort.h>

namespace project_name {

using namespace retort;

namespace {

constexpr std::size_t kLongestBody = 280;

/// What a client sends; what it lacks, or has of another type, is answered 422.
struct NewNote {
  std::string body;
};

/// What a client is shown.
struct ShownNote {
  std::int64_t id = 0;
  std::string body;
};

/// What is wrong with it beyond its types; empty: nothing.
Value problems_of(const NewNote& note) {
  Value out = Value::dict();
  if (note.body.empty()) out.set("body", Value::list({"Must not be empty."}));
  if (note.body.size() > kLongestBody) out.set("body", Value::list({"Is too long."}));
  return out;
}

//[db]
ShownNote shown(const db::Handle<Note>& note) { return {note->id, note->body}; }

class Notes {
 public:
  std::vector<ShownNote> all() {
    std::vector<ShownNote> out;
    for (const auto& note : all_notes()) out.push_back(shown(note));
    return out;
  }
  ShownNote get(std::int64_t id) { return shown(db.get_or_404<Note>(id)); }
  ShownNote add(const NewNote& note) { return shown(add_note(note.body)); }
};

//[/db]
//[no-db]
/// Shared by all workers; a fiber::Mutex parks the request that waits, not its worker.
class Notes {
 public:
  std::vector<ShownNote> all() {
    const fiber::LockGuard lock(mutex_);
    return {notes_.rbegin(), notes_.rend()};
  }
  ShownNote get(std::int64_t id) {
    const fiber::LockGuard lock(mutex_);
    for (const ShownNote& note : notes_) {
      if (note.id == id) return note;
    }
    abort(404);
  }
  ShownNote add(const NewNote& note) {
    const fiber::LockGuard lock(mutex_);
    notes_.push_back({static_cast<std::int64_t>(notes_.size()) + 1, note.body});
    return notes_.back();
  }

 private:
  fiber::Mutex mutex_;
  std::vector<ShownNote> notes_;
};

//[/no-db]
}  // namespace

Blueprint notes_blueprint() {
  Blueprint bp{"notes"};
  const auto notes = std::make_shared<Notes>();
  bp.get("", "list", [notes] { return notes->all(); });
  bp.get("/<int:id>", "show", [notes](std::int64_t id) { return notes->get(id); });
  bp.post("", "create", [notes](Json<NewNote> body) -> Response {
    if (const Value wrong = problems_of(*body); wrong.truthy())
      return make_response(pair{json({{"errors", wrong}}), 422});
    const ShownNote note = notes->add(*body);
    return make_response(tuple{note, 201, Headers{{"Location", url_for("notes.show", {{"id", note.id}})}}});
  });
  return bp;
}

}  // namespace project_name
