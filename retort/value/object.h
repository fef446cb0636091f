// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Object: what a program's own type implements to be a Value: seen by templates, written
// as JSON. Every function has a default, which answers as a Python object without that
// method does. An Object belongs to its value's thread; once frozen, const functions are
// called from any thread.

#include <cstddef>
#include <string>
#include <string_view>

#include "retort/base/owned.h"
#include "retort/value/value.h"

namespace retort {

class Evaluator;

/// Walks an object's items, one at a time.
class ValueIterator {
 public:
  virtual ~ValueIterator() = default;
  /// The next item into `out`; false at the end.
  virtual bool next(Value& out) = 0;
};

/// What a call passes: `f(1, 2, name="x")`.
struct CallArguments {
  Value::Items positional;
  ValueSpan<Value::Member> named;
  Evaluator* evaluator = nullptr;  ///< who calls; null outside of any
};

class Object {
 public:
  virtual ~Object() = default;

  /// The type's name for messages: "User".
  virtual std::string_view type_name() const = 0;

  /// `object.name`; undefined when there is none.
  virtual Value attribute(std::string_view name) const;
  /// `object[key]`; undefined when there is none.
  virtual Value item(const Value& key) const;
  /// `object.name = value`; false when it cannot be set.
  virtual bool set_attribute(std::string_view name, const Value& value);
  /// The names of the attributes that a listing of the object shows (JSON, dictsort).
  virtual Value attribute_names() const;
  /// `object(...)`; throws TypeError when it is not callable.
  virtual Value call(const CallArguments& arguments) const;
  virtual bool is_callable() const;
  /// Whether templates in a sandbox may call it (not Jinja's unsafe_callable, alters_data).
  virtual bool is_safe_callable() const;
  /// The items for a loop; null when it cannot be iterated.
  virtual Owned<ValueIterator> iterate() const;
  /// The items from the last to the first; null when it cannot be walked backwards.
  virtual Owned<ValueIterator> iterate_reversed() const;
  /// `needle in object` into `out`; false when it leaves that to a walk over its items.
  virtual bool contains(const Value& needle, bool& out) const;
  /// `object[start:stop:step]`, left-out parts none; undefined when it cannot be sliced.
  virtual Value slice(const Value& start, const Value& stop, const Value& step) const;
  /// The number of items into `out`; false when it has none.
  virtual bool length(std::size_t& out) const;
  /// Truth; by default a length of zero is false, all else true.
  virtual bool truthy() const;

  /// Appends str(object); by default its repr.
  virtual void append_str(std::string& out) const;
  /// Appends repr(object); by default "<type_name object>".
  virtual void append_repr(std::string& out) const;
  /// Appends the safe HTML that stands for it (`__html__`); false when it has none.
  virtual bool append_html(std::string& out) const;
  /// What stands for it in JSON; undefined when nothing does.
  virtual Value to_json() const;

  /// Equality with another object; by default identity.
  virtual bool equals(const Object& other) const;
  /// Equality with a value that is no object; by default false.
  virtual bool equals_value(const Value& other) const;
  /// Must agree with equals(); by default identity.
  virtual std::size_t hash() const;
  /// Before the object is shared by threads; what it holds must not change any more.
  virtual void freeze();
};

}  // namespace retort
