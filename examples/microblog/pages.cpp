// SPDX-License-Identifier: BSD-3-Clause
// The timeline, all posts, the search; writing and deleting posts.
#include "microblog.h"
#include <retort/db/view.h>

namespace microblog {
namespace {

db::Pagination<Post> page_of(const db::Query<Post>& posts) {
  return posts.paginate({.per_page = current_app->config.get("POSTS_PER_PAGE").as_int()});
}

Response index() {
  const auto user = current_user();
  if (!user) return redirect(url_for("main.explore"));
  return make_response(render_template("main/index.html", {{"posts", page_of(timeline_of(*user))}}));
}

std::string explore() { return render_template("main/explore.html", {{"posts", page_of(latest_posts())}}); }

std::string search() {
  const std::string text(request->args->get("q", ""));
  if (text.empty()) return render_template("main/search.html", {{"q", ""}});
  const auto people = users_named(text).limit(5).all();
  return render_template(
      "main/search.html",
      {{"q", text}, {"people", Value::view(people)}, {"posts", page_of(posts_about(text))}});
}

std::string show(std::int64_t id) {
  return render_template("main/post.html", {{"post", db.get_or_404<Post>(id)}});
}

Response write() {
  const auto user = require_user();
  const std::string body = field("body");
  if (body.empty() || characters(body) > kPostLength) {
    flash("A post has 1 to " + std::to_string(kPostLength) + " characters.", "error");
  } else {
    db.session().add(Post{.body = body, .author = user});
    db.session().commit();
    flash("Your post is out.", "success");
  }
  return redirect(url_for("main.index"));
}

Response remove(std::int64_t id) {
  const auto user = require_user();
  const auto post = db.get_or_404<Post>(id);
  if (post->author_id != user->id) abort(403, "That post is somebody else's.");
  db.session().delete_(post);
  db.session().commit();
  flash("The post is gone.", "success");
  return redirect(url_for("people.profile", {{"username", user->username}}));
}

}  // namespace

Blueprint main_blueprint() {
  Blueprint bp{"main"};
  bp.get("/", "index", &index);
  bp.get("/explore", "explore", &explore);
  bp.get("/search", "search", &search);
  bp.post("/posts", "write", &write);
  bp.get("/posts/<int:id>", "post", &show);
  bp.post("/posts/<int:id>/delete", "delete", &remove);
  return bp;
}

}  // namespace microblog
