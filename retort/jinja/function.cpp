// SPDX-License-Identifier: BSD-3-Clause
#include "retort/jinja/function.h"

#include <fmt/format.h>

#include "retort/jinja/detail/suggest.h"
#include "retort/jinja/error.h"
#include "retort/value/error.h"
#include "retort/value/iterate.h"
#include "retort/value/undefined.h"
#include "retort/value/view_type.h"

namespace retort::jinja {

namespace detail {

void Signature::bind(const CallArguments& arguments, const Value** values) const {
  const std::size_t count = parameters.size();
  if (arguments.positional.size() > count) {
    throw TypeError(fmt::format("{}() takes {} argument{} but {} were given", name, count,
                                count == 1 ? "" : "s", arguments.positional.size()));
  }
  for (std::size_t i = 0; i < arguments.positional.size(); ++i) values[i] = &arguments.positional[i];
  for (const Value::Member& member : arguments.named) {
    std::size_t i = 0;
    while (i < count && parameters[i] != member.key) ++i;
    if (i == count) refuse_keyword(member.key);
    if (values[i])
      throw TypeError(fmt::format("{}() got multiple values for argument '{}'", name, member.key));
    values[i] = &member.value;
  }
  for (std::size_t i = 0; i < required; ++i) {
    if (!values[i]) throw TypeError(fmt::format("{}() missing its {}", name, label(i)));
  }
}

std::string Signature::label(std::size_t parameter) const {
  return parameter < named ? fmt::format("argument '{}'", parameters[parameter]) : parameters[parameter];
}

void Signature::refuse_keyword(std::string_view keyword) const {
  OperationError error("TypeError",
                       fmt::format("{}() got an unexpected keyword argument '{}'", name, keyword));
  Suggestion suggestion(keyword);
  suggestion.offer_all(parameters);
  error.suggest(suggestion.best());
  throw error;
}

void Signature::fail(std::size_t parameter, const Value& value, const std::string& problem) const {
  if (value.is_undefined()) fail_undefined(value);
  throw TypeError(fmt::format("{}(): {}: {}", name, label(parameter), problem));
}

namespace {

Value plain_at(const Value& value, Evaluator& evaluator, int depth) {
  if (depth > kMaxValueDepth) throw RecursionError("values are nested too deeply");
  if (value.is_view()) return plain_at(value.view_type().copy(value.view_target()), evaluator, depth + 1);
  if (value.is_dict()) {
    Value out = Value::dict();
    for (const Value::Entry& entry : value.entries())
      out.set(entry.key, plain_at(entry.value, evaluator, depth + 1));
    return out;
  }
  if (!value.is_sequence() && !(value.is_object() && is_iterable(value))) return value;
  Value out = Value::list();
  for_each(value, evaluator, [&](const Value& item) {
    evaluator.charge(sizeof(Value));
    out.push_back(plain_at(item, evaluator, depth + 1));
    return true;
  });
  return out;
}

}  // namespace

Value plain_value(const Value& value, Evaluator& evaluator) { return plain_at(value, evaluator, 0); }

}  // namespace detail

NativeFunction NativeFunction::raw(Call call) {
  NativeFunction out;
  out.call_ = std::move(call);
  return out;
}

NativeFunction::NativeFunction(std::size_t count, std::size_t required,
                               std::initializer_list<std::string_view> parameters)
    : signature_(new detail::Signature) {
  for (const std::string_view parameter : parameters) signature_->parameters.emplace_back(parameter);
  signature_->named = signature_->parameters.size();
  while (signature_->parameters.size() < count)
    signature_->parameters.push_back(fmt::format("argument {}", signature_->parameters.size() + 1));
  signature_->required = required;
}

void NativeFunction::set_name(std::string_view name) {
  if (signature_) signature_->name = name;
}

}  // namespace retort::jinja
