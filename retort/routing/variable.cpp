// SPDX-License-Identifier: BSD-3-Clause
#include "retort/routing/variable.h"

#include <limits>

#include "retort/base/text.h"
#include "retort/routing/detail/python_text.h"

namespace retort::routing {
namespace {

bool is_number(const Variable& v) {
  return v.kind() == Variable::Kind::integer || v.kind() == Variable::Kind::boolean ||
         v.kind() == Variable::Kind::real;
}

// Precondition: an integer or a boolean.
std::int64_t whole(const Variable& v) { return v.boolean() ? (*v.boolean() ? 1 : 0) : *v.integer(); }

double as_double(const Variable& v) { return v.real() ? *v.real() : static_cast<double>(whole(v)); }

// -1, 0, 1. Integers compare exactly; an integer with a real one as doubles.
int compare_numbers(const Variable& a, const Variable& b) {
  if (!a.real() && !b.real()) return whole(a) < whole(b) ? -1 : whole(a) > whole(b);
  return as_double(a) < as_double(b) ? -1 : as_double(a) > as_double(b);
}

std::string repr(const Variable& v) { return v.string() ? text::repr(*v.string()) : v.str(); }

}  // namespace

Variable::Variable() = default;
Variable::Variable(std::nullptr_t) {}
Variable::Variable(const char* text) : kind_(Kind::string), text_{text} {}
Variable::Variable(std::string_view text) : kind_(Kind::string), text_{std::string(text)} {}
Variable::Variable(std::string text) : kind_(Kind::string), text_{std::move(text)} {}
Variable::Variable(Uuid id) : kind_(Kind::uuid) { scalar_.uuid = id; }
Variable::Variable(std::vector<Variable> list)
    : kind_(Kind::list), list_(new std::vector<Variable>(std::move(list))) {}
Variable::Variable(WideInteger integer) : kind_(Kind::wide_integer), text_(std::move(integer)) {}
Variable::Variable(double real) : kind_(Kind::real) { scalar_.real = real; }
Variable::Variable(const Variable& o)
    : kind_(o.kind_),
      scalar_(o.scalar_),
      text_(o.text_),
      list_(o.list_ ? new std::vector<Variable>(*o.list_) : nullptr) {}
Variable::Variable(Variable&& o) noexcept
    : kind_(o.kind_), scalar_(o.scalar_), text_(std::move(o.text_)), list_(std::move(o.list_)) {
  if (kind_ == Kind::list) o.kind_ = Kind::null;
}
Variable& Variable::operator=(const Variable& o) { return *this = Variable(o); }
Variable& Variable::operator=(Variable&& o) noexcept {
  Variable taken(std::move(o));
  kind_ = taken.kind_;
  scalar_ = taken.scalar_;
  text_ = std::move(taken.text_);
  list_ = std::move(taken.list_);
  return *this;
}
Variable::~Variable() = default;

void Variable::set_unsigned(std::uint64_t value) {
  if (value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    kind_ = Kind::integer;
    scalar_.integer = static_cast<std::int64_t>(value);
  } else {
    kind_ = Kind::wide_integer;
    text_.digits = std::to_string(value);
  }
}

std::string Variable::str() const {
  switch (kind()) {
    case Kind::null:
      return "None";
    case Kind::boolean:
      return *boolean() ? "True" : "False";
    case Kind::integer:
      return std::to_string(*integer());
    case Kind::real:
      return detail::float_repr(*real());
    case Kind::string:
      return *string();
    case Kind::uuid:
      return uuid()->str();
    case Kind::wide_integer:
      return wide_integer()->digits;
    case Kind::list:
      break;
  }
  std::string result = "[";
  for (const Variable& item : *list()) {
    if (result.size() > 1) result += ", ";
    result += repr(item);
  }
  return result + "]";
}

bool operator==(const Variable& a, const Variable& b) {
  if (is_number(a) && is_number(b)) return compare_numbers(a, b) == 0;
  if (a.kind_ != b.kind_) return false;
  switch (a.kind_) {
    case Variable::Kind::uuid:
      return a.scalar_.uuid == b.scalar_.uuid;
    case Variable::Kind::list:
      return *a.list_ == *b.list_;
    default:
      return a.text_ == b.text_;  // null has none
  }
}

bool operator<(const Variable& a, const Variable& b) {
  if (is_number(a) && is_number(b)) return compare_numbers(a, b) < 0;
  if (a.string() && b.string()) return *a.string() < *b.string();
  return a.str() < b.str();
}

std::size_t Variables::size() const { return items_.size(); }
const Variables::Item* Variables::begin() const { return items_.data(); }
const Variables::Item* Variables::end() const { return items_.data() + items_.size(); }

Variables::Variables() = default;
Variables::Variables(std::initializer_list<Item> items) : items_(items) {}
Variables::Variables(const Variables&) = default;
Variables::Variables(Variables&&) noexcept = default;
Variables& Variables::operator=(const Variables&) = default;
Variables& Variables::operator=(Variables&&) noexcept = default;
Variables::~Variables() = default;

void Variables::append(std::string name, Variable value) {
  items_.emplace_back(std::move(name), std::move(value));
}

void Variables::set(std::string name, Variable value) {
  for (Item& item : items_) {
    if (item.first == name) {
      item.second = std::move(value);
      return;
    }
  }
  items_.emplace_back(std::move(name), std::move(value));
}

const Variable* Variables::find(std::string_view name) const {
  for (const Item& item : items_) {
    if (item.first == name) return &item.second;
  }
  return nullptr;
}

bool operator==(const Variables& a, const Variables& b) {
  if (a.size() != b.size()) return false;
  for (const Variables::Item& item : a) {
    const Variable* other = b.find(item.first);
    if (!other || !(*other == item.second)) return false;
  }
  return true;
}

}  // namespace retort::routing
