// SPDX-License-Identifier: BSD-3-Clause
#include "app/api/blueprint.h"
#include "app/api/forms.h"
#include "app/api/tokens.h"
#include "app/auth/accounts.h"
#include <retort/retort.h>

namespace flaskr {
namespace {

// What is shown is listed: a model's own JSON would have its hash, too.
Value post_json(const db::Handle<Post>& post) {
  return Value::dict({{"id", post->id},
                      {"title", post->title},
                      {"body", post->body},
                      {"author", post->author->username},
                      {"created_at", iso_format(post->created_at) + "Z"}});
}

Value user_json(const User& user) { return Value::dict({{"id", user.id}, {"username", user.username}}); }

Value own_json(const User& user) {
  return Value::dict({{"id", user.id}, {"username", user.username}, {"email", user.email}});
}

Response problem(const std::string& error, int status, const Value& details = Value::dict()) {
  Value body = Value::dict({{"error", error}});
  if (details.truthy()) body.set("details", details);
  return make_response(json(body), status);
}

template <class T>
Response refused(const wtf::Form<T>& form) {
  return problem("Validation error", 400, form.errors());
}

// The page as a list; the Link header says where the next one is (RFC 8288).
Response get_posts() {
  const auto page = latest_posts().paginate({.per_page = 50, .error_out = false});
  Value items = Value::list();
  for (const auto& post : page) items.push_back(post_json(post));
  Response response = make_response(json(items));
  response.headers["X-Total-Count"] = std::to_string(*page.total);
  if (page.has_next())
    response.headers["Link"] = "<" + url_for("api.get_posts", {{"page", page.page + 1}}) + ">; rel=\"next\"";
  return response;
}

json get_post(std::int64_t id) { return json(post_json(db.get_or_404<Post>(id))); }

Response create_post() {
  auto form = wtf::form<ApiPostForm>({.csrf = false});
  if (!form.validate()) return refused(form);
  const std::string title = form->title.data.empty() ? title_of(form->body.data) : form->title.data;
  const auto post =
      db.session().add(Post{.title = title, .body = form->body.data, .user_id = current_user<User>()->id});
  db.session().commit();
  return make_response(json(post_json(post)), 201,
                       {{"Location", url_for("api.get_post", {{"id", post->id}})}});
}

Response delete_post(std::int64_t id) {
  const auto post = db.get_or_404<Post>(id);
  if (post->user_id != current_user<User>()->id) abort(403, "This post is somebody else's.");
  db.session().delete_(post);
  db.session().commit();
  return make_response(status(204));
}

json get_users() {
  Value items = Value::list();
  for (const auto& user : db.query<User>().order_by(col<&User::id>).limit(100).all())
    items.push_back(user_json(*user));
  return json(items);
}

json me() { return json(own_json(*current_user<User>())); }

Response create_user() {
  auto form = wtf::form<ApiUserForm>({.csrf = false});
  if (!form.validate()) return refused(form);
  if (user_with_email(form->email.data)) return problem("Email already exists", 409);
  const auto user = add_user(form->email.data, form->username.data, form->password.data);
  if (!user) return problem("Email or name already exists", 409);
  return make_response(json(own_json(*user)), 201);
}

Response create_token() {
  auto form = wtf::form<ApiTokenForm>({.csrf = false});
  if (!form.validate()) return refused(form);
  const auto user = user_with_password(form->email.data, form->password.data);
  if (!user || !user->is_active) return problem("Invalid email or password.", 401);
  return make_response(
      json({{"token", make_token(*user)}, {"expires_in", current_app->config.get("API_TOKEN_SECONDS")}}));
}

// A browser sends its cookies wherever anybody's page makes it: who is logged in by them has to
// send the CSRF token, too, as X-CSRFToken. Who is named by a token of his own need not.
void check_csrf() {
  const User* const user = current_user<User>();
  if (!user) return;
  const auto named = user_of_token(*request);
  if (!named || named->id != user->id) csrf.protect();
}

}  // namespace

Blueprint api_blueprint() {
  Blueprint bp{"api"};
  csrf.exempt(bp);
  bp.before_request(&check_csrf);
  bp.get<get_posts>("/posts");
  bp.get<get_post>("/posts/<int:id>");
  bp.post<login_required<create_post>()>("/posts");
  bp.delete_<login_required<delete_post>()>("/posts/<int:id>");
  bp.get<login_required<get_users>()>("/users");
  bp.get<login_required<me>()>("/users/me");
  bp.post<create_user>("/users");
  bp.post<create_token>("/tokens");
  return bp;
}

}  // namespace flaskr
