// SPDX-License-Identifier: BSD-3-Clause
#include "retort/cli/detail/compiler_errors.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "retort/cli/detail/error_report.h"

namespace retort::detail {
namespace {

/// The number at the start of `text`, taken from it with the colon behind; empty when there is none.
std::optional<int> take_number(std::string_view& text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end == text.data() + text.size() || *end != ':') return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
  return number;
}

/// "file:line:column: error: message", the column may be missing; also "fatal error".
std::optional<BuildError> of_compiler(std::string_view line) {
  for (std::size_t colon = line.find(':'); colon != line.npos; colon = line.find(':', colon + 1)) {
    std::string_view rest = line.substr(colon + 1);
    const std::optional<int> number = take_number(rest);
    if (!number) continue;
    const std::optional<int> column = take_number(rest);
    for (const std::string_view kind : {" error: ", " fatal error: "}) {
      if (rest.starts_with(kind))
        return BuildError{std::string(line.substr(0, colon)), *number, column.value_or(0),
                          std::string(rest.substr(kind.size()))};
    }
    return std::nullopt;
  }
  return std::nullopt;
}

/// What GCC says once more of a template argument that it has refused already, as a view's name that is not
/// declared: "no matching function for call to ‘...get<<expression error> >(...)’".
bool is_echo(std::string_view message) {
  static constexpr std::string_view kArgument = "template argument ", kInvalid = " is invalid";
  return message.find("<expression error>") != message.npos ||
         (message.starts_with(kArgument) && message.ends_with(kInvalid));
}

/// "CMake Error at CMakeLists.txt:3 (find_package):"; the message stands in the lines below.
std::optional<BuildError> of_cmake(std::string_view line) {
  static constexpr std::string_view kAt = "CMake Error at ";
  static constexpr std::string_view kBare = "CMake Error: ";
  if (line.starts_with(kBare)) return BuildError{.message = std::string(line.substr(kBare.size()))};
  if (!line.starts_with(kAt)) return std::nullopt;
  line.remove_prefix(kAt.size());
  const std::size_t colon = line.find(':');
  if (colon == line.npos) return std::nullopt;
  BuildError out{.file = std::string(line.substr(0, colon))};
  std::from_chars(line.data() + colon + 1, line.data() + line.size(), out.line);
  return out;
}

/// What GNU ld, gold, lld and mold say of missing and repeated symbols.
std::optional<BuildError> of_linker(std::string_view line) {
  for (const std::string_view sign :
       {"undefined reference to", "multiple definition of",
        "undefined symbol: ", "duplicate symbol: ", "cannot find -l", "library not found: "}) {
    const std::size_t at = line.find(sign);
    if (at != line.npos) return BuildError{.message = std::string(line.substr(at))};
  }
  return std::nullopt;
}

}  // namespace

std::string without_escapes(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\x1b') {
      if (text[i] != '\r') out += text[i];
      continue;
    }
    if (i + 1 < text.size() && text[i + 1] == '[') {
      i += 2;
      while (i < text.size() && !(text[i] >= '@' && text[i] <= '~')) ++i;
    } else {
      ++i;
    }
  }
  return out;
}

std::vector<BuildError> build_errors(std::string_view output, std::size_t most) {
  const std::string text = without_escapes(output);
  std::vector<BuildError> out;
  bool message_follows = false;
  for (std::string_view rest = text; !rest.empty() && out.size() <= most;) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (message_follows && !line.empty()) {
      out.back().message = std::string(line.substr(std::min(line.find_first_not_of(' '), line.size())));
      message_follows = false;
      continue;
    }
    std::optional<BuildError> found = of_compiler(line);
    if (!found && (found = of_cmake(line))) message_follows = found->message.empty();
    if (!found) found = of_linker(line);
    if (!found || (!out.empty() && is_echo(found->message))) continue;
    const bool known = std::any_of(out.begin(), out.end(), [&](const BuildError& each) {
      return each.file == found->file && each.line == found->line && each.message == found->message;
    });
    if (!known) out.push_back(std::move(*found));
  }
  if (out.size() > most) out.resize(most);
  return out;
}

Value build_errors_value(const std::vector<BuildError>& errors, const std::string& folder) {
  namespace fs = std::filesystem;
  Value out = Value::list();
  for (const BuildError& error : errors) {
    fs::path path = error.file;
    if (!error.file.empty() && path.is_relative()) path = (fs::path(folder) / path).lexically_normal();
    out.push_back(Value::dict({{"file", error.file.empty() ? std::string() : path.string()},
                               {"line", error.line},
                               {"column", error.column},
                               {"message", error.message},
                               {"source", source_around(path.string(), error.line, 3)}}));
  }
  return out;
}

std::string build_errors_text(const Value& errors) {
  std::string out;
  for (const Value& error : errors.items()) {
    const std::string file = error["file"].str();
    if (!file.empty()) out += fmt::format("{}:{}: ", file, error["line"].str());
    out += fmt::format("error: {}\n", error["message"].str());
    for (const Value& line : error["source"].items()) {
      out += fmt::format("  {} {:>5}  {}\n", line["marked"].truthy() ? '>' : ' ', line["number"].str(),
                         line["text"].str());
    }
  }
  return out;
}

}  // namespace retort::detail
