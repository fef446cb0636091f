// SPDX-License-Identifier: BSD-3-Clause
#include "retort/message/files.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <stdexcept>
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

// What the files of a form share. Files lie in the temporary file one behind the other.
struct FileStorage::Spool {
  std::size_t in_memory = 0;
  int fd = -1;
  std::uint64_t end = 0;  // of what has been written
  RunBlocking blocking = [](Function<void()> f) { f(); };

  Spool() = default;
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;
  ~Spool() {
    if (fd >= 0) ::close(fd);
  }
  void write(std::string_view bytes) {
    blocking([&] {
      if (fd < 0) fd = open_temporary();
      std::size_t at = 0;
      while (at < bytes.size()) {
        const ssize_t n = ::pwrite(fd, bytes.data() + at, bytes.size() - at, static_cast<off_t>(end + at));
        if (n < 0 && errno != EINTR) fail("writing an upload");
        if (n > 0) at += static_cast<std::size_t>(n);
      }
    });
    end += bytes.size();
  }
};

struct FileStorage::Bytes {
  explicit Bytes(std::shared_ptr<Spool> shared) : spool(std::move(shared)) {}
  Bytes(const Bytes&) = delete;
  Bytes& operator=(const Bytes&) = delete;
  ~Bytes() { spool->in_memory -= memory.size(); }
  /// Gives the disk back at once, where the file system can.
  void give_disk_back() const {
    if (!on_disk || size == 0) return;
    [[maybe_unused]] const int ignored = ::fallocate(spool->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                                                     static_cast<off_t>(base), static_cast<off_t>(size));
  }

  void append(std::string_view more) {
    if (!on_disk && spool->in_memory + more.size() <= kMostInMemory) {
      memory += more;
      spool->in_memory += more.size();
    } else {
      if (!on_disk) to_disk();
      if (base + size != spool->end) throw std::logic_error("an upload grows behind which another one lies");
      spool->write(more);
    }
    size += more.size();
  }
  void to_disk() {
    const std::uint64_t from = spool->end;
    if (!memory.empty()) spool->write(memory);
    base = from;
    on_disk = true;
    spool->in_memory -= memory.size();
    std::string().swap(memory);
  }
  std::size_t read_at(std::uint64_t from, char* out, std::size_t count) const {
    if (from >= size) return 0;
    count = static_cast<std::size_t>(std::min<std::uint64_t>(count, size - from));
    if (!on_disk) {
      std::memcpy(out, memory.data() + from, count);
      return count;
    }
    for (;;) {
      const ssize_t n = ::pread(spool->fd, out, count, static_cast<off_t>(base + from));
      if (n >= 0) return static_cast<std::size_t>(n);
      if (errno != EINTR) fail("reading an upload");
    }
  }

  std::shared_ptr<Spool> spool;
  std::string memory;
  bool on_disk = false;
  std::uint64_t base = 0;  // where it begins on the disk
  std::uint64_t size = 0;
  std::uint64_t position = 0;
};

FileStorage::FileStorage() : bytes_(new Bytes(std::make_shared<Spool>())) {}
FileStorage::FileStorage(std::string name_, std::string filename_, http::Headers headers_)
    : FileStorage(std::move(name_), std::move(filename_), std::move(headers_),
                  Owned(new Bytes(std::make_shared<Spool>()))) {}
FileStorage::FileStorage(std::string name_, std::string filename_, http::Headers headers_, Owned<Bytes> bytes)
    : name(std::move(name_)),
      filename(std::move(filename_)),
      headers(std::move(headers_)),
      bytes_(std::move(bytes)) {}
FileStorage::~FileStorage() = default;
FileStorage::FileStorage(FileStorage&&) noexcept = default;
FileStorage& FileStorage::operator=(FileStorage&&) noexcept = default;

FileStorage FileStorage::sibling(std::string its_name, std::string its_filename,
                                 http::Headers its_headers) const {
  return {std::move(its_name), std::move(its_filename), std::move(its_headers),
          Owned(new Bytes(bytes_->spool))};
}

void FileStorage::set_blocking(RunBlocking run) { bytes_->spool->blocking = run; }

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

std::uint64_t FileStorage::tell() const { return bytes_->position; }
void FileStorage::close() {
  bytes_->spool->blocking([&] { bytes_->give_disk_back(); });
  bytes_ = Owned(new Bytes(bytes_->spool));
}
std::uint64_t FileStorage::size() const { return bytes_->size; }
void FileStorage::append(std::string_view bytes) { bytes_->append(bytes); }

std::size_t FileStorage::read(char* out, std::size_t count) {
  const std::size_t n = bytes_->read_at(bytes_->position, out, count);
  bytes_->position += n;
  return n;
}

std::string FileStorage::read() {
  std::string out;
  if (bytes_->position < bytes_->size) out.resize(static_cast<std::size_t>(bytes_->size - bytes_->position));
  std::size_t at = 0;
  while (at < out.size()) {
    const std::size_t n = read(out.data() + at, out.size() - at);
    if (n == 0) break;
    at += n;
  }
  out.resize(at);
  return out;
}

void FileStorage::seek(std::uint64_t position) { bytes_->position = position; }

void FileStorage::save(const std::string& path) const {
  bytes_->spool->blocking([&] {
    const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
    if (file.get() < 0) fail(path.c_str());
    constexpr std::size_t kPiece = 64 * 1024;
    const auto piece = std::make_unique_for_overwrite<char[]>(kPiece);  // a fiber's stack is small
    std::uint64_t at = 0;
    while (const std::size_t n = bytes_->read_at(at, piece.get(), kPiece)) {
      write_all(file.get(), {piece.get(), n}, path.c_str());
      at += n;
    }
  });
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
