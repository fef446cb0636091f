// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The static files of an app or a blueprint: their folder, URL and source. Set once, before
// the first request.

#include <memory>
#include <optional>
#include <string>

#include "retort/app/erased_view.h"
#include "retort/app/file_source.h"

namespace retort::detail {

struct ScaffoldData;

struct StaticFiles {
  std::optional<std::string> folder;    // absolute; none: no static files
  std::string url_path;                 // "/static"; "" is the root
  std::unique_ptr<FileSource> on_disk;  // of the folder, or what the program carries of it
  bool is_embedded = false;             // on_disk is in the program
  const FileSource* source = nullptr;   // on_disk, or what the program gave instead
};

/// Sets `data.static_files` up from options. The URL's default is the folder's last part.
void set_static_files(ScaffoldData& data, const std::string& root_path,
                      const std::optional<std::string>& folder, const std::optional<std::string>& url_path,
                      const FileSource* source);
/// In debug mode: a folder that is there is read, whatever the program carries of it.
void prefer_disk(StaticFiles& files);
/// The rule and the view that serve `data.static_files`; `data` outlives the view.
std::string static_rule(const StaticFiles& files);
ErasedView static_view(const ScaffoldData& data);

}  // namespace retort::detail
