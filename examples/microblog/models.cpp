// SPDX-License-Identifier: BSD-3-Clause
#include "models.h"

namespace microblog {

db::Database db{{.ix = "ix_%(column_0_label)s",
                 .uq = "uq_%(table_name)s_%(column_0_name)s",
                 .ck = "ck_%(table_name)s_%(constraint_name)s",
                 .fk = "fk_%(table_name)s_%(column_0_name)s",
                 .pk = "pk_%(table_name)s"}};

db::Query<Post> latest_posts() {
  return db.query<Post>()
      .order_by(db::desc<&Post::created_at>, db::desc<&Post::id>)
      .options(db::joinedload<&Post::author>());
}

db::Query<Post> timeline_of(const User& user) {
  const auto followed = db::select(col<&Follow::followed_id>).where(col<&Follow::follower_id> == user.id);
  return latest_posts().where(col<&Post::author_id> == user.id || col<&Post::author_id>.in(followed));
}

db::Query<Post> posts_about(const std::string& text) {
  return latest_posts().where(col<&Post::body>.icontains(text));
}

db::Query<User> users_named(const std::string& text) {
  return db.query<User>().where(col<&User::username>.icontains(text)).order_by(col<&User::username>);
}

db::Handle<User> user_named(const std::string& username) {
  return db.query<User>().where(col<&User::username> == username).first_or_404();
}

bool is_following(const User& follower, const User& followed) {
  return follower.followed.select().where(col<&User::id> == followed.id).exists();
}

void follow(const db::Handle<User>& follower, const db::Handle<User>& followed) {
  if (follower == followed || is_following(*follower, *followed)) return;
  follower->followed.append(followed);
}

void unfollow(const db::Handle<User>& follower, const db::Handle<User>& followed) {
  if (is_following(*follower, *followed)) follower->followed.remove(followed);
}

}  // namespace microblog
