// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Variable: the small typed value that routing trades in: what a converter makes of a
// piece of a URL, a rule's defaults, what a URL is built from. A value type.

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/base/owned.h"
#include "retort/base/uuid.h"

namespace retort::routing {

/// An integer too wide for 64 bits, as its decimal digits with an optional "-", without
/// leading zeros. Only maps with MapOptions::wide_integers match them.
struct WideInteger {
  std::string digits;
  friend bool operator==(const WideInteger& a, const WideInteger& b) { return a.digits == b.digits; }
};

class Variable {
 public:
  enum class Kind : unsigned char { null, boolean, integer, real, string, uuid, list, wide_integer };

  Variable();                                                    // NOLINT: null
  Variable(std::nullptr_t);                                      // NOLINT: implicit by design, as all below
  Variable(const char* text);                                    // NOLINT
  Variable(std::string_view text);                               // NOLINT
  Variable(std::string text);                                    // NOLINT
  Variable(Uuid id);                                             // NOLINT
  Variable(std::vector<Variable> list);                          // NOLINT
  Variable(WideInteger integer);                                 // NOLINT
  Variable(double real);                                         // NOLINT
  Variable(float real) : Variable(static_cast<double>(real)) {}  // NOLINT
  /// bool and every integer; an unsigned one above 2^63-1 becomes a WideInteger.
  template <class T, class = std::enable_if_t<std::is_integral_v<T>>>
  Variable(T value) : Variable() {  // NOLINT
    if constexpr (std::is_same_v<T, bool>) {
      kind_ = Kind::boolean;
      scalar_.boolean = value;
    } else if constexpr (std::is_unsigned_v<T> && sizeof(T) == 8) {
      set_unsigned(value);
    } else {
      kind_ = Kind::integer;
      scalar_.integer = static_cast<std::int64_t>(value);
    }
  }
  Variable(const Variable&);
  Variable(Variable&&) noexcept;
  Variable& operator=(const Variable&);
  Variable& operator=(Variable&&) noexcept;
  ~Variable();

  Kind kind() const { return kind_; }
  bool is_null() const { return kind_ == Kind::null; }

  /// The value if it is of that kind, else null.
  const bool* boolean() const { return kind_ == Kind::boolean ? &scalar_.boolean : nullptr; }
  const std::int64_t* integer() const { return kind_ == Kind::integer ? &scalar_.integer : nullptr; }
  const double* real() const { return kind_ == Kind::real ? &scalar_.real : nullptr; }
  const std::string* string() const { return kind_ == Kind::string ? &text_.digits : nullptr; }
  const Uuid* uuid() const { return kind_ == Kind::uuid ? &scalar_.uuid : nullptr; }
  const std::vector<Variable>* list() const { return kind_ == Kind::list ? list_.get() : nullptr; }
  const WideInteger* wide_integer() const { return kind_ == Kind::wide_integer ? &text_ : nullptr; }

  /// As Python's str() writes it: True, None, 1.5, 1e+20, [1, 'a'].
  std::string str() const;

  /// As Python compares: numbers and booleans by value, else kind and value.
  friend bool operator==(const Variable& a, const Variable& b);
  /// Python's order of numbers and of strings; between other kinds, that of their str().
  friend bool operator<(const Variable& a, const Variable& b);

 private:
  void set_unsigned(std::uint64_t value);

  // No std::variant: it would double what this header costs to compile.
  union Scalar {
    std::int64_t integer;
    bool boolean;
    double real;
    Uuid uuid;
    Scalar() : integer(0) {}
  };
  Kind kind_ = Kind::null;
  Scalar scalar_;
  WideInteger text_;  // of a string, too
  Owned<std::vector<Variable>> list_;
};

/// Names and values in the order they were given. Small: names are found by a scan.
class Variables {
 public:
  using Item = std::pair<std::string, Variable>;

  Variables();
  Variables(std::initializer_list<Item> items);
  Variables(const Variables&);
  Variables(Variables&&) noexcept;
  Variables& operator=(const Variables&);
  Variables& operator=(Variables&&) noexcept;
  ~Variables();

  /// Adds, or replaces the value under a name that is there.
  void set(std::string name, Variable value);
  /// Adds under a name that is known not to be there.
  void append(std::string name, Variable value);
  const Variable* find(std::string_view name) const;
  bool contains(std::string_view name) const { return find(name) != nullptr; }

  bool empty() const { return size() == 0; }
  std::size_t size() const;
  const Item* begin() const;
  const Item* end() const;

  /// The order does not count, as in Python's dict.
  friend bool operator==(const Variables& a, const Variables& b);

 private:
  std::vector<Item> items_;
};

}  // namespace retort::routing
