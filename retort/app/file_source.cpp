// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/file_source.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <zlib.h>

#include "retort/http/path.h"

namespace retort {
namespace {

// Without O_NONBLOCK a FIFO would hold the worker until somebody writes to it.
constexpr int kOpenFlags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;

/// A descriptor, or -1 where nothing has the name. Throws for what says nothing of that: no
/// descriptors left, no permission, a broken disk.
int found(int fd, const std::string& path) {
  static constexpr int kNotThere[] = {ENOENT, ENOTDIR, ELOOP, EXDEV, ENAMETOOLONG, ENXIO, ENODEV};
  const int error = errno;
  if (fd < 0 && std::find(std::begin(kNotThere), std::end(kNotThere), error) == std::end(kNotThere))
    throw std::system_error(error, std::generic_category(), path);
  return fd;
}

/// Fills in what fstat tells; false when it is no regular file.
bool look(SourceFile& file) {
  struct stat status {};
  if (::fstat(file.fd, &status) != 0 || !S_ISREG(status.st_mode)) return false;
  file.size = static_cast<std::uint64_t>(status.st_size);
  file.mtime = status.st_mtim.tv_sec;
  file.mtime_nsec = status.st_mtim.tv_nsec;
  return true;
}

std::string real_path(const char* path) {
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path, nullptr), &std::free);
  return real ? std::string(real.get()) : std::string();
}

/// Where an open file lies, whatever symlinks led to it.
std::string path_of(int fd) {
  std::string link(PATH_MAX, '\0');
  const ssize_t n = ::readlink(fmt::format("/proc/self/fd/{}", fd).c_str(), link.data(), link.size());
  if (n <= 0 || n == static_cast<ssize_t>(link.size())) return {};
  link.resize(static_cast<std::size_t>(n));
  return link;
}

/// By the kernel's own check: no component leads out of the directory. No value: the kernel
/// cannot tell, or there is an absolute symlink, which may lead back in. The directory is
/// opened each time, as it may come, go and be replaced.
std::optional<int> open_beneath(const std::string& directory, const std::string& name) {
  const int folder = found(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC), directory);
  if (folder < 0) return -1;
  open_how how{};
  how.flags = kOpenFlags;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  const long fd = ::syscall(SYS_openat2, folder, name.c_str(), &how, sizeof how);
  const int error = errno;
  ::close(folder);
  if (fd >= 0) return static_cast<int>(fd);
  static constexpr int kCannotTell[] = {EXDEV, ELOOP, EAGAIN, ENOSYS, E2BIG, EINVAL, EPERM};
  if (std::find(std::begin(kCannotTell), std::end(kCannotTell), error) != std::end(kCannotTell))
    return std::nullopt;
  errno = error;
  return found(-1, directory + "/" + name);
}

int open_below(const std::string& directory, const std::string& name) {
  if (const auto fd = open_beneath(directory, name)) return *fd;
  SourceFile file;
  const std::string path = directory + "/" + name;
  file.fd = found(::open(path.c_str(), kOpenFlags), path);
  if (file.fd < 0) return -1;
  const std::string root = real_path(directory.c_str()), real = path_of(file.fd);
  const bool below = !root.empty() && real.size() > root.size() && real.starts_with(root) &&
                     (root == "/" || real[root.size()] == '/');
  return below ? std::exchange(file.fd, -1) : -1;
}

}  // namespace

SourceFile::SourceFile(SourceFile&& o) noexcept
    : fd(std::exchange(o.fd, -1)),
      bytes(o.bytes),
      size(o.size),
      mtime(o.mtime),
      mtime_nsec(o.mtime_nsec),
      path(std::move(o.path)),
      etag(o.etag) {}

SourceFile::~SourceFile() {
  if (fd >= 0) ::close(fd);
}

bool DirectorySource::open(std::string_view name, SourceFile& file) const {
  const auto below = http::safe_join(".", {name});
  if (!below || name.empty() || name.ends_with('/')) return false;
  const std::string clean = below->substr(2);  // "./"
  file.path = directory_ + (directory_.ends_with('/') ? "" : "/") + clean;
  file.fd = open_below(directory_, clean);
  return file.fd >= 0 && look(file);
}

bool EmbeddedSource::open(std::string_view name, SourceFile& file) const {
  const auto below = http::safe_join(".", {name});
  if (!below || name.empty()) return false;
  const std::string_view clean = std::string_view(*below).substr(2);
  const EmbeddedFile* end = files_ + count_;
  const EmbeddedFile* found = std::lower_bound(
      files_, end, clean, [](const EmbeddedFile& a, std::string_view b) { return a.name < b; });
  if (found == end || found->name != clean) return false;
  file.bytes = found->bytes;
  file.size = found->bytes.size();
  file.mtime = found->mtime;
  file.etag = found->etag;
  file.path = clean;
  return true;
}

bool open_file(const std::string& path, SourceFile& file) {
  if (path.find('\0') != std::string::npos) return false;
  file.path = path;
  file.fd = found(::open(path.c_str(), kOpenFlags), path);
  return file.fd >= 0 && look(file);
}

double python_mtime(const SourceFile& file) {
  return static_cast<double>(file.mtime) + 1e-9 * static_cast<double>(file.mtime_nsec);
}

std::string file_etag(double mtime, std::uint64_t size, std::string_view name) {
  std::string time = fmt::format("{}", mtime);
  if (time.find('.') == std::string::npos) time += ".0";
  const auto* bytes = reinterpret_cast<const Bytef*>(name.data());
  const uLong checksum = ::adler32(::adler32(0, nullptr, 0), bytes, static_cast<uInt>(name.size()));
  return fmt::format("{}-{}-{}", time, size, checksum);
}

}  // namespace retort
