// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Text that is known to be safe HTML (MarkupSafe's Markup): templates print it as it is,
// where they escape other text. A value type.

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace retort {

/// Appends `text` to `out` with & < > " ' as entities (MarkupSafe: escape).
void append_escaped(std::string& out, std::string_view text);
/// How many bytes that appends.
std::size_t escaped_size(std::string_view text);

class Markup {
 public:
  Markup() = default;
  /// Promises that `html` is safe.
  explicit Markup(std::string html) : html_(std::move(html)) {}
  explicit Markup(std::string_view html);
  explicit Markup(const char* html);

  /// Safe HTML that shows `text`.
  static Markup escape(std::string_view text);

  std::string_view view() const { return html_; }
  const std::string& str() const& { return html_; }
  std::string str() && { return std::move(html_); }
  bool empty() const { return html_.empty(); }

  Markup& operator+=(const Markup& other);
  friend Markup operator+(Markup a, const Markup& b) { return std::move(a += b); }
  friend bool operator==(const Markup&, const Markup&) = default;

 private:
  std::string html_;
};

}  // namespace retort
