// SPDX-License-Identifier: BSD-3-Clause
// Signing up, logging in and out; and the check of every form's token.
#include <algorithm>

#include "microblog.h"
#include <retort/crypto/password.h>
#include <retort/crypto/random.h>
#include <retort/fiber/blocking.h>

namespace microblog {
namespace {

constexpr std::size_t kShortestPassword = 8;
constexpr std::size_t kLongestPassword = 1024;

// Within this site: a path, which a browser takes for no host.
std::string next_page() {
  const std::string next(request->args->get("next", ""));
  const bool is_path = next.size() > 1 && next[0] == '/' && next[1] != '/' && next[1] != '\\';
  const bool is_plain = std::all_of(next.begin(), next.end(), [](unsigned char c) { return c > ' '; });
  return is_path && is_plain ? next : url_for("main.index");
}

void log_in(const User& user) {
  session.clear();  // nothing that came before the login counts
  session["user_id"] = user.id;
}

bool is_username(const std::string& name) {
  return name.size() >= 2 && name.size() <= std::size_t{kUsernameLength} &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
         });
}

// Empty when there is none.
std::string problem_of(const std::string& username, const std::string& email, std::string_view password) {
  if (!is_username(username)) return "A user name is 2 to 32 lower-case letters, digits and underscores.";
  if (email.size() > kEmailLength || email.find('@') == std::string::npos) return "That is no email address.";
  if (password.size() < kShortestPassword) return "A password has 8 characters or more.";
  if (password.size() > kLongestPassword) return "That password is too long.";
  return "";
}

Response register_page() {
  return make_response(
      render_template("auth/register.html", {{"username", field("username")}, {"email", field("email")}}));
}

Response register_user() {
  const std::string username = field("username");
  const std::string email = field("email");
  const std::string password(request->form->get("password", ""));
  std::string problem = problem_of(username, email, password);
  if (problem.empty()) {
    // Slow by design: on a thread of its own.
    const std::string hash = fiber::blocking([&] { return crypto::generate_password_hash(password); });
    const auto user = db.session().add(User{.username = username, .email = email, .password_hash = hash});
    try {
      db.session().commit();
      log_in(*user);
      flash("Welcome to the microblog, " + username + "!", "success");
      return redirect(url_for("main.index"));
    } catch (const db::IntegrityError&) {  // the database has the last word on what is taken
      db.session().rollback();
      problem = "That name or email address is taken.";
    }
  }
  flash(problem, "error");
  return register_page();
}

Response login_page() {
  return make_response(render_template("auth/login.html", {{"username", field("username")}}));
}

Response login() {
  const auto user = db.query<User>().where(col<&User::username> == field("username")).first();
  const std::string password(request->form->get("password", ""));
  // As much work for a name that there is not: how long it takes tells nothing.
  static const std::string nobody = crypto::generate_password_hash(crypto::random_token());
  const std::string hash = user ? user->password_hash : nobody;
  const bool matches = password.size() <= kLongestPassword &&
                       fiber::blocking([&] { return crypto::check_password_hash(hash, password); });
  if (user && matches) {
    log_in(*user);
    return redirect(next_page());
  }
  flash("There is no such user, or the password is another.", "error");
  return login_page();
}

Response logout() {
  session.clear();
  flash("You are logged out.", "info");
  return redirect(url_for("main.explore"));
}

// Each form carries the session's token; another site cannot know it.
void check_token() {
  if (request->method != "POST") return;
  const auto expected = session.get<std::string>("csrf_token");
  if (!expected || !crypto::constant_time_equal(request->form->get("csrf_token", ""), *expected))
    abort(400, "The form is too old. Please go back, load the page again, and send it once more.");
}

}  // namespace

Blueprint auth_blueprint() {
  Blueprint bp{"auth"};
  bp.before_app_request(&check_token);
  bp.get("/register", "register", &register_page);
  bp.post("/register", "register_post", &register_user);
  bp.get("/login", "login", &login_page);
  bp.post("/login", "login_post", &login);
  bp.post("/logout", "logout", &logout);
  return bp;
}

}  // namespace microblog
