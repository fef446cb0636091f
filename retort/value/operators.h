// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Python's operators on Values, with Python's errors: TypeError ("unsupported operand
// type(s) for +: 'int' and 'str'"), ZeroDivisionError, and OverflowError where an integer
// would leave 64 bits. Text that meets Markup is escaped, as MarkupSafe does. An undefined
// operand fails as its Undefined says. What grows is charged to the evaluator.

#include "retort/value/evaluator.h"
#include "retort/value/value.h"

namespace retort::ops {

Value add(const Value& a, const Value& b, Evaluator& evaluator);
Value subtract(const Value& a, const Value& b, Evaluator& evaluator);
Value multiply(const Value& a, const Value& b, Evaluator& evaluator);
Value divide(const Value& a, const Value& b, Evaluator& evaluator);        ///< `/`
Value floor_divide(const Value& a, const Value& b, Evaluator& evaluator);  ///< `//`
/// `%`: of numbers, or percent formatting of text.
Value modulo(const Value& a, const Value& b, Evaluator& evaluator);
Value power(const Value& a, const Value& b, Evaluator& evaluator);
Value negative(const Value& a);
Value positive(const Value& a);

/// `a == b`; each value that it has to enter is a step.
bool equal(const Value& a, const Value& b, Evaluator& evaluator);
/// `a < b`; TypeError where Python has no order. `sign` is the operator in the message:
/// `a > b` is less(b, a, ">"), `a >= b` is less_equal(b, a, ">="), whose messages name a first.
bool less(const Value& a, const Value& b, const char* sign = "<");
bool less_equal(const Value& a, const Value& b, const char* sign = "<=");
/// `needle in haystack`.
bool contains(const Value& haystack, const Value& needle, Evaluator& evaluator);
/// `a ~ b ~ ...` (Jinja's markup_join and str_join): the str() of all in a row. With
/// `autoescape`, when any is Markup, the others are escaped and the whole is Markup; without,
/// it is a str of them as they are.
Value concatenate(Value::Items parts, bool autoescape, Evaluator& evaluator);

/// `object[key]` of text, bytes, lists, tuples, dicts and objects (negative positions count
/// from the end); undefined when there is no such item or no items at all. An undefined
/// object answers as its Undefined does.
Value item(const Value& object, const Value& key);
/// `object[start:stop:step]`; parts that are left out are none. TypeError for what cannot
/// be sliced; ValueError for a step of zero.
Value slice(const Value& object, const Value& start, const Value& stop, const Value& step,
            Evaluator& evaluator);

/// Python's round(number, digits): correctly rounded from the exact value, half to even.
/// OverflowError where the result leaves the range.
double round_half_even(double number, int digits);
/// int(value): of numbers and text ("12", " 1_000 ", with `base`). ValueError, TypeError;
/// OverflowError beyond 64 bits.
Value to_integer(const Value& value, int base = 10);
/// float(value). ValueError, TypeError.
double to_double(const Value& value);

}  // namespace retort::ops
