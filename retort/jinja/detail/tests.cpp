// SPDX-License-Identifier: BSD-3-Clause
#include "retort/jinja/detail/tests.h"

#include <cstring>
#include <string>
#include <string_view>

#include "retort/jinja/detail/environment_impl.h"
#include "retort/jinja/detail/filter_support.h"
#include "retort/value/arguments.h"
#include "retort/value/error.h"
#include "retort/value/iterate.h"
#include "retort/value/operators.h"
#include "retort/value/undefined.h"
#include "retort/value/view_type.h"

namespace retort::jinja::detail {

namespace {

const Value& subject(std::string_view function, const CallArguments& call) {
  const Arguments args(function, {"value"}, 1, call);
  return args[0];  // the call's, which outlives the binding
}

bool has_remainder(Render& render, const Value& value, const Value& divisor, int remainder) {
  return ops::modulo(value, divisor, render) == Value(remainder);
}

}  // namespace

// Numbers.

Value test_odd(Render& render, const CallArguments& call) {
  return has_remainder(render, subject("test_odd", call), 2, 1);
}
Value test_even(Render& render, const CallArguments& call) {
  return has_remainder(render, subject("test_even", call), 2, 0);
}
Value test_divisibleby(Render& render, const CallArguments& call) {
  const Arguments args("test_divisibleby", {"value", "num"}, 2, call);
  return has_remainder(render, args[0], args[1], 0);
}

// Kinds.

Value test_defined(Render&, const CallArguments& call) {
  return !subject("test_defined", call).is_undefined();
}
Value test_undefined(Render&, const CallArguments& call) {
  return subject("test_undefined", call).is_undefined();
}
Value test_none(Render&, const CallArguments& call) { return subject("test_none", call).is_none(); }
Value test_boolean(Render&, const CallArguments& call) { return subject("test_boolean", call).is_bool(); }
Value test_true(Render&, const CallArguments& call) {
  const Value& value = subject("test_true", call);
  return value.is_bool() && value.as_bool();
}
Value test_false(Render&, const CallArguments& call) {
  const Value& value = subject("test_false", call);
  return value.is_bool() && !value.as_bool();
}
Value test_integer(Render&, const CallArguments& call) { return subject("test_integer", call).is_int(); }
Value test_float(Render&, const CallArguments& call) { return subject("test_float", call).is_double(); }
Value test_number(Render&, const CallArguments& call) {
  const Value& value = subject("test_number", call);
  return value.is_number() || value.is_bool();
}
Value test_string(Render&, const CallArguments& call) { return subject("test_string", call).is_string(); }
Value test_mapping(Render&, const CallArguments& call) { return is_mapping(subject("test_mapping", call)); }

// What can be called, as Python sees it: Undefined has a __call__, which fails.
Value test_callable(Render&, const CallArguments& call) {
  const Value& value = subject("callable", call);
  return value.is_undefined() || (value.is_object() && value.as_object().is_callable());
}

// What has a length and items by key or position.
Value test_sequence(Render&, const CallArguments& call) {
  const Value& value = subject("test_sequence", call);
  if (value.is_object()) {
    const std::string_view type = value.type_name();
    if (type == "dict_keys" || type == "dict_values" || type == "dict_items") return false;
  }
  try {
    value.size();
    return true;
  } catch (const EvaluationError&) {
    return false;
  }
}

Value test_iterable(Render&, const CallArguments& call) {
  const Value& value = subject("test_iterable", call);
  if (!value.is_undefined()) return is_iterable(value);
  iterate(value);  // what cannot be iterated at all says so
  return true;
}

Value test_escaped(Render& render, const CallArguments& call) {
  return own_html(render, subject("test_escaped", call)).is_markup();
}

// Text.

Value test_lower(Render& render, const CallArguments& call) {
  return call_method(render, to_str(render, subject("test_lower", call)), "islower");
}
Value test_upper(Render& render, const CallArguments& call) {
  return call_method(render, to_str(render, subject("test_upper", call)), "isupper");
}

// Comparisons.

// Python's `is`: the same box, or equal bits of the same kind.
Value test_sameas(Render&, const CallArguments& call) {
  const Arguments args("test_sameas", {"value", "other"}, 2, call);
  return std::memcmp(static_cast<const void*>(&args[0]), static_cast<const void*>(&args[1]), sizeof(Value)) ==
         0;
}

Value test_in(Render& render, const CallArguments& call) {
  const Arguments args("test_in", {"value", "seq"}, 2, call);
  return ops::contains(args[1], args[0], render);
}

Value test_eq(Render&, const CallArguments& call) {
  const Arguments args("eq", {"a", "b"}, 2, call);
  return args[0] == args[1];
}
Value test_ne(Render&, const CallArguments& call) {
  const Arguments args("ne", {"a", "b"}, 2, call);
  return !(args[0] == args[1]);
}
Value test_lt(Render&, const CallArguments& call) {
  const Arguments args("lt", {"a", "b"}, 2, call);
  return ops::less(args[0], args[1], "<");
}
Value test_le(Render&, const CallArguments& call) {
  const Arguments args("le", {"a", "b"}, 2, call);
  return ops::less_equal(args[0], args[1], "<=");
}
Value test_gt(Render&, const CallArguments& call) {
  const Arguments args("gt", {"a", "b"}, 2, call);
  return ops::less(args[1], args[0], ">");
}
Value test_ge(Render&, const CallArguments& call) {
  const Arguments args("ge", {"a", "b"}, 2, call);
  return ops::less_equal(args[1], args[0], ">=");
}

// The environment.

Value test_filter(Render& render, const CallArguments& call) {
  const Value& name = subject("test_filter", call);
  name.hash();
  return name.is_string() && static_cast<bool>(render.environment().impl().filter(name.as_string()));
}
Value test_test(Render& render, const CallArguments& call) {
  const Value& name = subject("test_test", call);
  name.hash();
  return name.is_string() && static_cast<bool>(render.environment().impl().test(name.as_string()));
}

}  // namespace retort::jinja::detail
