// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/login/login_manager.h"

#include <charconv>
#include <stdexcept>

#include <fmt/format.h>

#include "retort/app/app.h"
#include "retort/app/flash.h"
#include "retort/app/globals.h"
#include "retort/app/redirect.h"
#include "retort/app/session.h"
#include "retort/ext/login/current_user.h"
#include "retort/ext/login/detail/user_state.h"
#include "retort/ext/login/signals.h"
#include "retort/ext/login/urls.h"

namespace retort::login {
namespace {

constexpr std::string_view kExtension = "login_manager";

}  // namespace

std::string& BlueprintViews::operator[](std::string_view blueprint) {
  for (auto& [name, view] : views_) {
    if (name == blueprint) return view;
  }
  return views_.emplace_back(blueprint, "").second;
}

const std::string* BlueprintViews::find(std::string_view blueprint) const {
  for (const auto& [name, view] : views_) {
    if (name == blueprint) return &view;
  }
  return nullptr;
}

bool detail::read_integer(std::string_view text, std::int64_t min, std::uint64_t max, std::int64_t& out) {
  const char* const end = text.data() + text.size();
  if (min < 0) {
    const auto [at, error] = std::from_chars(text.data(), end, out);
    return error == std::errc() && at == end && out >= min &&
           (out < 0 || static_cast<std::uint64_t>(out) <= max);
  }
  std::uint64_t number = 0;
  const auto [at, error] = std::from_chars(text.data(), end, number);
  out = static_cast<std::int64_t>(number);
  return error == std::errc() && at == end && number <= max;
}

LoginManager::LoginManager() = default;
LoginManager::~LoginManager() = default;

void LoginManager::init_app(App& app, bool add_context_processor) {
  app.extensions.set(kExtension, static_cast<const LoginManager*>(this));
  app.after_request([](Response& response) { detail::update_remember_cookie(response); });
  if (add_context_processor) {
    app.context_processor([] { return Value::dict({{"current_user", detail::current_user_value()}}); });
  }
}

const LoginManager& LoginManager::current() {
  if (const auto* manager = current_app->extensions.find<const LoginManager*>(kExtension)) return **manager;
  throw std::logic_error("the app has no LoginManager: call login_manager.init_app(app) while it is set up");
}

Response LoginManager::unauthorized() const {
  user_unauthorized.send(current_app);
  const std::string* view = &login_view;
  for (const std::string_view blueprint : request->blueprints()) {
    if (const std::string* own = blueprint_login_views.find(blueprint)) {
      view = own;
      break;
    }
  }
  return refuse(unauthorized_handler_, *view, login_message, login_message_category);
}

Response LoginManager::needs_refresh() const {
  user_needs_refresh.send(current_app);
  return refuse(needs_refresh_handler_, refresh_view, needs_refresh_message, needs_refresh_message_category);
}

Response LoginManager::refuse(const detail::AnswerFunction& handler, std::string_view view,
                              std::string_view message, std::string_view category) const {
  if (handler) return handler();
  if (view.empty()) abort(401);
  if (!message.empty()) flash(localize_ ? localize_(message) : std::string(message), category);
  const std::string here(request->url());
  if (!current_app->config.get("USE_SESSION_FOR_NEXT").truthy()) return redirect(login_url(view, here));
  const std::string url = login_url(view);
  session["_id"] = session_identifier(request);
  session["next"] = make_next_param(url, here);
  return redirect(url);
}

}  // namespace retort::login
