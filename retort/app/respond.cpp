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
  response.lend_data(body);
}

std::string& begin_json(Response& response) {
  set_content_type(response, kJsonLine);
  std::string& body = response.owned_data();
  body.clear();
  return body;
}

void end_json(std::string& body) { body += '\n'; }

const JsonOptions& json_options(Context& context) { return context.app().impl().json_options; }

void respond_json(Context& context, Response& response, const json& document) {
  std::string& body = begin_json(response);
  json::dump_to(body, document, json_options(context));
  end_json(body);
}

void respond_value(Context& context, Response& response, const Value& value) {
  if (value.is_string()) {
    respond_html(response, std::string(value.as_string()));
    return;
  }
  std::string& body = begin_json(response);
  json::dump_to(body, value, json_options(context));
  end_json(body);
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

JsonOptions provider_options(bool debug) {
  JsonOptions options;
  options.sort_keys = true;
  options.ensure_ascii = true;
  if (debug) options.indent = 2;
  return options;
}

}  // namespace retort::detail
