// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Cache-Control (RFC 9111, 5.2; Werkzeug: RequestCacheControl, ResponseCacheControl):
// directives by name, and typed access to those that the RFCs define.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "retort/http/options.h"

namespace retort::http {

class CacheControl {
 public:
  CacheControl() = default;
  explicit CacheControl(std::string_view header) : directives_(parse_dict_header(header)) {}
  /// Of a message's Cache-Control, and writes to it what is set from now on.
  explicit CacheControl(Headers& headers);

  const HeaderDict& directives() const { return directives_; }
  std::string to_header() const { return dump_header(directives_); }
  bool empty() const { return directives_.empty(); }

  /// Is the directive there, with a value or without?
  bool flag(std::string_view name) const { return directives_.contains(name); }
  void set_flag(std::string_view name, bool on);
  /// Its value in seconds; empty when it is missing or no integer.
  std::optional<std::int64_t> seconds(std::string_view name) const;
  void set_seconds(std::string_view name, std::optional<std::int64_t> seconds);
  /// Its value; "" when it stands alone; empty when it is missing.
  std::optional<std::string_view> fields(std::string_view name) const;
  /// A directive with a value, "" for one that stands alone; nothing removes it.
  void set_fields(std::string_view name, std::optional<std::string_view> fields);

  bool no_store() const { return flag("no-store"); }
  void set_no_store(bool on = true) { set_flag("no-store", on); }
  bool no_transform() const { return flag("no-transform"); }
  void set_no_transform(bool on = true) { set_flag("no-transform", on); }
  std::optional<std::int64_t> max_age() const { return seconds("max-age"); }
  void set_max_age(std::optional<std::int64_t> s) { set_seconds("max-age", s); }
  std::optional<std::int64_t> stale_if_error() const { return seconds("stale-if-error"); }
  void set_stale_if_error(std::optional<std::int64_t> s) { set_seconds("stale-if-error", s); }

 private:
  void changed();

  HeaderDict directives_;
  HeaderBinding binding_;
};

class RequestCacheControl : public CacheControl {
 public:
  using CacheControl::CacheControl;
  bool no_cache() const { return flag("no-cache"); }
  bool only_if_cached() const { return flag("only-if-cached"); }
  std::optional<std::int64_t> max_stale() const { return seconds("max-stale"); }
  std::optional<std::int64_t> min_fresh() const { return seconds("min-fresh"); }
};

class ResponseCacheControl : public CacheControl {
 public:
  using CacheControl::CacheControl;
  /// Of all fields when "", else of the fields that it names.
  std::optional<std::string_view> no_cache() const { return fields("no-cache"); }
  void set_no_cache(std::optional<std::string_view> names = "") { set_fields("no-cache", names); }
  std::optional<std::string_view> is_private() const { return fields("private"); }
  void set_private(std::optional<std::string_view> names = "") { set_fields("private", names); }
  bool is_public() const { return flag("public"); }
  void set_public(bool on = true) { set_flag("public", on); }
  bool must_revalidate() const { return flag("must-revalidate"); }
  void set_must_revalidate(bool on = true) { set_flag("must-revalidate", on); }
  bool proxy_revalidate() const { return flag("proxy-revalidate"); }
  void set_proxy_revalidate(bool on = true) { set_flag("proxy-revalidate", on); }
  bool immutable() const { return flag("immutable"); }
  void set_immutable(bool on = true) { set_flag("immutable", on); }
  bool must_understand() const { return flag("must-understand"); }
  void set_must_understand(bool on = true) { set_flag("must-understand", on); }
  std::optional<std::int64_t> s_maxage() const { return seconds("s-maxage"); }
  void set_s_maxage(std::optional<std::int64_t> s) { set_seconds("s-maxage", s); }
  std::optional<std::int64_t> stale_while_revalidate() const { return seconds("stale-while-revalidate"); }
  void set_stale_while_revalidate(std::optional<std::int64_t> s) { set_seconds("stale-while-revalidate", s); }
};

/// Content-Security-Policy (Werkzeug: ContentSecurityPolicy): directives by name.
class ContentSecurityPolicy {
 public:
  ContentSecurityPolicy() = default;
  explicit ContentSecurityPolicy(std::string_view header);
  /// Of a message's field, and writes to it what is set from now on.
  ContentSecurityPolicy(Headers& headers, std::string_view name);

  /// `get("default-src")`; empty when it is missing.
  std::optional<std::string_view> get(std::string_view directive) const { return directives_.get(directive); }
  /// `set("script-src", "'self'")`; nothing removes the directive.
  void set(std::string_view directive, std::optional<std::string_view> value);
  bool empty() const { return directives_.empty(); }
  const HeaderDict& directives() const { return directives_; }
  std::string to_header() const;

 private:
  HeaderDict directives_;
  HeaderBinding binding_;
};

/// Content-Security-Policy: directives and their values (Werkzeug: parse_csp_header). A
/// directive without a value is left out, as there.
HeaderDict parse_csp_header(std::string_view value);
std::string dump_csp_header(const HeaderDict& policy);

}  // namespace retort::http
