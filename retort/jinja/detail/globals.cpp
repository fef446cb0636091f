// SPDX-License-Identifier: BSD-3-Clause
// The functions and types that every template has at hand.
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "retort/jinja/detail/builtins.h"
#include "retort/jinja/detail/filter_support.h"
#include "retort/jinja/environment.h"
#include "retort/jinja/render.h"
#include "retort/value/arguments.h"
#include "retort/value/error.h"
#include "retort/value/escape.h"
#include "retort/value/iterate.h"
#include "retort/value/methods.h"
#include "retort/value/undefined.h"
#include "retort/value/view_type.h"

namespace retort::jinja::detail {
namespace {

/// A function or type of Python's.
class Callable : public Object {
 public:
  using Function = Value (*)(const CallArguments& call);
  Callable(std::string_view type, std::string_view repr, Function function)
      : type_(type), repr_(repr), function_(function) {}

  std::string_view type_name() const override { return type_; }
  bool is_callable() const override { return true; }
  Value call(const CallArguments& call) const override { return function_(call); }
  void append_repr(std::string& out) const override { out += repr_; }

 private:
  std::string_view type_;
  std::string_view repr_;
  Function function_;
};

Evaluator& evaluator_of(const CallArguments& call, Evaluator& otherwise) {
  return call.evaluator ? *call.evaluator : otherwise;
}

/// The type dict, with the one method that is called on the type.
class DictType final : public Callable {
 public:
  using Callable::Callable;
  Value attribute(std::string_view name) const override {
    if (name != "fromkeys") return {};
    return bind_method(Value::dict(), *find_method(Value::Kind::dict, name));
  }
};

// range(start, stop, step), in a sandbox no longer than Jinja's MAX_RANGE.

Value bounded_range(const CallArguments& call) {
  constexpr std::size_t most = 100'000;
  Value out = range_of(call);
  const auto* render = dynamic_cast<const Render*>(call.evaluator);
  if (!render || render->environment().options().sandbox == Sandbox::none) return out;
  if (out.size() > most) {
    throw OverflowError(
        fmt::format("Range too big. The sandbox blocks ranges larger than MAX_RANGE ({}).", most));
  }
  return out;
}

// dict(mapping or pairs, **more).

void add_pair(Value& dict, const Value& pair, std::size_t position) {
  if (!pair.is_undefined() && !is_iterable(pair)) {
    throw TypeError(
        fmt::format("cannot convert dictionary update sequence element #{} to a sequence", position));
  }
  Value parts[2];
  std::size_t size = 0;
  const Owned<ValueIterator> items = iterate(pair);
  for (Value part; items->next(part); ++size) {
    if (size < 2) parts[size] = std::move(part);
    if (size > 64 && pair.is_object()) break;  // may have no end
  }
  if (size != 2) {
    throw ValueError(
        fmt::format("dictionary update sequence element #{} has length {}; 2 is required", position, size));
  }
  dict.set(parts[0], std::move(parts[1]));
}

Value dict_of(const CallArguments& call) {
  if (call.positional.size() > 1)
    throw TypeError(fmt::format("dict expected at most 1 argument, got {}", call.positional.size()));
  Evaluator unbounded;
  Evaluator& evaluator = evaluator_of(call, unbounded);
  Value out = Value::dict();
  const auto charge = [&] { evaluator.charge(2 * sizeof(Value::Entry)); };
  if (!call.positional.empty()) {
    Value source = call.positional[0];
    if (source.is_undefined()) fail_undefined(source);
    if (source.is_view() && source.view_type().shape() == ViewType::Shape::mapping) source = source.copy();
    if (source.is_dict()) {
      evaluator.charge(source.size() * sizeof(Value::Entry));
      out = source.copy();
    } else if (source.is_object() && is_mapping(source)) {
      const Value items = evaluator.call(evaluator.attribute(source, "items"), {{}, {}, &evaluator});
      for_each(items, evaluator, [&](const Value& pair) {
        charge();
        add_pair(out, pair, out.size());
        return true;
      });
    } else {
      std::size_t position = 0;
      for_each(source, evaluator, [&](const Value& pair) {
        charge();
        add_pair(out, pair, position++);
        return true;
      });
    }
  }
  for (const Value::Member& member : call.named) {
    charge();
    out.set(member.key, member.value);
  }
  return out;
}

// cycler(*items).

struct Cycle {
  Value items;
  std::size_t position = 0;

  const Value& current() const { return items[position]; }
};

/// A cycler's method: shares what the cycler has.
class CycleMethod : public Object {
 public:
  CycleMethod(std::shared_ptr<Cycle> cycle, bool resets) : cycle_(std::move(cycle)), resets_(resets) {}
  std::string_view type_name() const override { return "method"; }
  bool is_callable() const override { return true; }
  Value call(const CallArguments& call) const override {
    const Arguments args(resets_ ? "Cycler.reset" : "Cycler.next", {}, 0, call);
    if (resets_) {
      cycle_->position = 0;
      return nullptr;
    }
    Value out = cycle_->current();
    cycle_->position = (cycle_->position + 1) % cycle_->items.size();
    return out;
  }

 private:
  std::shared_ptr<Cycle> cycle_;
  bool resets_;
};

class Cycler : public Object {
 public:
  explicit Cycler(Value items) : cycle_(std::make_shared<Cycle>(Cycle{std::move(items)})) {}
  std::string_view type_name() const override { return "Cycler"; }
  void append_repr(std::string& out) const override { out += "<jinja2.utils.Cycler object>"; }
  Value attribute(std::string_view name) const override {
    if (name == "current") return cycle_->current();
    if (name == "items") return cycle_->items;
    if (name == "pos") return cycle_->position;
    if (name == "next" || name == "reset")
      return Value::object(std::make_unique<CycleMethod>(cycle_, name == "reset"));
    return {};
  }

 private:
  std::shared_ptr<Cycle> cycle_;
};

Value make_cycler(const CallArguments& call) {
  for (const Value::Member& member : call.named)
    throw TypeError(fmt::format("Cycler.__init__() got an unexpected keyword argument '{}'", member.key));
  if (call.positional.empty()) throw RuntimeError("at least one item has to be provided");
  return Value::object(std::make_unique<Cycler>(Value::tuple(call.positional)));
}

// joiner(sep).

class Joiner : public Object {
 public:
  explicit Joiner(Value separator) : separator_(std::move(separator)) {}
  std::string_view type_name() const override { return "Joiner"; }
  void append_repr(std::string& out) const override { out += "<jinja2.utils.Joiner object>"; }
  bool is_callable() const override { return true; }
  Value call(const CallArguments& call) const override {
    const Arguments args("Joiner.__call__", {}, 0, call);
    if (used_) return separator_;
    used_ = true;
    return "";
  }
  Value attribute(std::string_view name) const override {
    if (name == "sep") return separator_;
    if (name == "used") return used_;
    return {};
  }

 private:
  Value separator_;
  mutable bool used_ = false;  // of one render, as every value that a template makes
};

Value make_joiner(const CallArguments& call) {
  const Arguments args("Joiner.__init__", {"sep"}, 0, call);
  return Value::object(std::make_unique<Joiner>(args.get(0, ", ")));
}

// namespace(...).

class Namespace : public Object {
 public:
  explicit Namespace(Value attributes) : attributes_(std::move(attributes)) {}
  std::string_view type_name() const override { return "Namespace"; }
  Value attribute(std::string_view name) const override { return attributes_.get(name); }
  bool set_attribute(std::string_view name, const Value& value) override {
    attributes_.set(name, value);
    return true;
  }
  void append_repr(std::string& out) const override {
    out += "<Namespace ";
    if (shown_) {  // a namespace inside of itself
      out += "{...}>";
      return;
    }
    shown_ = true;
    try {
      attributes_.append_repr(out);
    } catch (...) {
      shown_ = false;
      throw;
    }
    shown_ = false;
    out += '>';
  }

 private:
  Value attributes_;
  mutable bool shown_ = false;
};

Value make_namespace(const CallArguments& call) {
  return Value::object(std::make_unique<Namespace>(dict_of(call)));
}

// lipsum(n, html, min, max).

constexpr std::string_view kWords[] = {
    "ad",      "adipiscing",  "aliquip",   "amet",     "anim",      "aute",         "cillum",
    "commodo", "consectetur", "consequat", "culpa",    "cupidatat", "deserunt",     "dolor",
    "dolore",  "duis",        "ea",        "eiusmod",  "elit",      "enim",         "esse",
    "est",     "et",          "eu",        "ex",       "excepteur", "exercitation", "fugiat",
    "id",      "incididunt",  "ipsum",     "irure",    "labore",    "laboris",      "laborum",
    "lorem",   "magna",       "minim",     "mollit",   "nisi",      "non",          "nostrud",
    "nulla",   "occaecat",    "officia",   "pariatur", "proident",  "quis",         "reprehenderit",
    "sed",     "sint",        "sit",       "sunt",     "tempor",    "ullamco",      "ut",
    "velit",   "veniam",      "voluptate",
};

using Random = std::minstd_rand;

std::int64_t random_range(Random& random, std::int64_t low, std::int64_t high) {
  if (low >= high) {
    const std::uint64_t width = static_cast<std::uint64_t>(low) - static_cast<std::uint64_t>(high);
    throw ValueError(
        fmt::format("empty range for randrange() ({}, {}, {}{})", low, high, width ? "-" : "", width));
  }
  return std::uniform_int_distribution<std::int64_t>(low, high - 1)(random);
}

class Paragraph {
 public:
  Paragraph(Evaluator& evaluator, Random& random) : evaluator_(evaluator), random_(random) {}

  std::string make(std::int64_t words) {
    std::string out;
    for (std::int64_t i = 0; i < words; ++i) {
      if (out.size() >= kMaxResultBytes) evaluator_.charge(kMaxResultBytes + 1);
      evaluator_.step();
      evaluator_.charge(16);
      if (i) out += ' ';
      add_word(out, i);
    }
    if (out.ends_with(',')) {
      out.back() = '.';
    } else if (!out.ends_with('.')) {
      out += '.';
    }
    return out;
  }

 private:
  void add_word(std::string& out, std::int64_t i) {
    std::size_t word = last_;
    while (word == last_)
      word = static_cast<std::size_t>(random_range(random_, 0, static_cast<std::int64_t>(std::size(kWords))));
    last_ = word;
    const std::size_t start = out.size();
    out += kWords[word];
    if (capital_) out[start] = static_cast<char>(out[start] - 'a' + 'A');
    capital_ = false;
    if (i - random_range(random_, 3, 8) > last_comma_) {
      last_comma_ = i;
      last_stop_ += 2;
      out += ',';
    }
    if (i - random_range(random_, 10, 20) > last_stop_) {
      last_comma_ = last_stop_ = i;
      out += '.';
      capital_ = true;
    }
  }

  Evaluator& evaluator_;
  Random& random_;
  bool capital_ = true;
  std::int64_t last_comma_ = 0;
  std::int64_t last_stop_ = 0;
  std::size_t last_ = std::size(kWords);
};

Value lipsum(const CallArguments& call) {
  const Arguments args("generate_lorem_ipsum", {"n", "html", "min", "max"}, 0, call);
  const std::int64_t count = args.integer(0, 5);
  const bool html = args.truthy(1, true);
  Random random(std::random_device{}());
  TextOut out(args.evaluator());
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t words = random_range(random, args.integer(2, 20), args.integer(3, 100));
    args.evaluator().step();
    const std::string paragraph = Paragraph(args.evaluator(), random).make(words);
    if (i) out.append(html ? "\n" : "\n\n");
    if (html) out.append("<p>");
    out.append(paragraph);
    if (html) out.append("</p>");
  }
  return make_text(out.text(), html);
}

template <class T = Callable>
Value frozen(std::string_view type, std::string_view repr, Callable::Function function) {
  return Value::object(std::make_unique<T>(type, repr, function)).freeze();
}

}  // namespace

Value builtin_globals() {
  static const Value range = frozen("type", "<class 'range'>", bounded_range);
  static const Value dict = frozen<DictType>("type", "<class 'dict'>", dict_of);
  static const Value text = frozen("function", "<function generate_lorem_ipsum>", lipsum);
  static const Value cycler = frozen("type", "<class 'jinja2.utils.Cycler'>", make_cycler);
  static const Value joiner = frozen("type", "<class 'jinja2.utils.Joiner'>", make_joiner);
  static const Value space = frozen("type", "<class 'jinja2.utils.Namespace'>", make_namespace);
  return Value::dict({{"range", range},
                      {"dict", dict},
                      {"lipsum", text},
                      {"cycler", cycler},
                      {"joiner", joiner},
                      {"namespace", space}});
}

Object* as_namespace(const Value& value) {
  if (!value.is_object()) return nullptr;
  Value shared = value;
  return dynamic_cast<Namespace*>(&shared.as_object());
}

}  // namespace retort::jinja::detail
