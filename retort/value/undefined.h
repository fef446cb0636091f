// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Undefined: what may stand behind an undefined Value, to tell where it comes from and how
// it answers (Jinja's Undefined classes). A plain undefined Value has none.

#include <string>

#include "retort/value/object.h"

namespace retort {

/// Its defaults are Jinja's Undefined: it prints as nothing, is false, iterates as empty,
/// and any other use fails with its message.
class Undefined : public Object {
 public:
  /// "'name' is undefined".
  virtual std::string message() const = 0;
  /// Throws the UndefinedError, after failing().
  [[noreturn]] void fail() const;
  /// Is told of each use that fails; may throw something of its own. By default nothing.
  virtual void failing() const;

  std::string_view type_name() const override { return "Undefined"; }
  Value attribute(std::string_view name) const override;
  Value item(const Value& key) const override;
  Value call(const CallArguments& arguments) const override;
  Owned<ValueIterator> iterate() const override;
  bool length(std::size_t& out) const override;
  bool truthy() const override;
  void append_str(std::string& out) const override;
  void append_repr(std::string& out) const override;
  bool equals(const Object& other) const override;
  bool equals_value(const Value& other) const override;
  std::size_t hash() const override;
};

/// Throws what the use of an undefined value throws.
[[noreturn]] void fail_undefined(const Value& value);

}  // namespace retort
