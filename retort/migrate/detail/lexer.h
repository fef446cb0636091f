// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// A line of a revision file: names, numbers, punctuation, and SQL behind ":" up to the line's end.

#include <string>
#include <string_view>
#include <vector>

namespace retort::migrate::detail {

class Line {
 public:
  /// `path` must outlive it.
  Line(std::string_view text, std::string_view path, int number)
      : rest_(text), path_(path), number_(number) {}

  int number() const { return number_; }
  bool done();
  /// A bare word or a name in double quotes.
  std::string name(std::string_view what);
  /// The next word if it is this one.
  bool accept(std::string_view word);
  /// The next character if it is this one.
  bool accept(char c);
  void expect(char c);
  int integer(std::string_view what);
  /// "(a, b)"
  std::vector<std::string> names();
  /// Behind ":": all that is left, not empty.
  std::string sql();
  void finish();
  [[noreturn]] void fail(const std::string& what) const;

 private:
  void skip();
  std::string_view rest_;
  std::string_view path_;
  int number_;
};

/// As Line::name reads it.
std::string quoted_name(std::string_view name);

}  // namespace retort::migrate::detail
