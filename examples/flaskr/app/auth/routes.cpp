// SPDX-License-Identifier: BSD-3-Clause
#include "app/auth/accounts.h"
#include "app/auth/blueprint.h"
#include "app/auth/forms.h"
#include <retort/retort.h>

namespace flaskr {
namespace {

Response register_() {
  if (current_user().is_authenticated()) return redirect(url_for("main.index"));
  auto form = wtf::form<RegistrationForm>();
  if (form.validate_on_submit()) {
    add_user(form->email.data, form->username.data, form->password.data);
    flash("Registration successful! Please log in.", "success");
    return redirect(url_for("auth.login"));
  }
  return make_response(render_template("auth/register.html", {{"form", form}}));
}

Response login() {
  if (current_user().is_authenticated()) return redirect(url_for("main.index"));
  auto form = wtf::form<LoginForm>();
  if (form.validate_on_submit()) {
    const auto user = user_with_password(form->email.data, form->password.data);
    if (user && login_user(user, {.remember = form->remember.data})) {
      flash("Logged in successfully!", "success");
      return redirect(safe_next(request->args->get("next"), url_for("main.index")));
    }
    flash("Invalid email or password.", "danger");
  }
  return make_response(render_template("auth/login.html", {{"form", form}}));
}

Response logout() {
  logout_user();
  flash("You have been logged out.", "info");
  return redirect(url_for("main.index"));
}

// The sessions, remember cookies and API tokens of before are void.
Response change_password() {
  auto form = wtf::form<PasswordForm>();
  if (form.validate_on_submit()) {
    const auto user = *current_user<db::Handle<User>>();
    user->set_password(form->password.data);
    ++user->login_generation;
    db.session().commit();
    login_user(user);
    flash("Password changed. You are logged out everywhere else.", "success");
    return redirect(url_for("main.edit_profile"));
  }
  return make_response(render_template("auth/password.html", {{"form", form}}));
}

Response logout_everywhere() {
  ++current_user<User>()->login_generation;
  db.session().commit();
  logout_user();
  flash("You are logged out everywhere.", "info");
  return redirect(url_for("main.index"));
}

}  // namespace

Blueprint auth_blueprint() {
  Blueprint bp{"auth"};
  bp.route<register_>("/register", {GET, POST}, {.endpoint = "register"});
  bp.route<login>("/login", {GET, POST});
  bp.post<login_required<logout>()>("/logout");
  bp.post<login_required<logout_everywhere>()>("/logout-everywhere");
  bp.route<fresh_login_required<change_password>()>("/password", {GET, POST});
  return bp;
}

}  // namespace flaskr
