// SPDX-License-Identifier: BSD-3-Clause
// Filters on sequences that answer at once.
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "retort/jinja/detail/filter_support.h"
#include "retort/jinja/detail/filters.h"
#include "retort/jinja/detail/group.h"
#include "retort/jinja/error.h"
#include "retort/value/arguments.h"
#include "retort/value/error.h"
#include "retort/value/iterate.h"
#include "retort/value/operators.h"
#include "retort/value/undefined.h"
#include "retort/value/view_type.h"

namespace retort::jinja::detail {

Value filter_length(Render&, const CallArguments& call) {
  const Arguments args("len", {"obj"}, 1, call);
  return args[0].size();
}

Value filter_list(Render& render, const CallArguments& call) {
  const Arguments args("sync_do_list", {"value"}, 1, call);
  return to_list(args[0], render);
}

Value filter_attr(Render& render, const CallArguments& call) {
  const Arguments args("do_attr", {"obj", "name"}, 2, call);
  if (!args[1].is_string()) {
    throw TypeError(fmt::format("attribute name must be string, not '{}'", args[1].type_name()));
  }
  return render.own_attribute(args[0], args[1].as_string());
}

// One item.

Value filter_first(Render& render, const CallArguments& call) {
  const Arguments args("sync_do_first", {"seq"}, 1, call);
  Value out;
  if (iterate(args[0])->next(out)) return out;
  return render.undefined("No first item, sequence was empty.");
}

Value filter_random(Render& render, const CallArguments& call) {
  const Arguments args("do_random", {"seq"}, 1, call);
  const std::size_t size = args[0].size();
  if (size == 0) return render.undefined("No random item, sequence was empty.");
  std::random_device device;
  const Value position = std::uniform_int_distribution<std::size_t>(0, size - 1)(device);
  Value out = render.item(args[0], position);
  if (out.is_undefined() && args[0].is_dict()) throw KeyError(position.repr());
  return out;
}

namespace {

Value last_character(const Value& text) {
  const std::string_view all = text.as_string();
  std::size_t start = all.size() - 1;
  while (start > 0 && (static_cast<unsigned char>(all[start]) & 0xc0) == 0x80) --start;
  return make_text(all.substr(start), text.is_markup());
}

}  // namespace

Value filter_last(Render& render, const CallArguments& call) {
  const Arguments args("do_last", {"seq"}, 1, call);
  const Value& value = args[0];
  Value out;
  if (value.is_string()) {
    if (value.truthy()) return last_character(value);
  } else {
    if (iterate(reversed(value, render))->next(out)) return out;
  }
  return render.undefined("No last item, sequence was empty.");
}

Value filter_reverse(Render& render, const CallArguments& call) {
  const Arguments args("do_reverse", {"value"}, 1, call);
  const Value& value = args[0];
  if (value.is_string()) return ops::slice(value, nullptr, nullptr, -1, render);
  try {
    return reversed(value, render);
  } catch (const TypeError&) {
    if (!is_iterable(value)) throw FilterArgumentError("argument must be iterable");
  }
  return ops::slice(to_list(value, render), nullptr, nullptr, -1, render);
}

namespace {

Value extreme(Render& render, std::string_view function, const CallArguments& call, bool largest) {
  const Arguments args(function, {"value", "case_sensitive", "attribute"}, 1, call);
  const Owned<ValueIterator> items = iterate(args[0]);
  Value best;
  if (!items->next(best)) return render.undefined("No aggregated item, sequence was empty.");
  const AttributeGetter key_of(render, args.get(2, nullptr), !args.truthy(1, false));
  Value best_key = key_of(best);
  Value item;
  while (items->next(item)) {
    render.step();
    Value key = key_of(item);
    if (largest ? !ops::less(best_key, key, ">") : !ops::less(key, best_key)) continue;
    best = std::move(item);
    best_key = std::move(key);
  }
  return best;
}

}  // namespace

Value filter_max(Render& render, const CallArguments& call) { return extreme(render, "do_max", call, true); }
Value filter_min(Render& render, const CallArguments& call) { return extreme(render, "do_min", call, false); }

// Order.

Value filter_sort(Render& render, const CallArguments& call) {
  const Arguments args("do_sort", {"value", "reverse", "case_sensitive", "attribute"}, 1, call);
  const bool fold = !args.truthy(2, false);
  std::vector<AttributeGetter> getters;
  const Value attribute = args.get(3, nullptr);
  if (attribute.is_string()) {
    std::string_view rest = attribute.as_string();
    for (std::size_t comma = rest.find(','); comma != rest.npos; comma = rest.find(',')) {
      render.charge(sizeof(AttributeGetter));
      getters.emplace_back(render, Value(rest.substr(0, comma)), fold);
      rest.remove_prefix(comma + 1);
    }
    getters.emplace_back(render, Value(rest), fold);
  } else {
    getters.emplace_back(render, attribute, fold);
  }
  // Keys are lists, as Jinja's: undefined ones are equal there, where they have no order.
  const auto key_of = [&](const Value& item) {
    render.charge((getters.size() + 3) * sizeof(Value));
    Value key = Value::list();
    for (const AttributeGetter& getter : getters) key.push_back(getter(item));
    return key;
  };
  return sorted(args[0], key_of, args.integer(1, 0) != 0, render);
}

namespace {

// An object without items() is taken by the attributes that it lists.
Value pairs_of(Render& render, const Value& value) {
  if (value.is_object() && render.own_attribute(value, "items").is_undefined()) {
    Value out = Value::list();
    for_each(value.as_object().attribute_names(), render, [&](const Value& name) {
      if (name.is_string())
        out.push_back(Value::tuple({name, render.own_attribute(value, name.as_string())}));
      return true;
    });
    if (!out.empty()) return out;
  }
  if (value.is_view() && value.view_type().shape() == ViewType::Shape::record)
    return dict_items(value.view_type().copy(value.view_target()));
  return items_of(render, value);
}

}  // namespace

Value filter_dictsort(Render& render, const CallArguments& call) {
  const Arguments args("do_dictsort", {"value", "case_sensitive", "by", "reverse"}, 1, call);
  const Value by = args.get(2, "key");
  const bool by_key = by == Value("key");
  if (!by_key && by != Value("value"))
    throw FilterArgumentError("You can only sort by either \"key\" or \"value\"");
  const bool fold = !args.truthy(1, false);
  const auto key_of = [&](const Value& pair) {
    const Value& part = pair.items()[by_key ? 0 : 1];
    return fold ? ignore_case(render, part) : part;
  };
  return sorted(pairs_of(render, args[0]), key_of, args.integer(3, 0) != 0, render);
}

Value filter_groupby(Render& render, const CallArguments& call) {
  const Arguments args("sync_do_groupby", {"value", "attribute", "default", "case_sensitive"}, 2, call);
  const bool fold = !args.truthy(3, false);
  const AttributeGetter key_of(render, args[1], fold, args.get(2, nullptr));
  const AttributeGetter shown_key_of(render, args[1], false, args.get(2, nullptr));
  const Value items = sorted(
      args[0], [&](const Value& item) { return key_of(item); }, false, render);
  Value groups = Value::list();
  Value group, key;
  for (const Value& item : items.items()) {
    render.charge(sizeof(Value));
    Value next_key = key_of(item);
    if (!group.is_list() || !(key == next_key)) {
      render.charge(16 * sizeof(Value));
      group = Value::list();
      key = std::move(next_key);
      groups.push_back(make_group(fold ? shown_key_of(item) : key, group));
    }
    group.push_back(item);
  }
  return groups;
}

// Gathering.

namespace {

// The sum of lists or tuples, which + would copy at every step.
Value sum_sequences(Render& render, const Value& start, ValueIterator& items) {
  Value out = to_list(start, render);
  Value item;
  while (items.next(item)) {
    render.step();
    if (item.kind() != start.kind()) return ops::add(start, item, render);  // which fails
    for (const Value& each : item.items()) push(render, out, each);
  }
  return start.is_list() ? out : Value::tuple(out.items());
}

class Mapped : public ValueIterator {
 public:
  Mapped(Render& render, const Value& source, const Value& attribute)
      : getter_(render, attribute), items_(iterate(source)) {}
  bool next(Value& out) override {
    if (!items_->next(out)) return false;
    out = getter_(out);
    return true;
  }

 private:
  AttributeGetter getter_;
  Owned<ValueIterator> items_;
};

}  // namespace

Value filter_sum(Render& render, const CallArguments& call) {
  const Arguments args("sync_do_sum", {"iterable", "attribute", "start"}, 1, call);
  Mapped items(render, args[0], args.get(1, nullptr));
  Value total = args.get(2, 0);
  if (total.is_string()) throw TypeError("sum() can't sum strings [use ''.join(seq) instead]");
  if (total.is_bytes()) throw TypeError("sum() can't sum bytes [use b''.join(seq) instead]");
  if (total.is_sequence()) return sum_sequences(render, total, items);
  Value item;
  while (items.next(item)) {
    render.step();
    total = ops::add(total, item, render);
  }
  return total;
}

namespace {

class Joiner {
 public:
  Joiner(Render& render, std::string_view separator) : render_(render), separator_(separator), out_(render) {}
  void add(const Value& text) {
    render_.step();
    if (begun_) out_.append(separator_);
    begun_ = true;
    out_.append(text.as_string());
  }
  Value result(bool markup) const { return make_text(out_.text(), markup); }

 private:
  Render& render_;
  std::string_view separator_;
  TextOut out_;
  bool begun_ = false;
};

}  // namespace

Value filter_join(Render& render, const CallArguments& call) {
  const Arguments args("sync_do_join", {"value", "d", "attribute"}, 1, call);
  Mapped items(render, args[0], args.get(2, nullptr));
  Value separator = args.get(1, "");
  Value item;
  if (!render.autoescape()) {
    separator = to_str(render, separator);
    Joiner joiner(render, separator.as_string());
    while (items.next(item)) joiner.add(to_str(render, item));
    return joiner.result(false);
  }
  bool markup = false;
  if (own_html(render, separator).is_markup()) {
    // An object that is no text but has HTML joins as its str(), without escaping.
    separator = soft_str(render, separator);
    markup = separator.is_markup();
    Joiner joiner(render, separator.as_string());
    while (items.next(item)) {
      const Value text = soft_str(render, item);
      joiner.add(markup ? escaped(render, text) : text);
    }
    return joiner.result(markup);
  }
  // One item with HTML makes the whole Markup.
  Value texts = Value::list();
  while (items.next(item)) {
    const Value html = own_html(render, item);
    markup = markup || html.is_markup();
    push(render, texts, html.is_markup() ? html : to_str(render, item));
  }
  separator = markup ? escaped(render, separator) : to_str(render, separator);
  Joiner joiner(render, separator.as_string());
  for (const Value& text : texts.items()) joiner.add(markup ? escaped(render, text) : text);
  return joiner.result(markup);
}

}  // namespace retort::jinja::detail
