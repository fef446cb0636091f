// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The microblog's parts: the factory, and the blueprints that it puts together.
#include <string>

#include "models.h"
#include <retort/retort.h>

namespace microblog {

/// `config` goes before the environment: DATABASE_URL (else SQLite in the instance folder) and
/// SECRET_KEY (else a new one, which ends all sessions with the process).
App create_app(const Value& config = Value::dict());

Blueprint auth_blueprint();    ///< /auth: sign up, log in, log out
Blueprint main_blueprint();    ///< pages: timeline, explore, search, posts
Blueprint people_blueprint();  ///< profiles, followers, settings
Blueprint api_blueprint();     ///< /api: JSON
void add_error_pages(App& app);
/// Filters for templates: "ago" of a time, "hue" of a name.
void add_filters(App& app);

/// Who is logged in; empty for nobody.
db::Handle<User> current_user();
/// The same where nobody is a redirect to the login page.
db::Handle<User> require_user();

/// The session's token against forged forms; made at its first use.
std::string csrf_token();
/// A form's field, without white space around it.
std::string field(const char* name);
/// How many characters a text has; more than bytes can be.
std::size_t characters(const std::string& text);

}  // namespace microblog
