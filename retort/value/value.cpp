// SPDX-License-Identifier: BSD-3-Clause
#include "retort/value/value.h"

#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "retort/base/utf8.h"
#include "retort/value/bounds.h"
#include "retort/value/detail/box.h"
#include "retort/value/detail/descent.h"
#include "retort/value/undefined.h"
#include "retort/value/view_type.h"

namespace retort {
namespace {

using detail::DictBox;
using detail::ItemsBox;

[[noreturn]] void throw_frozen() { throw TypeError("a frozen value cannot be changed"); }

void check_depth(int depth) {
  if (depth > kMaxValueDepth) throw RecursionError("values are nested too deeply");
}

ItemsBox& writable_items(Value& value, bool list_only) {
  const bool good = list_only ? value.is_list() : value.is_sequence();
  if (!good) throw TypeError(fmt::format("expected a list, got {}", value.type_name()));
  if (ValueAccess::immortal(value)) throw_frozen();
  return ValueAccess::items(value);
}

DictBox& writable_dict(Value& value) {
  if (!value.is_dict()) throw TypeError(fmt::format("expected a dict, got {}", value.type_name()));
  if (ValueAccess::immortal(value)) throw_frozen();
  return ValueAccess::dict(value);
}

Value make_items(Value::Kind kind, const Value* begin, const Value* end) {
  auto box = std::make_unique<ItemsBox>(kind);
  box->items.assign(begin, end);
  return ValueAccess::from(box.release());
}

}  // namespace

// Making.

void Value::set_text(std::string_view text, Kind kind) {
  if (text.size() <= kInlineSize) {
    if (!text.empty()) std::memcpy(static_cast<void*>(this), text.data(), text.size());
    size_ = static_cast<std::uint8_t>(text.size());
  } else {
    payload_.box = &detail::TextBox::make(kind, text)->head;
    size_ = kBoxed;
  }
  kind_ = kind;
}

std::string_view Value::boxed_text() const noexcept {
  return static_cast<const detail::TextBox&>(ValueAccess::box(*this)).text();
}

Value Value::bytes(std::string_view data) {
  Value out;
  out.set_text(data, Kind::bytes);
  return out;
}

Value Value::markup(std::string_view html) {
  Value out;
  out.set_text(html, Kind::markup);
  return out;
}

Value Value::list(std::initializer_list<Value> items) {
  return make_items(Kind::list, items.begin(), items.end());
}
Value Value::tuple(std::initializer_list<Value> items) {
  return make_items(Kind::tuple, items.begin(), items.end());
}
Value Value::tuple(Items items) { return make_items(Kind::tuple, items.begin(), items.end()); }

Value Value::dict(std::initializer_list<Member> members) {
  Value out = ValueAccess::from(new DictBox);
  out.reserve(members.size());
  for (const Member& member : members) out.set(member.key, member.value);
  return out;
}

Value Value::own(Object* object) {
  std::unique_ptr<Object> owner(object);
  return ValueAccess::from(new detail::ObjectBox(std::move(owner)));
}

Value Value::own_undefined(Undefined* info) {
  return ValueAccess::from(new detail::ObjectBox(std::unique_ptr<Object>(info), Kind::undefined));
}

const Undefined* Value::undefined_info() const noexcept {
  if (!is_undefined() || !is_boxed()) return nullptr;
  return static_cast<const Undefined*>(
      static_cast<const detail::ObjectBox&>(ValueAccess::box(*this)).object.get());
}

Value Value::view(const ViewType& type, const void* target) noexcept {
  Value out;
  out.payload_.target = target;
  // User space ends below 2^47 on the machines that there are; types are static objects.
  out.set_more(reinterpret_cast<std::uintptr_t>(&type));
  out.size_ = kBorrowed;
  out.kind_ = Kind::view;
  return out;
}

const ViewType& Value::view_type() const noexcept {
  return *reinterpret_cast<const ViewType*>(static_cast<std::uintptr_t>(more()));
}

Value Value::borrow(std::string_view text) noexcept {
  Value out;
  if (text.size() <= kInlineSize) {
    out.set_text(text, Kind::string);
  } else {
    out.payload_.target = text.data();
    out.set_more(text.size());
    out.size_ = kBorrowed;
    out.kind_ = Kind::string;
  }
  return out;
}

const Value& Value::undefined() {
  static const Value none;
  return none;
}

// What it is.

std::string_view Value::type_name() const {
  switch (kind_) {
    case Kind::undefined:
      if (const Undefined* info = undefined_info()) return info->type_name();
      return "Undefined";
    case Kind::none:
      return "NoneType";
    case Kind::boolean:
      return "bool";
    case Kind::integer:
      return "int";
    case Kind::real:
      return "float";
    case Kind::string:
      return "str";
    case Kind::markup:
      return "Markup";
    case Kind::bytes:
      return "bytes";
    case Kind::list:
      return "list";
    case Kind::tuple:
      return "tuple";
    case Kind::dict:
      return "dict";
    case Kind::object:
      return as_object().type_name();
    case Kind::view:
      return view_type().type_name();
  }
  return "";
}

void Value::throw_too_large() { throw ValueError("an integer beyond 64 bits does not fit a Value"); }

void Value::throw_type(const char* expected) const {
  throw TypeError(fmt::format("expected {}, got {}", expected, type_name()));
}

const Object& Value::as_object() const {
  if (!is_object()) throw_type("an object");
  return *static_cast<const detail::ObjectBox&>(ValueAccess::box(*this)).object;
}

Object& Value::as_object() {
  if (!is_object()) throw_type("an object");
  return *static_cast<detail::ObjectBox&>(ValueAccess::box(*this)).object;
}

// Containers.

std::size_t Value::size() const {
  std::size_t length = 0;
  switch (kind_) {
    case Kind::string:
    case Kind::markup:
      return utf8::count(text());
    case Kind::bytes:
      return text().size();
    case Kind::list:
    case Kind::tuple:
      return ValueAccess::items(*this).items.size();
    case Kind::dict:
      return ValueAccess::dict(*this).entries.size();
    case Kind::object:
      if (as_object().length(length)) return length;
      break;
    case Kind::view:
      if (view_type().length(view_target(), length)) return length;
      break;
    case Kind::undefined:
      if (const Undefined* info = undefined_info(); info && info->length(length)) return length;
      break;
    default:
      break;
  }
  throw TypeError(fmt::format("object of type '{}' has no len()", type_name()));
}

Value::Items Value::items() const {
  if (!is_sequence()) throw_type("a list or tuple");
  const auto& items = ValueAccess::items(*this).items;
  return {items.data(), items.size()};
}

Value::Entries Value::entries() const {
  if (!is_dict()) throw_type("a dict");
  const auto& entries = ValueAccess::dict(*this).entries;
  return {entries.data(), entries.size()};
}

const Value* Value::find(std::string_view key) const {
  if (!is_dict()) return nullptr;
  const DictBox& dict = ValueAccess::dict(*this);
  const std::size_t at = dict.find(key);
  return at == DictBox::kNone ? nullptr : &dict.entries[at].value;
}

const Value* Value::find(std::string_view key, std::uint32_t& hint) const {
  if (!is_dict()) return nullptr;
  const std::vector<Entry>& entries = ValueAccess::dict(*this).entries;
  if (hint < entries.size()) {
    const Value& known = entries[hint].key;
    if (known.is_string() && equal_text(known.text(), key)) return &entries[hint].value;
  }
  const std::size_t at = ValueAccess::dict(*this).find(key);
  if (at == DictBox::kNone) return nullptr;
  hint = static_cast<std::uint32_t>(at);
  return &entries[at].value;
}

const Value* Value::find(const Value& key) const {
  if (!is_dict()) return nullptr;
  const DictBox& dict = ValueAccess::dict(*this);
  const std::size_t at = dict.find(key);
  return at == DictBox::kNone ? nullptr : &dict.entries[at].value;
}

const Value& Value::get(std::string_view key) const {
  const Value* found = find(key);
  return found ? *found : undefined();
}

const Value& Value::get(const Value& key) const {
  const Value* found = find(key);
  return found ? *found : undefined();
}

Value Value::get(std::string_view key, Value otherwise) const {
  const Value* found = find(key);
  return found ? *found : std::move(otherwise);
}

const Value& Value::item_at(std::size_t i) const {
  if (!is_sequence() || i >= ValueAccess::items(*this).items.size()) return undefined();
  return ValueAccess::items(*this).items[i];
}

void Value::set(std::string_view key, Value value) {
  DictBox& dict = writable_dict(*this);
  const std::size_t at = dict.find(key);
  if (at == DictBox::kNone) {
    dict.append(Value(key), std::move(value));
  } else {
    dict.entries[at].value = std::move(value);
  }
}

void Value::set(const Value& key, Value value) {
  DictBox& dict = writable_dict(*this);
  key.hash();  // throws for what cannot be a key
  const std::size_t at = dict.find(key);
  if (at == DictBox::kNone) {
    dict.append(key, std::move(value));
  } else {
    dict.entries[at].value = std::move(value);
  }
}

void Value::set_item(std::size_t i, Value value) {
  ItemsBox& list = writable_items(*this, true);
  if (i >= list.items.size()) throw IndexError("list assignment index out of range");
  list.items[i] = std::move(value);
}

void Value::push_back(Value item) { writable_items(*this, true).items.push_back(std::move(item)); }

bool Value::erase(const Value& key) {
  DictBox& dict = writable_dict(*this);
  const std::size_t at = dict.find(key);
  if (at == DictBox::kNone) return false;
  dict.erase(at);
  return true;
}

void Value::insert_item(std::size_t i, Value item) {
  ItemsBox& list = writable_items(*this, true);
  const std::size_t at = i < list.items.size() ? i : list.items.size();
  list.items.insert(list.items.begin() + static_cast<std::ptrdiff_t>(at), std::move(item));
}

void Value::erase_item(std::size_t i) {
  ItemsBox& list = writable_items(*this, true);
  if (i >= list.items.size()) throw IndexError("list index out of range");
  list.items.erase(list.items.begin() + static_cast<std::ptrdiff_t>(i));
}

void Value::clear() {
  if (is_dict()) {
    DictBox& dict = writable_dict(*this);
    dict.entries.clear();
    dict.index.clear();
  } else {
    writable_items(*this, true).items.clear();
  }
}

void Value::reserve(std::size_t size) {
  if (is_dict()) {
    writable_dict(*this).entries.reserve(size);
  } else {
    writable_items(*this, true).items.reserve(size);
  }
}

// As Python has them.

bool Value::truthy() const {
  switch (kind_) {
    case Kind::undefined:
      if (const Undefined* info = undefined_info()) return info->truthy();
      return false;
    case Kind::none:
      return false;
    case Kind::boolean:
    case Kind::integer:
      return payload_.integer != 0;
    case Kind::real:
      return payload_.real != 0;
    case Kind::object:
      return as_object().truthy();
    case Kind::view: {
      std::size_t length = 0;
      return !view_type().length(view_target(), length) || length != 0;
    }
    case Kind::string:
    case Kind::markup:
    case Kind::bytes:
      return !text().empty();
    default:
      return size() != 0;
  }
}

namespace {

bool numeric(const Value& v) { return v.is_number() || v.is_bool(); }
std::int64_t integer_of(const Value& v) { return v.is_bool() ? v.as_bool() : v.as_int(); }

/// Exact, also where the integer has more digits than a double.
std::partial_ordering compare_numbers(const Value& a, const Value& b) {
  if (!a.is_double() && !b.is_double()) return integer_of(a) <=> integer_of(b);
  if (a.is_double() && b.is_double()) return a.as_double() <=> b.as_double();
  if (b.is_double()) {
    const auto reversed = compare_numbers(b, a);
    return 0 <=> reversed;
  }
  const double real = a.as_double();
  const std::int64_t whole = integer_of(b);
  if (std::isnan(real)) return std::partial_ordering::unordered;
  if (real >= 9223372036854775808.0) return std::partial_ordering::greater;
  if (real < -9223372036854775808.0) return std::partial_ordering::less;
  const auto truncated = static_cast<std::int64_t>(real);
  if (truncated != whole) return truncated <=> whole;
  return real - static_cast<double>(truncated) <=> 0.0;
}

bool text_like(const Value& v) { return v.is_string(); }
bool is_scalar(const Value& v) { return numeric(v) || text_like(v) || v.is_bytes() || v.is_none(); }

/// Where one of the two at least is an object.
bool equal_object(const Value& a, const Value& b, int depth) {
  const detail::Descent descent(depth);
  if (!a.is_object()) return b.as_object().equals_value(a);
  if (!b.is_object()) return a.as_object().equals_value(b);
  return a.as_object().equals(b.as_object()) || b.as_object().equals(a.as_object());
}

}  // namespace

bool Value::equal(const Value& a, const Value& b) {
  if (numeric(a) && numeric(b)) return compare_numbers(a, b) == std::partial_ordering::equivalent;
  if (text_like(a) && text_like(b)) return a.text() == b.text();
  const Walk walk;
  return equal_deep(a, b, 0);
}

bool Value::equal_deep(const Value& a, const Value& b, int depth) {
  check_depth(depth);
  if (numeric(a) && numeric(b)) return compare_numbers(a, b) == std::partial_ordering::equivalent;
  if (text_like(a) && text_like(b)) return a.text() == b.text();
  if (a.is_view() && b.is_view() && a.view_target() == b.view_target() && &a.view_type() == &b.view_type())
    return true;
  if (a.is_view() && is_scalar(b)) return false;
  if (b.is_view() && is_scalar(a)) return false;
  if (a.is_view() && b.is_object() && b.as_object().equals_value(a)) return true;
  if (b.is_view() && a.is_object() && a.as_object().equals_value(b)) return true;
  if (a.is_view()) return equal_deep(a.view_type().copy(a.view_target()), b, depth + 1);
  if (b.is_view()) return equal_deep(a, b.view_type().copy(b.view_target()), depth + 1);
  if (a.is_object() || b.is_object()) return equal_object(a, b, depth);
  if (a.kind_ != b.kind_) {
    if (const Undefined* info = a.undefined_info()) return info->equals_value(b);
    if (const Undefined* info = b.undefined_info()) return info->equals_value(a);
    return false;
  }
  switch (a.kind_) {
    case Kind::bytes:
      return a.text() == b.text();
    case Kind::list:
    case Kind::tuple: {
      const Items x = a.items(), y = b.items();
      if (x.size() != y.size()) return false;
      count_walk(x.size());
      for (std::size_t i = 0; i < x.size(); ++i) {
        if (!equal_deep(x[i], y[i], depth + 1)) return false;
      }
      return true;
    }
    case Kind::dict: {
      if (a.size() != b.size()) return false;
      count_walk(a.size());
      for (const Entry& entry : a.entries()) {
        const Value* other = b.find(entry.key);
        if (!other || !equal_deep(entry.value, *other, depth + 1)) return false;
      }
      return true;
    }
    case Kind::undefined: {
      const Undefined* info = a.undefined_info();
      const Undefined* other = b.undefined_info();
      return info && other ? info->equals(*other) : true;
    }
    default:
      return true;  // none
  }
}

std::partial_ordering Value::order(const Value& a, const Value& b, int depth) {
  check_depth(depth);
  if (numeric(a) && numeric(b)) return compare_numbers(a, b);
  if (text_like(a) && text_like(b)) return a.text() <=> b.text();  // code point order is UTF-8's byte order
  if (a.is_bytes() && b.is_bytes()) return a.text() <=> b.text();
  if (a.is_sequence() && a.kind_ == b.kind_) {
    const Items x = a.items(), y = b.items();
    for (std::size_t i = 0; i < x.size() && i < y.size(); ++i) {
      if (!equal_deep(x[i], y[i], depth + 1)) return order(x[i], y[i], depth + 1);
    }
    return x.size() <=> y.size();
  }
  if (a.is_view()) return order(a.view_type().copy(a.view_target()), b, depth + 1);
  if (b.is_view()) return order(a, b.view_type().copy(b.view_target()), depth + 1);
  if (a.is_undefined()) fail_undefined(a);
  if (b.is_undefined()) fail_undefined(b);
  throw TypeError(
      fmt::format("'<' not supported between instances of '{}' and '{}'", a.type_name(), b.type_name()));
}

std::partial_ordering Value::compare(const Value& a, const Value& b) {
  const Walk walk;
  return order(a, b, 0);
}

namespace {

std::size_t hash_of(const Value& value, int depth);

std::size_t hash_real(double real) {
  if (real == std::floor(real) && real >= -9223372036854775808.0 && real < 9223372036854775808.0)
    return detail::hash_number(static_cast<std::uint64_t>(static_cast<std::int64_t>(real)));  // as its equal
  return detail::hash_bytes({reinterpret_cast<const char*>(&real), sizeof real});
}

std::size_t hash_of(const Value& value, int depth) {
  using Kind = Value::Kind;
  check_depth(depth);
  switch (value.kind()) {
    case Kind::boolean:
    case Kind::integer:
      return detail::hash_number(static_cast<std::uint64_t>(integer_of(value)));
    case Kind::real:
      return hash_real(value.as_double());
    case Kind::string:
    case Kind::markup:
    case Kind::bytes:
      return detail::hash_bytes(ValueAccess::text(value));
    case Kind::tuple: {
      std::size_t out = 0x345678;
      count_walk(value.size());
      for (const Value& item : value.items()) out = (out ^ hash_of(item, depth + 1)) * 1000003u;
      return out;
    }
    case Kind::object: {
      const detail::Descent descent(depth);
      return value.as_object().hash();
    }
    case Kind::list:
    case Kind::dict:
    case Kind::view:  // equal to what has the same items or members
      throw TypeError(fmt::format("unhashable type: '{}'", value.type_name()));
    case Kind::undefined:
      if (const Undefined* info = value.undefined_info()) return info->hash();
      return 0;
    default:
      return static_cast<std::size_t>(value.kind());
  }
}

}  // namespace

std::size_t Value::hash() const {
  if (is_string()) return detail::hash_bytes(text());
  const Walk walk;
  return hash_of(*this, 0);
}

// Copies and freezing.

Value Value::copy() const {
  if (is_list()) {
    const Items from = items();
    return make_items(Kind::list, from.begin(), from.end());
  }
  if (is_dict()) {
    Value out = dict();
    for (const Entry& entry : entries()) out.set(entry.key, entry.value);
    return out;
  }
  if (is_view()) return view_type().copy(view_target());
  return *this;
}

namespace {

Value copy_deep(const Value& value, int depth) {
  check_depth(depth);
  if (value.is_sequence()) {
    std::vector<Value> items;
    count_walk(value.size());
    for (const Value& item : value.items()) items.push_back(copy_deep(item, depth + 1));
    return make_items(value.kind(), items.data(), items.data() + items.size());
  }
  if (value.is_dict()) {
    Value out = Value::dict();
    count_walk(value.size());
    for (const Value::Entry& entry : value.entries())
      out.set(copy_deep(entry.key, depth + 1), copy_deep(entry.value, depth + 1));
    return out;
  }
  if (value.is_view()) return copy_deep(value.view_type().copy(value.view_target()), depth + 1);
  if (value.is_string()) {
    return value.is_markup() ? Value::markup(value.as_string()) : Value(value.as_string());
  }
  if (value.is_bytes()) return Value::bytes(value.as_bytes());
  return value;
}

void freeze_deep(Value& value, int depth) {
  check_depth(depth);
  if (!ValueAccess::boxed(value) || ValueAccess::immortal(value)) return;
  detail::Box& box = ValueAccess::box(value);
  if (value.is_sequence()) {
    for (Value& item : static_cast<ItemsBox&>(box).items) freeze_deep(item, depth + 1);
  } else if (value.is_dict()) {
    for (Value::Entry& entry : static_cast<DictBox&>(box).entries) {
      freeze_deep(entry.key, depth + 1);
      freeze_deep(entry.value, depth + 1);
    }
  } else if (value.is_object()) {
    const detail::Descent descent(depth);
    value.as_object().freeze();
  }
  box.head.count = detail::kImmortal;
  detail::forget_leak(box);
}

}  // namespace

Value Value::deep_copy() const {
  const Walk walk;
  return copy_deep(*this, 0);
}

const Value& Value::freeze() {
  freeze_deep(*this, 0);
  return *this;
}

bool Value::is_frozen() const { return !is_boxed() || head().count == detail::kImmortal; }

}  // namespace retort
