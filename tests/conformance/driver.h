// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The conformance driver's frame: a table of operations, and the loop that reads a case,
// runs its operation and prints the answer. One thread, no state between cases.

#include <iosfwd>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/value/value.h"

namespace retort::conformance {

/// Thrown by an operation whose answer is an error: `{"error": {"type", "message", ...}}`.
struct Failure {
  std::string type;  ///< Python's class name: "NotFound"
  std::string message;
  Value members = Value::dict();  ///< what else the error object has: new_url, code, ...
};

/// Thrown by an operation that has no answer: `{"unsupported": reason}`.
struct Unsupported {
  std::string reason;
};

/// Gets the whole case, its tags decoded (tags.h); gives `got`.
using Op = Value (*)(const Value& test_case);

class Table {
 public:
  /// Precondition: no operation of this name is there.
  void add(std::string_view name, Op op);
  Op find(std::string_view name) const;

 private:
  std::vector<std::pair<std::string, Op>> ops_;
};

/// The error object of a Failure; for operations with errors inside their answer.
Value error_answer(const Failure& failure);

/// The line that answers `line`, without its end.
std::string answer(const Table& table, std::string_view line);

/// Answers every line of `in`, one at a time, until it ends.
void run(const Table& table, std::istream& in, std::ostream& out);

// What operations read their arguments with.

/// The case's `args`.
const Value& args(const Value& test_case);
/// A member that may be absent or null.
bool has(const Value& dict, std::string_view name);
/// Text; throws Failure TypeError when it is something else.
std::string_view text(const Value& dict, std::string_view name);
std::string_view text(const Value& dict, std::string_view name, std::string_view otherwise);
/// `{"value": value}`.
Value result(Value value);

}  // namespace retort::conformance
