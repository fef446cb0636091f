// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/wtf/message_catalogue.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <utility>

#include "retort/base/text.h"
#include "retort/base/utf8.h"

namespace retort::wtf {

namespace {

// GNU gettext, "The Format of GNU MO Files": seven words, then tables of sizes and places.
constexpr std::uint32_t kMagic = 0x950412de;
constexpr std::uint32_t kSwappedMagic = 0xde120495;
constexpr std::size_t kHeaderSize = 28;
constexpr std::size_t kTableEntry = 8;
enum : std::size_t { kRevisionAt = 4, kCountAt = 8, kIdsAt = 12, kTextsAt = 16 };

// Precondition: at + 4 <= data.size().
std::uint32_t word_at(std::string_view data, std::size_t at, bool swapped) {
  std::uint32_t word = 0;
  std::memcpy(&word, data.data() + at, sizeof word);
  return swapped ? __builtin_bswap32(word) : word;
}

// The value of "Name: value" among a header's lines; empty when it is not there.
std::string_view header_line(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    const std::size_t end = std::min(header.find('\n'), header.size());
    const std::string_view line = header.substr(0, end);
    header.remove_prefix(std::min(end + 1, header.size()));
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos && text::to_lower(line.substr(0, colon)) == name)
      return text::trim(line.substr(colon + 1));
  }
  return {};
}

// What stands behind `key` up to a semicolon: "n != 1" of "nplurals=2; plural=n != 1;".
std::string_view parameter(std::string_view line, std::string_view key) {
  while (!line.empty()) {
    const std::size_t end = std::min(line.find(';'), line.size());
    const std::string_view part = text::trim(line.substr(0, end));
    line.remove_prefix(std::min(end + 1, line.size()));
    if (part.starts_with(key)) return text::trim(part.substr(key.size()));
  }
  return {};
}

}  // namespace

bool MessageCatalogue::read_pieces(std::size_t table, std::size_t i, bool swapped, Piece& out) const {
  const std::size_t at = table + i * kTableEntry;
  if (at + kTableEntry > data_.size()) return false;
  out.size = word_at(data_, at, swapped);
  out.at = word_at(data_, at + 4, swapped);
  return out.at <= data_.size() && out.size <= data_.size() - out.at;
}

Result<void> MessageCatalogue::read_entries() {
  if (data_.size() < kHeaderSize) return Error{"a message catalogue is cut short", data_.size()};
  const std::uint32_t magic = word_at(data_, 0, false);
  if (magic != kMagic && magic != kSwappedMagic) return Error{"this is no message catalogue", 0};
  const bool swapped = magic == kSwappedMagic;
  constexpr std::uint32_t kNewestRevision = 1;
  if (word_at(data_, kRevisionAt, swapped) >> 16 > kNewestRevision)
    return Error{"a message catalogue of an unknown revision", kRevisionAt};
  const std::size_t count = word_at(data_, kCountAt, swapped);
  if (count > data_.size() / kTableEntry) return Error{"a message catalogue is cut short", kCountAt};
  const std::size_t ids = word_at(data_, kIdsAt, swapped), texts = word_at(data_, kTextsAt, swapped);
  entries_.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    Entry entry;
    if (!read_pieces(ids, i, swapped, entry.id) || !read_pieces(texts, i, swapped, entry.text))
      return Error{"a message lies outside of its catalogue", ids + i * kTableEntry};
    if (!utf8::valid(piece(entry.id)) || !utf8::valid(piece(entry.text)))
      return Error{"a message is not UTF-8", entry.id.at};
    if (entry.id.size == 0) {
      if (Result<void> header = read_header(piece(entry.text)); !header) return header.error();
      continue;
    }
    const std::size_t singular = piece(entry.id).find('\0');
    entry.plural = singular != std::string_view::npos;
    if (entry.plural) entry.id.size = singular;
    entries_.push_back(entry);
  }
  return {};
}

Result<void> MessageCatalogue::read_header(std::string_view header) {
  const std::string type = text::to_lower(header_line(header, "content-type"));
  const std::size_t charset = type.find("charset=");
  if (charset != std::string::npos) {
    const std::string_view name = std::string_view(type).substr(charset + 8);
    if (name != "utf-8" && name != "us-ascii" && name != "ascii" && name != "charset")
      return Error{"a message catalogue's charset is " + std::string(name) + "; it must be UTF-8"};
  }
  const std::string_view expression = parameter(header_line(header, "plural-forms"), "plural=");
  if (expression.empty()) return {};
  Result<detail::PluralRule> rule = detail::PluralRule::parse(expression);
  if (!rule) return rule.error();
  plural_ = *std::move(rule);
  return {};
}

Result<MessageCatalogue> MessageCatalogue::parse(std::string data) {
  MessageCatalogue out;
  out.data_ = std::move(data);
  if (Result<void> read = out.read_entries(); !read) return read.error();
  // Of several of one id the last counts, as in Python.
  std::reverse(out.entries_.begin(), out.entries_.end());
  const auto id = [&out](const Entry& entry) { return out.piece(entry.id); };
  std::stable_sort(out.entries_.begin(), out.entries_.end(),
                   [&id](const Entry& a, const Entry& b) { return id(a) < id(b); });
  const auto same = [&id](const Entry& a, const Entry& b) { return id(a) == id(b); };
  out.entries_.erase(std::unique(out.entries_.begin(), out.entries_.end(), same), out.entries_.end());
  return out;
}

const MessageCatalogue::Entry* MessageCatalogue::find(std::string_view id) const {
  const auto found = std::lower_bound(
      entries_.begin(), entries_.end(), id,
      [this](const Entry& entry, std::string_view wanted) { return piece(entry.id) < wanted; });
  return found != entries_.end() && piece(found->id) == id ? &*found : nullptr;
}

std::string_view MessageCatalogue::form(const Entry& entry, std::uint64_t i) const {
  std::string_view forms = piece(entry.text);
  for (; i > 0; --i) {
    const std::size_t end = forms.find('\0');
    if (end == std::string_view::npos) return {};
    forms.remove_prefix(end + 1);
  }
  return forms.substr(0, forms.find('\0'));
}

std::string MessageCatalogue::gettext(std::string_view message) const {
  const Entry* const entry = find(message);
  if (!entry) return std::string(message);
  const std::string_view found = form(*entry, entry->plural ? plural_(1) : 0);
  return std::string(found.empty() ? message : found);
}

std::string MessageCatalogue::ngettext(std::string_view singular, std::string_view plural,
                                       std::int64_t n) const {
  if (const Entry* const entry = find(singular); entry && entry->plural) {
    const std::string_view found = form(*entry, plural_(n));
    if (!found.empty()) return std::string(found);
  }
  return std::string(n == 1 ? singular : plural);
}

Owned<Translations> load_catalogue(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string data{std::istreambuf_iterator<char>(file), {}};
  if (!file.is_open() || file.bad())
    throw std::runtime_error("The message catalogue " + path + " cannot be read");
  Result<MessageCatalogue> catalogue = MessageCatalogue::parse(std::move(data));
  if (!catalogue)
    throw std::runtime_error("The message catalogue " + path + ": " + catalogue.error().message);
  return std::make_unique<MessageCatalogue>(*std::move(catalogue));
}

}  // namespace retort::wtf
