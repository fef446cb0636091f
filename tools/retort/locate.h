// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Which app the words mean: a source file, or a folder with a CMakeLists.txt.

#include <string>
#include <string_view>

namespace retort::tool {

struct Location {
  std::string path = {};  ///< whole; of the file or the folder
  bool is_file = false;
  std::string factory = {};  ///< what was given behind ':': "create_app", "make(\"test\")"
};

/// `given` is --app's, else the environment's RETORT_APP or FLASK_APP; "": the folder itself when it
/// has a CMakeLists.txt, else its wsgi.cpp or app.cpp. Relative to `folder`. Throws Failure where
/// there is no such app.
Location locate_app(std::string_view given, const std::string& folder);

}  // namespace retort::tool
