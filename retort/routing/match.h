// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What matching a path gives. One MatchResult can be used for many matches; a match with
// up to 16 variables allocates nothing. Views are into the path (and host) that was
// matched, and into the map. Belongs to one thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retort/base/uuid.h"
#include "retort/routing/variable.h"

namespace retort::routing {

class Map;
class Rule;

enum class MatchKind : unsigned char {
  match,
  redirect,            ///< to `location`; MapAdapter::redirect_url makes the URL
  method_not_allowed,  ///< allowed_methods() tells which are
  not_found,
  websocket_mismatch,  ///< 400: the only rule is for the other of HTTP and WebSocket
};

/// Why a match is a redirect. The code is 308 for all.
enum class RedirectCause : unsigned char { none, slash, defaults, alias, redirect_to };

/// The text of one variable, and its value. Trivial, so that results are cheap to make.
class Capture {
 public:
  /// string stands for text(); custom for a value of an application's converter.
  enum class Kind : unsigned char { string, integer, real, uuid, wide_integer, custom };

  Kind kind() const { return kind_; }
  /// The piece of the decoded path.
  std::string_view text() const { return {text_, size_}; }
  /// Precondition of each: kind() is that.
  std::int64_t integer() const { return value_.integer; }
  double real() const { return value_.real; }
  Uuid uuid() const { return value_.uuid; }

 private:
  friend class MatchResult;
  friend class Map;
  friend struct CaptureAccess;
  const char* text_;
  std::size_t size_;
  union Value {
    std::int64_t integer;
    double real;
    Uuid uuid;
    std::size_t custom;  // index into MatchResult::custom_
    Value() {}
  } value_;
  Kind kind_;

 public:
  Capture() {}  // NOLINT: left uninitialised, filled by the matcher
};

class MatchResult {
 public:
  static constexpr std::size_t kInline = 16;
  static constexpr int kRedirectCode = 308;

  MatchResult();
  ~MatchResult();
  MatchResult(const MatchResult&) = delete;
  MatchResult& operator=(const MatchResult&) = delete;

  MatchKind kind = MatchKind::not_found;
  RedirectCause cause = RedirectCause::none;
  /// The rule that matched; also of a redirect, except one for slashes. Else null.
  const Rule* rule = nullptr;
  /// Of a redirect: the path, quoted, with a query only if the rule's build made one; of
  /// redirect_to, what it named. Empty for an alias (the adapter builds its URL).
  std::string location;
  /// Of a redirect to a default's rule: the subdomain (or host) it lies on.
  std::optional<std::string> domain;

  /// The variables, in the order of rule->variables().
  std::size_t size() const { return size_; }
  const Capture& operator[](std::size_t i) const { return captures()[i]; }
  /// The value of a variable.
  Variable value(std::size_t i) const;
  /// What a converter of the application's made of a variable; null for the built-in ones.
  const Variable* custom_value(std::size_t i) const {
    const Capture& capture = captures_[i];
    return capture.kind_ == Capture::Kind::custom ? &custom_[capture.value_.custom] : nullptr;
  }
  /// All variables and the rule's defaults, which win (Werkzeug's view arguments).
  Variables values() const;
  /// Of method_not_allowed: sorted.
  std::vector<std::string_view> allowed_methods() const;

  /// Of the library's own use: moves the views from one copy of a text to another, which
  /// holds the end of the first.
  void rebase(std::string_view from, std::string_view to);

 private:
  friend class Map;
  friend struct CaptureAccess;
  const Capture* captures() const { return captures_; }

  const Map* map_ = nullptr;
  std::uint64_t allowed_ = 0;  // bits of the map's methods
  std::size_t size_ = 0;
  Capture* captures_ = inline_;  // or those of more_
  Capture inline_[kInline];
  std::vector<Capture> more_;     // all of them, when there are more than kInline
  std::vector<Variable> custom_;  // values of the application's converters
};

}  // namespace retort::routing
