// SPDX-License-Identifier: BSD-3-Clause
// Who is logged in, and whether a form is ours.
#include "microblog.h"
#include <retort/crypto/random.h>

namespace microblog {

db::Handle<User> current_user() {
  const auto id = session.get<std::int64_t>("user_id");
  return id ? db.session().get<User>(*id) : db::Handle<User>();
}

db::Handle<User> require_user() {
  auto user = current_user();
  if (user) return user;
  flash("Please log in first.", "info");
  const bool is_page = request->method == "GET";
  abort(redirect(is_page ? url_for("auth.login", {{"next", request->full_path()}}) : url_for("auth.login")));
}

std::string csrf_token() {
  auto token = session.get<std::string>("csrf_token");
  if (!token) session["csrf_token"] = *(token = crypto::random_token());
  return *token;
}

std::string field(const char* name) {
  const std::string_view text = request->form->get(name, "");
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

std::size_t characters(const std::string& text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

}  // namespace microblog
