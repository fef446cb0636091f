// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What a commit changes, as signals (Flask-SQLAlchemy: flask_sqlalchemy.track_modifications).
// Sent by the sessions of an app whose config["SQLALCHEMY_TRACK_MODIFICATIONS"] is true, once a
// transaction that added, changed or deleted objects:
//
//   db::models_committed.connect(app, [](App&, const std::vector<db::ModelChange>& changes) {
//     for (const auto& change : changes) {
//       if (const auto post = change.instance<Post>()) index(*post, change.operation());
//     }
//   });

#include <vector>

#include "retort/app/signals.h"
#include "retort/db/model_change.h"

namespace retort::db {

/// Before the transaction is written: objects that are new have no key yet, and what a receiver
/// adds or changes is part of it. What it throws leaves commit(), and nothing is committed.
inline constexpr Signal<const std::vector<ModelChange>&> before_models_committed{"sqlalchemy",
                                                                                 "before-models-committed"};
/// When it is written. Objects are as they were written; those that were deleted are of no session.
inline constexpr Signal<const std::vector<ModelChange>&> models_committed{"sqlalchemy", "models-committed"};

}  // namespace retort::db
