// SPDX-License-Identifier: BSD-3-Clause
#include "app/api/tokens.h"

#include "app/models/models.h"
#include <retort/http/auth.h>
#include <retort/retort.h>
#include <retort/signing/serializer.h>

namespace flaskr {
namespace {

signing::URLSafeTimedSerializer serializer() {
  auto keys = current_app->config.get<std::vector<std::string>>("SECRET_KEY_FALLBACKS", {});
  keys.push_back(current_app->config.get<std::string>("SECRET_KEY"));  // the newest signs
  return signing::URLSafeTimedSerializer(std::move(keys), {.salt = "flaskr-api-token"});
}

}  // namespace

std::string make_token(const User& user) {
  return serializer().dumps(Value::list({user.id, user.login_generation}));
}

db::Handle<User> user_of_token(Request& request) {
  if (!request.authorization || request.authorization->type != "bearer") return {};
  Value payload;
  const auto age = current_app->config.get<std::int64_t>("API_TOKEN_SECONDS");
  if (!serializer().try_loads(request.authorization->token.value_or(""), payload, age)) return {};
  const auto user = db.session().get<User>(payload[0].as_int());
  if (!user || user->login_generation != payload[1].as_int()) return {};
  return user;
}

}  // namespace flaskr
