// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/debug_pages.h"

#include <utility>

#include <fmt/format.h>

#include "retort/app/app.h"
#include "retort/app/context.h"
#include "retort/app/detail/app_impl.h"
#include "retort/message/request.h"
#include "retort/message/response.h"

namespace retort {
namespace detail {

bool ShortDebugPages::exception(Context& context, Response& response, const std::exception_ptr& error) {
  const Request& request = context.request();
  std::string page = "<!doctype html>\n<html lang=en>\n<title>500 Internal Server Error</title>\n<h1>";
  append_escaped(page, describe(error));
  page += "</h1>\n<p>raised by <code>";
  append_escaped(page, fmt::format("{} {}", request.method, request.path));
  page += "</code>. This page is shown because the app runs in debug mode.</p>\n";
  response.set_content_type(Response::kHtml);
  response.set_data(std::move(page));
  return true;
}

}  // namespace detail

void add_debug_panel(App& app, DebugPanel panel) {
  for (DebugPanel& each : app.impl().debug_panels) {
    if (each.title == panel.title) {
      each = std::move(panel);
      return;
    }
  }
  app.impl().debug_panels.push_back(std::move(panel));
}

const std::vector<DebugPanel>& debug_panels(const App& app) { return app.impl().debug_panels; }

void set_debug_pages(App& app, DebugPages* pages) { app.impl().debug_pages = pages; }

}  // namespace retort
