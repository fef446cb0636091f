// SPDX-License-Identifier: BSD-3-Clause
// A program outside of the tree that wants models and queries, without an app.
#include <cstdint>
#include <cstdio>
#include <string>

#include <retort/db/ddl.h>
#include <retort/db/engine.h>
#include <retort/db/session.h>

using namespace retort;

struct Note {
  std::int64_t id = 0;
  std::string text;
};
const auto notes = db::table<Note>("notes");

int main() {
  db::Engine engine("sqlite://");
  db::create_all(db::models_metadata(), *engine.connect());
  db::Session session(engine);
  session.add(Note{.text = "first"});
  session.commit();
  const auto found = session.query<Note>().where(db::col<&Note::text> == "first").one();
  std::printf("%lld: %s\n", static_cast<long long>(found->id), found->text.c_str());
  return found->id == 1 ? 0 : 1;
}
