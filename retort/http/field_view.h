// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// HeadersView: a request's fields, read-only (Werkzeug's EnvironHeaders). A view over an
// array of fields that the server owns; copies are views of the same. Names compare
// without case. Safe to read from several threads.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retort/http/request_head.h"

namespace retort::http {

/// ASCII letters equal without regard to case, all other bytes as they are.
bool iequals(std::string_view a, std::string_view b);

class HeadersView {
 public:
  using value_type = HeaderField;
  using const_iterator = const HeaderField*;

  constexpr HeadersView() = default;
  constexpr HeadersView(const HeaderField* fields, std::size_t count) : fields_(fields), count_(count) {}
  explicit constexpr HeadersView(const RequestHead& head) : HeadersView(head.fields, head.field_count) {}

  /// The first value of that name; "" when there is none.
  std::string_view operator[](std::string_view name) const { return get(name, std::string_view()); }
  std::optional<std::string_view> get(std::string_view name) const;
  /// The result may be `otherwise`: it must outlive what is done with it.
  std::string_view get(std::string_view name, std::string_view otherwise) const;
  std::vector<std::string_view> getlist(std::string_view name) const;
  /// The values of all fields of that name as one, "" without one. The only field's is not
  /// copied; several are put together in `room`, with `separator` between each two.
  std::string_view joined(std::string_view name, std::string_view separator, std::string& room) const;
  bool contains(std::string_view name) const { return find(name) != nullptr; }
  /// The first field of that name, or null.
  const HeaderField* find(std::string_view name) const;

  constexpr std::size_t size() const { return count_; }
  constexpr bool empty() const { return count_ == 0; }
  constexpr const HeaderField* begin() const { return fields_; }
  constexpr const HeaderField* end() const { return fields_ + count_; }

 private:
  const HeaderField* fields_ = nullptr;
  std::size_t count_ = 0;
};

}  // namespace retort::http
