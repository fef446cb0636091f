// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/shared_data_middleware.h"

#include <cmath>
#include <ctime>
#include <utility>

#include "retort/app/file_source.h"
#include "retort/http/cache_control.h"
#include "retort/http/date.h"
#include "retort/http/mimetype.h"
#include "retort/message/request.h"
#include "retort/message/response.h"

namespace retort {
namespace {

/// Werkzeug's, whose time goes through a datetime: whole microseconds.
std::string etag_of(const SourceFile& file, std::string_view name) {
  double seconds = 0;
  const double micros = std::nearbyint(std::modf(python_mtime(file), &seconds) * 1e6);
  return "wzsdm-" + file_etag((seconds * 1e6 + micros) / 1e6, file.size, name);
}

}  // namespace

SharedDataMiddleware::SharedDataMiddleware(Handler& app, Exports exports, SharedDataOptions options)
    : app_(app), exports_(std::move(exports)), options_(std::move(options)) {}

void SharedDataMiddleware::handle(Request& request, Response& response) {
  const std::string_view path = request.path;
  for (const auto& [prefix, found] : exports_) {
    if (path == prefix && serve(found, {}, request, response)) return;
    const std::size_t size = prefix.ends_with('/') ? prefix.size() - 1 : prefix.size();
    if (path.size() <= size || path[size] != '/' || path.substr(0, size) != prefix.substr(0, size)) continue;
    if (serve(found, path.substr(size + 1), request, response)) return;
  }
  app_.handle(request, response);
}

bool SharedDataMiddleware::serve(const std::string& found, std::string_view below, Request& request,
                                 Response& response) const {
  SourceFile file;
  const bool is_there = below.empty() ? open_file(found, file) : DirectorySource(found).open(below, file);
  if (!is_there) return false;
  const std::string_view whole = below.empty() ? std::string_view(found) : below;
  const std::string_view name = whole.substr(whole.rfind('/') + 1);
  if (options_.is_allowed && !options_.is_allowed(name)) return false;
  const http::GuessedType guessed = http::guess_type(name);
  response.set_mimetype(guessed.mimetype.empty() ? options_.fallback_mimetype : guessed.mimetype);
  response.set_last_modified(file.mtime);
  http::ResponseCacheControl cache = response.cache_control();
  if (options_.cache) {
    response.set_etag(etag_of(file, name));
    cache.set_max_age(options_.cache_timeout);
    response.set_expires(std::time(nullptr) + options_.cache_timeout);
  }
  cache.set_public();
  response.set_file(std::exchange(file.fd, -1), 0, file.size);
  if (options_.cache) response.make_conditional(request, {});
  return true;
}

}  // namespace retort
