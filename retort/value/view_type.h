// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// ViewType: how a C++ type is seen through Value::view, without a copy. Views of the usual
// types are made by reflection (view.h); a class that wants its own may derive from this.
// Implementations are stateless, constant, static objects; called from any thread.

#include <cstddef>
#include <string_view>

#include "retort/value/object.h"
#include "retort/value/value.h"

namespace retort {

class ViewType {
 public:
  enum class Shape : unsigned char {
    record,    ///< has attributes
    sequence,  ///< has items by position
    mapping,   ///< has items by key
  };

  virtual Shape shape() const = 0;
  virtual std::string_view type_name() const = 0;
  /// A dict or list with views of what the target holds: for all that a view does not do
  /// in place.
  virtual Value copy(const void* target) const = 0;

  /// `target.name`; undefined when there is none.
  virtual Value attribute(const void* target, std::string_view name) const;
  /// `target[key]`, and a mapping's `target.get(key)`; undefined when there is none. Negative
  /// positions count from the end.
  virtual Value item(const void* target, const Value& key) const;
  virtual bool length(const void* target, std::size_t& out) const;
  /// The items of a sequence, the keys of a mapping; null for a record.
  virtual Owned<ValueIterator> iterate(const void* target) const;

 protected:
  ~ViewType() = default;
};

}  // namespace retort
