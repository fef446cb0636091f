// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Tables of method calls with what Python answers: the repr of the result, or the error.

#include <initializer_list>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "retort/value/error.h"
#include "retort/value/evaluator.h"
#include "retort/value/methods.h"
#include "retort/value/object.h"
#include "retort/value/value.h"

namespace retort::test {

struct MethodCase {
  Value self;
  const char* method;
  std::vector<Value> positional;
  std::vector<Value::Member> named;
  const char* expected;
};

inline Value M(const char* html) { return Value::markup(html); }
/// A literal's bytes, zeros too.
template <std::size_t size>
Value B(const char (&bytes)[size]) {
  return Value::bytes({bytes, size - 1});
}
inline Value T(std::initializer_list<Value> items) { return Value::tuple(items); }
inline Value D(std::initializer_list<Value::Entry> entries) {
  Value out = Value::dict();
  for (const Value::Entry& entry : entries) out.set(entry.key, entry.value);
  return out;
}

inline const Method* method_named(ValueSpan<Method> methods, std::string_view name) {
  for (const Method& method : methods) {
    if (method.name == name) return &method;
  }
  return nullptr;
}

/// repr(result), or "TypeError: ...".
inline std::string outcome(ValueSpan<Method> methods, const MethodCase& c) {
  const Method* const method = method_named(methods, c.method);
  if (!method) return "no such method";
  Evaluator evaluator;
  const CallArguments call{
      {c.positional.data(), c.positional.size()}, {c.named.data(), c.named.size()}, &evaluator};
  try {
    return method->function(c.self, call).repr();
  } catch (const EvaluationError& error) {
    return std::string(error.name()) + ": " + error.what();
  }
}

inline void expect_outcomes(ValueSpan<Method> methods, const std::vector<MethodCase>& cases) {
  for (const MethodCase& c : cases) {
    std::string arguments;
    for (const Value& value : c.positional) arguments += value.repr() + ", ";
    EXPECT_EQ(outcome(methods, c), c.expected) << c.self.repr() << "." << c.method << "(" << arguments << ")";
  }
}

inline void expect_sorted(ValueSpan<Method> methods) {
  for (std::size_t i = 1; i < methods.size(); ++i) EXPECT_LT(methods[i - 1].name, methods[i].name);
}

}  // namespace retort::test
