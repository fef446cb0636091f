// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// MultiDict: text to lists of text, in the order in which keys first came (Werkzeug's
// MultiDict): a query's arguments, a form's fields, cookies. Looked up in a row up to
// eight keys, through a table with a secret seed beyond that, so no choice of keys makes
// it slow. Views into it are valid until the next change. A value type without thread
// safety of its own; reading from several threads is safe.

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/http/from_text.h"

namespace retort::http {

class MultiDict {
 public:
  using Pair = std::pair<std::string, std::string>;
  using PairView = std::pair<std::string_view, std::string_view>;
  using List = std::pair<std::string, std::vector<std::string>>;

  MultiDict() noexcept;
  MultiDict(const MultiDict& o);
  MultiDict(MultiDict&& o) noexcept;
  MultiDict& operator=(const MultiDict& o);
  MultiDict& operator=(MultiDict&& o) noexcept;
  ~MultiDict();
  MultiDict(std::initializer_list<PairView> pairs);

  /// The first value of `key`; throws BadRequestKeyError (answered 400) without one.
  std::string_view operator[](std::string_view key) const;
  std::optional<std::string_view> get(std::string_view key) const;
  /// The result may be `otherwise`: it must outlive what is done with it.
  std::string_view get(std::string_view key, std::string_view otherwise) const;
  /// The first value of `key` read as a T; nothing, or `otherwise`, when there is none or
  /// it is no T (`type=` of Werkzeug's get). T is always spelled out: get<int>("page", 1).
  template <class T>
  std::optional<T> get(std::string_view key) const {
    T out{};
    std::string_view text;
    if (nth(key, 0, text) && from_text(text, out)) return out;
    return {};
  }
  template <class T>
  T get(std::string_view key, std::type_identity_t<T> otherwise) const {
    T out{};
    std::string_view text;
    return nth(key, 0, text) && from_text(text, out) ? out : std::move(otherwise);
  }
  /// All values of `key` in order; empty without the key.
  std::vector<std::string_view> getlist(std::string_view key) const&;
  std::vector<std::string_view> getlist(std::string_view key) const&& = delete;  // views into a temporary
  /// All values of `key` that can be read as a T.
  template <class T>
  std::vector<T> getlist(std::string_view key) const {
    std::vector<T> out;
    std::string_view text;
    for (std::size_t i = 0; nth(key, i, text); ++i) {
      T value{};
      if (from_text(text, value)) out.push_back(std::move(value));
    }
    return out;
  }
  /// The i-th value of `key` into `out`; false when there is none.
  bool nth(std::string_view key, std::size_t i, std::string_view& out) const;
  bool contains(std::string_view key) const { return find(key) != kNone; }
  /// The number of keys.
  std::size_t size() const;
  bool empty() const { return size() == 0; }

  /// Adds a value to the ones of `key`.
  void add(std::string_view key, std::string_view value);
  void add(std::string key, std::string value);
  void add(const char* key, const char* value);
  /// Replaces the values of `key`. A key keeps its place.
  void set(std::string_view key, std::string_view value);
  void setlist(std::string_view key, std::vector<std::string> values);
  /// The first value of `key`, after setting it to `value` without the key.
  std::string_view setdefault(std::string_view key, std::string_view value = {});
  std::vector<std::string_view> setlistdefault(std::string_view key, std::vector<std::string> values = {});

  /// Removes `key`; false when it is not there.
  bool remove(std::string_view key);
  /// Removes `key` and gives its first value; throws BadRequestKeyError without one,
  /// unless `otherwise` is given.
  std::string pop(std::string_view key);
  std::string pop(std::string_view key, std::string_view otherwise);
  /// Removes `key` and gives its values; none without the key.
  std::vector<std::string> poplist(std::string_view key);
  /// Removes the last key, and gives it with its first value, or all of them. Throws
  /// BadRequestKeyError when there is nothing (left of the key's values).
  Pair popitem();
  List popitemlist();
  /// Adds all values of another one to the ones that are here.
  void update(const MultiDict& other);
  void update(std::initializer_list<PairView> pairs);
  void clear();

  /// Keys in order, with the first value each (`flat`); keys without values are left out.
  std::vector<Pair> to_dict() const;
  /// Keys in order, with all values each: to_dict(flat=False).
  std::vector<List> to_lists() const;
  /// (key, first value) of each key, or with `multi` every (key, value).
  std::vector<PairView> items(bool multi = false) const&;
  std::vector<PairView> items(bool multi = false) const&& = delete;  // views into a temporary
  std::vector<std::string_view> keys() const&;
  std::vector<std::string_view> keys() const&& = delete;  // views into a temporary
  /// The first value of each key.
  std::vector<std::string_view> values() const&;
  std::vector<std::string_view> values() const&& = delete;  // views into a temporary
  std::vector<List> lists() const;

  friend bool operator==(const MultiDict& a, const MultiDict& b);

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  static constexpr std::size_t kLinearKeys = 8;

  // Most keys have one value: it lies in the entry, only further ones in a vector.
  struct Entry {
    std::string key;
    std::string first;
    std::vector<std::string> rest;
    bool has_value = false;

    friend bool operator==(const Entry&, const Entry&) = default;
  };

  std::size_t find(std::string_view key) const;
  Entry& entry(std::string&& key);
  void index_last();
  void rebuild_index();
  void erase(std::size_t position);
  static void assign(Entry& entry, std::vector<std::string>&& values);
  static std::vector<std::string> release(Entry& entry);

  std::vector<Entry> entries_;
  // Open addressing over positions + 1, a power of two in size, at most half full; empty
  // while there are kLinearKeys entries or fewer.
  std::vector<std::uint32_t> index_;
};

}  // namespace retort::http
