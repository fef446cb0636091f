// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// send_file and send_from_directory (Flask's): answers whose body is a file, with type,
// name, ETag, Last-Modified and Cache-Control, which conditional and range requests are
// held against. In a request's context. The server sends a file without reading it.

#include <string>
#include <string_view>
#include <utility>

#include "retort/http/cookie.h"
#include "retort/message/response.h"

namespace retort {

class FileSource;

/// `etag = true`: made from path, time and size; false: none; text: this one.
struct FileETag {
  FileETag(bool make) : make(make) {}                                // NOLINT: implicit, as below
  FileETag(const char* etag) : make(false), own(etag) {}             // NOLINT
  FileETag(std::string etag) : make(false), own(std::move(etag)) {}  // NOLINT

  bool make;
  std::string own;
};

struct SendFileOptions {
  std::string mimetype = {};       ///< empty: guessed from download_name
  bool as_attachment = false;      ///< the browser is to save it, not to show it
  std::string download_name = {};  ///< empty: the file's own name
  bool conditional = true;         ///< answer 206, 304, 412 and 416
  FileETag etag = true;
  http::OptionalSeconds last_modified = {};  ///< since 1970; none: the file's
  http::OptionalSeconds max_age = {};        ///< none: the app's get_send_file_max_age
};

/// Bytes in place of a file: `send_file(BytesIO{csv}, {.download_name = "report.csv"})`.
struct BytesIO {
  std::string bytes;
};

/// A file of the application's own choice, a relative path below app.root_path(). Never give
/// it a path that came from a client: that is send_from_directory's. Throws
/// std::system_error when there is none.
Response send_file(const std::string& path, const SendFileOptions& options = {});
/// Needs a mimetype or a download_name; has no time and no ETag but those in `options`.
Response send_file(BytesIO file, const SendFileOptions& options = {});

/// The file that a client asked for by `path`, below a directory, which is relative to
/// app.root_path() or absolute. Throws NotFound for what is not there, or not below it.
Response send_from_directory(const std::string& directory, std::string_view path,
                             const SendFileOptions& options = {});
/// The same from another source (retort/app/file_source.h).
Response send_from_directory(const FileSource& source, std::string_view path,
                             const SendFileOptions& options = {});

}  // namespace retort
