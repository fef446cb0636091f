// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The filters, tests and globals that every environment begins with. Constant tables.

#include <string_view>

#include "retort/jinja/render.h"
#include "retort/value/object.h"
#include "retort/value/value.h"

namespace retort::jinja::detail {

/// A filter or test: `arguments` begin with the value that it is applied to.
using BuiltinFunction = Value (*)(Render& render, const CallArguments& arguments);

struct Builtin {
  std::string_view name;
  BuiltinFunction function;
};

/// Sorted by name; aliases ("e", "d", "count") have entries of their own.
ValueSpan<Builtin> builtin_filters();
ValueSpan<Builtin> builtin_tests();
/// A dict of range, dict, lipsum, cycler, joiner, namespace; frozen values.
Value builtin_globals();
/// An environment's policies at the start (Jinja's DEFAULT_POLICIES).
Value default_policies();

/// What `{% set ns.name = value %}` sets: null when `value` is no namespace().
Object* as_namespace(const Value& value);

}  // namespace retort::jinja::detail
