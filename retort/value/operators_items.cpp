// SPDX-License-Identifier: BSD-3-Clause
// The operators on containers and text: `in`, `~`, subscripts and slices.
#include <cstring>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "retort/base/utf8.h"
#include "retort/value/bounds.h"
#include "retort/value/detail/operands.h"
#include "retort/value/detail/slice.h"
#include "retort/value/error.h"
#include "retort/value/iterate.h"
#include "retort/value/markup.h"
#include "retort/value/operators.h"
#include "retort/value/undefined.h"

namespace retort {

namespace {

using detail::integer_of;
using detail::is_container_view;
using detail::is_integral;
using detail::plain;

/// A slice's start or stop inside of `length`; `beyond` when it is left out.
std::int64_t clamp_bound(const Value& bound, std::int64_t length, bool backwards, std::int64_t beyond) {
  if (bound.is_none()) return beyond;
  if (!is_integral(bound))
    throw TypeError("slice indices must be integers or None or have an __index__ method");
  std::int64_t at = integer_of(bound);
  if (at < 0) {
    at += length;
    return at >= 0 ? at : backwards ? -1 : 0;
  }
  return at < length ? at : backwards ? length - 1 : length;
}

}  // namespace

namespace detail {

SliceBounds slice_bounds(const Value& start, const Value& stop, const Value& step, std::int64_t length) {
  SliceBounds out;
  if (!step.is_none()) {
    if (!is_integral(step))
      throw TypeError("slice indices must be integers or None or have an __index__ method");
    out.step = integer_of(step);
    if (out.step == 0) throw ValueError("slice step cannot be zero");
    if (out.step == INT64_MIN) ++out.step;  // so that it can be negated; no sequence is that long
  }
  const bool backwards = out.step < 0;
  out.start = clamp_bound(start, length, backwards, backwards ? length - 1 : 0);
  const std::int64_t end = clamp_bound(stop, length, backwards, backwards ? -1 : length);
  if (backwards && end < out.start) out.count = (out.start - end - 1) / -out.step + 1;
  if (!backwards && out.start < end) out.count = (end - out.start - 1) / out.step + 1;
  return out;
}

}  // namespace detail

namespace ops {
namespace {

// Text by code points. Bytes that continue a code point belong to the one before, well
// formed or not.

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

void advance(std::string_view text, std::size_t& at) {
  do ++at;
  while (at < text.size() && continues(text[at]));
}

void retreat(std::string_view text, std::size_t& at) {
  do --at;
  while (at > 0 && continues(text[at]));
}

/// Where the code point at `position` begins.
std::size_t offset_of(std::string_view text, std::int64_t position) {
  std::size_t at = 0;
  for (; position > 0 && at < text.size(); --position) advance(text, at);
  return at;
}

bool is_single_byte(std::string_view text, std::size_t length) { return length == text.size(); }

/// A position that counts from the end when negative; false when it is outside.
bool resolve(const Value& key, std::size_t length, std::size_t& out) {
  if (!is_integral(key)) return false;
  std::int64_t at = integer_of(key);
  const auto size = static_cast<std::int64_t>(length);
  if (at < 0) at += size;
  if (at < 0 || at >= size) return false;
  out = static_cast<std::size_t>(at);
  return true;
}

Value text_like(const Value& like, std::string_view text) {
  if (like.is_markup()) return Value::markup(text);
  return Value(text);
}

Value text_item(const Value& object, const Value& key) {
  const std::string_view text = object.as_string();
  const std::size_t length = utf8::count(text);
  std::size_t at = 0;
  if (!resolve(key, length, at)) return {};
  if (is_single_byte(text, length)) return text_like(object, text.substr(at, 1));
  const std::size_t begin = offset_of(text, static_cast<std::int64_t>(at));
  if (begin >= text.size()) return {};
  std::size_t end = begin;
  advance(text, end);
  return text_like(object, text.substr(begin, end - begin));
}

Value dict_item(const Value& dict, const Value& key) {
  try {
    return dict.get(key);
  } catch (const TypeError&) {  // without a hash it is no dict's key
    return {};
  }
}

std::string slice_bytes(std::string_view bytes, const detail::SliceBounds& bounds) {
  const auto count = static_cast<std::size_t>(bounds.count);
  if (count == 0) return {};
  if (bounds.step == 1) return std::string(bytes.substr(static_cast<std::size_t>(bounds.start), count));
  std::string out;
  out.reserve(count);
  for (std::int64_t i = 0; i < bounds.count; ++i)
    out += bytes[static_cast<std::size_t>(bounds.start + i * bounds.step)];
  return out;
}

std::string slice_code_points(std::string_view text, const detail::SliceBounds& bounds) {
  std::string out;
  std::size_t at = offset_of(text, bounds.start);
  if (bounds.step == 1) {
    const std::string_view rest = text.substr(at);
    return std::string(rest.substr(0, offset_of(rest, bounds.count)));
  }
  for (std::int64_t i = 0; i < bounds.count && at < text.size(); ++i) {
    std::size_t end = at;
    advance(text, end);
    out += text.substr(at, end - at);
    if (i + 1 == bounds.count) break;
    for (std::int64_t n = 0; n < bounds.step && at < text.size(); ++n) advance(text, at);
    for (std::int64_t n = 0; n > bounds.step && at > 0; --n) retreat(text, at);
  }
  return out;
}

Value slice_text(const Value& object, const Value& start, const Value& stop, const Value& step,
                 Evaluator& evaluator) {
  const std::string_view text = object.as_string();
  const std::size_t length = utf8::count(text);
  const detail::SliceBounds bounds =
      detail::slice_bounds(start, stop, step, static_cast<std::int64_t>(length));
  const bool single = is_single_byte(text, length);
  const auto count = static_cast<std::size_t>(bounds.count);
  evaluator.charge(single || count > text.size() / 4 ? (single ? count : text.size()) : count * 4);
  return text_like(object, single ? slice_bytes(text, bounds) : slice_code_points(text, bounds));
}

Value slice_items(const Value& object, const Value& start, const Value& stop, const Value& step,
                  Evaluator& evaluator) {
  const Value::Items items = object.items();
  const detail::SliceBounds bounds =
      detail::slice_bounds(start, stop, step, static_cast<std::int64_t>(items.size()));
  const auto count = static_cast<std::size_t>(bounds.count);
  evaluator.charge(count * sizeof(Value));
  const auto at = [&](std::int64_t i) -> const Value& {
    return items[static_cast<std::size_t>(bounds.start + i * bounds.step)];
  };
  if (object.is_list()) {
    Value out = Value::list();
    out.reserve(count);
    for (std::int64_t i = 0; i < bounds.count; ++i) out.push_back(at(i));
    return out;
  }
  std::vector<Value> out;
  out.reserve(count);
  for (std::int64_t i = 0; i < bounds.count; ++i) out.push_back(at(i));
  return Value::tuple({out.data(), out.size()});
}

bool has_text(std::string_view text, std::string_view part) {
  return part.empty() ||
         (!text.empty() && memmem(text.data(), text.size(), part.data(), part.size()) != nullptr);
}

bool bytes_contain(std::string_view bytes, const Value& needle) {
  if (needle.is_bytes()) return has_text(bytes, needle.as_bytes());
  if (!is_integral(needle))
    throw TypeError(fmt::format("a bytes-like object is required, not '{}'", needle.type_name()));
  const std::int64_t byte = integer_of(needle);
  if (byte < 0 || byte > 255) throw ValueError("byte must be in range(0, 256)");
  return bytes.find(static_cast<char>(static_cast<unsigned char>(byte))) != bytes.npos;
}

bool walk_contains(const Value& haystack, const Value& needle, Evaluator& evaluator) {
  const Owned<ValueIterator> items = iterate(haystack);
  for (Value item; items->next(item);) {
    evaluator.step();
    if (equal(item, needle, evaluator)) return true;
  }
  return false;
}

[[noreturn]] void throw_not_iterable(const Value& haystack) {
  throw TypeError(fmt::format("argument of type '{}' is not iterable", haystack.type_name()));
}

bool view_contains(const Value& haystack, const Value& needle, Evaluator& evaluator) {
  const ViewType& type = haystack.view_type();
  if (type.shape() == ViewType::Shape::record) throw_not_iterable(haystack);
  if (type.shape() == ViewType::Shape::mapping) {
    (void)needle.hash();  // throws for what cannot be a key
    if (!type.item(haystack.view_target(), needle).is_undefined()) return true;
  }
  if (!type.iterate(haystack.view_target())) return contains(plain(haystack, evaluator), needle, evaluator);
  return walk_contains(haystack, needle, evaluator);
}

}  // namespace

bool contains(const Value& haystack, const Value& needle, Evaluator& evaluator) {
  switch (haystack.kind()) {
    case Value::Kind::string:
    case Value::Kind::markup:
      if (!needle.is_string())
        throw TypeError(
            fmt::format("'in <string>' requires string as left operand, not {}", needle.type_name()));
      return has_text(haystack.as_string(), needle.as_string());
    case Value::Kind::bytes:
      return bytes_contain(haystack.as_bytes(), needle);
    case Value::Kind::list:
    case Value::Kind::tuple:
      for (const Value& item : haystack.items()) {
        evaluator.step();
        if (equal(item, needle, evaluator)) return true;
      }
      return false;
    case Value::Kind::dict:
      (void)needle.hash();  // throws for what cannot be a key
      return haystack.find(needle) != nullptr;
    case Value::Kind::view:
      return view_contains(haystack, needle, evaluator);
    case Value::Kind::undefined:
      return walk_contains(haystack, needle, evaluator);
    case Value::Kind::object: {
      bool found = false;
      if (haystack.as_object().contains(needle, found)) return found;
      if (!is_iterable(haystack)) throw_not_iterable(haystack);
      return walk_contains(haystack, needle, evaluator);
    }
    default:
      throw_not_iterable(haystack);
  }
}

Value concatenate(Value::Items parts, bool autoescape, Evaluator& evaluator) {
  bool html = false;
  for (const Value& part : parts) html = html || (autoescape && part.is_markup());
  std::string out, text;
  for (const Value& part : parts) {
    std::string_view piece;
    if (part.is_string()) {
      piece = part.as_string();
    } else {
      text.clear();
      const TextLimit limit(text, evaluator.bytes_left());
      part.append_str(text);
      piece = text;
    }
    const bool escapes = html && !part.is_markup();
    evaluator.charge(escapes ? escaped_size(piece) : piece.size());
    if (escapes) {
      append_escaped(out, piece);
    } else {
      out += piece;
    }
  }
  return html ? Value::markup(out) : Value(out);
}

Value item(const Value& object, const Value& key) {
  std::size_t at = 0;
  switch (object.kind()) {
    case Value::Kind::string:
    case Value::Kind::markup:
      return text_item(object, key);
    case Value::Kind::bytes:
      if (!resolve(key, object.as_bytes().size(), at)) return {};
      return static_cast<int>(static_cast<unsigned char>(object.as_bytes()[at]));
    case Value::Kind::list:
    case Value::Kind::tuple:
      return resolve(key, object.items().size(), at) ? object.items()[at] : Value();
    case Value::Kind::dict:
      return dict_item(object, key);
    case Value::Kind::object:
      return object.as_object().item(key);
    case Value::Kind::view:
      return object.view_type().item(object.view_target(), key);
    case Value::Kind::undefined:
      if (const Undefined* info = object.undefined_info()) return info->item(key);
      fail_undefined(object);
    default:
      return {};
  }
}

Value slice(const Value& object, const Value& start, const Value& stop, const Value& step,
            Evaluator& evaluator) {
  switch (object.kind()) {
    case Value::Kind::string:
    case Value::Kind::markup:
      return slice_text(object, start, stop, step, evaluator);
    case Value::Kind::bytes: {
      const std::string_view bytes = object.as_bytes();
      const auto bounds = detail::slice_bounds(start, stop, step, static_cast<std::int64_t>(bytes.size()));
      evaluator.charge(static_cast<std::size_t>(bounds.count));
      return Value::bytes(slice_bytes(bytes, bounds));
    }
    case Value::Kind::list:
    case Value::Kind::tuple:
      return slice_items(object, start, stop, step, evaluator);
    case Value::Kind::dict:
      throw TypeError("unhashable type: 'slice'");
    case Value::Kind::undefined:
      if (const Undefined* info = object.undefined_info()) return info->item(start);
      fail_undefined(object);
    default:
      break;
  }
  if (is_container_view(object)) return slice(plain(object, evaluator), start, stop, step, evaluator);
  Value out;
  if (object.is_object()) out = object.as_object().slice(start, stop, step);
  if (!out.is_undefined()) return out;
  throw TypeError(fmt::format("'{}' object is not subscriptable", object.type_name()));
}

}  // namespace ops
}  // namespace retort
