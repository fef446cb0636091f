// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Variable: the small typed value that routing trades in: what a converter makes of a
// piece of a URL, a rule's defaults, what a URL is built from. A value type.

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "retort/base/uuid.h"

namespace retort::routing {

/// An integer too wide for 64 bits, as its decimal digits with an optional "-", without
/// leading zeros. Only maps with MapOptions::wide_integers match them.
struct WideInteger {
  std::string digits;
  friend bool operator==(const WideInteger&, const WideInteger&) = default;
};

class Variable {
 public:
  enum class Kind : unsigned char { null, boolean, integer, real, string, uuid, list, wide_integer };

  Variable() = default;
  Variable(std::nullptr_t) {}                                        // NOLINT: implicit by design
  Variable(const char* text) : state_(std::string(text)) {}          // NOLINT: implicit by design
  Variable(std::string_view text) : state_(std::string(text)) {}     // NOLINT: implicit by design
  Variable(std::string text) : state_(std::move(text)) {}            // NOLINT: implicit by design
  Variable(Uuid id) : state_(id) {}                                  // NOLINT: implicit by design
  Variable(std::vector<Variable> list) : state_(std::move(list)) {}  // NOLINT: implicit by design
  Variable(WideInteger integer) : state_(std::move(integer)) {}      // NOLINT: implicit by design
  Variable(double real) : state_(real) {}                            // NOLINT: implicit by design
  Variable(float real) : state_(static_cast<double>(real)) {}        // NOLINT: implicit by design
  /// bool and every integer; an unsigned one above 2^63-1 becomes a WideInteger.
  template <class T, class = std::enable_if_t<std::is_integral_v<T>>>
  Variable(T value) {  // NOLINT: implicit by design
    if constexpr (std::is_same_v<T, bool>) {
      state_ = value;
    } else if constexpr (std::is_unsigned_v<T> && sizeof(T) == 8) {
      set_unsigned(value);
    } else {
      state_ = static_cast<std::int64_t>(value);
    }
  }

  Kind kind() const { return static_cast<Kind>(state_.index()); }
  bool is_null() const { return kind() == Kind::null; }

  /// The value if it is of that kind, else null.
  const bool* boolean() const { return std::get_if<bool>(&state_); }
  const std::int64_t* integer() const { return std::get_if<std::int64_t>(&state_); }
  const double* real() const { return std::get_if<double>(&state_); }
  const std::string* string() const { return std::get_if<std::string>(&state_); }
  const Uuid* uuid() const { return std::get_if<Uuid>(&state_); }
  const std::vector<Variable>* list() const { return std::get_if<std::vector<Variable>>(&state_); }
  const WideInteger* wide_integer() const { return std::get_if<WideInteger>(&state_); }

  /// As Python's str() writes it: True, None, 1.5, 1e+20, [1, 'a'].
  std::string str() const;

  /// As Python compares: numbers and booleans by value, else kind and value.
  friend bool operator==(const Variable& a, const Variable& b);
  /// Python's order of numbers and of strings; between other kinds, that of their str().
  friend bool operator<(const Variable& a, const Variable& b);

 private:
  void set_unsigned(std::uint64_t value);

  std::variant<std::monostate, bool, std::int64_t, double, std::string, Uuid, std::vector<Variable>,
               WideInteger>
      state_;
};

/// Names and values in the order they were given. Small: names are found by a scan.
class Variables {
 public:
  using Item = std::pair<std::string, Variable>;

  Variables() = default;
  Variables(std::initializer_list<Item> items) : items_(items) {}

  /// Adds, or replaces the value under a name that is there.
  void set(std::string name, Variable value);
  /// Adds under a name that is known not to be there.
  void append(std::string name, Variable value) { items_.emplace_back(std::move(name), std::move(value)); }
  const Variable* find(std::string_view name) const;
  bool contains(std::string_view name) const { return find(name) != nullptr; }

  bool empty() const { return items_.empty(); }
  std::size_t size() const { return items_.size(); }
  auto begin() const { return items_.begin(); }
  auto end() const { return items_.end(); }

  /// The order does not count, as in Python's dict.
  friend bool operator==(const Variables& a, const Variables& b);

 private:
  std::vector<Item> items_;
};

}  // namespace retort::routing
