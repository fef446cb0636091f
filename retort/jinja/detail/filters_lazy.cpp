// SPDX-License-Identifier: BSD-3-Clause
// Filters that return generators: they run when they are walked, and say what is wrong with
// their arguments only then, as Jinja's do.
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "retort/jinja/detail/filter_support.h"
#include "retort/jinja/detail/filters.h"
#include "retort/jinja/error.h"
#include "retort/value/arguments.h"
#include "retort/value/error.h"
#include "retort/value/iterate.h"
#include "retort/value/operators.h"
#include "retort/value/undefined.h"

namespace retort::jinja::detail {
namespace {

template <class Items, class... Parts>
Value generator(Parts&&... parts) {
  return make_generator("generator", std::make_unique<Items>(std::forward<Parts>(parts)...));
}

// A count that a template gives: a number, or something that equals none.
struct Count {
  explicit Count(const Value& value) : value_(value) {}
  bool reached_by(std::size_t size) const { return Value(size) == value_; }
  std::size_t missing_from(std::size_t size) const {
    if (value_.is_undefined()) fail_undefined(value_);
    if (!ops::less(Value(size), value_)) return 0;
    if (value_.is_double()) throw TypeError("can't multiply sequence by non-int of type 'float'");
    return static_cast<std::size_t>(value_.is_bool() ? value_.as_bool() : value_.as_int()) - size;
  }

 private:
  Value value_;
};

class Batches : public LazyItems {
 public:
  Batches(Render& render, const Value& source, const Value& count, Value fill)
      : LazyItems(render, source), count_(count), fill_(std::move(fill)) {}

 private:
  bool produce(Value& out) override {
    if (ended_) return false;
    out = Value::list();
    if (pending_) push(render_, out, held_);
    pending_ = false;
    Value item;
    while (next_source(item)) {
      if (count_.reached_by(out.size())) {
        held_ = std::move(item);
        pending_ = true;
        return true;
      }
      push(render_, out, item);
    }
    ended_ = true;
    if (out.empty()) return false;
    if (!fill_.is_none()) fill_up(out);
    return true;
  }

  void fill_up(Value& list) {
    const std::size_t missing = count_.missing_from(list.size());
    if (missing > kMaxResultBytes / sizeof(Value)) render_.charge(kMaxResultBytes + 1);
    render_.charge(missing * sizeof(Value));
    for (std::size_t i = 0; i < missing; ++i) list.push_back(fill_);
  }

  Count count_;
  Value fill_;
  Value held_;  // the first item of the next batch
  bool pending_ = false;
  bool ended_ = false;
};

class Slices : public LazyItems {
 public:
  Slices(Render& render, const Value& source, std::int64_t slices, Value fill)
      : LazyItems(render, source), slices_(slices), fill_(std::move(fill)) {}

 private:
  bool begin() override {
    items_ = to_list(source_, render_);
    if (slices_ == 0) throw ZeroDivisionError("integer division or modulo by zero");
    return slices_ > 0;
  }
  bool produce(Value& out) override {
    if (number_ == slices_) return false;
    render_.step();
    const auto length = static_cast<std::int64_t>(items_.size());
    const std::int64_t extra = length % slices_;
    const std::int64_t size = length / slices_ + (number_ < extra ? 1 : 0);
    render_.charge(static_cast<std::size_t>(size + 4) * sizeof(Value));
    out = Value::list();
    for (std::int64_t i = 0; i < size; ++i) out.push_back(items_[at_++]);
    if (!fill_.is_none() && number_ >= extra) out.push_back(fill_);
    ++number_;
    return true;
  }

  std::int64_t slices_;
  Value fill_;
  Value items_;
  std::int64_t number_ = 0;
  std::size_t at_ = 0;
};

class Pairs : public LazyItems {
 public:
  using LazyItems::LazyItems;

 private:
  bool begin() override {
    if (source_.is_undefined()) return false;
    if (!is_mapping(source_)) throw TypeError("Can only get item pairs from a mapping.");
    source_ = items_of(render_, source_);
    return true;
  }
  bool produce(Value& out) override { return next_source(out); }
};

class UniqueItems : public LazyItems {
 public:
  UniqueItems(Render& render, const Value& source, const Value& attribute, bool fold)
      : LazyItems(render, source), key_of_(render, attribute, fold), seen_(Value::dict()) {}

 private:
  bool produce(Value& out) override {
    while (next_source(out)) {
      const Value key = key_of_(out);
      key.hash();  // throws for what has none
      if (seen_.find(key)) continue;
      if (seen_.size() >= kMaxResultBytes / (4 * sizeof(Value))) render_.charge(kMaxResultBytes + 1);
      render_.charge(4 * sizeof(Value));
      seen_.set(key, true);
      return true;
    }
    return false;
  }

  AttributeGetter key_of_;
  Value seen_;
};

// The name of a filter or test that is passed as an argument.
std::string_view callee(const Value& name, const char* what) {
  if (name.is_string()) return name.as_string();
  throw TemplateRuntimeError(fmt::format("No {} named {}.", what, name.repr()));
}

class MappedItems : public LazyItems {
 public:
  MappedItems(Render& render, const Value& source, const CallArguments& call)
      : LazyItems(render, source), call_(call, 1) {}

 private:
  bool begin() override {
    if (!source_.truthy()) return false;
    Value attribute, fallback = nullptr;
    bool has_attribute = false;
    std::string_view surplus;
    for (const Value::Member& member : call_.named()) {
      if (member.key == "attribute") {
        attribute = member.value;
        has_attribute = true;
      } else if (member.key == "default") {
        fallback = member.value;
      } else if (surplus.empty()) {
        surplus = member.key;
      }
    }
    if (call_.size() == 0 && has_attribute) {
      if (!surplus.empty()) throw FilterArgumentError("Unexpected keyword argument " + Value(surplus).repr());
      getter_ = std::make_unique<AttributeGetter>(render_, attribute, false, fallback);
      return true;
    }
    if (call_.size() == 0) throw FilterArgumentError("map requires a filter argument");
    name_ = call_[0];
    call_.pop_front();
    return true;
  }
  bool produce(Value& out) override {
    if (!next_source(out)) return false;
    if (getter_) {
      out = (*getter_)(out);
    } else {
      out = render_.call_filter(callee(name_, "filter"), call_.with(out, render_));
    }
    return true;
  }

  KeptCall call_;
  Value name_;
  std::unique_ptr<AttributeGetter> getter_;
};

class SelectedItems : public LazyItems {
 public:
  SelectedItems(Render& render, const Value& source, const CallArguments& call, bool wanted,
                bool by_attribute)
      : LazyItems(render, source), call_(call, 1), wanted_(wanted), by_attribute_(by_attribute) {}

 private:
  bool begin() override {
    if (!source_.truthy()) return false;
    if (by_attribute_) {
      if (call_.size() == 0) throw FilterArgumentError("Missing parameter for attribute name");
      getter_ = std::make_unique<AttributeGetter>(render_, call_[0]);
      call_.pop_front();
    }
    tests_ = call_.size() > 0;
    if (!tests_) return true;
    name_ = call_[0];
    call_.pop_front();
    return true;
  }
  bool produce(Value& out) override {
    while (next_source(out)) {
      if (passes(getter_ ? (*getter_)(out) : out) == wanted_) return true;
    }
    return false;
  }
  bool passes(const Value& value) {
    if (!tests_) return value.truthy();
    return render_.call_test(callee(name_, "test"), call_.with(value, render_));
  }

  KeptCall call_;
  bool wanted_;
  bool by_attribute_;
  bool tests_ = false;
  Value name_;
  std::unique_ptr<AttributeGetter> getter_;
};

// The value, which no keyword can stand for: the rest is taken as it comes.
const Value& source_of(std::string_view function, const CallArguments& call) {
  if (!call.positional.empty()) return call.positional[0];
  throw TypeError(fmt::format("{}() missing 1 required positional argument: 'value'", function));
}

}  // namespace

Value filter_batch(Render& render, const CallArguments& call) {
  const Arguments args("do_batch", {"value", "linecount", "fill_with"}, 2, call);
  return generator<Batches>(render, args[0], args[1], args.get(2, nullptr));
}

Value filter_slice(Render& render, const CallArguments& call) {
  const Arguments args("sync_do_slice", {"value", "slices", "fill_with"}, 2, call);
  return generator<Slices>(render, args[0], args.integer(1), args.get(2, nullptr));
}

Value filter_items(Render& render, const CallArguments& call) {
  const Arguments args("do_items", {"value"}, 1, call);
  return generator<Pairs>(render, args[0]);
}

Value filter_unique(Render& render, const CallArguments& call) {
  const Arguments args("sync_do_unique", {"value", "case_sensitive", "attribute"}, 1, call);
  return generator<UniqueItems>(render, args[0], args.get(2, nullptr), !args.truthy(1, false));
}

Value filter_map(Render& render, const CallArguments& call) {
  return generator<MappedItems>(render, source_of("sync_do_map", call), call);
}
Value filter_select(Render& render, const CallArguments& call) {
  return generator<SelectedItems>(render, source_of("sync_do_select", call), call, true, false);
}
Value filter_reject(Render& render, const CallArguments& call) {
  return generator<SelectedItems>(render, source_of("sync_do_reject", call), call, false, false);
}
Value filter_selectattr(Render& render, const CallArguments& call) {
  return generator<SelectedItems>(render, source_of("sync_do_selectattr", call), call, true, true);
}
Value filter_rejectattr(Render& render, const CallArguments& call) {
  return generator<SelectedItems>(render, source_of("sync_do_rejectattr", call), call, false, true);
}

}  // namespace retort::jinja::detail
