// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Uploaded files (Werkzeug: FileStorage, and the MultiDict of them that request.files is).
// All files of a form together have 500 kB in memory; what is beyond lies in one unnamed
// temporary file. Files live as long as their request; used by one fiber at a time.
//
// Writing waits for the disk: append() of what goes to the temporary file and save() run on
// the server's pool of threads while the fiber parks. read() stays on the worker: what it
// reads has just been written, and is in memory as a rule.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "retort/base/owned.h"
#include "retort/http/headers.h"
#include "retort/message/transport.h"

namespace retort {

namespace http {
class HeaderDict;
}

class FileStorage {
 public:
  FileStorage();
  FileStorage(std::string name, std::string filename, http::Headers headers);
  ~FileStorage();
  FileStorage(FileStorage&&) noexcept;
  FileStorage& operator=(FileStorage&&) noexcept;

  std::string name;      ///< of the form's field
  std::string filename;  ///< as the client sent it: never a path, see http::secure_filename
  http::Headers headers;

  std::string_view content_type() const { return headers.get("Content-Type", ""); }
  /// In lower case, without parameters.
  std::string mimetype() const;
  /// The Content-Type's parameters; include retort/http/options.h.
  http::HeaderDict mimetype_params() const;
  /// What the part's own Content-Length says, 0 without one: browsers send none. size() is
  /// what has come.
  std::uint64_t content_length() const;
  std::uint64_t size() const;
  /// False when the field was left empty.
  explicit operator bool() const { return !filename.empty(); }

  /// Up to `size` bytes from the position on, 0 at the end. Throws std::system_error.
  std::size_t read(char* out, std::size_t size);
  /// All that is left.
  std::string read();
  void seek(std::uint64_t position);
  std::uint64_t tell() const;
  /// Forgets the bytes, and gives their memory or disk back before the request ends.
  void close();

  /// Writes the whole file to `path`, replacing what is there; parks until it is. The path is the
  /// application's: build it with http::safe_join or http::secure_filename, never from
  /// `filename` alone. Throws std::system_error.
  void save(const std::string& path) const;

  // For whoever makes one.

  /// A further file of the same form: they share the memory and the temporary file.
  FileStorage sibling(std::string name, std::string filename, http::Headers headers) const;
  /// Throws std::system_error when the disk is full, std::logic_error when a sibling has come
  /// behind this one in the temporary file.
  void append(std::string_view bytes);
  /// What runs the writing, of siblings too: a Transport's.
  void set_blocking(RunBlocking run);

 private:
  struct Spool;
  struct Bytes;
  FileStorage(std::string name, std::string filename, http::Headers headers, Owned<Bytes> bytes);

  Owned<Bytes> bytes_;
};

class Files {
 public:
  Files();
  Files(Files&&) noexcept;
  Files& operator=(Files&&) noexcept;
  ~Files();

  /// The first file of a field; throws BadRequestKeyError (answered 400) without one.
  FileStorage& operator[](std::string_view name);
  /// The same, or null.
  FileStorage* get(std::string_view name);
  std::vector<FileStorage*> getlist(std::string_view name);
  bool contains(std::string_view name) { return get(name) != nullptr; }
  std::size_t size() const;
  bool empty() const { return size() == 0; }
  FileStorage* begin();
  FileStorage* end();

  void add(FileStorage file);

 private:
  Owned<std::vector<FileStorage>> files_;  // never null, but when moved from
};

}  // namespace retort
