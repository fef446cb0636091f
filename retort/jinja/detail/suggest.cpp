// SPDX-License-Identifier: BSD-3-Clause
#include "retort/jinja/detail/suggest.h"

#include <algorithm>
#include <exception>

#include "retort/jinja/detail/builtins.h"
#include "retort/jinja/detail/environment_impl.h"
#include "retort/jinja/detail/rendering.h"
#include "retort/jinja/environment.h"
#include "retort/jinja/undefined.h"
#include "retort/value/methods.h"
#include "retort/value/object.h"
#include "retort/value/view_type.h"

namespace retort::jinja::detail {

namespace {

constexpr std::size_t kMaxOffers = 10'000;
constexpr std::size_t kMaxName = 80;
constexpr std::size_t kCaseAlone = 1;  // the distance of names that differ in case alone

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool equal_but_for_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

/// How many letters are to be added, removed, replaced or swapped with their neighbour; at
/// most `limit` + 1.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit) {
  std::size_t rows[3][kMaxName + 1];
  std::size_t *before = rows[0], *last = rows[1], *row = rows[2];
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    std::size_t least = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
      least = std::min(least, row[j]);
    }
    if (least > limit) return limit + 1;
    std::size_t* free = before;
    before = last;
    last = row;
    row = free;
  }
  return last[b.size()];
}

}  // namespace

void Suggestion::offer(std::string_view name) {
  if (++offered_ > kMaxOffers || name.empty() || name == misspelt_) return;
  if (name.front() == '_' && !misspelt_.starts_with('_')) return;
  const std::size_t longer = std::max(name.size(), misspelt_.size());
  const std::size_t shorter = std::min(name.size(), misspelt_.size());
  const std::size_t limit = std::max<std::size_t>(1, longer / 3);
  if (longer > kMaxName || longer - shorter > limit || shorter == 0) return;
  std::size_t distance = kCaseAlone;
  if (!equal_but_for_case(misspelt_, name)) {
    const std::size_t edits = edit_distance(misspelt_, name, limit);
    if (edits > limit || edits >= longer) return;
    distance = 2 * edits;
  }
  const bool closer = best_.empty() || distance < distance_ || (distance == distance_ && name < best_);
  if (!closer) return;
  best_ = name;
  distance_ = distance;
}

namespace {

ValueSpan<Method> methods_of(Value::Kind kind) {
  using namespace retort::detail;
  switch (kind) {
    case Value::Kind::string:
      return str_methods();
    case Value::Kind::markup:
      return markup_methods();
    case Value::Kind::list:
      return list_methods();
    case Value::Kind::tuple:
      return tuple_methods();
    case Value::Kind::dict:
      return dict_methods();
    default:
      return {};
  }
}

}  // namespace

void Suggestion::offer_members(const Value& object) {
  if (object.is_view()) {
    if (object.view_type().shape() != ViewType::Shape::sequence)
      offer_members(object.view_type().copy(object.view_target()));
  } else if (object.is_dict()) {
    for (const Value::Entry& entry : object.entries()) {
      if (offered_ > kMaxOffers) return;
      if (entry.key.is_string()) offer(entry.key.as_string());
    }
  } else if (object.is_object()) {
    const Value names = object.as_object().attribute_names();
    if (!names.is_sequence()) return;
    for (const Value& name : names.items()) {
      if (name.is_string()) offer(name.as_string());
    }
  }
  for (const Method& method : methods_of(object.kind())) offer(method.name);
}

void Suggestion::offer_all(const std::vector<std::string>& names) {
  for (const std::string& name : names) offer(name);
}

namespace {

void offer_variables(Suggestion& suggestion, const Frame& innermost) {
  for (const Frame* frame = &innermost; frame; frame = frame->parent) {
    const Span<const std::string_view> names = frame->code.slot_names;
    for (std::size_t i = 0; i < names.size(); ++i) {
      const Value& value = frame->slots[i];
      if (!value.is_undefined()) suggestion.offer(names[i]);
    }
  }
  for (const Context* context = innermost.context; context; context = context->parent.get()) {
    for (const auto& [name, value] : context->vars) suggestion.offer(name);
    for (const auto& [name, value] : context->locals) suggestion.offer(name);
    suggestion.offer_members(context->arguments);
  }
  const Environment* environment = innermost.code.program->environment;
  for (; environment; environment = environment->impl().base)
    suggestion.offer_members(environment->impl().globals);
}

using Table = ValueSpan<Builtin>;
using Functions = std::map<std::string, NativeFunction, std::less<>>;

std::string suggest_function(const Environment& environment, std::string_view name,
                             Functions Environment::Impl::*own, Table builtins) {
  Suggestion suggestion(name);
  for (const Environment* here = &environment; here; here = here->impl().base) {
    for (const auto& [known, function] : here->impl().*own) suggestion.offer(known);
  }
  for (const Builtin& builtin : builtins) suggestion.offer(builtin.name);
  return suggestion.best();
}

}  // namespace

std::string suggest_for(const UndefinedInfo& info, const Frame& frame) {
  if (!info.name.is_string() || info.unsafe) return {};
  Suggestion suggestion(info.name.as_string());
  try {
    if (!info.among.is_undefined()) {
      suggestion.offer_members(info.among);
    } else if (!info.hint.empty()) {
      return {};  // the message has its own reason
    } else if (info.object.is_undefined()) {
      offer_variables(suggestion, frame);
    } else {
      suggestion.offer_members(info.object);
    }
  } catch (const std::exception&) {
    return {};  // an object that does not tell its names
  }
  return suggestion.best();
}

std::string suggest_filter(const Environment& environment, std::string_view name) {
  return suggest_function(environment, name, &Environment::Impl::filters, builtin_filters());
}

std::string suggest_test(const Environment& environment, std::string_view name) {
  return suggest_function(environment, name, &Environment::Impl::tests, builtin_tests());
}

std::string suggest_template(const Environment& environment, const std::vector<std::string>& names) {
  std::vector<std::string> known;
  try {
    known = environment.list_templates();
  } catch (const std::exception&) {
    return {};
  }
  std::string best;
  std::size_t distance = SIZE_MAX;
  for (const std::string& name : names) {
    Suggestion suggestion(name);
    suggestion.offer_all(known);
    if (suggestion.best().empty() || suggestion.distance() >= distance) continue;
    best = suggestion.best();
    distance = suggestion.distance();
  }
  return best;
}

}  // namespace retort::jinja::detail
