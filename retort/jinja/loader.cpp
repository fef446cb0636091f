// SPDX-License-Identifier: BSD-3-Clause
#include "retort/jinja/loader.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <system_error>

#include <fmt/format.h>
#include <sys/stat.h>

#include "retort/value/error.h"

namespace retort::jinja {

namespace fs = std::filesystem;

bool Loader::has(std::string_view name) const { return load(name).has_value(); }
bool Loader::is_current(std::string_view, std::uint64_t version) const { return version == 0; }

std::vector<std::string> Loader::list_templates() const {
  throw TypeError("this loader cannot list its templates");
}

// Files.

namespace {

/// The path below a folder that a name means; none for one that could lead out of it
/// (Jinja: split_template_path).
std::optional<std::string> relative_path(std::string_view name) {
  std::string out;
  std::size_t begin = 0;
  while (begin <= name.size()) {
    std::size_t end = name.find('/', begin);
    if (end == name.npos) end = name.size();
    const std::string_view part = name.substr(begin, end - begin);
    begin = end + 1;
    if (part.empty() || part == ".") continue;
    if (part == ".." || part.find('\\') != part.npos || part.find('\0') != part.npos) return std::nullopt;
    if (!out.empty()) out += '/';
    out += part;
  }
  if (out.empty()) return std::nullopt;
  return out;
}

/// Never 0, which says that nothing changes.
std::uint64_t version_of(const struct ::stat& status) {
  std::uint64_t out = 0;
  for (const auto part :
       {static_cast<std::uint64_t>(status.st_mtim.tv_sec), static_cast<std::uint64_t>(status.st_mtim.tv_nsec),
        static_cast<std::uint64_t>(status.st_size), static_cast<std::uint64_t>(status.st_ino),
        static_cast<std::uint64_t>(status.st_dev)}) {
    out = (out ^ part) * 0x9e3779b97f4a7c15u;
    out ^= out >> 32;
  }
  return out | 1;
}

/// The regular file that a name means below a folder, links followed but not out of it.
std::optional<std::string> find_file(const std::string& folder, const std::string& relative,
                                     struct ::stat& status) {
  const std::string path = folder + "/" + relative;
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  std::error_code failed;
  const fs::path root = fs::canonical(folder, failed);
  if (failed) return std::nullopt;
  const fs::path real = fs::canonical(path, failed);
  if (failed) return std::nullopt;
  const auto [end, unused] = std::mismatch(root.begin(), root.end(), real.begin(), real.end());
  if (end != root.end()) return std::nullopt;
  return path;
}

}  // namespace

FileSystemLoader::FileSystemLoader(std::string folder) { folders_.push_back(std::move(folder)); }
FileSystemLoader::FileSystemLoader(std::vector<std::string> folders) : folders_(std::move(folders)) {}

std::optional<TemplateSource> FileSystemLoader::load(std::string_view name) const {
  const std::optional<std::string> relative = relative_path(name);
  if (!relative) return std::nullopt;
  for (const std::string& folder : folders_) {
    struct ::stat status {};
    const std::optional<std::string> path = find_file(folder, *relative, status);
    if (!path) continue;
    std::ifstream file(*path, std::ios::binary);
    if (!file) continue;
    std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    return TemplateSource{std::move(text), *path, version_of(status)};
  }
  return std::nullopt;
}

bool FileSystemLoader::is_current(std::string_view name, std::uint64_t version) const {
  const std::optional<std::string> relative = relative_path(name);
  if (!relative) return false;
  for (const std::string& folder : folders_) {
    struct ::stat status {};
    if (::stat((folder + "/" + *relative).c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
    if (version_of(status) == version) return true;
    if (find_file(folder, *relative, status)) return false;  // else a link out of the folder
  }
  return false;
}

bool FileSystemLoader::has(std::string_view name) const {
  const std::optional<std::string> relative = relative_path(name);
  return relative && std::any_of(folders_.begin(), folders_.end(), [&](const std::string& folder) {
           struct ::stat status {};
           return find_file(folder, *relative, status).has_value();
         });
}

std::vector<std::string> FileSystemLoader::list_templates() const {
  std::set<std::string> names;
  for (const std::string& folder : folders_) {
    std::error_code failed;
    fs::recursive_directory_iterator files(folder, fs::directory_options::skip_permission_denied, failed);
    if (failed) continue;
    for (const fs::recursive_directory_iterator end; files != end; files.increment(failed)) {
      if (failed) break;
      if (files->is_regular_file(failed))
        names.insert(files->path().lexically_relative(folder).generic_string());
    }
  }
  return {names.begin(), names.end()};
}

// Memory.

namespace {

auto find_entry(const std::vector<std::pair<std::string, std::string>>& templates, std::string_view name) {
  return std::lower_bound(templates.begin(), templates.end(), name,
                          [](const auto& entry, std::string_view key) { return entry.first < key; });
}

}  // namespace

DictLoader::DictLoader(std::initializer_list<std::pair<std::string, std::string>> templates) {
  for (const auto& [name, source] : templates) add(name, source);
}

void DictLoader::add(std::string name, std::string source) {
  const auto at = find_entry(templates_, name);
  const auto position = templates_.begin() + (at - templates_.cbegin());
  if (at != templates_.cend() && at->first == name) {
    position->second = std::move(source);
  } else {
    templates_.emplace(position, std::move(name), std::move(source));
  }
}

std::optional<TemplateSource> DictLoader::load(std::string_view name) const {
  const auto found = find_entry(templates_, name);
  if (found == templates_.end() || found->first != name) return std::nullopt;
  return TemplateSource{found->second, {}, 0};
}

bool DictLoader::has(std::string_view name) const {
  const auto found = find_entry(templates_, name);
  return found != templates_.end() && found->first == name;
}

std::vector<std::string> DictLoader::list_templates() const {
  std::vector<std::string> out;
  for (const auto& [name, source] : templates_) out.push_back(name);
  return out;
}

std::optional<TemplateSource> EmbeddedLoader::load(std::string_view name) const {
  for (std::size_t i = 0; i < count_; ++i) {
    if (templates_[i].name == name) return TemplateSource{std::string(templates_[i].source), {}, 0};
  }
  return std::nullopt;
}

std::vector<std::string> EmbeddedLoader::list_templates() const {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < count_; ++i) out.emplace_back(templates_[i].name);
  std::sort(out.begin(), out.end());
  return out;
}

std::optional<TemplateSource> FunctionLoader::load(std::string_view name) const { return load_(name); }

bool FunctionLoader::is_current(std::string_view name, std::uint64_t version) const {
  if (version == 0) return true;
  const std::optional<TemplateSource> now = load_(name);
  return now && now->version == version;
}

// Loaders of loaders.

void PrefixLoader::add(std::string prefix, std::unique_ptr<Loader> loader) {
  loaders_.emplace_back(std::move(prefix), std::move(loader));
}

const Loader* PrefixLoader::find(std::string_view name, std::string_view& rest) const {
  const std::size_t end = name.find(delimiter_);
  if (end == name.npos) return nullptr;
  rest = name.substr(end + 1);
  for (const auto& [prefix, loader] : loaders_) {
    if (prefix == name.substr(0, end)) return loader.get();
  }
  return nullptr;
}

std::optional<TemplateSource> PrefixLoader::load(std::string_view name) const {
  std::string_view rest;
  const Loader* loader = find(name, rest);
  return loader ? loader->load(rest) : std::nullopt;
}

bool PrefixLoader::has(std::string_view name) const {
  std::string_view rest;
  const Loader* loader = find(name, rest);
  return loader && loader->has(rest);
}

bool PrefixLoader::is_current(std::string_view name, std::uint64_t version) const {
  std::string_view rest;
  const Loader* loader = find(name, rest);
  return loader && loader->is_current(rest, version);
}

std::vector<std::string> PrefixLoader::list_templates() const {
  std::vector<std::string> out;
  for (const auto& [prefix, loader] : loaders_) {
    for (const std::string& name : loader->list_templates()) out.push_back(prefix + delimiter_ + name);
  }
  std::sort(out.begin(), out.end());
  return out;
}

void ChoiceLoader::add(std::unique_ptr<Loader> loader) { loaders_.push_back(std::move(loader)); }

std::optional<TemplateSource> ChoiceLoader::load(std::string_view name) const {
  for (const auto& loader : loaders_) {
    if (std::optional<TemplateSource> source = loader->load(name)) return source;
  }
  return std::nullopt;
}

bool ChoiceLoader::has(std::string_view name) const {
  return std::any_of(loaders_.begin(), loaders_.end(), [&](const auto& loader) { return loader->has(name); });
}

// The first that has it now is the one that counts.
bool ChoiceLoader::is_current(std::string_view name, std::uint64_t version) const {
  for (const auto& loader : loaders_) {
    if (loader->has(name)) return loader->is_current(name, version);
  }
  return false;
}

std::vector<std::string> ChoiceLoader::list_templates() const {
  std::set<std::string> names;
  for (const auto& loader : loaders_) {
    for (std::string& name : loader->list_templates()) names.insert(std::move(name));
  }
  return {names.begin(), names.end()};
}

}  // namespace retort::jinja
