// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Loaders: where an environment finds its templates' sources (Jinja's loaders). A loader is
// set up before its environment is used, and then shared by threads: load() is const and
// may be called from several at once.

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/base/function.h"
#include "retort/base/memory.h"

namespace retort::jinja {

struct TemplateSource {
  std::string text;
  std::string filename;  ///< for messages; empty when there is no file
  /// Changes when the source does: a file's time and size. Loaders without changes give 0.
  std::uint64_t version = 0;
};

class Loader {
 public:
  Loader() = default;
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;
  virtual ~Loader() = default;

  /// The source of a template; none when this loader does not have it.
  virtual std::optional<TemplateSource> load(std::string_view name) const = 0;
  /// Whether load() would find it.
  virtual bool has(std::string_view name) const;
  /// Whether what load() gave with this version is still what it would give; by default for
  /// version 0 alone.
  virtual bool is_current(std::string_view name, std::uint64_t version) const;
  /// The names of all templates, sorted. Throws TypeError where they cannot be listed.
  virtual std::vector<std::string> list_templates() const;
};

/// The files below one or several folders, the first that has a name wins. Names have
/// forward slashes and cannot leave the folders: neither by "..", nor through a link.
class FileSystemLoader : public Loader {
 public:
  explicit FileSystemLoader(std::string folder);
  explicit FileSystemLoader(std::vector<std::string> folders);
  std::optional<TemplateSource> load(std::string_view name) const override;
  bool has(std::string_view name) const override;
  bool is_current(std::string_view name, std::uint64_t version) const override;
  std::vector<std::string> list_templates() const override;

 private:
  std::vector<std::string> folders_;
};

/// Sources by name, held in memory.
class DictLoader : public Loader {
 public:
  DictLoader() = default;
  DictLoader(std::initializer_list<std::pair<std::string, std::string>> templates);
  /// Adds or replaces a template; before the environment is used.
  void add(std::string name, std::string source);
  std::optional<TemplateSource> load(std::string_view name) const override;
  bool has(std::string_view name) const override;
  std::vector<std::string> list_templates() const override;

 private:
  std::vector<std::pair<std::string, std::string>> templates_;  // sorted by name
};

/// A template that is compiled into the program: static text.
struct EmbeddedTemplate {
  std::string_view name;
  std::string_view source;
};

/// Templates in the binary. The array must outlive the loader.
class EmbeddedLoader : public Loader {
 public:
  EmbeddedLoader(const EmbeddedTemplate* templates, std::size_t count)
      : templates_(templates), count_(count) {}
  template <std::size_t N>
  explicit EmbeddedLoader(const EmbeddedTemplate (&templates)[N]) : EmbeddedLoader(templates, N) {}
  std::optional<TemplateSource> load(std::string_view name) const override;
  std::vector<std::string> list_templates() const override;

 private:
  const EmbeddedTemplate* templates_;
  std::size_t count_;
};

/// Whatever a function answers; it is called from several threads.
class FunctionLoader : public Loader {
 public:
  using Load = Function<std::optional<TemplateSource>(std::string_view name)>;
  explicit FunctionLoader(Load load) : load_(std::move(load)) {}
  std::optional<TemplateSource> load(std::string_view name) const override;
  /// Asks the function again for what came with a version.
  bool is_current(std::string_view name, std::uint64_t version) const override;

 private:
  Load load_;
};

/// "admin/index.html" is "index.html" of the loader that is named "admin".
class PrefixLoader : public Loader {
 public:
  explicit PrefixLoader(char delimiter = '/') : delimiter_(delimiter) {}
  void add(std::string prefix, std::unique_ptr<Loader> loader);
  std::optional<TemplateSource> load(std::string_view name) const override;
  bool has(std::string_view name) const override;
  bool is_current(std::string_view name, std::uint64_t version) const override;
  std::vector<std::string> list_templates() const override;

 private:
  const Loader* find(std::string_view name, std::string_view& rest) const;
  char delimiter_;
  std::vector<std::pair<std::string, std::unique_ptr<Loader>>> loaders_;
};

/// The first of several loaders that has the template.
class ChoiceLoader : public Loader {
 public:
  void add(std::unique_ptr<Loader> loader);
  std::optional<TemplateSource> load(std::string_view name) const override;
  bool has(std::string_view name) const override;
  bool is_current(std::string_view name, std::uint64_t version) const override;
  std::vector<std::string> list_templates() const override;

 private:
  std::vector<std::unique_ptr<Loader>> loaders_;
};

}  // namespace retort::jinja
