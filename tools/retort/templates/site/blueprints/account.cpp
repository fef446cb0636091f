// SPDX-License-Identifier: BSD-3-Clause
// A form and a session: the visitor's name.
#include "blueprints/blueprints.h"
#include <retort/crypto/random.h>
#include <retort/retort.h>

namespace project_name {

using namespace retort;

namespace {

constexpr std::size_t kLongestName = 40;

/// What every form carries: another site cannot know it. Made at its first use.
std::string csrf_token() {
  auto token = session.get<std::string>("csrf_token");
  if (!token) session["csrf_token"] = *(token = crypto::random_token());
  return *token;
}

void check_token() {
  if (request->method != "POST") return;
  const auto expected = session.get<std::string>("csrf_token");
  if (!expected || !crypto::constant_time_equal(request->form->get("csrf_token", ""), *expected))
    abort(400, "The form is too old. Please load the page again and send it once more.");
}

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

Response show_form(const std::string& name, const std::string& problem, int status) {
  return make_response(
      pair{render_template("account/name.html", {{"name", name}, {"problem", problem}}), status});
}

Response name_form() { return show_form(session.get("name", ""), "", 200); }

Response set_name() {
  const std::string name = trimmed(request->form->get("name", ""));
  if (name.empty()) return show_form(name, "Please say a name.", 422);
  if (name.size() > kLongestName) return show_form(name, "That is too long a name.", 422);
  session["name"] = name;
  flash("Welcome, " + name + "!", "success");
  return redirect(url_for("main.index"));
}

Response forget() {
  session.clear();
  flash("Your name is forgotten.", "info");
  return redirect(url_for("main.index"));
}

}  // namespace

Blueprint account_blueprint() {
  Blueprint bp{"account"};
  bp.before_app_request(&check_token);
  bp.app_context_processor([] { return Value::dict({{"visitor", session.get("name", "")}}); });
  bp.app_template_global("csrf_token", &csrf_token);
  bp.get("/name", "name", &name_form);
  bp.post("/name", "set_name", &set_name);
  bp.post("/forget", "forget", &forget);
  return bp;
}

}  // namespace project_name
