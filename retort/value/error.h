// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What operations on values throw when a program or a template uses a value as something
// that it is not. The names are Python's, so that templates can report them as Jinja does.

#include <stdexcept>

namespace retort {

class EvaluationError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  /// Its name in Python: "TypeError".
  virtual const char* name() const noexcept = 0;
};

/// An operation on a value of the wrong kind: as_int() of a string, a list as a dict's key.
class TypeError : public EvaluationError {
 public:
  using EvaluationError::EvaluationError;
  const char* name() const noexcept override { return "TypeError"; }
};

/// A key that a dict does not have.
class KeyError : public EvaluationError {
 public:
  using EvaluationError::EvaluationError;
  const char* name() const noexcept override { return "KeyError"; }
};

/// A position outside a list.
class IndexError : public EvaluationError {
 public:
  using EvaluationError::EvaluationError;
  const char* name() const noexcept override { return "IndexError"; }
};

/// A value of the right kind that cannot be used: NaN as JSON, an integer beyond 64 bits.
class ValueError : public EvaluationError {
 public:
  using EvaluationError::EvaluationError;
  const char* name() const noexcept override { return "ValueError"; }
};

/// An attribute that an object does not have, where that is no undefined value.
class AttributeError : public EvaluationError {
 public:
  using EvaluationError::EvaluationError;
  const char* name() const noexcept override { return "AttributeError"; }
};

/// An integer that would leave 64 bits, a real that would leave its range.
class OverflowError : public EvaluationError {
 public:
  using EvaluationError::EvaluationError;
  const char* name() const noexcept override { return "OverflowError"; }
};

class ZeroDivisionError : public EvaluationError {
 public:
  using EvaluationError::EvaluationError;
  const char* name() const noexcept override { return "ZeroDivisionError"; }
};

/// A dict that changed while it was walked.
class RuntimeError : public EvaluationError {
 public:
  using EvaluationError::EvaluationError;
  const char* name() const noexcept override { return "RuntimeError"; }
};

/// Values nested deeper than kMaxValueDepth where an operation has to descend; templates
/// that call one another deeper than their limit.
class RecursionError : public EvaluationError {
 public:
  using EvaluationError::EvaluationError;
  const char* name() const noexcept override { return "RecursionError"; }
};

/// A use of an undefined value that it does not allow.
class UndefinedError : public EvaluationError {
 public:
  using EvaluationError::EvaluationError;
  const char* name() const noexcept override { return "UndefinedError"; }
};

/// More steps, bytes or output than an evaluation may use.
class LimitError : public EvaluationError {
 public:
  using EvaluationError::EvaluationError;
  const char* name() const noexcept override { return "LimitError"; }
};

}  // namespace retort
