// SPDX-License-Identifier: BSD-3-Clause
#include "retort/message/files.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "retort/base/text.h"
#include "retort/http/errors.h"
#include "retort/http/options.h"

namespace retort {
namespace {

constexpr std::size_t kMostInMemory = 500 * 1024;

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

void write_all(int fd, std::string_view bytes, const char* what) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail(what);
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

// A file without a name, which is gone when it is closed.
int open_temporary() {
  const char* folder = std::getenv("TMPDIR");
  if (!folder || !*folder) folder = "/tmp";
  const int fd = ::open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0) return fd;
  std::string path = std::string(folder) + "/retort-XXXXXX";  // where the file system has no O_TMPFILE
  const int named = ::mkostemp(path.data(), O_CLOEXEC);
  if (named < 0) fail("a temporary file for an upload");
  ::unlink(path.c_str());
  return named;
}

}  // namespace

struct FileStorage::Spool {
  std::string memory;
  int fd = -1;
  std::uint64_t size = 0;
  std::uint64_t position = 0;

  ~Spool() {
    if (fd >= 0) ::close(fd);
  }
  std::size_t read_at(std::uint64_t from, char* out, std::size_t count) const {
    if (fd < 0) {
      if (from >= memory.size()) return 0;
      const std::size_t n = std::min(count, memory.size() - static_cast<std::size_t>(from));
      std::memcpy(out, memory.data() + from, n);
      return n;
    }
    for (;;) {
      const ssize_t n = ::pread(fd, out, count, static_cast<off_t>(from));
      if (n >= 0) return static_cast<std::size_t>(n);
      if (errno != EINTR) fail("reading an upload");
    }
  }
};

FileStorage::FileStorage() : spool_(new Spool) {}
FileStorage::FileStorage(std::string name_, std::string filename_, http::Headers headers_)
    : name(std::move(name_)),
      filename(std::move(filename_)),
      headers(std::move(headers_)),
      spool_(new Spool) {}
FileStorage::~FileStorage() = default;
FileStorage::FileStorage(FileStorage&&) noexcept = default;
FileStorage& FileStorage::operator=(FileStorage&&) noexcept = default;

std::string FileStorage::mimetype() const {
  const std::string_view type = content_type();
  return text::to_lower(text::trim(type.substr(0, type.find(';'))));
}

http::HeaderDict FileStorage::mimetype_params() const {
  return http::parse_options_header(content_type()).options;
}

std::uint64_t FileStorage::content_length() const {
  const std::string_view digits = headers.get("Content-Length", "");
  std::uint64_t out = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
  return error == std::errc() && end == digits.data() + digits.size() ? out : 0;
}

std::uint64_t FileStorage::tell() const { return spool_->position; }
void FileStorage::close() { spool_ = Owned<Spool>(new Spool); }
std::uint64_t FileStorage::size() const { return spool_->size; }

void FileStorage::append(std::string_view bytes) {
  Spool& spool = *spool_;
  if (spool.fd < 0 && spool.memory.size() + bytes.size() > kMostInMemory) {
    Descriptor file(open_temporary());
    write_all(file.get(), spool.memory, "writing an upload");
    spool.fd = file.release();
    spool.memory = std::string();
  }
  if (spool.fd >= 0) {
    write_all(spool.fd, bytes, "writing an upload");
  } else {
    spool.memory += bytes;
  }
  spool.size += bytes.size();
}

std::size_t FileStorage::read(char* out, std::size_t count) {
  const std::size_t n = spool_->read_at(spool_->position, out, count);
  spool_->position += n;
  return n;
}

std::string FileStorage::read() {
  std::string out;
  if (spool_->position < spool_->size) out.resize(static_cast<std::size_t>(spool_->size - spool_->position));
  std::size_t at = 0;
  while (at < out.size()) {
    const std::size_t n = read(out.data() + at, out.size() - at);
    if (n == 0) break;
    at += n;
  }
  out.resize(at);
  return out;
}

void FileStorage::seek(std::uint64_t position) { spool_->position = position; }

void FileStorage::save(const std::string& path) const {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (file.get() < 0) fail(path.c_str());
  constexpr std::size_t kPiece = 64 * 1024;
  const auto piece = std::make_unique_for_overwrite<char[]>(kPiece);  // a fiber's stack is small
  std::uint64_t at = 0;
  while (const std::size_t n = spool_->read_at(at, piece.get(), kPiece)) {
    write_all(file.get(), {piece.get(), n}, path.c_str());
    at += n;
  }
}

// Files.

Files::Files() : files_(new std::vector<FileStorage>) {}
Files::Files(Files&&) noexcept = default;
Files& Files::operator=(Files&&) noexcept = default;
Files::~Files() = default;

std::size_t Files::size() const { return files_->size(); }
FileStorage* Files::begin() { return files_->data(); }
FileStorage* Files::end() { return files_->data() + files_->size(); }

void Files::add(FileStorage file) { files_->push_back(std::move(file)); }

FileStorage* Files::get(std::string_view name) {
  const auto found = std::find_if(files_->begin(), files_->end(),
                                  [&](const FileStorage& file) { return file.name == name; });
  return found == files_->end() ? nullptr : &*found;
}

FileStorage& Files::operator[](std::string_view name) {
  if (FileStorage* file = get(name)) return *file;
  throw BadRequestKeyError(std::string(name));
}

std::vector<FileStorage*> Files::getlist(std::string_view name) {
  std::vector<FileStorage*> out;
  for (FileStorage& file : *files_) {
    if (file.name == name) out.push_back(&file);
  }
  return out;
}

}  // namespace retort
