// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace retort {
class App;
}

namespace flaskr {

/// Whom seed-db makes to log in with.
inline constexpr const char* kSeedEmail = "demo@example.com";
inline constexpr const char* kSeedPassword = "correct horse";

/// What `flaskr seed-db` does: users and posts to look at, unless there are users; the exit code.
/// In an app's context.
int seed_database();

void add_commands(retort::App& app);

}  // namespace flaskr
