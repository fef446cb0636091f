// SPDX-License-Identifier: BSD-3-Clause
#include "tools/retort/new_project.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>

#include "tools/retort/failure.h"
#include <fmt/format.h>

#include "retort/app/cli.h"
#include "retort/app/embedded.h"

namespace retort::tool {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kName = "project_name";

/// Words that a namespace cannot be called, those of this tree and of the C library among them.
constexpr std::string_view kTaken[] = {
    "alignas",  "alignof", "and",      "asm",     "auto",     "bool",      "break",     "case",
    "catch",    "char",    "class",    "concept", "const",    "consteval", "constexpr", "continue",
    "decltype", "default", "delete",   "do",      "double",   "else",      "enum",      "explicit",
    "export",   "extern",  "false",    "float",   "for",      "friend",    "goto",      "if",
    "inline",   "int",     "long",     "main",    "mutable",  "namespace", "new",       "noexcept",
    "not",      "nullptr", "operator", "or",      "private",  "protected", "public",    "register",
    "requires", "retort",  "return",   "short",   "signed",   "sizeof",    "static",    "std",
    "struct",   "switch",  "template", "test",    "this",     "throw",     "true",      "try",
    "typedef",  "typeid",  "typename", "union",   "unsigned", "using",     "virtual",   "void",
    "volatile", "while",   "xor",      "all",     "clean",    "install",   "help",      "app"};

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != text.npos; at += to.size())
    text.replace(at, from.size(), to);
}

/// The mark of a line "//[db]", "# [/db]", "<!--[db]-->": what is in the brackets.
std::string_view mark_of(std::string_view line) {
  for (const std::string_view name : {"db", "/db", "no-db", "/no-db"}) {
    const std::size_t at = line.find(fmt::format("[{}]", name));
    if (at == line.npos) continue;
    const std::string_view before = line.substr(0, at);
    const std::size_t first = before.find_first_not_of(' ');
    if (first == before.npos) continue;
    const std::string_view sign = before.substr(first, before.find_last_not_of(' ') + 1 - first);
    if (sign == "//" || sign == "#" || sign == "<!--" || sign == "{#") return name;
  }
  return {};
}

/// "minimal/dot.github/ci.yml" -> ".github/ci.yml".
std::string target_name(std::string_view name, const NewProject& project) {
  std::string out;
  for (std::size_t at = 0; at < name.size();) {
    const std::size_t end = std::min(name.find('/', at), name.size());
    std::string part(name.substr(at, end - at));
    if (part.starts_with("dot.")) part = part.substr(3);
    if (part.ends_with(".in")) part.resize(part.size() - 3);
    out += (out.empty() ? "" : "/") + part;
    at = end + 1;
  }
  replace_all(out, kName, project.name);
  return out;
}

/// The files of the project by their names: what all have, over it the template's, over it the
/// database's.
std::map<std::string, std::string> files_of(const NewProject& project) {
  const auto folder = EmbeddedFolder::find(RETORT_TOOL_FOLDER, "templates");
  if (!folder) throw Failure("this retort was built without its templates: build it anew");
  std::vector<std::string> parts{"common", project.template_name};
  if (project.with_db) parts.emplace_back("db");
  std::map<std::string, std::string> out;
  for (const std::string& part : parts) {
    for (const std::string& name : folder->names()) {
      if (!name.starts_with(part + "/")) continue;
      const EmbeddedFile& file = *folder->file(name);
      out[target_name(std::string_view(name).substr(part.size() + 1), project)] = render(file.bytes, project);
    }
  }
  return out;
}

}  // namespace

std::vector<std::string> template_names() { return {"minimal", "site", "api"}; }

bool is_project_name(std::string_view name) {
  if (name.empty() || name.size() > 64 || !std::isalpha(static_cast<unsigned char>(name[0]))) return false;
  const bool has_letters = std::all_of(
      name.begin(), name.end(), [](unsigned char c) { return (c < 128 && std::isalnum(c)) || c == '_'; });
  return has_letters && name.find("__") == name.npos &&
         std::find(std::begin(kTaken), std::end(kTaken), name) == std::end(kTaken);
}

std::string render(std::string_view text, const NewProject& project) {
  std::string out;
  std::optional<bool> wanted;
  bool is_first = true, after_license = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size() - 1);
    const std::string_view line = text.substr(at, end + 1 - at);
    at = end + 1;
    // The files of this tree have a licence; a project's are its author's.
    if (std::exchange(is_first, false) && line.find("SPDX-License-Identifier") != line.npos) {
      after_license = true;
      continue;
    }
    if (std::exchange(after_license, false) && line == "\n") continue;
    if (const std::string_view mark = mark_of(line); !mark.empty()) {
      if (mark.starts_with('/')) {
        wanted.reset();
      } else {
        wanted = (mark == "db") == project.with_db;
      }
      continue;
    }
    if (wanted.value_or(true)) out += line;
  }
  replace_all(out, kName, project.name);
  return out;
}

std::vector<std::string> write_project(const NewProject& project) {
  if (!is_project_name(project.name)) {
    throw UsageError(
        fmt::format("'{}' cannot be a project's name: it becomes a CMake target and a C++ namespace, so take "
                    "letters, digits and underscores, beginning with a letter, and no word of C++",
                    project.name));
  }
  const auto names = template_names();
  if (std::find(names.begin(), names.end(), project.template_name) == names.end())
    throw UsageError(
        fmt::format("there is no template '{}': choose minimal, site or api", project.template_name));
  const fs::path folder = project.folder.empty() ? project.name : project.folder;
  std::error_code error;
  if (fs::exists(folder, error) && (!fs::is_directory(folder, error) || !fs::is_empty(folder, error)))
    throw Failure(
        fmt::format("{} is there already and not empty: choose another name, or empty it", folder.string()));
  std::vector<std::string> out;
  for (const auto& [name, text] : files_of(project)) {
    const fs::path path = folder / name;
    fs::create_directories(path.parent_path(), error);
    std::ofstream file(path, std::ios::binary);
    file << text;
    file.close();
    if (!file)
      throw Failure(fmt::format("cannot write {}: is {} writable?", path.string(),
                                fs::absolute(folder).parent_path().string()));
    out.push_back(name);
  }
  return out;
}

}  // namespace retort::tool
