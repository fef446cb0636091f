// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <utility>

#include "retort/app/app.h"
#include "retort/app/globals.h"
#include "retort/app/matched_route.h"
#include "retort/ext/wtf/csrf.h"
#include "retort/ext/wtf/detail/csrf_app.h"
#include "retort/ext/wtf/validation_error.h"
#include "retort/message/response.h"
#include "retort/value/markup.h"

namespace retort::wtf {
namespace detail {
namespace {

using CsrfExtension = std::shared_ptr<const CsrfApp>;
constexpr std::string_view kExtension = "csrf";

template <class List, class T>
void add_once(List& list, const T& value) {
  if (std::find(list.begin(), list.end(), value) == list.end()) list.emplace_back(value);
}

/// Throws CSRFError for a request that is not to be trusted.
void check(Context& context, const CsrfSettings& settings) {
  const Request& request = context.request();
  if (!settings.is_checked(request.method)) return;
  const auto refuse = [&](const std::string& reason) {
    context.app().logger.info(reason);
    throw CSRFError(reason);
  };
  try {
    validate_csrf(sent_token(request, settings));
  } catch (const ValidationError& error) {
    refuse(error.message());
  }
  if (settings.ssl_strict && request.is_secure()) {
    if (request.referrer().empty()) refuse("The referrer header is missing.");
    if (!is_same_origin(request.referrer(), request.host())) refuse("The referrer does not match the host.");
  }
  context.g().set("csrf_valid", true);
}

}  // namespace

bool Exemptions::covers(const Context& context) const {
  if (!functions.empty()) {
    const auto function = matched_function(context);
    if (function && std::find(functions.begin(), functions.end(), function) != functions.end()) return true;
  }
  return std::find(endpoints.begin(), endpoints.end(), context.request().endpoint) != endpoints.end() ||
         std::any_of(blueprints.begin(), blueprints.end(),
                     [&](const Blueprint& blueprint) { return is_of_blueprint(context, blueprint); });
}

void SharedExemptions::add(void (*function)()) {
  const std::lock_guard lock(mutex_);
  add_once(all_.functions, function);
}

void SharedExemptions::add(std::string_view endpoint) {
  const std::lock_guard lock(mutex_);
  add_once(all_.endpoints, endpoint);
}

void SharedExemptions::add(const Blueprint& blueprint) {
  const std::lock_guard lock(mutex_);
  const bool is_there = std::any_of(all_.blueprints.begin(), all_.blueprints.end(),
                                    [&](const Blueprint& b) { return &b.data() == &blueprint.data(); });
  if (!is_there) all_.blueprints.push_back(blueprint);
}

Exemptions SharedExemptions::copy() const {
  const std::lock_guard lock(mutex_);
  return all_;
}

const CsrfApp::Frozen& CsrfApp::frozen(const App& app) const {
  if (const Frozen* there = frozen_.load(std::memory_order_acquire)) return *there;
  auto made = std::make_unique<const Frozen>(Frozen{CsrfSettings(app), shared_->copy()});
  const Frozen* expected = nullptr;
  if (frozen_.compare_exchange_strong(expected, made.get(), std::memory_order_acq_rel))
    return *made.release();
  return *expected;
}

const CsrfSettings& csrf_settings(Context& context) {
  const App& app = context.app();
  const auto* extension = app.extensions.find<CsrfExtension>(kExtension);
  if (extension && app.frozen()) return (*extension)->frozen(app).settings;
  return context.g().setdefault<CsrfSettings>("_csrf_settings", [&] { return CsrfSettings(app); });
}

}  // namespace detail

struct CSRFProtect::Impl {
  std::shared_ptr<detail::SharedExemptions> exemptions = std::make_shared<detail::SharedExemptions>();
};

CSRFProtect::CSRFProtect() : impl_(new Impl) {}
CSRFProtect::~CSRFProtect() = default;

void CSRFProtect::init_app(App& app) const {
  const auto csrf = std::make_shared<const detail::CsrfApp>(impl_->exemptions);
  app.extensions.set(detail::kExtension, detail::CsrfExtension(csrf));
  app.template_global("csrf_token", [] { return generate_csrf(); });
  app.template_global("csrf_meta_tag",
                      [](std::optional<std::string_view> name) { return csrf_meta_tag(name); });
  app.before_request([csrf](Context& context) {
    const auto& [settings, exemptions] = csrf->frozen(context.app());
    if (!settings.is_checked(context.request().method) || !settings.enabled || !settings.check_default)
      return;
    if (context.request().endpoint.empty() || exemptions.covers(context)) return;
    detail::check(context, settings);
  });
  // What an after_request function of the app's says of caches does not make a token public.
  app.after_request(
      [](Response& response) { detail::mark_private(retort::detail::request_context_or_throw(), response); });
}

void CSRFProtect::exempt_function(void (*function)()) { impl_->exemptions->add(function); }
void CSRFProtect::exempt(std::string_view endpoint) { impl_->exemptions->add(endpoint); }
void CSRFProtect::exempt(const Blueprint& blueprint) { impl_->exemptions->add(blueprint); }

void CSRFProtect::protect() const {
  Context& context = retort::detail::request_context_or_throw();
  detail::check(context, detail::csrf_settings(context));
}

void CSRFProtect::protect_unless_exempt() const {
  const Context& context = retort::detail::request_context_or_throw();
  if (context.request().endpoint.empty() || impl_->exemptions->copy().covers(context)) return;
  protect();
}

}  // namespace retort::wtf
