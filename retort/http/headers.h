// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Headers: the fields of a response, or of any message a program writes (Werkzeug's
// Headers). Ordered, names compare without case, a name may occur several times. Kept in
// wire form in one flat buffer, so that sending them is one copy of wire(); the first 232
// bytes need no heap, and clear() keeps what was grown. Views and iterators into it are
// valid until the next change. A value type without thread safety of its own.
//
// What could split a message is refused where it is set: a name that is no token
// (RFC 9110, 5.6.2), a CR, LF or NUL in a value throw std::invalid_argument.

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/http/request_head.h"

namespace retort::http {

/// Text or none: a std::optional<std::string_view> as far as HeaderOption needs one, at a
/// fraction of what that costs to compile.
class OptionalText {
 public:
  constexpr OptionalText() = default;
  constexpr OptionalText(std::nullopt_t) {}  // NOLINT: implicit by design, as below
  template <class T, class = std::enable_if_t<std::is_convertible_v<const T&, std::string_view>>>
  constexpr OptionalText(const T& text) : text_(text), has_value_(true) {}  // NOLINT

  constexpr bool has_value() const { return has_value_; }
  explicit constexpr operator bool() const { return has_value_; }
  /// The text; empty for none.
  constexpr std::string_view operator*() const { return text_; }

 private:
  std::string_view text_;
  bool has_value_ = false;
};

/// One parameter of a field's value, as in `; filename="a.txt"`. Underscores in the name
/// become hyphens; one without a value is left out (Werkzeug's keyword options).
struct HeaderOption {
  std::string_view name;
  OptionalText value;
};

/// True when `name` is a field name that may be sent: a token of RFC 9110, 5.6.2.
bool is_header_name(std::string_view name);
/// True when `value` holds no CR, LF or NUL.
bool is_header_value(std::string_view value);

class Headers {
 public:
  class Reference;
  class Iterator;
  using const_iterator = Iterator;
  using value_type = HeaderField;

  static constexpr std::size_t kInlineBytes = 232;

  Headers() noexcept : data_(inline_) {}
  Headers(std::initializer_list<HeaderField> fields);
  Headers(const Headers& other);
  Headers(Headers&& other) noexcept;
  Headers& operator=(const Headers& other);
  Headers& operator=(Headers&& other) noexcept;
  ~Headers();

  /// Appends a field, whatever there is of that name already.
  void add(std::string_view name, std::string_view value);
  /// Appends `value; option=value; ...` (dump_options_header).
  void add(std::string_view name, std::string_view value, std::initializer_list<HeaderOption> options);
  void add(std::string_view name, std::string_view value, const HeaderOption* options, std::size_t count);
  /// Puts the field in the place of the first one of that name and removes the others;
  /// appends when there is none.
  void set(std::string_view name, std::string_view value);
  void set(std::string_view name, std::string_view value, std::initializer_list<HeaderOption> options);
  void set(std::string_view name, std::string_view value, const HeaderOption* options, std::size_t count);
  /// Replaces all fields of that name; no values remove it. The first keeps the place.
  void setlist(std::string_view name, const std::vector<std::string>& values);
  /// The first value of that name, after setting it to `value` when there was none.
  std::string_view setdefault(std::string_view name, std::string_view value);
  std::vector<std::string_view> setlistdefault(std::string_view name, const std::vector<std::string>& values);
  /// Appends a field that is known to be clean: constants of the framework. Checks nothing.
  void append_unchecked(std::string_view name, std::string_view value);
  /// The same in wire form, `Name: value\r\n`; not for what may_hold_framing() is about.
  void append_line_unchecked(std::string_view line) {
    if (size_ + line.size() > capacity_) [[unlikely]]
      reserve(size_ + line.size());
    std::char_traits<char>::copy(data_ + size_, line.data(), line.size());
    size_ += static_cast<std::uint32_t>(line.size());
    ++count_;
  }

  /// `headers["Name"]` reads as the first value ("" when there is none), and assigns.
  Reference operator[](std::string_view name);
  std::string_view operator[](std::string_view name) const { return get(name, std::string_view()); }
  std::optional<std::string_view> get(std::string_view name) const;
  /// The result may be `otherwise`: it must outlive what is done with it.
  std::string_view get(std::string_view name, std::string_view otherwise) const;
  std::vector<std::string_view> getlist(std::string_view name) const;
  bool contains(std::string_view name) const;
  /// The field at a position; throws std::out_of_range.
  HeaderField at(std::size_t index) const;
  std::size_t size() const { return count_; }
  bool empty() const { return count_ == 0; }

  /// Removes every field of that name; false when there was none.
  bool remove(std::string_view name);
  /// Removes every field of that name and gives the first one's value; throws
  /// std::out_of_range when there is none, unless `otherwise` is given.
  std::string pop(std::string_view name);
  std::string pop(std::string_view name, std::string_view otherwise);
  /// Removes the field at a position (the last one); throws std::out_of_range.
  std::pair<std::string, std::string> pop(std::size_t index);
  std::pair<std::string, std::string> pop();
  /// Forgets all fields and keeps the memory.
  void clear() {
    size_ = count_ = 0;
    framing_ = false;
  }

  /// Appends all fields of another one.
  void extend(const Headers& other);
  void extend(std::initializer_list<HeaderField> fields);
  /// Replaces what the other one also names, and appends the rest. From a list each field
  /// replaces the ones before it.
  void update(const Headers& other);
  void update(std::initializer_list<HeaderField> fields);

  std::vector<std::string> keys(bool lower = false) const;
  std::vector<std::string_view> values() const;
  std::vector<std::pair<std::string, std::string>> to_wsgi_list() const;

  /// The fields as they are sent: `Name: value\r\n` each, without the empty line.
  std::string_view wire() const {
    const char* begin = data_;  // exact types: else the compiler tries string_view's range constructors
    return {begin, std::size_t{size_}};
  }
  /// False when no field is Content-Length, Transfer-Encoding, Connection, Keep-Alive, Date
  /// or Server; true when one may be.
  bool may_hold_framing() const { return framing_; }
  /// True when wire() is exactly size() lines, without another CR, LF or NUL: for whoever
  /// writes it, since append_unchecked checks nothing.
  bool is_clean() const;
  /// Makes room for so many bytes of wire form.
  void reserve(std::size_t bytes);

  Iterator begin() const;
  Iterator end() const;

  /// The same fields whatever their order; names compare without case.
  friend bool operator==(const Headers& a, const Headers& b);

 private:
  void grow(std::size_t bytes, std::string_view name, std::string_view value);
  void append(std::string_view name, std::string_view value);
  void erase(std::size_t from, std::size_t to);
  void remove_from(std::size_t offset, std::string_view name);
  bool aliases(std::string_view text) const;
  std::size_t find(std::string_view name, std::size_t from) const;
  std::size_t line_end(std::size_t from) const;
  HeaderField field_at(std::size_t offset) const;
  std::size_t offset_of(std::size_t index) const;
  void take(Headers& other) noexcept;

  // Invariant: [data_, data_ + size_) is count_ lines "name: value\r\n"; no name holds a
  // colon, no value a CR, so lines are found again without storing where they begin.
  char* data_;
  std::uint32_t size_ = 0;
  std::uint32_t capacity_ = kInlineBytes;
  std::uint32_t count_ = 0;
  bool framing_ = false;  // a field was added whose name is as long as one of framing
  char inline_[kInlineBytes];
};

/// What `headers["Name"]` gives: reads as a string_view, assigns as Headers::set.
class Headers::Reference {
 public:
  Reference& operator=(std::string_view value) {
    headers_.set(name_, value);
    return *this;
  }
  Reference& operator=(const Reference& other) { return *this = other.view(); }
  Reference(const Reference&) = default;

  std::string_view view() const { return headers_.get(name_, std::string_view()); }
  operator std::string_view() const { return view(); }  // NOLINT: implicit by design
  std::string str() const;
  bool empty() const { return view().empty(); }
  friend bool operator==(const Reference& a, std::string_view b) { return a.view() == b; }

 private:
  friend class Headers;
  Reference(Headers& headers, std::string_view name) : headers_(headers), name_(name) {}

  Headers& headers_;
  std::string_view name_;
};

/// Walks the fields in order.
class Headers::Iterator {
 public:
  using value_type = HeaderField;
  using reference = HeaderField;
  using difference_type = std::ptrdiff_t;

  Iterator() = default;
  HeaderField operator*() const { return headers_->field_at(offset_); }
  Iterator& operator++() {
    offset_ = headers_->line_end(offset_);
    return *this;
  }
  Iterator operator++(int) {
    Iterator old = *this;
    ++*this;
    return old;
  }
  friend bool operator==(const Iterator& a, const Iterator& b) { return a.offset_ == b.offset_; }

 private:
  friend class Headers;
  Iterator(const Headers* headers, std::size_t offset) : headers_(headers), offset_(offset) {}

  const Headers* headers_ = nullptr;
  std::size_t offset_ = 0;
};

inline Headers::Reference Headers::operator[](std::string_view name) { return Reference(*this, name); }
inline Headers::Iterator Headers::begin() const { return Iterator(this, 0); }
inline Headers::Iterator Headers::end() const { return Iterator(this, size_); }

}  // namespace retort::http
