// SPDX-License-Identifier: BSD-3-Clause
#include "retort/cli/detail/file_watcher.h"

#include <cerrno>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>
#include <sys/inotify.h>
#include <unistd.h>

namespace retort::detail {

namespace fs = std::filesystem;

namespace {

constexpr std::uint32_t kEvents =
    IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_ONLYDIR | IN_EXCL_UNLINK;

bool is_hidden(const fs::path& path) { return path.filename().string().starts_with('.'); }

}  // namespace

FileWatcher::FileWatcher() : fd_(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
  if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "inotify");
}

FileWatcher::~FileWatcher() { close(fd_); }

void FileWatcher::watch(const std::string& path, bool whole, const std::string& single) {
  const int descriptor = inotify_add_watch(fd_, path.c_str(), kEvents);
  if (descriptor < 0) {
    if (errno == ENOENT || errno == ENOTDIR) return;  // gone since it was listed
    const char* hint = errno == ENOSPC ? " (raise fs.inotify.max_user_watches)" : "";
    throw std::system_error(errno, std::generic_category(), fmt::format("cannot watch {}{}", path, hint));
  }
  Folder& folder = folders_[descriptor];
  folder.path = path;
  folder.whole = folder.whole || whole;
  if (!single.empty()) folder.single.insert(single);
}

void FileWatcher::add_tree(const std::string& folder) {
  std::set<std::string> ignored;
  add_new_tree(folder, ignored);
}

/// Watches a folder before it lists it: a file that is made in between is seen at least once.
void FileWatcher::add_new_tree(const std::string& folder, std::set<std::string>& changed) {
  if (is_watched && !is_watched(folder)) return;
  watch(folder, true, {});
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    std::error_code ignored;
    if (entry.is_directory(ignored) && !entry.is_symlink(ignored)) {
      if (!is_hidden(entry.path())) add_new_tree(entry.path().string(), changed);
    } else {
      changed.insert(entry.path().string());
    }
  }
}

void FileWatcher::add_file(const std::string& path) {
  const fs::path whole = fs::absolute(path).lexically_normal();
  watch(whole.parent_path().string(), false, whole.filename().string());
}

std::set<std::string> FileWatcher::changes() {
  std::set<std::string> out;
  alignas(inotify_event) char buffer[16384];
  while (true) {
    const ssize_t size = read(fd_, buffer, sizeof buffer);
    if (size <= 0) break;
    for (const char* at = buffer; at < buffer + size;) {
      const auto* event = reinterpret_cast<const inotify_event*>(at);
      at += sizeof *event + event->len;
      if (event->mask & IN_IGNORED) folders_.erase(event->wd);
      const auto found = folders_.find(event->wd);
      if (found == folders_.end() || event->len == 0) continue;
      const std::string name = event->name;
      const Folder folder = found->second;
      const std::string path = (fs::path(folder.path) / name).string();
      if (event->mask & IN_ISDIR) {
        if (folder.whole && event->mask & (IN_CREATE | IN_MOVED_TO) && !name.starts_with('.'))
          add_new_tree(path, out);
        continue;
      }
      if (event->mask & IN_CREATE) continue;  // it is not written yet; a hard link is seen when it is
      if (folder.whole || folder.single.contains(name)) out.insert(path);
    }
  }
  return out;
}

}  // namespace retort::detail
