// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/field_view.h"

#include <cstring>

namespace retort::http {
namespace {

constexpr unsigned char lower(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 'A' && byte <= 'Z' ? static_cast<unsigned char>(byte | 0x20) : byte;
}

}  // namespace

bool iequals(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  if (std::memcmp(a.data(), b.data(), a.size()) == 0) return true;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

const HeaderField* HeadersView::find(std::string_view name) const {
  for (const HeaderField& field : *this) {
    if (iequals(field.name, name)) return &field;
  }
  return nullptr;
}

std::optional<std::string_view> HeadersView::get(std::string_view name) const {
  const HeaderField* field = find(name);
  return field ? std::optional(field->value) : std::nullopt;
}

std::string_view HeadersView::get(std::string_view name, std::string_view otherwise) const {
  const HeaderField* field = find(name);
  return field ? field->value : otherwise;
}

std::vector<std::string_view> HeadersView::getlist(std::string_view name) const {
  std::vector<std::string_view> out;
  for (const HeaderField& field : *this) {
    if (iequals(field.name, name)) out.push_back(field.value);
  }
  return out;
}

std::string_view HeadersView::joined(std::string_view name, std::string_view separator,
                                     std::string& room) const {
  const HeaderField* first = nullptr;
  room.clear();
  for (const HeaderField& field : *this) {
    if (!iequals(field.name, name)) continue;
    if (!first) {
      first = &field;
      continue;
    }
    if (room.empty()) room = first->value;
    if (!room.empty()) room += separator;
    room += field.value;
  }
  if (!first) return {};
  return room.empty() ? first->value : room;
}

}  // namespace retort::http
