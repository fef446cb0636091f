// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What templates throw (jinja2.exceptions). Each knows the template, the line and, where it
// is known, the column, shows the source around it, and collects on its way out through
// which includes, macros and blocks it went. what() is all of that; message() is Jinja's.

#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace retort::jinja {

/// A place in a template's source. Line and column count from 1; 0 is unknown.
struct ErrorLocation {
  std::string template_name;
  std::string filename;
  int line = 0;
  int column = 0;  ///< in bytes
};

/// One step of the way that led to an error: what was entered ("include", "import",
/// "extends", "macro 'field'", "block 'body'"), and the place that entered it.
struct ErrorFrame {
  std::string template_name;
  std::string what;
  int line = 0;
};

class TemplateError : public std::runtime_error {
 public:
  explicit TemplateError(const std::string& message);
  TemplateError(const std::string& message, ErrorLocation location);

  /// Its name in Python: "TemplateSyntaxError".
  virtual const char* name() const noexcept { return "TemplateError"; }
  /// The message alone, as Jinja words it.
  const std::string& message() const noexcept { return message_; }
  /// The message, the suggestion, the place, the source around it with a caret, the frames.
  const char* what() const noexcept override { return what_.c_str(); }

  const std::string& template_name() const noexcept { return location_.template_name; }
  const std::string& filename() const noexcept { return location_.filename; }
  int line() const noexcept { return location_.line; }
  int column() const noexcept { return location_.column; }
  bool located() const noexcept { return location_.line > 0; }

  /// Says where it happened. The first to say so is right: later calls change nothing.
  void locate(ErrorLocation location);
  /// Shows the lines around line() of the template's source (long ones in part); the first
  /// call after locate() counts.
  void show_source(std::string_view source);
  /// The lines shown, and the number of the first.
  const std::vector<std::string>& source_lines() const noexcept { return source_lines_; }
  int first_source_line() const noexcept { return first_source_line_; }

  /// The name that was probably meant ("posts"); empty where none comes close. The first
  /// that is set stays.
  const std::string& suggestion() const noexcept { return suggestion_; }
  void suggest(std::string name);

  /// A line that what() ends with, as Python's add_note. The first that is added stays.
  void add_note(std::string note);

  /// Appended while it unwinds, the innermost first. A long recursion keeps the innermost.
  void add_frame(ErrorFrame frame);
  const std::vector<ErrorFrame>& frames() const noexcept { return frames_; }

 private:
  void describe();

  std::string message_;
  std::string suggestion_;
  std::string note_;
  ErrorLocation location_;
  std::vector<std::string> source_lines_;
  int first_source_line_ = 0;
  int caret_ = 0;  // the column in the shown line
  std::vector<ErrorFrame> frames_;
  std::string what_;
};

/// How an exception came through templates that is not theirs, but of a function that one of them called: an
/// error without a message, with the place of that call and the frames() from there on. Null unless it is the
/// last such exception of this thread, and Options::trace_exceptions was on.
const TemplateError* way_of(const std::exception_ptr& error) noexcept;

class TemplateSyntaxError : public TemplateError {
 public:
  using TemplateError::TemplateError;
  const char* name() const noexcept override { return "TemplateSyntaxError"; }
};

/// Well-formed source that cannot be compiled: an unknown filter, a block defined twice.
class TemplateAssertionError : public TemplateSyntaxError {
 public:
  using TemplateSyntaxError::TemplateSyntaxError;
  const char* name() const noexcept override { return "TemplateAssertionError"; }
};

/// A template that no loader has. The message is its name unless another is given.
class TemplateNotFound : public TemplateError {
 public:
  explicit TemplateNotFound(std::string template_name);
  TemplateNotFound(std::string template_name, const std::string& message);
  const char* name() const noexcept override { return "TemplateNotFound"; }
  /// The names that were looked for.
  const std::vector<std::string>& templates() const noexcept { return templates_; }

 protected:
  TemplateNotFound(std::vector<std::string> templates, const std::string& message);

 private:
  std::vector<std::string> templates_;
};

/// "none of the templates given were found: a, b".
class TemplatesNotFound : public TemplateNotFound {
 public:
  explicit TemplatesNotFound(std::vector<std::string> templates);
  TemplatesNotFound(std::vector<std::string> templates, const std::string& message);
  const char* name() const noexcept override { return "TemplatesNotFound"; }
};

class TemplateRuntimeError : public TemplateError {
 public:
  using TemplateError::TemplateError;
  const char* name() const noexcept override { return "TemplateRuntimeError"; }
};

/// A use of an undefined value that it does not allow.
class UndefinedError : public TemplateRuntimeError {
 public:
  using TemplateRuntimeError::TemplateRuntimeError;
  const char* name() const noexcept override { return "UndefinedError"; }
};

/// Something that the sandbox does not allow.
class SecurityError : public TemplateRuntimeError {
 public:
  using TemplateRuntimeError::TemplateRuntimeError;
  const char* name() const noexcept override { return "SecurityError"; }
};

/// A filter called with arguments that it cannot use.
class FilterArgumentError : public TemplateRuntimeError {
 public:
  using TemplateRuntimeError::TemplateRuntimeError;
  const char* name() const noexcept override { return "FilterArgumentError"; }
};

/// An operator, method or filter that failed as it fails in Python: name() is "TypeError".
class OperationError : public TemplateRuntimeError {
 public:
  OperationError(const char* name, const std::string& message) : TemplateRuntimeError(message), name_(name) {}
  const char* name() const noexcept override { return name_; }

 private:
  const char* name_;  // of static duration
};

}  // namespace retort::jinja
