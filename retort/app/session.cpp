// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/session.h"

#include <stdexcept>

#include <fmt/format.h>

#include "retort/app/context.h"
#include "retort/app/globals.h"
#include "retort/value/iterate.h"
#include "retort/value/methods.h"
#include "retort/value/object.h"
#include "retort/value/uuid_time.h"

namespace retort {

Owned<Session> Session::copy() const { return std::make_unique<Session>(data_.deep_copy()); }
Owned<Session> NullSession::copy() const { return std::make_unique<NullSession>(); }

Value Session::at(std::string_view key) const {
  if (const Value* found = data_.find(key)) return *found;
  throw KeyError(fmt::format("the session has no '{}'", key));
}

void Session::put(std::string_view key, Value value) {
  will_change();
  data_.set(key, std::move(value));
  modified_ = true;
}

std::string Session::get(std::string_view key, const char* otherwise) const {
  return get<std::string>(key, otherwise);
}

Value Session::pop(std::string_view key) {
  will_change();
  Value value = at(key);
  data_.erase(key);
  modified_ = true;
  return value;
}

Value Session::pop(std::string_view key, Value otherwise) {
  will_change();
  return data_.contains(key) ? pop(key) : std::move(otherwise);
}

Value Session::setdefault(std::string_view key, Value value) {
  will_change();
  if (const Value* found = data_.find(key)) return *found;
  put(key, value);
  return value;
}

void Session::merge(const Value& dict) {
  will_change();
  for (const Value::Entry& entry : dict.entries()) data_.set(entry.key, entry.value);
  modified_ = true;
}

void Session::clear() {
  will_change();
  data_.clear();
  modified_ = true;
}

Value Session::typed(const Uuid& value) { return uuid_value(value); }
Value Session::typed(const DateTime& value) { return datetime_value(value); }
Value Session::typed(const Date& value) { return date_value(value); }

bool Session::read_typed(const Value& from, Uuid& out) {
  const Uuid* held = as_uuid(from);
  if (!held) return from.is_string() && Uuid::parse(from.as_string(), out);
  out = *held;
  return true;
}

bool Session::read_typed(const Value& from, DateTime& out) {
  const DateTime* held = as_datetime(from);
  if (held) out = *held;
  return held != nullptr;
}

bool Session::read_typed(const Value& from, Date& out) {
  const Date* held = as_date(from);
  if (held) out = *held;
  return held != nullptr;
}

void NullSession::will_change() {
  throw std::runtime_error(
      "The session is unavailable because no secret key was set.  Set the secret_key on the application to "
      "something unique and secret: config[\"SECRET_KEY\"].");
}

namespace detail {

Session& context_session(Context& context) { return context.session(); }
Session& current_session() { return request_context_or_throw().session(); }

}  // namespace detail

/// A method of a dict that changes the session, for templates: `session.pop("cart", none)`.
class SessionChange final : public Object {
 public:
  explicit SessionChange(const Method& method) : method_(method) {}
  std::string_view type_name() const override { return "method"; }
  bool is_callable() const override { return true; }
  bool is_safe_callable() const override { return false; }
  Value call(const CallArguments& arguments) const override {
    Session& session = detail::current_session();
    session.will_change();
    const std::size_t before = session.size();
    Value result = method_.function(session.data(), arguments);
    // As in Flask: what found nothing to take out or to add has changed nothing.
    const bool always = method_.name == "clear" || method_.name == "update";
    if (always || session.size() != before) session.modified(true);
    return result;
  }
  void append_repr(std::string& out) const override {
    out += fmt::format("<bound method CallbackDict.{} of SecureCookieSession>", method_.name);
  }

 private:
  Method method_;
};

namespace {

/// The session as templates see it: a dict, with the session's own attributes.
class SessionObject final : public Object {
 public:
  std::string_view type_name() const override { return "SecureCookieSession"; }
  Value attribute(std::string_view name) const override {
    Session& session = detail::current_session();
    if (name == "permanent") return session.permanent();
    if (name == "modified") return session.modified();
    if (name == "accessed") return session.accessed();
    if (name == "new") return session.is_new();
    const Method* method = find_method(Value::Kind::dict, name);
    if (!method) return {};
    if (method->mutates) return Value::object(std::make_unique<SessionChange>(*method));
    return bind_method(session.data(), *method);
  }
  Value item(const Value& key) const override { return data().get(key); }
  Owned<ValueIterator> iterate() const override { return retort::iterate(data()); }
  bool contains(const Value& needle, bool& out) const override {
    out = data().find(needle) != nullptr;
    return true;
  }
  bool length(std::size_t& out) const override {
    out = data().size();
    return true;
  }
  void append_repr(std::string& out) const override {
    out += "<SecureCookieSession ";
    data().append_repr(out);
    out += '>';
  }
  bool truthy() const override { return has_request_context() && !data().empty(); }
  Value to_json() const override { return data(); }
  bool equals_value(const Value& other) const override { return data() == other; }

 private:
  static const Value& data() { return detail::current_session().data(); }
};

}  // namespace

Value session_value() { return Value::object(std::make_unique<SessionObject>()); }

}  // namespace retort
