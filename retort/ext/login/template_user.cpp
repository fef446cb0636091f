// SPDX-License-Identifier: BSD-3-Clause
// `current_user` in templates.
#include <memory>

#include "retort/app/globals.h"
#include "retort/ext/login/current_user.h"
#include "retort/ext/login/detail/user_state.h"
#include "retort/value/methods.h"
#include "retort/value/object.h"

namespace retort::login::detail {
namespace {

/// `current_user.get_id()`.
class GetId final : public Object {
 public:
  std::string_view type_name() const override { return "method"; }
  bool is_callable() const override { return true; }
  Value call(const CallArguments&) const override {
    const auto id = current_user().get_id();
    return id ? Value(*id) : Value(nullptr);
  }
};

/// Stands for the user of whichever request is current.
class TemplateUser final : public Object {
 public:
  std::string_view type_name() const override { return "User"; }
  Value attribute(std::string_view name) const override {
    if (!has_request_context()) return {};
    if (name == "is_authenticated") return current_user().is_authenticated();
    if (name == "is_active") return current_user().is_active();
    if (name == "is_anonymous") return current_user().is_anonymous();
    if (name == "get_id") return Value::object(std::make_unique<GetId>());
    const Value user = seen();
    return user.is_undefined() ? Value() : get_attribute(user, name);
  }
  void append_repr(std::string& out) const override {
    const Value user = seen();
    if (user.is_undefined()) {
      out += "<anonymous user>";
    } else {
      user.append_repr(out);
    }
  }
  bool truthy() const override { return has_request_context(); }
  Value to_json() const override {
    const Value user = seen();
    return user.is_undefined() ? Value(nullptr) : user;
  }
  bool equals_value(const Value& other) const override {
    return is_same(other.type_name(), get_attribute(other, "id"));
  }
  bool equals(const Object& other) const override {
    return this == &other || is_same(other.type_name(), other.attribute("id"));
  }

 private:
  static Value seen() { return has_request_context() ? current_user().value() : Value(); }
  /// Users are compared by their ids, as Flask-Login's are.
  static bool is_same(std::string_view type, const Value& id) {
    const Value user = seen();
    return !id.is_undefined() && !user.is_undefined() && user.type_name() == type &&
           get_attribute(user, "id") == id;
  }
};

}  // namespace

Value current_user_value() { return Value::object(std::make_unique<TemplateUser>()); }

}  // namespace retort::login::detail
