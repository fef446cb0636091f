// SPDX-License-Identifier: BSD-3-Clause
#include "blueprints/blueprints.h"
//[db]
#include "models.h"
#include <retort/db/view.h>
//[/db]
#include <retort/retort.h>

namespace project_name {

using namespace retort;

namespace {

//[db]
std::string index() {
  const auto notes = all_notes();
  return render_template("main/index.html", {{"notes", Value::view(notes)}});
}

//[/db]
//[no-db]
std::string index() { return render_template("main/index.html"); }

//[/no-db]
std::string about() { return render_template("main/about.html"); }

}  // namespace

Blueprint main_blueprint() {
  Blueprint bp{"main"};
  bp.get<index>("/");
  bp.get<about>("/about");
  return bp;
}

}  // namespace project_name
