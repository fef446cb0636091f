// SPDX-License-Identifier: BSD-3-Clause
#include "retort/cli/detail/dev_state.h"

#include <atomic>
#include <cerrno>
#include <cstring>
#include <new>
#include <system_error>

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace retort::detail {

/// A sequence lock: the version is odd while the text is written.
struct DevState::Layout {
  static constexpr std::size_t kRoom = 256 * 1024;
  std::atomic<std::uint64_t> sequence{0};
  std::atomic<std::uint64_t> size{0};
  char text[kRoom];
};

DevState::DevState() : fd_(memfd_create("retort-dev-state", 0)) {
  if (fd_ < 0 || ftruncate(fd_, sizeof(Layout)) != 0) {
    const int error = errno;
    if (fd_ >= 0) close(fd_);
    throw std::system_error(error, std::generic_category(), "memfd_create");
  }
  map();
}

DevState::DevState(int fd) : fd_(fd) {
  struct stat found {};
  if (fstat(fd, &found) != 0 || found.st_size != static_cast<off_t>(sizeof(Layout)))
    throw std::system_error(EBADF, std::generic_category(), "no state of a development server");
  map();
}

DevState::~DevState() {
  if (layout_) munmap(layout_, sizeof(Layout));
  close(fd_);
}

void DevState::map() {
  void* memory = mmap(nullptr, sizeof(Layout), PROT_READ | PROT_WRITE, MAP_SHARED, fd_, 0);
  if (memory == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
  layout_ = static_cast<Layout*>(memory);  // zeroes are an empty one
}

std::uint64_t DevState::version() const { return layout_->sequence.load(std::memory_order_acquire) / 2; }

void DevState::write(std::string_view json) {
  if (json.size() > Layout::kRoom) json = "{}";
  layout_->sequence.fetch_add(1, std::memory_order_acq_rel);
  layout_->size.store(json.size(), std::memory_order_relaxed);
  std::memcpy(layout_->text, json.data(), json.size());
  layout_->sequence.fetch_add(1, std::memory_order_release);
}

std::string DevState::read() const {
  std::string out;
  for (int attempt = 0; attempt < 1000; ++attempt) {
    const std::uint64_t before = layout_->sequence.load(std::memory_order_acquire);
    if (before % 2 != 0) {
      usleep(100);
      continue;
    }
    const std::uint64_t size = layout_->size.load(std::memory_order_relaxed);
    if (size > Layout::kRoom) continue;
    out.assign(layout_->text, size);
    std::atomic_thread_fence(std::memory_order_acquire);
    if (layout_->sequence.load(std::memory_order_relaxed) == before) return out;
  }
  return "{}";  // a writer that died in the middle
}

}  // namespace retort::detail
