// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Result<T>: what a parser of outside data returns. Either a value, or an Error that
// says what is wrong and where. Value types; no thread safety of their own.

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

namespace retort {

/// Why something could not be read. `position` is a byte offset into the input.
struct Error {
  static constexpr std::size_t kNoPosition = static_cast<std::size_t>(-1);

  std::string message;
  std::size_t position = kNoPosition;

  friend bool operator==(const Error&, const Error&) = default;
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}      // NOLINT: implicit by design
  Result(Error error) : error_(std::move(error)) {}  // NOLINT: implicit by design

  bool ok() const { return value_.has_value(); }
  explicit operator bool() const { return ok(); }

  /// The value. Precondition: ok().
  T& operator*() & { return *value_; }
  const T& operator*() const& { return *value_; }
  T&& operator*() && { return std::move(*value_); }
  T* operator->() { return &*value_; }
  const T* operator->() const { return &*value_; }

  /// The error. Precondition: !ok().
  const Error& error() const { return error_; }

  T value_or(T other) && { return ok() ? std::move(*value_) : std::move(other); }

 private:
  std::optional<T> value_;  // an optional and an error: <variant> is dear to compile
  Error error_;
};

/// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), ok_(false) {}  // NOLINT: implicit by design

  bool ok() const { return ok_; }
  explicit operator bool() const { return ok_; }
  const Error& error() const { return error_; }

 private:
  Error error_;
  bool ok_ = true;
};

}  // namespace retort
