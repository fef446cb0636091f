// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// FileSource: where files that clients may ask for come from: a directory, or a table in
// the program itself. It opens a file by its name, "css/site.css"; what leads out of it, by
// dots, a device's name or a symlink, is not there. Immutable, so safe to share.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace retort {

/// A file that was found: a descriptor to read from, or bytes that live as long as the program.
struct SourceFile {
  SourceFile() = default;
  SourceFile(SourceFile&& o) noexcept;
  SourceFile& operator=(SourceFile&&) = delete;
  ~SourceFile();  // closes fd

  int fd = -1;
  std::string_view bytes;       ///< without fd
  std::uint64_t size = 0;       ///< in bytes
  std::int64_t mtime = 0;       ///< seconds since 1970
  std::int64_t mtime_nsec = 0;  ///< and the rest
  std::string path;             ///< what it is known by: its download_name and ETag are made of it
  std::string_view etag;        ///< empty: made from path, size and mtime
};

class FileSource {
 public:
  virtual ~FileSource() = default;
  /// False when there is no regular file of this name. `file` arrives empty. Throws
  /// std::system_error when that cannot be told, or the file cannot be read.
  virtual bool open(std::string_view name, SourceFile& file) const = 0;
};

/// The files below a directory. Symlinks are followed as far as they stay below it.
class DirectorySource final : public FileSource {
 public:
  explicit DirectorySource(std::string directory) : directory_(std::move(directory)) {}
  bool open(std::string_view name, SourceFile& file) const override;

 private:
  std::string directory_;
};

/// A file that was compiled into the program.
struct EmbeddedFile {
  std::string_view name;  ///< "css/site.css"
  std::string_view bytes;
  std::int64_t mtime = 0;      ///< seconds since 1970
  std::string_view etag = {};  ///< without quotes; empty: made as for a file on disk
};

/// The files of a table, which is in ascending order of names and lives as long as this.
class EmbeddedSource final : public FileSource {
 public:
  EmbeddedSource(const EmbeddedFile* files, std::size_t count) : files_(files), count_(count) {}
  bool open(std::string_view name, SourceFile& file) const override;

 private:
  const EmbeddedFile* files_;
  std::size_t count_;
};

/// Opens a file that the application names itself, which may lie anywhere; answers as
/// FileSource::open.
bool open_file(const std::string& path, SourceFile& file);

/// A file's time as Python's os.path.getmtime gives it.
double python_mtime(const SourceFile& file);
/// What Flask's ETags are made of: the time as Python prints a float, the size, and a
/// checksum of the name.
std::string file_etag(double mtime, std::uint64_t size, std::string_view name);

}  // namespace retort
