// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/headers.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "retort/http/field_view.h"
#include "retort/http/options.h"

namespace retort::http {
namespace {

constexpr bool is_token_char(unsigned char c) {
  if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) return true;
  return c != 0 && std::strchr("!#$%&'*+-.^_`|~", c) != nullptr;
}

void check(std::string_view name, std::string_view value) {
  if (!is_header_name(name)) throw std::invalid_argument("a header's name must be a token");
  if (!is_header_value(value)) throw std::invalid_argument("a header's value must not hold CR, LF or NUL");
}

std::string with_options(std::string_view value, const HeaderOption* options, std::size_t count) {
  std::string out(value);
  for (std::size_t i = 0; i < count; ++i) {
    if (!options[i].value) continue;
    out += "; ";
    for (const char c : options[i].name) out += c == '_' ? '-' : c;
    out += '=';
    out += quote_header_value(*options[i].value);
  }
  return out;
}

}  // namespace

bool is_header_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(),
                                      [](char c) { return is_token_char(static_cast<unsigned char>(c)); });
}

bool is_header_value(std::string_view value) {
  constexpr std::uint64_t kOnes = 0x0101010101010101, kHighs = 0x8080808080808080;
  std::size_t at = 0;
  // Eight bytes a step; a word without a byte below 0x0E has none that is refused.
  while (at + 8 <= value.size()) {
    std::uint64_t word;
    std::memcpy(&word, value.data() + at, 8);
    if (((word - kOnes * 0x0E) & ~word & kHighs) != 0) break;
    at += 8;
  }
  for (; at < value.size(); ++at) {
    if (value[at] == '\r' || value[at] == '\n' || value[at] == '\0') return false;
  }
  return true;
}

// Hot path: each response passes here once.
bool Headers::is_clean() const {
  constexpr std::uint64_t kOnes = 0x0101010101010101, kHighs = 0x8080808080808080;
  std::uint32_t lines = 0;
  std::size_t at = 0;
  while (at < size_) {
    if (at + 8 <= size_) {  // eight bytes a step where none is below 0x0E
      std::uint64_t word;
      std::memcpy(&word, data_ + at, 8);
      if (((word - kOnes * 0x0E) & ~word & kHighs) == 0) {
        at += 8;
        continue;
      }
    }
    const char c = data_[at++];
    if (c == '\0' || c == '\n') return false;
    if (c != '\r') continue;
    if (at == size_ || data_[at] != '\n') return false;
    ++at;
    ++lines;
  }
  return lines == count_ && (size_ == 0 || data_[size_ - 1] == '\n');
}

// Memory.

std::string Headers::Reference::str() const { return std::string(view()); }

Headers::Headers(std::initializer_list<HeaderField> fields) : Headers() { extend(fields); }

Headers::Headers(const Headers& other) : Headers() { extend(other); }

Headers::Headers(Headers&& other) noexcept : data_(inline_) { take(other); }

Headers& Headers::operator=(const Headers& other) {
  if (this != &other) {
    clear();
    extend(other);
  }
  return *this;
}

Headers& Headers::operator=(Headers&& other) noexcept {
  if (this != &other) {
    if (data_ != inline_) delete[] data_;
    take(other);
  }
  return *this;
}

Headers::~Headers() {
  if (data_ != inline_) delete[] data_;
}

void Headers::take(Headers& other) noexcept {
  if (other.data_ == other.inline_) {
    data_ = inline_;
    capacity_ = kInlineBytes;
    std::memcpy(inline_, other.inline_, other.size_);
  } else {
    data_ = other.data_;
    capacity_ = other.capacity_;
    other.data_ = other.inline_;
    other.capacity_ = kInlineBytes;
  }
  size_ = other.size_;
  count_ = other.count_;
  framing_ = other.framing_;
  other.size_ = other.count_ = 0;
}

void Headers::reserve(std::size_t bytes) {
  if (bytes <= capacity_) return;
  if (bytes > UINT32_MAX / 2) throw std::length_error("headers too large");
  char* const grown = new char[bytes];
  std::memcpy(grown, data_, size_);
  if (data_ != inline_) delete[] data_;
  data_ = grown;
  capacity_ = static_cast<std::uint32_t>(bytes);
}

namespace {

// May a field of this name be one that the message's framing or the server decides? By its
// length alone: Date, Server, Connection, Keep-Alive, Content-Length, Transfer-Encoding.
constexpr bool may_be_framing(std::size_t name_size) {
  constexpr std::uint32_t kSizes = 1U << 4 | 1U << 6 | 1U << 10 | 1U << 14 | 1U << 17;
  return name_size < 32 && (kSizes >> name_size & 1U) != 0;
}

}  // namespace

bool Headers::aliases(std::string_view text) const {
  return text.data() >= data_ && text.data() < data_ + size_;
}

void Headers::grow(std::size_t bytes, std::string_view name, std::string_view value) {
  // What is added may be a view into what is here.
  const std::string kept_name(name), kept_value(value);
  reserve(std::max<std::size_t>(bytes, capacity_ * std::size_t{2}));
  append(kept_name, kept_value);
}

void Headers::append(std::string_view name, std::string_view value) {
  const std::size_t bytes = size_ + name.size() + value.size() + 4;
  if (bytes > capacity_) return grow(bytes, name, value);
  char* at = data_ + size_;
  std::memcpy(at, name.data(), name.size());
  at += name.size();
  *at++ = ':';
  *at++ = ' ';
  if (!value.empty()) std::memcpy(at, value.data(), value.size());
  at += value.size();
  *at++ = '\r';
  *at = '\n';
  size_ = static_cast<std::uint32_t>(bytes);
  ++count_;
  framing_ = framing_ || may_be_framing(name.size());
}

// Lines.

std::size_t Headers::line_end(std::size_t from) const {
  const void* end = std::memchr(data_ + from, '\n', size_ - from);
  return static_cast<std::size_t>(static_cast<const char*>(end) - data_) + 1;
}

HeaderField Headers::field_at(std::size_t offset) const {
  const std::string_view line(data_ + offset, line_end(offset) - offset - 2);
  const std::size_t colon = line.find(':');
  return {line.substr(0, colon), line.substr(colon + 2)};
}

std::size_t Headers::find(std::string_view name, std::size_t from) const {
  while (from < size_) {
    const std::size_t end = line_end(from);
    if (end - from >= name.size() + 4 && data_[from + name.size()] == ':' &&
        iequals({data_ + from, name.size()}, name))
      return from;
    from = end;
  }
  return size_;
}

std::size_t Headers::offset_of(std::size_t index) const {
  if (index >= count_) throw std::out_of_range("no header at this index");
  std::size_t at = 0;
  while (index-- != 0) at = line_end(at);
  return at;
}

void Headers::erase(std::size_t from, std::size_t to) {
  std::memmove(data_ + from, data_ + to, size_ - to);
  size_ -= static_cast<std::uint32_t>(to - from);
  --count_;
}

void Headers::remove_from(std::size_t offset, std::string_view name) {
  for (std::size_t at = find(name, offset); at < size_; at = find(name, at)) erase(at, line_end(at));
}

// Writing.

void Headers::append_unchecked(std::string_view name, std::string_view value) { append(name, value); }

void Headers::add(std::string_view name, std::string_view value) {
  check(name, value);
  append(name, value);
}

void Headers::add(std::string_view name, std::string_view value,
                  std::initializer_list<HeaderOption> options) {
  add(name, value, options.begin(), options.size());
}

void Headers::add(std::string_view name, std::string_view value, const HeaderOption* options,
                  std::size_t count) {
  add(name, with_options(value, options, count));
}

void Headers::set(std::string_view name, std::string_view value) {
  check(name, value);
  const std::size_t at = find(name, 0);
  if (at == size_) return append(name, value);
  if (aliases(name) || aliases(value)) return set(std::string(name), std::string(value));
  // Rebuilds the tail: the field takes the first one's place, its namesakes go.
  const std::size_t next = line_end(at);
  const std::string tail(data_ + next, size_ - next);
  std::uint32_t before = 0;
  for (std::size_t line = 0; line < at; line = line_end(line)) ++before;
  const std::uint32_t after = count_ - before - 1;
  size_ = static_cast<std::uint32_t>(at);
  count_ = before;
  append(name, value);
  const std::size_t rest = size_;
  reserve(size_ + tail.size());
  std::memcpy(data_ + size_, tail.data(), tail.size());
  size_ += static_cast<std::uint32_t>(tail.size());
  count_ += after;
  remove_from(rest, name);
}

void Headers::set(std::string_view name, std::string_view value,
                  std::initializer_list<HeaderOption> options) {
  set(name, value, options.begin(), options.size());
}

void Headers::set(std::string_view name, std::string_view value, const HeaderOption* options,
                  std::size_t count) {
  set(name, with_options(value, options, count));
}

void Headers::setlist(std::string_view name, const std::vector<std::string>& values) {
  if (values.empty()) {
    remove(name);
    return;
  }
  for (const std::string& value : values) check(name, value);  // all or nothing
  set(name, values.front());
  for (std::size_t i = 1; i < values.size(); ++i) add(name, values[i]);
}

std::string_view Headers::setdefault(std::string_view name, std::string_view value) {
  if (!contains(name)) add(name, value);
  return *get(name);
}

std::vector<std::string_view> Headers::setlistdefault(std::string_view name,
                                                      const std::vector<std::string>& values) {
  if (!contains(name)) setlist(name, values);
  return getlist(name);
}

void Headers::extend(const Headers& other) {
  reserve(size_ + other.size_);
  std::memcpy(data_ + size_, other.data_, other.size_);
  size_ += other.size_;
  count_ += other.count_;
  framing_ = framing_ || other.framing_;
}

void Headers::extend(std::initializer_list<HeaderField> fields) {
  for (const HeaderField& field : fields) add(field.name, field.value);
}

void Headers::update(const Headers& other) {
  for (const HeaderField& field : other) {
    if (other.find(field.name, 0) == static_cast<std::size_t>(field.name.data() - other.data_)) {
      set(field.name, field.value);
    } else {
      add(field.name, field.value);
    }
  }
}

void Headers::update(std::initializer_list<HeaderField> fields) {
  for (const HeaderField& field : fields) set(field.name, field.value);
}

// Reading.

std::optional<std::string_view> Headers::get(std::string_view name) const {
  const std::size_t at = find(name, 0);
  return at == size_ ? std::nullopt : std::optional(field_at(at).value);
}

std::string_view Headers::get(std::string_view name, std::string_view otherwise) const {
  const std::size_t at = find(name, 0);
  return at == size_ ? otherwise : field_at(at).value;
}

std::vector<std::string_view> Headers::getlist(std::string_view name) const {
  std::vector<std::string_view> out;
  for (std::size_t at = find(name, 0); at < size_; at = find(name, line_end(at)))
    out.push_back(field_at(at).value);
  return out;
}

bool Headers::contains(std::string_view name) const { return find(name, 0) != size_; }

HeaderField Headers::at(std::size_t index) const { return field_at(offset_of(index)); }

std::vector<std::string> Headers::keys(bool lower) const {
  std::vector<std::string> out;
  for (const HeaderField& field : *this) {
    std::string& name = out.emplace_back(field.name);
    if (lower) {
      for (char& c : name) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
    }
  }
  return out;
}

std::vector<std::string_view> Headers::values() const {
  std::vector<std::string_view> out;
  for (const HeaderField& field : *this) out.push_back(field.value);
  return out;
}

std::vector<std::pair<std::string, std::string>> Headers::to_wsgi_list() const {
  std::vector<std::pair<std::string, std::string>> out;
  for (const HeaderField& field : *this) out.emplace_back(field.name, field.value);
  return out;
}

// Removing.

bool Headers::remove(std::string_view name) {
  const std::uint32_t before = count_;
  const std::string kept(name);
  remove_from(0, kept);
  return count_ != before;
}

std::string Headers::pop(std::string_view name) {
  const auto value = get(name);
  if (!value) throw std::out_of_range("no such header");
  std::string out(*value);
  remove(name);
  return out;
}

std::string Headers::pop(std::string_view name, std::string_view otherwise) {
  return contains(name) ? pop(name) : std::string(otherwise);
}

std::pair<std::string, std::string> Headers::pop(std::size_t index) {
  const std::size_t at = offset_of(index);
  const HeaderField field = field_at(at);
  std::pair<std::string, std::string> out(field.name, field.value);
  erase(at, line_end(at));
  return out;
}

std::pair<std::string, std::string> Headers::pop() {
  if (count_ == 0) throw std::out_of_range("no headers");
  return pop(count_ - std::size_t{1});
}

bool operator==(const Headers& a, const Headers& b) {
  if (a.size() != b.size()) return false;
  for (const HeaderField& field : a) {
    if (a.getlist(field.name) != b.getlist(field.name)) return false;
  }
  return true;
}

}  // namespace retort::http
