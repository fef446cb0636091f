// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/mimetype.h"

#include <gtest/gtest.h>

namespace retort::http {
namespace {

// As Python's mimetypes.guess_type with Debian's table.
TEST(GuessType, GoesByTheNamesExtensions) {
  struct Case {
    std::string_view name, mimetype, encoding;
  };
  constexpr Case kCases[] = {
      {"site.css", "text/css", ""},
      {"A.HTML", "text/html", ""},
      {"app.js", "text/javascript", ""},
      {"a.svg", "image/svg+xml", ""},
      {"font.woff2", "font/woff2", ""},
      {"dir/x.txt", "text/plain", ""},
      {"a.7z", "application/x-7z-compressed", ""},
      {"a.zip", "application/zip", ""},
      {"favicon.ico", "image/vnd.microsoft.icon", ""},
      {"a.tar.gz", "application/x-tar", "gzip"},
      {"a.tgz", "application/x-tar", "gzip"},
      {"a.svgz", "image/svg+xml", "gzip"},
      {"a.css.br", "text/css", "br"},
      {"x.tar.bz2", "application/x-tar", "bzip2"},
      {"a.xz", "", "xz"},
      {"a.Z", "", "compress"},
      {"a", "", ""},
      {".html", "", ""},
      {".gz", "", ""},
      {"..html", "", ""},
      {".css.gz", "", "gzip"},
      {"a.html.", "", ""},
      {"a.unheard-of", "", ""},
      {"", "", ""},
      {"dir.css/file", "", ""},
  };
  for (const auto& [name, mimetype, encoding] : kCases) {
    EXPECT_EQ(guess_type(name).mimetype, mimetype) << name;
    EXPECT_EQ(guess_type(name).encoding, encoding) << name;
  }
}

}  // namespace
}  // namespace retort::http
