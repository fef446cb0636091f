// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/detail/template_request.h"

#include <memory>
#include <string>
#include <utility>

#include "retort/http/multidict.h"
#include "retort/message/files.h"
#include "retort/message/request.h"
#include "retort/routing/rule.h"
#include "retort/value/arguments.h"
#include "retort/value/methods.h"

namespace retort::detail {
namespace {

class Callable final : public Object {
 public:
  Callable(std::string_view name, Function<Value(const CallArguments&)> function)
      : name_(name), function_(std::move(function)) {}
  std::string_view type_name() const override { return "method"; }
  bool is_callable() const override { return true; }
  Value call(const CallArguments& arguments) const override { return function_(arguments); }
  void append_repr(std::string& out) const override {
    out += "<bound method ";
    out += name_;
    out += '>';
  }

 private:
  std::string name_;
  Function<Value(const CallArguments&)> function_;
};

Value text_list(const std::vector<std::string_view>& texts) {
  Value out = Value::list();
  for (const std::string_view text : texts) out.push_back(text);
  return out;
}

/// The first value of each key.
Value flat_dict(const http::MultiDict& dict) {
  Value out = Value::dict();
  for (const auto& [key, value] : dict.items()) out.set(key, value);
  return out;
}

Value list_dict(const http::MultiDict& dict) {
  Value out = Value::dict();
  for (const std::string_view key : dict.keys()) out.set(key, text_list(dict.getlist(key)));
  return out;
}

/// Walks a list that it owns.
class ListIterator final : public ValueIterator {
 public:
  explicit ListIterator(Value list) : list_(std::move(list)) {}
  bool next(Value& out) override {
    if (at_ == list_.size()) return false;
    out = list_[at_++];
    return true;
  }

 private:
  Value list_;
  std::size_t at_ = 0;
};

class MultiDictObject final : public Object {
 public:
  explicit MultiDictObject(const http::MultiDict& dict) : dict_(dict) {}

  std::string_view type_name() const override { return "ImmutableMultiDict"; }
  Value item(const Value& key) const override {
    if (!key.is_string()) return {};
    const auto found = dict_.get(key.as_string());
    return found ? Value(*found) : Value();
  }
  Value attribute(std::string_view name) const override;
  bool contains(const Value& needle, bool& out) const override {
    out = needle.is_string() && dict_.contains(needle.as_string());
    return true;
  }
  bool length(std::size_t& out) const override {
    out = dict_.size();
    return true;
  }
  Owned<ValueIterator> iterate() const override {
    return std::make_unique<ListIterator>(text_list(dict_.keys()));
  }
  Value to_json() const override { return flat_dict(dict_); }
  void append_repr(std::string& out) const override {
    Value pairs = Value::list();
    for (const auto& [key, value] : dict_.items(true)) pairs.push_back(Value::tuple({key, value}));
    out += "ImmutableMultiDict(" + pairs.repr() + ")";
  }

 private:
  const http::MultiDict& dict_;
};

Value MultiDictObject::attribute(std::string_view name) const {
  const http::MultiDict& dict = dict_;
  if (name == "get") {
    return callable_value(name, [&dict](const CallArguments& call) {
      const Arguments args("get", {"key", "default"}, 1, call);
      const auto found = args[0].is_string() ? dict.get(args[0].as_string()) : std::nullopt;
      return found ? Value(*found) : args.get(1, nullptr);
    });
  }
  if (name == "getlist") {
    return callable_value(name, [&dict](const CallArguments& call) {
      const Arguments args("getlist", {"key"}, 1, call);
      return text_list(dict.getlist(args.text(0)));
    });
  }
  if (name == "to_dict") {
    return callable_value(name, [&dict](const CallArguments& call) {
      const Arguments args("to_dict", {"flat"}, 0, call);
      return args.truthy(0, true) ? flat_dict(dict) : list_dict(dict);
    });
  }
  if (name == "items") {
    return callable_value(name, [&dict](const CallArguments& call) {
      const Arguments args("items", {"multi"}, 0, call);
      Value out = Value::list();
      for (const auto& [key, value] : dict.items(args.truthy(0, false)))
        out.push_back(Value::tuple({key, value}));
      return out;
    });
  }
  if (name == "lists") return get_attribute(list_dict(dict), "items");
  if (name == "keys" || name == "values") return get_attribute(flat_dict(dict), name);
  return {};
}

class HeadersObject final : public Object {
 public:
  explicit HeadersObject(const http::HeadersView& headers) : headers_(headers) {}

  std::string_view type_name() const override { return "EnvironHeaders"; }
  Value item(const Value& key) const override {
    const http::HeaderField* found = key.is_string() ? headers_.find(key.as_string()) : nullptr;
    return found ? Value(found->value) : Value();
  }
  Value attribute(std::string_view name) const override {
    const http::HeadersView& headers = headers_;
    if (name == "get") {
      return callable_value(name, [&headers](const CallArguments& call) {
        const Arguments args("get", {"key", "default"}, 1, call);
        const http::HeaderField* found = args[0].is_string() ? headers.find(args[0].as_string()) : nullptr;
        return found ? Value(found->value) : args.get(1, nullptr);
      });
    }
    if (name == "getlist") {
      return callable_value(name, [&headers](const CallArguments& call) {
        const Arguments args("getlist", {"key"}, 1, call);
        return text_list(headers.getlist(args.text(0)));
      });
    }
    if (name == "items" || name == "keys" || name == "values") {
      return callable_value(name, [this, part = name[0]](const CallArguments&) { return list(part); });
    }
    return {};
  }
  bool contains(const Value& needle, bool& out) const override {
    out = needle.is_string() && headers_.contains(needle.as_string());
    return true;
  }
  bool length(std::size_t& out) const override {
    out = headers_.size();
    return true;
  }
  Owned<ValueIterator> iterate() const override { return std::make_unique<ListIterator>(list('i')); }
  void append_repr(std::string& out) const override { out += "EnvironHeaders(" + list('i').repr() + ")"; }

 private:
  Value list(char part) const {
    Value out = Value::list();
    for (const http::HeaderField& field : headers_) {
      if (part == 'i') out.push_back(Value::tuple({field.name, field.value}));
      if (part == 'k') out.push_back(field.name);
      if (part == 'v') out.push_back(field.value);
    }
    return out;
  }
  const http::HeadersView& headers_;
};

/// `request.user_agent`: its text, which older templates ask of `.string`.
class UserAgentObject final : public Object {
 public:
  explicit UserAgentObject(std::string_view text) : text_(text) {}
  std::string_view type_name() const override { return "UserAgent"; }
  Value attribute(std::string_view name) const override {
    if (name == "string") return text_;
    if (name == "platform" || name == "browser" || name == "version" || name == "language") return nullptr;
    return {};
  }
  bool truthy() const override { return !text_.empty(); }
  void append_str(std::string& out) const override { out += text_; }

 private:
  std::string text_;
};

class RuleObject final : public Object {
 public:
  explicit RuleObject(const routing::Rule& rule) : rule_(rule) {}
  std::string_view type_name() const override { return "Rule"; }
  Value attribute(std::string_view name) const override {
    if (name == "rule") return rule_.rule();
    if (name == "endpoint") return rule_.endpoint();
    return {};
  }
  void append_str(std::string& out) const override { out += rule_.rule(); }
  void append_repr(std::string& out) const override {
    out += "<Rule " + Value(rule_.rule()).repr() + " -> " + std::string(rule_.endpoint()) + ">";
  }

 private:
  const routing::Rule& rule_;
};

/// Text, or none where there is none.
Value text_or_none(std::string_view text) { return text.empty() ? Value(nullptr) : Value(text); }

template <class T>
Value list_of(const std::vector<T>& texts) {
  Value out = Value::list();
  for (const T& text : texts) out.push_back(std::string_view(text));
  return out;
}

struct Attribute {
  std::string_view name;
  Value (*get)(const Request& request);
};

constexpr Attribute kAttributes[] = {
    {"access_route", [](const Request& r) { return list_of(r.access_route()); }},
    {"args", [](const Request& r) { return multidict_value(*r.args); }},
    {"base_url", [](const Request& r) { return Value(r.base_url()); }},
    {"blueprint", [](const Request& r) { return text_or_none(r.blueprint); }},
    {"blueprints", [](const Request& r) { return list_of(r.blueprints()); }},
    {"content_encoding", [](const Request& r) { return text_or_none(r.content_encoding()); }},
    {"content_length",
     [](const Request& r) {
       const auto length = r.content_length();
       return length ? Value(static_cast<std::int64_t>(*length)) : Value(nullptr);
     }},
    {"content_type", [](const Request& r) { return text_or_none(r.content_type()); }},
    {"cookies", [](const Request& r) { return multidict_value(*r.cookies); }},
    {"data", [](const Request& r) { return Value::bytes(r.data()); }},
    {"endpoint", [](const Request& r) { return text_or_none(r.endpoint); }},
    {"form", [](const Request& r) { return multidict_value(*r.form); }},
    {"full_path", [](const Request& r) { return Value(r.full_path()); }},
    {"headers", [](const Request& r) { return headers_value(r.headers); }},
    {"host", [](const Request& r) { return Value(r.host()); }},
    {"host_url", [](const Request& r) { return Value(r.host_url()); }},
    {"is_json", [](const Request& r) { return Value(r.is_json()); }},
    {"is_secure", [](const Request& r) { return Value(r.is_secure()); }},
    {"json", [](const Request& r) { return r.get_json(); }},
    {"method", [](const Request& r) { return Value(r.method); }},
    {"mimetype", [](const Request& r) { return Value(r.mimetype()); }},
    {"origin", [](const Request& r) { return text_or_none(r.origin()); }},
    {"path", [](const Request& r) { return Value(r.path); }},
    {"query_string", [](const Request& r) { return Value::bytes(r.query_string); }},
    {"referrer", [](const Request& r) { return text_or_none(r.referrer()); }},
    {"remote_addr", [](const Request& r) { return text_or_none(r.remote_addr()); }},
    {"remote_user", [](const Request& r) { return text_or_none(r.remote_user); }},
    {"root_path", [](const Request& r) { return Value(r.root_path); }},
    {"root_url", [](const Request& r) { return Value(r.root_url()); }},
    {"scheme", [](const Request& r) { return Value(r.scheme()); }},
    {"script_root", [](const Request& r) { return Value(r.root_path); }},
    {"url", [](const Request& r) { return Value(r.url()); }},
    {"url_root", [](const Request& r) { return Value(r.root_url()); }},
    {"url_rule",
     [](const Request& r) {
       return r.url_rule ? Value::object(std::make_unique<RuleObject>(*r.url_rule)) : Value(nullptr);
     }},
    {"user_agent",
     [](const Request& r) { return Value::object(std::make_unique<UserAgentObject>(r.user_agent())); }},
    {"values", [](const Request& r) { return multidict_value(*r.values); }},
    {"view_args", [](const Request& r) { return *r.view_args; }},
};

}  // namespace

Value callable_value(std::string_view name, Function<Value(const CallArguments&)> function) {
  return Value::object(std::make_unique<Callable>(name, std::move(function)));
}

Value multidict_value(const http::MultiDict& dict) {
  return Value::object(std::make_unique<MultiDictObject>(dict));
}

Value headers_value(const http::HeadersView& headers) {
  return Value::object(std::make_unique<HeadersObject>(headers));
}

Value request_attribute(const Request& request, std::string_view name) {
  for (const Attribute& attribute : kAttributes) {
    if (attribute.name == name) return attribute.get(request);
  }
  if (name == "get_json") {
    return callable_value(name, [&request](const CallArguments& call) {
      const Arguments args("get_json", {"force", "silent", "cache"}, 0, call);
      GetJsonOptions options;
      options.force = args.truthy(0, false);
      options.silent = args.truthy(1, false);
      options.cache = args.truthy(2, true);
      return request.get_json(options);
    });
  }
  return {};
}

}  // namespace retort::detail
