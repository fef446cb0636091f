// SPDX-License-Identifier: BSD-3-Clause
#include "retort/value/detail/method_call.h"

#include <fmt/format.h>

namespace retort::detail {
namespace {

const char* type_of(const Value& self) { return self.is_bytes() ? "bytes" : "str"; }
const char* plural(std::size_t count) { return count == 1 ? "" : "s"; }

}  // namespace

MethodCall::MethodCall(const Signature& signature, const Value& self, const CallArguments& call)
    : self_(self),
      text_(self.is_bytes() ? self.as_bytes() : self.as_string()),
      evaluator_(call.evaluator ? call.evaluator : &unbounded_) {
  const bool keywords = signature.form == Signature::Form::keywords;
  if (!keywords && !call.named.empty())
    throw TypeError(fmt::format("{}.{}() takes no keyword arguments", type_of(self), signature.name));
  check_count(signature, call.positional.size() + call.named.size());
  for (std::size_t i = 0; i < call.positional.size(); ++i) values_[i] = &call.positional[i];
  if (keywords) bind_keywords(signature, call);
}

void MethodCall::check_count(const Signature& signature, std::size_t count) const {
  if (count >= signature.least && count <= signature.most) return;
  const bool few = count < signature.least;
  const std::size_t limit = few ? signature.least : signature.most;
  const char* const side = few ? "least" : "most";
  if (signature.form != Signature::Form::plain) {
    throw TypeError(fmt::format("{}() takes at {} {} argument{} ({} given)", signature.name, side, limit,
                                plural(limit), count));
  }
  if (signature.most == 0)
    throw TypeError(
        fmt::format("{}.{}() takes no arguments ({} given)", type_of(self_), signature.name, count));
  if (signature.least == 1 && signature.most == 1) {
    throw TypeError(
        fmt::format("{}.{}() takes exactly one argument ({} given)", type_of(self_), signature.name, count));
  }
  throw TypeError(fmt::format("{} expected at {} {} argument{}, got {}", signature.name, side, limit,
                              plural(limit), count));
}

void MethodCall::bind_keywords(const Signature& signature, const CallArguments& call) {
  for (const Value::Member& member : call.named) {
    std::size_t i = 0;
    while (i < signature.most && member.key != signature.names[i]) ++i;
    if (i == signature.most) {
      throw TypeError(
          fmt::format("'{}' is an invalid keyword argument for {}()", member.key, signature.name));
    }
    if (values_[i]) {
      throw TypeError(fmt::format("argument for {}() given by name ('{}') and position ({})", signature.name,
                                  member.key, i + 1));
    }
    values_[i] = &member.value;
  }
}

std::int64_t MethodCall::integer(std::size_t i) const {
  const Value& value = *values_[i];
  if (value.is_int()) return value.as_int();
  if (value.is_bool()) return value.as_bool();
  throw TypeError(fmt::format("'{}' object cannot be interpreted as an integer", value.type_name()));
}

std::int64_t MethodCall::bound(std::size_t i, std::int64_t otherwise) const {
  if (!given(i)) return otherwise;
  const Value& value = *values_[i];
  if (value.is_int()) return value.as_int();
  if (value.is_bool()) return value.as_bool();
  throw TypeError("slice indices must be integers or None or have an __index__ method");
}

std::string_view MethodCall::text(std::size_t i, std::string_view what) const {
  const Value& value = *values_[i];
  if (value.is_string()) return value.as_string();
  const bool none = value.is_none() && !what.empty();
  throw TypeError(fmt::format("{}must be str, not {}", what, none ? "None" : value.type_name()));
}

Value MethodCall::like_self(std::string_view result) const {
  if (self_.is_markup()) return Value::markup(result);
  return self_.is_bytes() ? Value::bytes(result) : Value(result);
}

std::size_t bounded_size(std::size_t a, std::size_t b, std::size_t c) {
  std::size_t out = 0;
  if (__builtin_mul_overflow(a, b, &out) || __builtin_add_overflow(out, c, &out)) return SIZE_MAX;
  return out;
}

}  // namespace retort::detail
