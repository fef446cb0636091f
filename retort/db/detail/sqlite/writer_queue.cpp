// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/detail/sqlite/writer_queue.h"

#include <map>
#include <mutex>
#include <utility>

#include <sys/stat.h>

namespace retort::db::detail {

std::shared_ptr<fiber::Mutex> writer_queue(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return nullptr;
  // Of the process, as a file's locks are.
  static std::mutex mutex;
  static std::map<std::pair<dev_t, ino_t>, std::weak_ptr<fiber::Mutex>> queues;
  const std::lock_guard lock(mutex);
  std::erase_if(queues, [](const auto& item) { return item.second.expired(); });
  std::weak_ptr<fiber::Mutex>& known = queues[{info.st_dev, info.st_ino}];
  std::shared_ptr<fiber::Mutex> queue = known.lock();
  if (!queue) known = queue = std::make_shared<fiber::Mutex>();
  return queue;
}

}  // namespace retort::db::detail
