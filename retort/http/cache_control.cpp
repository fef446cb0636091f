// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/cache_control.h"

#include <charconv>

#include "retort/base/text.h"

namespace retort::http {

CacheControl::CacheControl(Headers& headers) : binding_(headers, "Cache-Control") {
  directives_ = parse_dict_header(binding_.read());
}

void CacheControl::changed() {
  if (binding_) binding_.write(to_header());
}

void CacheControl::set_flag(std::string_view name, bool on) {
  if (on) {
    directives_.set(name, std::nullopt);
  } else {
    directives_.remove(name);
  }
  changed();
}

std::optional<std::int64_t> CacheControl::seconds(std::string_view name) const {
  const auto value = directives_.get(name);
  if (!value) return std::nullopt;
  const std::string_view digits = text::trim(*value);
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return seconds;
}

void CacheControl::set_seconds(std::string_view name, std::optional<std::int64_t> seconds) {
  if (seconds) {
    directives_.set(name, std::to_string(*seconds));
  } else {
    directives_.remove(name);
  }
  changed();
}

std::optional<std::string_view> CacheControl::fields(std::string_view name) const {
  if (!directives_.contains(name)) return std::nullopt;
  return directives_.get(name, "");
}

void CacheControl::set_fields(std::string_view name, std::optional<std::string_view> fields) {
  if (!fields) {
    directives_.remove(name);
  } else if (fields->empty()) {
    directives_.set(name, std::nullopt);
  } else {
    directives_.set(name, std::string(*fields));
  }
  changed();
}

ContentSecurityPolicy::ContentSecurityPolicy(std::string_view header)
    : directives_(parse_csp_header(header)) {}

ContentSecurityPolicy::ContentSecurityPolicy(Headers& headers, std::string_view name)
    : binding_(headers, name) {
  directives_ = parse_csp_header(binding_.read());
}

void ContentSecurityPolicy::set(std::string_view directive, std::optional<std::string_view> value) {
  if (value) {
    directives_.set(directive, std::string(*value));
  } else {
    directives_.remove(directive);
  }
  binding_.write(to_header());
}

std::string ContentSecurityPolicy::to_header() const { return dump_csp_header(directives_); }

HeaderDict parse_csp_header(std::string_view value) {
  constexpr std::size_t kMaxDirectives = 256;
  HeaderDict policy;
  while (!value.empty() && policy.size() < kMaxDirectives) {
    const std::size_t end = value.find(';');
    const std::string_view directive = text::trim(value.substr(0, end));
    value = end == std::string_view::npos ? std::string_view() : value.substr(end + 1);
    const std::size_t space = directive.find(' ');
    if (space == std::string_view::npos) continue;
    policy.set(directive.substr(0, space), std::string(text::trim(directive.substr(space + 1))));
  }
  return policy;
}

std::string dump_csp_header(const HeaderDict& policy) {
  std::string out;
  for (const auto& [directive, value] : policy) {
    if (!out.empty()) out += "; ";
    out += directive;
    out += ' ';
    out += value.value_or("");
  }
  return out;
}

}  // namespace retort::http
