// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/accept.h"

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include <fmt/format.h>

#include "retort/base/text.h"
#include "retort/http/field_view.h"
#include "retort/http/options.h"

namespace retort::http {
namespace {

constexpr std::size_t kMaxItems = 256;  // what comes after is left out

// Digits with a fraction or without; nothing else that a number may look like.
std::optional<double> read_quality(std::string_view text) {
  std::string_view digits = text;
  const auto skip = [&] {
    const std::size_t n = std::min(digits.find_first_not_of("0123456789"), digits.size());
    digits.remove_prefix(n);
    return n != 0;
  };
  if (!skip()) return std::nullopt;
  if (digits.starts_with('.')) {
    digits.remove_prefix(1);
    if (!skip()) return std::nullopt;
  }
  if (!digits.empty()) return std::nullopt;
  double quality = 0;
  std::from_chars(text.data(), text.data() + text.size(), quality);
  if (!(quality >= 0 && quality <= 1)) return std::nullopt;
  return quality;
}

// As Python prints a float.
std::string quality_text(double quality) {
  std::string text = fmt::format("{}", quality);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

// Type, subtype and parameters, in lower case, the parameters sorted.
struct MimeParts {
  std::string type, subtype;
  std::vector<std::string> parameters;
};

// Cuts at "/" and at semicolons with the space around them.
std::vector<std::string_view> split_mime(std::string_view text) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find_first_of("/;");
    std::string_view part = text.substr(0, end);
    if (end != std::string_view::npos && text[end] == ';') {
      while (part.ends_with(' ') || part.ends_with('\t')) part.remove_suffix(1);
    }
    parts.push_back(part);
    if (end == std::string_view::npos) return parts;
    const bool semicolon = text[end] == ';';
    text.remove_prefix(end + 1);
    while (semicolon && (text.starts_with(' ') || text.starts_with('\t'))) text.remove_prefix(1);
  }
}

MimeParts mime_parts(std::string_view text) {
  const std::string lowered = text::to_lower(text);
  const auto parts = split_mime(lowered);
  MimeParts out{std::string(parts[0]), std::string(parts.size() > 1 ? parts[1] : ""), {}};
  for (std::size_t i = 2; i < parts.size(); ++i) out.parameters.emplace_back(parts[i]);
  std::sort(out.parameters.begin(), out.parameters.end());
  return out;
}

std::string normal_language(std::string_view tag) {
  std::string out = text::to_lower(tag);
  std::replace(out.begin(), out.end(), '_', '-');
  return out;
}

std::string_view primary(std::string_view tag) { return tag.substr(0, tag.find_first_of("_-")); }

// Python's codec names of the charsets that have several.
std::string normal_charset(std::string_view name) {
  std::string lowered = text::to_lower(name);
  std::replace(lowered.begin(), lowered.end(), '_', '-');
  if (lowered == "utf8" || lowered == "u8" || lowered == "utf") return "utf-8";
  if (lowered == "us-ascii" || lowered == "646") return "ascii";
  if (lowered == "latin1" || lowered == "latin-1" || lowered == "l1" || lowered == "iso8859-1" ||
      lowered == "8859")
    return "iso-8859-1";
  return lowered;
}

}  // namespace

Accept::Parsed Accept::read(std::string_view header) {
  Parsed out;
  out.provided = !header.empty();
  for (const std::string_view item : split_list_header(header)) {
    if (out.items.size() == kMaxItems) break;
    OptionsHeader parsed = parse_options_header(item);
    double quality = 1;
    if (const auto text = parsed.options.get("q")) {
      const auto read = read_quality(text::trim(*text));
      if (!read) continue;
      quality = *read;
      parsed.options.remove("q");
    }
    if (!parsed.options.empty()) parsed.value = dump_options_header(parsed.value, parsed.options);
    out.items.push_back({std::move(parsed.value), quality});
  }
  return out;
}

Accept::Accept(Parsed parsed) : items_(std::move(parsed.items)), provided_(parsed.provided) {
  Accept::sort();
}

void Accept::sort() {
  std::stable_sort(items_.begin(), items_.end(), [this](const Item& a, const Item& b) {
    const auto left = specificity(a.value), right = specificity(b.value);
    return left != right ? left > right : a.quality > b.quality;
  });
}

bool Accept::matches(std::string_view key, std::string_view item) const {
  return item == "*" || iequals(item, key);
}

std::vector<bool> Accept::specificity(std::string_view item) const { return {item != "*"}; }

double Accept::quality(std::string_view key) const {
  const std::ptrdiff_t place = find(key);
  return place < 0 ? 0 : items_[static_cast<std::size_t>(place)].quality;
}

std::ptrdiff_t Accept::find(std::string_view key) const {
  for (std::size_t i = 0; i < items_.size(); ++i) {
    if (matches(key, items_[i].value)) return static_cast<std::ptrdiff_t>(i);
  }
  return -1;
}

std::optional<std::string_view> Accept::best() const {
  if (items_.empty()) return std::nullopt;
  return items_.front().value;
}

std::optional<std::string_view> Accept::best_match(const std::vector<std::string_view>& choices,
                                                   std::optional<std::string_view> otherwise) const {
  std::optional<std::string_view> result = otherwise;
  double best_quality = -1;
  std::vector<bool> best_specificity;
  for (const std::string_view choice : choices) {
    const std::ptrdiff_t place = find(choice);
    if (place < 0) continue;
    const Item& item = items_[static_cast<std::size_t>(place)];
    if (item.quality <= 0 || item.quality < best_quality) continue;
    auto specific = specificity(item.value);
    if (item.quality > best_quality || specific > best_specificity) {
      result = choice;
      best_quality = item.quality;
      best_specificity = std::move(specific);
    }
  }
  return result;
}

std::string Accept::to_header() const {
  std::string out;
  for (const auto& [value, quality] : items_) {
    if (!out.empty()) out += ',';
    out += value;
    if (quality != 1) out += ";q=" + quality_text(quality);
  }
  return out;
}

bool MIMEAccept::matches(std::string_view key, std::string_view item) const {
  if (item.find('/') == std::string_view::npos) return false;  // the client's mistake
  const MimeParts wanted = mime_parts(key);
  if (key.find('/') == std::string_view::npos || (wanted.type == "*" && wanted.subtype != "*"))
    throw std::invalid_argument(fmt::format("invalid mimetype '{}'", key));
  const MimeParts offered = mime_parts(item);
  if (offered.type == "*") return offered.subtype == "*";
  if (wanted.type == "*") return true;
  if (offered.type != wanted.type) return false;
  return offered.subtype == "*" || wanted.subtype == "*" ||
         (offered.subtype == wanted.subtype && offered.parameters == wanted.parameters);
}

std::vector<bool> MIMEAccept::specificity(std::string_view item) const {
  std::vector<bool> out;
  for (const std::string_view part : split_mime(item)) out.push_back(part != "*");
  return out;
}

bool LanguageAccept::matches(std::string_view key, std::string_view item) const {
  return item == "*" || normal_language(key) == normal_language(item);
}

std::optional<std::string_view> LanguageAccept::best_match(const std::vector<std::string_view>& choices,
                                                           std::optional<std::string_view> otherwise) const {
  if (const auto whole = Accept::best_match(choices)) return whole;
  LanguageAccept shortened = *this;
  for (Item& item : shortened.items_) item.value = std::string(primary(item.value));
  if (const auto ours = shortened.Accept::best_match(choices)) return ours;
  std::vector<std::string_view> primaries;
  for (const std::string_view choice : choices) primaries.push_back(primary(choice));
  const auto found = Accept::best_match(primaries);
  if (!found) return otherwise;
  return *std::find_if(choices.begin(), choices.end(),
                       [&](std::string_view choice) { return choice.starts_with(*found); });
}

bool CharsetAccept::matches(std::string_view key, std::string_view item) const {
  return item == "*" || normal_charset(key) == normal_charset(item);
}

}  // namespace retort::http
