// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/path.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <uninorm.h>

#include "retort/base/percent.h"
#include "retort/base/text.h"
#include "retort/http/options.h"

namespace retort::http {
namespace {

std::string decompose(std::string_view text) {
  std::size_t size = 0;
  std::uint8_t* out = u8_normalize(UNINORM_NFKD, reinterpret_cast<const std::uint8_t*>(text.data()),
                                   text.size(), nullptr, &size);
  if (!out) return std::string(text);  // ill-formed: what is no ASCII goes anyway
  std::string copy(reinterpret_cast<const char*>(out), size);
  std::free(out);
  return copy;
}

// posixpath.normpath of a relative path.
std::string normalize(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view part = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    if (part.empty() || part == ".") continue;
    if (part == ".." && !parts.empty() && parts.back() != "..") {
      parts.pop_back();
    } else {
      parts.push_back(part);
    }
  }
  std::string out;
  for (const std::string_view part : parts) {
    if (!out.empty()) out += '/';
    out += part;
  }
  return out.empty() ? "." : out;
}

// CON, con.txt, "NUL .x": what Windows takes for a device, whatever follows the name.
bool is_device(std::string_view segment) {
  static constexpr std::array<std::string_view, 6> kNames = {"con", "prn", "aux", "nul", "conin$", "conout$"};
  std::string_view stem = segment.substr(0, segment.find_first_of(".:"));
  while (stem.ends_with(' ')) stem.remove_suffix(1);
  const std::string name = text::to_lower(stem);
  if (std::find(kNames.begin(), kNames.end(), name) != kNames.end()) return true;
  const bool numbered = name.starts_with("com") || name.starts_with("lpt");
  if (!numbered) return false;
  const std::string_view digit = std::string_view(name).substr(3);
  return (digit.size() == 1 && text::is_digit(digit[0])) || digit == "\xc2\xb9" || digit == "\xc2\xb2" ||
         digit == "\xc2\xb3";
}

bool is_portable(std::string_view path) {
  if (path.find('\\') != std::string_view::npos) return false;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    if (is_device(path.substr(0, end))) return false;
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return true;
}

}  // namespace

std::string secure_filename(std::string_view filename) {
  std::string out;
  bool gap = false;
  for (const char c : decompose(filename)) {
    const char low = text::lower(c);
    if (c == ' ' || c == '/' || (c >= '\t' && c <= '\r') || (c >= '\x1c' && c <= '\x1f')) {
      gap = true;
      continue;
    }
    if (static_cast<unsigned char>(c) >= 0x80) continue;
    if (gap && !out.empty()) out += '_';
    gap = false;
    if ((low >= 'a' && low <= 'z') || text::is_digit(c) || c == '_' || c == '.' || c == '-') out += c;
  }
  const std::size_t first = out.find_first_not_of("._");
  if (first == std::string::npos) return {};
  return out.substr(first, out.find_last_not_of("._") - first + 1);
}

std::string content_disposition(std::string_view kind, std::string_view filename) {
  const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  std::string out(kind);
  out += "; filename=";
  if (std::all_of(filename.begin(), filename.end(), is_ascii)) return out + quote_header_value(filename);
  std::string simple = decompose(filename);
  std::erase_if(simple, [&](char c) { return !is_ascii(c); });
  out += quote_header_value(simple);
  out += "; filename*=UTF-8''";
  percent::append_encoded(out, filename, "!#$&+^`|");
  return out;
}

std::optional<std::string> safe_join(std::string_view directory,
                                     const std::vector<std::string_view>& untrusted, PathRules rules) {
  std::string out(directory.empty() ? "." : directory);
  for (const std::string_view part : untrusted) {
    if (part.empty()) continue;
    if (part.find('\0') != std::string_view::npos || part.starts_with('/')) return std::nullopt;
    if (rules == PathRules::portable && !is_portable(part)) return std::nullopt;
    const std::string path = normalize(part);
    if (path == ".." || path.starts_with("../")) return std::nullopt;
    if (!out.ends_with('/')) out += '/';
    out += path;
  }
  return out;
}

}  // namespace retort::http
