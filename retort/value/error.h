// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What operations on values throw when a program uses a value as something that it is
// not. The names are Python's, so that templates can report them as Jinja does.

#include <stdexcept>

namespace retort {

/// An operation on a value of the wrong kind: as_int() of a string, a list as a dict's key.
class TypeError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A key that a dict does not have.
class KeyError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A position outside a list.
class IndexError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A value of the right kind that cannot be used: NaN as JSON, an integer beyond 64 bits.
class ValueError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Values nested deeper than kMaxValueDepth where an operation has to descend.
class RecursionError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace retort
