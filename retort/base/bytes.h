// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Bytes: binary data, kept apart from text. A value type.

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace retort {

class Bytes {
 public:
  Bytes() = default;
  explicit Bytes(std::string&& data) : data_(std::move(data)) {}
  explicit Bytes(std::string_view data) : data_(data) {}
  /// Up to the first NUL.
  explicit Bytes(const char* data) : data_(data) {}

  std::string_view view() const { return data_; }
  const std::string& string() const& { return data_; }
  std::string string() && { return std::move(data_); }
  std::size_t size() const { return data_.size(); }
  bool empty() const { return data_.empty(); }

  friend bool operator==(const Bytes& a, const Bytes& b) { return a.data_ == b.data_; }
  friend bool operator<(const Bytes& a, const Bytes& b) { return a.data_ < b.data_; }

 private:
  std::string data_;
};

}  // namespace retort
