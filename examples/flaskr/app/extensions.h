// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The extensions, made apart from any app: models and views use them, the factory gives them
// their app. One set serves any number of apps.
#include <retort/ext/login/login.h>
#include <retort/ext/login/throttle.h>
#include <retort/ext/migrate/migrate.h>
#include <retort/ext/sqlalchemy/database.h>
#include <retort/ext/wtf/csrf.h>
#include <retort/ext/wtf/templates.h>

namespace flaskr {

using namespace retort;
using db::col;

extern db::Database db;
extern migrate::Migrate migrate;
extern login::LoginManager login_manager;
extern login::LoginThrottle login_throttle;
extern wtf::CSRFProtect csrf;

}  // namespace flaskr
