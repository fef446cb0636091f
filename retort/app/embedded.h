// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Files that a program carries (CMake: retort_add_app(... EMBED templates static)). An app
// finds its templates and static files among them by the folder of the source file that made
// it, and needs no folder where it runs. The tables are constants, which the linker gathers:
// nothing runs at start-up. Safe from every thread.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retort/app/file_source.h"

namespace retort {

/// What one EMBED gives: the files below `root`, in ascending order of their names, which are
/// relative to it ("static/css/site.css").
struct EmbeddedTree {
  std::string_view root;
  const EmbeddedFile* files = nullptr;
  std::size_t count = 0;
};

/// A folder among them. A value type.
class EmbeddedFolder {
 public:
  /// The embedded files of `folder` (absolute, or below root_path); none when nothing of it is
  /// embedded.
  static std::optional<EmbeddedFolder> find(std::string_view root_path, std::string_view folder);

  /// A file by its name in the folder ("css/site.css"); null when there is none.
  const EmbeddedFile* file(std::string_view name) const;
  /// The names of all files, in order.
  std::vector<std::string> names() const;

 private:
  EmbeddedFolder(const EmbeddedTree& tree, std::string prefix) : tree_(&tree), prefix_(std::move(prefix)) {}
  bool empty() const;

  const EmbeddedTree* tree_;
  std::string prefix_;  // "static/"
};

/// Such a folder for clients to ask for.
class EmbeddedFolderSource final : public FileSource {
 public:
  explicit EmbeddedFolderSource(EmbeddedFolder folder) : folder_(std::move(folder)) {}
  bool open(std::string_view name, SourceFile& file) const override;

 private:
  EmbeddedFolder folder_;
};

}  // namespace retort
