// SPDX-License-Identifier: BSD-3-Clause
// What a request brings: query string, form, JSON, files, and all the rest.
#include "tour.h"
#include <fmt/format.h>
#include <retort/http/path.h>

using namespace retort;

namespace {

std::string search() {
  // Query string parameters: /search?q=flask&page=2
  const auto query = request->args.get("q", "");
  const int page = request->args.get<int>("page", 1);
  return fmt::format("Searching for '{}' on page {}", Markup::escape(query).str(), page);
}

std::string submit() {
  // Form data (application/x-www-form-urlencoded or multipart/form-data)
  const auto name = request->form.get("name", "None");
  const auto email = request->form.get("email", "None");
  return fmt::format("Received: {}, {}", Markup::escape(name).str(), Markup::escape(email).str());
}

json receive_json() {
  // JSON data (application/json)
  return json({{"received", request->get_json()}});
}

pair<std::string, int> upload_file() {
  FileStorage* file = request->files->get("document");
  if (!file || file->filename.empty()) return {"No file provided", 400};
  // The client chose the name: never use it as a path.
  const std::string name = http::secure_filename(file->filename);
  if (name.empty()) return {"No file name", 400};
  file->save(current_app->config.text("UPLOAD_FOLDER") + "/" + name);
  return {"Uploaded: " + name, 200};
}

Value debug_request() {
  Value headers = Value::dict();
  for (const auto& [name, value] : request->headers) headers.set(name, value);
  Value cookies = Value::dict();
  for (const auto& [name, value] : request->cookies->items()) cookies.set(name, value);
  return Value::dict({
      {"method", request->method},                // GET, POST, etc.
      {"url", request->url()},                    // Full URL
      {"path", request->path},                    // /debug-request
      {"host", request->host()},                  // localhost:5000
      {"headers", headers},                       // All headers
      {"content_type", request->content_type()},  // Request content type
      {"remote_addr", request->remote_addr()},    // Client IP address
      {"cookies", cookies},                       // All cookies
  });
}

}  // namespace

void add_requests(App& app) {
  app.get<search>("/search");
  app.post<submit>("/submit");
  app.post<receive_json>("/api/data");
  app.post<upload_file>("/upload");
  app.get<debug_request>("/debug-request");
}
