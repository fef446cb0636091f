// SPDX-License-Identifier: BSD-3-Clause
#include "retort/jinja/undefined.h"

#include <memory>

#include <fmt/format.h>

#include "retort/jinja/error.h"

namespace retort::jinja {

namespace {

/// "None", or the type, with its module where it is none of Python's own: "dict object"
/// (Jinja: object_type_repr).
std::string object_type(const Value& object) {
  if (object.is_none()) return "None";
  if (object.is_markup()) return "markupsafe.Markup object";
  return fmt::format("{} object", object.type_name());
}

}  // namespace

std::string Undefined::message() const {
  if (!info_.hint.empty()) return info_.hint;
  if (info_.object.is_undefined()) return fmt::format("{} is undefined", info_.name.repr());
  if (!info_.name.is_string())
    return fmt::format("{} has no element {}", object_type(info_.object), info_.name.repr());
  return fmt::format("'{}' has no attribute {}", object_type(info_.object), info_.name.repr());
}

void Undefined::failing() const {
  if (info_.unsafe) throw SecurityError(message());
  throw UndefinedUse(message(), info_);
}

Value Undefined::detail(std::string_view name) const {
  if (name == "_undefined_name") return info_.name;
  if (name == "_undefined_obj") return info_.object;
  if (name == "_undefined_hint") return info_.hint.empty() ? Value(nullptr) : Value(info_.hint);
  return {};
}

Value Undefined::attribute(std::string_view name) const {
  Value known = detail(name);
  if (known.is_undefined()) fail();
  return known;
}

Value ChainableUndefined::again() const {
  return Value::undefined(std::make_unique<ChainableUndefined>(info_));
}
Value ChainableUndefined::attribute(std::string_view name) const {
  Value known = detail(name);
  return known.is_undefined() ? again() : known;
}
Value ChainableUndefined::item(const Value&) const { return again(); }
bool ChainableUndefined::append_html(std::string&) const { return true; }

void DebugUndefined::append_str(std::string& out) const {
  if (!info_.hint.empty()) {
    out += fmt::format("{{{{ undefined value printed: {} }}}}", info_.hint);
  } else if (info_.object.is_undefined()) {
    out += fmt::format("{{{{ {} }}}}", info_.name.str());
  } else {
    out += fmt::format("{{{{ no such element: {}[{}] }}}}", object_type(info_.object), info_.name.repr());
  }
}

Owned<ValueIterator> StrictUndefined::iterate() const { fail(); }
bool StrictUndefined::length(std::size_t&) const { fail(); }
bool StrictUndefined::truthy() const { fail(); }
void StrictUndefined::append_str(std::string&) const { fail(); }
bool StrictUndefined::equals(const Object&) const { fail(); }
bool StrictUndefined::equals_value(const Value&) const { fail(); }
std::size_t StrictUndefined::hash() const { fail(); }

namespace {

class LoggingUndefined final : public Undefined {
 public:
  LoggingUndefined(UndefinedInfo info, std::shared_ptr<UndefinedLog> log)
      : Undefined(std::move(info)), log_(std::move(log)) {}
  std::string_view type_name() const override { return "LoggingUndefined"; }
  void failing() const override {
    (*log_)(true, "Template variable error: " + message());
    Undefined::failing();
  }
  Owned<ValueIterator> iterate() const override {
    warn();
    return Undefined::iterate();
  }
  bool truthy() const override {
    warn();
    return false;
  }
  void append_str(std::string&) const override { warn(); }

 private:
  void warn() const { (*log_)(false, "Template variable warning: " + message()); }
  std::shared_ptr<UndefinedLog> log_;
};

}  // namespace

UndefinedFactory make_logging_undefined(UndefinedLog log) {
  auto shared = std::make_shared<UndefinedLog>(std::move(log));
  return [shared](UndefinedInfo info) -> std::unique_ptr<retort::Undefined> {
    return std::make_unique<LoggingUndefined>(std::move(info), shared);
  };
}

}  // namespace retort::jinja
