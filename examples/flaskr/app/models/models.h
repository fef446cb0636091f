// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The models and their tables.
#include "app/models/post.h"
#include "app/models/user.h"

namespace flaskr {

inline const auto users = db::table<User>(
    "users", db::column<&User::username>(db::length(kUsernameLength), db::unique, db::indexed),
    db::column<&User::email>(db::length(kEmailLength), db::unique, db::indexed),
    db::column<&User::password_hash>(db::length(256)), db::column<&User::about>(db::length(kAboutLength)),
    db::relationship<&User::posts>(db::via<&Post::user_id>(), db::back_populates<&Post::author>(),
                                   db::passive_deletes));

inline const auto posts = db::table<Post>(
    "posts", db::column<&Post::title>(db::length(kTitleLength)), db::column<&Post::body>(db::as_text),
    db::column<&Post::created_at>(db::indexed),
    db::column<&Post::user_id>(db::references<&User::id>().on_delete("CASCADE"), db::indexed));

}  // namespace flaskr
