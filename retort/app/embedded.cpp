// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/embedded.h"

#include <algorithm>
#include <filesystem>
#include <utility>

// The linker's names for the beginning and the end of the section in which each generated
// source puts a pointer to its table; both are null where there is none.
extern "C" {
extern const retort::EmbeddedTree* const __start_retort_embedded[] __attribute__((weak));  // NOLINT
extern const retort::EmbeddedTree* const __stop_retort_embedded[] __attribute__((weak));   // NOLINT
}

namespace retort {
namespace {

std::string normalized(std::string_view path) {
  std::string out = std::filesystem::path(path).lexically_normal().generic_string();
  while (out.size() > 1 && out.ends_with('/')) out.pop_back();
  return out;
}

}  // namespace

std::optional<EmbeddedFolder> EmbeddedFolder::find(std::string_view root_path, std::string_view folder) {
  const EmbeddedTree* const* begin = __start_retort_embedded;
  const EmbeddedTree* const* end = __stop_retort_embedded;
  const std::string path = normalized(
      folder.starts_with('/') ? std::string(folder) : std::string(root_path) + "/" + std::string(folder));
  for (const EmbeddedTree* const* tree = begin; tree != end; ++tree) {
    const std::string root = normalized((*tree)->root) + "/";
    if (!path.starts_with(root)) continue;
    EmbeddedFolder found(**tree, path.substr(root.size()) + "/");
    if (!found.empty()) return found;
  }
  // A source file that was compiled under another path than CMake's: there is one program, and
  // what it carries is meant.
  if (end - begin == 1 && !folder.starts_with('/')) {
    EmbeddedFolder found(**begin, normalized(folder) + "/");
    if (!found.empty()) return found;
  }
  return std::nullopt;
}

bool EmbeddedFolder::empty() const {
  const EmbeddedFile* end = tree_->files + tree_->count;
  const EmbeddedFile* first =
      std::lower_bound(tree_->files, end, std::string_view(prefix_),
                       [](const EmbeddedFile& file, std::string_view wanted) { return file.name < wanted; });
  return first == end || !first->name.starts_with(prefix_);
}

const EmbeddedFile* EmbeddedFolder::file(std::string_view name) const {
  const std::string wanted = prefix_ + std::string(name);
  const EmbeddedFile* end = tree_->files + tree_->count;
  const EmbeddedFile* found =
      std::lower_bound(tree_->files, end, std::string_view(wanted),
                       [](const EmbeddedFile& file, std::string_view text) { return file.name < text; });
  return found != end && found->name == wanted ? found : nullptr;
}

std::vector<std::string> EmbeddedFolder::names() const {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < tree_->count; ++i) {
    const std::string_view name = tree_->files[i].name;
    if (name.starts_with(prefix_)) out.emplace_back(name.substr(prefix_.size()));
  }
  return out;
}

bool EmbeddedFolderSource::open(std::string_view name, SourceFile& file) const {
  const EmbeddedFile* found = folder_.file(name);
  if (!found) return false;
  file.bytes = found->bytes;
  file.size = found->bytes.size();
  file.mtime = found->mtime;
  file.path = found->name;
  file.etag = found->etag;
  return true;
}

}  // namespace retort
