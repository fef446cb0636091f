// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Which files of some folders have changed (inotify). Editors that write a new file and rename
// it over the old one, folders that are made later, and folders that go are taken care of.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "retort/base/function.h"

namespace retort::detail {

class FileWatcher {
 public:
  /// Throws std::system_error where the system has no more watches.
  FileWatcher();
  ~FileWatcher();
  FileWatcher(const FileWatcher&) = delete;
  FileWatcher& operator=(const FileWatcher&) = delete;

  /// A folder and what is below it, but for those that `is_watched` refuses (hidden ones always).
  void add_tree(const std::string& folder);
  /// A single file, which need not be there yet; its folder must.
  void add_file(const std::string& path);
  /// Asked of each folder of a tree, by its whole path; set before add_tree.
  Function<bool(const std::string& folder)> is_watched;

  /// Readable when something has changed.
  int fd() const { return fd_; }
  /// The whole paths of what has changed since the last call; does not wait.
  std::set<std::string> changes();

 private:
  struct Folder {
    std::string path;
    bool whole = false;            // a tree's: every file counts
    std::set<std::string> single;  // else these
  };

  void watch(const std::string& path, bool whole, const std::string& single);
  void add_new_tree(const std::string& folder, std::set<std::string>& changed);

  int fd_ = -1;
  std::map<int, Folder> folders_;  // by watch descriptor
};

}  // namespace retort::detail
