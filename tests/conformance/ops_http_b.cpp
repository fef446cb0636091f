// SPDX-License-Identifier: BSD-3-Clause
// http.jsonl: URLs, hosts, cookies, file names, passwords, MultiDict.
#include <algorithm>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/conformance/driver.h"
#include "tests/conformance/tags.h"

#include "retort/base/civil_time.h"
#include "retort/base/text.h"
#include "retort/base/utf8.h"
#include "retort/crypto/password.h"
#include "retort/http/cookie.h"
#include "retort/http/errors.h"
#include "retort/http/multidict.h"
#include "retort/http/path.h"
#include "retort/http/url.h"
#include "retort/message/files.h"
#include "retort/message/request.h"
#include "retort/message/transport.h"

namespace retort::conformance {
namespace {

using namespace retort::http;

std::vector<std::string> texts_of(const Value& list) {
  std::vector<std::string> texts;
  if (!list.is_sequence()) return texts;
  for (const Value& item : list.items()) texts.push_back(item.str());
  return texts;
}

// Text whose characters are bytes.
std::string wsgi_bytes(std::string_view text) {
  std::string bytes;
  for (std::size_t at = 0; at < text.size();) bytes += static_cast<char>(utf8::decode(text, at));
  return bytes;
}

// URLs and hosts.

Value op_iri_to_uri(const Value& c) { return result(iri_to_uri(text(args(c), "iri"))); }
Value op_uri_to_iri(const Value& c) { return result(uri_to_iri(text(args(c), "uri"))); }
Value op_urlencode(const Value& c) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const Value& pair : args(c)["query"].items()) {
    if (!pair.items()[1].is_none()) pairs.emplace_back(pair.items()[0].str(), pair.items()[1].str());
  }
  return result(urlencode(pairs));
}
Value op_get_host(const Value& c) {
  const Value& a = args(c);
  std::string server;
  std::uint16_t port = 0;
  if (has(a, "server")) {
    server = a["server"].items()[0].str();
    const Value& number = a["server"].items()[1];
    if (number.is_int()) port = static_cast<std::uint16_t>(number.as_int());
  }
  const std::string host = get_host(text(a, "scheme"), text(a, "host_header", ""), server, port);
  if (has(a, "trusted_hosts") && !host_is_trusted(host, texts_of(a["trusted_hosts"])))
    throw Failure{"SecurityError", "400 Bad Request: Host '" + host + "' is not trusted.",
                  Value::dict({{"code", 400}})};
  return result(host);
}
Value op_host_is_trusted(const Value& c) {
  return result(host_is_trusted(text(args(c), "hostname", ""), texts_of(args(c).get("trusted_list"))));
}
Value op_get_current_url(const Value& c) {
  const Value& a = args(c);
  const std::string query(has(a, "query_string") ? a["query_string"].as_bytes() : std::string_view());
  return result(get_current_url(text(a, "scheme"), text(a, "host"), text(a, "root_path", ""),
                                text(a, "path", ""), query));
}
Value op_get_content_length(const Value& c) {
  const Value& a = args(c);
  if (text(a, "http_transfer_encoding", "") == "chunked" || !has(a, "http_content_length"))
    return result(nullptr);
  const std::string_view digits = text::trim(text(a, "http_content_length"));
  std::uint64_t length = 0;
  return result(!digits.starts_with('+') && from_text(digits, length) ? static_cast<std::int64_t>(length)
                                                                      : 0);
}

// Cookies.

Value op_parse_cookie(const Value& c) {
  Value pairs = Value::list();
  const MultiDict cookies = parse_cookie(wsgi_bytes(text(args(c), "header", "")));
  for (const auto& [name, value] : cookies.items(true)) pairs.push_back(Value::list({name, value}));
  return result(pairs);
}

SameSite same_site(std::string_view name) {
  const std::string lowered = text::to_lower(name);
  if (lowered == "strict") return SameSite::strict;
  if (lowered == "lax") return SameSite::lax;
  if (lowered == "none") return SameSite::none;
  throw Failure{"ValueError", "SameSite must be 'Strict', 'Lax', or 'None'."};
}

Value op_dump_cookie(const Value& c) {
  const Value& a = args(c);
  const auto flag = [&](std::string_view name) { return has(a, name) && a[name].as_bool(); };
  CookieOptions options;
  if (has(a, "max_age")) {
    const Value* delta = untag(a["max_age"], "__timedelta__");
    options.max_age = (delta ? *delta : a["max_age"]).as_int();
    if (has(a, "now")) options.expires = a["now"].as_int() + *options.max_age;
  }
  if (has(a, "expires")) {
    const Value& expires = a["expires"];
    if (expires.is_string()) {
      options.expires_text = expires.as_string();
    } else if (const Value* time = untag(expires, "__datetime__")) {
      options.expires = unix_seconds(*parse_iso_datetime(time->as_string()));
    } else {
      options.expires = static_cast<std::int64_t>(std::floor(expires.as_double()));
    }
  }
  if (has(a, "sync_expires")) options.sync_expires = a["sync_expires"].as_bool();
  if (const Value* path = a.find("path")) options.path = path->is_none() ? "" : path->as_string();
  options.domain = text(a, "domain", "");
  options.secure = flag("secure");
  options.httponly = flag("httponly");
  options.partitioned = flag("partitioned");
  if (has(a, "samesite")) options.samesite = same_site(text(a, "samesite"));
  return result(dump_cookie(text(a, "key"), text(a, "value", ""), options));
}

// Files and passwords.

Value op_secure_filename(const Value& c) { return result(secure_filename(text(args(c), "filename"))); }
Value op_safe_join(const Value& c) {
  const std::vector<std::string> parts = texts_of(args(c)["untrusted"]);
  const auto path = safe_join(text(args(c), "directory"), {parts.begin(), parts.end()}, PathRules::posix);
  return result(path ? Value(*path) : Value(nullptr));
}
Value op_password_hash(const Value& c) {
  return result(
      crypto::hash_password(text(args(c), "password"), text(args(c), "method"), text(args(c), "salt")));
}
Value op_check_password(const Value& c) {
  return result(crypto::check_password_hash(text(args(c), "pwhash"), text(args(c), "password")));
}

// Op "parse_form": a request whose body comes through a transport, as from a socket.

class BodyTransport final : public Transport {
 public:
  BodyTransport(std::string_view body, std::optional<std::uint64_t> length) : body_(body), length_(length) {
    if (length_) body_ = body_.substr(0, static_cast<std::size_t>(*length_));
  }
  std::size_t read_body(char* out, std::size_t size) override {
    const std::size_t n = std::min(size, body_.size() - at_);
    if (n == 0 && length_ && at_ < *length_) throw ClientDisconnected();
    body_.copy(out, n, at_);
    at_ += n;
    return n;
  }
  std::string_view remote_addr() const override { return "127.0.0.1"; }
  std::uint16_t remote_port() const override { return 0; }
  std::string_view server_addr() const override { return "127.0.0.1"; }
  std::uint16_t server_port() const override { return 80; }
  bool secure() const override { return false; }

 private:
  std::string_view body_;
  std::optional<std::uint64_t> length_;
  std::size_t at_ = 0;
};

Value bytes(std::string_view text) { return Value::bytes(text); }

Value form_answer(Request& request) {
  Value form = Value::list(), files = Value::list();
  for (const auto& [name, value] : request.form->items(true)) form.push_back(Value::list({name, value}));
  for (FileStorage& file : *request.files) {
    files.push_back(
        Value::dict({{"name", file.name},
                     {"filename", file.filename},
                     {"content_type",
                      file.headers.contains("Content-Type") ? Value(file.content_type()) : Value(nullptr)},
                     {"mimetype", file.mimetype()},
                     {"body", bytes(file.read())}}));
  }
  Value out = Value::dict({{"form", form}, {"files", files}});
  if (request.form->empty() && request.files->empty()) out.set("data", bytes(request.get_data()));
  return out;
}

Value op_parse_form(const Value& c) {
  const Value& a = args(c);
  const std::string body(a["body"].as_bytes());
  http::RequestHead head;
  head.method = text(a, "method", "POST");
  head.target = "/";
  head.framing = http::Framing::content_length;
  head.content_length = body.size();
  if (has(a, "content_length")) {
    head.content_length = 0;
    from_text(a["content_length"].str(), head.content_length);
  }
  if (has(a, "chunked") && a["chunked"].as_bool()) head.framing = http::Framing::chunked;
  const http::HeaderField type{"Content-Type", text(a, "content_type", "")};
  head.fields = &type;
  head.field_count = has(a, "content_type") ? 1 : 0;
  const bool counted = head.framing == http::Framing::content_length;
  BodyTransport transport(body, counted ? std::optional(head.content_length) : std::nullopt);
  Request request;
  request.reset(head, {}, false, transport);
  if (has(a, "max_content_length"))
    request.max_content_length = static_cast<std::uint64_t>(a["max_content_length"].as_int());
  if (has(a, "max_form_memory_size"))
    request.max_form_memory_size = static_cast<std::uint64_t>(a["max_form_memory_size"].as_int());
  if (has(a, "max_form_parts"))
    request.max_form_parts = static_cast<std::size_t>(a["max_form_parts"].as_int());
  try {
    return form_answer(request);
  } catch (const RequestEntityTooLarge& e) {
    throw Failure{"RequestEntityTooLarge", e.what(), Value::dict({{"code", 413}})};
  } catch (const ClientDisconnected& e) {
    throw Failure{"ClientDisconnected", e.what(), Value::dict({{"code", 400}})};
  }
}

// Op "multidict": steps on a MultiDict. Its values are text here; numbers go in as text and
// come out as numbers again.

constexpr char kNumber = '\x01';

std::string packed(const Value& value) {
  return value.is_int() ? kNumber + std::to_string(value.as_int()) : value.str();
}
Value unpacked(std::string_view text) {
  if (text.empty() || text[0] != kNumber) return text;
  std::int64_t number = 0;
  from_text(text.substr(1), number);
  return number;
}
template <class List>
Value unpacked_list(const List& texts) {
  Value list = Value::list();
  for (const auto& text : texts) list.push_back(unpacked(text));
  return list;
}

std::vector<std::string> packed_list(const Value& list) {
  std::vector<std::string> texts;
  for (const Value& item : list.items()) texts.push_back(packed(item));
  return texts;
}

void update(MultiDict& dict, const Value& source) {
  const auto add = [&](const Value& key, const Value& value) {
    if (!value.is_sequence()) return dict.add(key.as_string(), packed(value));
    for (const Value& item : value.items()) dict.add(key.as_string(), packed(item));
  };
  if (source.is_dict()) {
    for (const Value::Entry& entry : source.entries()) add(entry.key, entry.value);
  } else {
    for (const Value& pair : source.items()) add(pair.items()[0], pair.items()[1]);
  }
}

Value reading_step(const MultiDict& dict, std::string_view method, const std::vector<Value>& step) {
  const auto key = [&] { return step.at(1).as_string(); };
  const Value otherwise = step.size() > 2 ? step[2] : Value(nullptr);
  const auto number = [&](std::string_view text) {
    if (text.starts_with(kNumber)) text.remove_prefix(1);
    std::int64_t out = 0;
    return from_text(text, out) ? std::optional(out) : std::nullopt;
  };
  if (method == "getitem") {
    const auto value = dict.get(key());
    return value ? unpacked(*value) : throw Failure{"KeyError", ""};
  }
  if (method == "get") {
    const auto value = dict.get(key());
    return value ? unpacked(*value) : otherwise;
  }
  if (method == "get_int") {
    const auto value = dict.get(key());
    const auto integer = value ? number(*value) : std::nullopt;
    return integer ? Value(*integer) : otherwise;
  }
  if (method == "getlist") return unpacked_list(dict.getlist(key()));
  if (method == "getlist_int") {
    Value list = Value::list();
    for (const std::string_view value : dict.getlist(key())) {
      if (const auto integer = number(value)) list.push_back(*integer);
    }
    return list;
  }
  if (method == "to_dict") {
    Value out = Value::dict();
    if (step.size() > 1 && !step[1].as_bool()) {
      for (const auto& [name, values] : dict.lists()) out.set(name, unpacked_list(values));
    } else {
      for (const auto& [name, value] : dict.to_dict()) out.set(name, unpacked(value));
    }
    return out;
  }
  if (method == "len") return static_cast<std::int64_t>(dict.size());
  if (method == "contains") return dict.contains(key());
  if (method == "keys") {
    Value list = Value::list();
    for (const std::string_view name : dict.keys()) list.push_back(name);
    return list;
  }
  if (method == "values") return unpacked_list(dict.values());
  throw Unsupported{"MultiDict." + std::string(method)};
}

Value multidict_step(MultiDict& dict, const std::vector<Value>& step) {
  const std::string_view method = step[0].as_string();
  const auto key = [&] { return step.at(1).as_string(); };
  if (method == "add") return dict.add(key(), packed(step.at(2))), nullptr;
  if (method == "set") return dict.set(key(), packed(step.at(2))), nullptr;
  if (method == "setlist") return dict.setlist(key(), packed_list(step.at(2))), nullptr;
  if (method == "setdefault") return unpacked(dict.setdefault(key(), packed(step.at(2))));
  if (method == "setlistdefault") return unpacked_list(dict.setlistdefault(key(), packed_list(step.at(2))));
  if (method == "pop") {
    if (dict.contains(key()) || step.size() < 3) return unpacked(dict.pop(key()));
    return step[2];
  }
  if (method == "poplist") return unpacked_list(dict.poplist(key()));
  if (method == "popitem") {
    const auto [name, value] = dict.popitem();
    return Value::list({name, unpacked(value)});
  }
  if (method == "popitemlist") {
    const auto [name, values] = dict.popitemlist();
    return Value::list({name, unpacked_list(values)});
  }
  if (method == "update") return update(dict, step.at(1)), nullptr;
  if (method == "delete") {
    if (!dict.remove(key())) throw Failure{"KeyError", ""};
    return nullptr;
  }
  return reading_step(dict, method, step);
}

Value op_multidict(const Value& c) {
  MultiDict dict;
  update(dict, args(c)["init"]);
  Value results = Value::list();
  for (const Value& step : args(c)["steps"].items()) {
    try {
      const auto items = step.items();
      results.push_back(result(multidict_step(dict, {items.begin(), items.end()})));
    } catch (const Unsupported&) {
      throw;
    } catch (...) {  // BadRequestKeyError, as every other miss
      results.push_back(Value::dict({{"error", Value::dict({{"type", "KeyError"}})}}));
    }
  }
  Value items = Value::list();
  for (const auto& [name, value] : dict.items(true)) items.push_back(Value::list({name, unpacked(value)}));
  return Value::dict({{"results", results}, {"items", items}});
}

}  // namespace

void add_http_b_ops(Table& table) {
  table.add("iri_to_uri", op_iri_to_uri);
  table.add("uri_to_iri", op_uri_to_iri);
  table.add("urlencode", op_urlencode);
  table.add("get_host", op_get_host);
  table.add("host_is_trusted", op_host_is_trusted);
  table.add("get_current_url", op_get_current_url);
  table.add("get_content_length", op_get_content_length);
  table.add("parse_cookie", op_parse_cookie);
  table.add("dump_cookie", op_dump_cookie);
  table.add("secure_filename", op_secure_filename);
  table.add("safe_join", op_safe_join);
  table.add("password_hash", op_password_hash);
  table.add("check_password_hash", op_check_password);
  table.add("parse_form", op_parse_form);
  table.add("multidict", op_multidict);
}

}  // namespace retort::conformance
