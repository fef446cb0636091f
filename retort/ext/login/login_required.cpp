// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/login/login_required.h"

#include <algorithm>

#include "retort/app/app.h"
#include "retort/app/globals.h"
#include "retort/ext/login/current_user.h"
#include "retort/ext/login/login_manager.h"

namespace retort::login::detail {

std::optional<Response> refusal(bool fresh) {
  const LoginManager& manager = LoginManager::current();
  const auto& exempt = manager.exempt_methods;
  if (std::find(exempt.begin(), exempt.end(), request->method) != exempt.end()) return std::nullopt;
  if (current_app->config.get("LOGIN_DISABLED").truthy()) return std::nullopt;
  if (!current_user().is_authenticated()) return manager.unauthorized();
  if (fresh && !login_fresh()) return manager.needs_refresh();
  return std::nullopt;
}

}  // namespace retort::login::detail
