// SPDX-License-Identifier: BSD-3-Clause
#include "tests/conformance/tags.h"

#include <cmath>
#include <cstdint>
#include <limits>

namespace retort::conformance {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::string_view kTags[] = {
    "__bytes__",     "__tuple__",   "__markup__", "__uuid__",  "__datetime__", "__date__", "__time__",
    "__timedelta__", "__decimal__", "__int__",    "__float__", "__set__",      "__dict__"};
// Those that stay what they are.
constexpr std::string_view kKept[] = {"__uuid__",      "__datetime__", "__date__", "__time__",
                                      "__timedelta__", "__decimal__",  "__int__",  "__set__"};

template <std::size_t n>
bool among(const std::string_view (&names)[n], const Value& name) {
  if (!name.is_string()) return false;
  for (const std::string_view known : names) {
    if (name.as_string() == known) return true;
  }
  return false;
}

Value decode_items(const Value& json) {
  Value out = Value::list();
  for (const Value& item : json.items()) out.push_back(decode_tags(item));
  return out;
}

Value decode_dict_tag(const Value& pairs) {
  Value out = Value::dict();
  for (const Value& pair : pairs.items()) out.set(decode_tags(pair[0]), decode_tags(pair[1]));
  return out;
}

double special_double(std::string_view name) {
  if (name == "nan") return std::numeric_limits<double>::quiet_NaN();
  return name == "-inf" ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
}

Value decode_tag(std::string_view name, const Value& content) {
  if (name == "__bytes__") {
    std::string bytes;
    if (!base64_decode(content.as_string(), bytes)) throw ValueError("bad base64 in a case");
    return Value::bytes(bytes);
  }
  if (name == "__tuple__") return Value::tuple(decode_items(content).items());
  if (name == "__markup__") return Value::markup(content.as_string());
  if (name == "__dict__") return decode_dict_tag(content);
  if (name == "__float__") return Value(special_double(content.as_string()));
  return tag(name, decode_tags(content));
}

Value encode_items(const Value& value) {
  Value out = Value::list();
  for (const Value& item : value.items()) out.push_back(encode_tags(item));
  return out;
}

Value encode_dict(const Value& value) {
  const Value::Entries entries = value.entries();
  bool plain = entries.size() != 1 || !among(kTags, entries[0].key) || among(kKept, entries[0].key);
  for (const Value::Entry& entry : entries) plain = plain && entry.key.is_string();
  Value out = plain ? Value::dict() : Value::list();
  for (const Value::Entry& entry : entries) {
    if (plain) {
      out.set(entry.key, encode_tags(entry.value));
    } else {
      out.push_back(Value::list({encode_tags(entry.key), encode_tags(entry.value)}));
    }
  }
  return plain ? out : tag("__dict__", out);
}

}  // namespace

Value decode_tags(const Value& json) {
  if (json.is_list()) return decode_items(json);
  if (!json.is_dict()) return json;
  const Value::Entries entries = json.entries();
  if (entries.size() == 1 && among(kTags, entries[0].key))
    return decode_tag(entries[0].key.as_string(), entries[0].value);
  Value out = Value::dict();
  for (const Value::Entry& entry : entries) out.set(entry.key, decode_tags(entry.value));
  return out;
}

Value encode_tags(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::undefined:
      return Value(nullptr);
    case Value::Kind::real:
      if (std::isfinite(value.as_double())) return value;
      return tag("__float__", value.repr());
    case Value::Kind::markup:
      return tag("__markup__", Value(value.as_string()));
    case Value::Kind::bytes:
      return tag("__bytes__", base64_encode(value.as_bytes()));
    case Value::Kind::list:
      return encode_items(value);
    case Value::Kind::tuple:
      return tag("__tuple__", encode_items(value));
    case Value::Kind::dict:
      return encode_dict(value);
    default:
      return value;
  }
}

Value tag(std::string_view name, Value content) {
  Value out = Value::dict();
  out.set(name, std::move(content));
  return out;
}

const Value* untag(const Value& value, std::string_view name) {
  return value.is_dict() && value.size() == 1 ? value.find(name) : nullptr;
}

std::string base64_encode(std::string_view bytes) {
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k)
      group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    for (std::size_t k = 0; k < 4; ++k)
      out += i + k > bytes.size() ? '=' : kAlphabet[group >> (18 - 6 * k) & 63];
  }
  return out;
}

bool base64_decode(std::string_view text, std::string& out) {
  while (text.ends_with('=')) text.remove_suffix(1);
  if (text.size() % 4 == 1) return false;
  out.clear();
  std::uint32_t group = 0;
  int bits = 0;
  for (const char c : text) {
    const std::size_t digit = kAlphabet.find(c);
    if (digit == std::string_view::npos) return false;
    group = (group << 6 | static_cast<std::uint32_t>(digit)) & 0xffffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out += static_cast<char>(group >> bits & 0xff);
  }
  return true;
}

}  // namespace retort::conformance
