// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/dotenv.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <fmt/format.h>

#include "retort/base/text.h"
#include "retort/base/utf8.h"

namespace retort {
namespace dotenv {
namespace {

/// What Python's str.isspace and \s mean.
bool is_space(char32_t c) {
  return (c >= 0x09 && c <= 0x0d) || (c >= 0x1c && c <= 0x20) || c == 0x85 || c == 0xa0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f ||
         c == 0x3000;
}

bool is_newline(char c) { return c == '\n' || c == '\r'; }

/// Walks through the text; a failed read leaves the position where the piece began.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool has_next() const { return position_ < text_.size(); }
  char peek() const { return has_next() ? text_[position_] : '\0'; }
  bool at(char c) const { return has_next() && text_[position_] == c; }
  std::string_view rest() const { return text_.substr(position_); }

  void set_mark() {
    mark_ = position_;
    mark_line_ = line_;
  }
  std::string marked() const { return std::string(text_.substr(mark_, position_ - mark_)); }
  std::size_t marked_line() const { return mark_line_; }

  /// Moves over `size` bytes; a "\r\n" in them is one line's end.
  std::string_view advance(std::size_t size) {
    const std::string_view piece = text_.substr(position_, size);
    for (std::size_t i = 0; i < piece.size(); ++i) {
      if (piece[i] == '\r' || (piece[i] == '\n' && (i == 0 || piece[i - 1] != '\r'))) ++line_;
    }
    position_ += size;
    return piece;
  }

  /// Spaces from here on; line ends as well when `lines`.
  std::size_t spaces(bool lines) const { return spaces_at(position_, lines) - position_; }
  std::size_t spaces_at(std::size_t from, bool lines) const {
    while (from < text_.size()) {
      std::size_t next = from;
      if (!is_space(utf8::decode(text_, next)) || (!lines && is_newline(text_[from]))) break;
      from = next;
    }
    return from;
  }

  /// Bytes up to the line's end.
  std::size_t line_length() const { return std::min(rest().find_first_of("\r\n"), rest().size()); }

 private:
  std::string_view text_;
  std::size_t position_ = 0;
  std::size_t line_ = 1;
  std::size_t mark_ = 0;
  std::size_t mark_line_ = 1;
};

/// A quoted text's inside. A quote behind a backslash is part of it, unless no other closes it.
std::optional<std::string_view> read_quoted(Reader& reader) {
  const std::string_view text = reader.rest();
  const char quote = text[0];
  std::size_t escaped = std::string_view::npos;
  for (std::size_t i = text.find(quote, 1); i != std::string_view::npos; i = text.find(quote, i + 1)) {
    if (i > 1 && text[i - 1] == '\\') {
      escaped = i;
      continue;
    }
    return reader.advance(i + 1).substr(1, i - 1);
  }
  if (escaped == std::string_view::npos) return std::nullopt;
  return reader.advance(escaped + 1).substr(1, escaped - 1);
}

std::string unescape(std::string_view text, std::string_view known) {
  static constexpr std::string_view kLetters = "abfnrtv";
  static constexpr std::string_view kMeanings = "\a\b\f\n\r\t\v";
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size() || known.find(text[i + 1]) == std::string_view::npos) {
      out += text[i];
      continue;
    }
    const char c = text[++i];
    const std::size_t letter = kLetters.find(c);
    out += letter == std::string_view::npos ? c : kMeanings[letter];
  }
  return out;
}

/// The key into `out`; false when there is none where one should be.
bool read_key(Reader& reader, std::optional<std::string>& out) {
  if (reader.at('#')) return true;
  const std::string_view text = reader.rest();
  if (reader.at('\'')) {
    const std::size_t end = text.find('\'', 1);
    if (end == std::string_view::npos || end == 1) return false;
    out = std::string(reader.advance(end + 1).substr(1, end - 1));
    return true;
  }
  std::size_t end = 0;
  while (end < text.size() && text[end] != '=' && text[end] != '#') {
    std::size_t next = end;
    if (is_space(utf8::decode(text, next))) break;
    end = next;
  }
  if (end == 0) return false;
  out = std::string(reader.advance(end));
  return true;
}

/// A value without quotes: to the line's end, or to a comment behind a space.
std::string read_bare(Reader& reader) {
  const std::string_view text = reader.advance(reader.line_length());
  std::size_t end = 0;  // after the last character that is no space
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == '#' && i > end) break;
    if (!is_space(utf8::decode(text, i))) end = i;
  }
  return std::string(text.substr(0, end));
}

bool read_value(Reader& reader, std::optional<std::string>& out) {
  if (!reader.has_next() || is_newline(reader.peek())) {
    out = "";
  } else if (reader.at('\'') || reader.at('"')) {
    const bool single = reader.at('\'');
    const auto inside = read_quoted(reader);
    if (!inside) return false;
    out = unescape(*inside, single ? "\\'" : "\\'\"abfnrtv");
  } else {
    out = read_bare(reader);
  }
  return true;
}

/// Spaces and a comment up to the line's end, and that; false when something else is there.
bool read_end(Reader& reader) {
  const std::string_view text = reader.rest();
  std::size_t end = reader.spaces(false);
  if (end < text.size() && text[end] == '#') end = reader.line_length();
  reader.advance(end);
  const std::size_t spaces = reader.spaces(false);
  const std::string_view rest = reader.rest().substr(spaces);
  if (!rest.empty() && !is_newline(rest[0])) return false;
  reader.advance(spaces + (rest.starts_with("\r\n") ? 2 : rest.empty() ? 0 : 1));
  return true;
}

bool read_binding(Reader& reader, Binding& out) {
  reader.advance(reader.spaces(true));
  if (!reader.has_next()) return true;
  constexpr std::string_view kExport = "export";
  if (reader.rest().starts_with(kExport)) {
    const std::string_view after = reader.rest().substr(kExport.size());
    Reader behind(after);
    if (const std::size_t spaces = behind.spaces(false)) reader.advance(kExport.size() + spaces);
  }
  if (!read_key(reader, out.key)) return false;
  reader.advance(reader.spaces(false));
  if (reader.at('=')) {
    reader.advance(1);
    reader.advance(reader.spaces(false));
    if (!read_value(reader, out.value)) return false;
  }
  return read_end(reader);
}

/// `value` with ${NAME} and ${NAME:-otherwise} replaced by what `find` gives.
template <class Find>
std::string interpolated(std::string_view value, Find find) {
  std::string out;
  std::size_t done = 0;
  std::size_t name_end = 0;  // the first '}' or ':' at or after `begin`; so no part is searched twice
  for (std::size_t begin = value.find("${"); begin != std::string_view::npos;
       begin = value.find("${", begin)) {
    if (name_end < begin + 2) name_end = value.find_first_of("}:", begin + 2);
    if (name_end == std::string_view::npos) break;
    const std::string_view name = value.substr(begin + 2, name_end - begin - 2);
    std::size_t end = name_end;
    std::string_view otherwise;
    if (value[name_end] == ':') {
      if (value.substr(name_end, 2) != ":-") {
        begin += 2;
        continue;
      }
      end = value.find('}', name_end);
      if (end == std::string_view::npos) break;
      otherwise = value.substr(name_end + 2, end - name_end - 2);
    }
    out += value.substr(done, begin - done);
    out += find(name, otherwise);
    done = end + 1;
    begin = done;
  }
  out += value.substr(done);
  return out;
}

}  // namespace

std::vector<Binding> parse(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::vector<Binding> out;
  Reader reader(text);
  while (reader.has_next()) {
    reader.set_mark();
    Binding binding;
    if (!read_binding(reader, binding)) {
      binding = Binding();
      binding.error = true;
      const std::size_t line = reader.line_length();
      reader.advance(std::min(line + 1, reader.rest().size()));
    }
    binding.original = reader.marked();
    binding.line = reader.marked_line();
    out.push_back(std::move(binding));
  }
  return out;
}

Values values(std::string_view text, const Environment& environment, const ValuesOptions& options) {
  Values out;
  const auto place_of = [&](std::string_view key) {
    return std::find_if(out.begin(), out.end(), [&](const auto& known) { return known.first == key; });
  };
  const auto find = [&](std::string_view name, std::string_view otherwise) {
    const auto known = place_of(name);
    if (known != out.end()) return known->second.value_or("");
    return environment(name).value_or(std::string(otherwise));
  };
  for (Binding& binding : parse(text)) {
    if (binding.error && options.complain) options.complain(binding.line);
    if (!binding.key) continue;
    if (binding.value && options.interpolate) binding.value = interpolated(*binding.value, find);
    const auto known = place_of(*binding.key);
    if (known != out.end()) {
      known->second = std::move(binding.value);
    } else {
      out.emplace_back(std::move(*binding.key), std::move(binding.value));
    }
  }
  return out;
}

std::optional<std::string> from_process(std::string_view name) {
  const char* value = std::getenv(std::string(name).c_str());
  return value ? std::optional<std::string>(value) : std::nullopt;
}

std::string find(std::string_view filename, std::string_view start) {
  namespace fs = std::filesystem;
  std::error_code failed;
  fs::path folder = fs::absolute(start.empty() ? fs::current_path(failed) : fs::path(start), failed);
  while (!folder.empty()) {
    const fs::path candidate = folder / filename;
    const auto status = fs::status(candidate, failed);
    if (fs::is_regular_file(status) || fs::is_fifo(status)) return candidate.string();
    if (folder == folder.parent_path()) break;
    folder = folder.parent_path();
  }
  return {};
}

}  // namespace dotenv

namespace {

/// A file's text with "\n" for every line's end, as Python's text files have it.
std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!utf8::valid(bytes)) throw std::runtime_error(fmt::format("{}: is no UTF-8 text", path));
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] != '\r') {
      out += bytes[i];
    } else if (i + 1 == bytes.size() || bytes[i + 1] != '\n') {
      out += '\n';
    }
  }
  return out;
}

}  // namespace

bool load_dotenv(const LoadDotenvOptions& options) {
  // Later ones win, as in a dict that each updates.
  std::vector<std::string> paths;
  if (options.load_defaults) {
    paths.push_back(dotenv::find(".flaskenv"));
    paths.push_back(dotenv::find(".env"));
  }
  std::error_code failed;
  if (std::filesystem::is_regular_file(options.path, failed)) paths.push_back(options.path);
  dotenv::Values all;
  for (const std::string& path : paths) {
    if (path.empty()) continue;
    dotenv::ValuesOptions how;
    how.complain = [&](std::size_t line) {
      if (options.warn) options.warn(fmt::format("{}: line {} could not be read", path, line));
    };
    for (auto& value : dotenv::values(read_text(path), &dotenv::from_process, how))
      all.push_back(std::move(value));
  }
  for (auto value = all.rbegin(); value != all.rend(); ++value) {
    const auto newer =
        std::find_if(all.rbegin(), value, [&](const auto& other) { return other.first == value->first; });
    const bool replaced = newer != value;
    if (!replaced && value->second && value->first.find('=') == std::string::npos)
      ::setenv(value->first.c_str(), value->second->c_str(), 0);
  }
  return !all.empty();
}

bool wants_dotenv() {
  const std::string skip = text::to_lower(dotenv::from_process("FLASK_SKIP_DOTENV").value_or(""));
  return skip.empty() || skip == "0" || skip == "false" || skip == "no";
}

}  // namespace retort
