// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/wtf/detail/messages.h"

#include "retort/ext/wtf/field.h"

namespace retort::wtf::detail {

std::string message_of(const std::optional<std::string>& own, const Field& field,
                       std::string_view otherwise) {
  return own ? *own : field.gettext(otherwise);
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) {
    if (&text != &texts.front()) out += ", ";
    out += text;
  }
  return out;
}

namespace {

const std::string* value_of(std::string_view name, std::initializer_list<Place> places) {
  for (const Place& place : places)
    if (place.name == name) return &place.value;
  return nullptr;
}

}  // namespace

std::string fill_places(std::string_view message, std::initializer_list<Place> places) {
  std::string out;
  while (true) {
    const std::size_t percent = message.find('%');
    out += message.substr(0, percent);
    if (percent == std::string_view::npos) return out;
    message.remove_prefix(percent);
    const std::size_t close = message.starts_with("%(") ? message.find(')') : std::string_view::npos;
    const char kind = close < message.size() - 1 ? message[close + 1] : '\0';
    const std::string* value =
        kind == 's' || kind == 'd' ? value_of(message.substr(2, close - 2), places) : nullptr;
    if (value) {
      out += *value;
      message.remove_prefix(close + 2);
    } else {
      out += '%';
      message.remove_prefix(message.starts_with("%%") ? 2 : 1);
    }
  }
}

std::string fill_braces(std::string_view message, std::initializer_list<Place> places) {
  std::string out;
  while (true) {
    const std::size_t open = message.find('{');
    out += message.substr(0, open);
    if (open == std::string_view::npos) return out;
    message.remove_prefix(open);
    const std::size_t close = message.find('}');
    const std::string* value =
        close == std::string_view::npos ? nullptr : value_of(message.substr(1, close - 1), places);
    if (value) {
      out += *value;
      message.remove_prefix(close + 1);
    } else {
      out += '{';
      message.remove_prefix(1);
    }
  }
}

}  // namespace retort::wtf::detail
