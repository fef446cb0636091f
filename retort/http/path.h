// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// File names that come from outside (Werkzeug: secure_filename, safe_join). Nothing here
// touches the file system. Thread-safe.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace retort::http {

/// A name that is safe as the last part of a path: ASCII letters, digits, '_', '-' and '.',
/// none of the last at either end. Empty when nothing is left.
std::string secure_filename(std::string_view filename);

/// A Content-Disposition: `kind` ("inline", "attachment") with the name for the file that a
/// client may save, as filename* too where it is not ASCII (RFC 6266).
std::string content_disposition(std::string_view kind, std::string_view filename);

enum class PathRules : unsigned char {
  portable,  ///< also without backslashes and the device names of Windows
  posix,     ///< as Werkzeug on POSIX
};

/// The directory and the untrusted parts behind it, or nothing when a part would lead out
/// of it: "..", absolute, with a NUL, or against the rules.
std::optional<std::string> safe_join(std::string_view directory,
                                     const std::vector<std::string_view>& untrusted,
                                     PathRules rules = PathRules::portable);

}  // namespace retort::http
