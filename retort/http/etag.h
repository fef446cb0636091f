// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Entity tags and conditional requests (RFC 9110, 8.8.3 and 13; Werkzeug: ETags,
// is_resource_modified). Parsing takes anything and is linear. Thread-safe.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retort/base/civil_time.h"
#include "retort/http/field_view.h"

namespace retort::http {

/// `"x"` or `W/"x"`. Throws std::invalid_argument when `etag` holds a quote.
std::string quote_etag(std::string_view etag, bool weak = false);

struct EntityTag {
  std::string value;
  bool weak = false;
};
/// Without quotes; what is not in quotes stays as it is.
EntityTag unquote_etag(std::string_view etag);

/// Of a body: SHA3-256 in base64, 43 characters.
std::string generate_etag(std::string_view body);

/// If-Match and If-None-Match: a set of tags, or the star that any tag fits.
class ETags {
 public:
  ETags() = default;
  static ETags parse(std::string_view header);

  bool star() const { return star_; }
  bool is_strong(std::string_view etag) const;
  bool is_weak(std::string_view etag) const;
  /// Strong comparison.
  bool contains(std::string_view etag) const { return star_ || is_strong(etag); }
  /// Weak comparison.
  bool contains_weak(std::string_view etag) const { return is_weak(etag) || contains(etag); }
  /// Of a tag with its quotes: weak comparison for a weak one, else strong.
  bool contains_raw(std::string_view etag) const;
  bool empty() const { return !star_ && strong_.empty() && weak_.empty(); }
  /// As they came; an empty optional is the tag "" in quotes, which none is equal to.
  const std::vector<std::optional<std::string>>& strong() const { return strong_; }
  const std::vector<std::optional<std::string>>& weak() const { return weak_; }

 private:
  bool star_ = false;
  std::vector<std::optional<std::string>> strong_, weak_;
};

/// What a conditional request is compared with.
struct Representation {
  std::optional<std::string_view> etag;  ///< with quotes or without
  std::optional<DateTime> last_modified;
};

/// Must the answer be sent in full? False: 304 (or 412 with If-Match). `ignore_if_range`:
/// the answer is not going to be a partial one.
bool is_resource_modified(const HeadersView& request, const Representation& now, bool ignore_if_range = true);

}  // namespace retort::http
