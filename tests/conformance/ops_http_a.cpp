// SPDX-License-Identifier: BSD-3-Clause
// http.jsonl: the functions and classes of headers.
#include <algorithm>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/conformance/driver.h"
#include "tests/conformance/tags.h"

#include "retort/http/accept.h"
#include "retort/http/auth.h"
#include "retort/http/cache_control.h"
#include "retort/http/content_type.h"
#include "retort/http/date.h"
#include "retort/http/etag.h"
#include "retort/http/headers.h"
#include "retort/http/options.h"
#include "retort/http/range.h"

namespace retort::conformance {
namespace {

using namespace retort::http;

std::string_view value_text(const Value& c) { return text(args(c), "value", ""); }

// As Python's str() of a number or text.
std::string python_text(const Value& value) { return value.str(); }

template <class T>
Value optional_value(const std::optional<T>& value) {
  if (!value) return nullptr;
  if constexpr (std::is_same_v<T, std::string_view>) {
    return *value;
  } else {
    return Value(*value);
  }
}

Value text_list(const std::vector<std::string>& items) {
  Value list = Value::list();
  for (const std::string& item : items) list.push_back(item);
  return list;
}

Value to_dict(const HeaderDict& items) {
  Value dict = Value::dict();
  for (const auto& [name, value] : items) dict.set(name, optional_value(value));
  return dict;
}

HeaderDict from_dict(const Value& dict) {
  HeaderDict items;
  if (!dict.is_dict()) return items;
  for (const Value::Entry& entry : dict.entries()) {
    items.set(entry.key.as_string(),
              entry.value.is_none() ? std::nullopt : std::optional(python_text(entry.value)));
  }
  return items;
}

DateTime to_datetime(const Value& value) {
  std::optional<DateTime> out;
  if (const Value* iso = untag(value, "__datetime__")) out = parse_iso_datetime(iso->as_string());
  if (const Value* iso = untag(value, "__date__")) {
    if (const auto date = parse_iso_date(iso->as_string())) {
      out = DateTime{};
      out->year = date->year;
      out->month = date->month;
      out->day = date->day;
    }
  }
  if (!out) throw Failure{"ValueError", "no date"};
  return *out;
}

Value datetime_value(const std::optional<DateTime>& time) {
  return time ? tag("__datetime__", iso_format(*time)) : Value(nullptr);
}

// Options and lists.

Value op_quote(const Value& c) {
  const Value* token = args(c).find("allow_token");
  return result(quote_header_value(python_text(args(c)["value"]), !token || token->as_bool()));
}
Value op_unquote(const Value& c) { return result(unquote_header_value(value_text(c))); }
Value op_parse_options(const Value& c) {
  const OptionsHeader parsed = parse_options_header(value_text(c));
  return Value::dict({{"value", parsed.value}, {"options", to_dict(parsed.options)}});
}
Value op_dump_options(const Value& c) {
  const auto header = has(args(c), "header") ? std::optional(text(args(c), "header")) : std::nullopt;
  return result(dump_options_header(header, from_dict(args(c)["options"])));
}
Value op_dump_header(const Value& c) {
  const Value& items = args(c)["iterable"];
  if (items.is_dict()) return result(dump_header(from_dict(items)));
  std::vector<std::string> texts;
  for (const Value& item : items.items()) texts.push_back(python_text(item));
  return result(dump_header(texts));
}
Value op_parse_list(const Value& c) { return result(text_list(parse_list_header(value_text(c)))); }
Value op_parse_dict(const Value& c) { return result(to_dict(parse_dict_header(value_text(c)))); }
Value op_parse_set(const Value& c) {
  const HeaderSet set = parse_set_header(value_text(c));
  return Value::dict({{"value", text_list({set.begin(), set.end()})}, {"header", set.to_header()}});
}

// Accept.

template <class F>
Value with_accept(const Value& c, F f) {
  const std::string_view name = text(args(c), "cls");
  if (name == "MIMEAccept") return f(MIMEAccept::parse(value_text(c)));
  if (name == "LanguageAccept") return f(LanguageAccept::parse(value_text(c)));
  return f(Accept::parse(value_text(c)));
}
Value op_parse_accept(const Value& c) {
  return with_accept(c, [](const Accept& accept) {
    Value values = Value::list();
    for (const auto& [value, quality] : accept) values.push_back(Value::list({value, quality}));
    return Value::dict({{"values", values},
                        {"best", optional_value(accept.best())},
                        {"header", accept.to_header()},
                        {"provided", accept.provided()}});
  });
}
Value op_best_match(const Value& c) {
  return with_accept(c, [&](const Accept& accept) {
    std::vector<std::string_view> matches;
    for (const Value& match : args(c)["matches"].items()) matches.push_back(match.as_string());
    const auto otherwise = has(args(c), "default") ? std::optional(text(args(c), "default")) : std::nullopt;
    return result(optional_value(accept.best_match(matches, otherwise)));
  });
}
Value op_quality(const Value& c) {
  return with_accept(c, [&](const Accept& accept) {
    const std::string_view key = text(args(c), "key");
    return Value::dict({{"quality", accept.quality(key)},
                        {"contains", accept.contains(key)},
                        {"find", static_cast<std::int64_t>(accept.find(key))}});
  });
}

// Cache-Control and policies.

Value fields_value(const std::optional<std::string_view>& fields) {
  if (!fields) return nullptr;
  return fields->empty() ? Value(true) : Value(*fields);
}
Value request_properties(const RequestCacheControl& control) {
  return Value::dict({{"no_store", control.no_store()},
                      {"no_cache", control.no_cache()},
                      {"no_transform", control.no_transform()},
                      {"only_if_cached", control.only_if_cached()},
                      {"max_age", optional_value(control.max_age())},
                      {"max_stale", optional_value(control.max_stale())},
                      {"min_fresh", optional_value(control.min_fresh())},
                      {"stale_if_error", optional_value(control.stale_if_error())}});
}
Value response_properties(const ResponseCacheControl& control) {
  return Value::dict({{"no_store", control.no_store()},
                      {"no_cache", fields_value(control.no_cache())},
                      {"no_transform", control.no_transform()},
                      {"must_revalidate", control.must_revalidate()},
                      {"proxy_revalidate", control.proxy_revalidate()},
                      {"public", control.is_public()},
                      {"private", fields_value(control.is_private())},
                      {"immutable", control.immutable()},
                      {"must_understand", control.must_understand()},
                      {"max_age", optional_value(control.max_age())},
                      {"s_maxage", optional_value(control.s_maxage())},
                      {"stale_while_revalidate", optional_value(control.stale_while_revalidate())},
                      {"stale_if_error", optional_value(control.stale_if_error())}});
}
Value op_parse_cache_control(const Value& c) {
  const bool request = text(args(c), "cls") == "RequestCacheControl";
  const CacheControl control(value_text(c));
  return Value::dict({{"value", to_dict(control.directives())},
                      {"props", request ? request_properties(RequestCacheControl(value_text(c)))
                                        : response_properties(ResponseCacheControl(value_text(c)))},
                      {"header", control.to_header()}});
}
void set_property(ResponseCacheControl& control, std::string name, const Value& value) {
  std::replace(name.begin(), name.end(), '_', '-');
  const bool off = value.is_none() || (value.is_bool() && !value.as_bool());
  if (off) {
    control.set_fields(name, std::nullopt);
  } else if (value.is_bool()) {
    control.set_flag(name, true);
  } else if (value.is_int()) {
    control.set_seconds(name, value.as_int());
  } else {
    control.set_fields(name, value.as_string());
  }
}
Value op_cache_control_set(const Value& c) {
  ResponseCacheControl control(value_text(c));
  for (const Value& step : args(c)["set"].items())
    set_property(control, std::string(step.items()[0].as_string()), step.items()[1]);
  return Value::dict({{"header", control.to_header()}, {"value", to_dict(control.directives())}});
}
Value op_parse_csp(const Value& c) {
  const HeaderDict policy = parse_csp_header(value_text(c));
  return Value::dict({{"value", to_dict(policy)}, {"header", dump_csp_header(policy)}});
}

// Ranges.

std::optional<std::int64_t> integer(const Value& dict, std::string_view name) {
  return has(dict, name) ? std::optional(dict[name].as_int()) : std::nullopt;
}
Value op_parse_range(const Value& c) {
  const auto range = parse_range_header(value_text(c));
  if (!range) return result(nullptr);
  Value ranges = Value::list();
  for (const auto& [start, stop] : range->ranges)
    ranges.push_back(Value::list({start, optional_value(stop)}));
  Value out = Value::dict({{"value", Value::dict({{"units", range->units}, {"ranges", ranges}})},
                           {"header", range->to_header()}});
  if (args(c).find("length")) {
    const auto length = integer(args(c), "length");
    const auto fit = range->range_for_length(length);
    out.set("range_for_length", fit ? Value::list({fit->start, fit->stop}) : Value(nullptr));
    out.set("content_range_header", optional_value(range->content_range_header(length)));
  }
  return out;
}
Value op_parse_content_range(const Value& c) {
  const auto range = parse_content_range_header(value_text(c));
  if (!range) return result(nullptr);
  return Value::dict(
      {{"value", Value::dict({{"units", range->units},
                              {"start", range->range ? Value(range->range->start) : Value(nullptr)},
                              {"stop", range->range ? Value(range->range->stop) : Value(nullptr)},
                              {"length", optional_value(range->length)}})},
       {"header", range->to_header()}});
}
Value op_range_valid(const Value& c) {
  return result(
      is_byte_range_valid(integer(args(c), "start"), integer(args(c), "stop"), integer(args(c), "length")));
}
Value op_parse_if_range(const Value& c) {
  const IfRange parsed = parse_if_range_header(value_text(c));
  return Value::dict({{"etag", optional_value(parsed.etag)},
                      {"date", datetime_value(parsed.date)},
                      {"header", parsed.to_header()}});
}

// Entity tags.

Value sorted_tags(std::vector<std::optional<std::string>> tags) {
  std::sort(tags.begin(), tags.end());
  tags.erase(std::unique(tags.begin(), tags.end()), tags.end());
  Value list = Value::list();
  for (const auto& tag : tags) list.push_back(optional_value(tag));
  return list;
}
Value op_parse_etags(const Value& c) {
  const ETags tags = ETags::parse(value_text(c));
  return Value::dict({{"strong", sorted_tags(tags.strong())},
                      {"weak", sorted_tags(tags.weak())},
                      {"star", tags.star()},
                      {"bool", !tags.empty()}});
}
Value op_etags_contains(const Value& c) {
  const ETags tags = ETags::parse(value_text(c));
  const std::string_view etag = text(args(c), "etag");
  return Value::dict({{"contains", tags.contains(etag)},
                      {"contains_weak", tags.contains_weak(etag)},
                      {"contains_raw", tags.contains_raw(etag)},
                      {"is_strong", tags.is_strong(etag)},
                      {"is_weak", tags.is_weak(etag)}});
}
Value op_quote_etag(const Value& c) {
  return result(quote_etag(text(args(c), "etag"), has(args(c), "weak") && args(c)["weak"].as_bool()));
}
Value op_unquote_etag(const Value& c) {
  const std::string_view etag = text(args(c), "etag", "");
  if (etag.empty()) return result(Value::list({nullptr, nullptr}));
  const EntityTag tag = unquote_etag(etag);
  return result(Value::list({tag.value, tag.weak}));
}
Value op_generate_etag(const Value& c) { return result(generate_etag(args(c)["data"].as_bytes())); }
Value op_is_modified(const Value& c) {
  const Value& a = args(c);
  std::vector<HeaderField> fields;
  for (const Value::Entry& entry : a["headers"].entries())
    fields.push_back({entry.key.as_string(), entry.value.as_string()});
  std::string generated;
  Representation now;
  if (has(a, "etag")) now.etag = text(a, "etag");
  if (has(a, "data")) {
    if (now.etag) throw Failure{"TypeError", "both data and etag given"};
    generated = generate_etag(a["data"].as_bytes());
    now.etag = generated;
  }
  if (has(a, "last_modified"))
    now.last_modified = a["last_modified"].is_string() ? parse_date(text(a, "last_modified"))
                                                       : std::optional(to_datetime(a["last_modified"]));
  const bool ignore = !has(a, "ignore_if_range") || a["ignore_if_range"].as_bool();
  return result(is_resource_modified(HeadersView(fields.data(), fields.size()), now, ignore));
}

// Dates.

Value op_parse_date(const Value& c) { return result(datetime_value(parse_date(value_text(c)))); }
Value op_http_date(const Value& c) {
  const Value& time = args(c)["timestamp"];
  if (time.is_int()) return result(http_date(time.as_int()));
  if (time.is_double()) return result(http_date(static_cast<std::int64_t>(std::floor(time.as_double()))));
  return result(http_date(to_datetime(time)));
}
Value op_parse_age(const Value& c) {
  const auto age = parse_age(value_text(c));
  return result(age ? tag("__timedelta__", *age) : Value(nullptr));
}
Value op_dump_age(const Value& c) {
  const Value& age = args(c)["age"];
  if (age.is_none()) return result(nullptr);
  const Value* delta = untag(age, "__timedelta__");
  const double seconds = delta ? delta->as_double() : age.as_double();
  if (seconds < 0) throw Failure{"ValueError", "age cannot be negative"};
  return result(std::to_string(static_cast<std::int64_t>(seconds)));
}

// Authentication and content types.

template <class T>
Value auth_value(const std::optional<T>& auth) {
  if (!auth) return result(nullptr);
  return Value::dict({{"value", Value::dict({{"type", auth->type},
                                             {"token", optional_value(auth->token)},
                                             {"parameters", to_dict(auth->parameters)}})},
                      {"header", auth->to_header()}});
}
Value op_authorization(const Value& c) { return auth_value(Authorization::from_header(value_text(c))); }
Value op_www_authenticate(const Value& c) { return auth_value(WWWAuthenticate::from_header(value_text(c))); }
Value op_www_authenticate_to_header(const Value& c) {
  WWWAuthenticate auth;
  auth.type = text(args(c), "type");
  auth.parameters = from_dict(args(c)["parameters"]);
  if (has(args(c), "token")) auth.token = text(args(c), "token");
  return result(auth.to_header());
}
Value op_get_content_type(const Value& c) {
  return result(get_content_type(text(args(c), "mimetype"), text(args(c), "charset")));
}

// Op "headers": steps on a Headers.

Value field_value(const HeaderField& field) { return Value::list({field.name, field.value}); }

void add_option_texts(const Value& dict, std::vector<std::string>& texts,
                      std::vector<HeaderOption>& options) {
  texts.reserve(dict.entries().size());
  for (const Value::Entry& entry : dict.entries()) {
    OptionalText value;
    if (!entry.value.is_none()) value = texts.emplace_back(python_text(entry.value));
    options.push_back({entry.key.as_string(), value});
  }
}

std::vector<std::pair<std::string, std::vector<std::string>>> pairs_of(const Value& source) {
  std::vector<std::pair<std::string, std::vector<std::string>>> pairs;
  const auto add = [&](std::string_view name, const Value& value) {
    auto& [key, texts] = pairs.emplace_back(std::string(name), std::vector<std::string>());
    if (value.is_sequence()) {
      for (const Value& item : value.items()) texts.push_back(python_text(item));
    } else {
      texts.push_back(python_text(value));
    }
  };
  if (source.is_dict()) {
    for (const Value::Entry& entry : source.entries()) add(entry.key.as_string(), entry.value);
  } else {
    for (const Value& pair : source.items()) add(pair.items()[0].as_string(), pair.items()[1]);
  }
  return pairs;
}

void update(Headers& headers, const Value& source) {
  if (source.is_dict()) {
    for (const auto& [name, values] : pairs_of(source)) headers.setlist(name, values);
    return;
  }
  Headers other;
  for (const auto& [name, values] : pairs_of(source)) {
    for (const std::string& value : values) other.add(name, value);
  }
  headers.update(other);
}

Value pop(Headers& headers, const std::vector<Value>& step) {
  if (step.size() == 1 || step[1].is_none()) {
    if (headers.empty()) throw Failure{"IndexError", ""};
    const auto [name, value] = headers.pop();
    return Value::list({name, value});
  }
  if (step[1].is_int()) {
    if (step[1].as_int() < 0 || static_cast<std::size_t>(step[1].as_int()) >= headers.size())
      throw Failure{"IndexError", ""};
    const auto [name, value] = headers.pop(static_cast<std::size_t>(step[1].as_int()));
    return Value::list({name, value});
  }
  const std::string_view name = step[1].as_string();
  if (headers.contains(name)) return headers.pop(name);
  if (step.size() > 2) return step[2];
  throw Failure{"KeyError", ""};
}

Value getitem(Headers& headers, const Value& key) {
  if (key.is_int()) {
    const auto size = static_cast<std::int64_t>(headers.size());
    const std::int64_t index = key.as_int() < 0 ? key.as_int() + size : key.as_int();
    if (index < 0 || index >= size) throw Failure{"IndexError", ""};
    return field_value(headers.at(static_cast<std::size_t>(index)));
  }
  const auto value = headers.get(key.as_string());
  if (!value) throw Failure{"KeyError", ""};
  return *value;
}

std::vector<std::string> texts_of(const Value& list) {
  std::vector<std::string> texts;
  for (const Value& item : list.items()) texts.push_back(python_text(item));
  return texts;
}

Value headers_step(Headers& headers, const std::vector<Value>& step) {
  const std::string_view method = step[0].as_string();
  const auto name = [&] { return step.at(1).as_string(); };
  if (method == "add" || method == "set") {
    std::vector<std::string> texts;
    std::vector<HeaderOption> options;
    if (step.size() > 3) add_option_texts(step[3], texts, options);
    const std::string value = python_text(step.at(2));
    if (options.empty()) {
      method == "add" ? headers.add(name(), value) : headers.set(name(), value);
    } else if (method == "add") {
      headers.add(name(), value, options.data(), options.size());
    } else {
      headers.set(name(), value, options.data(), options.size());
    }
    return nullptr;
  }
  if (method == "get") {
    const auto value = headers.get(name());
    return value ? Value(*value) : step.size() > 2 ? step[2] : Value(nullptr);
  }
  if (method == "getlist") {
    Value list = Value::list();
    for (const std::string_view value : headers.getlist(name())) list.push_back(value);
    return list;
  }
  if (method == "setlist") return headers.setlist(name(), texts_of(step.at(2))), nullptr;
  if (method == "setdefault") return headers.setdefault(name(), python_text(step.at(2)));
  if (method == "setlistdefault") {
    Value list = Value::list();
    for (const std::string_view value : headers.setlistdefault(name(), texts_of(step.at(2))))
      list.push_back(value);
    return list;
  }
  if (method == "remove") return headers.remove(name()), nullptr;
  if (method == "pop") return pop(headers, step);
  if (method == "contains") return headers.contains(name());
  if (method == "getitem") return getitem(headers, step.at(1));
  if (method == "len") return static_cast<std::int64_t>(headers.size());
  if (method == "clear") return headers.clear(), nullptr;
  if (method == "extend") {
    for (const auto& [key, values] : pairs_of(step.at(1))) {
      for (const std::string& value : values) headers.add(key, value);
    }
    return nullptr;
  }
  if (method == "update") return update(headers, step.at(1)), nullptr;
  if (method == "keys") return text_list(headers.keys(step.size() > 1 && step[1].as_bool()));
  if (method == "to_wsgi_list") {
    Value list = Value::list();
    for (const HeaderField field : headers) list.push_back(field_value(field));
    return list;
  }
  throw Unsupported{"Headers." + std::string(method)};
}

Value op_headers(const Value& c) {
  Headers headers;
  for (const Value& pair : args(c)["init"].items())
    headers.add(pair.items()[0].as_string(), python_text(pair.items()[1]));
  Value results = Value::list();
  for (const Value& step : args(c)["steps"].items()) {
    try {
      const auto items = step.items();
      results.push_back(result(headers_step(headers, {items.begin(), items.end()})));
    } catch (const Failure& failure) {
      results.push_back(Value::dict({{"error", Value::dict({{"type", failure.type}})}}));
    } catch (const std::invalid_argument&) {
      results.push_back(Value::dict({{"error", Value::dict({{"type", "ValueError"}})}}));
    }
  }
  Value items = Value::list();
  for (const HeaderField field : headers) items.push_back(field_value(field));
  return Value::dict({{"results", results}, {"items", items}});
}

}  // namespace

void add_http_a_ops(Table& table) {
  table.add("quote_header_value", op_quote);
  table.add("unquote_header_value", op_unquote);
  table.add("parse_options_header", op_parse_options);
  table.add("dump_options_header", op_dump_options);
  table.add("dump_header", op_dump_header);
  table.add("parse_list_header", op_parse_list);
  table.add("parse_dict_header", op_parse_dict);
  table.add("parse_set_header", op_parse_set);
  table.add("parse_accept_header", op_parse_accept);
  table.add("accept_best_match", op_best_match);
  table.add("accept_quality", op_quality);
  table.add("parse_cache_control_header", op_parse_cache_control);
  table.add("cache_control_set", op_cache_control_set);
  table.add("parse_csp_header", op_parse_csp);
  table.add("parse_range_header", op_parse_range);
  table.add("parse_content_range_header", op_parse_content_range);
  table.add("is_byte_range_valid", op_range_valid);
  table.add("parse_if_range_header", op_parse_if_range);
  table.add("parse_etags", op_parse_etags);
  table.add("etags_contains", op_etags_contains);
  table.add("quote_etag", op_quote_etag);
  table.add("unquote_etag", op_unquote_etag);
  table.add("generate_etag", op_generate_etag);
  table.add("is_resource_modified", op_is_modified);
  table.add("parse_date", op_parse_date);
  table.add("http_date", op_http_date);
  table.add("parse_age", op_parse_age);
  table.add("dump_age", op_dump_age);
  table.add("authorization_from_header", op_authorization);
  table.add("www_authenticate_from_header", op_www_authenticate);
  table.add("www_authenticate_to_header", op_www_authenticate_to_header);
  table.add("get_content_type", op_get_content_type);
  table.add("headers", op_headers);
}

}  // namespace retort::conformance
