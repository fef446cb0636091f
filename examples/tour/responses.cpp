// SPDX-License-Identifier: BSD-3-Clause
// What a view may return.
#include "tour.h"

using namespace retort;

namespace {

// Simple string response (200 OK by default)
const char* simple() { return "Hello"; }

// String with custom status code
pair<const char*, int> custom_status() { return {"This page does not exist", 404}; }

// JSON response
json api_status() { return json({{"status", "healthy"}, {"version", "1.0.0"}}); }

// Full control with make_response
Response custom_response() {
  Response resp = make_response("Custom Response", 200);
  resp.headers["X-Custom-Header"] = "MyValue";
  resp.set_cookie("visited", "true", {.max_age = 3600});
  return resp;
}

// Redirect
Response old_page() { return redirect(url_for("index")); }

}  // namespace

void add_responses(App& app) {
  app.get<simple>("/simple");
  app.get<custom_status>("/not-found-example");
  app.get<api_status>("/api/status");
  app.get<custom_response>("/custom");
  app.get<old_page>("/old-page");
}
