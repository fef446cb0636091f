// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/multidict.h"

#include <algorithm>
#include <random>

#include <sys/random.h>

#include "retort/http/errors.h"

namespace retort::http {
namespace {

__extension__ using Wide = unsigned __int128;

std::uint64_t make_seed() {
  std::uint64_t seed = 0;
  if (getrandom(&seed, sizeof seed, 0) != static_cast<ssize_t>(sizeof seed)) seed = std::random_device{}();
  return seed;
}

/// A multiply-and-fold hash with a secret seed: whoever chooses keys cannot choose buckets.
std::uint64_t hash_of(std::string_view key) {
  static const std::uint64_t seed = make_seed();
  std::uint64_t hash = seed ^ (key.size() * 0x9e3779b97f4a7c15u);
  for (const char c : key) {
    const auto product = static_cast<Wide>(hash ^ static_cast<unsigned char>(c)) * 0xd6e8feb86659fd93u;
    hash = static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64) ^ seed;
  }
  return hash ^ hash >> 29;
}

[[noreturn]] void throw_missing(std::string_view key) { throw BadRequestKeyError(std::string(key)); }

}  // namespace

MultiDict::MultiDict(std::initializer_list<PairView> pairs) { update(pairs); }

// Lookup.

std::size_t MultiDict::find(std::string_view key) const {
  if (index_.empty()) {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      if (entries_[i].key == key) return i;
    }
    return kNone;
  }
  const std::size_t mask = index_.size() - 1;
  for (std::size_t at = hash_of(key) & mask; index_[at] != 0; at = (at + 1) & mask) {
    if (entries_[index_[at] - 1].key == key) return index_[at] - 1;
  }
  return kNone;
}

void MultiDict::index_last() {
  if (entries_.size() <= kLinearKeys) return;
  if (index_.empty() || entries_.size() * 2 > index_.size()) return rebuild_index();
  const std::size_t mask = index_.size() - 1;
  std::size_t at = hash_of(entries_.back().key) & mask;
  while (index_[at] != 0) at = (at + 1) & mask;
  index_[at] = static_cast<std::uint32_t>(entries_.size());
}

void MultiDict::rebuild_index() {
  index_.clear();
  if (entries_.size() <= kLinearKeys) return;
  std::size_t size = 32;
  while (size < entries_.size() * 4) size *= 2;
  index_.assign(size, 0);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    std::size_t at = hash_of(entries_[i].key) & (size - 1);
    while (index_[at] != 0) at = (at + 1) & (size - 1);
    index_[at] = static_cast<std::uint32_t>(i + 1);
  }
}

MultiDict::Entry& MultiDict::entry(std::string&& key) {
  const std::size_t at = find(key);
  if (at != kNone) return entries_[at];
  entries_.push_back({std::move(key), {}, {}, false});
  index_last();
  return entries_.back();
}

void MultiDict::erase(std::size_t position) {
  const bool last = position + 1 == entries_.size();
  entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(position));
  if (!index_.empty() || !last) rebuild_index();
}

void MultiDict::assign(Entry& entry, std::vector<std::string>&& values) {
  entry.has_value = !values.empty();
  entry.first = values.empty() ? std::string() : std::move(values.front());
  entry.rest.clear();
  for (std::size_t i = 1; i < values.size(); ++i) entry.rest.push_back(std::move(values[i]));
}

std::vector<std::string> MultiDict::release(Entry& entry) {
  std::vector<std::string> out;
  if (!entry.has_value) return out;
  out.push_back(std::move(entry.first));
  for (std::string& value : entry.rest) out.push_back(std::move(value));
  return out;
}

// Reading.

MultiDict::MultiDict() noexcept = default;
MultiDict::MultiDict(const MultiDict&) = default;
MultiDict::MultiDict(MultiDict&&) noexcept = default;
MultiDict& MultiDict::operator=(const MultiDict&) = default;
MultiDict& MultiDict::operator=(MultiDict&&) noexcept = default;
MultiDict::~MultiDict() = default;

std::size_t MultiDict::size() const { return entries_.size(); }
std::vector<MultiDict::List> MultiDict::to_lists() const { return lists(); }

void MultiDict::add(std::string_view key, std::string_view value) {
  add(std::string(key), std::string(value));
}
void MultiDict::add(const char* key, const char* value) { add(std::string(key), std::string(value)); }

bool MultiDict::nth(std::string_view key, std::size_t i, std::string_view& out) const {
  const std::size_t at = find(key);
  if (at == kNone || !entries_[at].has_value || i > entries_[at].rest.size()) return false;
  out = i == 0 ? entries_[at].first : entries_[at].rest[i - 1];
  return true;
}

std::optional<std::string_view> MultiDict::get(std::string_view key) const {
  const std::size_t at = find(key);
  if (at == kNone || !entries_[at].has_value) return std::nullopt;
  return entries_[at].first;
}

std::string_view MultiDict::get(std::string_view key, std::string_view otherwise) const {
  return get(key).value_or(otherwise);
}

std::string_view MultiDict::operator[](std::string_view key) const {
  const auto value = get(key);
  if (!value) throw_missing(key);
  return *value;
}

std::vector<std::string_view> MultiDict::getlist(std::string_view key) const& {
  std::vector<std::string_view> out;
  const std::size_t at = find(key);
  if (at == kNone || !entries_[at].has_value) return out;
  out.push_back(entries_[at].first);
  out.insert(out.end(), entries_[at].rest.begin(), entries_[at].rest.end());
  return out;
}

// Writing.

void MultiDict::add(std::string key, std::string value) {
  Entry& e = entry(std::move(key));
  if (e.has_value) {
    e.rest.push_back(std::move(value));
  } else {
    e.first = std::move(value);
    e.has_value = true;
  }
}

void MultiDict::set(std::string_view key, std::string_view value) { setlist(key, {std::string(value)}); }

void MultiDict::setlist(std::string_view key, std::vector<std::string> values) {
  assign(entry(std::string(key)), std::move(values));
}

std::string_view MultiDict::setdefault(std::string_view key, std::string_view value) {
  if (!contains(key)) set(key, value);
  return (*this)[key];
}

std::vector<std::string_view> MultiDict::setlistdefault(std::string_view key,
                                                        std::vector<std::string> values) {
  if (!contains(key)) setlist(key, std::move(values));
  return getlist(key);
}

bool MultiDict::remove(std::string_view key) {
  const std::size_t at = find(key);
  if (at == kNone) return false;
  erase(at);
  return true;
}

std::string MultiDict::pop(std::string_view key) {
  const std::size_t at = find(key);
  if (at == kNone) throw_missing(key);
  Entry taken = std::move(entries_[at]);
  erase(at);
  if (!taken.has_value) throw_missing(taken.key);
  return std::move(taken.first);
}

std::string MultiDict::pop(std::string_view key, std::string_view otherwise) {
  std::vector<std::string> values = poplist(key);
  return values.empty() ? std::string(otherwise) : std::move(values.front());
}

std::vector<std::string> MultiDict::poplist(std::string_view key) {
  const std::size_t at = find(key);
  if (at == kNone) return {};
  std::vector<std::string> out = release(entries_[at]);
  erase(at);
  return out;
}

MultiDict::Pair MultiDict::popitem() {
  List item = popitemlist();
  if (item.second.empty()) throw_missing(item.first);
  return {std::move(item.first), std::move(item.second.front())};
}

MultiDict::List MultiDict::popitemlist() {
  if (entries_.empty()) throw_missing("");
  Entry& last = entries_.back();
  List out{last.key, release(last)};
  erase(entries_.size() - 1);
  return out;
}

void MultiDict::update(const MultiDict& other) {
  for (const auto& [key, value] : other.items(true)) add(std::string(key), std::string(value));
}

void MultiDict::update(std::initializer_list<PairView> pairs) {
  for (const auto& [key, value] : pairs) add(std::string(key), std::string(value));
}

void MultiDict::clear() {
  entries_.clear();
  index_.clear();
}

// Whole.

std::vector<MultiDict::Pair> MultiDict::to_dict() const {
  std::vector<Pair> out;
  for (const Entry& e : entries_) {
    if (e.has_value) out.emplace_back(e.key, e.first);
  }
  return out;
}

std::vector<MultiDict::PairView> MultiDict::items(bool multi) const& {
  std::vector<PairView> out;
  for (const Entry& e : entries_) {
    if (!e.has_value) continue;
    out.emplace_back(e.key, e.first);
    if (multi) {
      for (const std::string& value : e.rest) out.emplace_back(e.key, value);
    }
  }
  return out;
}

std::vector<std::string_view> MultiDict::keys() const& {
  std::vector<std::string_view> out;
  for (const Entry& e : entries_) out.emplace_back(e.key);
  return out;
}

std::vector<std::string_view> MultiDict::values() const& {
  std::vector<std::string_view> out;
  for (const Entry& e : entries_) {
    if (e.has_value) out.emplace_back(e.first);
  }
  return out;
}

std::vector<MultiDict::List> MultiDict::lists() const {
  std::vector<List> out;
  for (const Entry& e : entries_) {
    Entry copy = e;
    out.emplace_back(e.key, release(copy));
  }
  return out;
}

bool operator==(const MultiDict& a, const MultiDict& b) {
  if (a.size() != b.size()) return false;
  return std::all_of(a.entries_.begin(), a.entries_.end(), [&](const auto& e) {
    return b.contains(e.key) && a.getlist(e.key) == b.getlist(e.key);
  });
}

}  // namespace retort::http
