// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/send_file.h"

#include <cerrno>
#include <ctime>
#include <filesystem>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "retort/app/app.h"
#include "retort/app/detail/app_impl.h"
#include "retort/app/file_source.h"
#include "retort/app/globals.h"
#include "retort/http/cache_control.h"
#include "retort/http/errors.h"
#include "retort/http/mimetype.h"
#include "retort/http/path.h"

namespace retort {
namespace {

std::string below_root(const std::string& path) {
  if (path.starts_with('/')) return path;
  return detail::app_context_or_throw().app().root_path() + "/" + path;
}

std::string_view last_part(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

// Content-Type, Content-Encoding and Content-Disposition.
void describe(Response& response, std::string_view name, const SendFileOptions& options) {
  if (options.mimetype.empty()) {
    if (name.empty())
      throw std::invalid_argument("send_file: bytes need a mimetype or a download_name to guess it from");
    const http::GuessedType guessed = http::guess_type(name);
    // An attachment keeps its encoding to itself: browsers would unpack what they save.
    if (!guessed.encoding.empty() && !options.as_attachment) response.set_content_encoding(guessed.encoding);
    response.set_mimetype(guessed.mimetype.empty() ? "application/octet-stream" : guessed.mimetype);
  } else {
    response.set_mimetype(options.mimetype);
  }
  if (!name.empty()) {
    response.headers.set("Content-Disposition",
                         http::content_disposition(options.as_attachment ? "attachment" : "inline", name));
  } else if (options.as_attachment) {
    throw std::invalid_argument("send_file: an attachment of bytes needs a download_name");
  }
}

void set_caching(Response& response, http::OptionalSeconds max_age) {
  http::ResponseCacheControl cache = response.cache_control();
  if (!max_age) return cache.set_no_cache();
  if (*max_age > 0) {
    cache.set_public();
  } else {
    cache.set_no_cache();
  }
  cache.set_max_age(*max_age);
  response.set_expires(std::time(nullptr) + *max_age);
}

Response finish(Response response, std::uint64_t size, const std::string& path,
                const SendFileOptions& options) {
  Context& context = detail::request_context_or_throw();
  set_caching(response, options.max_age ? options.max_age : context.app().get_send_file_max_age(path));
  if (!options.etag.own.empty()) response.set_etag(options.etag.own);
  if (!options.conditional) return response;
  if (response.headers.contains("X-Sendfile")) {
    response.make_conditional(context.request());  // ranges are the work of the server that sends it
    if (response.status_code == 304) response.headers.remove("X-Sendfile");
  } else {
    response.make_conditional(context.request(), {.accept_ranges = true, .complete_length = size});
  }
  return response;
}

Response send(SourceFile file, const SendFileOptions& options) {
  Response response;
  describe(response, options.download_name.empty() ? last_part(file.path) : options.download_name, options);
  if (options.etag.make) {
    response.set_etag(file.etag.empty() ? file_etag(python_mtime(file), file.size, file.path)
                                        : std::string(file.etag));
  }
  response.set_last_modified(options.last_modified ? options.last_modified
                                                   : http::OptionalSeconds(file.mtime));
  if (file.fd >= 0 && detail::app_context_or_throw().app().impl().use_x_sendfile) {
    response.headers.set("X-Sendfile", std::filesystem::absolute(file.path).native());
  } else if (file.fd >= 0) {
    response.set_file(std::exchange(file.fd, -1), 0, file.size);
  } else {
    response.lend_data(file.bytes);
  }
  return finish(std::move(response), file.size, file.path, options);
}

}  // namespace

Response send_file(const std::string& path, const SendFileOptions& options) {
  SourceFile file;
  errno = 0;
  if (!open_file(below_root(path), file))
    throw std::system_error(errno ? errno : EISDIR, std::generic_category(), "send_file: " + path);
  return send(std::move(file), options);
}

Response send_file(BytesIO file, const SendFileOptions& options) {
  Response response;
  describe(response, options.download_name, options);
  if (options.last_modified) response.set_last_modified(options.last_modified);
  const std::size_t size = file.bytes.size();
  response.set_data(std::move(file.bytes));
  return finish(std::move(response), size, {}, options);
}

Response send_from_directory(const std::string& directory, std::string_view path,
                             const SendFileOptions& options) {
  return send_from_directory(DirectorySource(below_root(directory)), path, options);
}

Response send_from_directory(const FileSource& source, std::string_view path,
                             const SendFileOptions& options) {
  SourceFile file;
  if (!source.open(path, file)) throw NotFound();
  return send(std::move(file), options);
}

}  // namespace retort
