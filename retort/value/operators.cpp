// SPDX-License-Identifier: BSD-3-Clause
#include "retort/value/operators.h"

#include <cmath>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "retort/value/bounds.h"
#include "retort/value/detail/operands.h"
#include "retort/value/error.h"
#include "retort/value/escape.h"
#include "retort/value/format.h"
#include "retort/value/markup.h"
#include "retort/value/undefined.h"

namespace retort {

namespace ops {
namespace {

using detail::integer_of;
using detail::is_container_view;
using detail::is_integral;
using detail::is_numeric;
using detail::plain;
using detail::real_of;

[[noreturn]] void throw_overflow(const char* sign) {
  throw OverflowError(fmt::format("the result of '{}' does not fit in 64 bits", sign));
}

[[noreturn]] void throw_range() { throw OverflowError("(34, 'Numerical result out of range')"); }

[[noreturn]] void throw_unsupported(const char* sign, const Value& a, const Value& b) {
  throw TypeError(
      fmt::format("unsupported operand type(s) for {}: '{}' and '{}'", sign, a.type_name(), b.type_name()));
}

void check_defined(const Value& a, const Value& b) {
  if (a.is_undefined()) fail_undefined(a);
  if (b.is_undefined()) fail_undefined(b);
}

/// Both as integers or both as reals, whatever they were.
struct Numbers {
  Numbers(const char* sign, const Value& a, const Value& b) {
    check_defined(a, b);
    if (!is_numeric(a) || !is_numeric(b)) throw_unsupported(sign, a, b);
    integers = is_integral(a) && is_integral(b);
    if (integers) {
      i = integer_of(a);
      j = integer_of(b);
    }
    x = real_of(a);
    y = real_of(b);
  }
  bool integers;
  std::int64_t i = 0, j = 0;
  double x, y;
};

// Sequences.

Value text_of_kind(const Value& like, const std::string& text) {
  if (like.is_markup()) return Value::markup(text);
  return like.is_bytes() ? Value::bytes(text) : Value(text);
}

std::string_view bytes_of(const Value& value) {
  return value.is_bytes() ? value.as_bytes() : value.as_string();
}

Value join_text(const Value& a, const Value& b, Evaluator& evaluator) {
  const std::string_view x = bytes_of(a), y = bytes_of(b);
  evaluator.charge(x.size() + y.size());
  std::string out;
  out.reserve(x.size() + y.size());
  out.append(x).append(y);
  return text_of_kind(a, out);
}

/// MarkupSafe's Markup + b and a + Markup: text is escaped, what has HTML shows it. False
/// for all else.
bool add_markup(const Value& a, const Value& b, Evaluator& evaluator, Value& out) {
  const Value* const values[] = {&a, &b};
  std::string own[2];  // what is no text
  std::size_t sizes[2];
  for (int i = 0; i < 2; ++i) {
    if (values[i]->is_string()) {
      const std::string_view text = values[i]->as_string();
      sizes[i] = values[i]->is_markup() ? text.size() : escaped_size(text);
    } else if (append_own_html(own[i], *values[i])) {
      sizes[i] = own[i].size();
    } else {
      return false;
    }
  }
  evaluator.charge(sizes[0] + sizes[1]);
  std::string html;
  html.reserve(sizes[0] + sizes[1]);
  for (int i = 0; i < 2; ++i) {
    if (values[i]->is_string() && !values[i]->is_markup()) {
      append_escaped(html, values[i]->as_string());
    } else {
      html += values[i]->is_markup() ? values[i]->as_string() : std::string_view(own[i]);
    }
  }
  out = Value::markup(html);
  return true;
}

Value join_items(const Value& a, const Value& b, Evaluator& evaluator) {
  const Value::Items x = a.items(), y = b.items();
  const std::size_t size = x.size() + y.size();
  evaluator.charge(size * sizeof(Value));
  if (a.is_list()) {
    Value out = Value::list();
    out.reserve(size);
    for (const Value& item : x) out.push_back(item);
    for (const Value& item : y) out.push_back(item);
    return out;
  }
  std::vector<Value> items;
  items.reserve(size);
  items.insert(items.end(), x.begin(), x.end());
  items.insert(items.end(), y.begin(), y.end());
  return Value::tuple({items.data(), items.size()});
}

/// The size of `size` items `count` times, charged for.
std::size_t charge_repeated(std::size_t size, std::size_t item_bytes, std::size_t count,
                            Evaluator& evaluator) {
  std::size_t bytes = 0;
  if (__builtin_mul_overflow(size * item_bytes, count, &bytes)) bytes = SIZE_MAX;
  evaluator.charge(bytes);
  return bytes / item_bytes;
}

Value repeat(const Value& sequence, std::int64_t times, Evaluator& evaluator) {
  const std::size_t count = times > 0 ? static_cast<std::size_t>(times) : 0;
  if (!sequence.is_sequence()) {
    const std::string_view text = bytes_of(sequence);
    const std::size_t size = charge_repeated(text.size(), 1, count, evaluator);
    std::string out;
    out.reserve(size);
    while (out.size() < size) out += text;
    return text_of_kind(sequence, out);
  }
  const Value::Items items = sequence.items();
  const std::size_t size = charge_repeated(items.size(), sizeof(Value), count, evaluator);
  if (sequence.is_list()) {
    Value out = Value::list();
    out.reserve(size);
    for (std::size_t i = 0; i < size; ++i) out.push_back(items[i % items.size()]);
    return out;
  }
  std::vector<Value> out;
  out.reserve(size);
  for (std::size_t i = 0; i < size; ++i) out.push_back(items[i % items.size()]);
  return Value::tuple({out.data(), out.size()});
}

bool repeats(const Value& value) { return value.is_string() || value.is_bytes() || value.is_sequence(); }

/// `a * b` where one at least is a sequence.
Value multiply_sequence(const Value& a, const Value& b, Evaluator& evaluator) {
  const Value& sequence = repeats(a) ? a : b;
  const Value& count = repeats(a) ? b : a;
  if (is_integral(count)) return repeat(sequence, integer_of(count), evaluator);
  if (a.is_undefined() || (b.is_undefined() && !a.is_markup())) check_defined(a, b);
  if (a.is_markup() || b.is_markup()) {
    throw TypeError(
        fmt::format("'{}' object cannot be interpreted as an integer", (a.is_markup() ? b : a).type_name()));
  }
  throw TypeError(fmt::format("can't multiply sequence by non-int of type '{}'", count.type_name()));
}

// Numbers.

/// The quotient of two integers, correctly rounded, also where they have more digits than
/// a double.
double true_quotient(std::int64_t a, std::int64_t b) {
  constexpr std::uint64_t exact = std::uint64_t{1} << 53;
  const auto magnitude = [](std::int64_t n) {
    return n < 0 ? -static_cast<std::uint64_t>(n) : static_cast<std::uint64_t>(n);
  };
  const std::uint64_t n = magnitude(a), d = magnitude(b);
  if (n <= exact && d <= exact) return static_cast<double>(a) / static_cast<double>(b);
  // Two bits more than a double has, and a last one for all that is cut off.
  std::uint64_t quotient = n / d, rest = n % d;
  int shift = 0;
  while (quotient < exact * 4 && n != 0) {
    rest <<= 1;  // rest < d <= 2^63
    quotient = quotient << 1 | (rest >= d ? 1u : 0u);
    if (rest >= d) rest -= d;
    ++shift;
  }
  if (rest != 0) quotient |= 1;
  const double out = std::ldexp(static_cast<double>(quotient), -shift);
  return (a < 0) == (b < 0) ? out : -out;
}

double real_modulo(double x, double y) {
  const double rest = std::fmod(x, y);
  if (rest == 0) return std::copysign(0.0, y);
  return (y < 0) == (rest < 0) ? rest : rest + y;
}

/// Python's float `//`: the quotient that goes with the remainder of its `%`.
double real_floor_quotient(double x, double y) {
  const double rest = std::fmod(x, y);
  double quotient = (x - rest) / y;
  if (rest != 0 && (y < 0) != (rest < 0)) quotient -= 1;
  if (quotient == 0) return std::copysign(0.0, x / y);
  const double whole = std::floor(quotient);
  return quotient - whole > 0.5 ? whole + 1 : whole;
}

std::int64_t integer_power(std::int64_t base, std::int64_t exponent) {
  std::int64_t out = 1;
  for (;;) {
    if ((exponent & 1) != 0 && __builtin_mul_overflow(out, base, &out)) throw_overflow("**");
    exponent >>= 1;
    if (exponent == 0) return out;
    if (__builtin_mul_overflow(base, base, &base)) throw_overflow("**");
  }
}

double real_power(double x, double y) {
  if (x == 0 && y < 0 && std::isfinite(y))
    throw ZeroDivisionError("0.0 cannot be raised to a negative power");
  if (x < 0 && std::isfinite(x) && std::isfinite(y) && std::floor(y) != y)
    throw ValueError("a negative number to a fractional power is no real number");
  const double out = std::pow(x, y);
  if (std::isinf(out) && std::isfinite(x) && std::isfinite(y)) throw_range();
  return out;
}

}  // namespace

Value add(const Value& a, const Value& b, Evaluator& evaluator) {
  if (is_integral(a) && is_integral(b)) {
    std::int64_t out = 0;
    if (__builtin_add_overflow(integer_of(a), integer_of(b), &out)) throw_overflow("+");
    return out;
  }
  if (is_container_view(a) || is_container_view(b))
    return add(plain(a, evaluator), plain(b, evaluator), evaluator);
  if (a.is_markup() || (b.is_markup() && !a.is_undefined())) {
    if (Value out; add_markup(a, b, evaluator, out)) return out;
  }
  check_defined(a, b);
  if (is_numeric(a) && is_numeric(b)) return real_of(a) + real_of(b);
  if (a.kind() == b.kind()) {
    if (a.is_string() || a.is_bytes()) return join_text(a, b, evaluator);
    if (a.is_sequence()) return join_items(a, b, evaluator);
  }
  if (a.is_bytes()) throw TypeError(fmt::format("can't concat {} to bytes", b.type_name()));
  if (a.is_sequence() || a.kind() == Value::Kind::string)
    throw TypeError(
        fmt::format("can only concatenate {0} (not \"{1}\") to {0}", a.type_name(), b.type_name()));
  throw_unsupported("+", a, b);
}

Value subtract(const Value& a, const Value& b, Evaluator&) {
  const Numbers n("-", a, b);
  if (!n.integers) return n.x - n.y;
  std::int64_t out = 0;
  if (__builtin_sub_overflow(n.i, n.j, &out)) throw_overflow("-");
  return out;
}

Value multiply(const Value& a, const Value& b, Evaluator& evaluator) {
  if (is_container_view(a) || is_container_view(b))
    return multiply(plain(a, evaluator), plain(b, evaluator), evaluator);
  if (repeats(a) || repeats(b)) return multiply_sequence(a, b, evaluator);
  const Numbers n("*", a, b);
  if (!n.integers) return n.x * n.y;
  std::int64_t out = 0;
  if (__builtin_mul_overflow(n.i, n.j, &out)) throw_overflow("*");
  return out;
}

Value divide(const Value& a, const Value& b, Evaluator&) {
  const Numbers n("/", a, b);
  if (n.integers) {
    if (n.j == 0) throw ZeroDivisionError("division by zero");
    return true_quotient(n.i, n.j);
  }
  if (n.y == 0) throw ZeroDivisionError("float division by zero");
  return n.x / n.y;
}

Value floor_divide(const Value& a, const Value& b, Evaluator&) {
  const Numbers n("//", a, b);
  if (!n.integers) {
    if (n.y == 0) throw ZeroDivisionError("float floor division by zero");
    return real_floor_quotient(n.x, n.y);
  }
  if (n.j == 0) throw ZeroDivisionError("integer division or modulo by zero");
  if (n.j == -1) {
    if (n.i == INT64_MIN) throw_overflow("//");
    return -n.i;
  }
  const std::int64_t quotient = n.i / n.j;
  return n.i % n.j != 0 && (n.i < 0) != (n.j < 0) ? quotient - 1 : quotient;
}

Value modulo(const Value& a, const Value& b, Evaluator& evaluator) {
  if (a.is_string()) return percent_format(a, plain(b, evaluator), evaluator);
  const Numbers n("%", a, b);
  if (!n.integers) {
    if (n.y == 0) throw ZeroDivisionError("float modulo");
    return real_modulo(n.x, n.y);
  }
  if (n.j == 0) throw ZeroDivisionError("integer modulo by zero");
  if (n.j == -1) return 0;
  const std::int64_t rest = n.i % n.j;
  return rest != 0 && (rest < 0) != (n.j < 0) ? rest + n.j : rest;
}

Value power(const Value& a, const Value& b, Evaluator&) {
  const Numbers n("** or pow()", a, b);
  if (n.integers && n.j >= 0) return integer_power(n.i, n.j);
  return real_power(n.x, n.y);
}

Value negative(const Value& a) {
  if (a.is_undefined()) fail_undefined(a);
  if (a.is_double()) return -a.as_double();
  if (!is_integral(a)) throw TypeError(fmt::format("bad operand type for unary -: '{}'", a.type_name()));
  if (integer_of(a) == INT64_MIN) throw_overflow("-");
  return -integer_of(a);
}

Value positive(const Value& a) {
  if (a.is_undefined()) fail_undefined(a);
  if (a.is_double()) return a;
  if (!is_integral(a)) throw TypeError(fmt::format("bad operand type for unary +: '{}'", a.type_name()));
  return integer_of(a);
}

// Equality and order.

bool equal(const Value& a, const Value& b, Evaluator& evaluator) {
  const auto holds = [](const Value& v) {
    return v.is_sequence() || v.is_dict() || v.is_view() || v.is_object();
  };
  if (!holds(a) || !holds(b)) return a == b;
  const Walk walk;
  const bool out = a == b;
  evaluator.step(walk.values());
  return out;
}

namespace {

[[noreturn]] void throw_unordered(const Value& a, const Value& b, const char* sign) {
  const bool swapped = sign[0] == '>';
  const Value& left = swapped ? b : a;
  const Value& right = swapped ? a : b;
  check_defined(left, right);
  throw TypeError(fmt::format("'{}' not supported between instances of '{}' and '{}'", sign, left.type_name(),
                              right.type_name()));
}

bool precedes(const Value& a, const Value& b, bool or_equal, const char* sign, int depth) {
  if (depth > kMaxValueDepth) throw RecursionError("values are nested too deeply");
  if ((is_numeric(a) && is_numeric(b)) || (a.is_string() && b.is_string()) ||
      (a.is_bytes() && b.is_bytes())) {
    const std::partial_ordering order = Value::compare(a, b);
    return or_equal ? order <= 0 : order < 0;
  }
  if (is_container_view(a) || is_container_view(b))
    return precedes(plain(a), plain(b), or_equal, sign, depth + 1);
  if (!a.is_sequence() || a.kind() != b.kind()) throw_unordered(a, b, sign);
  const Walk walk;
  const Value::Items x = a.items(), y = b.items();
  for (std::size_t i = 0; i < x.size() && i < y.size(); ++i) {
    if (!(x[i] == y[i])) return precedes(x[i], y[i], or_equal, sign, depth + 1);
  }
  return or_equal ? x.size() <= y.size() : x.size() < y.size();
}

}  // namespace

bool less(const Value& a, const Value& b, const char* sign) { return precedes(a, b, false, sign, 0); }
bool less_equal(const Value& a, const Value& b, const char* sign) { return precedes(a, b, true, sign, 0); }

}  // namespace ops
}  // namespace retort
