// SPDX-License-Identifier: BSD-3-Clause
#include "retort/migrate/revision.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "retort/base/text.h"
#include "retort/base/uuid.h"
#include "retort/migrate/detail/lexer.h"
#include "retort/migrate/detail/operation_text.h"
#include "retort/migrate/error.h"

namespace retort::migrate {
namespace {

using detail::Line;
using detail::SourceLine;

std::vector<SourceLine> split(std::string_view text, std::string_view path) {
  std::vector<SourceLine> out;
  int number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t'))
      line.remove_suffix(1);
    const std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
    line.remove_prefix(indent);
    if (line.find('\0') != line.npos) Line(line, path, number).fail("the file holds a NUL");
    if (indent < 4 && line.starts_with("#")) continue;  // deeper it may be SQL's
    if (line.starts_with("\t")) Line(line, path, number).fail("indent with spaces, not with tabs");
    out.push_back({line, line.empty() ? 0 : indent, number});
  }
  return out;
}

bool is_id(std::string_view id) {
  return !id.empty() && std::all_of(id.begin(), id.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.';
  });
}

std::string read_id(Line& line, std::string_view text) {
  if (!is_id(text)) line.fail(fmt::format("\"{}\" is no revision's id: letters, digits, _ and .", text));
  return std::string(text);
}

// "key  value" at the line's beginning.
void read_header(const SourceLine& source, std::string_view path, Revision& revision) {
  Line line(source.text, path, source.number);
  const std::size_t space = std::min(source.text.find(' '), source.text.size());
  const std::string_view key = source.text.substr(0, space);
  std::string_view value = text::trim(source.text.substr(space));
  const auto once = [&](const std::string& field) {
    if (!field.empty()) line.fail(fmt::format("{} is said twice", key));
  };
  if (key == "revision") {
    once(revision.id);
    revision.id = read_id(line, value);
  } else if (key == "parent") {
    if (!revision.parents.empty()) line.fail("parent is said twice");
    while (!value.empty()) {
      const std::size_t end = std::min(value.find(' '), value.size());
      revision.parents.push_back(read_id(line, value.substr(0, end)));
      value = text::trim(value.substr(end));
    }
  } else if (key == "message") {
    once(revision.message);
    revision.message = std::string(value);
  } else if (key == "date") {
    once(revision.date);
    revision.date = std::string(value);
  } else {
    line.fail(
        fmt::format("expected revision, parent, message, date, up: or down: instead of \"{}\"", source.text));
  }
}

void append_section(std::string& out, std::string_view name, const std::vector<Operation>& operations) {
  out += fmt::format("\n{}:\n", name);
  for (const Operation& op : operations) detail::append_operation(out, op);
}

// Python's literals of a header: 'x', "x", None, ('x', 'y').
std::vector<std::string> python_strings(std::string_view text) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < text.size() && text[i] != '#'; ++i) {
    if (text[i] != '\'' && text[i] != '"') continue;
    const std::size_t end = text.find(text[i], i + 1);
    if (end == text.npos) break;
    out.emplace_back(text.substr(i + 1, end - i - 1));
    i = end;
  }
  return out;
}

}  // namespace

bool operator==(const Operation& a, const Operation& b) {
  std::string one, other;
  detail::append_operation(one, a);
  detail::append_operation(other, b);
  return one == other;
}

Revision parse_revision(std::string_view text, std::string_view path) {
  const std::vector<SourceLine> lines = split(text, path);
  Revision revision;
  revision.path = std::string(path);
  std::vector<Operation>* section = nullptr;
  bool has_up = false, has_down = false;
  for (std::size_t at = 0; at < lines.size();) {
    const SourceLine& source = lines[at];
    if (source.text.empty()) {
      ++at;
    } else if (source.indent == 0 && (source.text == "up:" || source.text == "down:")) {
      bool& seen = source.text == "up:" ? has_up : has_down;
      if (seen) Line(source.text, path, source.number).fail(fmt::format("{} comes twice", source.text));
      seen = true;
      section = source.text == "up:" ? &revision.up : &revision.down;
      ++at;
    } else if (section) {
      section->push_back(detail::read_operation(lines, at, path));
    } else {
      if (source.indent != 0) Line(source.text, path, source.number).fail("the header is not indented");
      read_header(source, path, revision);
      ++at;
    }
  }
  const int last = lines.empty() ? 1 : lines.back().number;
  const Line end("", path, last);
  if (revision.id.empty()) end.fail("the line \"revision ID\" is missing");
  if (!has_up || !has_down) end.fail("a revision has an up: and a down: section, either may be empty");
  return revision;
}

std::string revision_text(const Revision& revision) {
  std::string message = revision.message;
  std::replace_if(
      message.begin(), message.end(), [](unsigned char c) { return c < ' '; }, ' ');
  std::string out = "revision " + revision.id + "\n";
  if (!revision.parents.empty()) {
    out += "parent  ";
    for (const std::string& parent : revision.parents) out += " " + parent;
    out += "\n";
  }
  if (const auto trimmed = text::trim(message); !trimmed.empty())
    out += fmt::format("message  {}\n", trimmed);
  if (!revision.date.empty()) out += "date     " + revision.date + "\n";
  append_section(out, "up", revision.up);
  append_section(out, "down", revision.down);
  return out;
}

Revision parse_alembic_revision(std::string_view text, std::string_view path) {
  Revision revision;
  revision.path = std::string(path);
  revision.is_alembic = true;
  bool first = true;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (first && line.starts_with("\"\"\"")) {
      revision.message = std::string(line.substr(3));
      if (const std::size_t close = revision.message.find("\"\"\""); close != std::string::npos)
        revision.message.resize(close);
    }
    first = false;
    const std::size_t equals = line.find('=');
    if (equals == line.npos) continue;
    const std::string_view key = text::trim(line.substr(0, std::min(line.find(':'), equals)));
    if (key == "revision") {
      const auto found = python_strings(line.substr(equals));
      if (!found.empty()) revision.id = found[0];
    } else if (key == "down_revision") {
      revision.parents = python_strings(line.substr(equals));
    }
  }
  if (revision.id.empty()) throw MigrationError(fmt::format("{}:1: no line \"revision = '...'\"", path));
  return revision;
}

std::string alembic_text(const Revision& revision) {
  std::string message = revision.message;
  std::replace_if(
      message.begin(), message.end(), [](unsigned char c) { return c < ' ' || c == '"' || c == '\\'; }, ' ');
  std::string parents = "None";
  if (revision.parents.size() == 1) parents = "'" + revision.parents[0] + "'";
  if (revision.parents.size() > 1) parents = fmt::format("('{}')", fmt::join(revision.parents, "', '"));
  return fmt::format(
      "\"\"\"{0}\n\nThis revision is Retort's: what it does is in the file of this name that ends in "
      ".migration.\n"
      "\"\"\"\nrevision = '{1}'\ndown_revision = {2}\nbranch_labels = None\ndepends_on = None\n\n\n"
      "def upgrade():\n    raise RuntimeError(\"revision {1} is Retort's: run `db upgrade {1}` of its "
      "program "
      "first\")\n\n\n"
      "def downgrade():\n    raise RuntimeError(\"revision {1} is Retort's: run `db downgrade` of its "
      "program "
      "first\")\n",
      message, revision.id, parents);
}

std::string new_revision_id() {
  const std::string id = Uuid::random().str();
  return id.substr(id.size() - 12);
}

}  // namespace retort::migrate
