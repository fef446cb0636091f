// SPDX-License-Identifier: BSD-3-Clause
#include "retort/cli/debugger.h"

#include <utility>
#include <vector>

#include "retort/app/app.h"
#include "retort/app/context.h"
#include "retort/cli/detail/close_routes.h"
#include "retort/cli/detail/debugger_environment.h"
#include "retort/cli/detail/error_report.h"
#include "retort/cli/detail/loopback.h"
#include "retort/cli/detail/throw_trace.h"
#include "retort/http/url.h"
#include "retort/message/request.h"
#include "retort/message/response.h"
#include "retort/routing/map.h"

namespace retort {
namespace {

bool may_see(Context& context) {
  const Request& request = context.request();
  const std::string_view host = request.headers["Host"];
  if (detail::is_loopback_host(host) && detail::is_loopback_address(request.transport().remote_addr()))
    return true;
  const Value trusted = context.app().config.get("TRUSTED_HOSTS");
  if (!trusted.is_list()) return false;
  std::vector<std::string> hosts;
  for (const Value& each : trusted.items()) hosts.push_back(each.str());
  return http::host_is_trusted(host, hosts);
}

/// Neighbours that are both the app's, or both not, together: [[own, frames]].
Value grouped(const Value& frames) {
  Value out = Value::list();
  Value group = Value::list();
  bool own = false;
  const auto finish = [&] {
    if (!group.empty()) out.push_back(Value::list({Value(own), group}));
    group = Value::list();
  };
  for (const Value& frame : frames.items()) {
    const bool is_own = frame.get("own", Value(false)).truthy();
    if (is_own != own) finish();
    own = is_own;
    group.push_back(frame);
  }
  finish();
  return out;
}

void answer(Response& response, std::string body, bool html) {
  response.set_content_type(html ? "text/html; charset=utf-8" : "text/plain; charset=utf-8");
  response.headers.set("Cache-Control", "no-store");
  response.headers.set("X-Content-Type-Options", "nosniff");
  response.headers.set("X-Frame-Options", "DENY");
  response.set_data(std::move(body));
}

}  // namespace

struct Debugger::Pages : detail::DebuggerEnvironment {};

Debugger::Debugger() : pages_(new Pages) { detail::record_throws(true); }
Debugger::~Debugger() { detail::record_throws(false); }

bool Debugger::exception(Context& context, Response& response, const std::exception_ptr& error) {
  if (!may_see(context)) return false;
  const Value frames = detail::frames(error);
  Value data = Value::dict({{"exceptions", detail::exceptions(error)},
                            {"frames", frames},
                            {"groups", grouped(frames)},
                            {"title", "From the throw outwards"},
                            {"no_frames", "Where it was thrown is not known: another thread threw it."},
                            {"request", detail::request_report(context)}});
  std::string text = pages_->render("error.txt", data);
  const bool html = detail::wants_html(context.request());
  if (html) {
    data.set("report", text);
    text = pages_->render("error.html", data);
  }
  answer(response, std::move(text), html);
  return true;
}

void Debugger::not_found(Context& context, Response& response) {
  if (!may_see(context)) return;
  const Request& request = context.request();
  const bool html = detail::wants_html(request);
  Value data = detail::routes_near(context.app().url_map(), request.path);
  data.set("app", context.app().name());
  data.set("path", std::string(request.path));
  data.set("method", std::string(request.method));
  answer(response, pages_->render(html ? "not_found.html" : "not_found.txt", data), html);
}

}  // namespace retort
