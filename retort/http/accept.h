// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What a client accepts: Accept, Accept-Language, Accept-Charset, Accept-Encoding
// (Werkzeug: Accept, MIMEAccept, LanguageAccept, CharsetAccept). Parsing takes anything;
// items without a valid quality are left out. Immutable, so safe to share.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace retort::http {

class Accept {
 public:
  struct Item {
    std::string value;
    double quality = 1;  ///< 0 to 1
  };

  /// Nothing accepted, as without the header.
  Accept() = default;
  virtual ~Accept() = default;
  Accept(const Accept&) = default;
  Accept& operator=(const Accept&) = default;
  static Accept parse(std::string_view header) { return Accept(read(header)); }

  /// Did the client send the header, with anything in it?
  bool provided() const { return provided_; }
  /// By specificity and then quality, the best first.
  const std::vector<Item>& items() const { return items_; }
  auto begin() const { return items_.begin(); }
  auto end() const { return items_.end(); }
  bool empty() const { return items_.empty(); }

  /// Throws std::invalid_argument when `key` is not of the class's form.
  double quality(std::string_view key) const;
  bool contains(std::string_view key) const { return find(key) >= 0; }
  /// The place of the first item that `key` fits, or -1.
  std::ptrdiff_t find(std::string_view key) const;
  /// The client's first choice.
  std::optional<std::string_view> best() const;
  /// Of what the application has, what the client wants most; the first of equals. The
  /// view points into `matches` or is `otherwise`.
  virtual std::optional<std::string_view> best_match(
      const std::vector<std::string_view>& matches,
      std::optional<std::string_view> otherwise = std::nullopt) const;
  std::string to_header() const;

 protected:
  struct Parsed {
    std::vector<Item> items;
    bool provided = false;
  };
  static Parsed read(std::string_view header);
  explicit Accept(Parsed parsed);
  void sort();

  /// Does `key`, which the application names, fit the client's `item`?
  virtual bool matches(std::string_view key, std::string_view item) const;
  /// Compared member by member: false before true.
  virtual std::vector<bool> specificity(std::string_view item) const;

  std::vector<Item> items_;
  bool provided_ = false;
};

class MIMEAccept final : public Accept {
 public:
  MIMEAccept() = default;
  static MIMEAccept parse(std::string_view header) { return MIMEAccept(read(header)); }
  bool accept_html() const { return contains("text/html") || accept_xhtml(); }
  bool accept_xhtml() const { return contains("application/xhtml+xml") || contains("application/xml"); }
  bool accept_json() const { return contains("application/json"); }

 private:
  explicit MIMEAccept(Parsed parsed) : Accept(std::move(parsed)) { sort(); }
  bool matches(std::string_view key, std::string_view item) const override;
  std::vector<bool> specificity(std::string_view item) const override;
};

class LanguageAccept final : public Accept {
 public:
  LanguageAccept() = default;
  static LanguageAccept parse(std::string_view header) { return LanguageAccept(read(header)); }
  /// Tries whole tags first, then the client's primary tags, then the application's.
  std::optional<std::string_view> best_match(
      const std::vector<std::string_view>& matches,
      std::optional<std::string_view> otherwise = std::nullopt) const override;

 private:
  explicit LanguageAccept(Parsed parsed) : Accept(std::move(parsed)) {}
  bool matches(std::string_view key, std::string_view item) const override;
};

class CharsetAccept final : public Accept {
 public:
  CharsetAccept() = default;
  static CharsetAccept parse(std::string_view header) { return CharsetAccept(read(header)); }

 private:
  explicit CharsetAccept(Parsed parsed) : Accept(std::move(parsed)) {}
  bool matches(std::string_view key, std::string_view item) const override;
};

}  // namespace retort::http
