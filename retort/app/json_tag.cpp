// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/json_tag.h"

#include <algorithm>

#include <fmt/format.h>

#include "retort/base/base64.h"
#include "retort/http/date.h"
#include "retort/json/json.h"
#include "retort/value/object.h"
#include "retort/value/uuid_time.h"

namespace retort {
namespace {

constexpr std::string_view kDictKey = " di";
constexpr std::string_view kTupleKey = " t";

Value one_entry(std::string_view key, Value value) {
  Value out = Value::dict();
  out.set(key, std::move(value));
  return out;
}

const Value::Entry* only_entry(const Value& value) {
  if (!value.is_dict() || value.entries().size() != 1) return nullptr;
  const Value::Entry& entry = value.entries()[0];
  return entry.key.is_string() ? &entry : nullptr;
}

void check_depth(int depth) {
  if (depth > kMaxValueDepth) throw RecursionError("values are nested too deeply");
}

/// What the serializer tags itself, with a bound on the depth.
class ContainerTag : public JSONTag {
 public:
  bool check(const Value&) const override { return false; }
  Value to_json(const Value& value, const TaggedJSONSerializer&) const override { return value; }
};

/// A dict of one entry whose key is a tag's, so that it could be mistaken.
class TagDict final : public ContainerTag {
 public:
  std::string_view key() const override { return kDictKey; }
  Value to_value(const Value& json) const override {
    const Value::Entry* entry = only_entry(json);
    if (!entry || entry->key.as_string().size() < 2) throw ValueError("not a tagged dict");
    const std::string_view key = entry->key.as_string();
    return one_entry(key.substr(0, key.size() - 2), entry->value);
  }
};

class TagTuple final : public ContainerTag {
 public:
  std::string_view key() const override { return kTupleKey; }
  Value to_value(const Value& json) const override {
    if (!json.is_sequence()) throw ValueError("a tagged tuple is no list");
    return Value::tuple(json.items());
  }
};

class TagBytes final : public JSONTag {
 public:
  std::string_view key() const override { return " b"; }
  bool check(const Value& value) const override { return value.is_bytes(); }
  Value to_json(const Value& value, const TaggedJSONSerializer&) const override {
    return base64::encode(value.as_bytes());
  }
  Value to_value(const Value& json) const override {
    const auto bytes = base64::decode_lenient(json.is_string() ? json.as_string() : "=");
    if (!bytes || !json.is_string()) throw ValueError("tagged bytes are no base64");
    return Value::bytes(*bytes);
  }
};

class TagMarkup final : public JSONTag {
 public:
  std::string_view key() const override { return " m"; }
  bool check(const Value& value) const override {
    std::string ignored;
    return value.is_markup() || (value.is_object() && value.as_object().append_html(ignored));
  }
  Value to_json(const Value& value, const TaggedJSONSerializer&) const override {
    if (value.is_markup()) return value.as_string();
    std::string html;
    value.as_object().append_html(html);
    return html;
  }
  Value to_value(const Value& json) const override { return Value::markup(json.str()); }
};

class TagUuid final : public JSONTag {
 public:
  std::string_view key() const override { return " u"; }
  bool check(const Value& value) const override { return as_uuid(value) != nullptr; }
  Value to_json(const Value& value, const TaggedJSONSerializer&) const override {
    std::string hex = as_uuid(value)->str();
    std::erase(hex, '-');
    return hex;
  }
  // As Python's UUID reads text: hyphens anywhere, braces and "urn:uuid:" allowed.
  Value to_value(const Value& json) const override {
    std::string hex = json.is_string() ? std::string(json.as_string()) : std::string();
    for (const std::string_view prefix : {"urn:", "uuid:"}) {
      if (hex.starts_with(prefix)) hex.erase(0, prefix.size());
    }
    std::erase_if(hex, [](char c) { return c == '-' || c == '{' || c == '}'; });
    if (hex.size() != 32) throw ValueError("a tagged UUID is none");
    for (const std::size_t at : {8u, 13u, 18u, 23u}) hex.insert(at, 1, '-');
    Uuid uuid;
    if (!Uuid::parse(hex, uuid)) throw ValueError("a tagged UUID is none");
    return uuid_value(uuid);
  }
};

class TagDateTime final : public JSONTag {
 public:
  std::string_view key() const override { return " d"; }
  bool check(const Value& value) const override { return as_datetime(value) != nullptr; }
  Value to_json(const Value& value, const TaggedJSONSerializer&) const override {
    return http::http_date(*as_datetime(value));
  }
  Value to_value(const Value& json) const override {
    const auto time = http::parse_date(json.is_string() ? json.as_string() : "");
    return time ? datetime_value(*time) : Value(nullptr);
  }
};

JsonOptions compact_sorted() {
  JsonOptions options;
  options.sort_keys = options.ensure_ascii = options.allow_nan = true;
  return options;
}

}  // namespace

/// What tag() asks about a value, in this order.
struct TaggedJSONSerializer::Step {
  enum class Kind { mistakable, dict, tuple, list, tag };
  Kind kind;
  const JSONTag* tag = nullptr;
};

TaggedJSONSerializer::TaggedJSONSerializer() {
  using Kind = Step::Kind;
  order_ = {{Kind::mistakable}, {Kind::dict}, {Kind::tuple}, {Kind::list}};
  tags_.emplace_back(new TagDict);
  tags_.emplace_back(new TagTuple);
  for (const JSONTag* tag :
       std::initializer_list<const JSONTag*>{new TagBytes, new TagMarkup, new TagUuid, new TagDateTime}) {
    tags_.emplace_back(tag);
    order_.push_back({Kind::tag, tag});
  }
}

TaggedJSONSerializer::~TaggedJSONSerializer() = default;

void TaggedJSONSerializer::add(Owned<const JSONTag> tag, const RegisterTagOptions& options) {
  if (!options.force && find(tag->key()))
    throw KeyError(fmt::format("Tag '{}' is already registered.", tag->key()));
  const std::size_t at = std::min(options.index.value_or(order_.size()), order_.size());
  order_.insert(order_.begin() + static_cast<std::ptrdiff_t>(at), Step{Step::Kind::tag, tag.get()});
  tags_.push_back(std::move(tag));
  has_own_tags_ = true;
}

// The newest counts: a forced one comes after what it replaces.
const JSONTag* TaggedJSONSerializer::find(std::string_view key) const {
  for (auto tag = tags_.rbegin(); tag != tags_.rend(); ++tag) {
    if ((*tag)->key() == key) return tag->get();
  }
  return nullptr;
}

Value TaggedJSONSerializer::tag(const Value& value) const { return tag(value, 0); }

Value TaggedJSONSerializer::tag(const Value& value, int depth) const {
  check_depth(depth);
  const auto tag_items = [&] {
    Value out = Value::list();
    for (const Value& item : value.items()) out.push_back(tag(item, depth + 1));
    return out;
  };
  for (const Step& step : order_) {
    switch (step.kind) {
      case Step::Kind::mistakable: {
        const Value::Entry* entry = only_entry(value);
        if (!entry || !find(entry->key.as_string())) break;
        return one_entry(kDictKey, one_entry(entry->key.str() + "__", tag(entry->value, depth + 1)));
      }
      case Step::Kind::dict: {
        if (!value.is_dict()) break;
        Value out = Value::dict();
        for (const Value::Entry& entry : value.entries()) out.set(entry.key, tag(entry.value, depth + 1));
        return out;
      }
      case Step::Kind::tuple:
        if (value.is_tuple()) return one_entry(kTupleKey, tag_items());
        break;
      case Step::Kind::list:
        if (value.is_list()) return tag_items();
        break;
      case Step::Kind::tag:
        if (step.tag->check(value)) return one_entry(step.tag->key(), step.tag->to_json(value, *this));
        break;
    }
  }
  return value;
}

// Whether tag() would change anything, without making what it makes.
bool TaggedJSONSerializer::needs_tag(const Value& value, int depth) const {
  check_depth(depth);
  switch (value.kind()) {
    case Value::Kind::dict: {
      const Value::Entry* entry = only_entry(value);
      if (entry && find(entry->key.as_string())) return true;
      return std::any_of(value.entries().begin(), value.entries().end(),
                         [&](const Value::Entry& e) { return needs_tag(e.value, depth + 1); });
    }
    case Value::Kind::list:
      return std::any_of(value.items().begin(), value.items().end(),
                         [&](const Value& item) { return needs_tag(item, depth + 1); });
    case Value::Kind::tuple:
    case Value::Kind::bytes:
    case Value::Kind::markup:
    case Value::Kind::object:
      return true;
    default:
      return false;
  }
}

std::string TaggedJSONSerializer::dumps(const Value& value) const {
  if (!has_own_tags_ && !needs_tag(value, 0)) return json::dump(value, compact_sorted());
  return json::dump(tag(value), compact_sorted());
}

Value TaggedJSONSerializer::untag(const Value& dict) const {
  const Value::Entry* entry = only_entry(dict);
  const JSONTag* with = entry ? find(entry->key.as_string()) : nullptr;
  return with ? with->to_value(entry->value) : dict;
}

bool TaggedJSONSerializer::has_tag(const Value& value) const {
  if (value.is_dict()) {
    const Value::Entry* entry = only_entry(value);
    if (entry && find(entry->key.as_string())) return true;
    return std::any_of(value.entries().begin(), value.entries().end(),
                       [&](const Value::Entry& e) { return has_tag(e.value); });
  }
  return value.is_list() && std::any_of(value.items().begin(), value.items().end(),
                                        [&](const Value& item) { return has_tag(item); });
}

// From the inside out. The reader of JSON has bounded the depth.
Value TaggedJSONSerializer::untag_scan(const Value& value) const {
  if (value.is_dict()) {
    Value out = Value::dict();
    for (const Value::Entry& entry : value.entries()) out.set(entry.key, untag_scan(entry.value));
    return untag(out);
  }
  if (!value.is_list()) return value;
  Value out = Value::list();
  for (const Value& item : value.items()) out.push_back(untag_scan(item));
  return out;
}

Result<Value> TaggedJSONSerializer::loads(std::string_view text) const {
  Result<Value> value = json::parse(text);
  if (!value || !has_tag(*value)) return value;
  try {
    return untag_scan(*value);
  } catch (const EvaluationError& error) {
    return Error{error.what()};
  }
}

}  // namespace retort
