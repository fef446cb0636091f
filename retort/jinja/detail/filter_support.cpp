// SPDX-License-Identifier: BSD-3-Clause
#include "retort/jinja/detail/filter_support.h"

#include <memory>
#include <utility>

#include <fmt/format.h>

#include "retort/base/utf8.h"
#include "retort/value/bounds.h"
#include "retort/value/error.h"
#include "retort/value/escape.h"
#include "retort/value/iterate.h"
#include "retort/value/markup.h"
#include "retort/value/methods.h"
#include "retort/value/operators.h"
#include "retort/value/undefined.h"
#include "retort/value/unicode.h"
#include "retort/value/view_type.h"

namespace retort::jinja::detail {

Value make_text(std::string_view text, bool markup) { return markup ? Value::markup(text) : Value(text); }

Value to_str(Render& render, const Value& value) {
  if (value.is_string()) {
    if (!value.is_markup()) return value;
    render.charge(value.as_string().size());
    return Value(value.as_string());
  }
  std::string text;
  const TextLimit limit(text, render.bytes_left());
  value.append_str(text);
  render.charge(text.size());
  return Value(text);
}

Value soft_str(Render& render, const Value& value) {
  return value.is_string() ? value : to_str(render, value);
}

Value own_html(Render& render, const Value& value) {
  std::string html;
  if (value.is_markup() || !append_own_html(html, value)) return value;
  render.charge(html.size());
  return Value::markup(html);
}

Value escaped(Render& render, const Value& value) {
  if (value.is_markup()) return value;
  if (!value.is_string()) {
    const Value html = own_html(render, value);
    if (html.is_markup()) return html;
    return escaped(render, to_str(render, value));
  }
  const std::string_view text = value.as_string();
  const std::size_t size = escaped_size(text);
  render.charge(size);
  if (size == text.size()) return Value::markup(text);
  std::string html;
  html.reserve(size);
  append_escaped(html, text);
  return Value::markup(html);
}

Value call_method(Render& render, const Value& self, std::string_view name,
                  std::initializer_list<Value> arguments) {
  const Method* method = self.is_undefined() || self.is_object() ? nullptr : find_method(self.kind(), name);
  if (!method) fail_attribute(self, name);
  return method->function(self, CallArguments{{arguments.begin(), arguments.size()}, {}, &render});
}

void fail_attribute(const Value& value, std::string_view name) {
  if (value.is_undefined()) fail_undefined(value);
  throw AttributeError(fmt::format("'{}' object has no attribute '{}'", value.type_name(), name));
}

void push(Render& render, Value& list, const Value& item) {
  if (list.items().size() >= kMaxResultBytes / sizeof(Value)) render.charge(kMaxResultBytes + 1);
  render.charge(sizeof(Value));
  list.push_back(item);
}

namespace {

bool ends_line(char32_t c) {
  return (c >= '\n' && c <= '\r') || (c >= 0x1c && c <= 0x1e) || c == 0x85 || c == 0x2028 || c == 0x2029;
}

}  // namespace

std::string_view next_line(std::string_view text, std::size_t& at, bool keep_end) {
  const std::size_t start = at;
  while (at < text.size()) {
    const std::size_t end = at;
    const char32_t c = utf8::decode(text, at);
    if (!ends_line(c)) continue;
    if (c == '\r' && at < text.size() && text[at] == '\n') ++at;
    return text.substr(start, (keep_end ? at : end) - start);
  }
  return text.substr(start);
}

bool is_word(char32_t c) {
  if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  return unicode::is_alpha(c) || unicode::is_decimal(c) || unicode::is_digit(c) || unicode::is_numeric(c);
}

namespace {

bool has_callable(const Value& object, std::string_view name) {
  const Value found = object.as_object().attribute(name);
  return found.is_object() && found.as_object().is_callable();
}

bool is_mapping_view(const Value& value) {
  return value.is_view() && value.view_type().shape() == ViewType::Shape::mapping;
}

}  // namespace

bool is_mapping(const Value& value) {
  if (value.is_object()) return has_callable(value, "keys") && has_callable(value, "items");
  return value.is_dict() || is_mapping_view(value);
}

Value items_of(Render& render, const Value& value) {
  if (value.is_dict()) return dict_items(value);
  if (is_mapping_view(value)) return dict_items(value.view_type().copy(value.view_target()));
  if (value.is_object()) {
    const Value items = render.own_attribute(value, "items");
    if (!items.is_undefined()) return render.call(items, CallArguments{{}, {}, &render});
  }
  fail_attribute(value, "items");
}

void unpack_pair(const Value& pair, Value& first, Value& second) {
  if (!pair.is_undefined() && !is_iterable(pair))
    throw TypeError(fmt::format("cannot unpack non-iterable {} object", pair.type_name()));
  const Owned<ValueIterator> items = iterate(pair);
  if (!items->next(first)) throw ValueError("not enough values to unpack (expected 2, got 0)");
  if (!items->next(second)) throw ValueError("not enough values to unpack (expected 2, got 1)");
  Value surplus;
  if (items->next(surplus)) throw ValueError("too many values to unpack (expected 2)");
}

Value ignore_case(Render& render, const Value& value) {
  if (!value.is_string()) return value;
  render.charge(value.as_string().size());
  std::string lower;
  unicode::append_lower(lower, value.as_string());
  return make_text(lower, value.is_markup());
}

// Attributes by path.

namespace {

Value path_part(std::string_view part) {
  bool digits = !part.empty();
  for (std::size_t at = 0; at < part.size() && digits;) digits = unicode::is_digit(utf8::decode(part, at));
  return digits ? ops::to_integer(Value(part)) : Value(part);
}

}  // namespace

AttributeGetter::AttributeGetter(Render& render, const Value& attribute, bool fold_case, Value fallback)
    : render_(render), fallback_(std::move(fallback)), fold_case_(fold_case) {
  if (attribute.is_none()) return;
  if (!attribute.is_string()) {
    parts_.push_back(attribute);
    return;
  }
  std::string_view rest = attribute.as_string();
  for (std::size_t dot = rest.find('.'); dot != rest.npos; dot = rest.find('.')) {
    render.charge(sizeof(Value));
    parts_.push_back(path_part(rest.substr(0, dot)));
    rest.remove_prefix(dot + 1);
  }
  parts_.push_back(path_part(rest));
}

Value AttributeGetter::operator()(const Value& item) const {
  Value found = item;
  render_.step(parts_.size());
  for (const Value& part : parts_) {
    found = render_.getitem(found, part);
    if (found.is_undefined() && !fallback_.is_none()) found = fallback_;
  }
  return fold_case_ ? ignore_case(render_, found) : found;
}

KeptCall::KeptCall(const CallArguments& call, std::size_t skip) {
  positional_.emplace_back();
  for (std::size_t i = skip; i < call.positional.size(); ++i) positional_.push_back(call.positional[i]);
  keys_.reserve(call.named.size());  // the names look into their places
  for (const Value::Member& member : call.named) {
    keys_.emplace_back(member.key);
    named_.push_back({keys_.back().as_string(), member.value});
  }
}

void KeptCall::pop_front() { positional_.erase(positional_.begin() + 1); }

CallArguments KeptCall::with(Value first, Render& render) {
  positional_[0] = std::move(first);
  return {{positional_.data(), positional_.size()}, named(), &render};
}

// Generators.

LazyItems::LazyItems(Render& render, Value source)
    : render_(render), source_(std::move(source)), user_(render) {}

bool LazyItems::next_source(Value& out) {
  if (!items_) items_ = iterate(source_);
  render_.step();
  return items_->next(out);
}

bool LazyItems::next(Value& out) {
  if (state_ == State::done) return false;
  user_.render();
  if (state_ == State::running) throw ValueError("generator already executing");
  const bool fresh = state_ == State::fresh;
  state_ = State::running;
  bool more = false;
  try {
    more = (!fresh || begin()) && produce(out);
  } catch (...) {
    state_ = State::done;
    throw;
  }
  state_ = more ? State::waiting : State::done;
  if (!more) items_ = nullptr;
  return more;
}

}  // namespace retort::jinja::detail
