// SPDX-License-Identifier: BSD-3-Clause
// The methods of dict. A dict's entries are shared: a copy of the Value changes the same dict.
#include <iterator>
#include <string>

#include <fmt/format.h>

#include "retort/value/detail/builtin_call.h"
#include "retort/value/detail/operands.h"
#include "retort/value/error.h"
#include "retort/value/iterate.h"
#include "retort/value/methods.h"
#include "retort/value/undefined.h"
#include "retort/value/view_type.h"

namespace retort::detail {
namespace {

using Entry = Value::Entry;

// An entry that is new or replaces one; with the bounds of what an operation makes.
void put(Value& dict, const Value& key, const Value& value, Evaluator& evaluator) {
  const bool full = dict.entries().size() >= kMaxResultBytes / sizeof(Entry);
  evaluator.charge(full ? kMaxResultBytes + 1 : sizeof(Entry));
  dict.set(key, value);
}

Value clear(const Value& self, const CallArguments& arguments) {
  const BuiltinCall call("dict.clear", 0, 0, arguments);
  Value dict = self;
  dict.clear();
  return nullptr;
}

Value copy(const Value& self, const CallArguments& arguments) {
  BuiltinCall call("dict.copy", 0, 0, arguments);
  call.evaluator().charge(self.size() * sizeof(Entry));
  return self.copy();
}

Value from_keys(const Value&, const CallArguments& arguments) {
  BuiltinCall call("dict.fromkeys", 1, 2, arguments);
  const Value value = call.get(1, nullptr);
  Value out = Value::dict();
  for_each(call[0], call.evaluator(), [&](const Value& key) {
    put(out, key, value, call.evaluator());
    return true;
  });
  return out;
}

Value get(const Value& self, const CallArguments& arguments) {
  const BuiltinCall call("dict.get", 1, 2, arguments);
  call[0].hash();  // throws for what cannot be a key
  if (self.is_view()) {
    Value item = self.view_type().item(self.view_target(), call[0]);
    return item.is_undefined() ? call.get(1, nullptr) : item;
  }
  const Value* found = self.find(call[0]);
  return found ? *found : call.get(1, nullptr);
}

Value items(const Value& self, const CallArguments& arguments) {
  const BuiltinCall call("dict.items", 0, 0, arguments);
  return dict_items(self);
}

Value keys(const Value& self, const CallArguments& arguments) {
  const BuiltinCall call("dict.keys", 0, 0, arguments);
  return dict_keys(self);
}

Value pop(const Value& self, const CallArguments& arguments) {
  BuiltinCall call("dict.pop", 1, 2, arguments);
  call[0].hash();
  Value dict = self;
  const Value* found = dict.find(call[0]);
  if (!found) {
    if (call.size() == 2) return call[1];
    throw KeyError(call[0].repr());
  }
  Value value = *found;
  const Value::Entries entries = dict.entries();
  const auto after = reinterpret_cast<const char*>(entries.end()) - reinterpret_cast<const char*>(found);
  call.evaluator().step(static_cast<std::size_t>(after) / sizeof(Entry));  // those that move up
  dict.erase(call[0]);
  return value;
}

Value pop_item(const Value& self, const CallArguments& arguments) {
  const BuiltinCall call("dict.popitem", 0, 0, arguments);
  Value dict = self;
  const std::size_t size = dict.entries().size();
  if (size == 0) throw KeyError("'popitem(): dictionary is empty'");
  const Entry last = dict.entries()[size - 1];
  dict.erase(last.key);
  return Value::tuple({last.key, last.value});
}

Value set_default(const Value& self, const CallArguments& arguments) {
  BuiltinCall call("dict.setdefault", 1, 2, arguments);
  call[0].hash();
  if (const Value* found = self.find(call[0])) return *found;
  Value dict = self;
  Value value = call.get(1, nullptr);
  put(dict, call[0], value, call.evaluator());
  return value;
}

// Entries from whatever has keys() and items by key.
void update_from_keys(Value& dict, const Value& other, const Value& keys_method, Evaluator& evaluator) {
  const Value keys = evaluator.call(keys_method, {{}, {}, &evaluator});
  for_each(keys, evaluator, [&](const Value& key) {
    put(dict, key, evaluator.item(other, key), evaluator);
    return true;
  });
}

void update_from_pairs(Value& dict, const Value& pairs, Evaluator& evaluator) {
  std::size_t i = 0;
  for_each(pairs, evaluator, [&](const Value& pair) {
    if (!is_iterable(pair))
      throw TypeError(fmt::format("cannot convert dictionary update sequence element #{} to a sequence", i));
    const Value two = pair.is_sequence() ? pair : to_list(pair, evaluator);
    if (two.size() != 2)
      throw ValueError(
          fmt::format("dictionary update sequence element #{} has length {}; 2 is required", i, two.size()));
    put(dict, two[0], two[1], evaluator);
    ++i;
    return true;
  });
}

void update_from(Value& dict, const Value& other, Evaluator& evaluator) {
  if (other.is_undefined()) fail_undefined(other);
  if (other.is_view() && other.view_type().shape() == ViewType::Shape::mapping)
    return update_from(dict, plain(other, evaluator), evaluator);
  if (other.is_dict()) {
    const Value from = other;  // may be the dict itself, which then stays as it is
    for (std::size_t i = 0; i < from.entries().size(); ++i) {
      const Entry entry = from.entries()[i];
      evaluator.step();
      put(dict, entry.key, entry.value, evaluator);
    }
    return;
  }
  if (other.is_object()) {
    const Value method = evaluator.attribute(other, "keys");
    if (!method.is_undefined()) return update_from_keys(dict, other, method, evaluator);
  }
  update_from_pairs(dict, other, evaluator);
}

Value update(const Value& self, const CallArguments& arguments) {
  BuiltinCall call("dict.update", 0, 1, {arguments.positional, {}, arguments.evaluator});
  Value dict = self;
  if (call.size()) update_from(dict, call[0], call.evaluator());
  for (const Value::Member& member : arguments.named) put(dict, member.key, member.value, call.evaluator());
  return nullptr;
}

Value values(const Value& self, const CallArguments& arguments) {
  const BuiltinCall call("dict.values", 0, 0, arguments);
  return dict_values(self);
}

constexpr bool kMutates = true;

constexpr Method kMethods[] = {
    {"clear", clear, kMutates},
    {"copy", copy},
    {"fromkeys", from_keys},
    {"get", get},
    {"items", items},
    {"keys", keys},
    {"pop", pop, kMutates},
    {"popitem", pop_item, kMutates},
    {"setdefault", set_default, kMutates},
    {"update", update, kMutates},
    {"values", values},
};

}  // namespace

ValueSpan<Method> dict_methods() { return {kMethods, std::size(kMethods)}; }

}  // namespace retort::detail
