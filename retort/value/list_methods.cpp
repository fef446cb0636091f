// SPDX-License-Identifier: BSD-3-Clause
// The methods of list and tuple. A list's items are shared: a copy of the Value changes the
// same list.
#include <string>
#include <vector>

#include <fmt/format.h>

#include "retort/value/detail/builtin_call.h"
#include "retort/value/detail/sort.h"
#include "retort/value/error.h"
#include "retort/value/iterate.h"
#include "retort/value/methods.h"
#include "retort/value/operators.h"

namespace retort::detail {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

// Looks the items up anew each time: what compares them may change the list.
std::size_t position_of(const Value& items, BuiltinCall& call, std::size_t from, std::size_t to) {
  for (std::size_t i = from; i < to && i < items.items().size(); ++i) {
    call.evaluator().step();
    if (ops::equal(Value(items.items()[i]), call[0], call.evaluator())) return i;
  }
  return kNone;
}

std::int64_t count_of(const Value& items, BuiltinCall& call) {
  std::int64_t count = 0;
  for (std::size_t i = 0; i < items.items().size(); ++i) {
    call.evaluator().step();
    count += ops::equal(Value(items.items()[i]), call[0], call.evaluator());
  }
  return count;
}

std::size_t index_in(const Value& self, BuiltinCall& call) {
  const std::size_t size = self.size();
  return position_of(self, call, call.bound(1, 0, size), call.bound(2, kNone, size));
}

// The items from the i-th on move.
void step_moved(const Value& list, std::size_t i, BuiltinCall& call) {
  if (i < list.size()) call.evaluator().step(list.size() - i);
}

Value append(const Value& self, const CallArguments& arguments) {
  BuiltinCall call("list.append", 1, 1, arguments);
  call.evaluator().charge(sizeof(Value));
  Value list = self;
  list.push_back(call[0]);
  return nullptr;
}

Value clear(const Value& self, const CallArguments& arguments) {
  const BuiltinCall call("list.clear", 0, 0, arguments);
  Value list = self;
  list.clear();
  return nullptr;
}

Value copy(const Value& self, const CallArguments& arguments) {
  BuiltinCall call("list.copy", 0, 0, arguments);
  call.evaluator().charge(self.size() * sizeof(Value));
  return self.copy();
}

Value count(const Value& self, const CallArguments& arguments) {
  BuiltinCall call("list.count", 1, 1, arguments);
  return count_of(self, call);
}

Value extend(const Value& self, const CallArguments& arguments) {
  BuiltinCall call("list.extend", 1, 1, arguments);
  Value list = self;
  if (call[0].is_sequence()) {  // the list itself, too: as many items as it has now
    const Value more = call[0];
    const std::size_t size = more.size();
    call.evaluator().charge(size * sizeof(Value));
    call.evaluator().step(size);
    for (std::size_t i = 0; i < size; ++i) list.push_back(more[i]);
    return nullptr;
  }
  for_each(call[0], call.evaluator(), [&](const Value& item) {
    call.evaluator().charge(sizeof(Value));
    if (list.size() >= kMaxResultBytes / sizeof(Value)) call.evaluator().charge(kMaxResultBytes + 1);
    list.push_back(item);
    return true;
  });
  return nullptr;
}

Value index(const Value& self, const CallArguments& arguments) {
  BuiltinCall call("list.index", 1, 3, arguments);
  const std::size_t at = index_in(self, call);
  if (at == kNone) throw ValueError(fmt::format("{} is not in list", call[0].repr()));
  return at;
}

Value insert(const Value& self, const CallArguments& arguments) {
  BuiltinCall call("list.insert", 2, 2, arguments);
  std::int64_t at = call.integer(0);
  call.evaluator().charge(sizeof(Value));
  Value list = self;
  if (at < 0) at += static_cast<std::int64_t>(list.size());
  const std::size_t position = at < 0 ? 0 : static_cast<std::size_t>(at);
  step_moved(list, position, call);
  list.insert_item(position, call[1]);
  return nullptr;
}

Value pop(const Value& self, const CallArguments& arguments) {
  BuiltinCall call("list.pop", 0, 1, arguments);
  std::int64_t at = call.size() ? call.integer(0) : -1;
  Value list = self;
  const auto size = static_cast<std::int64_t>(list.size());
  if (size == 0) throw IndexError("pop from empty list");
  if (at < 0) at += size;
  if (at < 0 || at >= size) throw IndexError("pop index out of range");
  Value item = list[at];
  step_moved(list, static_cast<std::size_t>(at), call);
  list.erase_item(static_cast<std::size_t>(at));
  return item;
}

Value remove(const Value& self, const CallArguments& arguments) {
  BuiltinCall call("list.remove", 1, 1, arguments);
  Value list = self;
  const std::size_t at = position_of(list, call, 0, kNone);
  if (at == kNone) throw ValueError("list.remove(x): x not in list");
  step_moved(list, at, call);
  list.erase_item(at);
  return nullptr;
}

Value reverse(const Value& self, const CallArguments& arguments) {
  BuiltinCall call("list.reverse", 0, 0, arguments);
  Value list = self;
  step_moved(list, 0, call);
  for (std::size_t i = 0, j = list.size(); i + 1 < j; ++i) {
    --j;
    const Value first = list[i];
    list.set_item(i, list[j]);
    list.set_item(j, first);
  }
  return nullptr;
}

struct SortOptions {
  Value key;  // none: the items themselves
  bool reverse = false;
};

SortOptions sort_options(const CallArguments& arguments) {
  SortOptions options{nullptr, false};
  if (!arguments.positional.empty()) throw TypeError("sort() takes no positional arguments");
  for (const Value::Member& member : arguments.named) {
    if (member.key == "key") {
      options.key = member.value;
    } else if (member.key == "reverse") {
      options.reverse = to_index(member.value) != 0;
    } else {
      throw TypeError(fmt::format("'{}' is an invalid keyword argument for sort()", member.key));
    }
  }
  return options;
}

Value sort(const Value& self, const CallArguments& arguments) {
  const SortOptions options = sort_options(arguments);
  BuiltinCall call("list.sort", 0, 0, {{}, {}, arguments.evaluator});
  Function<Value(const Value&)> key;
  if (!options.key.is_none()) {
    key = [&](const Value& item) {
      return call.evaluator().call(options.key, {{&item, 1}, {}, &call.evaluator()});
    };
  }
  Value list = self;
  call.evaluator().charge(list.size() * sizeof(Value));
  const Value before = list.copy();  // `key` may change the list
  const std::vector<std::size_t> order = sorted_order(before.items(), key, options.reverse, call.evaluator());
  if (list.size() != before.size()) throw ValueError("list modified during sort");
  for (std::size_t i = 0; i < order.size(); ++i) list.set_item(i, before[order[i]]);
  return nullptr;
}

Value tuple_count(const Value& self, const CallArguments& arguments) {
  BuiltinCall call("tuple.count", 1, 1, arguments);
  return count_of(self, call);
}

Value tuple_index(const Value& self, const CallArguments& arguments) {
  BuiltinCall call("tuple.index", 1, 3, arguments);
  const std::size_t at = index_in(self, call);
  if (at == kNone) throw ValueError("tuple.index(x): x not in tuple");
  return at;
}

constexpr bool kMutates = true;

constexpr Method kListMethods[] = {
    {"append", append, kMutates},
    {"clear", clear, kMutates},
    {"copy", copy},
    {"count", count},
    {"extend", extend, kMutates},
    {"index", index},
    {"insert", insert, kMutates},
    {"pop", pop, kMutates},
    {"remove", remove, kMutates},
    {"reverse", reverse, kMutates},
    {"sort", sort, kMutates},
};

constexpr Method kTupleMethods[] = {{"count", tuple_count}, {"index", tuple_index}};

}  // namespace

ValueSpan<Method> list_methods() { return {kListMethods, std::size(kListMethods)}; }
ValueSpan<Method> tuple_methods() { return {kTupleMethods, std::size(kTupleMethods)}; }

}  // namespace retort::detail
