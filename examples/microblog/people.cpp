// SPDX-License-Identifier: BSD-3-Clause
// Profiles, who follows whom, and a user's own settings.
#include "microblog.h"
#include <retort/db/view.h>

namespace microblog {
namespace {

std::int64_t per_page() { return current_app->config.get("POSTS_PER_PAGE").as_int(); }

std::string profile(std::string username) {
  const auto user = user_named(username);
  const auto me = current_user();
  const auto posts =
      latest_posts().where(col<&Post::author_id> == user->id).paginate({.per_page = per_page()});
  return render_template("main/profile.html", {{"user", user},
                                               {"posts", posts},
                                               {"followed", user->followed.select().count()},
                                               {"followers", user->followers.select().count()},
                                               {"is_me", me == user},
                                               {"is_following", me && is_following(*me, *user)}});
}

std::string list_people(const std::string& username, const char* title, bool followers) {
  const auto user = user_named(username);
  const auto& relation = followers ? user->followers : user->followed;
  const auto people = relation.select().order_by(col<&User::username>).paginate({.per_page = per_page()});
  return render_template("main/people.html", {{"user", user}, {"people", people}, {"title", title}});
}

std::string followers(std::string username) { return list_people(username, "Followers", true); }
std::string followed(std::string username) { return list_people(username, "Following", false); }

Response follow_user(std::string username) {
  const auto me = require_user();
  const auto user = user_named(username);
  if (me == user) {
    flash("You need not follow yourself.", "error");
  } else {
    follow(me, user);
    db.session().commit();
    flash("You follow " + username + " now.", "success");
  }
  return redirect(url_for("people.profile", {{"username", username}}));
}

Response unfollow_user(std::string username) {
  const auto me = require_user();
  unfollow(me, user_named(username));
  db.session().commit();
  flash("You no longer follow " + username + ".", "success");
  return redirect(url_for("people.profile", {{"username", username}}));
}

std::string settings() { return render_template("main/settings.html", {{"user", require_user()}}); }

Response save_settings() {
  const auto me = require_user();
  const std::string about = field("about");
  if (characters(about) > kAboutLength) {
    flash("That is too long: " + std::to_string(kAboutLength) + " characters at most.", "error");
    return redirect(url_for("people.settings"));
  }
  me->about = about.empty() ? std::nullopt : std::optional(about);
  db.session().commit();
  flash("Saved.", "success");
  return redirect(url_for("people.profile", {{"username", me->username}}));
}

}  // namespace

Blueprint people_blueprint() {
  Blueprint bp{"people"};
  bp.get("/user/<username>", "profile", &profile);
  bp.get("/user/<username>/followers", "followers", &followers);
  bp.get("/user/<username>/following", "following", &followed);
  bp.post("/user/<username>/follow", "follow", &follow_user);
  bp.post("/user/<username>/unfollow", "unfollow", &unfollow_user);
  bp.get("/settings", "settings", &settings);
  bp.post("/settings", "save_settings", &save_settings);
  return bp;
}

}  // namespace microblog
