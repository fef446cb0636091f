// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/redirect.h"

#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "retort/value/markup.h"

namespace retort {

Response redirect(std::string_view location, int code) {
  if (code != 301 && code != 302 && code != 303 && code != 305 && code != 307 && code != 308)
    throw std::invalid_argument(fmt::format("redirect: {} is no redirect's status code", code));
  std::string shown;
  append_escaped(shown, location);
  Response response(
      fmt::format(
          "<!doctype html>\n<html lang=en>\n<title>Redirecting...</title>\n<h1>Redirecting...</h1>\n"
          "<p>You should be redirected automatically to the target URL: <a href=\"{0}\">{0}</a>. If not, "
          "click the link.\n",
          shown),
      code);
  response.set_location(location);
  return response;
}

Response stream(Response::Stream write, std::string_view content_type) {
  Response response;
  response.set_content_type(content_type);
  response.set_stream(std::move(write));
  return response;
}

}  // namespace retort
