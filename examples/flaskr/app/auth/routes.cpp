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
    if (add_user(form->email.data, form->username.data, form->password.data)) {
      flash("Registration successful! Please log in.", "success");
      return redirect(url_for("auth.login"));
    }
    form.validate();  // once more: it says now which of them somebody else has
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

// Who is merely remembered gives the password before it can be changed.
Response confirm() {
  auto form = wtf::form<ConfirmForm>();
  if (form.validate_on_submit()) {
    if (user_with_password(current_user<User>()->email, form->password.data)) {
      confirm_login();
      return redirect(safe_next(request->args->get("next"), url_for("main.index")));
    }
    flash("That is not your password.", "danger");
  }
  return make_response(render_template("auth/confirm.html", {{"form", form}}));
}

// The sessions, remember cookies and API tokens of before are void, but for this browser's.
Response change_password() {
  auto form = wtf::form<PasswordForm>();
  if (form.validate_on_submit()) {
    User* const user = current_user<User>();
    user->set_password(form->password.data);
    log_out_everywhere(current_user());
    db.session().commit();
    flash("Password changed. You are logged out everywhere else.", "success");
    return redirect(url_for("main.edit_profile"));
  }
  return make_response(render_template("auth/password.html", {{"form", form}}));
}

Response logout_everywhere() {
  if (!current_user().is_authenticated()) return redirect(url_for("main.index"));
  log_out_everywhere(current_user());
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
  bp.post<logout>("/logout");
  bp.post<logout_everywhere>("/logout-everywhere");
  bp.route<login_required<confirm>()>("/confirm", {GET, POST});
  bp.route<fresh_login_required<change_password>()>("/password", {GET, POST});
  return bp;
}

}  // namespace flaskr
