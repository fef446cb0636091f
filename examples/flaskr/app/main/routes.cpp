// SPDX-License-Identifier: BSD-3-Clause
#include "app/auth/accounts.h"
#include "app/main/blueprint.h"
#include "app/main/forms.h"
#include <retort/db/view.h>
#include <retort/retort.h>

namespace flaskr {
namespace {

db::Pagination<Post> page_of(const db::Query<Post>& posts) {
  return posts.paginate({.per_page = current_app->config.get<int>("POSTS_PER_PAGE")});
}

db::Query<Post> posts_by(const User& user) { return latest_posts().where(col<&Post::user_id> == user.id); }

// 404 for a post that is not there, 403 for somebody else's.
db::Handle<Post> own_post(std::int64_t id) {
  auto post = db.get_or_404<Post>(id);
  if (post->user_id != current_user<User>()->id) abort(403, "This post is somebody else's.");
  return post;
}

std::string index() { return render_template("main/index.html", {{"posts", page_of(latest_posts())}}); }

json health() { return json({{"status", "ok"}}); }

std::string post(std::int64_t id) {
  return render_template("main/post.html", {{"post", db.get_or_404<Post>(id)}});
}

Response create_post() {
  auto form = wtf::form<PostForm>();
  if (form.validate_on_submit()) {
    const auto post = db.session().add(
        Post{.title = form->title.data, .body = form->body.data, .user_id = current_user<User>()->id});
    db.session().commit();
    flash("Post created!", "success");
    return redirect(url_for("main.post", {{"id", post->id}}));
  }
  return make_response(render_template("main/edit_post.html", {{"form", form}, {"post", nullptr}}));
}

Response edit_post(std::int64_t id) {
  const auto post = own_post(id);
  auto form = wtf::form<PostForm>(*post);
  if (form.validate_on_submit()) {
    form.populate_obj(*post);
    post->edited_at = utcnow();
    db.session().commit();
    flash("Post saved.", "success");
    return redirect(url_for("main.post", {{"id", id}}));
  }
  return make_response(render_template("main/edit_post.html", {{"form", form}, {"post", post}}));
}

// A GET, or the HEAD that comes with it, asks whether it is meant.
Response delete_post(std::int64_t id) {
  const auto post = own_post(id);
  if (request->method != "POST")
    return make_response(render_template("main/delete_post.html", {{"post", post}}));
  db.session().delete_(post);
  db.session().commit();
  flash("Post deleted.", "info");
  return redirect(url_for("main.dashboard"));
}

std::string dashboard() {
  return render_template("main/dashboard.html", {{"posts", page_of(posts_by(*current_user<User>()))}});
}

std::string profile(const std::string& username) {
  const auto user = user_named(username);
  if (!user) abort(404, "Nobody here has that name.");
  return render_template("main/profile.html", {{"user", user}, {"posts", page_of(posts_by(*user))}});
}

Response edit_profile() {
  auto user = current_user<User>();
  auto form = wtf::form<ProfileForm>(*user);
  if (form.validate_on_submit()) {
    form.populate_obj(*user);
    if (commit_unless_taken()) {
      flash("Profile saved.", "success");
      return redirect(url_for("main.edit_profile"));
    }
    form.validate();
  }
  return make_response(render_template("main/edit_profile.html", {{"form", form}}));
}

}  // namespace

Blueprint main_blueprint() {
  Blueprint bp{"main"};
  bp.get<index>("/");
  bp.get<health>("/api/health");
  bp.get<post>("/posts/<int:id>");
  bp.get<profile>("/users/<username>");
  bp.get<login_required<dashboard>()>("/dashboard");
  bp.route<login_required<edit_profile>()>("/profile", {GET, POST});
  bp.route<login_required<create_post>()>("/post", {GET, POST});
  bp.route<login_required<edit_post>()>("/posts/<int:id>/edit", {GET, POST});
  bp.route<login_required<delete_post>()>("/posts/<int:id>/delete", {GET, POST});
  return bp;
}

}  // namespace flaskr
