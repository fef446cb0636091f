// SPDX-License-Identifier: BSD-3-Clause
#include "retort/routing/match.h"

#include <algorithm>
#include <charconv>
#include <functional>

#include "retort/routing/detail/map_data.h"
#include "retort/routing/detail/python_text.h"
#include "retort/routing/map.h"

namespace retort::routing {
namespace {

using detail::MapData;
using detail::NativeSpec;
using detail::RuleData;
using detail::Walk;
using Conversion = detail::Trie::Conversion;

// re.sub("/{2,}?", "/", path): each pair of slashes becomes one.
std::string merge_slashes(std::string_view path) {
  std::string merged;
  merged.reserve(path.size());
  for (std::size_t i = 0; i < path.size(); ++i) {
    merged += path[i];
    if (path[i] == '/' && i + 1 < path.size() && path[i + 1] == '/') ++i;
  }
  return merged;
}

}  // namespace

// The one who fills captures.
struct CaptureAccess {
  static void set_text(Capture& capture, std::string_view text) {
    capture.text_ = text.data();
    capture.size_ = text.size();
    capture.kind_ = Capture::Kind::string;
  }

  // Werkzeug's to_python. False: the value is refused, so nothing matches.
  static bool convert(MatchResult& out, Capture& capture, Conversion how, const Rule& rule, std::size_t index,
                      bool wide_integers) {
    if (how == Conversion::text) return true;
    if (how == Conversion::integer && convert_digits(capture)) return true;
    const Converter& converter = *rule.data().converters[index];
    if (how == Conversion::custom) return convert_custom(out, capture, converter);
    const NativeSpec& spec = *rule.data().natives[index];
    if (spec.kind == NativeSpec::Kind::integer)
      return convert_integer(capture, spec, converter, wide_integers);
    if (spec.kind == NativeSpec::Kind::uuid) {
      capture.kind_ = Capture::Kind::uuid;
      return Uuid::parse(capture.text(), capture.value_.uuid);
    }
    capture.kind_ = Capture::Kind::real;
    capture.value_.real = detail::decimal_to_double(capture.text());
    return !(capture.value_.real < spec.real_low || capture.value_.real > spec.real_high);
  }

  // Digits, known to be some, that fit without a check.
  static bool convert_digits(Capture& capture) {
    if (capture.size_ > 18) return false;
    std::int64_t value = 0;
    for (std::size_t i = 0; i < capture.size_; ++i) value = value * 10 + (capture.text_[i] - '0');
    capture.kind_ = Capture::Kind::integer;
    capture.value_.integer = value;
    return true;
  }

  static bool convert_integer(Capture& capture, const NativeSpec& spec, const Converter& converter,
                              bool wide_integers) {
    const std::string_view text = capture.text();
    if (spec.fixed_digits != 0 && text.size() != spec.fixed_digits) return false;
    capture.kind_ = Capture::Kind::integer;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), capture.value_.integer);
    if (error == std::errc())
      return capture.value_.integer >= spec.low && capture.value_.integer <= spec.high;
    capture.kind_ = Capture::Kind::wide_integer;
    return wide_integers && converter.to_value(text).has_value();
  }

  static bool convert_custom(MatchResult& out, Capture& capture, const Converter& converter) {
    auto value = converter.to_value(capture.text());
    if (!value) return false;
    capture.kind_ = Capture::Kind::custom;
    capture.value_.custom = out.custom_.size();
    out.custom_.push_back(std::move(*value));
    return true;
  }

  // Does the variable have this value? Allocates nothing for the built-in kinds.
  static bool equals(const MatchResult& out, const Capture& capture, const Variable& value) {
    switch (capture.kind()) {
      case Capture::Kind::string:
        return value.string() && *value.string() == capture.text();
      case Capture::Kind::integer:
        return Variable(capture.integer()) == value;
      case Capture::Kind::real:
        return Variable(capture.real()) == value;
      case Capture::Kind::uuid:
        return value.uuid() && *value.uuid() == capture.uuid();
      case Capture::Kind::custom:
        return out.custom_[capture.value_.custom] == value;
      case Capture::Kind::wide_integer:
        break;
    }
    return value.wide_integer() && Variable(*value.wide_integer()) == variable(out, capture);
  }

  static Variable variable(const MatchResult& out, const Capture& capture) {
    switch (capture.kind()) {
      case Capture::Kind::string:
        break;
      case Capture::Kind::integer:
        return capture.integer();
      case Capture::Kind::real:
        return capture.real();
      case Capture::Kind::uuid:
        return capture.uuid();
      case Capture::Kind::custom:
        return out.custom_[capture.value_.custom];
      case Capture::Kind::wide_integer:
        return WideInteger{detail::python_int(capture.text()).value_or("0")};
    }
    return capture.text();
  }

  static Capture* make_room(MatchResult& out, std::size_t most) {
    out.size_ = 0;
    out.more_.clear();
    if (most <= MatchResult::kInline) return out.captures_ = out.inline_;
    out.more_.resize(most);
    return out.captures_ = out.more_.data();
  }
  static void set_size(MatchResult& out, std::size_t size) { out.size_ = size; }

  static void reset(MatchResult& out, const Map& map) {
    out.kind = MatchKind::not_found;
    out.cause = RedirectCause::none;
    out.rule = nullptr;
    out.location.clear();
    out.domain.reset();
    out.map_ = &map;
    out.allowed_ = 0;
    out.size_ = 0;
    out.custom_.clear();
  }
  static void no_match(MatchResult& out, const Walk& walk) {
    out.rule = nullptr;
    out.size_ = 0;
    out.allowed_ = walk.have_match_for();
    out.kind = walk.have_match_for() != 0  ? MatchKind::method_not_allowed
               : walk.websocket_mismatch() ? MatchKind::websocket_mismatch
                                           : MatchKind::not_found;
  }
};

namespace {

// Of the endpoint's rules with defaults, the first whose defaults these values are
// (Werkzeug's get_default_redirect).
bool redirect_to_defaults(const MatchResult& out, const RuleData& rule, std::uint64_t method, bool sort,
                          detail::BuiltRule& built) {
  for (const Rule* candidate : rule.default_rules) {
    const RuleData& other = candidate->data();
    if ((other.methods & method) == 0) continue;
    bool same = true;
    for (const auto& [name, value] : other.options.defaults) {
      // The rule's own defaults win over what it matched.
      if (const Variable* own = rule.options.defaults.find(name)) {
        same = same && *own == value;
        continue;
      }
      const std::size_t index = rule.variable_index(name);
      same = same && index < out.size() && CaptureAccess::equals(out, out[index], value);
    }
    if (!same) continue;
    const Variables values = out.values();
    built = detail::build_rule(other, detail::ValueLookup(values), true, sort);
    if (built.ok()) return true;
  }
  return false;
}

void redirect(MatchResult& out, RedirectCause cause, std::string location) {
  out.kind = MatchKind::redirect;
  out.cause = cause;
  out.location = std::move(location);
}

void redirect_of_rule(MatchResult& out, const MapData& map, std::uint64_t method) {
  const RuleData& rule = out.rule->data();
  if (rule.options.alias && map.options.redirect_defaults) return redirect(out, RedirectCause::alias, {});
  detail::BuiltRule built;
  if (redirect_to_defaults(out, rule, method, map.options.sort_parameters, built)) {
    redirect(out, RedirectCause::defaults, std::move(built.path));
    out.domain = std::move(built.host);
    return;
  }
  if (!rule.has_redirect_to()) return;
  if (rule.options.redirect_function) return redirect(out, RedirectCause::redirect_to, {});
  UrlText target = detail::fill_redirect(rule, out.values());
  if (target.ok()) redirect(out, RedirectCause::redirect_to, std::move(target.text));
}

}  // namespace

void Map::match(std::string_view host, std::string_view path, std::string_view method, bool websocket,
                MatchResult& out) const {
  const MapData& map = *data_;
  map.require_compiled();
  CaptureAccess::reset(out, *this);
  // Slashes in front count as one, so no redirect can begin with "//".
  while (path.size() > 1 && path[0] == '/' && path[1] == '/') path.remove_prefix(1);

  const std::uint64_t method_bit = map.method_bit(method);
  if (host.empty()) {
    const detail::Trie::Leaf* leaf = map.trie.exact(path);
    if (leaf && (leaf->methods & method_bit) != 0 && leaf->websocket == websocket && leaf->plain) {
      out.rule = leaf->rule;
      out.kind = MatchKind::match;
      return;
    }
  }

  // Texts are gathered here first: a dead end of the walk overwrites them.
  struct Texts {
    union {  // left as they are
      std::string_view items[MatchResult::kInline];
    };
    Texts() {}
  } inline_texts;
  std::vector<std::string_view> more_texts(map.most_variables > MatchResult::kInline ? map.most_variables
                                                                                     : 0);
  std::string_view* texts = more_texts.empty() ? inline_texts.items : more_texts.data();

  Walk walk(map.trie, method_bit, websocket, texts);
  Walk::Outcome outcome = walk.run(host, path);
  if (outcome == Walk::Outcome::slash) {
    return redirect(out, RedirectCause::slash, quote_path(std::string(path) + "/"));
  }
  if (outcome == Walk::Outcome::none) {
    if (map.options.merge_slashes && path.find("//") != std::string_view::npos) {
      const std::string merged = merge_slashes(path);
      outcome = walk.run(host, merged);
      if (outcome == Walk::Outcome::slash) {
        return redirect(out, RedirectCause::slash, quote_path(merged + "/"));
      }
      if (outcome == Walk::Outcome::rule && walk.leaf()->rule->merge_slashes()) {
        return redirect(out, RedirectCause::slash, quote_path(merged));
      }
    }
    return CaptureAccess::no_match(out, walk);
  }

  const detail::Trie::Leaf& leaf = *walk.leaf();
  const Conversion* conversions = map.trie.conversions(leaf);
  Capture* captures = CaptureAccess::make_room(out, leaf.variables);
  for (std::size_t i = 0; i < leaf.variables; ++i) {
    CaptureAccess::set_text(captures[i], texts[i]);
    if (!CaptureAccess::convert(out, captures[i], conversions[i], *leaf.rule, i, map.options.wide_integers)) {
      return CaptureAccess::no_match(out, walk);
    }
  }
  CaptureAccess::set_size(out, leaf.variables);
  out.rule = leaf.rule;
  out.kind = MatchKind::match;
  if (!leaf.plain) redirect_of_rule(out, map, method_bit);
}

MatchResult::MatchResult() = default;
MatchResult::~MatchResult() = default;

Variable MatchResult::value(std::size_t i) const { return CaptureAccess::variable(*this, (*this)[i]); }

void MatchResult::rebase(std::string_view from, std::string_view to) {
  for (std::size_t i = 0; i < size_; ++i) {
    const char* text = captures_[i].text_;
    const auto offset = static_cast<std::size_t>(text - from.data());
    const bool inside = std::less_equal<>()(from.data(), text) && offset <= from.size();
    // What stands before `to` in `from` is no variable's text.
    if (inside && offset >= from.size() - to.size())
      captures_[i].text_ = to.data() + offset - (from.size() - to.size());
  }
}

Variables MatchResult::values() const {
  Variables values;
  if (!rule) return values;
  const auto& variables = rule->variables();
  for (std::size_t i = 0; i < size_; ++i) values.append(variables[i].name, value(i));
  for (const auto& [name, given] : rule->defaults()) values.set(name, given);
  return values;
}

std::vector<std::string_view> MatchResult::allowed_methods() const {
  std::vector<std::string_view> names;
  if (!map_) return names;
  const auto& methods = map_->data().methods;
  for (std::size_t i = 0; i < methods.size(); ++i) {
    if (allowed_ >> i & 1) names.push_back(methods[i]);
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace retort::routing
