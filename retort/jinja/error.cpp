// SPDX-License-Identifier: BSD-3-Clause
#include "retort/jinja/error.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "retort/base/utf8.h"
#include "retort/jinja/detail/way.h"

namespace retort::jinja {
namespace {

constexpr int kLinesAround = 2;
constexpr std::size_t kLineBytes = 160;
constexpr std::size_t kMaxFrames = 16;

bool continues(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0u) == 0x80u;
}

// The part of a long line that shows the column; moves the column with it.
std::string_view window(std::string_view line, int& column) {
  if (line.size() <= kLineBytes) return line;
  std::size_t begin = 0;
  const auto at = static_cast<std::size_t>(std::max(column - 1, 0));
  if (at > kLineBytes / 2) begin = std::min(at - kLineBytes / 2, line.size() - kLineBytes);
  while (continues(line, begin)) ++begin;
  std::size_t end = std::min(begin + kLineBytes, line.size());
  while (continues(line, end)) --end;
  if (column > 0) column -= static_cast<int>(begin);
  return line.substr(begin, end - begin);
}

// What puts a caret under the column: tabs stay tabs.
std::string indent_to(std::string_view line, int column) {
  std::string out;
  for (std::size_t i = 0; i < line.size() && static_cast<int>(i) + 1 < column; ++i) {
    if (!continues(line, i)) out += line[i] == '\t' ? '\t' : ' ';
  }
  return out;
}

std::string missing_message(const std::vector<std::string>& templates) {
  return fmt::format("none of the templates given were found: {}", fmt::join(templates, ", "));
}

}  // namespace

TemplateError::TemplateError(const std::string& message)
    : std::runtime_error(message), message_(message), what_(message) {}

TemplateError::TemplateError(const std::string& message, ErrorLocation location)
    : std::runtime_error(message), message_(message), location_(std::move(location)) {
  describe();
}

void TemplateError::locate(ErrorLocation location) {
  if (located()) return;
  location_ = std::move(location);
  describe();
}

void TemplateError::show_source(std::string_view source) {
  if (!located() || !source_lines_.empty()) return;
  const int last = line() + kLinesAround;
  first_source_line_ = std::max(line() - kLinesAround, 1);
  int number = 1;
  for (std::size_t at = 0; at <= source.size() && number <= last; ++number) {
    const std::size_t end = std::min(source.find('\n', at), source.size());
    if (number >= first_source_line_) {
      int column = number == line() ? location_.column : 0;
      const std::string_view shown = window(source.substr(at, end - at), column);
      source_lines_.emplace_back(utf8::valid(shown) ? std::string(shown) : utf8::replace_invalid(shown));
      if (number == line()) caret_ = column;
    }
    at = end + 1;
  }
  if (number <= line()) source_lines_.clear();  // the source has no such line
  while (!source_lines_.empty() && first_source_line_ + static_cast<int>(source_lines_.size()) - 1 > line() &&
         source_lines_.back().empty()) {
    source_lines_.pop_back();
  }
  describe();
}

void TemplateError::add_frame(ErrorFrame frame) {
  if (frames_.size() == kMaxFrames) return;
  frames_.push_back(std::move(frame));
  describe();
}

void TemplateError::suggest(std::string name) {
  if (name.empty() || !suggestion_.empty()) return;
  suggestion_ = std::move(name);
  describe();
}

void TemplateError::add_note(std::string note) {
  if (!note_.empty()) return;
  note_ = std::move(note);
  describe();
}

void TemplateError::describe() {
  what_ = message_;
  if (!suggestion_.empty()) fmt::format_to(std::back_inserter(what_), " (did you mean `{}`?)", suggestion_);
  if (located()) {
    const std::string& file = filename().empty() ? template_name() : filename();
    what_ += file.empty() ? fmt::format("\n  line {}", line())
                          : fmt::format("\n  File \"{}\", line {}", file, line());
  }
  for (std::size_t i = 0; i < source_lines_.size(); ++i) {
    const int number = first_source_line_ + static_cast<int>(i);
    fmt::format_to(std::back_inserter(what_), "\n{} {:>5} | {}", number == line() ? "  >" : "   ", number,
                   source_lines_[i]);
    if (number == line() && caret_ > 0) {
      fmt::format_to(std::back_inserter(what_), "\n          | {}^", indent_to(source_lines_[i], caret_));
    }
  }
  for (const ErrorFrame& frame : frames_) {
    fmt::format_to(std::back_inserter(what_), "\n  from {}", frame.what);
    if (!frame.template_name.empty())
      fmt::format_to(std::back_inserter(what_), " in {}", frame.template_name);
    if (frame.line > 0) fmt::format_to(std::back_inserter(what_), ", line {}", frame.line);
  }
  if (!note_.empty()) what_ += "\n  " + note_;
}

namespace {

struct Way {
  std::exception_ptr error;  // kept, so that no other one gets its address
  TemplateError place{""};
};

thread_local std::unique_ptr<Way> t_way;

}  // namespace

const TemplateError* way_of(const std::exception_ptr& error) noexcept {
  return t_way && t_way->error == error ? &t_way->place : nullptr;
}

TemplateError& detail::make_way(const std::exception_ptr& error) {
  if (!t_way || t_way->error != error) {
    t_way = std::make_unique<Way>();
    t_way->error = error;
  }
  return t_way->place;
}

TemplateNotFound::TemplateNotFound(std::string template_name)
    : TemplateError(template_name), templates_{std::move(template_name)} {}

TemplateNotFound::TemplateNotFound(std::string template_name, const std::string& message)
    : TemplateError(message), templates_{std::move(template_name)} {}

TemplateNotFound::TemplateNotFound(std::vector<std::string> templates, const std::string& message)
    : TemplateError(message), templates_(std::move(templates)) {}

TemplatesNotFound::TemplatesNotFound(std::vector<std::string> templates)
    : TemplateNotFound(templates, missing_message(templates)) {}

TemplatesNotFound::TemplatesNotFound(std::vector<std::string> templates, const std::string& message)
    : TemplateNotFound(std::move(templates), message) {}

}  // namespace retort::jinja
