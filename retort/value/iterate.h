// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Walking any value that Python can iterate: lists, tuples, keys of dicts, code points of
// text, objects; and the iterable objects that Python's built-ins return: range, dict
// views, generators.

#include <cstddef>
#include <cstdint>

#include "retort/base/function.h"
#include "retort/value/evaluator.h"
#include "retort/value/object.h"
#include "retort/value/value.h"

namespace retort {

/// The items of `value`, one at a time. The iterator holds the value. TypeError ("'int'
/// object is not iterable"); an undefined value answers as its Undefined does. A list that
/// grows during the walk is walked to its new end, as Python does.
Owned<ValueIterator> iterate(const Value& value);
bool is_iterable(const Value& value);

/// Calls f(item) for each item until f returns false.
void for_each(const Value& value, Evaluator& evaluator, const Function<bool(const Value&)>& f);
/// list(value): a new list; each item is charged.
Value to_list(const Value& value, Evaluator& evaluator);
Value to_tuple(const Value& value, Evaluator& evaluator);
/// sorted(value): a stable sort by key (none: the items themselves).
Value sorted(const Value& value, const Function<Value(const Value&)>& key, bool reverse,
             Evaluator& evaluator);

/// range(start, stop, step): an object with length, items, slices, containment, repr.
Value make_range(std::int64_t start, std::int64_t stop, std::int64_t step);
/// Python's range(*args) as called.
Value range_of(const CallArguments& arguments);

/// An object that can be walked once: what a generator, map() or reversed() returns.
/// `type` is what its repr shows ("generator").
/// All walks over it share one: what one took, another does not see.
Value make_generator(std::string_view type, Owned<ValueIterator> items);
/// reversed(value): a generator over lists, tuples, text, dicts and what else Python can walk
/// backwards. TypeError ("'generator' object is not reversible").
Value reversed(const Value& value, Evaluator& evaluator);

/// dict.keys(), dict.values(), dict.items(): live views.
Value dict_keys(const Value& dict);
Value dict_values(const Value& dict);
Value dict_items(const Value& dict);

}  // namespace retort
