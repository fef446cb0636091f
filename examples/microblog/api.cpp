// SPDX-License-Identifier: BSD-3-Clause
// The same as JSON. What is shown is listed: a model's object would show its hashes, too.
#include "microblog.h"

namespace microblog {
namespace {

Value post_json(const db::Handle<Post>& post) {
  return Value::dict({{"id", post->id},
                      {"body", post->body},
                      {"author", post->author->username},
                      {"created_at", iso_format(post->created_at) + "Z"}});
}

json list_posts() {
  const auto page = latest_posts().paginate();
  Value items = Value::list();
  for (const auto& post : page) items.push_back(post_json(post));
  return json({{"items", items}, {"page", page.page}, {"pages", page.pages()}, {"total", *page.total}});
}

json show_user(std::string username) {
  const auto found = user_named(username);
  return json({{"username", found->username},
               {"about", found->about ? Value(*found->about) : Value(nullptr)},
               {"posts", found->posts.select().count()},
               {"followers", found->followers.select().count()},
               {"following", found->followed.select().count()}});
}

}  // namespace

Blueprint api_blueprint() {
  Blueprint bp{"api"};
  bp.get("/posts", "posts", &list_posts);
  bp.get("/users/<username>", "user", &show_user);
  bp.errorhandler(404, [](const HTTPException& error) {
    return pair{json({{"error", error.description()}}), 404};
  });
  return bp;
}

}  // namespace microblog
