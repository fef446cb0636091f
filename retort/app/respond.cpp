// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/respond.h"

#include <algorithm>
#include <utility>

#include "retort/app/detail/app_impl.h"
#include "retort/http/errors.h"

namespace retort::detail {
namespace {

constexpr std::string_view kHtmlLine = "Content-Type: text/html; charset=utf-8\r\n";
constexpr std::string_view kJsonLine = "Content-Type: application/json\r\n";

// Hot path: for a response without headers a copy of the line.
void set_content_type(Response& response, std::string_view line) {
  if (response.headers.empty()) return response.headers.append_line_unchecked(line);
  constexpr std::size_t kName = std::string_view("Content-Type: ").size();
  response.headers.set("Content-Type", line.substr(kName, line.size() - kName - 2));
}

}  // namespace

void respond_html(Response& response, std::string&& body) {
  set_content_type(response, kHtmlLine);
  response.set_data(std::move(body));
}

void respond_html_view(Response& response, std::string_view body) {
  set_content_type(response, kHtmlLine);
  response.owned_data().assign(body);
}

std::string& begin_json(Context& context, Response& response) {
  const std::string& mimetype = context.app().json.mimetype;
  if (mimetype == "application/json") {
    set_content_type(response, kJsonLine);
  } else {
    response.set_content_type(mimetype);
  }
  std::string& body = response.owned_data();
  body.clear();
  return body;
}

void end_json(std::string& body) { body += '\n'; }

const JsonOptions* json_options(Context& context) {
  const App& app = context.app();
  return app.json.replacement() ? nullptr : &app.impl().json_options;
}

void respond_provided(Context& context, Response& response, const Value& value) {
  response = context.app().json.response(value);
}

namespace {

void respond_json_value(Context& context, Response& response, const Value& value) {
  const JsonOptions* options = json_options(context);
  if (!options) return respond_provided(context, response, value);
  std::string& body = begin_json(context, response);
  json::dump_to(body, value, *options);
  end_json(body);
}

}  // namespace

void respond_json(Context& context, Response& response, const json& document) {
  respond_json_value(context, response, document.value());
}

void respond_value(Context& context, Response& response, const Value& value) {
  if (value.is_string()) {
    respond_html(response, std::string(value.as_string()));
    return;
  }
  if (value.is_bytes()) {
    respond_html(response, std::string(value.as_bytes()));
    return;
  }
  respond_json_value(context, response, value);
}

void respond_status(Response& response, int code) {
  response.status_code = code;
  set_content_type(response, kHtmlLine);
}

void add_headers(Response& response, const Headers& headers) {
  // As Headers.update: a name given here replaces what was there; given twice, both stay.
  std::vector<std::string_view> seen;
  for (const auto& [name, value] : headers) {
    if (std::find(seen.begin(), seen.end(), name) == seen.end()) {
      response.headers.set(name, value);
      seen.push_back(name);
    } else {
      response.headers.add(name, value);
    }
  }
}

void respond_stream(Response& response, Response::Stream stream) {
  set_content_type(response, kHtmlLine);
  response.set_stream(std::move(stream));
}

void respond_markup(Response& response, const Markup& html) {
  respond_html(response, std::string(html.view()));
}

void respond_not_found() { throw NotFound(); }

}  // namespace retort::detail
