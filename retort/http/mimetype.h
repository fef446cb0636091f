// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The media type of a file by its name (Python: mimetypes.guess_type), from a table of its
// own, so that an answer does not depend on the machine. Constants; safe everywhere.

#include <string_view>

namespace retort::http {

struct GuessedType {
  std::string_view mimetype;  ///< "text/css"; empty when nothing is known
  std::string_view encoding;  ///< "gzip" of "a.tar.gz"; empty when it has none
};

GuessedType guess_type(std::string_view filename);

}  // namespace retort::http
