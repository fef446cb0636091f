// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <stdexcept>
#include <unordered_set>

#include "retort/base/text.h"
#include "retort/base/utf8.h"
#include "retort/routing/detail/rule_data.h"
#include "retort/routing/detail/url_text.h"
#include "retort/routing/rule_syntax.h"

namespace retort::routing::detail {
namespace {

[[noreturn]] void refuse(const std::string& rule, std::size_t position, const std::string& what) {
  throw RuleError("URL rule " + text::repr(rule) + ", at " + std::to_string(position) + ": " + what, rule,
                  position);
}

// re.sub("/{2,}", "/", rule)
std::string merge_slashes(std::string_view rule) {
  std::string merged;
  for (const char c : rule) {
    if (c != '/' || merged.empty() || merged.back() != '/') merged += c;
  }
  return merged;
}

// Werkzeug's Rule._parse_rule: collects the parts, variables and trace of one text.
class PartMaker {
 public:
  /// `names` holds the variables that the rule has already.
  PartMaker(RuleData& data, std::vector<TracePiece>& trace, const std::vector<NamedFactory>& factories,
            std::unordered_set<std::string>& names)
      : data_(data), trace_(trace), factories_(factories), names_(names) {}

  void run(const std::string& text) {
    RuleCursor cursor(text);
    RulePiece piece;
    while (cursor.next(piece)) {
      if (piece.is_variable) {
        variable(text, piece);
      } else {
        literal(piece.text);
      }
    }
    if (cursor.error() != RuleSyntaxError::none) refuse(text, cursor.position(), describe(cursor.error()));
    finish(text);
  }

 private:
  void literal(std::string_view text) {
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('/'), text.size());
      if (end > 0) static_text(text.substr(0, end));
      if (end < text.size()) slash();
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }

  void static_text(std::string_view text) {
    auto& statics = part_.weight.statics;
    statics.emplace_back(static_cast<int>(statics.size()), -static_cast<int>(utf8::count(text)));
    trace_.push_back({TracePiece::kText, std::string(text)});
    part_.content += part_.is_static ? std::string(text) : regex_escape(text);
    if (!part_.is_static) part_.pattern.add_literal(text);
  }

  void slash() {
    trace_.push_back({TracePiece::kText, "/"});
    if (part_.is_final) {
      part_.content += '/';
      part_.pattern.add_literal("/");
    } else {
      close();
    }
  }

  void close() {
    part_.weight.static_pieces = -static_cast<int>(part_.weight.statics.size());
    part_.weight.arguments = -static_cast<int>(part_.weight.argument_weights.size());
    if (!part_.is_static) part_.pattern.finish();
    data_.parts.push_back(std::move(part_));
    part_ = RulePart();
  }

  void finish(const std::string& text) {
    const bool suffixed = part_.is_final && part_.pattern.make_suffixed();
    part_.is_suffixed = suffixed;
    try {
      close();
    } catch (const RuleError&) {
      throw;
    } catch (const std::invalid_argument& error) {
      refuse(text, 0, std::string("a converter ") + error.what());
    }
    if (suffixed) {
      RulePart end;
      end.weight = data_.parts.back().weight;
      data_.parts.push_back(std::move(end));
    }
  }

  std::unique_ptr<Converter> make_converter(const std::string& text, const RulePiece& piece) {
    const std::string_view name = piece.converter.empty() ? "default" : piece.converter;
    const auto found = std::find_if(factories_.begin(), factories_.end(),
                                    [&](const NamedFactory& f) { return f.name == name; });
    if (found == factories_.end()) {
      refuse(text, piece.position, "the converter " + text::repr(name) + " does not exist");
    }
    const auto arguments = parse_converter_arguments(piece.arguments);
    if (!arguments) refuse(text, piece.position, arguments.error().message);
    try {
      auto converter = found->factory(*arguments);
      if (!converter)
        refuse(text, piece.position, "the converter " + text::repr(name) + " refuses its arguments");
      return converter;
    } catch (const RuleError&) {
      throw;
    } catch (const std::invalid_argument& error) {
      refuse(text, piece.position, "the converter " + text::repr(name) + " " + error.what());
    }
  }

  void variable(const std::string& text, const RulePiece& piece) {
    if (!names_.emplace(piece.name).second) {
      refuse(text, piece.position, "the variable " + text::repr(piece.name) + " is used twice");
    }
    auto converter = make_converter(text, piece);
    if (part_.is_static) {
      part_.pattern.add_literal(part_.content);
      part_.content = regex_escape(part_.content);
      part_.is_static = false;
    }
    part_.is_final = part_.is_final || !converter->part_isolating();
    part_.content.append("(").append(converter->regex()).append(")");
    part_.weight.argument_weights.push_back(converter->weight());
    part_.pattern.add_variable(*converter);
    trace_.push_back({data_.variables.size(), std::string(piece.name)});
    const auto* native = dynamic_cast<const NativeConverter*>(converter.get());
    data_.natives.push_back(native ? &native->spec() : nullptr);
    data_.converters.push_back(std::move(converter));
    data_.variables.push_back({std::string(piece.name),
                               std::string(piece.converter.empty() ? "default" : piece.converter),
                               std::string(piece.arguments)});
  }

  RuleData& data_;
  std::vector<TracePiece>& trace_;
  const std::vector<NamedFactory>& factories_;
  std::unordered_set<std::string>& names_;
  RulePart part_;
};

void normalise_methods(RuleData& data) {
  if (!data.options.methods) return;
  auto& methods = *data.options.methods;
  for (std::string& method : methods) method = text::to_upper(method);
  if (std::find(methods.begin(), methods.end(), "GET") != methods.end()) methods.push_back("HEAD");
  std::sort(methods.begin(), methods.end());
  methods.erase(std::unique(methods.begin(), methods.end()), methods.end());
  for (const std::string& method : methods) {
    if (method.empty()) refuse(data.rule, 0, "a method has no name");
    if (data.options.websocket && method != "GET" && method != "HEAD" && method != "OPTIONS") {
      refuse(data.rule, 0, "WebSocket rules can only use 'GET', 'HEAD', and 'OPTIONS' methods");
    }
  }
}

// The pieces to build from: quoted text, defaults put in, neighbours merged.
std::vector<TracePiece> build_pieces(RuleData& data, const std::vector<TracePiece>& trace) {
  std::vector<TracePiece> pieces;
  for (const TracePiece& piece : trace) {
    std::string text;
    if (piece.variable == TracePiece::kText) {
      text = quote_path(piece.text);
    } else if (const Variable* value = data.options.defaults.find(piece.text)) {
      UrlText url = data.converters[piece.variable]->to_url(*value);
      if (!url.ok()) {
        data.build_failure = url.error;
        data.build_skips = url.skip_rule;
      }
      text = std::move(url.text);
    } else {
      pieces.push_back(piece);
      continue;
    }
    if (pieces.empty() || pieces.back().variable != TracePiece::kText)
      pieces.push_back({TracePiece::kText, {}});
    pieces.back().text += text;
  }
  return pieces;
}

void check_redirect(const RuleData& data) {
  const std::string& target = data.options.redirect_to;
  for (std::size_t at = 0; (at = target.find('<', at)) != std::string::npos;) {
    const std::size_t close = target.find('>', at);
    if (close == std::string::npos) return;
    const std::string name = target.substr(at + 1, close - at - 1);
    if (!name.empty() && data.variable_index(name) == TracePiece::kText) {
      throw RuleError("URL rule " + text::repr(data.rule) + ": its redirect_to " + text::repr(target) +
                          " names " + text::repr(name) + ", which is no variable of the rule",
                      data.rule);
    }
    at = close + 1;
  }
}

}  // namespace

std::unique_ptr<RuleData> make_rule(std::string rule, std::string endpoint, RuleOptions options,
                                    const MapOptions& map, const std::vector<NamedFactory>& factories) {
  auto data = std::make_unique<RuleData>();
  data->rule = std::move(rule);
  data->endpoint = std::move(endpoint);
  data->options = std::move(options);
  if (data->rule.empty() || data->rule.front() != '/') {
    refuse(data->rule, 0, describe(RuleSyntaxError::no_leading_slash));
  }
  normalise_methods(*data);
  if (!data->options.strict_slashes) data->options.strict_slashes = map.strict_slashes;
  if (!data->options.merge_slashes) data->options.merge_slashes = map.merge_slashes;
  if (!data->options.subdomain) data->options.subdomain = map.default_subdomain;
  const bool subdomains = map.subdomain_matching && !map.host_matching;
  const std::string domain = subdomains ? *data->options.subdomain : data->options.host.value_or("");
  std::unordered_set<std::string> names;
  PartMaker(*data, data->host_trace, factories, names).run(domain);
  PartMaker(*data, data->path_trace, factories, names)
      .run(data->merge_slashes() ? merge_slashes(data->rule) : data->rule);
  if (data->variables.size() > kManyNames) {
    for (std::size_t i = 0; i < data->variables.size(); ++i)
      data->by_name.push_back(static_cast<std::uint32_t>(i));
    std::sort(data->by_name.begin(), data->by_name.end(), [&](std::uint32_t a, std::uint32_t b) {
      return data->variables[a].name < data->variables[b].name;
    });
  }
  data->host_build = build_pieces(*data, data->host_trace);
  data->path_build = build_pieces(*data, data->path_trace);
  check_redirect(*data);
  return data;
}

}  // namespace retort::routing::detail
