// SPDX-License-Identifier: BSD-3-Clause
#include "retort/routing/map.h"

#include <algorithm>
#include <stdexcept>
#include <tuple>

#include "retort/base/text.h"
#include "retort/routing/adapter.h"
#include "retort/routing/detail/map_data.h"
#include "retort/routing/factories.h"

namespace retort::routing {
namespace detail {

const EndpointRules* MapData::find_endpoint(std::string_view endpoint) const {
  const auto found = endpoint_index.find(std::string(endpoint));
  return found == endpoint_index.end() ? nullptr : &endpoints[found->second];
}

void MapData::refuse() const {
  throw std::logic_error("routing::Map: call compile() after the last rule is added");
}

namespace {

std::uint64_t method_bits(MapData& map, const RuleData& rule) {
  if (!rule.options.methods) return ~std::uint64_t{0};
  std::uint64_t bits = 0;
  for (const std::string& method : *rule.options.methods) {
    if (map.method_bit(method) == MapData::kUnknownMethod) {
      if (map.methods.size() == MapData::kMaxMethods) {
        throw RuleError("URL rule " + text::repr(rule.rule) + ": a map knows 63 methods and no more",
                        rule.rule);
      }
      map.methods.push_back(method);
    }
    bits |= map.method_bit(method);
  }
  return bits;
}

// Rules with more arguments are built first, aliases last (Rule.build_compare_key).
bool builds_before(const Rule* a, const Rule* b) {
  const auto key = [](const Rule* rule) {
    return std::tuple(rule->alias(), -static_cast<std::ptrdiff_t>(rule->data().argument_count()),
                      -static_cast<std::ptrdiff_t>(rule->defaults().size()));
  };
  return key(a) < key(b);
}

}  // namespace
}  // namespace detail

Map::Map(MapOptions options) : data_(new detail::MapData) {
  using Kind = detail::NativeSpec::Kind;
  data_->options = std::move(options);
  // The frequent ones first: methods are looked up by a scan.
  data_->methods = {"GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH"};
  const std::pair<const char*, Kind> natives[] = {
      {"default", Kind::string}, {"string", Kind::string}, {"any", Kind::any},  {"path", Kind::path},
      {"int", Kind::integer},    {"float", Kind::real},    {"uuid", Kind::uuid}};
  for (const auto& [name, kind] : natives) add_converter(name, detail::native_factory(kind));
}

Map::~Map() = default;
Map::Map(Map&&) noexcept = default;
Map& Map::operator=(Map&&) noexcept = default;

Rule& Map::add(std::string rule, std::string endpoint, RuleOptions options) {
  if (data_->compiled) {
    throw RuleError("URL rule " + text::repr(rule) + ": the map is compiled, it takes no more rules", rule);
  }
  auto made = detail::make_rule(std::move(rule), std::move(endpoint), std::move(options), data_->options,
                                data_->factories);
  made->methods = detail::method_bits(*data_, *made);
  made->index = data_->rules.size();
  auto owner = std::make_unique<Rule>(std::move(made));
  if (!owner->build_only()) {
    if (const Rule* other = data_->builder.add(*owner)) {
      throw DuplicateRuleError("URL rule " + text::repr(owner->rule()) + " (endpoint " +
                                   text::repr(owner->endpoint()) + ") matches what " +
                                   text::repr(other->rule()) + " (endpoint " + text::repr(other->endpoint()) +
                                   ") does",
                               std::string(owner->rule()));
    }
  }
  Rule& result = *owner;
  data_->rules.push_back(std::move(owner));
  const auto [place, is_new] =
      data_->endpoint_index.try_emplace(std::string(result.endpoint()), data_->endpoints.size());
  if (is_new) data_->endpoints.push_back({place->first, {}});
  data_->endpoints[place->second].rules.push_back(&result);
  data_->most_variables = std::max(data_->most_variables, result.variables().size());
  return result;
}

void Map::add(const RuleFactory& factory) {
  factory.emit([this](RuleSpec&& spec) {
    add(std::move(spec.rule), std::move(spec.endpoint), std::move(spec.options));
  });
}

void Map::add_converter(std::string name, ConverterFactory factory) {
  for (detail::NamedFactory& other : data_->factories) {
    if (other.name == name) {
      other.factory = std::move(factory);
      return;
    }
  }
  data_->factories.push_back({std::move(name), std::move(factory)});
}

bool Map::has_converter(std::string_view name) const {
  return std::any_of(data_->factories.begin(), data_->factories.end(),
                     [&](const detail::NamedFactory& f) { return f.name == name; });
}

void Map::compile() {
  if (data_->compiled) return;
  for (detail::EndpointRules& endpoint : data_->endpoints) {
    std::stable_sort(endpoint.rules.begin(), endpoint.rules.end(), detail::builds_before);
    std::vector<const Rule*> with_defaults;
    for (const Rule* rule : endpoint.rules) {
      detail::RuleData& data = data_->rules[rule->index()]->data();
      if (data_->options.redirect_defaults) {
        for (const Rule* other : with_defaults) {
          if (detail::provides_defaults_for(other->data(), data)) data.default_rules.push_back(other);
        }
        if (!rule->defaults().empty()) with_defaults.push_back(rule);
      }
      data.plain = data.default_rules.empty() && !data.has_redirect_to() &&
                   !(data.options.alias && data_->options.redirect_defaults);
    }
  }
  data_->trie = detail::Trie(std::move(data_->builder));
  data_->builder = detail::TrieBuilder();
  data_->compiled = true;
}

bool Map::compiled() const { return data_->compiled; }

std::vector<const Rule*> Map::iter_rules() const {
  std::vector<const Rule*> all;
  for (const detail::EndpointRules& endpoint : data_->endpoints) {
    all.insert(all.end(), endpoint.rules.begin(), endpoint.rules.end());
  }
  return all;
}

std::vector<const Rule*> Map::iter_rules(std::string_view endpoint) const {
  const detail::EndpointRules* found = data_->find_endpoint(endpoint);
  return found ? found->rules : std::vector<const Rule*>();
}

std::size_t Map::size() const { return data_->rules.size(); }
const Rule& Map::operator[](std::size_t index) const { return *data_->rules[index]; }

bool Map::is_endpoint_expecting(std::string_view endpoint,
                                const std::vector<std::string_view>& arguments) const {
  const detail::EndpointRules* found = data_->find_endpoint(endpoint);
  if (!found) return false;
  return std::any_of(found->rules.begin(), found->rules.end(), [&](const Rule* rule) {
    return std::all_of(arguments.begin(), arguments.end(),
                       [&](std::string_view a) { return rule->expects(a); });
  });
}

MapAdapter Map::bind(BindOptions options) const { return MapAdapter(*this, std::move(options)); }

const MapOptions& Map::options() const { return data_->options; }

}  // namespace retort::routing
