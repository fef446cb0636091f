// SPDX-License-Identifier: BSD-3-Clause
#include "retort/value/decimal_time.h"

#include <cmath>

#include <fmt/format.h>

#include "retort/value/object.h"

namespace retort {
namespace {

class DecimalObject final : public Object {
 public:
  explicit DecimalObject(const Decimal& held) : number(held) {}
  std::string_view type_name() const override { return "Decimal"; }
  bool truthy() const override { return !number.is_zero(); }
  void append_str(std::string& out) const override { out += number.str(); }
  void append_repr(std::string& out) const override { out += fmt::format("Decimal('{}')", number.str()); }
  Value to_json() const override { return number.str(); }
  bool equals(const Object& other) const override {
    const auto* o = dynamic_cast<const DecimalObject*>(&other);
    return o && o->number == number;
  }
  bool equals_value(const Value& other) const override {
    if (other.is_int()) return number == other.as_int();
    if (other.is_bool()) return number == static_cast<int>(other.as_bool());
    return other.is_double() && equals_double(other.as_double());
  }
  // As the integer or the double that it equals.
  std::size_t hash() const override {
    std::int64_t whole = 0;
    if (number.to_integer(whole)) return Value(whole).hash();
    const double real = number.to_double();
    return equals_double(real) ? Value(real).hash() : number.hash();
  }

  const Decimal number;

 private:
  // Exactly: 0.5 is Decimal('0.5'), 0.1 is not Decimal('0.1'), as in Python.
  bool equals_double(double other) const {
    if (!std::isfinite(other) || number.to_double() != other) return false;
    std::string text = fmt::format("{:.1080f}", other);  // every digit that a double can have
    text.erase(text.find_last_not_of('0') + 1);
    Decimal exact;
    return Decimal::parse(text, exact) && exact == number;
  }
};

class TimeObject final : public Object {
 public:
  explicit TimeObject(const Time& held) : time(held) {}
  std::string_view type_name() const override { return "time"; }
  bool truthy() const override { return true; }
  Value attribute(std::string_view name) const override {
    if (name == "hour") return time.hour;
    if (name == "minute") return time.minute;
    if (name == "second") return time.second;
    if (name == "microsecond") return time.microsecond;
    return {};
  }
  void append_str(std::string& out) const override { out += iso_format(time); }
  void append_repr(std::string& out) const override {
    out += fmt::format("datetime.time({}, {}", time.hour, time.minute);
    if (time.second != 0 || time.microsecond != 0) out += fmt::format(", {}", time.second);
    if (time.microsecond != 0) out += fmt::format(", {}", time.microsecond);
    out += ')';
  }
  bool equals(const Object& other) const override {
    const auto* o = dynamic_cast<const TimeObject*>(&other);
    return o && o->time == time;
  }
  std::size_t hash() const override {
    return static_cast<std::size_t>((time.hour * 60 + time.minute) * 60 + time.second) * 1'000'003 +
           static_cast<std::size_t>(time.microsecond);
  }

  const Time time;
};

class TimeDeltaObject final : public Object {
 public:
  explicit TimeDeltaObject(const TimeDelta& held) : delta(held) {}
  std::string_view type_name() const override { return "timedelta"; }
  bool truthy() const override { return delta.microseconds != 0; }
  Value attribute(std::string_view name) const override {
    if (name == "days") return days();
    if (name == "seconds") return rest() / TimeDelta::kSecond;
    if (name == "microseconds") return rest() % TimeDelta::kSecond;
    return {};
  }
  void append_str(std::string& out) const override { out += delta.str(); }
  void append_repr(std::string& out) const override {
    std::string parts;
    const auto add = [&parts](const char* name, std::int64_t value) {
      if (value != 0) parts += fmt::format("{}{}={}", parts.empty() ? "" : ", ", name, value);
    };
    add("days", days());
    add("seconds", rest() / TimeDelta::kSecond);
    add("microseconds", rest() % TimeDelta::kSecond);
    out += fmt::format("datetime.timedelta({})", parts.empty() ? "0" : parts);
  }
  bool equals(const Object& other) const override {
    const auto* o = dynamic_cast<const TimeDeltaObject*>(&other);
    return o && o->delta == delta;
  }
  std::size_t hash() const override { return static_cast<std::size_t>(delta.microseconds); }

  const TimeDelta delta;

 private:
  std::int64_t days() const {
    return delta.microseconds / TimeDelta::kDay - (delta.microseconds % TimeDelta::kDay < 0 ? 1 : 0);
  }
  std::int64_t rest() const {
    const std::int64_t rest = delta.microseconds % TimeDelta::kDay;
    return rest < 0 ? rest + TimeDelta::kDay : rest;
  }
};

template <class T>
const T* object_in(const Value& value) {
  return value.is_object() ? dynamic_cast<const T*>(&value.as_object()) : nullptr;
}

}  // namespace

Value decimal_value(const Decimal& number) { return Value::object(std::make_unique<DecimalObject>(number)); }
Value time_value(const Time& time) { return Value::object(std::make_unique<TimeObject>(time)); }
Value timedelta_value(const TimeDelta& delta) {
  return Value::object(std::make_unique<TimeDeltaObject>(delta));
}

const Decimal* as_decimal(const Value& value) {
  const auto* object = object_in<DecimalObject>(value);
  return object ? &object->number : nullptr;
}

const Time* as_time(const Value& value) {
  const auto* object = object_in<TimeObject>(value);
  return object ? &object->time : nullptr;
}

const TimeDelta* as_timedelta(const Value& value) {
  const auto* object = object_in<TimeDeltaObject>(value);
  return object ? &object->delta : nullptr;
}

}  // namespace retort
