// SPDX-License-Identifier: BSD-3-Clause
#include "retort/jinja/function.h"

#include <fmt/format.h>

#include "retort/value/error.h"

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
    if (i == count)
      throw TypeError(fmt::format("{}() got an unexpected keyword argument '{}'", name, member.key));
    if (values[i])
      throw TypeError(fmt::format("{}() got multiple values for argument '{}'", name, member.key));
    values[i] = &member.value;
  }
  for (std::size_t i = 0; i < required; ++i) {
    if (!values[i]) throw TypeError(fmt::format("{}() missing its argument '{}'", name, parameters[i]));
  }
}

void Signature::fail(std::size_t parameter, const std::string& problem) const {
  throw TypeError(fmt::format("{}(): argument '{}': {}", name, parameters[parameter], problem));
}

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
  while (signature_->parameters.size() < count)
    signature_->parameters.push_back(fmt::format("argument {}", signature_->parameters.size() + 1));
  signature_->required = required;
}

void NativeFunction::set_name(std::string_view name) {
  if (signature_) signature_->name = name;
}

}  // namespace retort::jinja
